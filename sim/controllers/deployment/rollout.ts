import type { Deployment, DeploymentStatus } from '../../api/kinds/deployment.ts';
import type { ReplicaSet } from '../../api/kinds/replicaset.ts';
import { sameJson } from '../../api/resource.ts';
import type { EventText } from '../../client/recorder.ts';
import type { Batch, Context, Outcome, Write } from '../controller.ts';
import { create, normal, remove, update, warning } from '../requests.ts';
import { type Conditions, condition, withCondition } from './conditions.ts';
import { isRolling } from './fenceposts.ts';
import { newReplicaSet, nextRevision, REVISION, revisionOf, withRevision, withSizes } from './revisions.ts';
import { type Resize, scaleAll, shrinkOld, sizeOf, sizeOfNew } from './scaling.ts';
import { countStatus, hasDeadline, isComplete, rolloutStatus, untilDeadline } from './status.ts';

/** A Deployment and its ReplicaSets at the start of a sync. */
export interface Rollout {
  readonly deployment: Deployment;
  readonly sets: readonly ReplicaSet[];
  readonly newSet: ReplicaSet | undefined;
  readonly oldSets: readonly ReplicaSet[];
  /** The Deployment's conditions, with what pausing or resuming makes of them. */
  readonly conditions: Conditions;
}

/** A step that changes ReplicaSets, and the rollout it was decided on. */
interface Step {
  readonly rollout: Rollout;
  /** The revision the Deployment shall carry. */
  readonly revision: number | undefined;
  readonly writes: readonly Batch[];
}

/** Only counts: the Deployment is being deleted. */
export function statusOnly(rollout: Rollout, context: Context): Outcome {
  const { writes, rollout: next, revision } = syncRevision(rollout, context, false);
  return finish(next, writes, revision, counted(next, context), context);
}

/** After a change of `replicas`, or while paused: resizes what is there and starts nothing new. */
export function syncScale(rollout: Rollout, context: Context): Outcome {
  const { writes, rollout: next, revision } = syncRevision(rollout, context, false);
  const resizes = scaleAll(next.deployment, next.newSet, next.oldSets);
  const cleaned = next.deployment.spec.paused ? cleanUp(next) : [];
  const all = [...withResizes(next, writes, resizes), ...cleaned];
  return finish(next, all, revision, counted(next, context), context);
}

/** One step of a rollout: scale the new ReplicaSet up, or else the old ones down, then report. */
export function rollOut(rollout: Rollout, context: Context, hasOldPods: () => boolean): Outcome {
  const { spec } = rollout.deployment;
  if (!isRolling(spec.strategy?.type)) {
    const resizes = rollout.oldSets.filter((set) => sizeOf(set) > 0).map((set) => ({ set, replicas: 0 }));
    const mustWait = resizes.length > 0 || hasOldPods();
    const { writes, rollout: next, revision } = syncRevision(rollout, context, !mustWait);
    if (!mustWait) return grow(next, writes, revision, context);
    return report(next, withResizes(next, writes, resizes), revision, context);
  }
  const { writes, rollout: next, revision } = syncRevision(rollout, context, true);
  return grow(next, writes, revision, context);
}

function grow(rollout: Rollout, writes: readonly Batch[], revision: number | undefined, context: Context): Outcome {
  const { deployment, newSet, oldSets, sets } = rollout;
  const wanted = deployment.spec.replicas ?? 1;
  if (newSet !== undefined && sizeOf(newSet) !== wanted) {
    const replicas = sizeOf(newSet) > wanted ? wanted : sizeOfNew(deployment, sets, newSet);
    if (replicas !== sizeOf(newSet)) {
      return report(rollout, withResizes(rollout, writes, [{ set: newSet, replicas }]), revision, context);
    }
  }
  const resizes = newSet === undefined ? [] : shrinkOld(deployment, newSet, oldSets);
  if (resizes.length > 0) return report(rollout, withResizes(rollout, writes, resizes), revision, context);
  const cleaned = isComplete(deployment, deployment.status) ? cleanUp(rollout) : [];
  return report(rollout, [...writes, ...cleaned], revision, context);
}

