import { type DecodeProblem, decode, decodeError } from '../api/decode.ts';
import { apiVersionOf } from '../api/index.ts';
import type { JsonObject, JsonValue, KubeObject } from '../api/meta.ts';
import type { Resource } from '../api/resource.ts';
import { badRequest, cannotBeHandled, type Status } from '../api/status.ts';
import type { Value } from '../kernel/value.ts';
import type { Options } from './call.ts';

/** A body as an object of its kind with the warnings that go with it, or the reason why it is none. */
export type DecodedBody =
  | { readonly ok: true; readonly object: KubeObject; readonly warnings: readonly string[] }
  | { readonly ok: false; readonly status: Status };

/** What decoding needs to know of a kind; a Resource fits, and so does Scale. */
export type Decodable = Pick<Resource, 'group' | 'version' | 'kind' | 'schema' | 'custom'>;

/** Decodes a whole body. An absent apiVersion or kind is taken from the path, as upstream does. */
export function decodeBody(resource: Decodable, body: Value, options: Options): DecodedBody {
  const { version, kind } = resource;
  const mismatch = wrongType(resource, body);
  if (mismatch !== undefined) return { ok: false, status: mismatch };
  const { object, problems } = resource.custom?.decode(body as JsonValue) ?? decode(body as JsonValue, resource.schema);
  const error = decodeError(problems, options.fieldValidation === 'Strict');
  if (error !== undefined) return { ok: false, status: cannotBeHandled(kind, version, error) };
  return { ok: true, object: identified(resource, object), warnings: warningsOf(problems, options) };
}

/**
 * Decodes only what a patch changed: the fields of the object that are still the very same values were decoded before.
 * The problems are the caller's to word.
 */
export function decodePatched(
  resource: Decodable,
  patched: JsonObject,
  existing: JsonObject,
): { readonly object: KubeObject; readonly problems: readonly DecodeProblem[] } {
  if (resource.custom !== undefined) {
    const whole = resource.custom.decode(patched);
    return { object: identified(resource, whole.object), problems: whole.problems };
  }
  const changed: Record<string, JsonValue> = {};
  const kept: Record<string, JsonValue> = {};
  for (const [field, value] of Object.entries(patched)) {
    if (value !== undefined && value === existing[field]) kept[field] = value;
    else changed[field] = value;
  }
  const { object, problems } = decode(changed, resource.schema);
  return { object: identified(resource, { ...kept, ...object }), problems };
}

/** Unknown and duplicate fields under `fieldValidation=Warn`. */
export function warningsOf(problems: readonly DecodeProblem[], options: Options): readonly string[] {
  if (options.fieldValidation !== 'Warn') return [];
  return problems.filter(({ kind }) => kind !== 'type').map(({ message }) => message);
}

function identified(resource: Decodable, fields: JsonObject): KubeObject {
  const { selfLink: _gone, ...metadata } = (fields.metadata ?? {}) as KubeObject['metadata'];
  const { apiVersion: _version, kind: _kind, metadata: _metadata, ...rest } = fields;
  return {
    apiVersion: apiVersionOf(resource),
    kind: resource.kind,
    metadata: { ...metadata, name: metadata.name ?? '' },
    ...rest,
  };
}

function wrongType(resource: Decodable, body: Value): Status | undefined {
  const { apiVersion, kind } = (body ?? {}) as { apiVersion?: unknown; kind?: unknown };
  const expected = apiVersionOf(resource);
  if (typeof apiVersion === 'string' && apiVersion !== '' && apiVersion !== expected) {
    return badRequest(
      `the API version in the data (${apiVersion}) does not match the expected API version (${expected})`,
    );
  }
  if (typeof kind !== 'string' || kind === '' || kind === resource.kind) return undefined;
  const why = `no kind ${JSON.stringify(kind)} is registered for version ${JSON.stringify(expected)}`;
  return badRequest(`${kind} in version "${resource.version}" cannot be handled as a ${resource.kind}: ${why}`);
}
