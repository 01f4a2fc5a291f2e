import type { Deployment, DeploymentStatus } from '../../api/kinds/deployment.ts';
import type { ReplicaSet } from '../../api/kinds/replicaset.ts';
import { getCondition, parseTime } from '../../api/meta.ts';
import type { Millis } from '../../kernel/message.ts';
import { type Conditions, condition, withCondition, without } from './conditions.ts';
import { fencepostsOf } from './fenceposts.ts';

const NO_DEADLINE = 2_147_483_647;

/** Whether lack of progress is watched at all. */
export function hasDeadline({ spec }: Deployment): boolean {
  return (spec.progressDeadlineSeconds ?? 600) !== NO_DEADLINE;
}

/**
 * The status that the ReplicaSets add up to, with Available set. `conditions` are those to start from. Upstream
 * `calculateStatus` in deployment/sync.go.
 */
export function countStatus(
  deployment: Deployment,
  sets: readonly ReplicaSet[],
  newSet: ReplicaSet | undefined,
  conditions: Conditions,
  now: Millis,
): DeploymentStatus {
  let [total, replicas, ready, available] = [0, 0, 0, 0];
  for (const { spec, status } of sets) {
    total += spec.replicas ?? 1;
    replicas += status?.replicas ?? 0;
    ready += status?.readyReplicas ?? 0;
    available += status?.availableReplicas ?? 0;
  }
  const needed = (deployment.spec.replicas ?? 1) - fencepostsOf(deployment).maxUnavailable;
  const availability =
    available >= needed
      ? condition('Available', 'True', 'MinimumReplicasAvailable', 'Deployment has minimum availability.', now)
      : condition(
          'Available',
          'False',
          'MinimumReplicasUnavailable',
          'Deployment does not have minimum availability.',
          now,
        );
  return {
    observedGeneration: deployment.metadata.generation,
    replicas: replicas || undefined,
    updatedReplicas: newSet?.status?.replicas || undefined,
    readyReplicas: ready || undefined,
    availableReplicas: available || undefined,
    unavailableReplicas: Math.max(0, total - available) || undefined,
    terminatingReplicas: terminating(sets),
    conditions: withCondition(conditions, availability),
    collisionCount: deployment.status?.collisionCount,
  };
}

/**
 * The same with Progressing and ReplicaFailure, as during a rollout. `counted` comes from {@link countStatus}. Upstream
 * `syncRolloutStatus` in deployment/progress.go.
 */
export function rolloutStatus(
  deployment: Deployment,
  counted: DeploymentStatus,
  sets: readonly ReplicaSet[],
  newSet: ReplicaSet | undefined,
  now: Millis,
): DeploymentStatus {
  let conditions = counted.conditions ?? [];
  const current = getCondition(conditions, 'Progressing');
  const isFinished = counted.replicas === counted.updatedReplicas && current?.reason === 'NewReplicaSetAvailable';
  if (!hasDeadline(deployment)) conditions = without(conditions, 'Progressing');
  else if (!isFinished) conditions = estimateProgress(deployment, counted, conditions, newSet, now);
  const failed = newSet === undefined ? sets : [newSet, ...sets];
  const failure = failed
    .flatMap(({ status }) => status?.conditions ?? [])
    .find(({ type }) => type === 'ReplicaFailure');
  conditions =
    failure === undefined
      ? without(conditions, 'ReplicaFailure')
      : withCondition(conditions, { ...failure, lastUpdateTime: failure.lastTransitionTime });
  return { ...counted, conditions };
}

/** Whether every wanted pod is of the newest template and available. */
export function isComplete({ spec, metadata }: Deployment, status: DeploymentStatus | undefined): boolean {
  const wanted = spec.replicas ?? 1;
  return (
    (status?.updatedReplicas ?? 0) === wanted &&
    (status?.replicas ?? 0) === wanted &&
    (status?.availableReplicas ?? 0) === wanted &&
    (status?.observedGeneration ?? 0) >= (metadata.generation ?? 0)
  );
}

/** When to look again whether the rollout is stuck; undefined when it cannot be. Upstream `requeueStuckDeployment`. */
export function untilDeadline(deployment: Deployment, status: DeploymentStatus, now: Millis): Millis | undefined {
  const current = getCondition(deployment.status?.conditions, 'Progressing');
  if (!hasDeadline(deployment) || current === undefined) return undefined;
  if (isComplete(deployment, status) || current.reason === 'ProgressDeadlineExceeded') return undefined;
  return Math.max(0, deadlineOf(deployment, current.lastUpdateTime) - now) + 1000;
}

function estimateProgress(
  deployment: Deployment,
  next: DeploymentStatus,
  conditions: Conditions,
  newSet: ReplicaSet | undefined,
  now: Millis,
): Conditions {
  const subject =
    newSet === undefined ? `Deployment "${deployment.metadata.name}"` : `ReplicaSet "${newSet.metadata.name}"`;
  const current = getCondition(conditions, 'Progressing');
  if (isComplete(deployment, next)) {
    const text = `${subject} has successfully progressed.`;
    return withCondition(conditions, condition('Progressing', 'True', 'NewReplicaSetAvailable', text, now));
  }
  if (hasProgressed(deployment.status, next)) {
    const moved = condition('Progressing', 'True', 'ReplicaSetUpdated', `${subject} is progressing.`, now);
    const since = current?.status === 'True' ? current.lastTransitionTime : moved.lastTransitionTime;
    return [...without(conditions, 'Progressing'), { ...moved, lastTransitionTime: since }];
  }
  if (current === undefined || current.reason === 'NewReplicaSetAvailable') return conditions;
  const isLate = deadlineOf(deployment, current.lastUpdateTime) < now;
  if (!isLate && current.reason !== 'ProgressDeadlineExceeded') return conditions;
  const text = `${subject} has timed out progressing.`;
  return withCondition(conditions, condition('Progressing', 'False', 'ProgressDeadlineExceeded', text, now));
}

function hasProgressed(old: DeploymentStatus | undefined, next: DeploymentStatus): boolean {
  const oldPods = (old?.replicas ?? 0) - (old?.updatedReplicas ?? 0);
  const nextOldPods = (next.replicas ?? 0) - (next.updatedReplicas ?? 0);
  return (
    (next.updatedReplicas ?? 0) > (old?.updatedReplicas ?? 0) ||
    nextOldPods < oldPods ||
    (next.readyReplicas ?? 0) > (old?.readyReplicas ?? 0) ||
    (next.availableReplicas ?? 0) > (old?.availableReplicas ?? 0)
  );
}

function deadlineOf(deployment: Deployment, since: string | null | undefined): Millis {
  return (parseTime(since) ?? 0) + (deployment.spec.progressDeadlineSeconds ?? 600) * 1000;
}

/** ReplicaSets that were never synced do not count; one that was and does not say makes the sum unknown. */
function terminating(sets: readonly ReplicaSet[]): number | undefined {
  let sum = 0;
  for (const { status } of sets) {
    if (status?.terminatingReplicas !== undefined) sum += status.terminatingReplicas;
    else if ((status?.observedGeneration ?? 0) > 0) return undefined;
  }
  return sum;
}
