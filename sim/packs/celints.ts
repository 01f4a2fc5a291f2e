/**
 * JSON numbers that are whole become CEL ints, so that sums with literals are possible. Objects of a cluster never
 * change: one that was asked about before is not looked through again.
 */
export function withInts(value: unknown): unknown {
  if (typeof value === 'number') return Number.isInteger(value) ? BigInt(value) : value;
  if (typeof value !== 'object' || value === null) return value;
  const found = known.get(value) ?? copied(value);
  known.set(value, found);
  return found;
}

const known = new WeakMap<object, unknown>();

function copied(value: object): unknown {
  if (Array.isArray(value)) return value.map(withInts);
  return Object.fromEntries(Object.entries(value).map(([key, own]) => [key, withInts(own)]));
}
