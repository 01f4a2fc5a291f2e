import type { Pod } from '../api/kinds/pod.ts';
import { controllerOf, type KubeObject, objectKey } from '../api/meta.ts';
import type { Change } from '../client/cache.ts';
import { part } from '../kernel/state.ts';

/**
 * Ways into the shared caches that do not look at every object. Kept up to date from the changes; keys are
 * `ns/name`.
 */
export interface Indexes {
  /** Pods, by node name. */
  byNode: Map<string, Set<string>>;
  /** By `informer uid`: keys of the objects that name this uid as an owner. */
  byOwner: Map<string, Set<string>>;
  /** By `informer namespace`: keys of Pods and ReplicaSets without a controller. */
  orphans: Map<string, Set<string>>;
}

/** Empty indexes. */
export function createIndexes(): Indexes {
  return part<Indexes>({ byNode: new Map(), byOwner: new Map(), orphans: new Map() });
}

/** Follows one change of a cache. */
export function updateIndexes(indexes: Indexes, change: Change): void {
  const { informer, type, object, old } = change;
  const isReplaced = type === 'updated' && old !== undefined;
  if (isReplaced && samePlace(object, old)) return;
  if (type !== 'added') forEachPlace(indexes, informer, old ?? object, leave);
  if (type !== 'deleted') forEachPlace(indexes, informer, object, enter);
}

type Visit = (index: Map<string, Set<string>>, place: string, key: string) => void;

function forEachPlace(indexes: Indexes, informer: string, object: KubeObject, visit: Visit): void {
  const key = objectKey(object);
  for (const owner of object.metadata.ownerReferences ?? []) visit(indexes.byOwner, `${informer} ${owner.uid}`, key);
  const node = informer === 'pods' ? (object as Pod).spec.nodeName : undefined;
  if (node) visit(indexes.byNode, node, key);
  const canBeAdopted = informer === 'pods' || informer === 'replicasets';
  if (canBeAdopted && controllerOf(object) === undefined) {
    visit(indexes.orphans, `${informer} ${object.metadata.namespace}`, key);
  }
}

function enter(index: Map<string, Set<string>>, place: string, key: string): void {
  const keys = index.get(place);
  if (keys === undefined) index.set(place, new Set([key]));
  else keys.add(key);
}

function leave(index: Map<string, Set<string>>, place: string, key: string): void {
  const keys = index.get(place);
  keys?.delete(key);
  if (keys?.size === 0) index.delete(place);
}

function samePlace(object: KubeObject, old: KubeObject): boolean {
  const node = (object.spec as { nodeName?: string } | undefined)?.nodeName;
  if (node !== (old.spec as { nodeName?: string } | undefined)?.nodeName) return false;
  const owners = object.metadata.ownerReferences ?? [];
  const before = old.metadata.ownerReferences ?? [];
  if (owners === before) return true;
  return (
    owners.length === before.length &&
    owners.every((owner, index) => owner.uid === before[index]?.uid && owner.controller === before[index]?.controller)
  );
}
