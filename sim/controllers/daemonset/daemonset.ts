/*
 * daemonset-controller: keeps one pod on every node that a DaemonSet chooses.
 * Watches: DaemonSets, Pods, Nodes and ControllerRevisions.
 * Writes: Pods, ControllerRevisions, the status of DaemonSets, Events.
 * Upstream: pkg/controller/daemon (daemon_controller.go, update.go, util/daemonset_util.go).
 * Leaves out: the live GET before it adopts a pod or a revision.
 */
import type { ControllerRevision } from '../../api/kinds/controllerrevision.ts';
import { type DaemonSet, TEMPLATE_GENERATION } from '../../api/kinds/daemonset.ts';
import type { Node } from '../../api/kinds/node.ts';
import type { Pod } from '../../api/kinds/pod.ts';
import { type KubeObject, type Labels, objectKey } from '../../api/meta.ts';
import { podTemplateHash } from '../../api/names.ts';
import { sameJson } from '../../api/resource.ts';
import { fromLabelSelector, matchesSelector } from '../../api/selector.ts';
import { expectChanges, isSatisfied, observeCreation, observeDeletion } from '../../client/expectations.ts';
import type { Millis } from '../../kernel/message.ts';
import { part } from '../../kernel/state.ts';
import type { Batch, Context, Controller, Failure, Outcome, Write } from '../controller.ts';
import { NOTHING } from '../controller.ts';
import {
  adoptRevisions,
  forgetRevisions,
  nextNumber,
  ownRevisions,
  REVISION_LABEL,
  REVISIONS,
  renumber,
  revisionOf,
  templatePatch,
} from '../history.ts';
import { claimPods, ownPods, podCreation, podDeletion, untilNextAvailable } from '../ownedpods.ts';
import { podFrom } from '../pods.ts';
import { slowStart } from '../replicaset/replicaset.ts';
import { create, normal, patch, remove, update, warning } from '../requests.ts';
import { pinnedTo, targetOf, withTolerations } from './nodes.ts';
import { type DaemonSetState, observe, SETS } from './observe.ts';
import { type Fleet, GENERATION_LABEL, type Plan, planNodes, planUpdate } from './plan.ts';
import { statusOf } from './status.ts';

type Ctx = Context<DaemonSetState>;

const BURST = 250;
const FIRST_DELAY_MS: Millis = 1000;
const LONGEST_DELAY_MS: Millis = 900_000;

/** The control loop of DaemonSets. */
export const daemonset: Controller<DaemonSetState> = {
  name: 'daemonset-controller',
  account: 'daemon-set-controller',
  informers: [SETS, 'pods', 'nodes', REVISIONS],
  workers: 2,
  init: () => part<DaemonSetState>({ expectations: new Map(), backOff: new Map() }),
  observe,
  reconcile: (key, context) => {
    const set = context.cache<DaemonSet>(SETS).get(key);
    return set === undefined || set.metadata.deletionTimestamp !== undefined ? NOTHING : sync(key, set, context);
  },
  answered: (key, write, _response, isSuccess, { state }) => {
    if (isSuccess || write.tag === undefined) return;
    if (write.tag === 'create') observeCreation(state.expectations, key);
    else observeDeletion(state.expectations, key, write.tag);
  },
  failed: (key, failure, context) => {
    observeCreation(context.state.expectations, key, failure.skipped);
    const set = context.cache<DaemonSet>(SETS).get(key);
    return set === undefined ? undefined : countCollision(set, failure, context);
  },
};

