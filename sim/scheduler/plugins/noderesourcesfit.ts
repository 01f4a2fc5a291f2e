import type { Pod } from '../../api/kinds/pod.ts';
import { allocatableOf } from '../nodeinfo.ts';
import { type ClusterChange, MAX_SCORE, type Plugin } from '../plugin.ts';
import { type Amounts, amountsOf, requestsOf } from '../requests.ts';

/**
 * NodeResourcesFit: the sum of requests on a node never exceeds what it can give; the emptier node is better
 * (LeastAllocated).
 * Reads: requests of the pod and of the pods on the node (requests, not usage), the node's allocatable.
 * Refuses: nodes without room, unresolvably where even the empty node would be too small.
 * Upstream: `pkg/scheduler/framework/plugins/noderesources/{fit,least_allocated}.go`.
 * Leaves out: MostAllocated and RequestedToCapacityRatio, init containers, in-place resize, devices claimed through
 * DRA.
 */
export const nodeResourcesFit: Plugin<Amounts, Amounts> = {
  name: 'NodeResourcesFit',
  weight: 1,
  preFilter: (pod) => requestsOf(pod).real,
  filter(_pod, info, wanted) {
    const allocatable = allocatableOf(info);
    const reasons: string[] = [];
    let isTooSmall = false;
    if (info.pods.length + 1 > (allocatable.pods ?? 0)) reasons.push('Too many pods');
    for (const name in wanted) {
      const amount = wanted[name] ?? 0;
      const capacity = allocatable[name] ?? 0;
      if (amount === 0 || amount <= capacity - (info.requested[name] ?? 0)) continue;
      reasons.push(`Insufficient ${name}`);
      isTooSmall ||= amount > capacity;
    }
    if (reasons.length === 0) return undefined;
    return { code: isTooSmall ? 'UnschedulableAndUnresolvable' : 'Unschedulable', reasons };
  },
  preScore: (pod) => requestsOf(pod).scored,
  score(_pod, info, wanted) {
    const allocatable = allocatableOf(info);
    let sum = 0;
    let weights = 0;
    for (const name of ['cpu', 'memory']) {
      const capacity = allocatable[name] ?? 0;
      if (capacity === 0) continue;
      weights++;
      sum += leastAllocated((info.scored[name] ?? 0) + (wanted[name] ?? 0), capacity);
    }
    return weights === 0 ? 0 : Math.trunc(sum / weights);
  },
  requeueOn: [
    { kind: 'Pod', action: 'delete' },
    { kind: 'Node', action: 'add', helps: isLargeEnough },
    { kind: 'Node', action: 'update', helps: isLargeEnough },
  ],
};

function leastAllocated(requested: number, capacity: number): number {
  return requested > capacity ? 0 : Math.trunc(((capacity - requested) * MAX_SCORE) / capacity);
}

/** An update helps only if the node can give more than before, and enough for this pod on its own. */
function isLargeEnough(pod: Pod, change: ClusterChange): boolean {
  if (change.kind !== 'Node') return false;
  const now = amountsOf(change.object.status?.allocatable);
  const wanted = requestsOf(pod).real;
  for (const name in wanted) if ((wanted[name] ?? 0) > (now[name] ?? 0)) return false;
  if (change.old === undefined) return true;
  const before = amountsOf(change.old.status?.allocatable);
  return Object.keys(now).some((name) => (now[name] ?? 0) > (before[name] ?? 0));
}
