import type { JsonObject, JsonValue } from '../api/meta.ts';

/** A Go string literal (`%q`) for ordinary text. */
export function quoted(text: string): string {
  return JSON.stringify(text);
}

/** The value at a path of field names, or undefined. */
export function dig(value: JsonValue, ...path: readonly string[]): JsonValue {
  let current = value;
  for (const step of path) {
    if (typeof current !== 'object' || current === null) return undefined;
    current = (current as JsonObject)[step];
  }
  return current;
}

/** A copy with the value at a path of field names replaced; missing parents are made. Undefined removes the field. */
export function plant(object: JsonObject, path: readonly string[], value: JsonValue): JsonObject {
  const [first = '', ...rest] = path;
  if (rest.length > 0) return { ...object, [first]: plant((object[first] ?? {}) as JsonObject, rest, value) };
  const { [first]: _old, ...others } = object;
  return value === undefined ? others : { ...object, [first]: value };
}
