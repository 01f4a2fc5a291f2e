import { isIndexed, type JobSpec } from '../../api/batch/jobspec.ts';
import { humanDuration } from '../../api/duration.ts';
import type { CronJob } from '../../api/kinds/cronjob.ts';
import type { Job } from '../../api/kinds/job.ts';
import { longTime } from '../../api/longtime.ts';
import { controllerOf, parseTime } from '../../api/meta.ts';
import { formatLabelSelector } from '../../api/selector.ts';
import type { Describer, DescribeTools, Lines } from '../../client/describing.ts';

const describeJob = (tools: DescribeTools) =>
  tools.define<Job>({
    kind: 'Job',
    related: (job) => [tools.eventsRequest(job)],
    lines(job, [events], nowMs) {
      const { metadata, spec } = job;
      const owner = controllerOf(job);
      return [
        ...tools.head(metadata),
        `Selector:\t${formatLabelSelector(spec.selector)}`,
        ...tools.metaLines(metadata),
        ...(owner === undefined ? [] : [`Controlled By:\t${owner.kind}/${owner.name}`]),
        `Parallelism:\t${spec.parallelism}`,
        `Completions:\t${spec.completions ?? '<unset>'}`,
        ...given('Completion Mode', spec.completionMode),
        ...given('Suspend', spec.suspend),
        ...given('Backoff Limit', spec.backoffLimit),
        ...given('TTL Seconds After Finished', spec.ttlSecondsAfterFinished),
        ...timeLines(job),
        ...statusLines(job),
        ...tools.templateLines(spec.template),
        ...tools.eventLines(events, nowMs),
      ];
    },
  });

function given(title: string, value: string | number | boolean | undefined, unit = ''): Lines {
  return value === undefined ? [] : [`${title}:\t${value}${unit}`];
}

function timeLines({ spec, status }: Job): Lines {
  const { startTime, completionTime } = status ?? {};
  const [start, end] = [parseTime(startTime), parseTime(completionTime)];
  return [
    ...(startTime === undefined ? [] : [`Start Time:\t${longTime(startTime)}`]),
    ...(completionTime === undefined ? [] : [`Completed At:\t${longTime(completionTime)}`]),
    ...(start === undefined || end === undefined ? [] : [`Duration:\t${humanDuration(end - start)}`]),
    ...given('Active Deadline Seconds', spec.activeDeadlineSeconds, 's'),
  ];
}

const LONGEST = 50;

function statusLines({ spec, status = {} }: Job): Lines {
  const ready = status.ready === undefined ? '' : ` (${status.ready} Ready)`;
  const { active = 0, succeeded = 0, failed = 0, completedIndexes = '' } = status;
  const indexes = completedIndexes === '' ? '<none>' : shortened(completedIndexes);
  return [
    `Pods Statuses:\t${active} Active${ready} / ${succeeded} Succeeded / ${failed} Failed`,
    ...(isIndexed(spec) ? [`Completed Indexes:\t${indexes}`] : []),
  ];
}

/** A long list is cut after a whole index. */
function shortened(indexes: string): string {
  if (indexes.length <= LONGEST) return indexes;
  return `${indexes.slice(0, indexes.lastIndexOf(',', LONGEST - 1))},...`;
}

const describeCronJob = (tools: DescribeTools) =>
  tools.define<CronJob>({
    kind: 'CronJob',
    related: (cronJob) => [tools.eventsRequest(cronJob)],
    lines({ metadata, spec, status = {} }, [events], nowMs) {
      const { suspend = false, startingDeadlineSeconds: deadline, jobTemplate } = spec;
      const active = (status.active ?? []).map(({ name }) => name).join(', ');
      return [
        ...tools.head(metadata),
        ...tools.metaLines(metadata),
        `Schedule:\t${spec.schedule}`,
        `Concurrency Policy:\t${spec.concurrencyPolicy}`,
        `Suspend:\t${suspend ? 'True' : 'False'}`,
        `Successful Job History Limit:\t${spec.successfulJobsHistoryLimit ?? '<unset>'}`,
        `Failed Job History Limit:\t${spec.failedJobsHistoryLimit ?? '<unset>'}`,
        `Starting Deadline Seconds:\t${deadline === undefined ? '<unset>' : `${deadline}s`}`,
        ...templateLines(jobTemplate.spec),
        ...tools.templateLines(jobTemplate.spec.template),
        `Last Schedule Time:\t${status.lastScheduleTime === undefined ? '<unset>' : longTime(status.lastScheduleTime)}`,
        `Active Jobs:\t${active || '<none>'}`,
        ...tools.eventLines(events, nowMs),
      ];
    },
  });

function templateLines({ selector, parallelism, completions, activeDeadlineSeconds }: JobSpec): Lines {
  return [
    `Selector:\t${selector === undefined ? '<unset>' : formatLabelSelector(selector)}`,
    `Parallelism:\t${parallelism ?? '<unset>'}`,
    `Completions:\t${completions ?? '<unset>'}`,
    ...given('Active Deadline Seconds', activeDeadlineSeconds, 's'),
  ];
}

/** Jobs and what creates them. */
export const batchDescribers = (tools: DescribeTools): readonly Describer[] => [
  describeJob(tools),
  describeCronJob(tools),
];
