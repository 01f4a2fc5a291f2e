/*
 * deployment-controller: turns a Deployment into ReplicaSets, and one template into the next.
 * Watches: Deployments, ReplicaSets, and Pods that end (for Recreate).
 * Writes: ReplicaSets (create, scale, annotate, adopt, delete), the status of Deployments, Events.
 * Upstream: pkg/controller/deployment (deployment_controller.go, sync.go, rolling.go, recreate.go, progress.go).
 * Leaves out: the deprecated rollbackTo; the live GET before adoption; several status writes in one sync are one.
 */
import type { Deployment } from '../../api/kinds/deployment.ts';
import type { Pod } from '../../api/kinds/pod.ts';
import type { ReplicaSet } from '../../api/kinds/replicaset.ts';
import { controllerOf, controllerRef, type KubeObject, objectKey } from '../../api/meta.ts';
import { matchesLabelSelector } from '../../api/selector.ts';
import type { Change } from '../../client/cache.ts';
import { part } from '../../kernel/state.ts';
import {
  type Batch,
  type Context,
  type Controller,
  type Failure,
  NOTHING,
  type Outcome,
  type Write,
} from '../controller.ts';
import { adopt, release } from '../requests.ts';
import { condition, withCondition } from './conditions.ts';
import { isRolling } from './fenceposts.ts';
import { divide } from './revisions.ts';
import { type Rollout, rollOut, statusOnly, statusPut, syncScale } from './rollout.ts';
import { isScaled } from './scaling.ts';
import { hasDeadline } from './status.ts';

/** The control loop of Deployments. */
export const deployment: Controller = {
  name: 'deployment-controller',
  informers: ['deployments', 'replicasets', 'pods'],
  workers: 5,
  init: () => part({}),
  observe: (change, context) => {
    if (change.informer === 'deployments') return [objectKey(change.object)];
    if (change.informer === 'replicasets') return observeSet(change as Change<ReplicaSet>, context);
    return change.type === 'deleted' ? observeLastPod(change.object as Pod, context) : [];
  },
  reconcile: (key, context) => {
    const found = context.cache<Deployment>('deployments').get(key);
    return found === undefined ? NOTHING : sync(found, context);
  },
  failed: (key, failure, context) => {
    const found = context.cache<Deployment>('deployments').get(key);
    const name = failure.tag;
    return found === undefined || name === undefined ? undefined : reportFailure(found, name, failure, context);
  },
};

function observeSet({ object, old }: Change<ReplicaSet>, context: Context): readonly string[] {
  const keys = new Set([ownerKey(object, context), old === undefined ? undefined : ownerKey(old, context)]);
  keys.delete(undefined);
  if (controllerOf(object) === undefined) {
    for (const one of context.cache<Deployment>('deployments').values())
      if (selects(one, object)) keys.add(objectKey(one));
  }
  return [...keys].filter((key) => key !== undefined);
}

/** Recreate waits until the last old pod is gone. */
function observeLastPod(pod: Pod, context: Context): readonly string[] {
  const owner = controllerOf(pod);
  if (owner?.kind !== 'ReplicaSet') return [];
  const set = context.cache<ReplicaSet>('replicasets').get(`${pod.metadata.namespace}/${owner.name}`);
  const key = set === undefined ? undefined : ownerKey(set, context);
  const strategy = key === undefined ? undefined : context.cache<Deployment>('deployments').get(key)?.spec.strategy;
  return key === undefined || isRolling(strategy?.type) ? [] : [key];
}

function ownerKey(set: ReplicaSet, context: Context): string | undefined {
  const owner = controllerOf(set);
  if (owner?.kind !== 'Deployment') return undefined;
  const key = `${set.metadata.namespace}/${owner.name}`;
  return context.cache('deployments').get(key)?.metadata.uid === owner.uid ? key : undefined;
}

