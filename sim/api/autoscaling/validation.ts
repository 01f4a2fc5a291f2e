import { pathSegmentErrors } from '../formats.ts';
import type { JsonValue, Quantity } from '../meta.ts';
import { parseQuantity } from '../quantity.ts';
import {
  type Errors,
  forbiddenField,
  invalidEach,
  invalidValue,
  notSupported,
  required,
  subdomainName,
  validateMeta,
} from '../validate.ts';
import type { HorizontalPodAutoscaler, MetricSpec, MetricTarget, ScalingPolicy, ScalingRules } from './spec.ts';

/** Upstream ValidateHorizontalPodAutoscaler. */
export function validateAutoscaler({ metadata, spec }: HorizontalPodAutoscaler): Errors {
  const { minReplicas = 1, maxReplicas, scaleTargetRef: target, metrics = [], behavior } = spec;
  const most = 'spec.maxReplicas';
  return [
    ...validateMeta(metadata, true, subdomainName),
    ...(minReplicas < 1 ? [invalidValue('spec.minReplicas', minReplicas, 'must be greater than or equal to 1')] : []),
    ...(maxReplicas < 1 ? [invalidValue(most, maxReplicas, 'must be greater than 0')] : []),
    ...(maxReplicas < minReplicas
      ? [invalidValue(most, maxReplicas, 'must be greater than or equal to `minReplicas`')]
      : []),
    ...segment('spec.scaleTargetRef.kind', target?.kind),
    ...segment('spec.scaleTargetRef.name', target?.name),
    ...metrics.flatMap((metric, index) => metricErrors(metric, `spec.metrics[${index}]`)),
    ...(behavior === undefined ? [] : ruleErrors(behavior.scaleUp, 'spec.behavior.scaleUp')),
    ...(behavior === undefined ? [] : ruleErrors(behavior.scaleDown, 'spec.behavior.scaleDown')),
  ];
}

function segment(field: string, value: string | undefined): Errors {
  return value ? invalidEach(field, value, pathSegmentErrors(value)) : [required(field)];
}

const SOURCES: Readonly<Record<string, keyof MetricSpec>> = {
  ContainerResource: 'containerResource',
  External: 'external',
  Object: 'object',
  Pods: 'pods',
  Resource: 'resource',
};

function metricErrors(metric: MetricSpec, at: string): Errors {
  const { type, resource } = metric;
  if (!type) return [required(`${at}.type`, 'must specify a metric source type')];
  const own = SOURCES[type];
  if (own === undefined) return [notSupported(`${at}.type`, type, Object.keys(SOURCES))];
  const missing = metric[own] === undefined;
  const others = Object.values(SOURCES).filter((name) => name !== own && metric[name] !== undefined);
  return [
    ...(missing ? [required(`${at}.${own}`, 'must populate information for the given metric source')] : []),
    ...others.map((name) => forbiddenField(`${at}.${name}`, 'must populate the given metric source only')),
    ...(own === 'resource' && resource !== undefined ? resourceErrors(resource, `${at}.resource`) : []),
  ];
}

function resourceErrors({ name, target }: NonNullable<MetricSpec['resource']>, at: string): Errors {
  const { averageUtilization, averageValue } = target;
  const neither = 'must set either a target raw value or a target utilization';
  const both = 'may not set both a target raw value and a target utilization';
  return [
    ...(name ? [] : [required(`${at}.name`, 'must specify a resource name')]),
    ...targetErrors(target, `${at}.target`),
    ...(averageUtilization === undefined && averageValue === undefined
      ? [required(`${at}.target.averageUtilization`, neither)]
      : []),
    ...(averageUtilization !== undefined && averageValue !== undefined
      ? [forbiddenField(`${at}.target.averageValue`, both)]
      : []),
  ];
}

function targetErrors({ type, value, averageValue, averageUtilization: share }: MetricTarget, at: string): Errors {
  const kinds = ['Utilization', 'Value', 'AverageValue'];
  return [
    ...(type ? [] : [required(`${at}.type`, 'must specify a metric target type')]),
    ...(kinds.includes(type)
      ? []
      : [invalidValue(`${at}.type`, type ?? '', 'must be either Utilization, Value, or AverageValue')]),
    ...positive(`${at}.value`, value),
    ...positive(`${at}.averageValue`, averageValue),
    ...(share !== undefined && share < 1
      ? [invalidValue(`${at}.averageUtilization`, share, 'must be greater than 0')]
      : []),
  ];
}

function positive(field: string, amount: Quantity | undefined): Errors {
  const parsed = amount === undefined ? undefined : parseQuantity(amount);
  return parsed?.ok && parsed.value.nano <= 0n ? [invalidValue(field, amount, 'must be positive')] : [];
}

function ruleErrors(rules: ScalingRules | undefined, at: string): Errors {
  if (rules === undefined) return [];
  const { stabilizationWindowSeconds: seconds, selectPolicy, policies = [] } = rules;
  const allowed = ['Disabled', 'Max', 'Min'];
  const window = `${at}.stabilizationWindowSeconds`;
  return [
    ...(seconds !== undefined && seconds < 0
      ? [invalidValue(window, seconds, 'must be greater than or equal to zero')]
      : []),
    ...(seconds !== undefined && seconds > 3600
      ? [invalidValue(window, seconds, 'must be less than or equal to 3600')]
      : []),
    ...(selectPolicy === undefined || allowed.includes(selectPolicy)
      ? []
      : [notSupported(`${at}.selectPolicy`, selectPolicy, allowed)]),
    ...(policies.length === 0 ? [required(`${at}.policies`, 'must specify at least one Policy')] : []),
    ...policies.flatMap((policy, index) => policyErrors(policy, `${at}.policies[${index}]`)),
  ];
}

function policyErrors({ type, value, periodSeconds }: ScalingPolicy, at: string): Errors {
  const low = (field: string, amount: number): Errors =>
    amount > 0 ? [] : [invalidValue(`${at}.${field}`, amount as JsonValue, 'must be greater than zero')];
  return [
    ...(['Pods', 'Percent'].includes(type) ? [] : [notSupported(`${at}.type`, type, ['Percent', 'Pods'])]),
    ...low('value', value),
    ...low('periodSeconds', periodSeconds),
    ...(periodSeconds > 1800
      ? [invalidValue(`${at}.periodSeconds`, periodSeconds, 'must be less than or equal to 1800')]
      : []),
  ];
}