/**
 * Finds, creates or brings up to date the ReplicaSet of the current template, and says which revision the
 * Deployment has. Upstream `getNewReplicaSet` in deployment/sync.go.
 */
function syncRevision(rollout: Rollout, context: Context, mayCreate: boolean): Step {
  const { deployment, newSet, oldSets, conditions } = rollout;
  const revision = nextRevision(oldSets);
  if (newSet !== undefined) return keepRevision(rollout, newSet, revision, context);
  if (!mayCreate) return { rollout, revision: undefined, writes: [] };
  const bare = newReplicaSet(deployment, revision);
  const replicas = sizeOfNew(deployment, [...oldSets, bare], bare);
  const created: ReplicaSet = { ...bare, spec: { ...bare.spec, replicas } };
  const { name } = created.metadata;
  const text = `Created new replica set "${name}"`;
  const started = condition('Progressing', 'True', 'NewReplicaSetCreated', text, context.now);
  context.note({ what: 'deployment/new-replicaset', about: about(deployment), replicaset: name, revision, replicas });
  return {
    rollout: {
      ...rollout,
      newSet: created,
      sets: [...rollout.sets, created],
      conditions: hasDeadline(deployment) ? withCondition(conditions, started) : conditions,
    },
    revision,
    writes: [[creation(deployment, created, replicas)]],
  };
}

function keepRevision(rollout: Rollout, newSet: ReplicaSet, revision: number, context: Context): Step {
  const { deployment, conditions } = rollout;
  const minReadySeconds = deployment.spec.minReadySeconds ?? 0;
  const annotated = withRevision(deployment, newSet, revision);
  if (annotated !== newSet || (newSet.spec.minReadySeconds ?? 0) !== minReadySeconds) {
    const next = { ...annotated, spec: { ...annotated.spec, minReadySeconds: minReadySeconds || undefined } };
    const sets = rollout.sets.map((set) => (set === newSet ? next : set));
    return { rollout: { ...rollout, newSet: next, sets }, revision: undefined, writes: [[put(next)]] };
  }
  const isUnknown = hasDeadline(deployment) && !conditions.some(({ type }) => type === 'Progressing');
  const text = `Found new replica set "${newSet.metadata.name}"`;
  const found = condition('Progressing', 'True', 'FoundNewReplicaSet', text, context.now);
  const next = isUnknown ? { ...rollout, conditions: withCondition(conditions, found) } : rollout;
  return { rollout: next, revision: revisionOf(newSet), writes: [] };
}

function creation(deployment: Deployment, created: ReplicaSet, replicas: number): Write {
  const { name } = created.metadata;
  return {
    request: create('replicasets', created),
    about: deployment,
    success: replicas > 0 ? [scaling(name, 0, replicas)] : [],
    failure: warning('ReplicaSetCreateError', `Failed to create new replica set "${name}": %s`),
    silent: [409],
    tag: name,
  };
}

/** The writes with new sizes; a ReplicaSet that is already being written is written once, with both. */
function withResizes(rollout: Rollout, writes: readonly Batch[], resizes: readonly Resize[]): readonly Batch[] {
  const { deployment } = rollout;
  const resized = resizes.flatMap((resize): Batch[] => {
    const { set, replicas, via } = resize;
    const before = sizeOf(set);
    const sized = withSizes(set, deployment);
    if (before === replicas && sized === set) return [];
    const { name } = set.metadata;
    const sizes = via === undefined ? [before, replicas] : [before, via, replicas];
    const success = sizes.slice(1).flatMap((to, index) => {
      const from = sizes[index] ?? to;
      return from === to ? [] : [scaling(name, from, to)];
    });
    const next = { ...sized, spec: { ...sized.spec, replicas } };
    return [[{ ...put(next), about: deployment, success }]];
  });
  const paths = new Set(resized.map((batch) => batch[0]?.request.path));
  return [...writes.filter((batch) => !paths.has(batch[0]?.request.path)), ...resized];
}