function sync(key: string, set: DaemonSet, context: Ctx): Outcome {
  const selector = fromLabelSelector(set.spec.selector);
  if (selector.length === 0) {
    const text = 'This daemon set is selecting all pods. A non-empty selector is required.';
    context.event(set, warning('SelectingAll', text));
    return NOTHING;
  }
  const isMeant = (pod: Pod) => matchesSelector(selector, pod.metadata.labels);
  const claims = [...adoptRevisions(set, selector, context), ...claimPods(set, isMeant, context)];
  if (claims.length > 0) return { writes: [claims] };
  const pods = ownPods(set, isMeant, context);
  const isReady = isSatisfied(context.state.expectations, key, context.now);
  const history = historyOf(key, set, pods, isReady, context);
  if ('writes' in history) return history;
  const hash = history.current.metadata.labels?.[REVISION_LABEL] ?? '';
  const nodes = [...context.cache<Node>('nodes').values()].sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1));
  const fleet: Fleet = { set, nodes, byNode: groupByNode(pods), hash, now: context.now };
  const writes = isReady ? act(key, fleet, context) : [];
  const live = new Set(pods.map(({ metadata }) => metadata.labels?.[REVISION_LABEL]));
  const unused = history.old.filter(({ metadata }) => !live.has(metadata.labels?.[REVISION_LABEL]));
  const limit = Math.max(0, (set.spec.revisionHistoryLimit ?? 10) - (history.old.length - unused.length));
  const forgotten = isReady ? forgetRevisions(unused, limit) : [];
  const status = statusOf(fleet, isReady);
  return {
    writes: forgotten.length > 0 ? [...writes, forgotten] : writes,
    closing: status === set.status ? undefined : statusPut(set, status),
    requeueAfterMs: untilNextAvailable(set.spec.minReadySeconds ?? 0, pods, context),
  };
}

function groupByNode(pods: readonly Pod[]): ReadonlyMap<string, readonly Pod[]> {
  const byNode = new Map<string, Pod[]>();
  for (const pod of pods) {
    const node = targetOf(pod);
    if (node === undefined) continue;
    const list = byNode.get(node);
    if (list === undefined) byNode.set(node, [pod]);
    else list.push(pod);
  }
  return byNode;
}

type History = { readonly current: ControllerRevision; readonly old: readonly ControllerRevision[] };

/** The revision of the present template and the older ones; or the writes that come first. Upstream `constructHistory`. */
function historyOf(
  key: string,
  set: DaemonSet,
  pods: readonly Pod[],
  mayAct: boolean,
  context: Ctx,
): History | { readonly writes: readonly Batch[] } {
  const { template } = set.spec;
  const all = ownRevisions(set, context);
  const equal = all.filter(({ data }) => sameJson(data, templatePatch(template)));
  const old = all.filter((revision) => !equal.includes(revision));
  const current = equal.at(-1);
  const number = nextNumber(old);
  if (current === undefined) {
    if (!mayAct) return { writes: [] };
    const hash = podTemplateHash(template, set.status?.collisionCount);
    const revision = revisionOf(set, template, number, hash, REVISION_LABEL);
    expectChanges(context.state.expectations, key, 1, [], context.now);
    const tag = `revision ${revision.metadata.name}`;
    return { writes: [[{ request: create(REVISIONS, revision as KubeObject), tag }]] };
  }
  if (equal.length > 1) return { writes: withoutTwins(current, equal, pods) };
  return current.revision < number ? { writes: [[renumber(current, number)]] } : { current, old };
}

/** Of several revisions with the same template the newest stays, and the pods of the others get its label. */
function withoutTwins(
  kept: ControllerRevision,
  equal: readonly ControllerRevision[],
  pods: readonly Pod[],
): readonly Batch[] {
  const hash = kept.metadata.labels?.[REVISION_LABEL];
  const others = pods.filter(({ metadata }) => metadata.labels?.[REVISION_LABEL] !== hash);
  const labels = others.map((pod) => {
    return { request: patch('pods', pod, { metadata: { labels: { [REVISION_LABEL]: hash } } }), ignore: [404] };
  });
  const twins = equal.filter((revision) => revision !== kept);
  const deletions = twins.map((twin) => ({ request: remove(REVISIONS, twin as KubeObject), ignore: [404] }));
  return labels.length > 0 ? [labels, deletions] : [deletions];
}

