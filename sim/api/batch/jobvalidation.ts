import { labelKeyErrors } from '../formats.ts';
import type { JsonValue } from '../meta.ts';
import { validatePodSpec } from '../podspec/validation.ts';
import {
  duplicate,
  type Errors,
  invalidEach,
  invalidValue,
  nonNegative,
  notSupported,
  required,
  validateAnnotations,
  validateLabels,
} from '../validate.ts';
import type { ExitCodes, JobSpec, PodFailureRule, SuccessRule } from './jobspec.ts';

const MODES = ['NonIndexed', 'Indexed'];
const ACTIONS = ['Count', 'FailIndex', 'FailJob', 'Ignore'];
const MANY = 100_000;
const MAX_RULES = 20;

/** Upstream validateJobSpec (pkg/apis/batch/validation): what a Job and the template of a CronJob have in common. */
export function validateJobSpec(spec: JobSpec, at: string): Errors {
  const { completionMode: mode, template } = spec;
  return [
    ...nonNegative(`${at}.parallelism`, spec.parallelism),
    ...nonNegative(`${at}.completions`, spec.completions),
    ...nonNegative(`${at}.activeDeadlineSeconds`, spec.activeDeadlineSeconds),
    ...nonNegative(`${at}.backoffLimit`, spec.backoffLimit),
    ...nonNegative(`${at}.ttlSecondsAfterFinished`, spec.ttlSecondsAfterFinished),
    ...nonNegative(`${at}.backoffLimitPerIndex`, spec.backoffLimitPerIndex),
    ...nonNegative(`${at}.maxFailedIndexes`, spec.maxFailedIndexes),
    ...(spec.maxFailedIndexes !== undefined && spec.backoffLimitPerIndex === undefined
      ? [required(`${at}.backoffLimitPerIndex`, 'when maxFailedIndexes is specified')]
      : []),
    ...(mode === undefined || MODES.includes(mode) ? [] : [notSupported(`${at}.completionMode`, mode, MODES)]),
    ...(mode === 'Indexed' ? indexedErrors(spec, at) : []),
    ...(mode === undefined || mode === 'NonIndexed' ? plainErrors(spec, at) : []),
    ...failureErrors(spec, `${at}.podFailurePolicy.rules`),
    ...successErrors(spec, `${at}.successPolicy`),
    ...replacementErrors(spec, `${at}.podReplacementPolicy`),
    ...validateLabels(template.metadata?.labels, `${at}.template.labels`),
    ...validateAnnotations(template.metadata?.annotations, `${at}.template.annotations`),
    ...validatePodSpec(template.spec, `${at}.template.spec`),
    ...restartErrors(spec, `${at}.template.spec.restartPolicy`),
  ];
}

function indexedErrors(spec: JobSpec, at: string): Errors {
  const { completions, parallelism = 0, maxFailedIndexes: most, backoffLimitPerIndex } = spec;
  const limit = (name: string, value: number, text: string) => [invalidValue(`${at}.${name}`, value, text)];
  const isLarge = completions !== undefined && completions > MANY && backoffLimitPerIndex !== undefined;
  const within = (bound: number) =>
    `must be less than or equal to ${bound} when completions are above ${MANY} and used with backoff limit per index`;
  return [
    ...(completions === undefined ? [required(`${at}.completions`, 'when completion mode is Indexed')] : []),
    ...(parallelism > MANY
      ? limit('parallelism', parallelism, `must be less than or equal to ${MANY} when completion mode is Indexed`)
      : []),
    ...(completions !== undefined && most !== undefined && most > completions
      ? limit('maxFailedIndexes', most, 'must be less than or equal to completions')
      : []),
    ...(most !== undefined && most > MANY
      ? limit('maxFailedIndexes', most, `must be less than or equal to ${MANY}`)
      : []),
    ...(isLarge && most === undefined
      ? [required(`${at}.maxFailedIndexes`, `must be specified when completions is above ${MANY}`)]
      : []),
    ...(isLarge && parallelism > 10_000 ? limit('parallelism', parallelism, within(10_000)) : []),
    ...(isLarge && most !== undefined && most > 10_000 ? limit('maxFailedIndexes', most, within(10_000)) : []),
  ];
}

