/** A stretch of time on the ruler, from `x0` to `x1` as shares of its width. A cut one is quiet that was skipped. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
  readonly x0: number;
  readonly x1: number;
  readonly isCut: boolean;
}

/** A ruler: its stretches, and the virtual ms of one black or white block. */
export interface Axis {
  readonly stretches: readonly Stretch[];
  readonly unitMs: number;
}

/** Quiet longer than this is cut out, as the caption says "later". */
const CUT_MS = 400;
/** The ruler shows at least so much. */
const LEAST_MS = 100;
/** A cut takes this share of the ruler, when there are few. */
const CUT_SHARE = 0.05;
const UNITS_MS = [10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 30_000, 60_000, 300_000];
/** At most so many blocks. */
const MOST_BLOCKS = 26;

/** The ruler over these instants, in virtual ms. It begins at 0 and shows at least a tenth of a second. */
export function axisOf(instants: readonly number[]): Axis {
  const times = [...new Set([0, ...instants])].sort((a, b) => a - b);
  const gaps = times
    .slice(1)
    .map((to, index) => ({ from: times[index] ?? 0, to, isCut: to - (times[index] ?? 0) > CUT_MS }));
  const shown = gaps.filter(({ isCut }) => !isCut).reduce((sum, { from, to }) => sum + to - from, 0);
  const last = times.at(-1) ?? 0;
  const tail = Math.max(0, LEAST_MS - shown);
  if (tail > 0) gaps.push({ from: last, to: last + tail, isCut: false });
  const cuts = gaps.filter(({ isCut }) => isCut).length;
  const cutMs = ((shown + tail) * CUT_SHARE) / Math.max(1, cuts / 6);
  const total = shown + tail + cuts * cutMs;
  let x = 0;
  const stretches = gaps.map(({ from, to, isCut }) => {
    const x0 = x;
    x += (isCut ? cutMs : to - from) / total;
    return { from, to, x0, x1: x, isCut };
  });
  const unitMs = UNITS_MS.find((unit) => (shown + tail) / unit <= MOST_BLOCKS) ?? 600_000;
  return { stretches: joined(stretches), unitMs };
}

/** Where an instant stands, as a share of the ruler's width. */
export function shareOf({ stretches }: Axis, at: number): number {
  const stretch = stretches.find(({ to }) => at <= to) ?? stretches.at(-1);
  if (stretch === undefined) return 0;
  const { from, to, x0, x1 } = stretch;
  return to === from ? x0 : x0 + Math.min(1, Math.max(0, (at - from) / (to - from))) * (x1 - x0);
}

/** The instant at a share of the ruler's width, in whole ms. */
export function instantAt({ stretches }: Axis, share: number): number {
  const stretch = stretches.find(({ x1 }) => share <= x1) ?? stretches.at(-1);
  if (stretch === undefined) return 0;
  const { from, to, x0, x1 } = stretch;
  return x1 === x0 ? from : Math.round(from + (Math.max(0, share - x0) / (x1 - x0)) * (to - from));
}

/** The blocks of the border between two instants: [from, to, is it black]. */
export function blocksOf({ from, to }: Stretch, unitMs: number): readonly (readonly [number, number, boolean])[] {
  const blocks: [number, number, boolean][] = [];
  for (let start = from; start < to; ) {
    const index = Math.floor(start / unitMs);
    const end = Math.min(to, (index + 1) * unitMs);
    blocks.push([start, end, index % 2 === 0]);
    start = end;
  }
  return blocks;
}

/** Neighbours that are not cut become one. */
function joined(stretches: readonly Stretch[]): readonly Stretch[] {
  const result: Stretch[] = [];
  for (const stretch of stretches) {
    const last = result.at(-1);
    if (last === undefined || last.isCut || stretch.isCut) result.push(stretch);
    else result[result.length - 1] = { ...last, to: stretch.to, x1: stretch.x1 };
  }
  return result;
}
