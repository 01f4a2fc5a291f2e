/*
 * node-lifecycle-controller: notices nodes that fall silent, says so, and taints them.
 * Watches: Nodes, their Leases in kube-node-lease, Pods that are bound.
 * Writes: conditions and taints of Nodes, the Ready condition of their Pods, Events (source node-controller).
 * Upstream: pkg/controller/nodelifecycle/node_lifecycle_controller.go and scheduler/rate_limited_queue.go.
 * Leaves out: copying the old beta.kubernetes.io labels.
 */
import type { Lease } from '../../api/kinds/lease.ts';
import type { Node } from '../../api/kinds/node.ts';
import type { Pod } from '../../api/kinds/pod.ts';
import { type ConditionStatus, type KubeObject, objectKey } from '../../api/meta.ts';
import { part } from '../../kernel/state.ts';
import type { Context, Controller, Outcome } from '../controller.ts';
import { NOTHING } from '../controller.ts';
import { normal, patch, setting } from '../requests.ts';
import { judgeZones } from './disruption.ts';
import { probe, readyOf } from './health.ts';
import { markPod, reportNode } from './notready.ts';
import type { NodeLifecycleState } from './state.ts';
import { type Eviction, isEvicting, NOT_READY, nextTaints, UNREACHABLE } from './taints.ts';
import { hasToken, newZone, takeToken, zoneOf } from './zones.ts';

const TICK_MS = 100;
const EXCLUDED = 'node.kubernetes.io/exclude-disruption';

/** The control loop of nodes. Its keys: `monitor`, and `node NAME`, `taints NAME`, `zone ZONE`, `pod NS/NAME`. */
export const nodelifecycle: Controller<NodeLifecycleState> = {
  name: 'node-lifecycle-controller',
  account: 'node-controller',
  eventSource: 'node-controller',
  informers: ['nodes', 'pods'],
  workers: 8,
  init: (config) =>
    part<NodeLifecycleState>({
      monitorMs: setting(config, 'nodeMonitorPeriodMs', 5000),
      grace: {
        graceMs: setting(config, 'nodeMonitorGracePeriodMs', 50_000),
        startupMs: setting(config, 'nodeStartupGracePeriodMs', 60_000),
      },
      rates: {
        normal: setting(config, 'nodeEvictionRate', 0.1),
        secondary: setting(config, 'secondaryNodeEvictionRate', 0.01),
        largeZone: setting(config, 'largeClusterSizeThreshold', 50),
        threshold: setting(config, 'unhealthyZoneThreshold', 0.55),
      },
      startedAt: 0,
      known: new Map(),
      health: new Map(),
      zones: new Map(),
      evictions: new Map(),
    }),
  start: (context) => {
    context.state.startedAt = context.now;
    context.add('monitor');
  },
  observe: ({ informer, type, object, old }, { state }) => {
    if (type === 'deleted') return [];
    if (informer === 'nodes') return [`taints ${object.metadata.name}`];
    const { nodeName } = (object as Pod).spec;
    if (!nodeName || (old as Pod | undefined)?.spec.nodeName === nodeName) return [];
    const status = state.health.get(nodeName)?.status;
    return status === undefined || status === 'True' ? [] : [`pod ${objectKey(object)}`];
  },
  reconcile: (key, context) => {
    const space = key.indexOf(' ');
    const name = key.slice(space + 1);
    if (space < 0) return monitor(context);
    switch (key.slice(0, space)) {
      case 'node':
        return reportNode(name, context);
      case 'taints':
        return syncTaints(name, context);
      case 'zone':
        return taintNext(name, context);
      default:
        return markPod(name, context);
    }
  },
  answered: (_key, write, _response, isSuccess, context) => {
    if (!isSuccess || write.tag === undefined) return;
    const node = context.cache<Node>('nodes').get(write.tag);
    if (node !== undefined) decideEviction(node, 'Unknown', context);
  },
};

type Ctx = Context<NodeLifecycleState>;

/** One look at all nodes, every 5 seconds. Upstream `monitorNodeHealth`. */
function monitor(context: Ctx): Outcome {
  const { state, now } = context;
  context.addAfter('monitor', state.monitorMs);
  const nodes = context.cache<Node>('nodes');
  noteArrivals(nodes, context);
  const statuses = new Map<string, (ConditionStatus | undefined)[]>();
  for (const node of nodes.values()) {
    const { name, labels } = node.metadata;
    const lease = context.cache<Lease>('leases').get(`kube-node-lease/${name}`);
    const health = probe(node, lease, state.health.get(name), state.grace, now);
    state.health.set(name, health);
    const zone = zoneOf(node);
    if (labels?.[EXCLUDED] === undefined) statuses.set(zone, [...(statuses.get(zone) ?? []), health.status]);
    const isWritten = readyOf(node)?.status === health.status;
    if ((health.isLate && !isWritten) || health.hasPodsToMark) context.add(`node ${name}`);
    if (isWritten && health.status !== undefined) decideEviction(node, health.status, context);
  }
  judge(statuses, nodes, context);
  return NOTHING;
}

function noteArrivals(nodes: ReadonlyMap<string, Node>, context: Ctx): void {
  const { known, zones, health } = context.state;
  for (const [name, node] of nodes) {
    if (known.has(name)) continue;
    known.set(name, node.metadata.uid ?? '');
    const message = `Node ${name} event: Registered Node ${name} in Controller`;
    context.event(reference(node), normal('RegisteredNode', message));
  }
  for (const [name, uid] of known) {
    if (nodes.has(name)) continue;
    known.delete(name);
    health.delete(name);
    for (const zone of zones.keys()) leaveQueue(zone, name, context);
    const message = `Node ${name} event: Removing Node ${name} from Controller`;
    context.event({ apiVersion: 'v1', kind: 'Node', metadata: { name, uid } }, normal('RemovingNode', message));
  }
}

