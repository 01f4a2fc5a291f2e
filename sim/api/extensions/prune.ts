import { type Decoded, type DecodeProblem, decode, formatPath, type Path } from '../decode.ts';
import type { JsonObject, JsonValue } from '../meta.ts';
import { metaSchemas } from '../schemas/metaschemas.ts';
import { schemaOf } from '../schemas/schema.ts';
import { isMap, type JsonSchema, valuesOf } from './jsonschema.ts';

const META = schemaOf(metaSchemas, 'ObjectMeta');
/** What is everybody's, whatever a schema says. */
const HEAD: readonly string[] = ['apiVersion', 'kind', 'metadata'];

/**
 * Fits a body to a structural schema: fields that it does not describe are dropped, and reported. Metadata is fitted
 * as that of any object. Follows apiextensions-apiserver/pkg/apiserver/schema/pruning/algorithm.go.
 */
export function pruneBody(body: JsonValue, schema: JsonSchema): Decoded {
  if (!isMap(body)) {
    const message = 'json: cannot unmarshal into Go value of type map[string]interface {}';
    return { object: {}, problems: [{ kind: 'type', path: [], message }] };
  }
  const unknown: Path[] = [];
  const { apiVersion, kind, metadata, ...rest } = body;
  const head = metadataOf(metadata);
  const fields = prune(rest, schema, [], unknown) as JsonObject;
  const problems = unknown
    .map(
      (path): DecodeProblem => ({
        kind: 'unknown',
        path,
        message: `unknown field ${JSON.stringify(formatPath(path))}`,
      }),
    )
    .sort((a, b) => (a.message < b.message ? -1 : 1));
  return {
    object: { ...(apiVersion ? { apiVersion } : {}), ...(kind ? { kind } : {}), metadata: head.object, ...fields },
    problems: [...head.problems, ...problems],
  };
}

function metadataOf(metadata: JsonValue): Decoded {
  const { object, problems } = decode(metadata ?? {}, META);
  const below = problems.map((problem) => {
    const path = ['metadata', ...problem.path];
    const isUnknown = problem.kind === 'unknown';
    return { ...problem, path, message: isUnknown ? `unknown field "${formatPath(path)}"` : problem.message };
  });
  return { object, problems: below };
}

/** The value without what the schema does not know. `unknown` takes the paths of what was dropped. */
export function prune(value: JsonValue, schema: JsonSchema, path: Path, unknown: Path[]): JsonValue {
  if (Array.isArray(value)) {
    const { items } = schema;
    if (items === undefined) return value;
    return value.map((item: JsonValue, index) => prune(item, items, [...path, index], unknown));
  }
  if (!isMap(value)) return value;
  const keepsAll = schema['x-kubernetes-preserve-unknown-fields'] === true;
  const isEmbedded = schema['x-kubernetes-embedded-resource'] === true;
  const kept: Record<string, JsonValue> = {};
  for (const [name, inner] of Object.entries(value)) {
    const at = [...path, name];
    const known = schema.properties?.[name] ?? valuesOf(schema);
    if (known !== undefined) kept[name] = prune(inner, known, at, unknown);
    else if (keepsAll || schema.additionalProperties === true || (isEmbedded && HEAD.includes(name))) {
      kept[name] = inner;
    } else unknown.push(at);
  }
  return kept;
}
