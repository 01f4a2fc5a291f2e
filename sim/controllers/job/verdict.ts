import { isIndexed } from '../../api/batch/jobspec.ts';
import type { Job } from '../../api/kinds/job.ts';
import type { Pod } from '../../api/kinds/pod.ts';
import { getCondition, isConditionTrue, parseTime } from '../../api/meta.ts';
import type { Millis } from '../../kernel/message.ts';
import { countOf } from './indexes.ts';
import { matchFailurePolicy, matchSuccessPolicy } from './policies.ts';
import { isPodFailed, type View } from './view.ts';

/** How a Job ends. The condition that says so early is there before its pods are gone, the last one afterwards. */
export interface Verdict {
  readonly early: 'SuccessCriteriaMet' | 'FailureTarget';
  readonly reason: string;
  readonly message: string;
}

/** Reason and message of a Job whose pods have all succeeded. */
export const REACHED: Verdict = {
  early: 'SuccessCriteriaMet',
  reason: 'CompletionsReached',
  message: 'Reached expected number of succeeded pods',
};

/** What has decided the Job's fate already, or does now; upstream's order of questions. Completions come later. */
export function verdictOf(view: View): Verdict | undefined {
  const { job } = view;
  for (const early of ['SuccessCriteriaMet', 'FailureTarget'] as const) {
    const { reason = '', message = '' } = getCondition(job.status?.conditions, early) ?? {};
    if (isConditionTrue(job.status?.conditions, early)) return { early, reason, message };
  }
  return policyFailure(view) ?? limitFailure(view) ?? indexFailure(view) ?? policySuccess(view);
}

function failure(reason: string, message: string): Verdict {
  return { early: 'FailureTarget', reason, message };
}

function policyFailure({ job, pods }: View): Verdict | undefined {
  if (job.spec.podFailurePolicy === undefined) return undefined;
  for (const pod of pods) {
    const message = isPodFailed(pod, job) ? matchFailurePolicy(job.spec, pod).message : undefined;
    if (message !== undefined) return failure('PodFailurePolicy', message);
  }
  return undefined;
}

function limitFailure(view: View): Verdict | undefined {
  const { job, pods, failed, now } = view;
  if (failed > (job.spec.backoffLimit ?? 6) || hasTooManyRestarts(job, pods)) {
    return failure('BackoffLimitExceeded', 'Job has reached the specified backoff limit');
  }
  if ((untilDeadline(job, now) ?? 1) > 0) return undefined;
  return failure('DeadlineExceeded', 'Job was active longer than specified deadline');
}

/** With OnFailure the containers fail, not the pods: upstream pastBackoffLimitOnFailure. */
function hasTooManyRestarts({ spec }: Job, pods: readonly Pod[]): boolean {
  if (spec.template.spec.restartPolicy !== 'OnFailure') return false;
  let restarts = 0;
  for (const { status } of pods) {
    if (status?.phase !== 'Running' && status?.phase !== 'Pending') continue;
    const all = [...(status.initContainerStatuses ?? []), ...(status.containerStatuses ?? [])];
    for (const { restartCount } of all) restarts += restartCount;
  }
  const limit = spec.backoffLimit ?? 6;
  return limit === 0 ? restarts > 0 : restarts >= limit;
}

/** Milliseconds until activeDeadlineSeconds; undefined when there is none or its time does not run. */
export function untilDeadline({ spec, status }: Job, now: Millis): Millis | undefined {
  const start = parseTime(status?.startTime);
  if (spec.activeDeadlineSeconds === undefined || start === undefined || spec.suspend) return undefined;
  return start + spec.activeDeadlineSeconds * 1000 - now;
}

function indexFailure({ job, failedIndexes, done }: View): Verdict | undefined {
  if (failedIndexes === undefined) return undefined;
  const { maxFailedIndexes, completions = 0 } = job.spec;
  const lost = countOf(failedIndexes);
  if (maxFailedIndexes !== undefined && lost > maxFailedIndexes) {
    return failure('MaxFailedIndexesExceeded', 'Job has exceeded the specified maximal number of failed indexes');
  }
  return lost > 0 && lost + countOf(done) >= completions
    ? failure('FailedIndexes', 'Job has failed indexes')
    : undefined;
}

function policySuccess({ job, done }: View): Verdict | undefined {
  const message = isIndexed(job.spec) ? matchSuccessPolicy(job, done) : undefined;
  return message === undefined ? undefined : { early: 'SuccessCriteriaMet', reason: 'SuccessPolicy', message };
}

/** Whether enough pods have succeeded and none runs any more. */
export function isComplete({ job, succeeded }: View, active: number): boolean {
  const { completions } = job.spec;
  return active === 0 && (completions === undefined ? succeeded > 0 : succeeded >= completions);
}
