import { since } from '../cells.ts';
import { findJsonPath, parseJsonPath } from '../jsonpath.ts';
import type { JsonObject, JsonValue, KubeObject } from '../meta.ts';
import { type Column, defineResource, type Resource, type Subresource, sameJson } from '../resource.ts';
import type { Scale } from '../scale.ts';
import { type Errors, subdomainName, validateMeta } from '../validate.ts';
import { withDefaults } from './defaulting.ts';
import type { Definition, DefinitionVersion, PrinterColumn, ScalePaths } from './definition.ts';
import { isMap, type JsonSchema } from './jsonschema.ts';
import { pruneBody } from './prune.ts';
import { ruleErrors } from './rules.ts';
import { schemaOfKind } from './schemafields.ts';
import { valueErrors } from './valueerrors.ts';

const known = new WeakMap<Definition, Resource>();

/**
 * The kind that a definition describes: a pure function of it. Follows apiextensions-apiserver
 * pkg/registry/customresource (strategy.go, status_strategy.go, validator.go, tableconvertor).
 */
export function kindOf(definition: Definition): Resource {
  const made = known.get(definition) ?? makeKind(definition);
  known.set(definition, made);
  return made;
}

function makeKind(definition: Definition): Resource {
  const { group = '', scope, versions, names } = definition.spec;
  const accepted = { ...names, ...definition.status?.acceptedNames };
  const version = versions.find(({ served, storage }) => served && storage) ?? versions[0];
  const { name = 'v1', subresources = {}, schema } = version ?? {};
  const root = schema?.openAPIV3Schema ?? {};
  const hasStatus = subresources.status !== undefined;
  const { plural = '', singular = '', kind = '', shortNames = [], categories = [] } = accepted;
  const namespaced = scope === 'Namespaced';
  const own: Subresource[] = [
    ...(hasStatus ? (['status'] as const) : []),
    ...(subresources.scale ? (['scale'] as const) : []),
  ];
  return defineResource<KubeObject>({
    group,
    version: name,
    kind,
    plural,
    singular,
    shortNames,
    categories,
    namespaced,
    subresources: own,
    directory: `${group}/${plural}`,
    schema: schemaOfKind(kind, root),
    custom: {
      described: root as unknown as JsonObject,
      decode: (body) => pruneBody(body, root),
      validateStatus: (object, old) => statusErrors(root, object, old),
      ...scaleHooks(subresources.scale),
    },
    defaults: (object) => fill(object, root),
    prepareForCreate: (object) => {
      const { status: _status, ...rest } = object;
      const kept = hasStatus ? (rest as KubeObject) : object;
      return { ...kept, metadata: { ...kept.metadata, generation: 1 } };
    },
    prepareForUpdate: (next, old) => countChange(hasStatus ? keepStatus(next, old) : next, old),
    validate: (object, old) => [
      ...validateMeta(object.metadata, namespaced, subdomainName),
      ...bodyErrors(root, object, old),
    ],
    columns: columnsOf(version?.additionalPrinterColumns),
  });
}

function fill(object: KubeObject, root: JsonSchema): KubeObject {
  const { apiVersion, kind, metadata, ...rest } = object;
  const filled = withDefaults(rest as JsonObject, withoutMeta(root)) as JsonObject;
  return filled === (rest as JsonObject) ? object : ({ apiVersion, kind, metadata, ...filled } as KubeObject);
}

function withoutMeta(root: JsonSchema): JsonSchema {
  const { metadata: _meta, apiVersion: _version, kind: _kind, ...properties } = root.properties ?? {};
  return { ...root, properties };
}

/** Anything that changes beside metadata counts. */
function countChange(next: KubeObject, old: KubeObject): KubeObject {
  const { metadata: mine, ...now } = next as unknown as { metadata: KubeObject['metadata'] } & JsonObject;
  const { metadata: theirs, ...before } = old as unknown as { metadata: KubeObject['metadata'] } & JsonObject;
  const generation = (theirs.generation ?? 1) + (sameJson(now, before) ? 0 : 1);
  return { ...next, metadata: { ...mine, generation } };
}

function keepStatus(next: KubeObject, old: KubeObject): KubeObject {
  const { status: _dropped, ...rest } = next;
  return (old.status === undefined ? rest : { ...rest, status: old.status }) as KubeObject;
}

