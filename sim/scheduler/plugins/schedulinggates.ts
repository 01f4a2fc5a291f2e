import type { Pod } from '../../api/kinds/pod.ts';
import type { Plugin } from '../plugin.ts';

/**
 * SchedulingGates: a pod with a gate is not tried at all, until somebody has taken its last gate away.
 * Reads: spec.schedulingGates.
 * Refuses: the way into activeQ.
 * Upstream: `pkg/scheduler/framework/plugins/schedulinggates/scheduling_gates.go`.
 * Leaves out: nothing.
 */
export const schedulingGates: Plugin = {
  name: 'SchedulingGates',
  weight: 0,
  preEnqueue: (pod) =>
    isGated(pod)
      ? `waiting for scheduling gates: [${gatesOf(pod)
          .map(({ name }) => name)
          .join(' ')}]`
      : undefined,
  requeueOn: [{ kind: 'Self', action: 'update', helps: (pod) => !isGated(pod) }],
};

function gatesOf({ spec }: Pod): NonNullable<Pod['spec']['schedulingGates']> {
  return spec.schedulingGates ?? [];
}

function isGated(pod: Pod): boolean {
  return gatesOf(pod).length > 0;
}
