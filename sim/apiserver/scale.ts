import type { Deployment } from '../api/kinds/deployment.ts';
import type { ReplicaSet } from '../api/kinds/replicaset.ts';
import type { JsonObject, KubeObject } from '../api/meta.ts';
import type { FieldError } from '../api/resource.ts';
import { type Scale, scaleOf, withScale } from '../api/scale.ts';

type Scalable = Deployment | ReplicaSet;

/** What messages about a Scale call it. */
export const SCALE = { group: 'autoscaling', plural: 'scales', kind: 'Scale' };

/** A Deployment or ReplicaSet seen as autoscaling/v1 Scale. */
export function viewScale(object: KubeObject): Scale {
  return scaleOf(object as Scalable);
}

/**
 * The object with the replicas and the resourceVersion of a Scale, and what is wrong with it.
 * Follows pkg/registry/apps/deployment/storage/storage.go `scaleUpdatedObjectInfo`.
 */
export function applyScale(
  existing: KubeObject,
  scale: JsonObject,
): { readonly object: KubeObject; readonly errors: readonly FieldError[] } {
  const { spec, metadata } = scale as { spec?: { replicas?: number }; metadata?: { resourceVersion?: string } };
  const replicas = spec?.replicas ?? 0;
  const errors: FieldError[] = [];
  if (replicas < 0) {
    const detail = 'must be greater than or equal to 0';
    errors.push({ type: 'Invalid', field: 'spec.replicas', value: replicas, detail });
  }
  const next = withScale(existing as Scalable, { spec: { replicas } });
  const resourceVersion = metadata?.resourceVersion || existing.metadata.resourceVersion;
  return { object: { ...next, metadata: { ...next.metadata, resourceVersion } }, errors };
}
