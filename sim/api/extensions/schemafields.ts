import type { Schema, SchemaField, SchemaType } from '../resource.ts';
import { metaSchemas } from '../schemas/metaschemas.ts';
import { schemaOf } from '../schemas/schema.ts';
import { type JsonSchema, valuesOf } from './jsonschema.ts';

const STRING: SchemaType = { type: 'string' };

/**
 * A structural schema as the API's own tables describe a kind: what server-side apply tells owners by, and what
 * `kubectl explain` prints. A struct is called after its field.
 */
export function schemaOfKind(kind: string, root: JsonSchema): Schema {
  const { metadata: _meta, apiVersion: _version, kind: _kind, ...properties } = root.properties ?? {};
  const own = structOf(kind, { ...root, properties });
  const head: readonly SchemaField[] = [
    field('apiVersion', STRING, false),
    field('kind', STRING, false),
    field('metadata', { type: 'struct', struct: schemaOf(metaSchemas, 'ObjectMeta') }, false),
  ];
  return { ...own, fields: new Map([...head.map((one) => [one.name, one] as const), ...own.fields]) };
}

function structOf(name: string, schema: JsonSchema): Schema {
  const { properties = {}, required = [], description = '' } = schema;
  const fields = Object.entries(properties).map(([field, property]) => {
    return [field, fieldOf(field, property, required.includes(field))] as const;
  });
  const texts = Object.entries(properties).map(([field, property]) => [field, property.description ?? ''] as const);
  return { name, fields: new Map(fields), texts: new Map([['', description], ...texts]) };
}

function fieldOf(name: string, schema: JsonSchema, isRequired: boolean): SchemaField {
  return { ...field(name, typeOf(name, schema), isRequired), mergeKey: mergeKeyOf(schema) };
}

function field(name: string, type: SchemaType, isRequired: boolean): SchemaField {
  return { name, type, required: isRequired, mergeKey: undefined, retainKeys: false };
}

function mergeKeyOf(schema: JsonSchema): string | undefined {
  if (schema['x-kubernetes-list-type'] === 'set') return '';
  const keys = schema['x-kubernetes-list-map-keys'] ?? [];
  return schema['x-kubernetes-list-type'] === 'map' && keys.length === 1 ? keys[0] : undefined;
}

function typeOf(name: string, schema: JsonSchema): SchemaType {
  if (schema['x-kubernetes-int-or-string']) return { type: 'intOrString' };
  switch (schema.type) {
    case 'string':
      return STRING;
    case 'boolean':
    case 'number':
      return { type: schema.type };
    case 'integer':
      return { type: 'int64' };
    case 'array':
      return { type: 'list', of: schema.items === undefined ? { type: 'any' } : typeOf(name, schema.items) };
    default: {
      const values = valuesOf(schema);
      if (values !== undefined) return { type: 'map', of: typeOf(name, values) };
      const isOpaque = schema.properties === undefined || schema['x-kubernetes-map-type'] === 'atomic';
      return isOpaque ? { type: 'any' } : { type: 'struct', struct: structOf(name, schema) };
    }
  }
}
