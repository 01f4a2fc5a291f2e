/*
 * replicationcontroller-controller: keeps as many pods as a ReplicationController asks for.
 * Watches: ReplicationControllers and Pods.
 * Writes: Pods (create, delete, adopt, release), the status of ReplicationControllers, Events.
 * Upstream: pkg/controller/replication (replication_controller.go, conversion.go): replicaset-controller in disguise.
 * Leaves out: what replicaset-controller leaves out.
 */
import type { ReplicaSet } from '../api/kinds/replicaset.ts';
import type { ReplicationController } from '../api/kinds/replicationcontroller.ts';
import type { KubeObject } from '../api/meta.ts';
import { sameJson } from '../api/resource.ts';
import type { Change } from '../client/cache.ts';
import type { State } from '../kernel/state.ts';
import type { Context, Controller, Write } from './controller.ts';
import { replicaset } from './replicaset/replicaset.ts';
import { update } from './requests.ts';

const CONTROLLERS = 'replicationcontrollers';
const SETS = 'replicasets';

type Inner = typeof replicaset extends Controller<infer S extends State> ? S : never;

/** The control loop of ReplicationControllers: it shows them to that of ReplicaSets, and translates its writes back. */
export const replication: Controller<Inner> = {
  name: 'replicationcontroller-controller',
  account: 'replication-controller',
  eventSource: 'replication-controller',
  informers: [CONTROLLERS, 'pods'],
  workers: 5,
  init: replicaset.init,
  observe: (change, context) => {
    if (context.cache(CONTROLLERS).size === 0 && change.informer === 'pods') return [];
    return replicaset.observe(disguised(change), disguise(context));
  },
  reconcile: (key, context) => {
    const outcome = replicaset.reconcile(key, disguise(context));
    return { ...outcome, closing: outcome.closing && translate(outcome.closing, key, context) };
  },
  answered: (key, write, response, isSuccess, context) =>
    replicaset.answered?.(key, write, response, isSuccess, disguise(context)),
  failed: (key, failure, context) => {
    const write = replicaset.failed?.(key, failure, disguise(context));
    return write && translate(write, key, context);
  },
};

/** A plain map of labels is the same selector in the older form. */
function asReplicaSet(controller: ReplicationController): ReplicaSet {
  const { selector, ...spec } = controller.spec;
  return { ...controller, spec: { ...spec, selector: { matchLabels: selector } } } as unknown as ReplicaSet;
}

function disguised(change: Change): Change {
  if (change.informer !== CONTROLLERS) return change;
  const object = asReplicaSet(change.object as ReplicationController);
  const old = change.old && asReplicaSet(change.old as ReplicationController);
  return { ...change, informer: SETS, object, ...(old === undefined ? {} : { old }) };
}

function disguise(context: Context<Inner>): Context<Inner> {
  const cache = <O extends KubeObject>(informer: string): ReadonlyMap<string, O> => {
    if (informer !== SETS) return context.cache<O>(informer);
    const controllers = context.cache<ReplicationController>(CONTROLLERS);
    const sets = [...controllers].map(([key, controller]) => [key, asReplicaSet(controller)] as const);
    return new Map(sets) as ReadonlyMap<string, KubeObject> as ReadonlyMap<string, O>;
  };
  return {
    state: context.state,
    now: context.now,
    cache,
    dependents: (informer, uid) => (informer === SETS ? [] : context.dependents(informer, uid)),
    orphans: (informer, namespace) => context.orphans(informer, namespace),
    podsOn: (node) => context.podsOn(node),
    add: (key) => context.add(key),
    addAfter: (key, delay) => context.addAfter(key, delay),
    event: (about, text) => context.event(about, text),
    note: (note) => context.note(note),
  };
}

/** A write of a ReplicaSet's status, as one of the ReplicationController's; it does not count terminating pods. */
function translate(write: Write, key: string, context: Context<Inner>): Write | undefined {
  const controller = context.cache<ReplicationController>(CONTROLLERS).get(key);
  if (controller === undefined) return write;
  const { terminatingReplicas: _uncounted, ...status } = (write.request.body as unknown as ReplicaSet).status ?? {};
  if (sameJson(status, controller.status)) return undefined;
  return { ...write, request: update(CONTROLLERS, { ...controller, status } as KubeObject, '/status') };
}
