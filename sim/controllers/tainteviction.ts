/*
 * taint-eviction-controller: deletes the pods of a node with a NoExecute taint, each when its tolerations run out.
 * Watches: Nodes and Pods.
 * Writes: the DisruptionTarget condition of Pods, their deletion, Events.
 * Upstream: pkg/controller/tainteviction/taint_eviction.go.
 * Leaves out: the live GET of the pod before its status is patched.
 */
import type { Node, Taint } from '../api/kinds/node.ts';
import type { Pod, PodCondition, Toleration } from '../api/kinds/pod.ts';
import { isConditionTrue, type KubeObject, objectKey, rfc3339, splitKey } from '../api/meta.ts';
import { sameJson } from '../api/resource.ts';
import type { Change } from '../client/cache.ts';
import type { Millis } from '../kernel/message.ts';
import { part } from '../kernel/state.ts';
import { type Context, type Controller, NOTHING, type Outcome, type Write } from './controller.ts';
import { normal, patch, remove } from './requests.ts';

/** A pod's eviction: since when the clock runs, and when it ends; undefined once it has been carried out. */
interface Scheduled {
  readonly since: Millis;
  readonly at: Millis | undefined;
}

interface TaintEvictionState {
  /** By the pod's key. */
  scheduled: Map<string, Scheduled>;
}

type Ctx = Context<TaintEvictionState>;

/** The control loop of evictions. Its keys: `node NAME`, `pod NS/NAME`, `evict NS/NAME`. */
export const tainteviction: Controller<TaintEvictionState> = {
  name: 'taint-eviction-controller',
  account: 'node-controller',
  informers: ['nodes', 'pods'],
  workers: 8,
  init: () => part<TaintEvictionState>({ scheduled: new Map() }),
  observe: ({ informer, type, object, old }, context) => {
    if (informer === 'pods') return observePod({ type, object: object as Pod, old: old as Pod | undefined }, context);
    const before = old === undefined ? [] : evicting(old as Node);
    const after = type === 'deleted' ? [] : evicting(object as Node);
    return sameJson(before, after) ? [] : [`node ${object.metadata.name}`];
  },
  reconcile: (key, context) => {
    const space = key.indexOf(' ');
    const name = key.slice(space + 1);
    if (key.startsWith('evict')) return evict(name, context);
    if (key.startsWith('pod')) check(name, context);
    else for (const pod of [...context.podsOn(name)]) check(pod, context);
    return NOTHING;
  },
  answered: (key, write, _response, isSuccess, { state }) => {
    const pod = key.slice('evict '.length);
    if (isSuccess && write.tag === 'delete' && state.scheduled.has(pod))
      state.scheduled.set(pod, { since: 0, at: undefined });
  },
};

function observePod(
  { type, object, old }: Pick<Change<Pod>, 'type' | 'object' | 'old'>,
  context: Ctx,
): readonly string[] {
  const { nodeName } = object.spec;
  const isKnown = context.state.scheduled.has(objectKey(object));
  if (type === 'deleted') return isKnown ? [`pod ${objectKey(object)}`] : [];
  if (!nodeName) return [];
  const isSame = old?.spec.nodeName === nodeName && sameJson(old.spec.tolerations, object.spec.tolerations);
  if (isSame) return [];
  const node = context.cache<Node>('nodes').get(nodeName);
  return isKnown || (node !== undefined && evicting(node).length > 0) ? [`pod ${objectKey(object)}`] : [];
}

function evicting({ spec }: Node): readonly Taint[] {
  return (spec.taints ?? []).filter(({ effect }) => effect === 'NoExecute');
}

