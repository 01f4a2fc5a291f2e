import type { Pod } from '../../api/kinds/pod.ts';
import type { StatefulSet, StatefulSetStatus } from '../../api/kinds/statefulset.ts';
import { sameJson } from '../../api/resource.ts';
import type { Millis } from '../../kernel/message.ts';
import { untilAvailable } from '../pods.ts';
import { revisionOfPod } from './identity.ts';
import { isRunningAndReady } from './plan.ts';

/**
 * The status that these pods add up to; the same object as before when nothing changed. When all pods are new and
 * ready, the update's revision becomes the current one. Upstream `updateStatus` and `completeRollingUpdate`.
 */
export function statusOf(
  set: StatefulSet,
  pods: readonly Pod[],
  current: string,
  update: string,
  replaced: number,
  now: Millis,
): StatefulSetStatus {
  const { spec, status: old } = set;
  let [ready, available, ofCurrent, updated] = [0, 0, -replaced, 0];
  for (const pod of pods) {
    if (isRunningAndReady(pod)) {
      ready++;
      if (untilAvailable(pod, spec.minReadySeconds ?? 0, now) === 0) available++;
    }
    if (pod.metadata.deletionTimestamp !== undefined) continue;
    if (revisionOfPod(pod) === current) ofCurrent++;
    if (revisionOfPod(pod) === update) updated++;
  }
  const wanted = spec.replicas ?? 1;
  const isRolling = spec.updateStrategy?.type !== 'OnDelete';
  const isComplete = isRolling && [updated, ready, pods.length].every((count) => count === wanted);
  const next: StatefulSetStatus = {
    observedGeneration: set.metadata.generation,
    replicas: pods.length,
    readyReplicas: ready || undefined,
    currentReplicas: (isComplete ? updated : ofCurrent) || undefined,
    updatedReplicas: updated || undefined,
    currentRevision: isComplete ? update : current,
    updateRevision: update,
    collisionCount: old?.collisionCount ?? 0,
    availableReplicas: available,
  };
  return old !== undefined && sameJson(old, next) ? old : next;
}
