import type { Pod } from '../../api/kinds/pod.ts';
import type { AdmissionPlugin } from './plugin.ts';

/** A change that leaves the priority out does not take it away. */
export function keepPriority(pod: Pod, { spec: { priority, preemptionPolicy } }: Pod): Pod {
  if (pod.spec.priority !== undefined && pod.spec.preemptionPolicy !== undefined) return pod;
  return { ...pod, spec: { priority, preemptionPolicy, ...pod.spec } };
}

/**
 * A pod without a priority class has priority 0 and may preempt. Follows plugin/pkg/admission/priority/admission.go;
 * leaves out PriorityClass objects: `priorityclasses.ts` takes its place where they are served.
 */
export const priority: AdmissionPlugin = {
  name: 'Priority',
  kind: 'Pod',
  amends: true,
  admit(object, _state, { old }) {
    const pod = object as Pod;
    if (old !== undefined) return keepPriority(pod, old as Pod);
    if (pod.spec.priorityClassName || pod.spec.priority !== undefined) return pod;
    return { ...pod, spec: { ...pod.spec, priority: 0, preemptionPolicy: 'PreemptLowerPriority' } };
  },
};
