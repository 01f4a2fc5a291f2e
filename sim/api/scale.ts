import type { Deployment } from './kinds/deployment.ts';
import type { ReplicaSet } from './kinds/replicaset.ts';
import type { ObjectMeta } from './meta.ts';
import { formatSelector, fromLabelSelector } from './selector.ts';

/** Body of the scale subresource, autoscaling/v1. */
export type Scale = {
  readonly apiVersion: 'autoscaling/v1';
  readonly kind: 'Scale';
  readonly metadata: ObjectMeta;
  readonly spec: { readonly replicas?: number };
  readonly status: { readonly replicas: number; readonly selector?: string };
};

/** The Scale that GET <kind>/<name>/scale answers. */
export function scaleOf({ metadata, spec, status }: Deployment | ReplicaSet): Scale {
  const { name, namespace, uid, resourceVersion, creationTimestamp } = metadata;
  const selector = formatSelector(fromLabelSelector(spec.selector));
  return {
    apiVersion: 'autoscaling/v1',
    kind: 'Scale',
    metadata: { name, namespace, uid, resourceVersion, creationTimestamp },
    spec: { replicas: spec.replicas ?? 0 },
    status: { replicas: status?.replicas ?? 0, selector },
  };
}

/** The object with the replica count of a Scale; everything else stays. */
export function withScale<O extends Deployment | ReplicaSet>(object: O, scale: Pick<Scale, 'spec'>): O {
  return { ...object, spec: { ...object.spec, replicas: scale.spec.replicas ?? 0 } };
}
