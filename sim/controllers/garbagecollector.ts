/*
 * garbage-collector-controller: deletes objects whose owners are gone or wait for it, and frees those to be orphaned.
 * Watches: every kind that the process watches.
 * Writes: deletions; patches of owner references and of the finalizers `orphan` and `foregroundDeletion`; Events.
 * Upstream: pkg/controller/garbagecollector (graph_builder.go, garbagecollector.go).
 * Leaves out: kinds that no shared informer watches; the live GET of the object itself; circles of owners that wait
 * for one another.
 */
import { resourceOfKind } from '../api/index.ts';
import { type KubeObject, type OwnerReference, objectKey } from '../api/meta.ts';
import { sameJson } from '../api/resource.ts';
import type { Change } from '../client/cache.ts';
import { part } from '../kernel/state.ts';
import { type Context, type Controller, NOTHING, type Outcome, type Write } from './controller.ts';
import { informerNames, informerOfKind, patch, pathTo, release, remove, warning } from './requests.ts';

interface GarbageCollectorState {
  /** Uids of owners known to be gone; the oldest are forgotten, and asked for again when needed. */
  absent: Set<string>;
}

type Ctx = Context<GarbageCollectorState>;

const MAX_ABSENT = 500;
const ORPHAN = 'orphan';
const FOREGROUND = 'foregroundDeletion';

/** The control loop of owner references. Its keys: `INFORMER KEY`. */
export const garbagecollector: Controller<GarbageCollectorState> = {
  name: 'garbage-collector-controller',
  account: 'generic-garbage-collector',
  get informers() {
    return informerNames();
  },
  workers: 20,
  init: () => part<GarbageCollectorState>({ absent: new Set() }),
  observe: (change, context) =>
    change.type === 'deleted' ? observeEnd(change, context) : observeObject(change, context),
  reconcile: (key, context) => {
    const [informer = '', name = ''] = key.split(' ');
    const object = context.cache(informer).get(name);
    if (object === undefined) return NOTHING;
    if (isEnding(object, ORPHAN)) return orphanDependents(informer, object, context);
    if (isEnding(object, FOREGROUND)) return endDependents(informer, object, context);
    return collect(informer, object, context);
  },
  answered: (_key, write, { status, body }, _isSuccess, { state }) => {
    const uid = write.tag;
    if (uid === undefined) return;
    if (status === 404 || (status === 200 && (body as KubeObject).metadata.uid !== uid)) remember(state.absent, uid);
  },
};

/** Whoever named the deleted object as an owner is looked at, and whoever waited for it. */
function observeEnd({ object }: Change, context: Ctx): readonly string[] {
  const { uid } = object.metadata;
  const keys = dependentsOf(uid, context).map(([informer, dependent]) => `${informer} ${objectKey(dependent)}`);
  if (uid !== undefined && keys.length > 0) remember(context.state.absent, uid);
  return [...keys, ...waitingOwners(object, context)];
}

/** The owners of an object that wait until it is gone. */
function waitingOwners(object: KubeObject, context: Ctx): readonly string[] {
  return (object.metadata.ownerReferences ?? []).flatMap((owner) => {
    const found = ownerIn(owner, object, context);
    return found !== undefined && isEnding(found, FOREGROUND)
      ? [`${informerOfKind(owner.kind)} ${objectKey(found)}`]
      : [];
  });
}

function observeObject({ informer, object, old }: Change, context: Ctx): readonly string[] {
  if (isEnding(object, ORPHAN) || isEnding(object, FOREGROUND)) return [`${informer} ${objectKey(object)}`];
  const { ownerReferences } = object.metadata;
  const before = old?.metadata.ownerReferences;
  if (ownerReferences === before || (old !== undefined && sameJson(ownerReferences, before))) return [];
  const missing = (ownerReferences ?? []).filter((owner) => !isPresent(owner, object, context));
  for (const owner of missing) reportElsewhere(owner, object, context);
  // An owner that waited for this object may not have to any more.
  const freed = old === undefined ? [] : waitingOwners(old, context);
  return [...(missing.length > 0 ? [`${informer} ${objectKey(object)}`] : []), ...freed];
}

/** Owners live in the namespace of their dependents, or in none. Upstream `reportInvalidNamespaceOwnerRef`. */
function reportElsewhere({ apiVersion, kind, name, uid }: OwnerReference, object: KubeObject, context: Ctx): void {
  const { namespace = '' } = object.metadata;
  const informer = informerOfKind(kind);
  const known = informer === undefined ? [] : [...context.cache(informer).values()];
  if (!known.some(({ metadata }) => metadata.uid === uid && metadata.namespace !== undefined)) return;
  const owner = `[${apiVersion}/${kind}, namespace: ${namespace}, name: ${name}, uid: ${uid}]`;
  const text = `ownerRef ${owner} does not exist in namespace ${JSON.stringify(namespace)}`;
  context.event(object, warning('OwnerRefInvalidNamespace', text));
}

function isEnding({ metadata }: KubeObject, finalizer: string): boolean {
  return metadata.deletionTimestamp !== undefined && (metadata.finalizers?.includes(finalizer) ?? false);
}

function dependentsOf(uid: string | undefined, context: Ctx): readonly (readonly [string, KubeObject])[] {
  return informerNames().flatMap((informer) =>
    context.dependents(informer, uid).map((object) => [informer, object] as const),
  );
}

/**
 * Foreground: the dependents are deleted, and the owner when those are gone that block it. Upstream
 * `processDeletingDependentsItem` and `processTransitions`.
 */
