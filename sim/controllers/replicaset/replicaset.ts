/*
 * replicaset-controller: keeps as many pods as a ReplicaSet asks for.
 * Watches: ReplicaSets and Pods.
 * Writes: Pods (create, delete, adopt, release), the status of ReplicaSets, Events.
 * Upstream: pkg/controller/replicaset/replica_set.go.
 * Leaves out: the live GET of the ReplicaSet before it adopts a pod; ReplicationControllers.
 */
import type { Pod } from '../../api/kinds/pod.ts';
import type { ReplicaSet } from '../../api/kinds/replicaset.ts';
import { controllerOf, controllerRef, type KubeObject, type OwnerReference, objectKey } from '../../api/meta.ts';
import { sameJson } from '../../api/resource.ts';
import { fromLabelSelector, matchesLabelSelector, matchesSelector } from '../../api/selector.ts';
import type { Change } from '../../client/cache.ts';
import {
  type Expectations,
  expectCreations,
  expectDeletions,
  isSatisfied,
  observeCreation,
  observeDeletion,
} from '../../client/expectations.ts';
import { part } from '../../kernel/state.ts';
import type { Batch, Context, Controller, Outcome, Write } from '../controller.ts';
import { NOTHING } from '../controller.ts';
import { isPodActive, isPodReady, untilAvailable } from '../pods.ts';
import { adopt, create, normal, release, remove, warning } from '../requests.ts';
import { podsToDelete } from './ranking.ts';
import { nextStatus, statusWrite } from './status.ts';

interface ReplicaSetState {
  /** By the ReplicaSet's key. */
  expectations: Expectations;
}

const BURST_REPLICAS = 500;

/** The control loop of ReplicaSets. */
export const replicaset: Controller<ReplicaSetState> = {
  name: 'replicaset-controller',
  informers: ['replicasets', 'pods'],
  workers: 5,
  init: () => part<ReplicaSetState>({ expectations: new Map() }),
  observe: (change, context) => {
    if (change.informer === 'pods') return observePod(change as Change<Pod>, context);
    const key = objectKey(change.object);
    if (change.type === 'deleted') context.state.expectations.delete(key);
    return [key];
  },
  reconcile: (key, context) => {
    const set = context.cache<ReplicaSet>('replicasets').get(key);
    return set === undefined ? NOTHING : sync(key, set, context);
  },
  answered: (key, write, _response, isSuccess, { state }) => {
    if (isSuccess || write.tag === undefined) return;
    if (write.tag === 'create') observeCreation(state.expectations, key);
    else observeDeletion(state.expectations, key, write.tag);
  },
  failed: (key, failure, context) => {
    observeCreation(context.state.expectations, key, failure.skipped);
    const set = context.cache<ReplicaSet>('replicasets').get(key);
    if (set === undefined) return undefined;
    return statusWrite(set, nextStatus(set, claimed(set, context), failure.message, context.now));
  },
};

function observePod(change: Change<Pod>, context: Context<ReplicaSetState>): readonly string[] {
  const { type, object: pod, old } = change;
  const { expectations } = context.state;
  const key = ownerKey(pod, context);
  const isLeaving = type === 'deleted' || pod.metadata.deletionTimestamp !== undefined;
  if (key !== undefined && isLeaving) observeDeletion(expectations, key, objectKey(pod));
  else if (key !== undefined && type === 'added') observeCreation(expectations, key);
  if (old !== undefined && !isLeaving && !concerns(pod, old)) return [];
  const keys = new Set<string>();
  if (key !== undefined) {
    keys.add(key);
    if (old !== undefined && !isPodReady(old) && isPodReady(pod)) waitForAvailable(key, context);
  }
  const previous = old === undefined ? undefined : ownerKey(old, context);
  if (previous !== undefined) keys.add(previous);
  if (controllerOf(pod) === undefined && !isLeaving && hasNews(pod, old)) {
    for (const set of context.cache<ReplicaSet>('replicasets').values())
      if (selects(set, pod)) keys.add(objectKey(set));
  }
  return [...keys];
}

/** An orphan concerns a ReplicaSet only when it is new, newly orphaned, or has other labels. */
function hasNews(pod: Pod, old: Pod | undefined): boolean {
  return old === undefined || controllerOf(old) !== undefined || old.metadata.labels !== pod.metadata.labels;
}

/** Whether an update changes anything a ReplicaSet counts. Upstream syncs at every update, mostly for nothing. */
function concerns(pod: Pod, old: Pod): boolean {
  return !(
    pod.status?.phase === old.status?.phase &&
    isPodReady(pod) === isPodReady(old) &&
    pod.metadata.deletionTimestamp === old.metadata.deletionTimestamp &&
    sameJson(pod.metadata.labels, old.metadata.labels) &&
    sameJson(pod.metadata.ownerReferences, old.metadata.ownerReferences)
  );
}

function ownerKey(pod: Pod, context: Context): string | undefined {
  const owner = controllerOf(pod);
  if (owner?.kind !== 'ReplicaSet') return undefined;
  const key = `${pod.metadata.namespace}/${owner.name}`;
  return context.cache('replicasets').get(key)?.metadata.uid === owner.uid ? key : undefined;
}

/** Upstream looks again a second late, because times in the API are whole seconds. */
function waitForAvailable(key: string, context: Context): void {
  const seconds = context.cache<ReplicaSet>('replicasets').get(key)?.spec.minReadySeconds ?? 0;
  if (seconds > 0) context.addAfter(key, seconds * 1000 + 1000);
}

