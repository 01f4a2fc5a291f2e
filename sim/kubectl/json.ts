import type { JsonObject, JsonValue } from '../api/meta.ts';

/** JSON as Go's encoder writes maps: sorted keys, `<`, `>` and `&` escaped. `indent` is one level's; '' gives one line. */
export function goJson(value: JsonValue, indent = '', margin = ''): string {
  if (typeof value === 'string') return quote(value);
  if (typeof value !== 'object' || value === null) return JSON.stringify(value ?? null);
  const inner = margin + indent;
  const [open, close] = Array.isArray(value) ? '[]' : '{}';
  const items = Array.isArray(value)
    ? value.map((item: JsonValue) => goJson(item, indent, inner))
    : sortedKeys(value as JsonObject).map((key) => {
        const item = (value as JsonObject)[key];
        return `${quote(key)}:${indent === '' ? '' : ' '}${goJson(item, indent, inner)}`;
      });
  if (items.length === 0 || indent === '') return `${open}${items.join(',')}${close}`;
  return `${open}\n${items.map((item) => inner + item).join(',\n')}\n${margin}${close}`;
}

/** The names of the fields that are there, ordered by code unit. */
export function sortedKeys(object: JsonObject): readonly string[] {
  return Object.keys(object)
    .filter((key) => object[key] !== undefined)
    .sort();
}

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

const ESCAPED: Readonly<Record<string, string>> = {
  '<': '\\u003c',
  '>': '\\u003e',
  '&': '\\u0026',
  '\u2028': '\\u2028',
  '\u2029': '\\u2029',
};

function quote(text: string): string {
  return JSON.stringify(text).replace(/[<>&\u2028\u2029]/g, (sign) => ESCAPED[sign] ?? sign);
}