function endDependents(informer: string, owner: KubeObject, context: Ctx): Outcome {
  const all = dependentsOf(owner.metadata.uid, context);
  for (const [name, object] of all) if (!isEnding(object, FOREGROUND)) context.add(`${name} ${objectKey(object)}`);
  const isBlocked = all.some(([, { metadata }]) =>
    metadata.ownerReferences?.some(({ uid, blockOwnerDeletion }) => uid === owner.metadata.uid && blockOwnerDeletion),
  );
  return isBlocked ? NOTHING : { writes: [[lift(informer, owner, FOREGROUND)]] };
}

/** Deletes the object when no owner is left, or drops the owners that are gone. Upstream `attemptToDeleteItem`. */
function collect(informer: string, object: KubeObject, context: Ctx): Outcome {
  const owners = object.metadata.ownerReferences ?? [];
  if (owners.length === 0 || object.metadata.deletionTimestamp !== undefined) return NOTHING;
  const found = owners.filter((owner) => isPresent(owner, object, context));
  const waiting = found.filter((owner) => isWaiting(owner, object, context));
  const present = found.filter((owner) => !waiting.includes(owner));
  const dangling = owners.filter((owner) => context.state.absent.has(owner.uid) && canBeFound(owner, object));
  const unknown = owners.filter((owner) => !found.includes(owner) && !dangling.includes(owner));
  if (unknown.length > 0) {
    const questions = unknown.flatMap((owner) => ask(owner, object));
    return questions.length === 0 ? NOTHING : { writes: [questions], requeueAfterMs: 0 };
  }
  const gone = [...dangling, ...waiting];
  if (gone.length === 0) return NOTHING;
  if (present.length > 0) {
    const uids = gone.map(({ uid }) => uid);
    return { writes: [[{ request: release(informer, object, uids), ignore: [404] }]] };
  }
  const isParent = waiting.length > 0 && dependentsOf(object.metadata.uid, context).length > 0;
  const { name, uid } = object.metadata;
  const about = `${object.kind.toLowerCase()}/${name}`;
  context.note({ what: 'garbagecollector/collected', about, owner: `${owners[0]?.kind}/${owners[0]?.name}` });
  const options = { preconditions: { uid }, propagationPolicy: isParent ? 'Foreground' : policyOf(object) };
  return { writes: [[{ request: remove(informer, object, options), ignore: [404] }]] };
}

/** What the object itself says should become of its dependents. */
function policyOf({ metadata: { finalizers = [] } }: KubeObject): string {
  if (finalizers.includes(ORPHAN)) return 'Orphan';
  return finalizers.includes(FOREGROUND) ? 'Foreground' : 'Background';
}

function isPresent(owner: OwnerReference, object: KubeObject, context: Ctx): boolean {
  return ownerIn(owner, object, context) !== undefined;
}

/** An owner that is being deleted in the foreground, and waits for this object. */
function isWaiting(owner: OwnerReference, object: KubeObject, context: Ctx): boolean {
  const found = ownerIn(owner, object, context);
  return found !== undefined && isEnding(found, FOREGROUND);
}

function ownerIn(owner: OwnerReference, object: KubeObject, context: Ctx): KubeObject | undefined {
  const informer = informerOfKind(owner.kind);
  if (informer === undefined) return undefined;
  const cache = context.cache(informer);
  const found = cache.get(`${object.metadata.namespace}/${owner.name}`) ?? cache.get(owner.name);
  return found?.metadata.uid === owner.uid ? found : undefined;
}

/** A cache may lag: only the API server's word counts. An owner of a kind that is not watched is left in peace. */
function ask(owner: OwnerReference, object: KubeObject): readonly Write[] {
  const informer = informerOfKind(owner.kind);
  if (informer === undefined || !canBeFound(owner, object)) return [];
  const namespace = isNamespaced(owner) ? object.metadata.namespace : undefined;
  const request = { method: 'GET' as const, path: pathTo(informer, namespace, owner.name) };
  return [{ request, ignore: [404], tag: owner.uid }];
}

/** Nobody knows in which namespace to look for the owner of something that lives in none: it is left in peace too. */
function canBeFound(owner: OwnerReference, object: KubeObject): boolean {
  return object.metadata.namespace !== undefined || !isNamespaced(owner);
}

function isNamespaced({ apiVersion, kind }: OwnerReference): boolean {
  return resourceOfKind(apiVersion, kind)?.namespaced ?? true;
}

function orphanDependents(informer: string, owner: KubeObject, context: Ctx): Outcome {
  const uid = owner.metadata.uid ?? '';
  const freed = dependentsOf(uid, context).map(([name, object]): Write => {
    return { request: release(name, object, [uid]), ignore: [404, 422] };
  });
  const last = [lift(informer, owner, ORPHAN)];
  return { writes: freed.length > 0 ? [freed, last] : [last] };
}

/** Takes a finalizer of an owner away. */
function lift(informer: string, owner: KubeObject, finalizer: string): Write {
  const { resourceVersion, finalizers = [] } = owner.metadata;
  const left = finalizers.filter((name) => name !== finalizer);
  const metadata = { resourceVersion, finalizers: left.length > 0 ? left : null };
  return { request: patch(informer, owner, { metadata }), ignore: [404] };
}

function remember(absent: Set<string>, uid: string): void {
  absent.add(uid);
  if (absent.size > MAX_ABSENT) absent.delete(absent.values().next().value ?? '');
}