function sync(key: string, set: ReplicaSet, context: Context<ReplicaSetState>): Outcome {
  const claims = claimBatch(set, context);
  const pods = claimed(set, context);
  const active = pods.filter(isPodActive);
  const { expectations } = context.state;
  const mayAct = set.metadata.deletionTimestamp === undefined && isSatisfied(expectations, key, context.now);
  const batches = mayAct && claims.length === 0 ? manageReplicas(key, set, active, context) : [];
  const status = nextStatus(set, pods, undefined, context.now);
  const closing = status === set.status ? undefined : statusWrite(set, status);
  return {
    writes: claims.length > 0 ? [claims] : batches,
    closing,
    requeueAfterMs: untilNextAvailable(set, active, context),
  };
}

function untilNextAvailable(set: ReplicaSet, pods: readonly Pod[], context: Context): number | undefined {
  const seconds = set.spec.minReadySeconds ?? 0;
  if (seconds === 0) return undefined;
  let earliest: number | undefined;
  for (const pod of pods) {
    const wait = untilAvailable(pod, seconds, context.now) ?? 0;
    if (wait > 0 && (earliest === undefined || wait < earliest)) earliest = wait;
  }
  return earliest;
}

/** The pods that are this ReplicaSet's and match its selector, terminating ones included. */
function claimed(set: ReplicaSet, context: Context): readonly Pod[] {
  const selector = fromLabelSelector(set.spec.selector);
  const own = context.dependents<Pod>('pods', set.metadata.uid).filter((pod) => isOwn(set, pod));
  return own.filter((pod) => matchesSelector(selector, pod.metadata.labels));
}

/** Adopts active orphans that match, and frees own pods that no longer do. */
function claimBatch(set: ReplicaSet, context: Context): Batch {
  if (set.metadata.deletionTimestamp !== undefined) return [];
  const selector = fromLabelSelector(set.spec.selector);
  const writes: Write[] = [];
  for (const pod of context.orphans<Pod>('pods', set.metadata.namespace)) {
    if (isPodActive(pod) && matchesSelector(selector, pod.metadata.labels))
      writes.push({ request: adopt('pods', pod, controllerRef(set)), ignore: [404] });
  }
  for (const pod of context.dependents<Pod>('pods', set.metadata.uid)) {
    if (matchesSelector(selector, pod.metadata.labels) || !isPodActive(pod) || !isOwn(set, pod)) continue;
    writes.push({ request: release('pods', pod, [set.metadata.uid ?? '']), ignore: [404, 422] });
  }
  return writes;
}

function isOwn(set: ReplicaSet, pod: Pod): boolean {
  return controllerOf(pod)?.uid === set.metadata.uid;
}

function selects(set: ReplicaSet, pod: Pod): boolean {
  return (
    set.metadata.namespace === pod.metadata.namespace && matchesLabelSelector(set.spec.selector, pod.metadata.labels)
  );
}

function manageReplicas(
  key: string,
  set: ReplicaSet,
  active: readonly Pod[],
  context: Context<ReplicaSetState>,
): readonly Batch[] {
  const wanted = set.spec.replicas ?? 1;
  const missing = Math.min(wanted - active.length, BURST_REPLICAS);
  const { expectations } = context.state;
  if (missing > 0) {
    expectCreations(expectations, key, missing, context.now);
    context.note({ what: 'replicaset/too-few', about: about(set), wanted, active: active.length, creating: missing });
    const write = creation(set);
    return slowStart(missing).map((size) => Array<Write>(size).fill(write));
  }
  const surplus = Math.min(active.length - wanted, BURST_REPLICAS);
  if (surplus <= 0) return [];
  const chosen = podsToDelete(active, siblings(set, context), surplus, context.now);
  expectDeletions(expectations, key, chosen.map(objectKey), context.now);
  context.note({ what: 'replicaset/too-many', about: about(set), wanted, active: active.length, deleting: surplus });
  return [chosen.map((pod) => deletion(set, pod))];
}

/** Batches of 1, 2, 4, … that sum up to the count: a failure in one stops the rest. Upstream `slowStartBatch`. */
export function slowStart(count: number): readonly number[] {
  const sizes: number[] = [];
  for (let left = count, size = 1; left > 0; size *= 2) {
    sizes.push(Math.min(size, left));
    left -= size;
  }
  return sizes;
}

function creation(set: ReplicaSet): Write {
  const { namespace, name } = set.metadata;
  const { labels, annotations, finalizers } = set.spec.template.metadata ?? {};
  const owners: readonly OwnerReference[] = [controllerRef(set)];
  const metadata = {
    name: '',
    generateName: `${name}-`,
    namespace,
    labels,
    annotations,
    finalizers,
    ownerReferences: owners,
  };
  const pod: KubeObject = { apiVersion: 'v1', kind: 'Pod', metadata, spec: set.spec.template.spec };
  return {
    request: create('pods', pod),
    about: set,
    success: [normal('SuccessfulCreate', 'Created pod: %s')],
    failure: warning('FailedCreate', 'Error creating: %s'),
    tag: 'create',
  };
}

function deletion(set: ReplicaSet, pod: Pod): Write {
  return {
    request: remove('pods', pod),
    ignore: [404],
    about: set,
    success: [normal('SuccessfulDelete', `Deleted pod: ${pod.metadata.name}`)],
    failure: warning('FailedDelete', 'Error deleting: %s'),
    tag: objectKey(pod),
  };
}

/** Active pods of all ReplicaSets with the same owner: pods that share a node with many of them go first. */
function siblings(set: ReplicaSet, context: Context): readonly Pod[] {
  const owner = controllerOf(set);
  const sets = owner === undefined ? [set] : context.dependents<ReplicaSet>('replicasets', owner.uid);
  return sets.flatMap((sibling) => claimed(sibling, context)).filter(isPodActive);
}

function about(set: ReplicaSet): string {
  return `replicaset/${set.metadata.name}`;
}
