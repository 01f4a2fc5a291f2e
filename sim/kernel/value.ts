/**
 * Immutable JSON-like data: what messages carry and states hold. TypeScript interfaces have no index signature,
 * so the type is only a promise; tests deep-freeze every value and round-trip the world through JSON to keep it.
 */
export type Value = string | number | boolean | null | undefined | object;

/** Freezes a value and all it reaches. Tests run every simulation with it, so that a mutation throws where it happens. */
export function deepFreeze<T extends Value>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  Object.freeze(value);
  for (const inner of Object.values(value)) deepFreeze(inner as Value);
  return value;
}

/** Structural equality of JSON-like values; a missing field equals one that is undefined. */
export function isEqual(a: Value, b: Value): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a) || Array.isArray(b)) return isEqualArray(a, b);
  const left = a as Record<string, Value>;
  const right = b as Record<string, Value>;
  for (const key in left) if (!isEqual(left[key], right[key])) return false;
  for (const key in right) if (right[key] !== undefined && left[key] === undefined) return false;
  return true;
}

function isEqualArray(a: object, b: object): boolean {
  if (!Array.isArray(a) || !Array.isArray(b) || a.length !== b.length) return false;
  return a.every((item, index) => isEqual(item as Value, b[index] as Value));
}