/** Rules are asked when nothing is wrong that would keep them from being understood. */
function bodyErrors(root: JsonSchema, object: KubeObject, old: KubeObject | undefined): Errors {
  const value = object as unknown as JsonValue;
  const wrong = valueErrors(value, root, '');
  const isBlocking = wrong.some(({ type }) => type !== 'NotSupported' && type !== 'Invalid');
  return isBlocking ? wrong : [...wrong, ...ruleErrors(root, value, old as unknown as JsonValue, '')];
}

function statusErrors(root: JsonSchema, object: KubeObject, old: KubeObject): Errors {
  const schema = root.properties?.['status'];
  const status = object.status as JsonValue;
  if (schema === undefined || status === undefined) return [];
  const wrong = valueErrors(status, schema, 'status');
  return wrong.length > 0 ? wrong : ruleErrors(schema, status, old.status as JsonValue, 'status');
}

const AGE: PrinterColumn = {
  name: 'Age',
  type: 'date',
  jsonPath: '.metadata.creationTimestamp',
  description:
    'CreationTimestamp is a timestamp representing the server time when this object was created. It is not guaranteed to be set in happens-before order across separate operations. Clients may not set this value. It is represented in RFC3339 form and is in UTC.',
};

function columnsOf(columns: DefinitionVersion['additionalPrinterColumns']): readonly Column[] {
  const name: Column = { name: 'Name', type: 'string', format: 'name', priority: 0, cell: nameOf };
  return [name, ...(columns ?? [AGE]).map(columnOf)];
}

function nameOf({ metadata }: KubeObject): string {
  return metadata.name;
}

function columnOf({
  name = '',
  type = 'string',
  format,
  priority = 0,
  jsonPath = '',
  description,
}: PrinterColumn): Column {
  const path = parseJsonPath(`{${jsonPath}}`);
  const text = description ?? `Custom resource definition column (in JSONPath format): ${jsonPath}`;
  return {
    name,
    type: type as Column['type'],
    priority,
    description: text,
    ...(format === undefined ? {} : { format }),
    cell: (object, nowMs) =>
      cellOf(type, 'error' in path ? undefined : findJsonPath(path, object as JsonValue)[0], nowMs),
  };
}

/** What is not there, or is of another type, leaves its cell empty. */
function cellOf(type: string, value: JsonValue, nowMs: number): string | number | boolean | null {
  if (value === undefined || value === null) return null;
  switch (type) {
    case 'string':
      return typeof value === 'object' ? JSON.stringify(value) : String(value);
    case 'integer':
      return typeof value === 'number' ? Math.trunc(value) : null;
    case 'date':
      return typeof value === 'string' ? since(value, nowMs) : null;
    default:
      return typeof value === type ? (value as number | boolean) : null;
  }
}

/** How many, wherever the definition says that it stands. */
function scaleHooks(scale: ScalePaths | undefined) {
  if (scale === undefined) return {};
  const { specReplicasPath = '', statusReplicasPath = '', labelSelectorPath = '' } = scale;
  return {
    viewScale: (object: KubeObject): Scale => {
      const { name, namespace, uid, resourceVersion, creationTimestamp } = object.metadata;
      const selector = valueAt(object as JsonValue, labelSelectorPath);
      return {
        apiVersion: 'autoscaling/v1',
        kind: 'Scale',
        metadata: { name, namespace, uid, resourceVersion, creationTimestamp } as Scale['metadata'],
        spec: { replicas: Number(valueAt(object as JsonValue, specReplicasPath) ?? 0) },
        status: {
          replicas: Number(valueAt(object as JsonValue, statusReplicasPath) ?? 0),
          ...(typeof selector === 'string' && selector !== '' ? { selector } : {}),
        },
      };
    },
    withScale: (object: KubeObject, replicas: number): KubeObject =>
      withValue(object as JsonValue, namesOf(specReplicasPath), replicas) as unknown as KubeObject,
  };
}

function namesOf(path: string): readonly string[] {
  return path.split('.').filter((name) => name !== '');
}

function valueAt(object: JsonValue, path: string): JsonValue {
  return namesOf(path).reduce((value: JsonValue, name) => (isMap(value) ? value[name] : undefined), object);
}

function withValue(object: JsonValue, [name, ...rest]: readonly string[], value: JsonValue): JsonValue {
  if (name === undefined) return value;
  const fields = isMap(object) ? object : {};
  return { ...fields, [name]: withValue(fields[name], rest, value) };
}
