import { labelKeyErrors } from '../formats.ts';
import type { TopologySpreadConstraint } from '../kinds/pod.ts';
import {
  duplicate,
  type Errors,
  invalidEach,
  invalidValue,
  notSupported,
  required,
  validateLabelSelector,
} from '../validate.ts';
import type { PodPart } from './parts.ts';

/** Spread constraints. Upstream: `pkg/apis/core/validation` validateTopologySpreadConstraints. */
export const topologySpread: PodPart = {
  validate: (spec, at) => spread(spec.topologySpreadConstraints ?? [], `${at}.topologySpreadConstraints`),
};

const POSITIVE = 'must be greater than zero';

function spread(list: readonly TopologySpreadConstraint[], field: string): Errors {
  return list.flatMap((constraint, index) => {
    const at = `${field}[${index}]`;
    const { maxSkew, topologyKey, whenUnsatisfiable, minDomains } = constraint;
    const isRepeated =
      list.findIndex((other) => other.topologyKey === topologyKey && other.whenUnsatisfiable === whenUnsatisfiable) <
      index;
    const pair = `{${topologyKey}, ${whenUnsatisfiable}}`;
    return [
      ...(maxSkew > 0 ? [] : [invalidValue(`${at}.maxSkew`, maxSkew ?? 0, POSITIVE)]),
      ...(topologyKey
        ? invalidEach(`${at}.topologyKey`, topologyKey, labelKeyErrors(topologyKey))
        : [required(`${at}.topologyKey`, 'can not be empty')]),
      ...(['DoNotSchedule', 'ScheduleAnyway'].includes(whenUnsatisfiable)
        ? []
        : [notSupported(`${at}.whenUnsatisfiable`, whenUnsatisfiable ?? '', ['DoNotSchedule', 'ScheduleAnyway'])]),
      ...(isRepeated ? [duplicate(`${at}.{topologyKey, whenUnsatisfiable}`, pair)] : []),
      ...minimum(minDomains, whenUnsatisfiable, `${at}.minDomains`),
      ...validateLabelSelector(constraint.labelSelector, `${at}.labelSelector`),
    ];
  });
}

function minimum(minDomains: number | undefined, whenUnsatisfiable: string, field: string): Errors {
  if (minDomains === undefined) return [];
  const detail = `can only use minDomains if whenUnsatisfiable=DoNotSchedule, not ${whenUnsatisfiable}`;
  return [
    ...(minDomains > 0 ? [] : [invalidValue(field, minDomains, POSITIVE)]),
    ...(whenUnsatisfiable === 'DoNotSchedule' ? [] : [invalidValue(field, minDomains, detail)]),
  ];
}