const NEEDS_INDEXED = 'requires indexed completion mode';

function plainErrors({ backoffLimitPerIndex, maxFailedIndexes }: JobSpec, at: string): Errors {
  const field = (name: string, value: number | undefined) =>
    value === undefined ? [] : [invalidValue(`${at}.${name}`, value, NEEDS_INDEXED)];
  return [...field('backoffLimitPerIndex', backoffLimitPerIndex), ...field('maxFailedIndexes', maxFailedIndexes)];
}

function quotedList(items: readonly string[]): string {
  return `valid values: [${items.map((item) => JSON.stringify(item)).join(' ')}]`;
}

function choice(field: string, value: string | undefined, allowed: readonly string[]): Errors {
  if (!value) return [required(field, quotedList(allowed))];
  return allowed.includes(value) ? [] : [notSupported(field, value, allowed)];
}

function tooMany(field: string, count: number, most: number): Errors {
  if (count <= most) return [];
  return [{ type: 'TooMany', field, value: count, detail: `must have at most ${most} items` }];
}

function failureErrors(spec: JobSpec, at: string): Errors {
  const rules = spec.podFailurePolicy?.rules ?? [];
  const { containers, initContainers = [] } = spec.template.spec;
  const names = [...containers, ...initContainers].map(({ name }) => name);
  return [
    ...tooMany(at, rules.length, MAX_RULES),
    ...rules.flatMap((rule, index) => ruleErrors(spec, rule, `${at}[${index}]`, names)),
  ];
}

function ruleErrors(spec: JobSpec, rule: PodFailureRule, at: string, names: readonly string[]): Errors {
  const { action, onExitCodes, onPodConditions = [] } = rule;
  const isLost = action === 'FailIndex' && spec.backoffLimitPerIndex === undefined;
  const hasConditions = onPodConditions.length > 0;
  const only = (detail: string): Errors => [{ type: 'Invalid', field: at, detail }];
  return [
    ...(isLost
      ? [invalidValue(`${at}.action`, 'FailIndex', 'requires the backoffLimitPerIndex to be set')]
      : choice(`${at}.action`, action, ACTIONS)),
    ...(onExitCodes === undefined ? [] : exitCodeErrors(onExitCodes, `${at}.onExitCodes`, names)),
    ...tooMany(`${at}.onPodConditions`, onPodConditions.length, MAX_RULES),
    ...onPodConditions.flatMap(({ type, status }, index) => [
      ...invalidEach(`${at}.onPodConditions[${index}].type`, type, labelKeyErrors(type)),
      ...choice(`${at}.onPodConditions[${index}].status`, status, ['False', 'True', 'Unknown']),
    ]),
    ...(onExitCodes !== undefined && hasConditions
      ? only('specifying both OnExitCodes and OnPodConditions is not supported')
      : []),
    ...(onExitCodes === undefined && !hasConditions
      ? only('specifying one of OnExitCodes and OnPodConditions is required')
      : []),
  ];
}

function exitCodeErrors({ operator, containerName, values = [] }: ExitCodes, at: string, names: readonly string[]) {
  const isForeign = containerName !== undefined && !names.includes(containerName);
  const foreign = 'must be one of the container or initContainer names in the pod template';
  const isOrdered = values.every((value, index) => index === 0 || (values[index - 1] ?? 0) <= value);
  return [
    ...choice(`${at}.operator`, operator, ['In', 'NotIn']),
    ...(isForeign ? [invalidValue(`${at}.containerName`, containerName, foreign)] : []),
    ...(values.length === 0 ? [invalidValue(`${at}.values`, values, 'at least one value is required')] : []),
    ...tooMany(`${at}.values`, values.length, 255),
    ...values.flatMap((value, index) => [
      ...(operator === 'In' && value === 0
        ? [invalidValue(`${at}.values[${index}]`, 0, 'must not be 0 for the In operator')]
        : []),
      ...(values.indexOf(value) < index ? [duplicate(`${at}.values[${index}]`, value)] : []),
    ]),
    ...(isOrdered ? [] : [invalidValue(`${at}.values`, values, 'must be ordered')]),
  ];
}

