import type { JsonObject, JsonValue } from './meta.ts';
import { applyJsonPatch, type JsonPatchOperation } from './patch/jsonpatch.ts';
import { applyMergePatch } from './patch/mergepatch.ts';
import { isList, isMap, PatchError } from './patch/patchmeta.ts';
import { diffMaps } from './patch/strategicdiff.ts';
import { mergeMaps } from './patch/strategicmerge.ts';
import type { Schema } from './resource.ts';
import type { Parsed } from './selector.ts';

/** The content types a PATCH may have, beside server-side apply (see managedfields/). */
export const STRATEGIC_MERGE_PATCH = 'application/strategic-merge-patch+json';
/** RFC 7386, what `kubectl label`, `annotate` and `scale` send. */
export const MERGE_PATCH = 'application/merge-patch+json';
/** RFC 6902, what `kubectl rollout undo` sends. */
export const JSON_PATCH = 'application/json-patch+json';

/** The patched object, or why the patch does not apply. Decode the result before use: it may hold anything. */
export function applyPatch(
  contentType: string,
  object: JsonObject,
  patch: JsonValue,
  schema: Schema,
): Parsed<JsonObject> {
  if (contentType === STRATEGIC_MERGE_PATCH) return applyStrategicMergePatch(object, patch, schema);
  return attempt(() => {
    if (contentType === JSON_PATCH) {
      if (!isList(patch)) throw new PatchError('json: cannot unmarshal object into Go value of type jsonpatch.Patch');
      return asMap(applyJsonPatch(object, patch as readonly JsonPatchOperation[]));
    }
    return asMap(applyMergePatch(object, patch));
  });
}

/** The server's side of `kubectl apply`, `edit`, `set` and so on. */
export function applyStrategicMergePatch(object: JsonObject, patch: JsonValue, schema: Schema): Parsed<JsonObject> {
  return attempt(() => mergeMaps(object, asMap(patch), { struct: schema }, 'apply'));
}

/** What `kubectl edit` and `set` send: the difference of two objects. */
export function createTwoWayPatch(original: JsonObject, modified: JsonObject, schema: Schema): Parsed<JsonObject> {
  return attempt(() => diffMaps(original, modified, { struct: schema }, { changes: true, deletions: true }));
}

/**
 * What `kubectl apply` sends: changes from `current` (the live object) to `modified` (the file), and deletions from
 * `original` (what was applied last) to `modified`. Fields that others own stay.
 */
export function createThreeWayPatch(
  original: JsonObject,
  modified: JsonObject,
  current: JsonObject,
  schema: Schema,
): Parsed<JsonObject> {
  return attempt(() => {
    const below = { struct: schema };
    const changes = diffMaps(current, modified, below, { changes: true, deletions: false });
    const deletions = diffMaps(original, modified, below, { changes: false, deletions: true });
    return mergeMaps(deletions, changes, below, 'combine');
  });
}

function asMap(value: JsonValue): JsonObject {
  if (isMap(value)) return value;
  throw new PatchError('invalid JSON document');
}

function attempt(work: () => JsonObject): Parsed<JsonObject> {
  try {
    return { ok: true, value: work() };
  } catch (error) {
    if (error instanceof PatchError) return { ok: false, error: error.message };
    throw error;
  }
}
