import type { JsonObject, JsonValue } from '../meta.ts';
import { sameJson } from '../resource.ts';
import { isMap } from './patchmeta.ts';

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
