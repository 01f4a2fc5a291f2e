import { type JobSpec, withConditionStatus } from '../batch/jobspec.ts';
import { validateJobTemplate } from '../batch/jobvalidation.ts';
import { parseSchedule } from '../batch/schedule.ts';
import { ageColumn, column, nameColumn, since, wideColumn } from '../cells.ts';
import type { Kind } from '../kind.ts';
import type { ObjectMeta, ObjectReference, TemplateMeta, Time } from '../meta.ts';
import { templateDefaults } from '../podspec/defaults.ts';
import { templateFieldRules } from '../podspec/rules.ts';
import { containerImages, containerNames } from '../podspec/template.ts';
import { defineResource, type Resource, startGeneration } from '../resource.ts';
import { batchSchemas } from '../schemas/batchschemas.ts';
import { schemaOf } from '../schemas/schema.ts';
import { formatLabelSelector } from '../selector.ts';
import { readTexts } from '../texts/read.ts';
import {
  type Errors,
  invalidValue,
  nonNegative,
  notSupported,
  required,
  subdomainName,
  validateMeta,
} from '../validate.ts';
import { type FieldRule, refusalsBy, rulesBelow, warningsBy } from '../verdicts.ts';

export type CronJob = {
  readonly apiVersion: 'batch/v1';
  readonly kind: 'CronJob';
  readonly metadata: ObjectMeta;
  readonly spec: CronJobSpec;
  readonly status?: CronJobStatus;
};

export type CronJobSpec = {
  readonly schedule: string;
  readonly timeZone?: string;
  readonly startingDeadlineSeconds?: number;
  readonly concurrencyPolicy?: string;
  readonly suspend?: boolean;
  readonly jobTemplate: { readonly metadata?: TemplateMeta; readonly spec: JobSpec };
  readonly successfulJobsHistoryLimit?: number;
  readonly failedJobsHistoryLimit?: number;
};

export type CronJobStatus = {
  readonly active?: readonly ObjectReference[];
  readonly lastScheduleTime?: Time;
  readonly lastSuccessfulTime?: Time;
};

const texts = readTexts(`
CronJob Creates a Job whenever its schedule says so.
CronJobSpec.schedule Minute, hour, day of the month, month, day of the week; or @hourly and the like.
CronJobSpec.timeZone The zone of the schedule; here UTC or Etc/UTC.
CronJobSpec.startingDeadlineSeconds How late a Job may still begin.
CronJobSpec.concurrencyPolicy Whether a Job may begin while the one before runs: Allow, Forbid, or Replace.
CronJobSpec.suspend No new Jobs while true.
CronJobSpec.jobTemplate The Job to create.
CronJobSpec.successfulJobsHistoryLimit How many Jobs that went well are kept.
CronJobSpec.failedJobsHistoryLimit How many that failed are kept.
CronJobStatus.active Jobs that run now.
CronJobStatus.lastScheduleTime When a Job was last due.
CronJobStatus.lastSuccessfulTime When a Job last ended well.
`);

const rules: readonly FieldRule[] = [
  { path: 'spec.schedule', verdict: 'modelled', note: 'five fields, names, steps, @hourly and the like, @every' },
  {
    path: 'spec.timeZone',
    verdict: 'refused',
    note: 'time zones other than UTC; use Etc/UTC',
    unless: ['UTC', 'Etc/UTC'],
  },
  { path: 'spec.startingDeadlineSeconds', verdict: 'modelled', note: 'how late a Job may still begin' },
  { path: 'spec.concurrencyPolicy', verdict: 'modelled', note: 'Allow, Forbid, Replace' },
  { path: 'spec.suspend', verdict: 'modelled', note: 'no new Jobs while true' },
  { path: 'spec.successfulJobsHistoryLimit', verdict: 'modelled', note: 'older Jobs are deleted' },
  { path: 'spec.failedJobsHistoryLimit', verdict: 'modelled', note: 'older Jobs are deleted' },
];

const allRules = [...rules, ...rulesBelow('spec.jobTemplate.', templateFieldRules)];
const BELOW = 'spec.jobTemplate.spec';

