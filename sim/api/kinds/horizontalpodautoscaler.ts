import { schemasV1, schemasV2 } from '../autoscaling/schemas.ts';
import { autoscalerDefaults, type HorizontalPodAutoscaler, type MetricSpec } from '../autoscaling/spec.ts';
import { defaultsV1, fromV1, toV1 } from '../autoscaling/v1.ts';
import { validateAutoscaler } from '../autoscaling/validation.ts';
import { ageColumn, column, nameColumn } from '../cells.ts';
import type { Kind } from '../kind.ts';
import type { KubeObject } from '../meta.ts';
import { canonicalQuantity } from '../quantity.ts';
import { but, defineResource, type Resource } from '../resource.ts';
import { schemaOf } from '../schemas/schema.ts';
import { readTexts } from '../texts/read.ts';
import { type FieldRule, refusalsBy, warningsBy } from '../verdicts.ts';

const texts = readTexts(`
HorizontalPodAutoscaler Changes the size of a Deployment or another workload as its pods are used.
HorizontalPodAutoscalerSpec.scaleTargetRef What is scaled.
HorizontalPodAutoscalerSpec.minReplicas Never fewer pods than these.
HorizontalPodAutoscalerSpec.maxReplicas Never more pods than these.
HorizontalPodAutoscalerSpec.metrics What is measured; the metric that asks for most pods decides.
HorizontalPodAutoscalerSpec.behavior How fast it may go up and down.
HPAScalingRules.stabilizationWindowSeconds For so long earlier recommendations hold back a new one.
HPAScalingRules.selectPolicy Which of the policies counts: Max, Min, or Disabled.
HPAScalingRules.policies How much may change in a period.
HPAScalingRules.tolerance A smaller deviation changes nothing; 0.1 without it.
MetricTarget.averageUtilization Percent of the pods' requests.
MetricTarget.averageValue An amount for each pod.
HorizontalPodAutoscalerSpec.targetCPUUtilizationPercentage Percent of the CPU that the pods request; 80 without it.
HorizontalPodAutoscalerStatus.currentCPUUtilizationPercentage How much of the CPU they requested they used.
HorizontalPodAutoscalerStatus.currentReplicas How many pods there were at the last look.
HorizontalPodAutoscalerStatus.desiredReplicas How many there should be.
HorizontalPodAutoscalerStatus.currentMetrics What was measured.
`);

const CUSTOM = 'metrics of applications; use a metric of type Resource';

const rules: readonly FieldRule[] = [
  { path: 'spec.scaleTargetRef', verdict: 'modelled', note: 'kinds with a scale subresource' },
  { path: 'spec.minReplicas', verdict: 'modelled', note: 'at least one' },
  { path: 'spec.maxReplicas', verdict: 'modelled', note: 'the upper bound' },
  { path: 'spec.metrics[].resource', verdict: 'modelled', note: 'cpu and memory; v1 has a field for cpu alone' },
  { path: 'spec.metrics[].pods', verdict: 'refused', note: CUSTOM },
  { path: 'spec.metrics[].object', verdict: 'refused', note: CUSTOM },
  { path: 'spec.metrics[].external', verdict: 'refused', note: CUSTOM },
  { path: 'spec.metrics[].containerResource', verdict: 'refused', note: 'metrics of one container; use resource' },
  { path: 'spec.behavior', verdict: 'modelled', note: 'windows, policies, selectPolicy and tolerance' },
];

/** Upstream registry/autoscaling/horizontalpodautoscaler strategy. */
const autoscalers = defineResource<HorizontalPodAutoscaler>({
  group: 'autoscaling',
  version: 'v2',
  kind: 'HorizontalPodAutoscaler',
  plural: 'horizontalpodautoscalers',
  shortNames: ['hpa'],
  namespaced: true,
  categories: ['all'],
  subresources: ['status'],
  schema: schemaOf(schemasV2, 'HorizontalPodAutoscaler'),
  defaults: autoscalerDefaults,
  prepareForCreate: (one) => ({
    ...one,
    metadata: { ...one.metadata, generation: 1 },
    status: { currentReplicas: 0, desiredReplicas: 0 },
  }),
  validate: validateAutoscaler,
  warnings: (one) => warningsBy(rules, one),
  refusals: (one) => refusalsBy(rules, one),
  columns: [
    nameColumn(),
    column('Reference', ({ spec }) => `${spec.scaleTargetRef.kind}/${spec.scaleTargetRef.name}`),
    column('Targets', targetsText),
    column('MinPods', ({ spec }) => String(spec.minReplicas ?? '<unset>')),
    column('MaxPods', ({ spec }) => spec.maxReplicas, 'integer'),
    column('Replicas', ({ status }) => status?.currentReplicas ?? 0, 'integer'),
    ageColumn(),
  ],
});

const MOST = 2;

/** `cpu: 20%/50%`; the first two metrics. */
function targetsText({ spec, status }: HorizontalPodAutoscaler): string {
  const list = (spec.metrics ?? []).map((metric, index) =>
    targetText(metric, status?.currentMetrics?.[index]?.resource?.current),
  );
  if (list.length === 0) return '<none>';
  const shown = list.slice(0, MOST).join(', ');
  return list.length > MOST ? `${shown} + ${list.length - MOST} more...` : shown;
}

type Current = { readonly averageValue?: string; readonly averageUtilization?: number } | undefined;

function targetText({ resource }: MetricSpec, current: Current): string {
  const { averageValue, averageUtilization } = resource?.target ?? {};
  const used =
    averageValue === undefined ? percent(current?.averageUtilization) : (current?.averageValue ?? '<unknown>');
  const wanted = averageValue === undefined ? percent(averageUtilization, '<auto>') : canonicalQuantity(averageValue);
  return `${resource?.name}: ${used}/${wanted}`;
}

function percent(value: number | undefined, otherwise = '<unknown>'): string {
  return value === undefined ? otherwise : `${value}%`;
}

/** The same kind as autoscaling/v1 has it. */
const inV1: Resource = but(autoscalers as unknown as Resource, {
  version: 'v1',
  schema: schemaOf(schemasV1, 'HorizontalPodAutoscaler'),
  defaults: (object) => defaultsV1(object as never) as KubeObject,
  conversion: {
    toStored: (object) => fromV1(object as never) as KubeObject,
    fromStored: (object) => toV1(object as never) as KubeObject,
  },
});

/** The kind HorizontalPodAutoscaler, autoscaling/v2 and v1. */
export const horizontalPodAutoscaler: Kind = {
  resource: autoscalers as unknown as Resource,
  others: [inV1],
  texts,
  rules,
};
