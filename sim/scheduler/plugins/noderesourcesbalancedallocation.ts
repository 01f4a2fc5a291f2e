import { MAX_SCORE, type Plugin } from '../plugin.ts';
import { type Amounts, requestsOf, signRequests } from '../requests.ts';

/**
 * NodeResourcesBalancedAllocation: prefers the node whose CPU and memory shares the pod brings closest together.
 * Reads: requests (without defaults) of the pod and of the pods on the node, the node's allocatable.
 * Refuses: nothing; pods that request neither CPU nor memory are not scored.
 * Upstream: `pkg/scheduler/framework/plugins/noderesources/balanced_allocation.go`, the formula of v1.36.
 * Leaves out: resources other than CPU and memory, which the default configuration does not score either.
 */
export const nodeResourcesBalancedAllocation: Plugin<never, Amounts> = {
  name: 'NodeResourcesBalancedAllocation',
  weight: 1,
  sign: signRequests,
  preScore(pod) {
    const { real } = requestsOf(pod);
    return real.cpu || real.memory ? real : undefined;
  },
  score(_pod, info, wanted) {
    const { allocatable } = info;
    const change = balance(info.requested, wanted, allocatable) - balance(info.requested, {}, allocatable);
    return HALF + Math.trunc((HALF + change) / 2);
  },
  requeueOn: [],
};

const HALF = MAX_SCORE / 2;

/** 100 when both resources are used to the same share; the standard deviation of two shares is half their distance. */
function balance(requested: Amounts, added: Amounts, allocatable: Amounts): number {
  const cpu = share('cpu', requested, added, allocatable);
  const memory = share('memory', requested, added, allocatable);
  const deviation = cpu < 0 || memory < 0 ? 0 : Math.abs((cpu - memory) / 2);
  return Math.trunc((1 - deviation) * MAX_SCORE);
}

/** Negative when the node has none of it. */
function share(name: 'cpu' | 'memory', requested: Amounts, added: Amounts, allocatable: Amounts): number {
  const capacity = allocatable[name] ?? 0;
  return capacity === 0 ? -1 : Math.min(1, ((requested[name] ?? 0) + (added[name] ?? 0)) / capacity);
}
