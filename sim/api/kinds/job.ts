import { isJobFinished, type JobSpec, type JobStatus, jobSpecDefaults } from '../batch/jobspec.ts';
import { validateJobSpec } from '../batch/jobvalidation.ts';
import { ageColumn, column, nameColumn, wideColumn } from '../cells.ts';
import { humanDuration } from '../duration.ts';
import type { Kind } from '../kind.ts';
import { isConditionTrue, type Labels, type ObjectMeta, parseTime } from '../meta.ts';
import { templateFieldRules } from '../podspec/rules.ts';
import { containerImages, containerNames } from '../podspec/template.ts';
import { defineResource, type Resource, sameJson, startGeneration } from '../resource.ts';
import { batchSchemas } from '../schemas/batchschemas.ts';
import { schemaOf } from '../schemas/schema.ts';
import { formatLabelSelector, matchesLabelSelector } from '../selector.ts';
import { readTexts } from '../texts/read.ts';
import {
  type Errors,
  IMMUTABLE,
  invalidValue,
  required,
  subdomainName,
  validateLabelSelector,
  validateMeta,
} from '../validate.ts';
import { type FieldRule, refusalsBy, warningsBy } from '../verdicts.ts';
import type { PodTemplateSpec } from './pod.ts';

export type Job = {
  readonly apiVersion: 'batch/v1';
  readonly kind: 'Job';
  readonly metadata: ObjectMeta;
  readonly spec: JobSpec;
  readonly status?: JobStatus;
};

/** Which Job a pod is of, by uid. */
export const CONTROLLER_UID = 'batch.kubernetes.io/controller-uid';
/** Its name; see above. */
export const JOB_NAME = 'batch.kubernetes.io/job-name';
/** The same without a prefix: their old names. */
const OLD = { [CONTROLLER_UID]: 'controller-uid', [JOB_NAME]: 'job-name' };

const texts = readTexts(`
Job Runs pods until enough of them have succeeded.
JobSpec.parallelism How many pods may run at the same time.
JobSpec.completions How many must succeed; without it one success is enough.
JobSpec.activeDeadlineSeconds After so many seconds the Job fails and its pods end.
JobSpec.podFailurePolicy What a failure means, by exit code or by condition of the pod.
JobSpec.successPolicy Which indexes are enough for success.
JobSpec.backoffLimit After more failures than these the Job has failed.
JobSpec.backoffLimitPerIndex The same for each index by itself.
JobSpec.maxFailedIndexes More failed indexes than these end the Job.
JobSpec.selector Which pods are counted; written by the server unless manualSelector is true.
JobSpec.manualSelector Whether selector and labels are yours to write.
JobSpec.template The pod to run.
JobSpec.ttlSecondsAfterFinished The finished Job is deleted after so many seconds.
JobSpec.completionMode NonIndexed, or Indexed: each pod has a number from 0 on.
JobSpec.suspend No pods while true.
JobSpec.podReplacementPolicy When a pod is replaced: TerminatingOrFailed, or Failed and really gone.
JobSpec.managedBy Which controller works on the Job.
JobStatus.active Pods that are pending or running.
JobStatus.succeeded Pods that have succeeded.
JobStatus.failed Pods that have failed.
JobStatus.completedIndexes Indexes that have succeeded, as 1,3-5.
JobStatus.failedIndexes Indexes that have failed for good.
JobStatus.uncountedTerminatedPods Pods that have ended and are not yet in the counts.
`);

