/*
 * pod-garbage-collector-controller: removes pods that nobody else can finish.
 * Watches: Pods and Nodes.
 * Writes: the phase Failed and the forced deletion of Pods.
 * Upstream: pkg/controller/podgc/gc_controller.go.
 * Leaves out: nothing that matters here.
 */
import type { Node } from '../api/kinds/node.ts';
import type { Pod } from '../api/kinds/pod.ts';
import { isConditionTrue, type JsonObject, type KubeObject } from '../api/meta.ts';
import type { Millis } from '../kernel/message.ts';
import { part } from '../kernel/state.ts';
import { type Context, type Controller, NOTHING, type Outcome, type Write } from './controller.ts';
import { patch, pathTo, remove, setting } from './requests.ts';
import { disruption } from './tainteviction.ts';

interface PodGcState {
  periodMs: Millis;
  quarantineMs: Millis;
  threshold: number;
  /** Nodes that pods name and nobody knows: when to look again whether they are really gone. */
  quarantine: Map<string, Millis>;
  /** Nodes that the API server says do not exist. */
  gone: Set<string>;
}

type Ctx = Context<PodGcState>;

const OUT_OF_SERVICE = 'node.kubernetes.io/out-of-service';

/** The control loop of left-over pods. Its keys: `tick`, `collect`, `node NAME`. */
export const podgc: Controller<PodGcState> = {
  name: 'pod-garbage-collector-controller',
  account: 'pod-garbage-collector',
  informers: [],
  workers: 4,
  init: (config) =>
    part<PodGcState>({
      periodMs: setting(config, 'podGcPeriodMs', 20_000),
      quarantineMs: setting(config, 'podGcQuarantineMs', 40_000),
      threshold: setting(config, 'terminatedPodGcThreshold', 12_500),
      quarantine: new Map(),
      gone: new Set(),
    }),
  start: (context) => context.add('tick'),
  observe: () => [],
  reconcile: (key, context) => {
    if (key === 'tick') {
      context.addAfter('tick', context.state.periodMs);
      return look(context);
    }
    if (key === 'collect') return collect(context);
    const request = { method: 'GET' as const, path: pathTo('nodes', undefined, key.slice('node '.length)) };
    return { writes: [[{ request, ignore: [404], tag: 'node' }]] };
  },
  answered: (key, write, { status }, _isSuccess, context) => {
    if (write.tag !== 'node' || status !== 404) return;
    context.state.gone.add(key.slice('node '.length));
    context.add('collect');
  },
};

/** Puts unknown nodes into quarantine and asks for those whose time is up; the rest can be decided at once. */
function look(context: Ctx): Outcome {
  const { quarantine, quarantineMs } = context.state;
  const nodes = context.cache<Node>('nodes');
  for (const { spec } of context.cache<Pod>('pods').values()) {
    const name = spec.nodeName ?? '';
    if (name !== '' && !nodes.has(name) && !quarantine.has(name)) quarantine.set(name, context.now + quarantineMs);
  }
  for (const [name, at] of quarantine) {
    if (at > context.now) continue;
    quarantine.delete(name);
    if (!nodes.has(name)) context.add(`node ${name}`);
  }
  return collect(context);
}

function collect(context: Ctx): Outcome {
  const { gone, threshold } = context.state;
  const nodes = context.cache<Node>('nodes');
  const terminated: Pod[] = [];
  const lost = new Map<Pod, string>();
  for (const pod of context.cache<Pod>('pods').values()) {
    const { nodeName } = pod.spec;
    const node = nodeName ? nodes.get(nodeName) : undefined;
    if (pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed') terminated.push(pod);
    if (nodeName && node === undefined && gone.has(nodeName)) lost.set(pod, 'orphaned');
    else if (pod.metadata.deletionTimestamp === undefined) continue;
    else if (!nodeName) lost.set(pod, 'unscheduled');
    else if (node !== undefined && isOutOfService(node)) lost.set(pod, 'out-of-service');
  }
  gone.clear();
  if (terminated.length > threshold) {
    terminated.sort(evictedAndOldestFirst);
    for (const pod of terminated.slice(0, terminated.length - threshold)) lost.set(pod, 'terminated');
  }
  if (lost.size === 0) return NOTHING;
  const marks: Write[] = [];
  for (const [pod, why] of lost) {
    context.note({ what: 'podgc/collected', about: `pod/${pod.metadata.name}`, why });
    if (!terminated.includes(pod)) marks.push({ request: markFailed(pod, why, context.now), ignore: [404] });
  }
  const deletions = [...lost.keys()].map((pod) => {
    return { request: remove('pods', pod, { gracePeriodSeconds: 0 }), ignore: [404] };
  });
  return { writes: marks.length > 0 ? [marks, deletions] : [deletions] };
}

function isOutOfService({ spec, status }: Node): boolean {
  return !isConditionTrue(status?.conditions, 'Ready') && (spec.taints ?? []).some(({ key }) => key === OUT_OF_SERVICE);
}

function markFailed(pod: Pod, why: string, now: Millis) {
  const conditions =
    why === 'orphaned' ? [disruption(pod, 'DeletionByPodGC', 'PodGC: node no longer exists', now)] : undefined;
  const status: JsonObject = { phase: 'Failed', observedGeneration: pod.metadata.generation, conditions };
  return patch('pods', pod as KubeObject, { metadata: { uid: pod.metadata.uid }, status }, '/status');
}

function evictedAndOldestFirst(a: Pod, b: Pod): number {
  const evicted = Number(b.status?.reason === 'Evicted') - Number(a.status?.reason === 'Evicted');
  return (
    evicted ||
    compare(a.metadata.creationTimestamp ?? '', b.metadata.creationTimestamp ?? '') ||
    compare(keyOf(a), keyOf(b))
  );
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function keyOf({ metadata }: Pod): string {
  return `${metadata.name} ${metadata.namespace}`;
}
