import type { Pod } from '../../api/kinds/pod.ts';
import type { ReplicaSet, ReplicaSetStatus } from '../../api/kinds/replicaset.ts';
import { type Condition, getCondition, rfc3339 } from '../../api/meta.ts';
import { sameJson } from '../../api/resource.ts';
import { fromLabels, matchesSelector } from '../../api/selector.ts';
import type { Millis } from '../../kernel/message.ts';
import type { Write } from '../controller.ts';
import { isPodActive, untilAvailable } from '../pods.ts';
import { update } from '../requests.ts';

/**
 * The status of a ReplicaSet with these claimed pods; the same object as before when nothing changed. `error` is
 * why the last creation or deletion failed. Upstream `calculateStatus` in replica_set_utils.go.
 */
export function nextStatus(
  set: ReplicaSet,
  claimed: readonly Pod[],
  error: string | undefined,
  now: Millis,
): ReplicaSetStatus {
  let [replicas, fullyLabeled, ready, available, terminating] = [0, 0, 0, 0, 0];
  const template = fromLabels(set.spec.template.metadata?.labels ?? {});
  const minReadySeconds = set.spec.minReadySeconds ?? 0;
  for (const pod of claimed) {
    if (!isPodActive(pod)) {
      if (isTerminating(pod)) terminating++;
      continue;
    }
    replicas++;
    if (matchesSelector(template, pod.metadata.labels)) fullyLabeled++;
    const wait = untilAvailable(pod, minReadySeconds, now);
    if (wait !== undefined) ready++;
    if (wait === 0) available++;
  }
  const next: ReplicaSetStatus = {
    replicas,
    fullyLabeledReplicas: fullyLabeled || undefined,
    readyReplicas: ready || undefined,
    availableReplicas: available || undefined,
    terminatingReplicas: terminating,
    observedGeneration: set.metadata.generation,
    conditions: failureCondition(set, replicas, error, now),
  };
  return set.status !== undefined && sameJson(set.status, next) ? set.status : next;
}

/** Writes a status. */
export function statusWrite(set: ReplicaSet, status: ReplicaSetStatus): Write {
  return { request: update('replicasets', { ...set, status }, '/status'), ignore: [404] };
}

function isTerminating(pod: Pod): boolean {
  const phase = pod.status?.phase;
  return pod.metadata.deletionTimestamp !== undefined && phase !== 'Succeeded' && phase !== 'Failed';
}

function failureCondition(
  set: ReplicaSet,
  active: number,
  error: string | undefined,
  now: Millis,
): readonly Condition[] | undefined {
  if (error === undefined) return undefined;
  if (getCondition(set.status?.conditions, 'ReplicaFailure')) return set.status?.conditions;
  const reason = active < (set.spec.replicas ?? 1) ? 'FailedCreate' : 'FailedDelete';
  return [{ type: 'ReplicaFailure', status: 'True', lastTransitionTime: rfc3339(now), reason, message: error }];
}
