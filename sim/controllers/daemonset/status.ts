import type { DaemonSetStatus } from '../../api/kinds/daemonset.ts';
import { sameJson } from '../../api/resource.ts';
import { isPodReady } from '../pods.ts';
import { verdictOn } from './nodes.ts';
import { byAge, type Fleet, isAvailable, isUpdated } from './plan.ts';

/**
 * The status of a set; the same object as before when nothing changed. While the set waits for its own writes it does
 * not say that it has seen its newest generation. Upstream `updateDaemonSetStatus`.
 */
export function statusOf(fleet: Fleet, isObserved: boolean): DaemonSetStatus {
  const { set, nodes, byNode } = fleet;
  let [desired, current, misscheduled, ready, updated, available] = [0, 0, 0, 0, 0, 0];
  for (const node of nodes) {
    const pods = byNode.get(node.metadata.name) ?? [];
    if (!verdictOn(node, set).shouldRun) {
      if (pods.length > 0) misscheduled++;
      continue;
    }
    desired++;
    const [pod] = [...pods].sort(byAge);
    if (pod === undefined) continue;
    current++;
    if (isPodReady(pod)) ready++;
    if (isAvailable(pod, fleet)) available++;
    if (isUpdated(pod, fleet)) updated++;
  }
  const { status: old, metadata } = set;
  const next: DaemonSetStatus = {
    ...old,
    currentNumberScheduled: current,
    numberMisscheduled: misscheduled,
    desiredNumberScheduled: desired,
    numberReady: ready,
    observedGeneration: isObserved ? metadata.generation : old?.observedGeneration,
    updatedNumberScheduled: updated || undefined,
    numberAvailable: available || undefined,
    numberUnavailable: desired - available || undefined,
  };
  return old !== undefined && sameJson(old, next) ? old : next;
}