const rules: readonly FieldRule[] = [
  { path: 'spec.parallelism', verdict: 'modelled', note: 'how many pods run at once' },
  { path: 'spec.completions', verdict: 'modelled', note: 'how many must succeed' },
  {
    path: 'spec.completionMode',
    verdict: 'modelled',
    note: 'NonIndexed, and Indexed with label, host name and variable',
  },
  { path: 'spec.backoffLimit', verdict: 'modelled', note: 'also per index, with maxFailedIndexes' },
  { path: 'spec.podFailurePolicy', verdict: 'modelled', note: 'all four actions' },
  { path: 'spec.successPolicy', verdict: 'modelled', note: 'indexes, counts and both' },
  { path: 'spec.activeDeadlineSeconds', verdict: 'modelled', note: 'counted from startTime' },
  { path: 'spec.suspend', verdict: 'modelled', note: 'pods are deleted, and made again when it is false' },
  { path: 'spec.podReplacementPolicy', verdict: 'modelled', note: 'TerminatingOrFailed and Failed' },
  { path: 'spec.ttlSecondsAfterFinished', verdict: 'modelled', note: 'the TTL-after-finished controller deletes' },
  { path: 'spec.manualSelector', verdict: 'modelled', note: 'true: selector and labels are yours' },
  {
    path: 'spec.managedBy',
    verdict: 'refused',
    note: 'Jobs of other controllers; leave managedBy out',
    unless: ['kubernetes.io/job-controller'],
  },
];

const allRules = [...rules, ...templateFieldRules];

/** Upstream registry/batch/job strategy. */
const jobs = defineResource<Job>({
  group: 'batch',
  version: 'v1',
  kind: 'Job',
  plural: 'jobs',
  namespaced: true,
  categories: ['all'],
  orphansDependents: true,
  subresources: ['status'],
  schema: schemaOf(batchSchemas, 'Job'),
  defaults: jobDefaults,
  prepareForCreate: (job) => startGeneration({ ...(job.spec.manualSelector ? job : generated(job)), status: {} }),
  validate: validateJob,
  warnings: (job) => warningsBy(allRules, job),
  refusals: (job) => refusalsBy(allRules, job),
  fields: ({ metadata, status }) => ({
    'metadata.name': metadata.name,
    'metadata.namespace': metadata.namespace ?? '',
    'status.successful': String(status?.succeeded ?? 0),
  }),
  columns: [
    nameColumn(),
    column('Status', statusText),
    column('Completions', completionsText),
    column('Duration', durationText),
    ageColumn(),
    wideColumn('Containers', ({ spec }) => containerNames(spec.template)),
    wideColumn('Images', ({ spec }) => containerImages(spec.template)),
    wideColumn('Selector', ({ spec }) => formatLabelSelector(spec.selector)),
  ],
});

function jobDefaults(job: Job): Job {
  const spec = jobSpecDefaults(job.spec);
  const labels = spec.template.metadata?.labels;
  const hasOwn = Object.keys(job.metadata.labels ?? {}).length > 0;
  return { ...job, metadata: hasOwn || labels === undefined ? job.metadata : { ...job.metadata, labels }, spec };
}

/** Upstream generateSelector: by the uid, which no other Job has; both names of each label. */
function generated(job: Job): Job {
  const { uid = '', name } = job.metadata;
  const { template, selector } = job.spec;
  const labels = { ...ownLabels(uid, name, template.metadata?.labels), ...template.metadata?.labels };
  const matchLabels = { [CONTROLLER_UID]: uid, ...selector?.matchLabels };
  return {
    ...job,
    spec: {
      ...job.spec,
      selector: { ...selector, matchLabels },
      template: { ...template, metadata: { ...template.metadata, labels } },
    },
  };
}

function ownLabels(uid: string, name: string, given: Labels = {}): Labels {
  const pair = (key: keyof typeof OLD, value: string) =>
    given[OLD[key] ?? ''] === undefined ? { [OLD[key] ?? '']: value, [key]: value } : {};
  return { ...pair(CONTROLLER_UID, uid), ...pair(JOB_NAME, name) };
}

function statusText({ status, metadata }: Job): string {
  const has = (type: string) => isConditionTrue(status?.conditions, type);
  if (has('Complete')) return 'Complete';
  if (has('Failed')) return 'Failed';
  if (metadata.deletionTimestamp !== undefined) return 'Terminating';
  return ['Suspended', 'FailureTarget', 'SuccessCriteriaMet'].find(has) ?? 'Running';
}

function completionsText({ spec, status }: Job): string {
  const { completions, parallelism = 0 } = spec;
  const done = status?.succeeded ?? 0;
  if (completions !== undefined) return `${done}/${completions}`;
  return parallelism > 1 ? `${done}/1 of ${parallelism}` : `${done}/1`;
}

