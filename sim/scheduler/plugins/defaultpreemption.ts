import type { Pod } from '../../api/kinds/pod.ts';
import type { PodDisruptionBudget } from '../../api/kinds/poddisruptionbudget.ts';
import { isConditionTrue } from '../../api/meta.ts';
import { available, countReasons, priorityOf } from '../framework.ts';
import type { NodeInfo } from '../nodeinfo.ts';
import type { FailedSearch, Plugin, Preemption, Refusal } from '../plugin.ts';
import { pickOne } from '../preemption/choice.ts';
import { answered, begin, isPreempting } from '../preemption/execution.ts';
import { selectVictims } from '../preemption/victims.ts';

/** Upstream's minCandidateNodesPercentage and minCandidateNodesAbsolute. */
const LEAST_PERCENT = 10;
const LEAST_NODES = 100;
const NOT_HELPFUL = 'Preemption is not helpful for scheduling';

/**
 * DefaultPreemption: when no node fits, pods of lower priority have to go from one, so that the pod fits there.
 * Reads: priorities, PodDisruptionBudgets, what the filters say of a node without those pods.
 * Refuses: nothing; what it writes is the victims' condition and their deletion, see preemption/execution.ts. While
 * those requests are under way it keeps the pod out of activeQ.
 * Upstream: `pkg/scheduler/framework/plugins/defaultpreemption`, `pkg/scheduler/framework/preemption`.
 * Leaves out: pod groups, the random node at which the search for candidates begins (it begins where the search for
 * nodes began).
 */
export const defaultPreemption: Plugin = {
  name: 'DefaultPreemption',
  weight: 0,
  preEnqueue: (pod, state) =>
    isPreempting(state, pod) ? 'waiting for the preemption for this pod to be finished' : undefined,
  postFilter(search) {
    const obstacle = obstacleOf(search);
    if (obstacle !== undefined) return { isSuccess: false, reasons: [`preemption: ${obstacle}`] };
    const { candidates, refusals } = dryRun(search);
    if (candidates.length > 0) {
      const plan = pickOne(candidates);
      return { isSuccess: true, reasons: [], nominated: plan.node, plan };
    }
    const nodes = search.view.nodes.length;
    const reasons: Record<string, number> = { ...countReasons(refusals) };
    const rest = nodes - refusals.length;
    if (rest > 0) reasons[NOT_HELPFUL] = (reasons[NOT_HELPFUL] ?? 0) + rest;
    return { isSuccess: false, reasons: [`preemption: ${available(nodes, reasons)}`], nominated: '' };
  },
  carryOut: begin,
  answered,
  requeueOn: [],
};

/** Why a pod may not preempt at all: it never does, or it has done so and its victims are not gone yet. */
function obstacleOf({ pod, view, refusals }: FailedSearch): string | undefined {
  if (pod.spec.preemptionPolicy === 'Never') return 'not eligible due to preemptionPolicy=Never.';
  const name = pod.status?.nominatedNodeName;
  const info = name ? view.nodes.find(({ node }) => node.metadata.name === name) : undefined;
  if (info === undefined || refusals.get(info)?.code === 'UnschedulableAndUnresolvable') return undefined;
  const isGoing = info.pods.some((other) => priorityOf(other) < priorityOf(pod) && isGoingByPreemption(other));
  return isGoing ? 'not eligible due to a terminating pod on the nominated node.' : undefined;
}

function isGoingByPreemption({ metadata, status }: Pod): boolean {
  const conditions = status?.conditions?.filter(({ reason }) => reason === 'PreemptionByScheduler');
  return metadata.deletionTimestamp !== undefined && isConditionTrue(conditions, 'DisruptionTarget');
}

/**
 * Tries each node that a filter refused for something that pods may give up; ends when there are candidates enough.
 * Those without a broken budget come first.
 */
export function dryRun(search: FailedSearch): {
  readonly candidates: readonly Preemption[];
  readonly refusals: readonly Refusal[];
} {
  const { view, start } = search;
  const nodes = view.nodes;
  const hopeful: NodeInfo[] = [];
  for (const info of nodes) if (search.refusals.get(info)?.code === 'Unschedulable') hopeful.push(info);
  const wanted = Math.min(Math.max(Math.trunc((hopeful.length * LEAST_PERCENT) / 100), LEAST_NODES), hopeful.length);
  const budgets = [...view.cached<PodDisruptionBudget>('poddisruptionbudgets').values()];
  const candidates: Preemption[] = [];
  const refusals: Refusal[] = [];
  for (let index = 0; index < hopeful.length; index++) {
    if (candidates.length >= wanted && candidates.some(({ violations }) => violations === 0)) break;
    const found = selectVictims(search, hopeful[(start + index) % hopeful.length] as NodeInfo, budgets);
    if ('code' in found) refusals.push(found);
    else candidates.push(found);
  }
  const isHarmless = ({ violations }: Preemption) => violations === 0;
  return { candidates: [...candidates.filter(isHarmless), ...candidates.filter((one) => !isHarmless(one))], refusals };
}
