import { decode } from '../decode.ts';
import { goStructJson } from '../json.ts';
import type { Condition, JsonObject, JsonValue, LabelSelector, Labels, ObjectMeta, Quantity, Time } from '../meta.ts';
import { schemaOf } from '../schemas/schema.ts';
import { schemasV1 } from './schemas.ts';
import {
  type AutoscalerSpec,
  type AutoscalerStatus,
  DEFAULT_UTILIZATION,
  type HorizontalPodAutoscaler,
  type MetricSpec,
  type MetricStatus,
  type ScalingRules,
  type TargetRef,
} from './spec.ts';

/** A HorizontalPodAutoscaler of autoscaling/v1: one target, the CPU; everything else stands in annotations. */
export type HorizontalPodAutoscalerV1 = {
  readonly apiVersion: 'autoscaling/v1';
  readonly kind: 'HorizontalPodAutoscaler';
  readonly metadata: ObjectMeta;
  readonly spec: {
    readonly scaleTargetRef: TargetRef;
    readonly minReplicas?: number;
    readonly maxReplicas: number;
    readonly targetCPUUtilizationPercentage?: number;
  };
  readonly status?: {
    readonly observedGeneration?: number;
    readonly lastScaleTime?: Time;
    readonly currentReplicas?: number;
    readonly desiredReplicas?: number;
    readonly currentCPUUtilizationPercentage?: number;
  };
};

const PREFIX = 'autoscaling.alpha.kubernetes.io/';
const METRICS = `${PREFIX}metrics`;
const BEHAVIOR = `${PREFIX}behavior`;
const CURRENT = `${PREFIX}current-metrics`;
const CONDITIONS = `${PREFIX}conditions`;
const ROUND_TRIP: readonly string[] = [METRICS, BEHAVIOR, CURRENT, CONDITIONS];

/** Upstream autoscaling/v1 SetDefaults_HorizontalPodAutoscaler. */
export function defaultsV1(autoscaler: HorizontalPodAutoscalerV1): HorizontalPodAutoscalerV1 {
  return { ...autoscaler, spec: { ...autoscaler.spec, minReplicas: autoscaler.spec?.minReplicas ?? 1 } };
}

/** As autoscaling/v1 shows it. Follows pkg/apis/autoscaling/v1/conversion.go. */
export function toV1({ kind, metadata, spec, status }: HorizontalPodAutoscaler): HorizontalPodAutoscalerV1 {
  const { metrics = [], behavior, ...same } = spec;
  const { currentMetrics = [], conditions = [], ...counted } = status ?? {};
  const isTarget = ({ resource }: MetricSpec) =>
    resource?.name === 'cpu' && resource.target.averageUtilization !== undefined;
  const others = metrics.filter((metric) => !isTarget(metric));
  const annotations = {
    ...withoutRoundTrip(metadata.annotations),
    ...(others.length > 0 ? { [METRICS]: goStructJson(others.map(metricToV1)) } : {}),
    ...(currentMetrics.length > 0 ? { [CURRENT]: goStructJson(currentMetrics.map(currentToV1)) } : {}),
    ...(behavior === undefined ? {} : { [BEHAVIOR]: goStructJson(behaviorText(behavior)) }),
    ...(conditions.length > 0 ? { [CONDITIONS]: goStructJson(conditions.map(conditionToV1)) } : {}),
  };
  const target = metrics.find(({ resource }) => resource?.name === 'cpu')?.resource?.target.averageUtilization;
  const used = currentMetrics.findLast(({ resource }) => resource?.name === 'cpu')?.resource?.current;
  return {
    apiVersion: 'autoscaling/v1',
    kind,
    metadata: annotated(metadata, annotations),
    spec: { ...same, ...given('targetCPUUtilizationPercentage', target) },
    ...(status && { status: { ...counted, ...given('currentCPUUtilizationPercentage', used?.averageUtilization) } }),
  };
}

/** As it is kept. Annotations that cannot be read count as absent, as upstream. */
export function fromV1({ kind, metadata, spec, status }: HorizontalPodAutoscalerV1): HorizontalPodAutoscaler {
  const { targetCPUUtilizationPercentage: target, ...same } = spec ?? {};
  const { annotations } = metadata;
  const others = read<readonly JsonObject[]>(annotations, METRICS, 'metrics') ?? [];
  const metrics = [...others.map(metricFromV1), ...(target === undefined ? [] : [cpuAt(target)])];
  const behavior = read<AutoscalerSpec['behavior'] & object>(annotations, BEHAVIOR, 'behavior');
  const { currentCPUUtilizationPercentage: used, ...counted } = status ?? {};
  const current = read<readonly JsonObject[]>(annotations, CURRENT, 'currentMetrics')?.map(currentFromV1);
  const conditions = read<readonly Condition[]>(annotations, CONDITIONS, 'conditions');
  const told: AutoscalerStatus = {
    ...counted,
    ...given('currentMetrics', current ?? (used === undefined ? undefined : [usedCpu(used)])),
    ...given('conditions', conditions),
  };
  return {
    apiVersion: 'autoscaling/v2',
    kind,
    metadata: annotated(metadata, withoutRoundTrip(annotations)),
    spec: {
      ...same,
      metrics: metrics.length > 0 ? metrics : [cpuAt(DEFAULT_UTILIZATION)],
      ...given('behavior', behavior),
    },
    ...(Object.keys(told).length > 0 ? { status: told } : {}),
  };
}

