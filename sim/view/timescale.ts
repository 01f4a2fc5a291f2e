import type { Millis } from '../kernel/message.ts';

/** A stretch of time and where it is drawn, in px. A cut one is quiet: it takes the same room however long it was. */
export interface TimeStretch {
  readonly from: Millis;
  readonly to: Millis;
  readonly x0: number;
  readonly x1: number;
  readonly isCut: boolean;
}

/** Busy time is drawn true to scale: so many px for a virtual millisecond. */
export const PX_PER_MS = 14;
/** Quiet longer than this is cut. */
const CUT_MS = 12;
/** Room for a cut, with its length written on it. */
const CUT_PX = 84;
/** Room before the first instant and after the last, in px: half a mark and its word. */
const MARGIN_PX = 28;

/** Time from 0 to its end as stretches. `instants` need no order; those outside count like any other. */
export function timescaleOf(instants: Iterable<Millis>, end: Millis): readonly TimeStretch[] {
  const times = [...new Set([0, ...instants, end])].sort((a, b) => a - b);
  const stretches: TimeStretch[] = [];
  let x = MARGIN_PX;
  let from = times[0] as Millis;
  for (const [index, time] of times.entries()) {
    const next = times[index + 1];
    const isCut = next !== undefined && next - time > CUT_MS;
    if (next !== undefined && !isCut) continue;
    // A lone instant between two cuts gets the room of a millisecond.
    const width = Math.max(1, time - from) * PX_PER_MS;
    stretches.push({ from, to: time, x0: x, x1: x + width, isCut: false });
    x += width;
    if (next === undefined) break;
    stretches.push({ from: time, to: next, x0: x, x1: x + CUT_PX, isCut: true });
    x += CUT_PX;
    from = next;
  }
  return stretches;
}

/** The width of the whole, in px. */
export function widthOf(stretches: readonly TimeStretch[]): number {
  return (stretches.at(-1)?.x1 ?? 0) + MARGIN_PX;
}

/** Where an instant stands, in px. */
export function xOf(stretches: readonly TimeStretch[], at: Millis): number {
  const { from, to, x0, x1 } = stretchAt(stretches, ({ to: end }) => at <= end);
  return to === from ? x0 : x0 + Math.min(1, Math.max(0, (at - from) / (to - from))) * (x1 - x0);
}

/** The instant at a place, in whole ms. */
export function timeAt(stretches: readonly TimeStretch[], x: number): Millis {
  const { from, to, x0, x1 } = stretchAt(stretches, ({ x1: end }) => x <= end);
  return Math.round(from + (Math.min(1, Math.max(0, (x - x0) / (x1 - x0))) || 0) * (to - from));
}

/** The first stretch of which it is true, found by halving: they are in order. */
function stretchAt(stretches: readonly TimeStretch[], isFarEnough: (stretch: TimeStretch) => boolean): TimeStretch {
  let low = 0;
  let high = stretches.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (isFarEnough(stretches[middle] as TimeStretch)) high = middle;
    else low = middle + 1;
  }
  return stretches[low] ?? { from: 0, to: 0, x0: MARGIN_PX, x1: MARGIN_PX, isCut: false };
}
