import type { Pod } from '../../api/kinds/pod.ts';
import type { PodDisruptionBudget } from '../../api/kinds/poddisruptionbudget.ts';
import { parseTime } from '../../api/meta.ts';
import { fromLabelSelector, matchesSelector } from '../../api/selector.ts';
import { placeWith, priorityOf, refusalOf } from '../framework.ts';
import type { NodeInfo } from '../nodeinfo.ts';
import type { FailedSearch, Preemption, Refusal } from '../plugin.ts';

/**
 * The fewest pods that have to go from a node so that the pod fits there. All of lower priority go first; then, the
 * most important first and before all those whose budget would be broken, each comes back if the pod fits all the same.
 * Upstream: `default_preemption.go` SelectVictimsOnNode.
 */
export function selectVictims(
  { pod, view, filters }: FailedSearch,
  info: NodeInfo,
  budgets: readonly PodDisruptionBudget[],
): Preemption | Refusal {
  const lower = info.pods.filter((other) => priorityOf(other) < priorityOf(pod)).sort(byImportance);
  if (lower.length === 0) return unhelpful('No preemption victims found for incoming pod');
  let place = lower.reduce((left, other) => placeWith(left, pod, other, -1), { info, filters });
  const refusal = refusalOf(pod, place.info, place.filters, view);
  if (refusal !== undefined) return refusal;
  const protectedPods = brokenBudgets(lower, budgets);
  const victims: Pod[] = [];
  for (const other of [
    ...lower.filter((one) => protectedPods.has(one)),
    ...lower.filter((one) => !protectedPods.has(one)),
  ]) {
    const back = placeWith(place, pod, other, 1);
    if (refusalOf(pod, back.info, back.filters, view) === undefined) place = back;
    else victims.push(other);
  }
  const node = info.node.metadata.name;
  if (victims.length === 0) return unhelpful(`expected at least one victim pod on node ${JSON.stringify(node)}`);
  const violations = victims.filter((victim) => protectedPods.has(victim)).length;
  return { node, victims: victims.sort(byImportance), violations };
}

/** Higher priority first, then what has run longer (upstream MoreImportantPod). */
function byImportance(a: Pod, b: Pod): number {
  const first = priorityOf(b) - priorityOf(a) || startOf(a) - startOf(b);
  return first || ((a.metadata.uid ?? '') < (b.metadata.uid ?? '') ? -1 : 1);
}

/** When a pod started; one that has not is the youngest of all. */
export function startOf({ status }: Pod): number {
  return parseTime(status?.startTime) ?? Number.MAX_SAFE_INTEGER;
}

/** Pods whose budgets do not allow one more disruption, counted from the most important pod on. */
function brokenBudgets(pods: readonly Pod[], budgets: readonly PodDisruptionBudget[]): ReadonlySet<Pod> {
  const allowed = budgets.map(({ status }) => status?.disruptionsAllowed ?? 0);
  const broken = new Set<Pod>();
  for (const pod of pods) {
    for (const [index, budget] of budgets.entries()) {
      if (!isGuardedBy(pod, budget)) continue;
      const left = (allowed[index] ?? 0) - 1;
      allowed[index] = left;
      if (left < 0) broken.add(pod);
    }
  }
  return broken;
}

/** A budget does not count again a pod that the API server has let go already. */
function isGuardedBy({ metadata }: Pod, { metadata: { namespace }, spec, status }: PodDisruptionBudget): boolean {
  const selector = fromLabelSelector(spec?.selector ?? {});
  if (namespace !== metadata.namespace || selector.length === 0) return false;
  return matchesSelector(selector, metadata.labels) && status?.disruptedPods?.[metadata.name] === undefined;
}

function unhelpful(reason: string): Refusal {
  return { code: 'UnschedulableAndUnresolvable', reasons: [reason] };
}
