import type { JsonObject, JsonValue } from '../api/meta.ts';
import type { Resource, Schema, SchemaField, SchemaType } from '../api/resource.ts';

/** How kubectl asks for the document that describes a kind. */
export function documentPath({ group, version }: Pick<Resource, 'group' | 'version'>): string {
  return `/openapi/v3/apis/${group}/${version}`;
}

/** The schema of a kind in an OpenAPI v3 document; undefined when it is not there. */
export function schemaIn(document: JsonObject, { group, version, kind }: Resource): Schema | undefined {
  const schemas = mapOf(mapOf(document.components).schemas);
  const isIt = (gvk: JsonObject) => gvk.group === group && gvk.version === version && gvk.kind === kind;
  const found = Object.values(schemas).find((schema) => {
    return ((mapOf(schema)['x-kubernetes-group-version-kind'] ?? []) as readonly JsonObject[]).some(isIt);
  });
  return found === undefined ? undefined : new Reader(schemas).read(kind, mapOf(found));
}

/** Reads schemas by reference; one may contain itself. */
class Reader {
  readonly #schemas: JsonObject;
  readonly #read = new Map<string, Schema>();

  constructor(schemas: JsonObject) {
    this.#schemas = schemas;
  }

  read(name: string, schema: JsonObject): Schema {
    const fields = new Map<string, SchemaField>();
    const properties = mapOf(schema.properties);
    const texts = new Map<string, string>([['', String(schema.description ?? '')]]);
    const made: Schema = { name, fields, texts };
    this.#read.set(name, made);
    for (const [field, property] of Object.entries(properties)) {
      const required = ((schema.required ?? []) as readonly string[]).includes(field);
      fields.set(field, {
        name: field,
        type: this.#typeOf(mapOf(property)),
        required,
        mergeKey: undefined,
        retainKeys: false,
      });
      texts.set(field, String(mapOf(property).description ?? ''));
    }
    return made;
  }

  #typeOf(schema: JsonObject): SchemaType {
    const [inner = schema] = (schema.allOf ?? []) as readonly JsonObject[];
    const reference =
      String(inner.$ref ?? '')
        .split('/')
        .pop() ?? '';
    if (reference !== '') return this.#referred(reference);
    switch (schema.type) {
      case 'array':
        return { type: 'list', of: this.#typeOf(mapOf(schema.items)) };
      case 'integer':
        return { type: 'int64' };
      case 'string':
      case 'boolean':
      case 'number':
        return { type: schema.type };
      default:
        if (schema.properties !== undefined) {
          const { fields, texts } = new Reader(this.#schemas).read('Object', schema);
          return { type: 'struct', struct: { name: 'Object', fields, ...(texts && { texts }) } };
        }
        return typeof schema.additionalProperties === 'object'
          ? { type: 'map', of: this.#typeOf(mapOf(schema.additionalProperties)) }
          : { type: 'any' };
    }
  }

  #referred(id: string): SchemaType {
    const name = id.split('.').pop() ?? '';
    const schema = mapOf(this.#schemas[id]);
    if (schema.properties === undefined) return name === 'Quantity' ? { type: 'quantity' } : this.#typeOf(schema);
    return { type: 'struct', struct: this.#read.get(name) ?? this.read(name, schema) };
  }
}

function mapOf(value: JsonValue): JsonObject {
  return (value ?? {}) as JsonObject;
}