/** A revision of that name that holds another template: the next name takes one more number in. */
function countCollision(set: DaemonSet, { status, tag = '' }: Failure, context: Ctx): Write | undefined {
  const [what, name] = tag.split(' ');
  if (what !== 'revision') return undefined;
  const key = objectKey(set);
  observeCreation(context.state.expectations, key);
  const other = context.cache<ControllerRevision>(REVISIONS).get(`${set.metadata.namespace}/${name}`);
  if (status !== 409 || other === undefined || sameJson(other.data, templatePatch(set.spec.template))) return undefined;
  const counted = { ...set.status, collisionCount: (set.status?.collisionCount ?? 0) + 1 };
  return statusPut(set, counted as DaemonSet['status']);
}

function statusPut(set: DaemonSet, status: DaemonSet['status']): Write {
  return { request: update(SETS, { ...set, status } as KubeObject, '/status'), ignore: [404] };
}

/** First one pod a node; when all of that is done, the next step of a rolling update. */
function act(key: string, fleet: Fleet, context: Ctx): readonly Batch[] {
  const plan = planNodes(fleet);
  const ended = plan.ended.filter(({ pod, node }) => mayReplace(key, fleet.set, pod, node, context));
  const first = { ...plan, pods: [...plan.pods, ...ended.map(({ pod }) => pod)] };
  if (first.nodes.length + first.pods.length > 0) return carryOut(key, fleet, first, context);
  if (fleet.set.spec.updateStrategy?.type !== 'RollingUpdate') return [];
  return carryOut(key, fleet, planUpdate(fleet), context);
}

/** Ended pods are replaced: failed ones after 1 s, 2 s, 4 s, … so that a node that refuses them is not flooded. */
function mayReplace(key: string, set: DaemonSet, pod: Pod, node: string, context: Ctx): boolean {
  const { backOff } = context.state;
  const name = `${pod.metadata.namespace}/${pod.metadata.name} on node ${node}`;
  if (pod.status?.phase === 'Succeeded') {
    const text = `Found succeeded daemon pod ${name}, will try to delete it`;
    context.event(set, normal('SucceededDaemonPod', text));
    return true;
  }
  for (const [id, { since }] of backOff) if (context.now - since > 2 * LONGEST_DELAY_MS) backOff.delete(id);
  const id = `${set.metadata.uid}/${set.status?.observedGeneration ?? 0}/${node}`;
  const entry = backOff.get(id);
  if (entry !== undefined && context.now - entry.since < entry.delay) {
    context.addAfter(key, entry.delay);
    return false;
  }
  const delay = entry === undefined ? FIRST_DELAY_MS : Math.min(2 * entry.delay, LONGEST_DELAY_MS);
  backOff.set(id, { delay, since: context.now });
  context.event(set, warning('FailedDaemonPod', `Found failed daemon pod ${name}, will try to kill it`));
  return true;
}

function carryOut(key: string, { set, hash, now }: Fleet, plan: Plan, context: Ctx): readonly Batch[] {
  const nodes = plan.nodes.slice(0, BURST);
  const pods = plan.pods.slice(0, BURST);
  if (nodes.length + pods.length === 0) return [];
  expectChanges(context.state.expectations, key, nodes.length, pods.map(objectKey), now);
  context.note({
    what: 'daemonset/acts',
    about: `daemonset/${set.metadata.name}`,
    creating: nodes.length,
    deleting: pods.length,
  });
  const batches: Batch[] = [];
  let done = 0;
  for (const size of slowStart(nodes.length)) {
    batches.push(nodes.slice(done, done + size).map((node) => creation(set, hash, node)));
    done += size;
  }
  return pods.length > 0 ? [...batches, pods.map((pod) => podDeletion(set, pod))] : batches;
}

function creation(set: DaemonSet, hash: string, node: string): Write {
  const { template } = set.spec;
  const generation = set.metadata.annotations?.[TEMPLATE_GENERATION];
  const counted: Labels = generation === undefined ? {} : { [GENERATION_LABEL]: generation };
  const labels = { ...template.metadata?.labels, ...counted, [REVISION_LABEL]: hash };
  const spec = pinnedTo(node, withTolerations(template.spec));
  return podCreation(set, podFrom({ metadata: { ...template.metadata, labels }, spec }, set));
}