function scaling(name: string, from: number, to: number): EventText {
  const direction = from < to ? 'up' : 'down';
  return normal('ScalingReplicaSet', `Scaled ${direction} replica set ${name} from ${from} to ${to}`);
}

/** Deletes the oldest revisions beyond the limit, where they have no pods. Upstream `cleanupDeployment`. */
function cleanUp({ deployment, oldSets }: Rollout): readonly Batch[] {
  const alive = oldSets.filter((set) => set.metadata.deletionTimestamp === undefined);
  const surplus = alive.length - (deployment.spec.revisionHistoryLimit ?? 10);
  if (surplus <= 0) return [];
  const sorted = [...alive].sort(
    (a, b) => revisionOf(a) - revisionOf(b) || (a.metadata.name < b.metadata.name ? -1 : 1),
  );
  return sorted
    .slice(0, surplus)
    .filter((set) => isEmpty(set))
    .map((set) => [{ request: remove('replicasets', set), ignore: [404] }]);
}

function isEmpty({ metadata, spec, status }: ReplicaSet): boolean {
  const isObserved = (metadata.generation ?? 0) <= (status?.observedGeneration ?? 0);
  return (status?.replicas ?? 0) === 0 && spec.replicas === 0 && isObserved;
}

/** Ends a step of a rollout: its status estimates progress. */
function report(rollout: Rollout, writes: readonly Batch[], revision: number | undefined, context: Context): Outcome {
  const { deployment, sets, newSet } = rollout;
  const status = rolloutStatus(deployment, counted(rollout, context), sets, newSet, context.now);
  const outcome = finish(rollout, writes, revision, status, context);
  const isUnchanged = outcome.writes === undefined || outcome.writes.length === writes.length;
  return isUnchanged ? { ...outcome, requeueAfterMs: untilDeadline(deployment, status, context.now) } : outcome;
}

/** The ReplicaSets as they were before this step: what it changes is counted when it has happened. */
function counted({ deployment, sets, newSet, conditions }: Rollout, { now }: Context): DeploymentStatus {
  return countStatus(deployment, sets, newSet, conditions, now);
}

/** Adds the write of the status when it or the revision differs from what is stored. */
function finish(
  { deployment }: Rollout,
  writes: readonly Batch[],
  revision: number | undefined,
  status: DeploymentStatus,
  context: Context,
): Outcome {
  const { annotations } = deployment.metadata;
  const isRevised = revision !== undefined && annotations?.[REVISION] !== String(revision);
  if (!isRevised && sameJson(deployment.status ?? {}, status)) return { writes };
  const metadata = { ...deployment.metadata, annotations: { ...annotations, [REVISION]: String(revision) } };
  const next = isRevised ? { ...deployment, metadata } : deployment;
  noteCompletion(deployment, status, context);
  return { writes: [...writes, [statusPut(next, status)]] };
}

function noteCompletion(deployment: Deployment, status: DeploymentStatus, context: Context): void {
  if (!isComplete(deployment, status) || isComplete(deployment, deployment.status)) return;
  context.note({ what: 'deployment/complete', about: about(deployment), replicas: status.availableReplicas ?? 0 });
}

/** Writes a Deployment's status, and its revision annotation with it. */
export function statusPut(deployment: Deployment, status: DeploymentStatus): Write {
  return { request: update('deployments', { ...deployment, status }, '/status'), ignore: [404] };
}

function put(set: ReplicaSet): Write {
  return { request: update('replicasets', set) };
}

function about({ metadata }: Deployment): string {
  return `deployment/${metadata.name}`;
}
