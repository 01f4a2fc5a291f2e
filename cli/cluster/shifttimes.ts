import type { JsonObject, JsonValue } from '../../sim/api/meta.ts';
import type { Schema, SchemaType } from '../../sim/api/resource.ts';

/**
 * An object with every time of its kind moved by so many milliseconds. Clients compute ages from their own clock, so
 * answers leave with virtual now moved to the client's now, and what comes back is moved the other way. Only fields
 * that are times by the schema move; a date in a label or in data is the reader's own text.
 */
export function shiftTimes(body: JsonValue, schema: Schema, byMs: number): JsonValue {
  if (byMs === 0 || !isObject(body)) return body;
  if (Array.isArray(body.items)) return { ...body, items: body.items.map((item) => shiftTimes(item, schema, byMs)) };
  if (body.kind === 'Table' && Array.isArray(body.rows)) {
    const rows = body.rows.filter(isObject).map((row) => ({ ...row, object: shiftTimes(row.object, schema, byMs) }));
    return { ...body, rows };
  }
  return movedStruct(body, schema, byMs);
}

function movedStruct(object: JsonObject, schema: Schema, byMs: number): JsonObject {
  const moved: Record<string, JsonValue> = {};
  for (const [name, value] of Object.entries(object)) {
    const type = schema.fields.get(name)?.type;
    moved[name] = type === undefined ? value : movedValue(value, type, byMs);
  }
  return moved;
}

function movedValue(value: JsonValue, type: SchemaType, byMs: number): JsonValue {
  switch (type.type) {
    case 'time':
    case 'microTime':
      return typeof value === 'string' ? movedTime(value, byMs) : value;
    case 'struct':
      return isObject(value) ? movedStruct(value, type.struct, byMs) : value;
    case 'list':
      return Array.isArray(value) ? value.map((item: JsonValue) => movedValue(item, type.of, byMs)) : value;
    default:
      return value;
  }
}

/** Seconds move, the fraction stays as it was written. */
function movedTime(text: string, byMs: number): string {
  const [, seconds = '', fraction = ''] = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(\.\d+)?Z$/.exec(text) ?? [];
  if (seconds === '') return text;
  return `${new Date(Date.parse(`${seconds}Z`) + byMs).toISOString().slice(0, 19)}${fraction}Z`;
}

function isObject(value: JsonValue): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