/** Starts, keeps, moves or cancels the clock of one pod. Upstream `processPodOnNode`. */
function check(key: string, context: Ctx): void {
  const { now } = context;
  const { scheduled } = context.state;
  const pod = context.cache<Pod>('pods').get(key);
  const node = pod && context.cache<Node>('nodes').get(pod.spec.nodeName ?? '');
  const taints = node === undefined ? [] : evicting(node);
  if (pod === undefined || taints.length === 0) {
    if (pod === undefined || node !== undefined) cancel(key, context);
    return;
  }
  const tolerations = pod.spec.tolerations ?? [];
  const used = taints.map((taint) => tolerations.find((toleration) => tolerates(toleration, taint)));
  const tolerated = used.every((toleration) => toleration !== undefined) ? minSeconds(used) : 0;
  if (tolerated === undefined) {
    cancel(key, context);
    return;
  }
  const old = scheduled.get(key);
  if (old !== undefined && old.at === undefined) return;
  const isImmediate = used.includes(undefined);
  if (old !== undefined && !isImmediate && old.since <= now) return;
  if (old !== undefined) cancel(key, context);
  const at = now + tolerated * 1000;
  scheduled.set(key, { since: now, at });
  if (at === now) {
    context.add(`evict ${key}`);
    return;
  }
  context.note({ what: 'tainteviction/scheduled', about: `pod/${pod.metadata.name}`, delayMs: at - now });
  context.addAfter(`evict ${key}`, at - now);
}

function cancel(key: string, context: Ctx): void {
  const old = context.state.scheduled.get(key);
  context.state.scheduled.delete(key);
  if (old?.at === undefined) return;
  context.event(reference(key), normal('TaintManagerEviction', `Cancelling deletion of Pod ${key}`));
}

/** The smallest limit of the tolerations in use; undefined for ever. */
function minSeconds(used: readonly (Toleration | undefined)[]): number | undefined {
  let smallest: number | undefined;
  for (const seconds of used.map((toleration) => toleration?.tolerationSeconds)) {
    if (seconds === undefined) continue;
    if (seconds <= 0) return 0;
    if (smallest === undefined || seconds < smallest) smallest = seconds;
  }
  return smallest;
}

function tolerates({ key, operator, value = '', effect }: Toleration, taint: Taint): boolean {
  if (effect !== undefined && (effect as string) !== '' && effect !== taint.effect) return false;
  if (key !== undefined && key !== '' && key !== taint.key) return false;
  if (operator === 'Exists') return true;
  return key === taint.key && value === (taint.value ?? '');
}

function evict(key: string, context: Ctx): Outcome {
  const due = context.state.scheduled.get(key)?.at;
  const pod = context.cache<Pod>('pods').get(key);
  if (due === undefined || due > context.now || pod === undefined) return NOTHING;
  context.event(reference(key), normal('TaintManagerEviction', `Marking for deletion Pod ${key}`));
  context.note({ what: 'tainteviction/evicted', about: `pod/${pod.metadata.name}`, node: pod.spec.nodeName ?? '' });
  const condition = disruption(
    pod,
    'DeletionByTaintManager',
    'Taint manager: deleting due to NoExecute taint',
    context.now,
  );
  const deletion: Write = { request: remove('pods', pod), ignore: [404], tag: 'delete' };
  if (isConditionTrue(pod.status?.conditions, 'DisruptionTarget')) return { writes: [[deletion]] };
  const body = { metadata: { uid: pod.metadata.uid }, status: { conditions: [condition] } };
  return { writes: [[{ request: patch('pods', pod, body, '/status'), ignore: [404] }], [deletion]] };
}

/** The condition that says a pod is deleted by the system, and by whom. */
export function disruption(pod: Pod, reason: string, message: string, now: Millis): PodCondition {
  const lastTransitionTime = rfc3339(now);
  const observedGeneration = pod.metadata.generation;
  return { type: 'DisruptionTarget', status: 'True', observedGeneration, lastTransitionTime, reason, message };
}

/** Upstream's Events here name the pod without its uid. */
function reference(key: string): KubeObject {
  return { apiVersion: 'v1', kind: 'Pod', metadata: splitKey(key) };
}
