import type { Node } from '../api/kinds/node.ts';
import type { Pod } from '../api/kinds/pod.ts';
import { objectKey } from '../api/meta.ts';
import { sameJson } from '../api/resource.ts';
import type { Change } from '../client/cache.ts';
import { cacheOf } from '../client/calls.ts';
import type { Millis } from '../kernel/message.ts';
import { addPod, nodeInfoOf, removePod, withNode } from './nodeinfo.ts';
import type { ClusterChange } from './plugin.ts';
import { plugins } from './plugins/index.ts';
import { frameworkFor } from './profiles.ts';
import { addNewPod, forgetPod, hasPod, helped, movePod } from './queue.ts';
import type { SchedulerState } from './state.ts';

/** Pods that became ready to be tried, and the change that did it (`Node/add`, as upstream labels its events). */
export interface Requeued {
  readonly pods: readonly string[];
  readonly because: string;
}

const NOBODY: Requeued = { pods: [], because: '' };

/**
 * Brings a change of the informers into nodes and queue. Upstream: `pkg/scheduler/eventhandlers.go`, `backend/cache`.
 */
export function observe(state: SchedulerState, change: Change, now: Millis): Requeued {
  if (change.informer === 'nodes') return observeNode(state, change as Change<Node>, now);
  if (change.informer === 'pods') return observePod(state, change as Change<Pod>, now);
  const { type, object, old, cause } = change;
  const action = type === 'deleted' ? 'delete' : type === 'updated' ? 'update' : 'add';
  return announce(state, { kind: object.kind, action, object, ...(old && { old }) } as ClusterChange, now, cause);
}

/** Takes a pod off its node. */
export function displace(state: SchedulerState, pod: Pod): void {
  const name = pod.spec.nodeName ?? '';
  const info = state.nodes.get(name);
  if (info !== undefined) state.nodes.set(name, removePod(info, pod));
}

/** Puts a pod on its node; a node that is not known (yet) collects its pods when it appears. */
export function place(state: SchedulerState, pod: Pod): void {
  const name = pod.spec.nodeName ?? '';
  const info = state.nodes.get(name);
  if (info !== undefined) state.nodes.set(name, addPod(info, pod));
}

/** Tells the queue what changed. */
export function announce(state: SchedulerState, change: ClusterChange, now: Millis, cause: string): Requeued {
  if (state.queue.unschedulable.size === 0) return NOBODY;
  const pods = cacheOf<Pod>(state.client, 'pods');
  const moved = helped(state.queue, change, plugins, (key) => pods.get(key)).filter((pod) => !gateOf(state, pod));
  for (const pod of moved) movePod(state.queue, objectKey(pod), now, cause);
  return { pods: moved.map(objectKey), because: `${change.kind}/${change.action}` };
}

/** The plugin that keeps a pod out of activeQ. */
export function gateOf(state: SchedulerState, pod: Pod): string | undefined {
  return plugins.find(({ preEnqueue }) => preEnqueue?.(pod, state) !== undefined)?.name;
}

function observeNode(state: SchedulerState, change: Change<Node>, now: Millis): Requeued {
  const { type, object, old, cause } = change;
  const { name } = object.metadata;
  if (type === 'deleted') {
    state.nodes.delete(name);
    return announce(state, { kind: 'Node', action: 'delete', object }, now, cause);
  }
  const info = state.nodes.get(name);
  if (info === undefined || old === undefined) {
    state.nodes.set(name, nodeInfoOf(object, podsOn(state, name), info?.place ?? state.nodes.size));
    return announce(state, { kind: 'Node', action: 'add', object }, now, cause);
  }
  state.nodes.set(name, withNode(info, object));
  if (!matters(object, old)) return NOBODY;
  return announce(state, { kind: 'Node', action: 'update', object, old }, now, cause);
}

