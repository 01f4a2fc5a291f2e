import { isIndexed, type JobStatus } from '../../api/batch/jobspec.ts';
import type { Job } from '../../api/kinds/job.ts';
import type { Pod } from '../../api/kinds/pod.ts';
import { rfc3339 } from '../../api/meta.ts';
import { sameJson } from '../../api/resource.ts';
import type { EventText } from '../../client/recorder.ts';
import type { Millis } from '../../kernel/message.ts';
import type { Write } from '../controller.ts';
import { isPodReady } from '../pods.ts';
import { normal, update, warning } from '../requests.ts';
import { countOf, formatIndexes } from './indexes.ts';
import { type Managed, manage } from './manage.ts';
import { matchFailurePolicy } from './policies.ts';
import { isComplete, REACHED, untilDeadline, type Verdict, verdictOf } from './verdict.ts';
import { ensureCondition, hasPlace, isPodFailed, type View } from './view.ts';

/** What one sync does. */
export interface Plan {
  readonly creations: readonly Write[];
  /** Pods too many: they count as nothing. */
  readonly removals: readonly Pod[];
  /** Pods that end with the Job. */
  readonly ending: readonly Pod[];
  readonly status: JobStatus;
  /** Writes the status; undefined when it is as it was. */
  readonly write: Write | undefined;
  /** Pods that are counted, or need not be: their finalizer is taken away after the status is written. */
  readonly released: readonly Pod[];
  readonly requeueAfterMs: Millis | undefined;
}

const MAX_UNCOUNTED = 500;
const NOTHING: Managed = { creations: [], removals: [] };

/**
 * Upstream syncJob and trackJobStatusAndRemoveFinalizers, one step at a time: first the status names what has ended,
 * then finalizers go, then the counters rise; the Job's last condition comes when nothing is left to count. `isCurrent`
 * is false while pods that were asked for are not in the cache yet.
 */
export function decide(view: View, isCurrent: boolean): Plan {
  const { job, now, active, terminating } = view;
  const before = job.status ?? {};
  const startTime = before.startTime ?? (job.spec.suspend ? undefined : rfc3339(now));
  const decided = verdictOf({ ...view, job: { ...job, status: { ...before, startTime } } });
  const mayManage = decided === undefined && isCurrent && job.metadata.deletionTimestamp === undefined;
  const managed = mayManage ? manage(view) : NOTHING;
  const ending = decided === undefined ? [] : active;
  const leaving = [...managed.removals, ...ending];
  const count = active.length - leaving.length + managed.creations.length;
  const isDone = decided === undefined && isComplete(view, count);
  const verdict = isDone ? REACHED : isCurrent ? decided : undefined;
  const changed = mayManage && !isDone ? suspension(view) : {};
  const counted = countEnded(view, verdict);
  const status: JobStatus = {
    ...before,
    startTime,
    ...counted.status,
    active: count || undefined,
    ready: active.filter(isPodReady).length - leaving.filter(isPodReady).length,
    terminating: terminating + leaving.length,
    ...(changed.status ?? {}),
  };
  const left = counted.released.length + counted.uncounted;
  const ended = verdict === undefined ? { status } : withVerdict(view, status, verdict, left);
  const events = [...(changed.events ?? []), ...(ended.events ?? [])];
  const next = { ...job, status: { ...before, startTime } };
  const deadline = decided === undefined ? untilDeadline(next, now) : undefined;
  const again = ended.isEarly || counted.released.length > 0 ? 0 : undefined;
  return {
    ...managed,
    ending,
    status: ended.status,
    write: sameJson(ended.status, before) ? undefined : statusWrite(job, ended.status, events),
    released: counted.released,
    requeueAfterMs: soonest(again, deadline, managed.waitMs),
  };
}

function soonest(...waits: readonly (Millis | undefined)[]): Millis | undefined {
  const known = waits.filter((wait) => wait !== undefined);
  return known.length === 0 ? undefined : Math.min(...known);
}

interface Changed {
  readonly status?: Partial<JobStatus>;
  readonly events?: readonly EventText[];
}

/** Says that a Job is suspended, or that it goes on: then its time begins anew. */
function suspension({ job, now }: View): Changed {
  const isSuspended = job.spec.suspend === true;
  const [reason, message] = isSuspended ? ['JobSuspended', 'Job suspended'] : ['JobResumed', 'Job resumed'];
  const text = [reason, message] as const;
  const conditions = ensureCondition(job.status ?? {}, 'Suspended', isSuspended ? 'True' : 'False', text, now);
  if (conditions === undefined) return {};
  const events = [normal(isSuspended ? 'Suspended' : 'Resumed', message)];
  return { status: isSuspended ? { conditions } : { conditions, startTime: rfc3339(now) }, events };
}