function sync(found: Deployment, context: Context): Outcome {
  const claims = claimBatch(found, context);
  if (claims.length > 0) return { writes: [claims] };
  const sets = ownSets(found, context);
  const { newSet, oldSets } = divide(found, sets);
  const rollout: Rollout = {
    deployment: found,
    sets,
    newSet,
    oldSets,
    conditions: pauseConditions(found, context.now),
  };
  if (found.metadata.deletionTimestamp !== undefined) return statusOnly(rollout, context);
  if (found.spec.paused || isScaled(found, sets)) return syncScale(rollout, context);
  return rollOut(rollout, context, () => hasOldPods(rollout, context));
}

function ownSets(found: Deployment, context: Context): readonly ReplicaSet[] {
  return context
    .dependents<ReplicaSet>('replicasets', found.metadata.uid)
    .filter((set) => controllerOf(set)?.uid === found.metadata.uid && selects(found, set));
}

/** Adopts ReplicaSets without an owner that match, and frees own ones that no longer do. */
function claimBatch(found: Deployment, context: Context): Batch {
  if (found.metadata.deletionTimestamp !== undefined) return [];
  const writes: Write[] = [];
  for (const set of context.orphans<ReplicaSet>('replicasets', found.metadata.namespace)) {
    if (set.metadata.deletionTimestamp !== undefined || !selects(found, set)) continue;
    writes.push({ request: adopt('replicasets', set, controllerRef(found)), ignore: [404] });
  }
  for (const set of context.dependents<ReplicaSet>('replicasets', found.metadata.uid)) {
    if (controllerOf(set)?.uid !== found.metadata.uid || selects(found, set)) continue;
    writes.push({ request: release('replicasets', set, [found.metadata.uid ?? '']), ignore: [404, 422] });
  }
  return writes;
}

function selects(found: Deployment, set: KubeObject): boolean {
  return (
    found.metadata.namespace === set.metadata.namespace &&
    matchesLabelSelector(found.spec.selector, set.metadata.labels)
  );
}

/** Pausing and resuming reset the clock of the progress deadline. Upstream `checkPausedConditions`. */
function pauseConditions(found: Deployment, now: number): NonNullable<Rollout['conditions']> {
  const conditions = found.status?.conditions ?? [];
  const current = conditions.find(({ type }) => type === 'Progressing');
  if (!hasDeadline(found) || current?.reason === 'ProgressDeadlineExceeded') return conditions;
  const wasPaused = current?.reason === 'DeploymentPaused';
  if (found.spec.paused === true && !wasPaused) {
    return withCondition(
      conditions,
      condition('Progressing', 'Unknown', 'DeploymentPaused', 'Deployment is paused', now),
    );
  }
  if (found.spec.paused === true || !wasPaused) return conditions;
  return withCondition(
    conditions,
    condition('Progressing', 'Unknown', 'DeploymentResumed', 'Deployment is resumed', now),
  );
}

/** Whether a pod of an older template may still run. Upstream `oldPodsRunning`. */
function hasOldPods({ newSet, oldSets, sets }: Rollout, context: Context): boolean {
  if (oldSets.some(({ status }) => (status?.replicas ?? 0) > 0)) return true;
  return sets.some((set) => {
    if (set === newSet) return false;
    const pods = context.dependents<Pod>('pods', set.metadata.uid);
    return pods.some(({ status }) => status?.phase !== 'Failed' && status?.phase !== 'Succeeded');
  });
}

/**
 * A ReplicaSet could not be created. One of that name that is not ours means that two templates have the same hash,
 * and the next hash takes one more number in; one that the cache has not seen yet only needs time.
 */
function reportFailure(found: Deployment, name: string, failure: Failure, context: Context): Write | undefined {
  if (failure.status === 409) {
    const other = context.cache<ReplicaSet>('replicasets').get(`${found.metadata.namespace}/${name}`);
    const isOurs = other === undefined || divide(found, ownSets(found, context)).newSet === other;
    if (isOurs) return undefined;
    return statusPut(found, { ...found.status, collisionCount: (found.status?.collisionCount ?? 0) + 1 });
  }
  if (!hasDeadline(found)) return undefined;
  const text = `Failed to create new replica set "${name}": ${failure.message}`;
  const failed = condition('Progressing', 'False', 'ReplicaSetCreateError', text, context.now);
  const conditions = withCondition(found.status?.conditions ?? [], failed);
  return statusPut(found, { ...found.status, conditions });
}
