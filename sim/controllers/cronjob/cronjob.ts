/*
 * cronjob-controller: creates Jobs when they are due, and deletes those that nobody needs to see any more.
 * Watches: CronJobs and Jobs.
 * Writes: Jobs (create, delete), the status of CronJobs, Events.
 * Upstream: pkg/controller/cronjob/cronjob_controllerv2.go.
 * Leaves out: time zones other than UTC, which the API refuses; live GETs; metrics.
 */
import { missedTimes, nextTime, parseSchedule, type Schedule, since } from '../../api/batch/schedule.ts';
import type { CronJob, CronJobStatus } from '../../api/kinds/cronjob.ts';
import { hasEnded, type Job } from '../../api/kinds/job.ts';
import { longTime } from '../../api/longtime.ts';
import {
  controllerOf,
  isConditionTrue,
  isControlledBy,
  type KubeObject,
  type ObjectReference,
  objectKey,
  parseTime,
  rfc3339,
} from '../../api/meta.ts';
import { sameJson } from '../../api/resource.ts';
import type { Millis } from '../../kernel/message.ts';
import { part } from '../../kernel/state.ts';
import type { HttpResponse } from '../../protocol/http.ts';
import { type Context, type Controller, NOTHING, type Outcome, type Write } from '../controller.ts';
import { normal, update, warning } from '../requests.ts';
import { creationOf, deletionOf, jobName, oldJobs } from './children.ts';

interface CronJobState {
  /** CronJobs as the last write of their status left them, while the cache is behind. */
  latest: Map<string, CronJob>;
  /** By CronJob: the Job that was just created, and for when; its status does not name it yet. */
  started: Map<string, Started>;
  /** Uids of Jobs that were created and are not in the cache yet. */
  unseen: Set<string>;
}

interface Started {
  readonly job: ObjectReference;
  readonly dueMs: Millis;
}

type Ctx = Context<CronJobState>;

/** Upstream looks again a moment after a Job is due. */
const DELTA_MS = 100;
const MANY = 100;

/** The control loop of CronJobs. Its keys are CronJobs. */
export const cronJobController: Controller<CronJobState> = {
  name: 'cronjob-controller',
  informers: ['cronjobs', 'jobs'],
  workers: 5,
  init: () => part<CronJobState>({ latest: new Map(), started: new Map(), unseen: new Set() }),
  observe({ informer, type, object }, { state }) {
    const key = objectKey(object);
    if (informer === 'cronjobs') {
      if (!isOlder(object, state.latest.get(key))) state.latest.delete(key);
      return type === 'deleted' ? [] : [key];
    }
    state.unseen.delete(object.metadata.uid ?? '');
    const owner = controllerOf(object);
    return owner?.kind === 'CronJob' ? [`${object.metadata.namespace}/${owner.name}`] : [];
  },
  reconcile(key, context) {
    const cached = context.cache<CronJob>('cronjobs').get(key);
    const latest = context.state.latest.get(key);
    if (cached === undefined) return NOTHING;
    const isBehind = latest !== undefined && latest.metadata.uid === cached.metadata.uid && isOlder(cached, latest);
    return sync(key, isBehind ? latest : cached, context);
  },
  answered,
};

function isOlder(object: KubeObject, other: KubeObject | undefined): boolean {
  return Number(object.metadata.resourceVersion) < Number(other?.metadata.resourceVersion ?? 0);
}

function sync(key: string, cronJob: CronJob, context: Ctx): Outcome {
  const jobs = context.dependents<Job>('jobs', cronJob.metadata.uid).filter((job) => isControlledBy(job, cronJob));
  const status = counted(key, cronJob, jobs, context);
  const old = oldJobs(cronJob, jobs);
  const begun = begin({ ...cronJob, status }, jobs, context);
  const writes = [
    [...old, ...begun.replaced].map((job) => deletionOf(cronJob, job)),
    begun.creation === undefined ? [] : [begun.creation],
  ];
  const gone = new Set([...old, ...begun.replaced].map(({ metadata }) => metadata.uid));
  const active = (status.active ?? []).filter(({ uid }) => !gone.has(uid));
  const next = { ...status, active: active.length > 0 ? active : undefined };
  const isSame = sameJson(next, cronJob.status ?? {});
  const request = update('cronjobs', { ...cronJob, status: next }, '/status');
  return {
    writes: writes.filter((batch) => batch.length > 0),
    closing: isSame ? undefined : { request, ignore: [404], tag: 'status' },
    requeueAfterMs: begun.creation === undefined ? begun.waitMs : 0,
  };
}

/** The status with what has become of the Jobs. */
function counted(key: string, cronJob: CronJob, jobs: readonly Job[], context: Ctx): CronJobStatus {
  const { state } = context;
  const started = state.started.get(key);
  const before = cronJob.status ?? {};
  let active = [...(before.active ?? []), ...(started === undefined ? [] : [started.job])];
  let { lastSuccessfulTime } = before;
  for (const job of jobs) {
    const { uid, name } = job.metadata;
    const isKnown = active.some((one) => one.uid === uid);
    if (!isKnown && !hasEnded(job)) {
      const text = `Saw a job that the controller did not create or forgot: ${name}`;
      context.event(cronJob, warning('UnexpectedJob', text));
    } else if (isKnown && hasEnded(job)) {
      active = active.filter((one) => one.uid !== uid);
      const condition = isConditionTrue(job.status?.conditions, 'Complete') ? 'Complete' : 'Failed';
      context.event(cronJob, normal('SawCompletedJob', `Saw completed job: ${name}, condition: ${condition}`));
    }
    const end = isConditionTrue(job.status?.conditions, 'Complete') ? job.status?.completionTime : undefined;
    if (end !== undefined && (parseTime(end) ?? 0) > (parseTime(lastSuccessfulTime) ?? Number.MIN_SAFE_INTEGER)) {
      lastSuccessfulTime = end;
    }
  }
  const lost = active.filter(({ uid = '' }) => !state.unseen.has(uid) && !jobs.some((job) => job.metadata.uid === uid));
  for (const { name } of lost) context.event(cronJob, normal('MissingJob', `Active job went missing: ${name}`));
  const kept = active.filter((one) => !lost.includes(one));
  const lastScheduleTime = started === undefined ? before.lastScheduleTime : rfc3339(started.dueMs);
  return { ...before, active: kept.length > 0 ? kept : undefined, lastScheduleTime, lastSuccessfulTime };
}

