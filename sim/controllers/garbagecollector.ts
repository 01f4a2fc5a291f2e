/*
 * garbage-collector-controller: deletes objects whose owners are gone, and frees those to be orphaned.
 * Watches: every kind that the process watches.
 * Writes: deletions; patches of owner references and of the finalizer `orphan`.
 * Upstream: pkg/controller/garbagecollector (graph_builder.go, garbagecollector.go).
 * Leaves out: foreground deletion; kinds that no shared informer watches; the live GET of the object itself.
 */
import { type KubeObject, type OwnerReference, objectKey } from '../api/meta.ts';
import type { Change } from '../client/cache.ts';
import { part } from '../kernel/state.ts';
import { type Context, type Controller, NOTHING, type Outcome, type Write } from './controller.ts';
import { informerOfKind, informerSpecs, patch, pathTo, release, remove } from './requests.ts';

interface GarbageCollectorState {
  /** Uids of owners known to be gone; the oldest are forgotten, and asked for again when needed. */
  absent: Set<string>;
}

type Ctx = Context<GarbageCollectorState>;

const MAX_ABSENT = 500;
const INFORMERS = informerSpecs.map(({ name }) => name);

/** The control loop of owner references. Its keys: `INFORMER KEY`. */
export const garbagecollector: Controller<GarbageCollectorState> = {
  name: 'garbage-collector-controller',
  informers: INFORMERS,
  workers: 20,
  init: () => part<GarbageCollectorState>({ absent: new Set() }),
  observe: (change, context) =>
    change.type === 'deleted' ? observeEnd(change, context) : observeObject(change, context),
  reconcile: (key, context) => {
    const [informer = '', name = ''] = key.split(' ');
    const object = context.cache(informer).get(name);
    if (object === undefined) return NOTHING;
    return isOrphaning(object) ? orphanDependents(informer, object, context) : collect(informer, object, context);
  },
  answered: (_key, write, { status, body }, _isSuccess, { state }) => {
    const uid = write.tag;
    if (uid === undefined) return;
    if (status === 404 || (status === 200 && (body as KubeObject).metadata.uid !== uid)) remember(state.absent, uid);
  },
};

/** Whoever named the deleted object as an owner is looked at. */
function observeEnd({ object }: Change, context: Ctx): readonly string[] {
  const { uid } = object.metadata;
  const keys = INFORMERS.flatMap((informer) => {
    return context.dependents(informer, uid).map((dependent) => `${informer} ${objectKey(dependent)}`);
  });
  if (uid !== undefined && keys.length > 0) remember(context.state.absent, uid);
  return keys;
}

function observeObject({ informer, object, old }: Change, context: Ctx): readonly string[] {
  if (isOrphaning(object)) return [`${informer} ${objectKey(object)}`];
  const { ownerReferences } = object.metadata;
  if (ownerReferences === undefined || ownerReferences === old?.metadata.ownerReferences) return [];
  if (old !== undefined && old.metadata.ownerReferences?.length === ownerReferences.length) return [];
  const isSolid = ownerReferences.every((owner) => isPresent(owner, object, context));
  return isSolid ? [] : [`${informer} ${objectKey(object)}`];
}

function isOrphaning({ metadata }: KubeObject): boolean {
  return metadata.deletionTimestamp !== undefined && (metadata.finalizers?.includes('orphan') ?? false);
}

/** Deletes the object when no owner is left, or drops the owners that are gone. Upstream `attemptToDeleteItem`. */
function collect(informer: string, object: KubeObject, context: Ctx): Outcome {
  const owners = object.metadata.ownerReferences ?? [];
  if (owners.length === 0 || object.metadata.deletionTimestamp !== undefined) return NOTHING;
  const present = owners.filter((owner) => isPresent(owner, object, context));
  const dangling = owners.filter(({ uid }) => context.state.absent.has(uid));
  const unknown = owners.filter((owner) => !present.includes(owner) && !dangling.includes(owner));
  if (unknown.length > 0) {
    const questions = unknown.flatMap((owner) => ask(owner, object));
    return questions.length === 0 ? NOTHING : { writes: [questions], requeueAfterMs: 0 };
  }
  if (dangling.length === 0) return NOTHING;
  if (present.length > 0) {
    const uids = dangling.map(({ uid }) => uid);
    return { writes: [[{ request: release(informer, object, uids), ignore: [404] }]] };
  }
  const { name, uid } = object.metadata;
  const about = `${object.kind.toLowerCase()}/${name}`;
  context.note({ what: 'garbagecollector/collected', about, owner: `${owners[0]?.kind}/${owners[0]?.name}` });
  const options = { preconditions: { uid }, propagationPolicy: 'Background' };
  return { writes: [[{ request: remove(informer, object, options), ignore: [404] }]] };
}

function isPresent(owner: OwnerReference, object: KubeObject, context: Ctx): boolean {
  const informer = informerOfKind(owner.kind);
  if (informer === undefined) return false;
  const cache = context.cache(informer);
  const found = cache.get(`${object.metadata.namespace}/${owner.name}`) ?? cache.get(owner.name);
  return found?.metadata.uid === owner.uid;
}

/** A cache may lag: only the API server's word counts. An owner of a kind that is not watched is left in peace. */
function ask(owner: OwnerReference, object: KubeObject): readonly Write[] {
  const informer = informerOfKind(owner.kind);
  if (informer === undefined) return [];
  const namespace = informer === 'nodes' || informer === 'namespaces' ? undefined : object.metadata.namespace;
  const request = { method: 'GET' as const, path: pathTo(informer, namespace, owner.name) };
  return [{ request, ignore: [404], tag: owner.uid }];
}

function orphanDependents(informer: string, owner: KubeObject, context: Ctx): Outcome {
  const uid = owner.metadata.uid ?? '';
  const freed = INFORMERS.flatMap((name) =>
    context
      .dependents(name, uid)
      .map((object): Write => ({ request: release(name, object, [uid]), ignore: [404, 422] })),
  );
  const finalizers = (owner.metadata.finalizers ?? []).filter((finalizer) => finalizer !== 'orphan');
  const { resourceVersion } = owner.metadata;
  const request = patch(informer, owner, {
    metadata: { resourceVersion, finalizers: finalizers.length > 0 ? finalizers : null },
  });
  const lift: Write = { request, ignore: [404] };
  return { writes: freed.length > 0 ? [freed, [lift]] : [[lift]] };
}

function remember(absent: Set<string>, uid: string): void {
  absent.add(uid);
  if (absent.size > MAX_ABSENT) absent.delete(absent.values().next().value ?? '');
}
