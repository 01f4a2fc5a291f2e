import { goJson } from '../api/json.ts';
import type { JsonObject } from '../api/meta.ts';
import { dig, plant } from './json.ts';

/** Where client-side apply keeps the file that was applied last. */
export const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

/** The manifest with itself in the annotation, as one line of JSON that ends with a newline. */
export function annotated(manifest: JsonObject): JsonObject {
  const bare = unannotated(manifest);
  const annotations = dig(bare, 'metadata', 'annotations') as JsonObject;
  return plant(bare, ['metadata', 'annotations'], { ...annotations, [LAST_APPLIED]: `${goJson(bare)}\n` });
}

/** The manifest without it. Annotations it has in any case, if only an empty map. */
export function unannotated(manifest: JsonObject): JsonObject {
  const { [LAST_APPLIED]: _old, ...annotations } = (dig(manifest, 'metadata', 'annotations') ?? {}) as JsonObject;
  return plant(manifest, ['metadata', 'annotations'], annotations);
}