function successErrors(spec: JobSpec, at: string): Errors {
  if (spec.successPolicy === undefined) return [];
  if (spec.completionMode !== 'Indexed') {
    return [invalidValue(at, spec.successPolicy as JsonValue, NEEDS_INDEXED)];
  }
  const { rules = [] } = spec.successPolicy;
  const none = 'at least one rules must be specified when the successPolicy is specified';
  return [
    ...(rules.length === 0 ? [required(`${at}.rules`, none)] : []),
    ...tooMany(`${at}.rules`, rules.length, MAX_RULES),
    ...rules.flatMap((rule, index) => successRuleErrors(rule, spec.completions ?? 0, `${at}.rules[${index}]`)),
  ];
}

function successRuleErrors({ succeededIndexes, succeededCount }: SuccessRule, completions: number, at: string): Errors {
  if (succeededIndexes === undefined && succeededCount === undefined) {
    return [required(at, 'at least one of succeededCount or succeededIndexes must be specified')];
  }
  const indexes = succeededIndexes === undefined ? undefined : countIndexes(succeededIndexes, completions);
  const field = `${at}.succeededCount`;
  const most = (bound: number, what: string) =>
    succeededCount !== undefined && succeededCount > bound
      ? [invalidValue(field, succeededCount, `must be less than or equal to ${bound} (the number of ${what})`)]
      : [];
  return [
    ...(typeof indexes === 'string'
      ? [invalidValue(`${at}.succeededIndexes`, succeededIndexes, `error parsing succeededIndexes: ${indexes}`)]
      : []),
    ...nonNegative(field, succeededCount),
    ...most(completions, 'specified completions'),
    ...(indexes === undefined
      ? []
      : most(typeof indexes === 'number' ? indexes : 0, 'indexes in the specified succeededIndexes field')),
  ];
}

/** How many indexes a text such as `0,2-4` names, or what is wrong with it. */
function countIndexes(text: string, completions: number): number | string {
  let [total, last] = [0, -1];
  for (const fragment of text === '' ? [] : text.split(',')) {
    const parts = fragment.split('-');
    if (parts.length > 2) {
      return `the fragment ${JSON.stringify(fragment)} violates the pattern, expected an index or two indexes separated by '-'`;
    }
    const odd = parts.find((part) => !/^\d+$/.test(part));
    if (odd !== undefined) return `cannot convert string to integer for index: ${JSON.stringify(odd)}`;
    const [first = 0, end = first] = parts.map(Number);
    const large = [first, end].find((index) => index >= completions);
    if (large !== undefined) return `too large index: ${JSON.stringify(String(large))}`;
    if (last >= first) return `non-increasing order, previous: ${last}, current: ${first}`;
    if (parts.length > 1 && first >= end) return `non-increasing order, previous: ${first}, current: ${end}`;
    total += end - first + 1;
    last = end;
  }
  return total;
}

function replacementErrors({ podReplacementPolicy: policy, podFailurePolicy }: JobSpec, at: string): Errors {
  const allowed = podFailurePolicy === undefined ? ['Failed', 'TerminatingOrFailed'] : ['Failed'];
  return policy === undefined || allowed.includes(policy) ? [] : [notSupported(at, policy, allowed)];
}

function restartErrors({ template, podFailurePolicy }: JobSpec, at: string): Errors {
  const policy = template.spec.restartPolicy ?? '';
  if (policy === '' || policy === 'Always') return [required(at, 'valid values: "OnFailure", "Never"')];
  if (policy !== 'OnFailure' && policy !== 'Never') return [notSupported(at, policy, ['OnFailure', 'Never'])];
  const text = 'only "Never" is supported when podFailurePolicy is specified';
  return podFailurePolicy !== undefined && policy !== 'Never' ? [invalidValue(at, policy, text)] : [];
}

/** Upstream ValidateJobTemplateSpec: a template has neither a selector nor the wish to write one by hand. */
export function validateJobTemplate(spec: JobSpec, at: string): Errors {
  return [
    ...validateJobSpec(spec, at),
    ...(spec.selector === undefined
      ? []
      : [invalidValue(`${at}.selector`, spec.selector, '`selector` will be auto-generated')]),
    ...(spec.manualSelector ? [notSupported(`${at}.manualSelector`, true, ['nil', 'false'])] : []),
  ];
}