interface Begun {
  readonly creation?: Write;
  readonly replaced: readonly Job[];
  readonly waitMs?: Millis | undefined;
}

/** Creates the Job that is due, unless something speaks against it. */
function begin(cronJob: CronJob, jobs: readonly Job[], context: Ctx): Begun {
  const { metadata, spec, status } = cronJob;
  const none: Begun = { replaced: [] };
  const schedule = parseSchedule(spec.schedule);
  if (metadata.deletionTimestamp !== undefined || spec.suspend) return none;
  if (typeof schedule === 'string') {
    const text = `unparseable schedule: ${JSON.stringify(spec.schedule)} : ${schedule}`;
    context.event(cronJob, warning('UnparseableSchedule', text));
    return none;
  }
  const due = dueTime(cronJob, schedule, context);
  const waiting = { ...none, waitMs: untilNext(cronJob, schedule, context.now) };
  if (due === undefined) return waiting;
  const deadline = spec.startingDeadlineSeconds;
  if (deadline !== undefined && due + deadline * 1000 < context.now) {
    const text = `Missed scheduled time to start a job: ${longTime(rfc3339(due))}`;
    context.event(cronJob, warning('MissSchedule', text));
    return waiting;
  }
  const active = status?.active ?? [];
  const isProcessed = active.some(({ name }) => name === jobName(cronJob, due));
  if (isProcessed || parseTime(status?.lastScheduleTime) === due) return waiting;
  if (spec.concurrencyPolicy === 'Forbid' && active.length > 0) {
    const text = 'Not starting job because prior execution is running and concurrency policy is Forbid';
    context.event(cronJob, normal('JobAlreadyActive', text));
    return waiting;
  }
  const replaced = spec.concurrencyPolicy === 'Replace' ? jobs.filter((job) => isIn(active, job)) : [];
  context.note({ what: 'cronjob/due', about: `cronjob/${metadata.name}`, due: rfc3339(due) });
  return { replaced, creation: creationOf(cronJob, due) };
}

function isIn(active: readonly ObjectReference[], { metadata }: Job): boolean {
  return active.some(({ uid }) => uid === metadata.uid);
}

/** The latest time that has gone by without a Job; startingDeadlineSeconds bounds how far back is looked. */
function dueTime(cronJob: CronJob, schedule: Schedule, context: Ctx): Millis | undefined {
  const { metadata, spec, status } = cronJob;
  const deadline = spec.startingDeadlineSeconds;
  const from = since([status?.lastScheduleTime, metadata.creationTimestamp]);
  const earliest = deadline === undefined ? from : Math.max(from, context.now - deadline * 1000);
  const missed = missedTimes(schedule, earliest, context.now);
  if (missed === undefined) {
    const why = 'time difference between two schedules is less than 1 second';
    context.event(cronJob, warning('InvalidSchedule', `invalid schedule: ${spec.schedule} : ${why}`));
    return undefined;
  }
  if (missed.latest !== undefined && missed.count > MANY) {
    const advice = 'Set or decrease .spec.startingDeadlineSeconds or check clock skew';
    context.event(cronJob, warning('TooManyMissedTimes', `too many missed start times. ${advice}`));
  }
  return missed.latest;
}

function untilNext({ metadata, status }: CronJob, schedule: Schedule, now: Millis): Millis | undefined {
  const missed = missedTimes(schedule, since([status?.lastScheduleTime, metadata.creationTimestamp]), now);
  const base = missed?.latest ?? (missed === undefined || missed.count > 0 ? now : missed.earliest);
  const next = nextTime(schedule, base);
  return next === undefined ? undefined : Math.max(0, next + DELTA_MS - now);
}

function answered(key: string, write: Write, response: HttpResponse, isSuccess: boolean, context: Ctx): void {
  if (!isSuccess) return;
  const { state } = context;
  const [what, due = ''] = (write.tag ?? '').split(' ');
  if (what === 'status' && response.status === 200) {
    state.latest.set(key, response.body as CronJob);
    state.started.delete(key);
  }
  if (what !== 'create') return;
  const { namespace, name } = (write.request.body as KubeObject).metadata;
  const made = response.status === 201 ? (response.body as Job) : undefined;
  const job = made ?? context.cache<Job>('jobs').get(`${namespace}/${name}`);
  if (job === undefined) return;
  const { uid = '', resourceVersion } = job.metadata;
  const reference = { apiVersion: 'batch/v1', kind: 'Job', name: job.metadata.name, namespace, uid, resourceVersion };
  state.started.set(key, { job: reference, dueMs: Number(due) });
  if (made !== undefined) state.unseen.add(uid);
}
