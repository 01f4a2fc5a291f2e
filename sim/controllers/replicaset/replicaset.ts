/*
 * replicaset-controller: keeps as many pods as a ReplicaSet asks for.
 * Watches: ReplicaSets and Pods.
 * Writes: Pods (create, delete, adopt, release), the status of ReplicaSets, Events.
 * Upstream: pkg/controller/replicaset/replica_set.go.
 * Leaves out: the live GET of the ReplicaSet before it adopts a pod.
 */
import type { Pod } from '../../api/kinds/pod.ts';
import type { ReplicaSet } from '../../api/kinds/replicaset.ts';
import { controllerOf, objectKey } from '../../api/meta.ts';
import { fromLabelSelector, matchesSelector } from '../../api/selector.ts';
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
import { claimPods, observePod, ownPods, podCreation, podDeletion, untilNextAvailable } from '../ownedpods.ts';
import { isPodActive, podFrom } from '../pods.ts';
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
    if (change.informer === 'pods')
      return observePod(change as Change<Pod>, 'replicasets', context.state.expectations, context);
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

function sync(key: string, set: ReplicaSet, context: Context<ReplicaSetState>): Outcome {
  const claims = claimPods(set, isMeant(set), context);
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
    requeueAfterMs: untilNextAvailable(set.spec.minReadySeconds ?? 0, active, context),
  };
}

function claimed(set: ReplicaSet, context: Context): readonly Pod[] {
  return ownPods(set, isMeant(set), context);
}

function isMeant(set: ReplicaSet): (pod: Pod) => boolean {
  const selector = fromLabelSelector(set.spec.selector);
  return (pod) => matchesSelector(selector, pod.metadata.labels);
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
    const write = podCreation(set, podFrom(set.spec.template, set));
    return slowStart(missing).map((size) => Array<Write>(size).fill(write));
  }
  const surplus = Math.min(active.length - wanted, BURST_REPLICAS);
  if (surplus <= 0) return [];
  const chosen = podsToDelete(active, siblings(set, context), surplus, context.now);
  expectDeletions(expectations, key, chosen.map(objectKey), context.now);
  context.note({ what: 'replicaset/too-many', about: about(set), wanted, active: active.length, deleting: surplus });
  return [chosen.map((pod) => podDeletion(set, pod))];
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

/**
 * Active pods of all ReplicaSets with the same owner: pods that share a node with many of them go first. For a
 * ReplicaSet without an owner nobody is counted. Upstream `getReplicaSetsWithSameController`.
 */
function siblings(set: ReplicaSet, context: Context): readonly Pod[] {
  const owner = controllerOf(set);
  const sets = owner === undefined ? [] : context.dependents<ReplicaSet>('replicasets', owner.uid);
  return sets.flatMap((sibling) => claimed(sibling, context)).filter(isPodActive);
}

function about(set: ReplicaSet): string {
  return `replicaset/${set.metadata.name}`;
}
