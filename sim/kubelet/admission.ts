import type { Node } from '../api/kinds/node.ts';
import type { Container, NodeSelectorRequirement, NodeSelectorTerm, Pod, Toleration } from '../api/kinds/pod.ts';
import type { Labels } from '../api/meta.ts';
import { neededBy, type Sums } from '../api/podspec/initcontainers.ts';
import { milliValue, wholeValue } from '../api/quantity.ts';
import type { PodWork } from './state.ts';

/** Why a node refuses a pod that was bound to it. */
export interface Rejection {
  readonly reason: string;
  readonly message: string;
}

/**
 * Looks again at what the scheduler has decided, with the pods that are really here. Upstream:
 * `lifecycle/predicate.go` and the scheduler's AdmissionCheck. Leaves out: extended resources, ephemeral storage,
 * preemption for critical pods.
 */
export function admitPod(
  pod: Pod,
  requests: PodWork['requests'],
  others: readonly PodWork[],
  node: Node | undefined,
): Rejection | undefined {
  const allocatable = node?.status?.allocatable ?? {};
  const sum = (pick: (work: PodWork) => number) => others.reduce((total, work) => total + pick(work), 0);
  const pods = wholeValue(allocatable['pods'] ?? '110');
  if (others.length + 1 > pods) return outOf('pods', 1, others.length, pods);
  const cpu = milliValue(allocatable['cpu']);
  const cpuUsed = sum((work) => work.requests.cpuMilli);
  const isCpuShort = requests.cpuMilli > 0 && requests.cpuMilli > cpu - cpuUsed;
  if (node !== undefined && isCpuShort) return outOf('cpu', requests.cpuMilli, cpuUsed, cpu);
  const memory = wholeValue(allocatable['memory']);
  const memoryUsed = sum((work) => work.requests.memoryBytes);
  const isMemoryShort = requests.memoryBytes > 0 && requests.memoryBytes > memory - memoryUsed;
  if (node !== undefined && isMemoryShort) return outOf('memory', requests.memoryBytes, memoryUsed, memory);
  if (node !== undefined && !matchesNode(pod, node.metadata.labels ?? {}, node.metadata.name)) {
    return failed('NodeAffinity', "node(s) didn't match Pod's node affinity/selector");
  }
  if (hasPortConflict(pod, others)) {
    return failed('NodePorts', "node(s) didn't have free ports for the requested pod ports");
  }
  const isRepelled = (node?.spec.taints ?? []).some((taint) => {
    return taint.effect === 'NoExecute' && !(pod.spec.tolerations ?? []).some((each) => tolerates(each, taint));
  });
  if (isRepelled) return failed('TaintToleration', "node(s) had taints that the pod didn't tolerate");
  return undefined;
}

/** What a pod asks for. */
export function requestsOf(pod: Pod): PodWork['requests'] {
  const need = (of: Sums<number>['of']) => neededBy(pod.spec, { zero: 0, of, add: (a, b) => a + b, most: Math.max });
  const asked = ({ resources }: Container, name: string) => resources?.requests?.[name] ?? resources?.limits?.[name];
  return {
    cpuMilli: need((container) => milliValue(asked(container, 'cpu'))),
    memoryBytes: need((container) => wholeValue(asked(container, 'memory'))),
  };
}

function outOf(resource: string, requested: number, used: number, capacity: number): Rejection {
  const numbers = `requested: ${requested}, used: ${used}, capacity: ${capacity}`;
  return { reason: `OutOf${resource}`, message: `Node didn't have enough resource: ${resource}, ${numbers}` };
}

function failed(predicate: string, description: string): Rejection {
  return { reason: predicate, message: `Predicate ${predicate} failed: ${description}` };
}

function hasPortConflict(pod: Pod, others: readonly PodWork[]): boolean {
  const wanted = hostPortsOf(pod);
  return wanted.length > 0 && others.some((work) => hostPortsOf(work.pod).some((port) => wanted.includes(port)));
}

function hostPortsOf({ spec }: Pod): readonly string[] {
  return spec.containers.flatMap(({ ports = [] }) =>
    ports.flatMap(({ hostPort, protocol = 'TCP' }) => (hostPort ? [`${protocol} ${hostPort}`] : [])),
  );
}

function matchesNode({ spec }: Pod, labels: Labels, name: string): boolean {
  for (const [key, value] of Object.entries(spec.nodeSelector ?? {})) if (labels[key] !== value) return false;
  const required = spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
  if (required === undefined) return true;
  return required.nodeSelectorTerms.some((term) => matchesTerm(term, labels, name));
}

function matchesTerm(
  { matchExpressions = [], matchFields = [] }: NodeSelectorTerm,
  labels: Labels,
  name: string,
): boolean {
  if (matchExpressions.length + matchFields.length === 0) return false;
  const fields = { 'metadata.name': name };
  return matchExpressions.every((each) => holds(each, labels)) && matchFields.every((each) => holds(each, fields));
}

function holds({ key, operator, values = [] }: NodeSelectorRequirement, labels: Labels): boolean {
  const value = labels[key];
  if (operator === 'Gt') return Number(value) > Number(values[0]);
  if (operator === 'Lt') return Number(value) < Number(values[0]);
  if (operator === 'Exists') return value !== undefined;
  if (operator === 'DoesNotExist') return value === undefined;
  return values.includes(value ?? '') === (operator === 'In') && (operator === 'NotIn' || value !== undefined);
}

function tolerates(toleration: Toleration, taint: { key: string; value?: string; effect: string }): boolean {
  const { key = '', operator = 'Equal', value = '', effect } = toleration;
  if (effect !== undefined && effect !== taint.effect) return false;
  if (key !== '' && key !== taint.key) return false;
  return operator === 'Exists' || (key !== '' && value === (taint.value ?? ''));
}
