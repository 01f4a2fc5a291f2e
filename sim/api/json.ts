import type { JsonObject, JsonValue } from './meta.ts';

/** JSON as Go's encoder writes maps: sorted keys, `<`, `>` and `&` escaped. `indent` is one level's; '' gives one line. */
export function goJson(value: JsonValue, indent = '', margin = ''): string {
  if (typeof value === 'string') return goStructJson(value);
  if (typeof value !== 'object' || value === null) return JSON.stringify(value ?? null);
  const inner = margin + indent;
  const [open, close] = Array.isArray(value) ? '[]' : '{}';
  const items = Array.isArray(value)
    ? value.map((item: JsonValue) => goJson(item, indent, inner))
    : sortedKeys(value as JsonObject).map((key) => {
        const item = (value as JsonObject)[key];
        return `${goStructJson(key)}:${indent === '' ? '' : ' '}${goJson(item, indent, inner)}`;
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

const ESCAPED: Readonly<Record<string, string>> = {
  '<': '\\u003c',
  '>': '\\u003e',
  '&': '\\u0026',
  '\u2028': '\\u2028',
  '\u2029': '\\u2029',
};

/** JSON as Go's encoder writes structs: fields in the order in which they stand. */
export function goStructJson(value: JsonValue): string {
  return JSON.stringify(value).replace(/[<>&\u2028\u2029]/g, (sign) => ESCAPED[sign] ?? sign);
}
