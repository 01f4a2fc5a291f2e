import type { Node, Taint } from './kinds/node.ts';
import type { NodeSelectorRequirement, NodeSelectorTerm, Pod, Toleration } from './kinds/pod.ts';

/**
 * Whether a node has what nodeSelector and required node affinity ask. Upstream: `component-helpers/.../nodeaffinity`.
 */
export function matchesNodeAffinity(pod: Pod, node: Node): boolean {
  const labels = node.metadata.labels ?? {};
  for (const [key, value] of Object.entries(pod.spec.nodeSelector ?? {})) if (labels[key] !== value) return false;
  const required = pod.spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
  return required === undefined || required.nodeSelectorTerms.some((term) => matchesTerm(term, node));
}

/** Whether all of a term holds; a term that asks nothing matches no node. */
export function matchesTerm(term: NodeSelectorTerm, node: Node): boolean {
  const { matchExpressions = [], matchFields = [] } = term;
  if (matchExpressions.length + matchFields.length === 0) return false;
  return (
    matchExpressions.every((requirement) => holds(requirement, node.metadata.labels?.[requirement.key])) &&
    matchFields.every((requirement) => holds(requirement, fieldOf(requirement.key, node)))
  );
}

/** The first taint with one of these effects that the pod does not tolerate. */
export function untoleratedTaint(pod: Pod, node: Node, effects: readonly Taint['effect'][]): Taint | undefined {
  return node.spec.taints?.find((taint) => effects.includes(taint.effect) && !tolerates(pod.spec.tolerations, taint));
}

/** The effects that keep a new pod away. */
export const REPELLING = ['NoSchedule', 'NoExecute'] as const;

/** Whether any toleration covers the taint. Upstream: `core/v1/toleration.go` ToleratesTaint. */
export function tolerates(tolerations: readonly Toleration[] | undefined, taint: Taint): boolean {
  return (tolerations ?? []).some(({ key = '', operator = 'Equal', value = '', effect }) => {
    if (effect && effect !== taint.effect) return false;
    if (key !== '' && key !== taint.key) return false;
    if (operator === 'Exists') return true;
    return key !== '' && value === (taint.value ?? '');
  });
}

function fieldOf(key: string, node: Node): string | undefined {
  return key === 'metadata.name' ? node.metadata.name : undefined;
}

function holds({ operator, values = [] }: NodeSelectorRequirement, actual: string | undefined): boolean {
  if (operator === 'Exists') return actual !== undefined;
  if (operator === 'DoesNotExist') return actual === undefined;
  if (operator === 'In') return actual !== undefined && values.includes(actual);
  if (operator === 'NotIn') return actual === undefined || !values.includes(actual);
  const [left, right] = [wholeNumber(actual), wholeNumber(values[0])];
  if (left === undefined || right === undefined) return false;
  return operator === 'Gt' ? left > right : left < right;
}

function wholeNumber(text: string | undefined): number | undefined {
  return text !== undefined && /^[+-]?\d+$/.test(text) ? Number(text) : undefined;
}
