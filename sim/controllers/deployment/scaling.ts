import type { Deployment } from '../../api/kinds/deployment.ts';
import type { ReplicaSet } from '../../api/kinds/replicaset.ts';
import { fencepostsOf, isRolling } from './fenceposts.ts';
import { annotatedCount, byCreation, compareText, DESIRED, MAXIMUM } from './revisions.ts';

/** A new size for a ReplicaSet. */
export interface Resize {
  readonly set: ReplicaSet;
  readonly replicas: number;
  /** A size on the way: upstream scales twice in one sync, first unhealthy pods, then healthy ones. */
  readonly via?: number | undefined;
}

/** What a ReplicaSet is asked for. */
export function sizeOf(set: ReplicaSet): number {
  return set.spec.replicas ?? 1;
}

/** What ReplicaSets are asked for together. */
export function totalSize(sets: readonly ReplicaSet[]): number {
  return sets.reduce((sum, set) => sum + sizeOf(set), 0);
}

/** Pods of these ReplicaSets that are available together. */
export function totalAvailable(sets: readonly ReplicaSet[]): number {
  return sets.reduce((sum, { status }) => sum + (status?.availableReplicas ?? 0), 0);
}

/**
 * How large the new ReplicaSet may be now. Upstream `NewRSNewReplicas`. `sets` are all of them, the new one
 * included.
 */
export function sizeOfNew(deployment: Deployment, sets: readonly ReplicaSet[], newSet: ReplicaSet): number {
  const wanted = deployment.spec.replicas ?? 1;
  if (!isRolling(deployment.spec.strategy?.type)) return wanted;
  const room = wanted + fencepostsOf(deployment).maxSurge - totalSize(sets);
  return room <= 0 ? sizeOf(newSet) : sizeOf(newSet) + Math.min(room, wanted - sizeOf(newSet));
}

/**
 * How far a rolling update shrinks the old ReplicaSets now: first their unhealthy pods, then what availability
 * allows. Empty when it must wait. Upstream `reconcileOldReplicaSets` in deployment/rolling.go.
 */
export function shrinkOld(
  deployment: Deployment,
  newSet: ReplicaSet,
  oldSets: readonly ReplicaSet[],
): readonly Resize[] {
  const active = byCreation(oldSets).filter((set) => sizeOf(set) > 0);
  if (active.length === 0) return [];
  const minAvailable = (deployment.spec.replicas ?? 1) - fencepostsOf(deployment).maxUnavailable;
  const newUnavailable = sizeOf(newSet) - (newSet.status?.availableReplicas ?? 0);
  const allowed = totalSize(active) + sizeOf(newSet) - minAvailable - newUnavailable;
  if (allowed <= 0) return [];
  const unhealthy = cleanUpUnhealthy(active, allowed);
  const left = active.map((set) => {
    const resize = unhealthy.find((one) => one.set === set);
    return resize === undefined ? set : { ...set, spec: { ...set.spec, replicas: resize.replicas } };
  });
  const spare = totalAvailable([...active, newSet]) - minAvailable;
  const healthy = takeAway(left, spare).map(({ set, replicas }) => {
    const original = active[left.indexOf(set)] ?? set;
    return { set: original, replicas, via: original === set ? undefined : sizeOf(set) };
  });
  return [...unhealthy.filter(({ set }) => !healthy.some((one) => one.set === set)), ...healthy];
}

/** Up to `limit` pods that are not available, from the oldest ReplicaSet on. Upstream `cleanupUnhealthyReplicas`. */
export function cleanUpUnhealthy(oldestFirst: readonly ReplicaSet[], limit: number): readonly Resize[] {
  const resizes: Resize[] = [];
  let left = limit;
  for (const set of oldestFirst) {
    const count = Math.min(left, sizeOf(set) - (set.status?.availableReplicas ?? 0));
    if (sizeOf(set) === 0 || count <= 0) continue;
    resizes.push({ set, replicas: sizeOf(set) - count });
    left -= count;
  }
  return resizes;
}

