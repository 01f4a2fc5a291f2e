import type { Condition, LabelSelector, ObjectMeta, Quantity, Time } from '../meta.ts';

export type HorizontalPodAutoscaler = {
  readonly apiVersion: 'autoscaling/v2';
  readonly kind: 'HorizontalPodAutoscaler';
  readonly metadata: ObjectMeta;
  readonly spec: AutoscalerSpec;
  readonly status?: AutoscalerStatus;
};

export type AutoscalerSpec = {
  readonly scaleTargetRef: TargetRef;
  readonly minReplicas?: number;
  readonly maxReplicas: number;
  readonly metrics?: readonly MetricSpec[];
  readonly behavior?: { readonly scaleUp?: ScalingRules; readonly scaleDown?: ScalingRules };
};

export type TargetRef = { readonly apiVersion?: string; readonly kind: string; readonly name: string };

/** Exactly one source, named by `type`; only `resource` is modelled. */
export type MetricSpec = {
  readonly type: string;
  readonly resource?: { readonly name: string; readonly target: MetricTarget };
  readonly containerResource?: { readonly name: string; readonly container: string; readonly target: MetricTarget };
  readonly pods?: OtherMetric;
  readonly object?: OtherMetric;
  readonly external?: OtherMetric;
};

export type OtherMetric = {
  readonly metric?: { readonly name: string; readonly selector?: LabelSelector };
  readonly target?: MetricTarget;
};

export type MetricTarget = {
  readonly type: string;
  readonly value?: Quantity;
  readonly averageValue?: Quantity;
  readonly averageUtilization?: number;
};

export type ScalingRules = {
  readonly stabilizationWindowSeconds?: number;
  readonly selectPolicy?: string;
  readonly policies?: readonly ScalingPolicy[];
  readonly tolerance?: Quantity;
};

export type ScalingPolicy = { readonly type: string; readonly value: number; readonly periodSeconds: number };

export type AutoscalerStatus = {
  readonly observedGeneration?: number;
  readonly lastScaleTime?: Time;
  readonly currentReplicas?: number;
  readonly desiredReplicas?: number;
  readonly currentMetrics?: readonly MetricStatus[];
  readonly conditions?: readonly Condition[];
};

export type MetricStatus = {
  readonly type: string;
  readonly resource?: { readonly name: string; readonly current: MetricValue };
};

export type MetricValue = { readonly averageValue?: Quantity; readonly averageUtilization?: number };

/** What pods may use of the CPU they request, where nobody says. */
export const DEFAULT_UTILIZATION = 80;
const UP: ScalingRules = {
  stabilizationWindowSeconds: 0,
  selectPolicy: 'Max',
  policies: [
    { type: 'Pods', value: 4, periodSeconds: 15 },
    { type: 'Percent', value: 100, periodSeconds: 15 },
  ],
};
const DOWN: ScalingRules = { selectPolicy: 'Max', policies: [{ type: 'Percent', value: 100, periodSeconds: 15 }] };

/** Upstream autoscaling/v2 SetDefaults_HorizontalPodAutoscaler. */
export function autoscalerDefaults(autoscaler: HorizontalPodAutoscaler): HorizontalPodAutoscaler {
  const { spec } = autoscaler;
  const { metrics = [], behavior } = spec ?? {};
  const target = { type: 'Utilization', averageUtilization: DEFAULT_UTILIZATION };
  const standard: MetricSpec = { type: 'Resource', resource: { name: 'cpu', target } };
  const rules = behavior && {
    scaleUp: { ...UP, ...behavior.scaleUp },
    scaleDown: { ...DOWN, ...behavior.scaleDown },
  };
  return {
    ...autoscaler,
    spec: {
      ...spec,
      minReplicas: spec?.minReplicas ?? 1,
      metrics: metrics.length === 0 ? [standard] : metrics,
      ...(rules === undefined ? {} : { behavior: rules }),
    },
  };
}
