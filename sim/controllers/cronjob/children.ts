import type { CronJob } from '../../api/kinds/cronjob.ts';
import type { Job } from '../../api/kinds/job.ts';
import { controllerRef, isConditionTrue, parseTime, rfc3339, UNIX_EPOCH_SECONDS } from '../../api/meta.ts';
import type { Millis } from '../../kernel/message.ts';
import type { Write } from '../controller.ts';
import { create, normal, remove, warning } from '../requests.ts';

/** A Job is named after the minute for which it was due, counted from 1970: it cannot be created twice. */
export function jobName({ metadata }: CronJob, due: Millis): string {
  return `${metadata.name}-${Math.floor((UNIX_EPOCH_SECONDS + due / 1000) / 60)}`;
}

/** Creates the Job that is due. */
export function creationOf(cronJob: CronJob, due: Millis): Write {
  const { namespace } = cronJob.metadata;
  const { metadata: template = {}, spec } = cronJob.spec.jobTemplate;
  const annotations = {
    ...template.annotations,
    'batch.kubernetes.io/cronjob-scheduled-timestamp': rfc3339(due),
  };
  const ownerReferences = [controllerRef(cronJob)];
  const metadata = { name: jobName(cronJob, due), namespace, labels: template.labels, annotations, ownerReferences };
  const job: Job = { apiVersion: 'batch/v1', kind: 'Job', metadata, spec };
  return {
    request: create('jobs', job),
    ignore: [409],
    about: cronJob,
    success: [normal('SuccessfulCreate', 'Created job %s')],
    failure: warning('FailedCreate', 'Error creating job: %s'),
    tag: `create ${due}`,
  };
}

/** Deletes a Job; its pods follow. */
export function deletionOf(cronJob: CronJob, job: Job): Write {
  return {
    request: remove('jobs', job, { propagationPolicy: 'Background' }),
    ignore: [404],
    about: cronJob,
    success: [normal('SuccessfulDelete', `Deleted job ${job.metadata.name}`)],
    failure: warning('FailedDelete', 'Deleted job: %s'),
  };
}

/** Finished Jobs beyond the history limits, the oldest first. Upstream cleanupFinishedJobs. */
export function oldJobs({ spec }: CronJob, jobs: readonly Job[]): readonly Job[] {
  const kept = jobs.filter(({ metadata }) => metadata.deletionTimestamp === undefined);
  const ended = (type: string) => kept.filter(({ status }) => isConditionTrue(status?.conditions, type));
  return [
    ...beyond(ended('Failed'), spec.failedJobsHistoryLimit),
    ...beyond(ended('Complete'), spec.successfulJobsHistoryLimit),
  ];
}

function beyond(jobs: readonly Job[], limit: number | undefined): readonly Job[] {
  if (limit === undefined || jobs.length <= limit) return [];
  const start = ({ status }: Job) => parseTime(status?.startTime) ?? Number.MAX_SAFE_INTEGER;
  return [...jobs]
    .sort((a, b) => start(a) - start(b) || (a.metadata.name < b.metadata.name ? -1 : 1))
    .slice(0, jobs.length - limit);
}