/** Upstream registry/batch/cronjob strategy. */
const cronJobs = defineResource<CronJob>({
  group: 'batch',
  version: 'v1',
  kind: 'CronJob',
  plural: 'cronjobs',
  shortNames: ['cj'],
  namespaced: true,
  categories: ['all'],
  subresources: ['status'],
  schema: schemaOf(batchSchemas, 'CronJob'),
  defaults: cronJobDefaults,
  prepareForCreate: (cronJob) => startGeneration({ ...cronJob, status: {} }),
  validate: validateCronJob,
  warnings: (cronJob) => warningsBy(allRules, cronJob),
  refusals: (cronJob) => refusalsBy(allRules, cronJob),
  columns: [
    nameColumn(),
    column('Schedule', ({ spec }) => spec.schedule),
    column('Timezone', ({ spec }) => spec.timeZone ?? '<none>'),
    column('Suspend', ({ spec }) => (spec.suspend ? 'True' : 'False')),
    column('Active', ({ status }) => status?.active?.length ?? 0, 'integer'),
    column('Last Schedule', ({ status }, nowMs) =>
      status?.lastScheduleTime === undefined ? '<none>' : since(status.lastScheduleTime, nowMs),
    ),
    ageColumn(),
    wideColumn('Containers', ({ spec }) => containerNames(spec.jobTemplate.spec.template)),
    wideColumn('Images', ({ spec }) => containerImages(spec.jobTemplate.spec.template)),
    wideColumn('Selector', ({ spec }) => formatLabelSelector(spec.jobTemplate.spec.selector) || '<none>'),
  ],
});

/** Upstream SetDefaults_CronJob: the Jobs themselves get theirs when they are created. */
function cronJobDefaults(cronJob: CronJob): CronJob {
  const { spec } = cronJob;
  const template = { ...spec?.jobTemplate?.spec, template: templateDefaults(spec?.jobTemplate?.spec?.template) };
  return {
    ...cronJob,
    spec: {
      ...spec,
      concurrencyPolicy: spec?.concurrencyPolicy ?? 'Allow',
      suspend: spec?.suspend ?? false,
      successfulJobsHistoryLimit: spec?.successfulJobsHistoryLimit ?? 3,
      failedJobsHistoryLimit: spec?.failedJobsHistoryLimit ?? 1,
      jobTemplate: { ...spec?.jobTemplate, spec: withConditionStatus(template) },
    },
  };
}

const POLICIES = ['Allow', 'Forbid', 'Replace'];
const LONGEST_NAME = 52;

/** Upstream ValidateCronJobCreate and ValidateCronJobUpdate. */
function validateCronJob({ metadata, spec }: CronJob, old?: CronJob): Errors {
  const { concurrencyPolicy: policy = '' } = spec;
  const isLong = old === undefined && metadata.name?.length > LONGEST_NAME;
  return [
    ...validateMeta(metadata, true, subdomainName),
    ...scheduleErrors(spec.schedule),
    ...nonNegative('spec.startingDeadlineSeconds', spec.startingDeadlineSeconds),
    ...(spec.timeZone === '' ? [invalidValue('spec.timeZone', '', 'timeZone must be nil or non-empty string')] : []),
    ...(policy === '' ? [required('spec.concurrencyPolicy')] : []),
    ...(policy === '' || POLICIES.includes(policy) ? [] : [notSupported('spec.concurrencyPolicy', policy, POLICIES)]),
    ...validateJobTemplate(spec.jobTemplate.spec, BELOW),
    ...nonNegative('spec.successfulJobsHistoryLimit', spec.successfulJobsHistoryLimit),
    ...nonNegative('spec.failedJobsHistoryLimit', spec.failedJobsHistoryLimit),
    ...(isLong
      ? [invalidValue('metadata.name', metadata.name, `must be no more than ${LONGEST_NAME} characters`)]
      : []),
  ];
}

function scheduleErrors(schedule: string | undefined): Errors {
  const field = 'spec.schedule';
  if (!schedule) return [required(field)];
  const zoned = 'cannot use TZ or CRON_TZ in schedule, use timeZone field instead';
  const parsed = parseSchedule(schedule.replace(/^(?:CRON_)?TZ=\S+ /, ''));
  return [
    ...(typeof parsed === 'string' ? [invalidValue(field, schedule, parsed)] : []),
    ...(schedule.includes('TZ') ? [invalidValue(field, schedule, zoned)] : []),
  ];
}

/** The kind CronJob. */
export const cronJob: Kind = { resource: cronJobs as unknown as Resource, texts, rules };
