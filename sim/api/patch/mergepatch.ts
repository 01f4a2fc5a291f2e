import type { JsonObject, JsonValue } from '../meta.ts';
import { sameJson } from '../resource.ts';
import { isMap } from './patchmeta.ts';

/** RFC 7386: maps are merged, null deletes, everything else replaces. */
export function applyMergePatch(target: JsonValue, patch: JsonValue): JsonValue {
  if (!isMap(patch)) return patch;
  const result: Record<string, JsonValue> = isMap(target) ? { ...target } : {};
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete result[key];
    else if (value !== undefined) result[key] = applyMergePatch(result[key], value);
  }
  return result;
}

/**
 * What `kubectl apply` sends for kinds it was not built with: what `modified` says otherwise than `current`, and null for
 * what only `original` said. Follows apimachinery/pkg/util/jsonmergepatch.
 */
export function threeWayMergePatch(original: JsonObject, modified: JsonObject, current: JsonObject): JsonObject {
  const patch: Record<string, JsonValue> = {};
  for (const [key, value] of Object.entries(modified)) {
    const [before, now] = [original[key], current[key]];
    if (isMap(value) && isMap(now)) {
      const inner = threeWayMergePatch(isMap(before) ? before : {}, value, now);
      if (Object.keys(inner).length > 0) patch[key] = inner;
    } else if (!sameJson(now, value)) patch[key] = value;
  }
  for (const [key, value] of Object.entries(original)) {
    if (value !== undefined && modified[key] === undefined && current[key] !== undefined) patch[key] = null;
  }
  return patch;
}

/** The merge patch that turns `original` into `modified`; `{}` when they are equal. */
export function createMergePatch(original: JsonObject, modified: JsonObject): JsonObject {
  const patch: Record<string, JsonValue> = {};
  for (const [key, value] of Object.entries(modified)) {
    const before = original[key];
    if (sameJson(before, value)) continue;
    patch[key] = isMap(before) && isMap(value) ? createMergePatch(before, value) : value;
  }
  for (const [key, value] of Object.entries(original)) {
    if (value !== undefined && modified[key] === undefined) patch[key] = null;
  }
  return patch;
}