function durationText({ status }: Job, nowMs: number): string {
  const start = parseTime(status?.startTime);
  if (start === undefined) return '';
  return humanDuration((parseTime(status?.completionTime) ?? nowMs) - start);
}

/** Upstream ValidateJob and ValidateJobUpdate. */
function validateJob(job: Job, old?: Job): Errors {
  const { metadata, spec } = job;
  const { selector, template } = spec;
  const isForeign = selector !== undefined && !matchesLabelSelector(selector, template.metadata?.labels);
  const mismatch = '`selector` does not match template `labels`';
  return [
    ...validateMeta(metadata, true, subdomainName),
    ...generatedErrors(job),
    ...validateJobSpec(spec, 'spec'),
    ...(selector === undefined ? [required('spec.selector')] : validateLabelSelector(selector, 'spec.selector')),
    ...(isForeign ? [invalidValue('spec.template.metadata.labels', template.metadata?.labels ?? null, mismatch)] : []),
    ...(old === undefined ? [] : updateErrors(spec, old)),
  ];
}

/** Upstream ValidateGeneratedSelector: whoever wrote these labels by hand wrote them right, or asks for a conflict. */
function generatedErrors({ metadata, spec }: Job): Errors {
  if (spec.manualSelector || spec.selector === undefined) return [];
  const { uid = '', name } = metadata;
  const labels = spec.template.metadata?.labels ?? {};
  const expected = { [CONTROLLER_UID]: uid, [JOB_NAME]: name, 'controller-uid': uid, 'job-name': name };
  const at = 'spec.template.metadata.labels';
  const wrong = Object.entries(expected).flatMap(([key, value]): Errors => {
    if (labels[key] === undefined) return [required(at, `must be '${value}'`)];
    return labels[key] === value ? [] : [invalidValue(at, labels, `must be '${value}'`)];
  });
  const isOwn = matchesLabelSelector(spec.selector, expected);
  return [...wrong, ...(isOwn ? [] : [invalidValue('spec.selector', spec.selector, '`selector` not auto-generated')])];
}

const FIXED = ['selector', 'completionMode', 'podFailurePolicy', 'backoffLimitPerIndex', 'managedBy', 'successPolicy'];

function updateErrors(next: JobSpec, { spec: old, status }: Job): Errors {
  const mayMove = old.suspend === true && status?.startTime === undefined;
  const before = mayMove ? withPlacement(old.template, next.template) : old.template;
  const isElastic = next.completionMode === 'Indexed' && next.completions === next.parallelism;
  const completions = next.completions ?? null;
  const tandem = 'can only be modified in tandem with spec.parallelism';
  return [
    ...(next.completions === old.completions || isElastic
      ? []
      : [invalidValue('spec.completions', completions, next.completionMode === 'Indexed' ? tandem : IMMUTABLE)]),
    ...(sameJson(next.template, before) ? [] : [invalidValue('spec.template', next.template, IMMUTABLE)]),
    ...FIXED.flatMap((name) => {
      const [value, was] = [next, old].map((spec) => spec[name as keyof JobSpec]);
      return sameJson(value ?? null, was ?? null) ? [] : [invalidValue(`spec.${name}`, value ?? null, IMMUTABLE)];
    }),
  ];
}

/** A Job that has not started may still be told where to run. */
function withPlacement(old: PodTemplateSpec, { metadata, spec }: PodTemplateSpec): PodTemplateSpec {
  const nodeAffinity = spec.affinity?.nodeAffinity;
  const affinity = { ...old.spec.affinity, nodeAffinity };
  const isBare = Object.values(affinity).every((part) => part === undefined);
  const { nodeSelector, tolerations, schedulingGates } = spec;
  const { labels, annotations } = metadata ?? {};
  return {
    metadata: { ...old.metadata, labels, annotations },
    spec: { ...old.spec, nodeSelector, tolerations, schedulingGates, affinity: isBare ? spec.affinity : affinity },
  };
}

/** Whether the controllers have nothing more to do for it. */
export function hasEnded({ status }: Job): boolean {
  return isJobFinished(status);
}

/** The kind Job. */
export const job: Kind = { resource: jobs as unknown as Resource, texts, rules };
