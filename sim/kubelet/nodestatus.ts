import { goDuration } from '../api/duration.ts';
import type { Node, NodeCondition, NodeStatus } from '../api/kinds/node.ts';
import { getCondition, rfc3339 } from '../api/meta.ts';
import { canonicalQuantity, wholeQuantity, wholeValue } from '../api/quantity.ts';
import type { Millis } from '../kernel/message.ts';
import { hashText } from '../kernel/random.ts';
import { isEqual } from '../kernel/value.ts';
import { RUNTIMES } from '../protocol/cri.ts';
import type { KubeletState } from './state.ts';

const MAX_IMAGES = 50;
/** The hard eviction threshold memory.available<100Mi is kept from pods. */
const RESERVED_BYTES = 100 * 1_048_576;
/** The hard eviction threshold nodefs.available<10% too. */
const DISK_FOR_PODS = 0.9;
/** PLEG is healthy as long as its last list is not older: `pleg/generic.go`. */
const RELIST_THRESHOLD_MS = 180_000;
const RUNTIME_DOWN_MS = 30_000;

/**
 * What kubelet says of its node. Upstream: `nodestatus/setters.go`. Leaves out: pressure of processes (PIDs), huge
 * pages, devices, volumes in use, the swap of the machine.
 */
export function nodeStatus(state: KubeletState, old: NodeStatus | undefined, now: Millis): NodeStatus {
  const { cpu, memory, disk, runtime, pods, nodeIp, node } = state.config;
  const own = { cpu: canonicalQuantity(cpu), memory: canonicalQuantity(memory), pods: String(pods) };
  const podDisk = wholeQuantity(Math.floor(wholeValue(disk) * DISK_FOR_PODS));
  const podMemory = wholeQuantity(Math.max(0, wholeValue(memory) - RESERVED_BYTES));
  return {
    capacity: { ...own, 'ephemeral-storage': canonicalQuantity(disk) },
    allocatable: { ...own, memory: podMemory, 'ephemeral-storage': podDisk },
    conditions: conditions(state, old?.conditions ?? [], now),
    addresses: [
      { type: 'InternalIP', address: nodeIp },
      { type: 'Hostname', address: node },
    ],
    daemonEndpoints: { kubeletEndpoint: { Port: 10250 } },
    nodeInfo: {
      machineID: machineId(node),
      systemUUID: machineId(node).replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-'),
      bootID: state.bootId,
      kernelVersion: '6.12.0',
      osImage: 'Debian GNU/Linux 13 (trixie)',
      containerRuntimeVersion: `${runtime}://${RUNTIMES[runtime].version}`,
      kubeletVersion: 'v1.36.2',
      kubeProxyVersion: '',
      operatingSystem: 'linux',
      architecture: 'amd64',
    },
    images: [...state.images]
      .sort((a, b) => b.sizeBytes - a.sizeBytes || (a.name < b.name ? -1 : 1))
      .slice(0, MAX_IMAGES)
      .map(({ name, digest, sizeBytes }) => ({ names: [digest, name], sizeBytes })),
  };
}

/** 32 hexadecimal digits, the same for as long as the machine exists. */
function machineId(node: string): string {
  return [0, 1, 2, 3].map((part) => hashText(`machine ${node}`, part).toString(16).padStart(8, '0')).join('');
}

/** Why the node is not ready; '' when it is. */
export function readinessProblem(state: KubeletState, now: Millis): string {
  if (!state.hasListed) return 'container runtime status check may not have completed yet';
  const { runtimeLostAt: since, startedAt } = state;
  if (since === undefined) return '';
  const problems = now - since >= RUNTIME_DOWN_MS ? ['container runtime is down'] : [];
  const relistedAt = since - ((since - startedAt) % state.config.relistPeriodMs);
  if (now - relistedAt > RELIST_THRESHOLD_MS) {
    const text = `pleg was last seen active ${goDuration(now - relistedAt)} ago; threshold is 3m0s`;
    problems.push(`PLEG is not healthy: ${text}`);
  }
  return problems.length > 1 ? `[${problems.join(', ')}]` : (problems[0] ?? '');
}

/** Whether anything but heartbeat times differs, images aside. */
export function hasChanged(old: Node, next: NodeStatus): boolean {
  const { images: _a, conditions: before = [], ...left } = old.status ?? {};
  const { images: _b, conditions: after = [], ...right } = next;
  if (!isEqual(left, { ...left, ...right })) return true;
  return after.some((condition) => {
    const known = getCondition(before, condition.type);
    return (
      known?.status !== condition.status || known.reason !== condition.reason || known.message !== condition.message
    );
  });
}

function conditions(state: KubeletState, old: readonly NodeCondition[], now: Millis): readonly NodeCondition[] {
  const problem = readinessProblem(state, now);
  const held = state.housekeeping?.conditions ?? [];
  const plain = (type: string, reason: string, message: string, status: 'True' | 'False' = 'False') => ({
    type,
    status,
    reason,
    message,
  });
  const next: readonly NodeCondition[] = [
    held.includes('MemoryPressure')
      ? plain('MemoryPressure', 'KubeletHasInsufficientMemory', 'kubelet has insufficient memory available', 'True')
      : plain('MemoryPressure', 'KubeletHasSufficientMemory', 'kubelet has sufficient memory available'),
    held.includes('DiskPressure')
      ? plain('DiskPressure', 'KubeletHasDiskPressure', 'kubelet has disk pressure', 'True')
      : plain('DiskPressure', 'KubeletHasNoDiskPressure', 'kubelet has no disk pressure'),
    plain('PIDPressure', 'KubeletHasSufficientPID', 'kubelet has sufficient PID available'),
    problem === ''
      ? { type: 'Ready', status: 'True', reason: 'KubeletReady', message: 'kubelet is posting ready status' }
      : { type: 'Ready', status: 'False', reason: 'KubeletNotReady', message: problem },
  ];
  const time = rfc3339(now);
  return next.map((condition) => {
    const known = getCondition(old, condition.type);
    const moved = known?.status !== condition.status;
    return { ...condition, lastHeartbeatTime: time, lastTransitionTime: moved ? time : known.lastTransitionTime };
  });
}