function given<K extends string, V>(name: K, value: V | undefined): { readonly [P in K]?: V } {
  return (value === undefined ? {} : { [name]: value }) as { readonly [P in K]?: V };
}

function withoutRoundTrip(annotations: Labels = {}): Labels {
  return Object.fromEntries(Object.entries(annotations).filter(([name]) => !ROUND_TRIP.includes(name)));
}

function annotated({ annotations: _old, ...metadata }: ObjectMeta, annotations: Labels): ObjectMeta {
  return Object.keys(annotations).length === 0 ? metadata : { ...metadata, annotations };
}

function cpuAt(averageUtilization: number): MetricSpec {
  return { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization } } };
}

function usedCpu(averageUtilization: number): MetricStatus {
  return { type: 'Resource', resource: { name: 'cpu', current: { averageUtilization } } };
}

/** Metrics of another type are refused before they are kept. */
function metricToV1({ type, resource }: MetricSpec): JsonObject {
  const { averageUtilization, averageValue } = resource?.target ?? {};
  const target = { targetAverageUtilization: averageUtilization, targetAverageValue: averageValue };
  return { type, resource: { name: resource?.name, ...target } };
}

type SourceV1 = {
  readonly name: string;
  readonly container: string;
  readonly metricName: string;
  readonly selector?: LabelSelector;
  readonly targetAverageUtilization?: number;
  readonly targetAverageValue?: Quantity;
};

/** Of those that are refused as much as names them. */
function metricFromV1(metric: JsonObject): MetricSpec {
  const { type, ...sources } = metric as { readonly type: string } & Readonly<Record<string, SourceV1>>;
  const converted = Object.entries(sources).map(([source, { name, container, metricName, selector, ...target }]) => {
    const { targetAverageUtilization: averageUtilization, targetAverageValue: averageValue } = target;
    const wanted = {
      type: averageUtilization === undefined ? 'AverageValue' : 'Utilization',
      ...given('averageValue', averageValue),
      ...given('averageUtilization', averageUtilization),
    };
    if (metricName !== undefined) return [source, { metric: { name: metricName, selector }, target: wanted }];
    return [source, { name, ...given('container', container), target: wanted }];
  });
  return { type, ...Object.fromEntries(converted) };
}

function currentToV1({ type, resource }: MetricStatus): JsonObject {
  const { averageUtilization, averageValue = '0' } = resource?.current ?? {};
  const current = { currentAverageUtilization: averageUtilization, currentAverageValue: averageValue };
  return { type, resource: { name: resource?.name, ...current } };
}

function currentFromV1({ type, resource }: JsonObject): MetricStatus {
  const { name, currentAverageUtilization, currentAverageValue } = (resource ?? {}) as JsonObject;
  const current = {
    ...given('averageUtilization', currentAverageUtilization as number | undefined),
    ...given('averageValue', currentAverageValue as Quantity | undefined),
  };
  return { type: String(type), resource: { name: String(name), current } };
}

function conditionToV1({ type, status, lastTransitionTime, reason, message }: Condition): JsonObject {
  return { type, status, lastTransitionTime, reason, message };
}

/** Upstream writes its internal type here: the names of Go's fields, and null for what is absent. */
function behaviorText({ scaleUp, scaleDown }: AutoscalerSpec['behavior'] & object): JsonObject {
  return { ScaleUp: rulesText(scaleUp), ScaleDown: rulesText(scaleDown) };
}

function rulesText(rules: ScalingRules | undefined): JsonValue {
  if (rules === undefined) return null;
  const { stabilizationWindowSeconds = null, selectPolicy = null, policies, tolerance = null } = rules;
  return {
    StabilizationWindowSeconds: stabilizationWindowSeconds,
    SelectPolicy: selectPolicy,
    Policies:
      policies?.map(({ type, value, periodSeconds }) => {
        return { Type: type, Value: value, PeriodSeconds: periodSeconds };
      }) ?? null,
    Tolerance: tolerance,
  };
}

/** What an annotation holds, in the shape of a field of `RoundTrip`; undefined when it is not well-formed or empty. */
function read<T extends object>(annotations: Labels | undefined, name: string, field: string): T | undefined {
  const parsed = parse(annotations?.[name]);
  if (parsed === undefined) return undefined;
  const body = { [field]: field === 'behavior' ? uncapitalized(parsed) : parsed };
  const { object, problems } = decode(body, schemaOf(schemasV1, 'RoundTrip'));
  const found = object[field] as T | undefined;
  return found === undefined || Object.keys(found).length === 0 || problems.some(({ kind }) => kind === 'type')
    ? undefined
    : found;
}

function parse(text = ''): JsonValue {
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    return undefined;
  }
}

/** Go's decoder does not mind how the names of fields are written. */
function uncapitalized(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(uncapitalized);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([name, inner]) => {
    return [name.slice(0, 1).toLowerCase() + name.slice(1), uncapitalized(inner)];
  });
  return Object.fromEntries(entries) as JsonObject;
}
