/**
 * Counter-based random numbers: draw n of a stream is a hash of (seed, actor, purpose, n), so a stream's whole state is
 * its count, and two futures differ only where they must. The finaliser is MurmurHash3's.
 */
export type RandomCounts = Map<string, number>;

/** A whole number in [0, bound), and one more on the stream's count. */
export function draw(counts: RandomCounts, seed: number, stream: string, bound: number): number {
  const count = counts.get(stream) ?? 0;
  counts.set(stream, count + 1);
  const bits = mix(startOf(stream, seed) + Math.imul(count, 0x9e3779b9));
  return Math.floor((bits / 0x1_0000_0000) * bound);
}

/** The stream of an actor for a purpose. Kept: a name that is joined anew for each draw costs more than the draw. */
export function streamOf(actor: string, purpose: string): string {
  const known = joined.get(purpose)?.get(actor);
  if (known !== undefined) return known;
  const streams = joined.get(purpose) ?? new Map<string, string>();
  joined.set(purpose, streams.set(actor, `${actor} ${purpose}`));
  return `${actor} ${purpose}`;
}

const joined = new Map<string, Map<string, string>>();

/** Hashes of the streams of one seed: a cluster draws from few of them, again and again. */
const known = { seed: 0, starts: new Map<string, number>() };

function startOf(stream: string, seed: number): number {
  if (known.seed !== seed) Object.assign(known, { seed, starts: new Map() });
  const start = known.starts.get(stream) ?? hashText(stream, seed);
  known.starts.set(stream, start);
  return start;
}

/** FNV-1a over the UTF-16 code units, started from a seed; 32 bits, unsigned. */
export function hashText(text: string, seed = 0): number {
  let hash = (0x811c9dc5 ^ seed) >>> 0;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}

function mix(input: number): number {
  let bits = input | 0;
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return (bits ^ (bits >>> 16)) >>> 0;
}
