import { metaSchemas } from '../schemas/metaschemas.ts';
import { readSchemas } from '../schemas/schema.ts';

/** The structs of autoscaling/v2. */
export const schemasV2 = readSchemas(
  `
HorizontalPodAutoscaler kind apiVersion metadata:ObjectMeta spec:HorizontalPodAutoscalerSpec
  status:HorizontalPodAutoscalerStatus
HorizontalPodAutoscalerSpec scaleTargetRef!:CrossVersionObjectReference minReplicas:i maxReplicas!:i
  metrics:[]MetricSpec behavior:HorizontalPodAutoscalerBehavior
CrossVersionObjectReference kind! name! apiVersion
MetricSpec type! object:ObjectMetricSource pods:PodsMetricSource resource:ResourceMetricSource
  containerResource:ContainerResourceMetricSource external:ExternalMetricSource
ObjectMetricSource describedObject!:CrossVersionObjectReference target!:MetricTarget metric!:MetricIdentifier
PodsMetricSource metric!:MetricIdentifier target!:MetricTarget
ResourceMetricSource name! target!:MetricTarget
ContainerResourceMetricSource name! target!:MetricTarget container!
ExternalMetricSource metric!:MetricIdentifier target!:MetricTarget
MetricIdentifier name! selector:LabelSelector
MetricTarget type! value:q averageValue:q averageUtilization:i
HorizontalPodAutoscalerBehavior scaleUp:HPAScalingRules scaleDown:HPAScalingRules
HPAScalingRules stabilizationWindowSeconds:i selectPolicy policies:[]HPAScalingPolicy tolerance:q
HPAScalingPolicy type! value!:i periodSeconds!:i
HorizontalPodAutoscalerStatus observedGeneration:l lastScaleTime:t currentReplicas:i desiredReplicas!:i
  currentMetrics:[]MetricStatus conditions:[]HorizontalPodAutoscalerCondition^type
MetricStatus type! object:ObjectMetricStatus pods:PodsMetricStatus resource:ResourceMetricStatus
  containerResource:ContainerResourceMetricStatus external:ExternalMetricStatus
ObjectMetricStatus metric!:MetricIdentifier current!:MetricValueStatus describedObject!:CrossVersionObjectReference
PodsMetricStatus metric!:MetricIdentifier current!:MetricValueStatus
ResourceMetricStatus name! current!:MetricValueStatus
ContainerResourceMetricStatus name! current!:MetricValueStatus container!
ExternalMetricStatus metric!:MetricIdentifier current!:MetricValueStatus
MetricValueStatus value:q averageValue:q averageUtilization:i
HorizontalPodAutoscalerCondition type! status! lastTransitionTime:t reason message
`,
  metaSchemas,
);

/**
 * The structs of autoscaling/v1. What it has no field for stands in annotations, which `RoundTrip` describes: metrics
 * and conditions in structs of v1 too, the behaviour in those of v2.
 */
export const schemasV1 = readSchemas(
  `
HorizontalPodAutoscaler kind apiVersion metadata:ObjectMeta spec:HorizontalPodAutoscalerSpec
  status:HorizontalPodAutoscalerStatus
HorizontalPodAutoscalerSpec scaleTargetRef!:CrossVersionObjectReference minReplicas:i maxReplicas!:i
  targetCPUUtilizationPercentage:i
HorizontalPodAutoscalerStatus observedGeneration:l lastScaleTime:t currentReplicas!:i desiredReplicas!:i
  currentCPUUtilizationPercentage:i
MetricSpec type! object:ObjectMetricSource pods:PodsMetricSource resource:ResourceMetricSource
  containerResource:ContainerResourceMetricSource external:ExternalMetricSource
ObjectMetricSource target!:CrossVersionObjectReference metricName! targetValue:q selector:LabelSelector averageValue:q
PodsMetricSource metricName! targetAverageValue:q selector:LabelSelector
ResourceMetricSource name! targetAverageUtilization:i targetAverageValue:q
ContainerResourceMetricSource name! targetAverageUtilization:i targetAverageValue:q container!
ExternalMetricSource metricName! metricSelector:LabelSelector targetValue:q targetAverageValue:q
MetricStatus type! resource:ResourceMetricStatus
ResourceMetricStatus name! currentAverageUtilization:i currentAverageValue:q
RoundTrip metrics:[]MetricSpec currentMetrics:[]MetricStatus conditions:[]HorizontalPodAutoscalerCondition
  behavior:HorizontalPodAutoscalerBehavior
`,
  schemasV2,
);
