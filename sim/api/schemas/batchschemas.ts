import { podSchemas } from './podschemas.ts';
import { readSchemas } from './schema.ts';

/** Jobs and CronJobs; field names and merge keys are upstream's, v1.36. */
export const batchSchemas = readSchemas(
  `
Job kind apiVersion metadata:ObjectMeta spec:JobSpec status:JobStatus
JobSpec parallelism:i completions:i activeDeadlineSeconds:l podFailurePolicy:PodFailurePolicy
  successPolicy:SuccessPolicy backoffLimit:i backoffLimitPerIndex:i maxFailedIndexes:i selector:LabelSelector
  manualSelector:b template!:PodTemplateSpec ttlSecondsAfterFinished:i completionMode suspend:b podReplacementPolicy
  managedBy
PodFailurePolicy rules!:[]PodFailurePolicyRule
PodFailurePolicyRule action! onExitCodes:PodFailurePolicyOnExitCodesRequirement
  onPodConditions:[]PodFailurePolicyOnPodConditionsPattern
PodFailurePolicyOnExitCodesRequirement containerName operator! values!:[]i
PodFailurePolicyOnPodConditionsPattern type! status
SuccessPolicy rules!:[]SuccessPolicyRule
SuccessPolicyRule succeededIndexes succeededCount:i
JobStatus conditions:[]JobCondition^type startTime:t completionTime:t active:i succeeded:i failed:i terminating:i
  completedIndexes failedIndexes uncountedTerminatedPods:UncountedTerminatedPods ready:i
JobCondition type! status! lastProbeTime:t lastTransitionTime:t reason message
UncountedTerminatedPods succeeded:[] failed:[]
CronJob kind apiVersion metadata:ObjectMeta spec:CronJobSpec status:CronJobStatus
CronJobSpec schedule! timeZone startingDeadlineSeconds:l concurrencyPolicy suspend:b jobTemplate!:JobTemplateSpec
  successfulJobsHistoryLimit:i failedJobsHistoryLimit:i
JobTemplateSpec metadata:ObjectMeta spec:JobSpec
CronJobStatus active:[]ObjectReference lastScheduleTime:t lastSuccessfulTime:t
`,
  podSchemas,
);