interface Counted {
  readonly status: Partial<JobStatus>;
  readonly released: readonly Pod[];
  /** How many uids the status still holds. */
  readonly uncounted: number;
}

function countEnded(view: View, verdict: Verdict | undefined): Counted {
  const { job, pods, uncounted, done, failedIndexes } = view;
  const tracked = new Set(pods.filter(view.isTracked).map(({ metadata }) => metadata.uid ?? ''));
  const succeeded = uncounted.succeeded.filter((uid) => tracked.has(uid));
  const failed = uncounted.failed.filter((uid) => tracked.has(uid));
  const gone = [uncounted.succeeded.length - succeeded.length, uncounted.failed.length - failed.length] as const;
  const released: Pod[] = [];
  let indexes = 0;
  for (const pod of pods) {
    if (succeeded.length + failed.length + indexes >= MAX_UNCOUNTED) break;
    const uid = pod.metadata.uid ?? '';
    if (!view.isTracked(pod) || !mayRelease(view, pod, verdict)) continue;
    released.push(pod);
    if (pod.status?.phase === 'Succeeded' && !failed.includes(uid)) {
      if (isIndexed(job.spec)) indexes++;
      else if (!succeeded.includes(uid)) succeeded.push(uid);
    } else if (isPodFailed(pod, job) || verdict?.early === 'FailureTarget') {
      const isNew = !failed.includes(uid) && hasPlace(job, pod);
      if (isNew && matchFailurePolicy(job.spec, pod).isCounted) failed.push(uid);
    }
  }
  const total = isIndexed(job.spec) ? countOf(done) : (job.status?.succeeded ?? 0) + gone[0];
  const status: Partial<JobStatus> = {
    succeeded: total || undefined,
    failed: (job.status?.failed ?? 0) + gone[1] || undefined,
    uncountedTerminatedPods: {
      ...(succeeded.length > 0 ? { succeeded } : {}),
      ...(failed.length > 0 ? { failed } : {}),
    },
    ...(isIndexed(job.spec) ? { completedIndexes: formatIndexes(done) || undefined } : {}),
    ...(failedIndexes === undefined ? {} : { failedIndexes: formatIndexes(failedIndexes) }),
  };
  return { status, released, uncounted: succeeded.length + failed.length };
}

/** Upstream canRemoveFinalizer: a failed pod of an index stays until the one that replaces it is there. */
function mayRelease({ job, delayed }: View, pod: Pod, verdict: Verdict | undefined): boolean {
  const isOver = job.metadata.deletionTimestamp !== undefined || verdict !== undefined;
  if (isOver || pod.status?.phase === 'Succeeded') return true;
  return isPodFailed(pod, job) && ![...delayed.values()].includes(pod);
}

interface Ended {
  readonly status: JobStatus;
  readonly events?: readonly EventText[];
  readonly isEarly?: boolean;
}

/** The early condition at once, the last one when all is counted and no pod is on its way out. */
function withVerdict({ job, now }: View, status: JobStatus, verdict: Verdict, left: number): Ended {
  const { early, reason, message } = verdict;
  const isKnown = job.status?.conditions?.some(({ type }) => type === early) ?? false;
  const text = [reason, message] as const;
  if (!isKnown) {
    return { status: { ...status, conditions: ensureCondition(status, early, 'True', text, now) }, isEarly: true };
  }
  if (left > 0 || (status.terminating ?? 0) > 0) return { status };
  const isGood = early === 'SuccessCriteriaMet';
  const conditions = ensureCondition(status, isGood ? 'Complete' : 'Failed', 'True', text, now);
  if (!isGood) return { status: { ...status, conditions }, events: [warning(reason, message)] };
  const tooMany = (status.succeeded ?? 0) > (job.spec.completions ?? Number.MAX_SAFE_INTEGER);
  const odd = 'Too many succeeded pods running after completion count reached';
  return {
    status: { ...status, conditions, completionTime: rfc3339(now) },
    events: [...(tooMany ? [warning('TooManySucceededPods', odd)] : []), normal('Completed', 'Job completed')],
  };
}

/** Writes the status, and says what is new in it. */
export function statusWrite(job: Job, status: JobStatus, events: readonly EventText[] = []): Write {
  const request = update('jobs', { ...job, status }, '/status');
  return { request, ignore: [404], about: job, success: events, tag: 'status' };
}
