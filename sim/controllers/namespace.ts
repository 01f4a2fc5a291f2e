/*
 * namespace-controller: empties a namespace that is to go, pods first, and then lets it go.
 * Watches: Namespaces and Pods.
 * Writes: deletions of whole collections; conditions of the Namespace; its finalizer `kubernetes`.
 * Upstream: pkg/controller/namespace (namespace_controller.go, deletion/namespaced_resources_deleter.go).
 * Leaves out: discovery (what is served is known), so two of its conditions never say that something failed.
 */
import { pathOf, servedKinds } from '../api/index.ts';
import type { Namespace } from '../api/kinds/namespace.ts';
import type { Pod } from '../api/kinds/pod.ts';
import { type Condition, type KubeObject, parseTime, setCondition } from '../api/meta.ts';
import type { Resource } from '../api/resource.ts';
import type { Millis } from '../kernel/message.ts';
import { part } from '../kernel/state.ts';
import { type Batch, type Context, type Controller, NOTHING, type Outcome, type Write } from './controller.ts';
import { update } from './requests.ts';

/** What is left in a namespace: `pods.` and how many, and how many hold each finalizer. */
interface Round {
  readonly step: 'pods' | 'rest';
  readonly left: Readonly<Record<string, number>>;
  readonly finalizers: Readonly<Record<string, number>>;
}

interface NamespaceState {
  /** Emptying that is under way, by namespace. */
  rounds: Map<string, Round>;
  /** Rounds in a row after which something was left that nothing holds. */
  surprises: Map<string, number>;
}

type Ctx = Context<NamespaceState>;

/** Before it begins, requests that were on their way have arrived. */
const GRACE_MS: Millis = 5000;
/** How long finalizers are thought to take. */
const FINALIZER_SECONDS = 15;
const KUBERNETES = 'kubernetes';

/** The control loop of namespaces that are to go. Its keys are namespaces. */
export const namespaceController: Controller<NamespaceState> = {
  name: 'namespace-controller',
  informers: ['namespaces'],
  workers: 10,
  init: () => part<NamespaceState>({ rounds: new Map(), surprises: new Map() }),
  observe: ({ type, object }, context) => {
    if (type !== 'deleted' && object.metadata.deletionTimestamp !== undefined) {
      context.addAfter(object.metadata.name, GRACE_MS);
    }
    return [];
  },
  reconcile(name, context) {
    const namespace = context.cache<Namespace>('namespaces').get(name);
    const round = context.state.rounds.get(name);
    context.state.rounds.delete(name);
    if (namespace?.metadata.deletionTimestamp === undefined) return NOTHING;
    if (!namespace.spec?.finalizers?.includes(KUBERNETES)) return NOTHING;
    if (round === undefined) return empty(name, 'pods', context);
    const isEmpty = Object.keys(round.left).length === 0;
    if (!isEmpty) return wait(namespace, round, context);
    return round.step === 'pods' ? empty(name, 'rest', context) : letGo(namespace, context);
  },
  answered(name, { tag = '' }, { status, body }, _isSuccess, { state }) {
    const round = state.rounds.get(name);
    if (tag === '' || status !== 200 || round === undefined) return;
    const { items } = body as unknown as { readonly items: readonly KubeObject[] };
    if (items.length === 0) return;
    const finalizers = { ...round.finalizers };
    for (const finalizer of items.flatMap(({ metadata }) => metadata.finalizers ?? [])) {
      finalizers[finalizer] = (finalizers[finalizer] ?? 0) + 1;
    }
    state.rounds.set(name, { ...round, left: { ...round.left, [tag]: items.length }, finalizers });
  },
  failed(name, { message }, context) {
    context.state.rounds.delete(name);
    const namespace = context.cache<Namespace>('namespaces').get(name);
    const why = `Failed to delete all resource types, 1 remaining: ${message}`;
    return namespace && report(namespace, [bad(CONTENT_FAILURE, 'ContentDeletionFailed', why)], context);
  },
};

/** Deletes everything of a kind, and then looks what is left; one kind after the other. */
function empty(name: string, step: Round['step'], context: Ctx): Outcome {
  context.state.rounds.set(name, { step, left: {}, finalizers: {} });
  const kinds = servedKinds().filter(
    ({ plural, group, namespaced, verbs }) =>
      namespaced && verbs.includes('deletecollection') && (plural === 'pods' && group === '') === (step === 'pods'),
  );
  context.note({ what: 'namespace/emptying', about: `namespace/${name}`, step });
  return { writes: kinds.flatMap((resource) => deletionOf(resource, name)), requeueAfterMs: 0 };
}

