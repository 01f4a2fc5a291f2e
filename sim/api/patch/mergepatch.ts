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
