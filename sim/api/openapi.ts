import type { JsonObject, JsonValue } from './meta.ts';
import type { Resource, Schema, SchemaField, SchemaType } from './resource.ts';
import { rootOf } from './roots.ts';
import { textOf } from './texts/index.ts';

type Kind = Pick<Resource, 'group' | 'version' | 'kind' | 'plural' | 'namespaced' | 'schema' | 'custom'>;

/**
 * The OpenAPI v3 document of one group and version: what `kubectl apply` reads merge keys from and `kubectl explain`
 * prints. Schemas come from the same tables that decode requests. Follows kube-openapi/pkg/builder3; leaves out
 * operations other than PATCH (the one that clients look at) and the schemas of their parameters.
 */
export function openApiDocument(resources: readonly Kind[]): JsonObject {
  const schemas: Record<string, JsonValue> = {};
  for (const resource of resources) {
    if (resource.custom === undefined) addSchema(schemas, resource.schema, gvkOf(resource));
    else addDescribed(schemas, resource, resource.custom.described);
  }
  const paths = resources.map((resource) => [pathOf(resource), { patch: patchOperation(resource) }] as const);
  return {
    openapi: '3.0.0',
    info: { title: 'Kubernetes', version: 'v1.36.2' },
    paths: Object.fromEntries(paths),
    components: { schemas },
  };
}

function pathOf(resource: Kind): string {
  const namespace = resource.namespaced ? '/namespaces/{namespace}' : '';
  return `/${rootOf(resource)}${namespace}/${resource.plural}/{name}`;
}

function patchOperation(resource: Kind): JsonObject {
  const parameter = { name: 'fieldValidation', in: 'query', schema: { type: 'string', uniqueItems: true } };
  return {
    parameters: [parameter],
    responses: {},
    'x-kubernetes-action': 'patch',
    'x-kubernetes-group-version-kind': gvkOf(resource),
  };
}

function gvkOf({ group, version, kind }: Kind): JsonObject {
  return { group, version, kind };
}

/** Adds a struct and all that it names. Structs may contain themselves. */
function addSchema(schemas: Record<string, JsonValue>, schema: Schema, gvk?: JsonObject): void {
  const id = idOf(schema);
  if (schemas[id] !== undefined) return;
  schemas[id] = {};
  const fields = [...schema.fields.values()];
  const required = fields.filter((field) => field.required).map(({ name }) => name);
  const properties = fields.map((field) => [field.name, propertyOf(schemas, schema.name, field)] as const);
  schemas[id] = {
    type: 'object',
    ...described(textOf(schema.name)),
    properties: Object.fromEntries(properties),
    ...(required.length > 0 ? { required } : {}),
    ...(gvk === undefined ? {} : { 'x-kubernetes-group-version-kind': [gvk] }),
  };
}

/** A kind of one's own, as its definition describes it; its metadata is everybody's. */
function addDescribed(
  schemas: Record<string, JsonValue>,
  { group, schema, ...resource }: Kind,
  described: JsonObject,
): void {
  const head = ['apiVersion', 'kind', 'metadata'].flatMap((name) => {
    const field = schema.fields.get(name);
    return field === undefined ? [] : [[name, propertyOf(schemas, schema.name, field)] as const];
  });
  const id = `${group.split('.').reverse().join('.')}.${resource.version}.${resource.kind}`;
  schemas[id] = {
    ...described,
    properties: { ...(described.properties as JsonObject | undefined), ...Object.fromEntries(head) },
    'x-kubernetes-group-version-kind': [gvkOf({ ...resource, group, schema })],
  };
}

function propertyOf(
  schemas: Record<string, JsonValue>,
  struct: string,
  { name, type, mergeKey, retainKeys }: SchemaField,
): JsonObject {
  const property = typeOf(schemas, type);
  const strategy = [...(retainKeys ? ['retainKeys'] : []), ...(mergeKey === undefined ? [] : ['merge'])].join(',');
  return {
    ...property,
    ...described(textOf(struct, name)),
    ...(mergeKey ? { 'x-kubernetes-patch-merge-key': mergeKey } : {}),
    ...(strategy === '' ? {} : { 'x-kubernetes-patch-strategy': strategy }),
  };
}

function described(description: string): JsonObject {
  return description === '' ? {} : { description };
}

const QUANTITY = 'io.k8s.apimachinery.pkg.api.resource.Quantity';
const INT_OR_STRING = 'io.k8s.apimachinery.pkg.util.intstr.IntOrString';
const TIME = 'io.k8s.apimachinery.pkg.apis.meta.v1.Time';
const MICRO_TIME = 'io.k8s.apimachinery.pkg.apis.meta.v1.MicroTime';

/** Types that upstream's documents give a name of their own. */
const NAMED: Readonly<Record<string, JsonObject>> = {
  [QUANTITY]: { oneOf: [{ type: 'string' }, { type: 'number' }] },
  [INT_OR_STRING]: { format: 'int-or-string', oneOf: [{ type: 'integer' }, { type: 'string' }] },
  [TIME]: { type: 'string', format: 'date-time' },
  [MICRO_TIME]: { type: 'string', format: 'date-time' },
};

function typeOf(schemas: Record<string, JsonValue>, type: SchemaType): JsonObject {
  switch (type.type) {
    case 'string':
    case 'boolean':
    case 'number':
      return { type: type.type };
    case 'int32':
    case 'int64':
      return { type: 'integer', format: type.type };
    case 'bytes':
      return { type: 'string', format: 'byte' };
    case 'any':
      return { type: 'object' };
    case 'list':
      return { type: 'array', items: typeOf(schemas, type.of) };
    case 'map':
      return { type: 'object', additionalProperties: typeOf(schemas, type.of) };
    case 'struct':
      addSchema(schemas, type.struct);
      return reference(idOf(type.struct));
    case 'quantity':
      return named(schemas, QUANTITY);
    case 'intOrString':
      return named(schemas, INT_OR_STRING);
    case 'time':
      return named(schemas, TIME);
    case 'microTime':
      return named(schemas, MICRO_TIME);
  }
}

function named(schemas: Record<string, JsonValue>, id: string): JsonObject {
  schemas[id] = NAMED[id] ?? {};
  return reference(id);
}

function reference(id: string): JsonObject {
  return { allOf: [{ $ref: `#/components/schemas/${id}` }] };
}

/** The names are ours to choose within a document: clients follow references and group-version-kinds. */
function idOf({ name }: Schema): string {
  return `io.k8s.api.${name}`;
}
