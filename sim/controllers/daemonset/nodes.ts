import type { DaemonSet } from '../../api/kinds/daemonset.ts';
import type { Node } from '../../api/kinds/node.ts';
import type { Pod, PodSpec, Toleration } from '../../api/kinds/pod.ts';
import { matchesNodeAffinity, untoleratedTaint } from '../../api/nodeselector.ts';

const EXISTS = 'Exists' as const;
const FOR_ALL: readonly Toleration[] = [
  { key: 'node.kubernetes.io/not-ready', operator: EXISTS, effect: 'NoExecute' },
  { key: 'node.kubernetes.io/unreachable', operator: EXISTS, effect: 'NoExecute' },
  { key: 'node.kubernetes.io/disk-pressure', operator: EXISTS, effect: 'NoSchedule' },
  { key: 'node.kubernetes.io/memory-pressure', operator: EXISTS, effect: 'NoSchedule' },
  { key: 'node.kubernetes.io/pid-pressure', operator: EXISTS, effect: 'NoSchedule' },
  { key: 'node.kubernetes.io/unschedulable', operator: EXISTS, effect: 'NoSchedule' },
];
const FOR_HOST_NETWORK: Toleration = {
  key: 'node.kubernetes.io/network-unavailable',
  operator: EXISTS,
  effect: 'NoSchedule',
};

/** A spec with the tolerations of every daemon pod: it stays where others leave. Upstream `AddOrUpdateDaemonPodTolerations`. */
export function withTolerations(spec: PodSpec): PodSpec {
  const tolerations = [...(spec.tolerations ?? [])];
  for (const toleration of spec.hostNetwork === true ? [...FOR_ALL, FOR_HOST_NETWORK] : FOR_ALL) {
    const index = tolerations.findIndex((other) => isSame(other, toleration));
    if (index < 0) tolerations.push(toleration);
    else tolerations[index] = toleration;
  }
  return { ...spec, tolerations };
}

/** Two tolerations of the same taint; for how long does not count. */
function isSame(a: Toleration, b: Toleration): boolean {
  return a.key === b.key && (a.effect ?? '') === b.effect && (a.operator ?? 'Equal') === b.operator && !a.value;
}

/** A spec that only this node can satisfy. Upstream `ReplaceDaemonSetPodNodeNameNodeAffinity`. */
export function pinnedTo(node: string, spec: PodSpec): PodSpec {
  const matchFields = [{ key: 'metadata.name', operator: 'In' as const, values: [node] }];
  const required = { nodeSelectorTerms: [{ matchFields }] };
  const nodeAffinity = {
    ...spec.affinity?.nodeAffinity,
    requiredDuringSchedulingIgnoredDuringExecution: required,
  };
  return { ...spec, affinity: { ...spec.affinity, nodeAffinity } };
}

/** The node that a daemon pod is on, or is meant for. Upstream `GetTargetNodeName`. */
export function targetOf({ spec }: Pod): string | undefined {
  if (spec.nodeName) return spec.nodeName;
  const required = spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
  for (const { matchFields = [] } of required?.nodeSelectorTerms ?? []) {
    const field = matchFields.find(({ key, operator }) => key === 'metadata.name' && operator === 'In');
    if (field?.values?.[0] !== undefined) return field.values[0];
  }
  return undefined;
}

/** Whether a node ought to get the pod, and whether it may keep one. */
export interface Verdict {
  readonly shouldRun: boolean;
  readonly mayStay: boolean;
}

/**
 * What a set wants on a node. Taints that are not tolerated keep new pods away; only NoExecute sends those away that
 * are there. Upstream `NodeShouldRunDaemonPod`.
 */
export function verdictOn(node: Node, { spec }: DaemonSet): Verdict {
  const pod = { spec: withTolerations(spec.template.spec) } as Pod;
  const { nodeName } = spec.template.spec;
  if ((nodeName && nodeName !== node.metadata.name) || !matchesNodeAffinity(pod, node)) return NEITHER;
  if (untoleratedTaint(pod, node, ['NoExecute', 'NoSchedule']) === undefined) return BOTH;
  return { shouldRun: false, mayStay: untoleratedTaint(pod, node, ['NoExecute']) === undefined };
}

const NEITHER: Verdict = { shouldRun: false, mayStay: false };
const BOTH: Verdict = { shouldRun: true, mayStay: true };
