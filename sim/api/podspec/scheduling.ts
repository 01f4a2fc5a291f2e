import { labelKeyErrors, labelValueErrors } from '../formats.ts';
import type { NodeSelector, NodeSelectorRequirement, NodeSelectorTerm, PodSpec, Toleration } from '../kinds/pod.ts';
import {
  type Errors,
  forbiddenField,
  invalidEach,
  invalidValue,
  NEEDS_VALUES,
  NO_VALUES,
  notSupported,
  oneOf,
  required,
  validateLabels,
} from '../validate.ts';
import { podParts } from './parts.ts';

/**
 * What the scheduler reads: node selector, node affinity, tolerations, the parts of packs. `at` is `spec` or longer.
 */
export function validateScheduling(spec: PodSpec, at: string): Errors {
  return [
    ...validateLabels(spec.nodeSelector, `${at}.nodeSelector`),
    ...nodeAffinity(spec, `${at}.affinity.nodeAffinity`),
    ...podParts.flatMap(({ validate }) => validate?.(spec, at) ?? []),
    ...validateTolerations(spec.tolerations ?? [], `${at}.tolerations`),
  ];
}

/** Upstream ValidateTolerations. */
function validateTolerations(list: readonly Toleration[], field: string): Errors {
  return list.flatMap((toleration, index) => {
    const at = `${field}[${index}]`;
    const { key = '', operator = '', effect = '', tolerationSeconds } = toleration;
    const isKeyless = key === '' && operator !== 'Exists';
    const isTimed = tolerationSeconds !== undefined && effect !== 'NoExecute';
    return [
      ...(key === '' ? [] : invalidEach(`${at}.key`, key, labelKeyErrors(key))),
      ...(isKeyless ? [invalidValue(`${at}.operator`, operator, KEYLESS)] : []),
      ...(isTimed ? [invalidValue(`${at}.effect`, effect, TIMED)] : []),
      ...tolerationValue(toleration, at),
      ...(effect === '' ? [] : oneOf(`${at}.effect`, effect, EFFECTS)),
    ];
  });
}

/** The effects of taints, in the order of upstream's error texts. */
export const EFFECTS = ['NoSchedule', 'PreferNoSchedule', 'NoExecute'];
const KEYLESS = 'operator must be Exists when `key` is empty, which means "match all values and all keys"';
const TIMED = "effect must be 'NoExecute' when `tolerationSeconds` is set";

function tolerationValue(toleration: Toleration, at: string): Errors {
  const { operator, value = '' } = toleration;
  if (operator === undefined || operator === 'Equal') {
    const errors = labelValueErrors(value);
    return errors.length === 0 ? [] : [invalidValue(`${at}.operator`, value, errors.join(';'))];
  }
  if (operator !== 'Exists') return [notSupported(`${at}.operator`, operator, ['Equal', 'Exists'])];
  if (value === '') return [];
  return [invalidValue(`${at}.operator`, toleration, "value must be empty when `operator` is 'Exists'")];
}

function nodeAffinity(spec: PodSpec, at: string): Errors {
  const affinity = spec.affinity?.nodeAffinity;
  const hard = affinity?.requiredDuringSchedulingIgnoredDuringExecution;
  const soft = affinity?.preferredDuringSchedulingIgnoredDuringExecution ?? [];
  const hardField = `${at}.requiredDuringSchedulingIgnoredDuringExecution`;
  const softField = `${at}.preferredDuringSchedulingIgnoredDuringExecution`;
  return [
    ...(hard === undefined ? [] : validateNodeSelector(hard, hardField)),
    ...soft.flatMap(({ weight, preference }, index) => [
      ...(weight < 1 || weight > 100
        ? [invalidValue(`${softField}[${index}].weight`, weight, 'must be in the range 1-100')]
        : []),
      ...term(preference ?? {}, `${softField}[${index}].preference`),
    ]),
  ];
}

/** Upstream ValidateNodeSelector. */
export function validateNodeSelector({ nodeSelectorTerms: terms = [] }: NodeSelector, field: string): Errors {
  const at = `${field}.nodeSelectorTerms`;
  if (terms.length === 0) return [required(at, 'must have at least one node selector term')];
  return terms.flatMap((item, index) => term(item, `${at}[${index}]`));
}

function term(value: NodeSelectorTerm, at: string): Errors {
  return [
    ...(value.matchExpressions ?? []).flatMap((item, index) => requirement(item, `${at}.matchExpressions[${index}]`)),
    ...(value.matchFields ?? []).flatMap((item, index) => fieldRequirement(item, `${at}.matchFields[${index}]`)),
  ];
}

function requirement({ key, operator, values = [] }: NodeSelectorRequirement, at: string): Errors {
  const keyErrors = invalidEach(`${at}.key`, key, labelKeyErrors(key));
  switch (operator) {
    case 'In':
    case 'NotIn': {
      const empty = values.length === 0 ? [required(`${at}.values`, NEEDS_VALUES)] : [];
      const bad = values.flatMap((value, index) =>
        invalidEach(`${at}.values[${index}]`, value, labelValueErrors(value)),
      );
      return [...empty, ...keyErrors, ...bad];
    }
    case 'Exists':
    case 'DoesNotExist':
      return values.length > 0 ? [forbiddenField(`${at}.values`, NO_VALUES), ...keyErrors] : keyErrors;
    case 'Gt':
    case 'Lt': {
      const single = "must be specified single value when `operator` is 'Lt' or 'Gt'";
      return values.length === 1 ? keyErrors : [required(`${at}.values`, single), ...keyErrors];
    }
    default:
      return [invalidValue(`${at}.operator`, operator, 'not a valid selector operator'), ...keyErrors];
  }
}

function fieldRequirement({ key, operator, values = [] }: NodeSelectorRequirement, at: string): Errors {
  const isOneOf = operator === 'In' || operator === 'NotIn';
  const single = "must be only one value when `operator` is 'In' or 'NotIn' for node field selector";
  return [
    ...(isOneOf && values.length !== 1 ? [required(`${at}.values`, single)] : []),
    ...(isOneOf ? [] : [invalidValue(`${at}.operator`, operator, 'not a valid selector operator')]),
    ...(key === 'metadata.name' ? [] : [invalidValue(`${at}.key`, key, 'not a valid field selector key')]),
  ];
}
