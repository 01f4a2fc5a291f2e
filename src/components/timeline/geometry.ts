import type { Lane } from '../../../sim/view/timeline.ts';

/** Height of a row of work, and what a lane has above and below its rows. */
export const ROW = 20;
const PAD = 4;
/** Height of a slice in its row. */
export const SLICE = 16;
/** Height of the row that counts routine traffic. */
export const ROUTINE = 22;
/** Height of the border of time above the lanes. */
export const HEAD = 50;

/** Where the lanes lie, in px from the first one's upper edge. */
export interface Places {
  readonly tops: readonly number[];
  readonly heights: readonly number[];
  /** All lanes together, without the routine row. */
  readonly height: number;
  /** The middle of a row of a lane, or of its last one; undefined when there is no such lane. */
  readonly yOf: (lane: string, row: number) => number | undefined;
}

/** Lays lanes below one another, each as high as its rows. */
export function placesOf(lanes: readonly Lane[]): Places {
  const heights = lanes.map(({ rows }) => rows * ROW + 2 * PAD);
  const tops = heights.map((_, index) => heights.slice(0, index).reduce((sum, height) => sum + height, 0));
  const indices = new Map(lanes.map(({ id }, index) => [id, index]));
  return {
    tops,
    heights,
    height: heights.reduce((sum, height) => sum + height, 0),
    yOf: (lane, row) => {
      const index = indices.get(lane);
      if (index === undefined) return undefined;
      const last = (lanes[index]?.rows ?? 1) - 1;
      return (tops[index] ?? 0) + PAD + (Math.min(row, last) + 0.5) * ROW;
    },
  };
}

/** A place rounded to tenths of a px. */
export function tenth(value: number): number {
  return Math.round(value * 10) / 10;
}