function judge(
  statuses: ReadonlyMap<string, readonly (ConditionStatus | undefined)[]>,
  nodes: ReadonlyMap<string, Node>,
  context: Ctx,
): void {
  const { state, now } = context;
  const { zones, everything, changed } = judgeZones(state.zones, statuses, state.rates, now);
  for (const name of [...state.zones.keys()]) if (!zones.has(name)) state.zones.delete(name);
  for (const [name, zone] of zones) state.zones.set(name, zone);
  for (const [zone, to] of changed) context.note({ what: 'nodelifecycle/zone', zone, state: to });
  if (everything === 'entered') {
    context.note({ what: 'nodelifecycle/all-zones-down', nodes: nodes.size });
    for (const node of nodes.values()) decideEviction(node, 'True', context);
  }
  if (everything === 'left') {
    context.note({ what: 'nodelifecycle/some-zone-back', nodes: nodes.size });
    for (const [name, health] of state.health) state.health.set(name, { ...health, probedAt: now });
  }
  for (const name of zones.keys()) scheduleTick(name, context);
}

/**
 * Which NoExecute taint a node's status asks for; new ones wait in the zone's queue. Upstream
 * `processTaintBaseEviction`.
 */
function decideEviction(node: Node, status: ConditionStatus, context: Ctx): void {
  const { state } = context;
  const { name } = node.metadata;
  const zone = zoneOf(node);
  if (status === 'True') {
    leaveQueue(zone, name, context);
    if (isEvicting(node, NOT_READY) || isEvicting(node, UNREACHABLE)) setEviction(name, 'none', context);
    return;
  }
  const [wanted, other] =
    status === 'False' ? ([NOT_READY, UNREACHABLE] as const) : ([UNREACHABLE, NOT_READY] as const);
  if (isEvicting(node, other)) {
    setEviction(name, wanted, context);
    return;
  }
  if (isEvicting(node, wanted)) return;
  const waiting = state.zones.get(zone) ?? newZone(state.rates);
  if (!waiting.queue.includes(name)) state.zones.set(zone, { ...waiting, queue: [...waiting.queue, name] });
  scheduleTick(zone, context);
}

function setEviction(name: string, eviction: Eviction, context: Ctx): void {
  context.state.evictions.set(name, eviction);
  context.add(`taints ${name}`);
}

function leaveQueue(zone: string, name: string, context: Ctx): void {
  const { zones } = context.state;
  const waiting = zones.get(zone);
  if (!waiting?.queue.includes(name)) return;
  zones.set(zone, { ...waiting, queue: waiting.queue.filter((one) => one !== name) });
}

/** Upstream looks every 100 ms; here only while a node waits and may be tainted, at the same instants. */
function scheduleTick(name: string, context: Ctx): void {
  const { zones, startedAt } = context.state;
  const zone = zones.get(name);
  if (zone === undefined || zone.queue.length === 0 || zone.rate === 0) return;
  const earliest = Math.max(zone.tokenAt, context.now + 1) - startedAt;
  context.addAfter(`zone ${name}`, startedAt + Math.ceil(earliest / TICK_MS) * TICK_MS - context.now);
}

/**
 * Lets the next node of a zone have its NoExecute taint, as fast as the zone allows. Upstream
 * `doNoExecuteTaintingPass`.
 */
function taintNext(name: string, context: Ctx): Outcome {
  const { state, now } = context;
  for (let zone = state.zones.get(name); zone !== undefined && hasToken(zone, now); zone = state.zones.get(name)) {
    const [next, ...queue] = zone.queue;
    if (next === undefined) return NOTHING;
    const node = context.cache<Node>('nodes').get(next);
    const status = node && readyOf(node)?.status;
    const isStale = status === 'True' && state.health.get(next)?.status !== 'True';
    if (node !== undefined && (status === undefined || isStale)) break;
    state.zones.set(name, { ...takeToken(zone, now), queue });
    if (status === 'False' || status === 'Unknown')
      setEviction(next, status === 'False' ? NOT_READY : UNREACHABLE, context);
  }
  scheduleTick(name, context);
  return NOTHING;
}

function syncTaints(name: string, context: Ctx): Outcome {
  const { evictions } = context.state;
  const node = context.cache<Node>('nodes').get(name);
  const taints = node && nextTaints(node, evictions.get(name), context.now);
  if (
    node === undefined ||
    taints === undefined ||
    taints === node.spec.taints ||
    taints.length + (node.spec.taints?.length ?? 0) === 0
  ) {
    evictions.delete(name);
    return NOTHING;
  }
  const list = taints.map(({ key, effect }) => `${key}:${effect}`);
  context.note({ what: 'nodelifecycle/taint', about: `node/${name}`, taints: list });
  const { resourceVersion } = node.metadata;
  const body = { metadata: { resourceVersion }, spec: { taints: taints.length === 0 ? null : taints } };
  return { writes: [[{ request: patch('nodes', node, body), ignore: [404] }]] };
}

/** What an Event about a node names. */
function reference({ metadata }: Node): KubeObject {
  return { apiVersion: 'v1', kind: 'Node', metadata: { name: metadata.name, uid: metadata.uid } };
}
