import type { Pod } from '../../api/kinds/pod.ts';
import type { AdmissionPlugin } from './plugin.ts';

/**
 * A pod without a priority class has priority 0 and may preempt. Follows plugin/pkg/admission/priority/admission.go;
 * leaves out PriorityClass objects, which this cluster does not have.
 */
export const priority: AdmissionPlugin = {
  name: 'Priority',
  kind: 'Pod',
  admit(object) {
    const pod = object as Pod;
    if (pod.spec.priorityClassName || pod.spec.priority !== undefined) return pod;
    return { ...pod, spec: { ...pod.spec, priority: 0, preemptionPolicy: 'PreemptLowerPriority' } };
  },
};