function deletionOf(resource: Resource, namespace: string): readonly Batch[] {
  const path = pathOf(resource, namespace);
  const body = { kind: 'DeleteOptions', apiVersion: 'v1', propagationPolicy: 'Background' };
  const tag = `${resource.plural}.${resource.group}`;
  return [[{ request: { method: 'DELETE', path, body } }], [{ request: { method: 'GET', path }, tag }]];
}

/** Something is left: says what, and looks again after half of the time that it should take. */
function wait(namespace: Namespace, { left, finalizers }: Round, context: Ctx): Outcome {
  const { name } = namespace.metadata;
  const held = Object.keys(finalizers).sort();
  const what = Object.keys(left).sort();
  const estimate = graceOfPods(namespace, context) || (held.length > 0 ? FINALIZER_SECONDS : 0);
  const remaining = what.map((kind) => `${kind} has ${left[kind]} resource instances`).join(', ');
  const holding = held.map((finalizer) => `${finalizer} in ${finalizers[finalizer]} resource instances`).join(', ');
  const words = 'Some content in the namespace has finalizers remaining';
  const conditions = [
    bad('NamespaceContentRemaining', 'SomeResourcesRemain', `Some resources are remaining: ${remaining}`),
    ...(held.length === 0 ? [] : [bad('NamespaceFinalizersRemaining', 'SomeFinalizersRemain', `${words}: ${holding}`)]),
  ];
  const closing = report(namespace, conditions, context);
  const count = estimate > 0 ? 0 : (context.state.surprises.get(name) ?? 0) + 1;
  context.state.surprises.set(name, count);
  const delay = estimate > 0 ? (Math.floor(estimate / 2) + 1) * 1000 : 5 * 2 ** Math.min(count, 14);
  return { closing, requeueAfterMs: delay };
}

/** The longest grace period of the pods that run there, in seconds; 0 when it is over. */
function graceOfPods({ metadata }: Namespace, context: Ctx): number {
  let seconds = 0;
  for (const { metadata: of, spec, status } of context.cache<Pod>('pods').values()) {
    if (of.namespace !== metadata.name || status?.phase === 'Succeeded' || status?.phase === 'Failed') continue;
    seconds = Math.max(seconds, spec.terminationGracePeriodSeconds ?? 0);
  }
  const passedMs = context.now - (parseTime(metadata.deletionTimestamp) ?? 0);
  return passedMs >= seconds * 1000 ? 0 : seconds;
}

/** Nothing is left. */
function letGo(namespace: Namespace, context: Ctx): Outcome {
  context.state.surprises.delete(namespace.metadata.name);
  const finalizers = (namespace.spec?.finalizers ?? []).filter((finalizer) => finalizer !== KUBERNETES);
  const { resourceVersion: _any, ...metadata } = namespace.metadata;
  const body: Namespace = { ...namespace, metadata, spec: { finalizers } };
  const said = report(namespace, [], context);
  const last: Write = { request: update('namespaces', body, '/finalize'), ignore: [404] };
  return { writes: [...(said === undefined ? [] : [[said]]), [last]] };
}

const CONTENT_FAILURE = 'NamespaceDeletionContentFailure';
const FINE: readonly Condition[] = [
  fine('NamespaceDeletionDiscoveryFailure', 'ResourcesDiscovered', 'All resources successfully discovered'),
  fine(
    'NamespaceDeletionGroupVersionParsingFailure',
    'ParsedGroupVersions',
    'All legacy kube types successfully parsed',
  ),
  fine(CONTENT_FAILURE, 'ContentDeleted', 'All content successfully deleted, may be waiting on finalization'),
  fine('NamespaceContentRemaining', 'ContentRemoved', 'All content successfully removed'),
  fine('NamespaceFinalizersRemaining', 'ContentHasNoFinalizers', 'All content-preserving finalizers finished'),
];

function fine(type: string, reason: string, message: string): Condition {
  return { type, status: 'False', reason, message };
}

function bad(type: string, reason: string, message: string): Condition {
  return { type, status: 'True', reason, message };
}

/** The five conditions as they are now; undefined when they say so already. */
function report(namespace: Namespace, found: readonly Condition[], context: Ctx): Write | undefined {
  let conditions = namespace.status?.conditions ?? [];
  const before = conditions;
  for (const usual of FINE) {
    const condition = found.find(({ type }) => type === usual.type) ?? usual;
    conditions = setCondition(conditions, condition, context.now);
  }
  if (conditions === before) return undefined;
  const body = { ...namespace, status: { ...namespace.status, conditions } };
  return { request: update('namespaces', body, '/status'), ignore: [404, 409] };
}
