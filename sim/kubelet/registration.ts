import type { Node, NodeCondition, NodeStatus } from '../api/kinds/node.ts';
import { getCondition, type JsonObject, type JsonValue } from '../api/meta.ts';
import { type Answer, cacheOf, call } from '../client/calls.ts';
import { recordEvent } from '../client/recorder.ts';
import type { IO } from '../kernel/component.ts';
import { isEqual } from '../kernel/value.ts';
import { hasChanged, nodeStatus } from './nodestatus.ts';
import type { KubeletState } from './state.ts';

const RETRY_MS = 200;
const MAX_RETRY_MS = 7000;

/**
 * The node's object: POSTed once, then its status written on change or every five minutes. Upstream:
 * `kubelet_node_status.go`. Leaves out: cloud providers, reconciling labels of an existing Node, the event
 * NodeAllocatableEnforced. The pod range is set here from the configuration, because the node IPAM controller is not
 * modelled.
 */
export function registerNode(state: KubeletState, io: IO, retryMs = RETRY_MS): void {
  const { node, labels, taints, podCidr } = state.config;
  const body: Node = {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name: node, labels: { ...machineLabels(node), ...labels } },
    spec: { podCIDR: podCidr, podCIDRs: [podCidr], ...(taints.length > 0 ? { taints } : {}) },
    status: nodeStatus(state, undefined, io.now),
  };
  call(state.client, io, { method: 'POST', path: '/api/v1/nodes', body }, 'node/registered', { retryMs });
}

/** Created, or there already: kubelet goes on with the node's status. Anything else is tried again with back-off. */
export function nodeRegistered(state: KubeletState, { response, data }: Answer, io: IO): void {
  const { status } = response;
  if (status !== 201 && status !== 409) {
    const { retryMs } = data as { retryMs: number };
    io.after(retryMs, 'node/register', { retryMs: Math.min(retryMs * 2, MAX_RETRY_MS) });
    return;
  }
  state.isRegistered = true;
  io.note({ what: 'kubelet/registered', about: `node/${state.config.node}`, created: status === 201 });
  nodeEvent(state, 'Starting', io, 'Starting kubelet.');
  if (status === 201) {
    for (const reason of ['NodeHasSufficientMemory', 'NodeHasNoDiskPressure', 'NodeHasSufficientPID']) {
      nodeEvent(state, reason, io);
    }
  }
  const node = status === 201 ? (response.body as Node) : nodeOf(state);
  if (node !== undefined) reportNode(state, node, io);
}

/** Every ten seconds: is there anything to say? */
export function checkNode(state: KubeletState, io: IO): void {
  io.after(state.config.nodeStatusUpdateFrequencyMs, 'node/status', null, { routine: true });
  const node = nodeOf(state);
  if (node !== undefined) reportNode(state, node, io);
}

/** Writes the status when it has changed, or when the last report is old. A report is routine when nothing but images has changed. */
export function reportNode(state: KubeletState, node: Node, io: IO): void {
  if (!state.isRegistered || state.isReporting || state.bootId === '') return;
  const status = nodeStatus(state, node.status, io.now);
  const isChanged = hasChanged(node, status);
  const isNews = isChanged || !isEqual(node.status?.images ?? [], status.images ?? []);
  const { reportedAt, config, reportDelayMs } = state;
  const isOld = reportedAt === undefined || io.now - reportedAt >= config.nodeStatusReportFrequencyMs + reportDelayMs;
  if (!isNews && !isOld) return;
  const half = config.nodeStatusReportFrequencyMs;
  state.reportDelayMs = isNews || reportedAt === undefined ? io.random('report', half) - (half >> 1) : 0;
  state.isReporting = true;
  tellTransitions(state, node, status, io);
  const request = {
    method: 'PATCH' as const,
    path: `/api/v1/nodes/${config.node}/status`,
    headers: { 'content-type': 'application/strategic-merge-patch+json' },
    body: { status: statusPatch(node.status, status) },
  };
  call(state.client, io, request, 'node/reported', null, { routine: !isChanged });
}

/** Only what differs from the copy at hand, as upstream's patch: a stale copy leads to no more than a heartbeat. */
function statusPatch(old: NodeStatus | undefined, next: NodeStatus): JsonObject {
  const differs = ([field, value]: [string, JsonValue]) => !isEqual(value, old?.[field as keyof NodeStatus]);
  const conditions = (next.conditions ?? []).map((condition) => {
    const known = getCondition(old?.conditions, condition.type);
    const changed = Object.entries(condition).filter(
      ([field, value]) => value !== known?.[field as keyof NodeCondition],
    );
    return { type: condition.type, ...Object.fromEntries(changed) };
  });
  return { ...Object.fromEntries(Object.entries(next as JsonObject).filter(differs)), conditions };
}

/** A report that failed is made again at the next check. */
export function nodeReported(state: KubeletState, { response }: Answer, io: IO): void {
  state.isReporting = false;
  if (response.status === 200) state.reportedAt = io.now;
  else if (response.status === 404) registerNode(state, io);
}

/** An Event about the node: `Node node-1 status is now: NodeReady`. */
export function nodeEvent(
  state: KubeletState,
  reason: string,
  io: IO,
  message = '',
  type: 'Normal' | 'Warning' = 'Normal',
): void {
  const { node } = state.config;
  const about = { apiVersion: 'v1', kind: 'Node', metadata: { name: node, uid: node } };
  const text = message || `Node ${node} status is now: ${reason}`;
  recordEvent(state.recorder, state.client, io, about, { type, reason, message: text });
}

/** The node's object, as the API has it. */
export function nodeOf(state: KubeletState): Node | undefined {
  return cacheOf<Node>(state.client, 'nodes').get(state.config.node);
}

function tellTransitions(state: KubeletState, node: Node, next: NodeStatus, io: IO): void {
  const { node: name } = state.config;
  const before = node.status?.nodeInfo?.bootID ?? '';
  if (before !== '' && before !== state.bootId) {
    nodeEvent(state, 'Rebooted', io, `Node ${name} has been rebooted, boot id: ${state.bootId}`, 'Warning');
  }
  const told = [
    ['MemoryPressure', 'NodeHasSufficientMemory', 'NodeHasInsufficientMemory'],
    ['DiskPressure', 'NodeHasNoDiskPressure', 'NodeHasDiskPressure'],
    ['PIDPressure', 'NodeHasSufficientPID', 'NodeHasInsufficientPID'],
  ] as const;
  const old = node.status?.conditions ?? [];
  for (const [type, relief, pressure] of told) {
    const known = getCondition(old, type)?.status;
    const now = getCondition(next.conditions, type)?.status;
    if (known !== undefined && known !== now) nodeEvent(state, now === 'True' ? pressure : relief, io);
  }
  const ready = getCondition(next.conditions, 'Ready')?.status;
  const known = getCondition(old, 'Ready');
  if (known === undefined || known.status === ready) return;
  nodeEvent(state, ready === 'True' ? 'NodeReady' : 'NodeNotReady', io);
  io.note({ what: ready === 'True' ? 'kubelet/node-ready' : 'kubelet/node-not-ready', about: `node/${name}` });
}

function machineLabels(node: string) {
  return {
    'beta.kubernetes.io/arch': 'amd64',
    'beta.kubernetes.io/os': 'linux',
    'kubernetes.io/arch': 'amd64',
    'kubernetes.io/hostname': node,
    'kubernetes.io/os': 'linux',
  };
}