/** Heartbeats change nothing that a plugin looks at. */
function matters(now: Node, before: Node): boolean {
  return !(
    now.spec.unschedulable === before.spec.unschedulable &&
    sameJson(now.spec.taints, before.spec.taints) &&
    sameJson(now.metadata.labels, before.metadata.labels) &&
    sameJson(now.status?.allocatable, before.status?.allocatable)
  );
}

function podsOn(state: SchedulerState, node: string): readonly Pod[] {
  const pods: Pod[] = [];
  for (const pod of cacheOf<Pod>(state.client, 'pods').values()) if (pod.spec.nodeName === node) pods.push(pod);
  for (const pod of state.assumed.values()) if (pod.spec.nodeName === node) pods.push(pod);
  return pods;
}

function observePod(state: SchedulerState, change: Change<Pod>, now: Millis): Requeued {
  const { type, object, old, cause } = change;
  if (type === 'deleted') return removed(state, object, now, cause);
  const isReplaced = old !== undefined && old.metadata.uid !== object.metadata.uid;
  if (isReplaced) removed(state, old, now, cause);
  const before = isReplaced ? undefined : old;
  return object.spec.nodeName
    ? assigned(state, object, before, now, cause)
    : unassigned(state, object, before, now, cause);
}

function removed(state: SchedulerState, pod: Pod, now: Millis, cause: string): Requeued {
  const key = objectKey(pod);
  const assumed = state.assumed.get(key);
  state.assumed.delete(key);
  state.nominated.delete(key);
  const bound = pod.spec.nodeName ? pod : assumed;
  if (bound === undefined) {
    forgetPod(state.queue, key);
    return NOBODY;
  }
  displace(state, bound);
  return announce(state, { kind: 'Pod', action: 'delete', object: bound }, now, cause);
}

function assigned(state: SchedulerState, pod: Pod, old: Pod | undefined, now: Millis, cause: string): Requeued {
  const key = objectKey(pod);
  const assumed = state.assumed.get(key);
  state.assumed.delete(key);
  state.nominated.delete(key);
  if (assumed !== undefined && assumed.spec.nodeName !== pod.spec.nodeName) displace(state, assumed);
  const isNew = old === undefined || !old.spec.nodeName;
  if (isNew && assumed === undefined) forgetPod(state.queue, key);
  place(state, pod);
  if (isNew) return announce(state, { kind: 'Pod', action: 'add', object: pod }, now, cause);
  if (sameJson(pod.metadata.labels, old.metadata.labels)) return NOBODY;
  return announce(state, { kind: 'Pod', action: 'update', object: pod, old }, now, cause);
}

/** A pod that has no node and is this scheduler's business. */
function unassigned(state: SchedulerState, pod: Pod, old: Pod | undefined, now: Millis, cause: string): Requeued {
  if (frameworkFor(pod, state.configuration) === undefined) return NOBODY;
  const key = objectKey(pod);
  const isInHand = state.current?.key === key || state.assumed.has(key);
  const wish = pod.status?.nominatedNodeName;
  if (wish) state.nominated.set(key, wish);
  else if (old?.status?.nominatedNodeName) state.nominated.delete(key);
  if (isInHand) return NOBODY;
  if (old === undefined || !hasPod(state.queue, key)) {
    const gate = gateOf(state, pod);
    addNewPod(state.queue, pod, now, cause, gate);
    return gate === undefined ? { pods: [key], because: 'Pod/add' } : NOBODY;
  }
  return changedItself(state, pod, old, now, cause);
}

/** A waiting pod has changed: its own plugins say whether it is worth another try. */
function changedItself(state: SchedulerState, pod: Pod, old: Pod, now: Millis, cause: string): Requeued {
  const key = objectKey(pod);
  const change: ClusterChange = { kind: 'Self', action: 'update', object: pod, old };
  const own = helped(state.queue, change, plugins, (name) => (name === key ? pod : undefined));
  const isMoved = own.length > 0 && gateOf(state, pod) === undefined && movePod(state.queue, key, now, cause);
  return isMoved ? { pods: [key], because: 'Pod/update' } : NOBODY;
}
