import type { PodTemplateSpec } from '../kinds/pod.ts';
import type { Condition, LabelSelector, Time } from '../meta.ts';
import { templateDefaults } from '../podspec/defaults.ts';

export type JobSpec = {
  readonly parallelism?: number;
  readonly completions?: number;
  readonly activeDeadlineSeconds?: number;
  readonly podFailurePolicy?: PodFailurePolicy;
  readonly successPolicy?: SuccessPolicy;
  readonly backoffLimit?: number;
  readonly backoffLimitPerIndex?: number;
  readonly maxFailedIndexes?: number;
  readonly selector?: LabelSelector;
  readonly manualSelector?: boolean;
  readonly template: PodTemplateSpec;
  readonly ttlSecondsAfterFinished?: number;
  readonly completionMode?: string;
  readonly suspend?: boolean;
  readonly podReplacementPolicy?: string;
  readonly managedBy?: string;
};

export type PodFailurePolicy = { readonly rules?: readonly PodFailureRule[] };

export type PodFailureRule = {
  readonly action?: string;
  readonly onExitCodes?: ExitCodes;
  readonly onPodConditions?: readonly { readonly type: string; readonly status?: string }[];
};

export type ExitCodes = {
  readonly containerName?: string;
  readonly operator?: string;
  readonly values?: readonly number[];
};

export type SuccessPolicy = { readonly rules?: readonly SuccessRule[] };

/** Which indexes, how many, or how many of which. */
export type SuccessRule = { readonly succeededIndexes?: string; readonly succeededCount?: number };

export type JobStatus = {
  readonly conditions?: readonly JobCondition[];
  readonly startTime?: Time;
  readonly completionTime?: Time;
  readonly active?: number;
  readonly succeeded?: number;
  readonly failed?: number;
  readonly terminating?: number;
  readonly completedIndexes?: string;
  readonly failedIndexes?: string;
  readonly uncountedTerminatedPods?: { readonly succeeded?: readonly string[]; readonly failed?: readonly string[] };
  readonly ready?: number;
};

/** Types: Suspended, FailureTarget, Failed, SuccessCriteriaMet, Complete. */
export type JobCondition = Condition & { readonly lastProbeTime?: Time | null };

const MAX_INT32 = 2_147_483_647;

/** Upstream SetDefaults_Job. */
export function jobSpecDefaults(spec: JobSpec | undefined): JobSpec {
  const { completions, parallelism, backoffLimitPerIndex, podFailurePolicy } = spec ?? {};
  const isSingle = completions === undefined && parallelism === undefined;
  return withConditionStatus({
    ...spec,
    ...(isSingle ? { completions: 1 } : {}),
    parallelism: parallelism ?? 1,
    backoffLimit: spec?.backoffLimit ?? (backoffLimitPerIndex === undefined ? 6 : MAX_INT32),
    completionMode: spec?.completionMode ?? 'NonIndexed',
    suspend: spec?.suspend ?? false,
    podReplacementPolicy: spec?.podReplacementPolicy ?? (podFailurePolicy ? 'Failed' : 'TerminatingOrFailed'),
    manualSelector: spec?.manualSelector ?? false,
    template: templateDefaults(spec?.template),
  });
}

/** A condition in a podFailurePolicy is True unless it says otherwise, in the template of a CronJob too. */
export function withConditionStatus(spec: JobSpec): JobSpec {
  const { podFailurePolicy } = spec;
  return podFailurePolicy === undefined ? spec : { ...spec, podFailurePolicy: policyDefaults(podFailurePolicy) };
}

function policyDefaults({ rules = [] }: PodFailurePolicy): PodFailurePolicy {
  return {
    rules: rules.map((rule) => ({
      ...rule,
      ...(rule.onPodConditions === undefined
        ? {}
        : { onPodConditions: rule.onPodConditions.map((one) => ({ ...one, status: one.status ?? 'True' })) }),
    })),
  };
}

/** Whether a Job has ended, well or badly. */
export function isJobFinished(status: JobStatus | undefined): boolean {
  return (status?.conditions ?? []).some(
    ({ type, status: value }) => (type === 'Complete' || type === 'Failed') && value === 'True',
  );
}

/** Whether its pods are numbered. */
export function isIndexed({ completionMode }: JobSpec): boolean {
  return completionMode === 'Indexed';
}
