import type { KubeObject, LabelSelector, Labels, ObjectMeta } from './meta.ts';
import { formatSelector, fromLabelSelector, fromLabels } from './selector.ts';

/** Body of the scale subresource, autoscaling/v1. */
export type Scale = {
  readonly apiVersion: 'autoscaling/v1';
  readonly kind: 'Scale';
  readonly metadata: ObjectMeta;
  readonly spec: { readonly replicas?: number };
  readonly status: { readonly replicas: number; readonly selector?: string };
};

/** What the kinds with a scale subresource have in common; a ReplicationController's selector is but labels. */
export type Scalable = Pick<KubeObject, 'apiVersion' | 'kind' | 'metadata'> & {
  readonly spec: { readonly replicas?: number; readonly selector?: LabelSelector | Labels };
  readonly status?: { readonly replicas?: number };
};

/** The Scale that GET <kind>/<name>/scale answers. */
export function scaleOf({ kind, metadata, spec, status }: Scalable): Scale {
  const { name, namespace, uid, resourceVersion, creationTimestamp } = metadata;
  const isPlain = kind === 'ReplicationController';
  const selector = isPlain ? fromLabels(spec.selector as Labels) : fromLabelSelector(spec.selector as LabelSelector);
  return {
    apiVersion: 'autoscaling/v1',
    kind: 'Scale',
    metadata: { name, namespace, uid, resourceVersion, creationTimestamp },
    // As in Go's JSON: none is left out, also for expressions of admission policies.
    spec: spec.replicas ? { replicas: spec.replicas } : {},
    status: { replicas: status?.replicas ?? 0, selector: formatSelector(selector) },
  };
}

/** The object with the replica count of a Scale; everything else stays. */
export function withScale<O extends Scalable>(object: O, scale: Pick<Scale, 'spec'>): O {
  return { ...object, spec: { ...object.spec, replicas: scale.spec.replicas ?? 0 } };
}
