import type { Pod } from '../../api/kinds/pod.ts';
import type { PriorityClass } from '../../api/kinds/priorityclass.ts';
import type { KubeObject } from '../../api/meta.ts';
import type { ApiServerState } from '../state.ts';
import type { AdmissionPlugin } from './plugin.ts';
import { keepPriority } from './priority.ts';

/**
 * A pod gets the priority of the class it names, or of the default one. Follows
 * plugin/pkg/admission/priority/admission.go.
 */
export const priorityClasses: AdmissionPlugin = {
  name: 'Priority',
  kind: '',
  amends: true,
  admit(object, state, { old }) {
    if (object.kind !== 'Pod') return object;
    const pod = object as Pod;
    if (old !== undefined) return keepPriority(pod, old as Pod) as KubeObject;
    const found = classOf(state, pod);
    if (found === undefined && pod.spec.priorityClassName) return pod;
    const { value: priority = 0, preemptionPolicy = 'PreemptLowerPriority', metadata } = found ?? {};
    const name = metadata === undefined ? {} : { priorityClassName: metadata.name };
    return { ...pod, spec: { ...pod.spec, ...name, priority, preemptionPolicy } } as KubeObject;
  },
  refuse(object, { resource, operation }, state) {
    if (resource.kind === 'PriorityClass' && operation !== 'DELETE')
      return refuseDefault(object as PriorityClass, state);
    if (resource.kind !== 'Pod' || operation !== 'CREATE') return undefined;
    const { spec } = object as Pod;
    const found = classOf(state, object as Pod);
    if (found === undefined && spec.priorityClassName) {
      return `no PriorityClass with name ${spec.priorityClassName} was found`;
    }
    const { value = 0, preemptionPolicy: policy = 'PreemptLowerPriority' } = found ?? {};
    const rest = 'must not be provided in pod spec; priority admission controller computed';
    const last = 'from the given PriorityClass name';
    if (spec.priority !== undefined && spec.priority !== value) {
      return `the integer value of priority (${spec.priority}) ${rest} ${value} ${last}`;
    }
    const { preemptionPolicy: own } = spec;
    if (own === undefined || own === policy) return undefined;
    return `the string value of PreemptionPolicy (${own}) ${rest} ${policy} ${last}`;
  },
};

function all(state: ApiServerState): readonly PriorityClass[] {
  const { objects } = state.caches.get('priorityclasses.scheduling.k8s.io') ?? {};
  return [...(objects?.values() ?? [])] as unknown as readonly PriorityClass[];
}

/** The class it names; without a name the default one, which is the lowest if there are two. */
function classOf(state: ApiServerState, { spec }: Pod): PriorityClass | undefined {
  if (spec.priorityClassName) return all(state).find(({ metadata }) => metadata.name === spec.priorityClassName);
  const defaults = all(state).filter(({ globalDefault }) => globalDefault === true);
  return defaults.sort((a, b) => a.value - b.value || (a.metadata.name < b.metadata.name ? -1 : 1))[0];
}

function refuseDefault({ metadata, globalDefault }: PriorityClass, state: ApiServerState): string | undefined {
  if (globalDefault !== true) return undefined;
  const other = all(state).find((one) => one.globalDefault === true && one.metadata.name !== metadata.name);
  if (other === undefined) return undefined;
  return `PriorityClass ${other.metadata.name} is already marked as default. Only one default can exist`;
}
