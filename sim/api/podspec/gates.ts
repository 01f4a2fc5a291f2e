import { labelKeyErrors } from '../formats.ts';
import type { NodeAffinity, NodeSelectorTerm, Pod, PodSpec } from '../kinds/pod.ts';
import type { JsonValue, Labels } from '../meta.ts';
import { sameJson } from '../resource.ts';
import { duplicate, type Errors, forbiddenField, invalidEach, invalidValue } from '../validate.ts';
import type { PodPart } from './parts.ts';

const GATED = {
  type: 'PodScheduled',
  status: 'False',
  reason: 'SchedulingGated',
  message: 'Scheduling is blocked due to non-empty scheduling gates',
} as const;

/**
 * Scheduling gates: only a new pod gets them, and they can only be taken away. A pod that has one may still be told
 * more exactly which nodes it wants. Upstream: `pkg/apis/core/validation` validateSchedulingGates, ValidatePodUpdate;
 * `pkg/registry/core/pod/strategy.go` applySchedulingGatedCondition.
 */
export const schedulingGates: PodPart = {
  validate: ({ schedulingGates: gates = [] }, at) =>
    gates.flatMap(({ name = '' }, index) => {
      const field = `${at}.schedulingGates[${index}]`;
      const isRepeated = gates.findIndex((other) => other.name === name) < index;
      return [...invalidEach(field, name, labelKeyErrors(name)), ...(isRepeated ? [duplicate(field, name)] : [])];
    }),
  validateCreate: ({ spec }) =>
    isGated(spec) && spec.nodeName
      ? [forbiddenField('spec.nodeName', 'cannot be set until all schedulingGates have been cleared')]
      : [],
  validateUpdate(next, old) {
    const errors = onlyFewer(next, old);
    const spec = { ...next, schedulingGates: old.schedulingGates };
    if (!isGated(old)) return { errors, spec };
    return {
      errors: [...errors, ...selectorChange(next.nodeSelector, old.nodeSelector), ...affinityChange(next, old)],
      spec: { ...spec, nodeSelector: old.nodeSelector, affinity: withOldNodes(next, old) },
    };
  },
  prepare(pod: Pod) {
    if (!isGated(pod.spec)) return pod;
    return { ...pod, status: { ...pod.status, conditions: [...(pod.status?.conditions ?? []), GATED] } };
  },
};

function isGated({ schedulingGates: gates = [] }: PodSpec): boolean {
  return gates.length > 0;
}

function onlyFewer({ schedulingGates: next = [] }: PodSpec, { schedulingGates: old = [] }: PodSpec): Errors {
  return next.flatMap(({ name }, index) => {
    if (old.some((gate) => gate.name === name)) return [];
    const detail = `only deletion is allowed, but found new scheduling gate '${name}'`;
    return [forbiddenField(`spec.schedulingGates[${index}].name`, detail)];
  });
}

function selectorChange(next: Labels = {}, old: Labels = {}): Errors {
  if (Object.entries(old).every(([key, value]) => next[key] === value)) return [];
  const detail = 'only additions to spec.nodeSelector are allowed (no mutations or deletions)';
  return [invalidValue('spec.nodeSelector', next, detail)];
}

/** Required terms may only get more conditions; where there was none, anything may be asked. */
function affinityChange(next: PodSpec, old: PodSpec): Errors {
  const [terms, before] = [termsOf(next.affinity?.nodeAffinity), termsOf(old.affinity?.nodeAffinity)];
  const field = 'spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms';
  if (before.length > 0 && before.length !== terms.length) {
    const detail = 'no additions/deletions to non-empty NodeSelectorTerms list are allowed';
    return [invalidValue(field, terms as readonly JsonValue[], detail)];
  }
  return before.flatMap((term, index) => {
    const now = terms[index] ?? {};
    if (onlyAdds(now, term)) return [];
    return [
      invalidValue(`${field}[${index}]`, now as JsonValue, 'only additions are allowed (no mutations or deletions)'),
    ];
  });
}

function termsOf(affinity: NodeAffinity | undefined): readonly NodeSelectorTerm[] {
  return affinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms ?? [];
}

function onlyAdds(next: NodeSelectorTerm, old: NodeSelectorTerm): boolean {
  const { matchExpressions: [...expressions] = [], matchFields: [...fields] = [] } = next;
  const { matchExpressions = [], matchFields = [] } = old;
  if (matchExpressions.length + matchFields.length === 0) return expressions.length + fields.length === 0;
  return (
    sameJson(expressions.slice(0, matchExpressions.length), matchExpressions) &&
    sameJson(fields.slice(0, matchFields.length), matchFields)
  );
}

function withOldNodes({ affinity: next }: PodSpec, { affinity: old }: PodSpec): PodSpec['affinity'] {
  const { nodeAffinity: _chosen, ...others } = next ?? {};
  const kept = { ...others, ...(old?.nodeAffinity && { nodeAffinity: old.nodeAffinity }) };
  return Object.keys(kept).length === 0 && old === undefined ? undefined : kept;
}
