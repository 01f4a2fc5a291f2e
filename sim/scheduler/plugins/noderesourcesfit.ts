import type { Pod } from '../../api/kinds/pod.ts';
import { wholeQuantity } from '../../api/quantity.ts';
import type { NodeInfo } from '../nodeinfo.ts';
import type { ClusterChange, Plugin, Verdict } from '../plugin.ts';
import { type Amounts, amountsOf, requestsOf, signRequests } from '../requests.ts';
import { resourceScore, type ScoringStrategy } from '../strategies.ts';

/**
 * NodeResourcesFit: the sum of requests on a node never exceeds what it can give; which of the nodes with room is
 * better says the strategy, LeastAllocated unless a profile says otherwise.
 * Reads: requests of the pod and of the pods on the node (requests, not usage), the node's allocatable.
 * Refuses: nodes without room, unresolvably where even the empty node would be too small.
 * Upstream: `pkg/scheduler/framework/plugins/noderesources/{fit,least_allocated,most_allocated}.go`,
 * `requested_to_capacity_ratio.go`.
 * Leaves out: in-place resize, ignored resources, devices claimed through DRA.
 */
export const nodeResourcesFit: Plugin<Amounts, Amounts> = nodeResourcesFitWith({});

/** Upstream NodeResourcesFitArgs. */
export interface NodeResourcesFitArgs {
  readonly scoringStrategy?: ScoringStrategy;
}

/** The plugin with arguments of a profile. */
export function nodeResourcesFitWith({ scoringStrategy = {} }: NodeResourcesFitArgs): Plugin<Amounts, Amounts> {
  return {
    name: 'NodeResourcesFit',
    weight: 1,
    sign: signRequests,
    configure: (args) => nodeResourcesFitWith(args) as Plugin,
    preFilter: (pod) => requestsOf(pod).real,
    filter,
    facts: (pod, info) => resourceFacts(pod, info),
    preScore: (pod) => ({ ...requestsOf(pod).real, ...requestsOf(pod).scored }),
    score: (_pod, info, wanted) => resourceScore(scoringStrategy, info, wanted),
    requeueOn: [
      { kind: 'Pod', action: 'delete' },
      { kind: 'Node', action: 'add', helps: isLargeEnough },
      { kind: 'Node', action: 'update', helps: isLargeEnough },
    ],
  };
}

function filter(_pod: Pod, info: NodeInfo, wanted: Amounts): Verdict {
  const { allocatable } = info;
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

function resourceFacts(pod: Pod, info: NodeInfo): readonly string[] {
  const { allocatable } = info;
  const asked = Object.entries(requestsOf(pod).real).filter(([, amount]) => amount > 0);
  const most = allocatable.pods ?? 0;
  const count = info.pods.length >= most ? [`asks 1 pod, ${most - info.pods.length} free of ${most}`] : [];
  if (asked.length === 0 && count.length === 0) return ['asks for nothing that is counted'];
  const facts = asked.map(([name, amount]) => {
    const all = allocatable[name] ?? 0;
    const free = all - (info.requested[name] ?? 0);
    const text = (value: number) => amountText(name, value);
    return `asks ${text(amount)} ${name}, ${text(free)} free of ${text(all)}`;
  });
  return [...count, ...facts];
}

function amountText(resource: string, amount: number): string {
  if (resource === 'cpu') return `${amount}m`;
  return resource === 'memory' || resource === 'ephemeral-storage' ? wholeQuantity(amount) : String(amount);
}
