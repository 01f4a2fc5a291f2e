import type { Pod } from '../../api/kinds/pod.ts';
import type { StatefulSet } from '../../api/kinds/statefulset.ts';
import type { Millis } from '../../kernel/message.ts';
import { isPodReady, untilAvailable } from '../pods.ts';
import { isWanted, ordinalOf, revisionOfPod, startOf } from './identity.ts';

/** What one sync does to the pods. Ordinals are created; pods are deleted, or looked after: their labels and claims. */
export interface Plan {
  readonly create: readonly number[];
  readonly remove: readonly Pod[];
  readonly tend: readonly Pod[];
  /** How many of the deleted are replaced by newer ones: they leave `currentReplicas` at once. */
  readonly replaced: number;
}

interface Draft {
  readonly create: number[];
  readonly remove: Pod[];
  readonly tend: Pod[];
}

/**
 * What brings a set's pods nearer to what it wants: first the wanted pods in their order, then those it has too many,
 * from the highest number down, then old revisions. OrderedReady stops at the first pod that must be waited for;
 * Parallel goes on. Upstream `updateStatefulSet` in stateful_set_control.go.
 */
export function planFor(set: StatefulSet, pods: readonly Pod[], update: string, now: Millis): Plan {
  const { spec } = set;
  const wanted: (Pod | undefined)[] = Array(spec.replicas ?? 1).fill(undefined);
  const condemned: Pod[] = [];
  for (const pod of pods) {
    const ordinal = ordinalOf(pod, set);
    if (ordinal === undefined) continue;
    if (isWanted(ordinal, set)) wanted[ordinal - startOf(set)] = pod;
    else condemned.push(pod);
  }
  condemned.sort(byOrdinal);
  const draft: Draft = { create: [], remove: [], tend: [] };
  const isOrdered = spec.podManagementPolicy !== 'Parallel';
  const isAvailable = (pod: Pod) => untilAvailable(pod, spec.minReadySeconds ?? 0, now) === 0;
  const isUnavailable = (pod: Pod | undefined) => pod === undefined || isEnding(pod) || !isAvailable(pod);
  if (fill(wanted, startOf(set), isOrdered, isAvailable, draft)) return { ...draft, replaced: 0 };
  draft.tend.push(...condemned);
  const first = wanted.some(isUnavailable) ? undefined : [...condemned].reverse().find(isUnavailable);
  if (shrink(condemned, first, isOrdered, isAvailable, draft)) return { ...draft, replaced: 0 };
  const old = spec.updateStrategy?.type === 'OnDelete' ? undefined : nextToReplace(set, wanted, update, isUnavailable);
  return old === undefined ? { ...draft, replaced: 0 } : { ...draft, remove: [...draft.remove, old], replaced: 1 };
}

/** The highest number first; only names of one number with zeros before it, as web-01, need the second key. */
function byOrdinal(a: Pod, b: Pod): number {
  const [first, second] = [a, b].map(({ metadata }) => Number(/\d+$/.exec(metadata.name)?.[0] ?? 0));
  return (second ?? 0) - (first ?? 0) || (a.metadata.name < b.metadata.name ? -1 : 1);
}

/** Creates what is missing and deletes what has ended. True when the rest must wait. Upstream `processReplica`. */
function fill(
  wanted: readonly (Pod | undefined)[],
  start: number,
  isOrdered: boolean,
  isAvailable: (pod: Pod) => boolean,
  draft: Draft,
): boolean {
  for (const [index, pod] of wanted.entries()) {
    if (pod === undefined) draft.create.push(start + index);
    else if (hasEnded(pod)) {
      if (!isEnding(pod)) draft.remove.push(pod);
    } else {
      draft.tend.push(pod);
      if (!isEnding(pod) && isRunningAndReady(pod) && isAvailable(pod)) continue;
    }
    if (isOrdered) return true;
  }
  return false;
}

/** Deletes what is too many. A pod that is not ready goes only if it is the first of all. Upstream `processCondemned`. */
function shrink(
  condemned: readonly Pod[],
  firstUnavailable: Pod | undefined,
  isOrdered: boolean,
  isAvailable: (pod: Pod) => boolean,
  draft: Draft,
): boolean {
  for (const pod of condemned) {
    if (isEnding(pod)) {
      if (isOrdered) return true;
      continue;
    }
    const isWaitedFor = !isRunningAndReady(pod) || !isAvailable(pod);
    if (isOrdered && isWaitedFor && pod !== firstUnavailable) return true;
    draft.remove.push(pod);
    if (isOrdered) return true;
  }
  return false;
}

/** The pod of the highest number that is of an older revision, unless one above it is not available yet. */
function nextToReplace(
  { spec }: StatefulSet,
  wanted: readonly (Pod | undefined)[],
  update: string,
  isUnavailable: (pod: Pod | undefined) => boolean,
): Pod | undefined {
  const partition = spec.updateStrategy?.rollingUpdate?.partition ?? 0;
  for (let index = wanted.length - 1; index >= partition; index -= 1) {
    const pod = wanted[index];
    if (pod !== undefined && !isEnding(pod) && revisionOfPod(pod) !== update) return pod;
    if (isUnavailable(pod)) return undefined;
  }
  return undefined;
}

function isEnding({ metadata }: Pod): boolean {
  return metadata.deletionTimestamp !== undefined;
}

function hasEnded({ status }: Pod): boolean {
  return status?.phase === 'Failed' || status?.phase === 'Succeeded';
}

/** Upstream `isRunningAndReady`. */
export function isRunningAndReady(pod: Pod): boolean {
  return pod.status?.phase === 'Running' && isPodReady(pod);
}

/**
 * Of which revision a new pod is: below the partition, or where no limits are set below the pods that an update has
 * not reached, the old one. Upstream `newVersionedStatefulSetPod`.
 */
export function isOfCurrentRevision(set: StatefulSet, ordinal: number): boolean {
  const { type, rollingUpdate } = set.spec.updateStrategy ?? {};
  if (type === 'OnDelete') return false;
  const kept = rollingUpdate === undefined ? (set.status?.currentReplicas ?? 0) : (rollingUpdate.partition ?? 0);
  return ordinal < startOf(set) + kept;
}
