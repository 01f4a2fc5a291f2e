import type { Pod, PodCondition, PodTemplateSpec } from '../api/kinds/pod.ts';
import { controllerRef, getCondition, type KubeObject, parseTime } from '../api/meta.ts';
import type { Millis } from '../kernel/message.ts';

/** The pod's Ready condition. */
export function readyCondition(pod: Pod): PodCondition | undefined {
  return getCondition(pod.status?.conditions, 'Ready');
}

/** Whether the pod says it can serve. */
export function isPodReady(pod: Pod): boolean {
  return readyCondition(pod)?.status === 'True';
}

/** Neither finished nor on its way out: what a ReplicaSet counts. Upstream `IsPodActive`. */
export function isPodActive(pod: Pod): boolean {
  const phase = pod.status?.phase;
  return phase !== 'Succeeded' && phase !== 'Failed' && pod.metadata.deletionTimestamp === undefined;
}

/** Milliseconds until a ready pod counts as available: 0 when it does already, undefined when it is not ready. */
export function untilAvailable(pod: Pod, minReadySeconds: number, now: Millis): Millis | undefined {
  const condition = readyCondition(pod);
  if (condition?.status !== 'True') return undefined;
  if (minReadySeconds === 0) return 0;
  const since = parseTime(condition.lastTransitionTime);
  return since === undefined ? undefined : Math.max(0, since + minReadySeconds * 1000 - now);
}

/** A pod as its owner's template describes it; without a name of its own it gets a generated one. Upstream `GetPodFromTemplate`. */
export function podFrom(template: PodTemplateSpec, owner: KubeObject, name = ''): Pod {
  const { labels, annotations, finalizers } = template.metadata ?? {};
  const { namespace } = owner.metadata;
  const named = name === '' ? { name, generateName: `${owner.metadata.name}-` } : { name };
  const metadata = { ...named, namespace, labels, annotations, finalizers, ownerReferences: [controllerRef(owner)] };
  return { apiVersion: 'v1', kind: 'Pod', metadata, spec: template.spec };
}
