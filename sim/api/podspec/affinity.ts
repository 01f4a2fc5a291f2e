import { dns1123LabelErrors, labelKeyErrors } from '../formats.ts';
import type { Pod } from '../kinds/pod.ts';
import type { LabelSelector, Labels } from '../meta.ts';
import {
  type Errors,
  forbiddenField,
  invalidEach,
  invalidValue,
  required,
  validateLabelSelector,
} from '../validate.ts';
import type { PodPart } from './parts.ts';

/** Near which pods a pod must or should be; as podAntiAffinity, away from which. */
export type PodAffinity = {
  readonly requiredDuringSchedulingIgnoredDuringExecution?: readonly PodAffinityTerm[];
  readonly preferredDuringSchedulingIgnoredDuringExecution?: readonly WeightedPodAffinityTerm[];
};

/** Pods, and the node label that says what is near: nodes with the same value are one place. */
export type PodAffinityTerm = {
  readonly labelSelector?: LabelSelector;
  readonly namespaces?: readonly string[];
  readonly topologyKey: string;
  readonly namespaceSelector?: LabelSelector;
  readonly matchLabelKeys?: readonly string[];
  readonly mismatchLabelKeys?: readonly string[];
};

export type WeightedPodAffinityTerm = { readonly weight: number; readonly podAffinityTerm: PodAffinityTerm };

const HARD = 'requiredDuringSchedulingIgnoredDuringExecution';
const SOFT = 'preferredDuringSchedulingIgnoredDuringExecution';
const KINDS = ['podAffinity', 'podAntiAffinity'] as const;

/**
 * Affinity between pods. Upstream: `pkg/apis/core/validation` validatePodAffinity, `pkg/registry/core/pod/strategy.go`
 * applyMatchLabelKeysAndMismatchLabelKeys.
 */
export const interPodAffinity: PodPart = {
  validate: ({ affinity }, at) => KINDS.flatMap((kind) => both(affinity?.[kind], `${at}.affinity.${kind}`)),
  prepare: mergeLabelKeys,
};

function both(affinity: PodAffinity | undefined, at: string): Errors {
  return [
    ...(affinity?.[HARD] ?? []).flatMap((item, index) => term(item, `${at}.${HARD}[${index}]`)),
    ...(affinity?.[SOFT] ?? []).flatMap(({ weight, podAffinityTerm }, index) => {
      const field = `${at}.${SOFT}[${index}]`;
      const isInRange = weight >= 1 && weight <= 100;
      return [
        ...(isInRange ? [] : [invalidValue(`${field}.weight`, weight ?? 0, 'must be in the range 1-100')]),
        ...term(podAffinityTerm ?? { topologyKey: '' }, `${field}.podAffinityTerm`),
      ];
    }),
  ];
}

function term(value: PodAffinityTerm, at: string): Errors {
  const { labelSelector, namespaceSelector, namespaces = [], topologyKey = '' } = value;
  return [
    ...validateLabelSelector(labelSelector, `${at}.labelSelector`),
    ...validateLabelSelector(namespaceSelector, `${at}.namespaceSelector`),
    ...namespaces.flatMap((name) => invalidEach(`${at}.namespace`, name, dns1123LabelErrors(name))),
    ...labelKeys(value, at),
    ...(topologyKey === '' ? [required(`${at}.topologyKey`, 'can not be empty')] : []),
    ...invalidEach(`${at}.topologyKey`, topologyKey, labelKeyErrors(topologyKey)),
  ];
}

/**
 * The same key in matchLabelKeys and in the selector is an error; in a pod its own expression has been merged in by
 * now, so that only a second one is. Upstream names the term and not the list in the path of that error.
 */
function labelKeys(
  { labelSelector, matchLabelKeys = [], mismatchLabelKeys = [] }: PodAffinityTerm,
  at: string,
): Errors {
  const seen = new Set(Object.keys(labelSelector?.matchLabels ?? {}));
  const twice = (labelSelector?.matchExpressions ?? []).flatMap(({ key }) => {
    const index = matchLabelKeys.lastIndexOf(key);
    const isSecond = index >= 0 && seen.has(key);
    seen.add(key);
    return isSecond ? [invalidValue(`${at}[${index}]`, key, 'exists in both matchLabelKeys and labelSelector')] : [];
  });
  const inBoth = matchLabelKeys.flatMap((key, index) => {
    const field = `${at}.matchLabelKeys[${index}]`;
    return mismatchLabelKeys.includes(key)
      ? [invalidValue(field, key, 'exists in both matchLabelKeys and mismatchLabelKeys')]
      : [];
  });
  return [
    ...keys(matchLabelKeys, labelSelector, `${at}.matchLabelKeys`),
    ...keys(mismatchLabelKeys, labelSelector, `${at}.mismatchLabelKeys`),
    ...twice,
    ...inBoth,
  ];
}

function keys(list: readonly string[], selector: LabelSelector | undefined, field: string): Errors {
  if (list.length === 0) return [];
  if (selector === undefined) return [forbiddenField(field, 'must not be specified when labelSelector is not set')];
  return list.flatMap((key, index) => invalidEach(`${field}[${index}]`, key, labelKeyErrors(key)));
}

/** In a new pod the keys become expressions with the pod's own values; keys that it has no label for are left out. */
function mergeLabelKeys(pod: Pod): Pod {
  const { affinity } = pod.spec;
  if (affinity?.podAffinity === undefined && affinity?.podAntiAffinity === undefined) return pod;
  const labels = pod.metadata.labels ?? {};
  const merge = (one: PodAffinity): PodAffinity => ({
    ...one,
    ...(one[HARD] && { [HARD]: one[HARD].map((item) => mergeTerm(item, labels)) }),
    ...(one[SOFT] && {
      [SOFT]: one[SOFT].map((item) => ({ ...item, podAffinityTerm: mergeTerm(item.podAffinityTerm, labels) })),
    }),
  });
  const { podAffinity, podAntiAffinity } = affinity;
  const merged = {
    ...affinity,
    ...(podAffinity && { podAffinity: merge(podAffinity) }),
    ...(podAntiAffinity && { podAntiAffinity: merge(podAntiAffinity) }),
  };
  return { ...pod, spec: { ...pod.spec, affinity: merged } };
}

function mergeTerm(item: PodAffinityTerm, labels: Labels): PodAffinityTerm {
  const { labelSelector, matchLabelKeys = [], mismatchLabelKeys = [] } = item ?? {};
  if (labelSelector === undefined) return item;
  const asked = (list: readonly string[], operator: 'In' | 'NotIn') =>
    list.flatMap((key) => {
      const value = labels[key];
      return value === undefined ? [] : [{ key, operator, values: [value] }];
    });
  const added = [...asked(matchLabelKeys, 'In'), ...asked(mismatchLabelKeys, 'NotIn')];
  if (added.length === 0) return item;
  const matchExpressions = [...(labelSelector.matchExpressions ?? []), ...added];
  return { ...item, labelSelector: { ...labelSelector, matchExpressions } };
}
