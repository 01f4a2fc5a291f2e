import { ageColumn, column, nameColumn } from '../api/cells.ts';
import { resourceOfKind } from '../api/index.ts';
import type { KubeObject } from '../api/meta.ts';
import type { FieldError } from '../api/resource.ts';
import { type Scalable, type Scale, scaleOf, withScale } from '../api/scale.ts';
import { schemas } from '../api/schemas/clusterschemas.ts';
import { schemaOf } from '../api/schemas/schema.ts';

/** A Scale is no Resource, only the form of a subresource: what messages and decoding need to know of it. */
export const SCALE = {
  group: 'autoscaling',
  version: 'v1',
  plural: 'scales',
  kind: 'Scale',
  schema: schemaOf(schemas, 'Scale'),
};

/** What `kubectl get --subresource=scale` prints. Upstream printers/internalversion `printScale`. */
export const SCALE_COLUMNS = {
  columns: [
    nameColumn<Scale>(),
    column<Scale>('Desired', ({ spec }) => spec.replicas ?? 0, 'integer'),
    column<Scale>('Available', ({ status }) => status.replicas, 'integer'),
    ageColumn<Scale>(),
  ],
};

/** An object seen as autoscaling/v1 Scale. */
export function viewScale(object: KubeObject): Scale {
  return customOf(object)?.viewScale?.(object) ?? scaleOf(object as Scalable);
}

/**
 * The object with the replicas and the resourceVersion of a Scale, and what is wrong with it.
 * Follows pkg/registry/apps/deployment/storage/storage.go `scaleUpdatedObjectInfo`.
 */
export function applyScale(
  existing: KubeObject,
  scale: KubeObject,
): { readonly object: KubeObject; readonly errors: readonly FieldError[] } {
  const { spec = {}, metadata } = scale as Scale;
  const replicas = spec.replicas ?? 0;
  const errors: FieldError[] = [];
  if (replicas < 0) {
    const detail = 'must be greater than or equal to 0';
    errors.push({ type: 'Invalid', field: 'spec.replicas', value: replicas, detail });
  }
  const next =
    customOf(existing)?.withScale?.(existing, replicas) ?? withScale(existing as Scalable, { spec: { replicas } });
  const resourceVersion = metadata.resourceVersion || existing.metadata.resourceVersion;
  return { object: { ...next, metadata: { ...next.metadata, resourceVersion } }, errors };
}

function customOf({ apiVersion, kind }: KubeObject) {
  return resourceOfKind(apiVersion, kind)?.custom;
}
