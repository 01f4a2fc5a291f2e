import type { Schema, SchemaField, SchemaType } from '../resource.ts';

const SCALARS: Readonly<Record<string, SchemaType>> = {
  '': { type: 'string' },
  b: { type: 'boolean' },
  i: { type: 'int32' },
  l: { type: 'int64' },
  q: { type: 'quantity' },
  x: { type: 'intOrString' },
  t: { type: 'time' },
  u: { type: 'microTime' },
  y: { type: 'bytes' },
  any: { type: 'any' },
};

const FIELD = /^(\w+)(!?)(?::((?:\[\]|\{\})*)(\w*))?(?:\^(\w*))?(~?)$/;

/**
 * Reads struct tables. One line is one struct, `Name field field …`; a field is `name`, then `!` when required, then
 * `:type`
 * (none is string, b boolean, i int32, l int64, q quantity, x number-or-string, t time, u micro time, y bytes, any; a
 * struct
 * by its name; `[]` before it a list, `{}` a map), then `^key` for a list that strategic merge patch merges by that key
 * (`^` alone: a list of scalars merged as a set), then `~` when patches carry `$retainKeys`.
 * An indented line goes on with the struct above it. A struct may use those of `known` and any of the same table.
 */
export function readSchemas(table: string, known?: ReadonlyMap<string, Schema>): ReadonlyMap<string, Schema> {
  const schemas = new Map<string, Schema & { fields: Map<string, SchemaField> }>();
  const lines = table.split(/\n(?=\S)/).map((line) => line.trim().split(/\s+/));
  for (const [name = ''] of lines) if (name !== '') schemas.set(name, { name, fields: new Map() });
  const find = (name: string) => schemas.get(name) ?? known?.get(name);
  for (const [name = '', ...fields] of lines) {
    for (const text of fields) {
      const field = readField(text, find);
      schemas.get(name)?.fields.set(field.name, field);
    }
  }
  return new Map<string, Schema>([...(known ?? []), ...schemas]);
}

function readField(text: string, find: (name: string) => Schema | undefined): SchemaField {
  const match = FIELD.exec(text);
  if (match === null) throw new Error(`schema table: cannot read "${text}"`);
  const [, name = '', required, wrappers = '', base = '', mergeKey, retain] = match;
  return {
    name,
    type: wrap(wrappers, SCALARS[base] ?? structType(base, find)),
    required: required === '!',
    mergeKey,
    retainKeys: retain === '~',
  };
}

function wrap(wrappers: string, inner: SchemaType): SchemaType {
  if (wrappers === '') return inner;
  return { type: wrappers.startsWith('[]') ? 'list' : 'map', of: wrap(wrappers.slice(2), inner) };
}

function structType(name: string, find: (name: string) => Schema | undefined): SchemaType {
  const struct = find(name);
  if (struct === undefined) throw new Error(`schema table: no struct "${name}"`);
  return { type: 'struct', struct };
}

/** The schema of that name; a wrong name is a programmer's error. */
export function schemaOf(schemas: ReadonlyMap<string, Schema>, name: string): Schema {
  const schema = schemas.get(name);
  if (schema === undefined) throw new Error(`no schema "${name}"`);
  return schema;
}