/** Takes so many pods away, from the oldest ReplicaSet on. Upstream `scaleDownOldReplicaSetsForRollingUpdate`. */
export function takeAway(oldestFirst: readonly ReplicaSet[], count: number): readonly Resize[] {
  const resizes: Resize[] = [];
  let left = count;
  for (const set of oldestFirst) {
    const share = Math.min(left, sizeOf(set));
    if (share <= 0) continue;
    resizes.push({ set, replicas: sizeOf(set) - share });
    left -= share;
  }
  return resizes;
}

/** Whether the Deployment was scaled since its ReplicaSets were last touched. */
export function isScaled(deployment: Deployment, sets: readonly ReplicaSet[]): boolean {
  return sets.some((set) => {
    const desired = annotatedCount(set, DESIRED);
    return sizeOf(set) > 0 && desired !== undefined && desired !== (deployment.spec.replicas ?? 1);
  });
}

/**
 * New sizes after somebody scaled the Deployment: one active ReplicaSet takes it all, several share in proportion.
 * Upstream `scale` in deployment/sync.go.
 */
export function scaleAll(
  deployment: Deployment,
  newSet: ReplicaSet | undefined,
  oldSets: readonly ReplicaSet[],
): readonly Resize[] {
  const wanted = deployment.spec.replicas ?? 1;
  const all = newSet === undefined ? oldSets : [...oldSets, newSet];
  const active = all.filter((set) => sizeOf(set) > 0);
  if (active.length <= 1) {
    const only = active[0] ?? newSet ?? byCreation(oldSets).at(-1);
    return only === undefined || sizeOf(only) === wanted ? [] : [{ set: only, replicas: wanted }];
  }
  if (newSet !== undefined && isSaturated(newSet, wanted)) {
    return active.filter((set) => set !== newSet).map((set) => ({ set, replicas: 0 }));
  }
  return isRolling(deployment.spec.strategy?.type) ? shareOut(deployment, active) : [];
}

function isSaturated(set: ReplicaSet, wanted: number): boolean {
  const available = set.status?.availableReplicas ?? 0;
  return sizeOf(set) === wanted && annotatedCount(set, DESIRED) === wanted && available === wanted;
}

function shareOut(deployment: Deployment, active: readonly ReplicaSet[]): readonly Resize[] {
  const wanted = deployment.spec.replicas ?? 1;
  const maximum = wanted > 0 ? wanted + fencepostsOf(deployment).maxSurge : 0;
  const toAdd = maximum - totalSize(active);
  const largestFirst = [...active].sort((a, b) => sizeOf(b) - sizeOf(a) || byAge(a, b) * (toAdd > 0 ? -1 : 1));
  let added = 0;
  const sizes = largestFirst.map((set) => {
    const left = toAdd - added;
    const share = toAdd === 0 || left === 0 ? 0 : fraction(deployment, set);
    const part = left > 0 ? Math.min(share, left) : Math.max(share, left);
    added += part;
    return sizeOf(set) + part;
  });
  sizes[0] = Math.max(0, (sizes[0] ?? 0) + toAdd - added);
  return largestFirst.map((set, index) => ({ set, replicas: sizes[index] ?? sizeOf(set) }));
}

/** Older first; never 0 for two ReplicaSets. */
function byAge(a: ReplicaSet, b: ReplicaSet): number {
  const byTime = compareText(a.metadata.creationTimestamp ?? '', b.metadata.creationTimestamp ?? '');
  return byTime || compareText(a.metadata.name, b.metadata.name);
}

/** How much a ReplicaSet changes to keep its part of the whole; halves round away from zero, as Go's do. */
function fraction(deployment: Deployment, set: ReplicaSet): number {
  const wanted = deployment.spec.replicas ?? 1;
  if (wanted === 0) return -sizeOf(set);
  const before = annotatedCount(set, MAXIMUM) || (deployment.status?.replicas ?? 0);
  if (before === 0) return 0;
  return Math.round((sizeOf(set) * (wanted + fencepostsOf(deployment).maxSurge)) / before) - sizeOf(set);
}
