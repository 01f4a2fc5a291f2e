/*
 * job-controller: runs the pods of Jobs and counts how they end.
 * Watches: Jobs and Pods.
 * Writes: Pods (create, delete, adopt, take the tracking finalizer away), the status of Jobs, Events.
 * Upstream: pkg/controller/job/job_controller.go.
 * Leaves out: Jobs that another controller manages; metrics; the live GET of the Job before it adopts a pod.
 */
import { hasEnded, type Job } from '../../api/kinds/job.ts';
import type { Pod } from '../../api/kinds/pod.ts';
import { controllerOf, controllerRef, objectKey } from '../../api/meta.ts';
import { sameJson } from '../../api/resource.ts';
import { matchesLabelSelector } from '../../api/selector.ts';
import type { Change } from '../../client/cache.ts';
import {
  type Expectations,
  expectCreations,
  expectDeletions,
  isSatisfied,
  observeCreation,
  observeDeletion,
} from '../../client/expectations.ts';
import { part } from '../../kernel/state.ts';
import type { HttpResponse } from '../../protocol/http.ts';
import { type Batch, type Context, type Controller, NOTHING, type Outcome, type Write } from '../controller.ts';
import { isPodActive, isPodReady } from '../pods.ts';
import { patch } from '../requests.ts';
import type { BackOff } from './backoff.ts';
import { deletion, inBatches, releaseWrite } from './manage.ts';
import { decide, statusWrite } from './track.ts';
import { hasTracking, TRACKING, viewOf } from './view.ts';

interface JobState {
  /** By the Job's key. */
  expectations: Expectations;
  backOffs: Map<string, BackOff>;
  /** What becomes the back-off once the status that counts these failures is written. */
  pending: Map<string, BackOff>;
  /** Jobs as the last write of their status left them, while the cache is behind. */
  latest: Map<string, Job>;
  /** Uids of pods whose finalizer was taken away, while the cache is behind. */
  released: Set<string>;
}

type Ctx = Context<JobState>;

/** Changes of pods are looked at together. */
const BATCH_MS = 1000;
const ORPHAN = 'orphan ';

/** The control loop of Jobs. Its keys: a Job's, and `orphan NS/NAME` for a pod whose Job is gone. */
export const jobController: Controller<JobState> = {
  name: 'job-controller',
  informers: ['jobs', 'pods'],
  workers: 5,
  backOffMs: 1000,
  init: () =>
    part<JobState>({
      expectations: new Map(),
      backOffs: new Map(),
      pending: new Map(),
      latest: new Map(),
      released: new Set(),
    }),
  observe: (change, context) =>
    change.informer === 'pods'
      ? observePod(change as Change<Pod>, context)
      : observeJob(change as Change<Job>, context),
  reconcile(key, context) {
    if (key.startsWith(ORPHAN)) return freeOrphan(key.slice(ORPHAN.length), context);
    const job = newest(key, context);
    if (job === undefined) return NOTHING;
    if (!hasEnded(job)) return sync(key, job, context);
    context.state.backOffs.delete(key);
    return NOTHING;
  },
  answered,
  failed(key, failure, context) {
    observeCreation(context.state.expectations, key, failure.skipped);
    const job = newest(key, context);
    if (job === undefined || failure.tag !== 'create') return undefined;
    const active = ownPods(job, context).filter(isPodActive);
    const { startTime } = decide(view(key, job, context), false).status;
    const status = { ...job.status, startTime, active: active.length || undefined, ready: ready(active) };
    return sameJson(status, job.status ?? {}) ? undefined : statusWrite(job, status);
  },
};

function observeJob({ type, object: job, old }: Change<Job>, context: Ctx): readonly string[] {
  const key = objectKey(job);
  const { state } = context;
  if (!isOlder(job, state.latest.get(key))) state.latest.delete(key);
  if (type === 'deleted') {
    state.expectations.delete(key);
    state.backOffs.delete(key);
    return context
      .dependents<Pod>('pods', job.metadata.uid)
      .filter(hasTracking)
      .map((pod) => ORPHAN + objectKey(pod));
  }
  if (old === undefined || old.metadata.generation !== job.metadata.generation) return [key];
  if (!hasEnded(job)) context.addAfter(key, BATCH_MS);
  return [];
}

function observePod({ type, object: pod }: Change<Pod>, context: Ctx): readonly string[] {
  const { state } = context;
  const { uid = '', deletionTimestamp } = pod.metadata;
  const isGone = type === 'deleted';
  if (isGone || !hasTracking(pod)) state.released.delete(uid);
  const owner = controllerOf(pod);
  if (owner === undefined) return isGone ? [] : adopters(pod, context);
  if (owner.kind !== 'Job') return [];
  const key = `${pod.metadata.namespace}/${owner.name}`;
  const job = context.cache<Job>('jobs').get(key);
  if (job?.metadata.uid !== owner.uid) return !isGone && hasTracking(pod) ? [ORPHAN + objectKey(pod)] : [];
  if (isGone || deletionTimestamp !== undefined) observeDeletion(state.expectations, key, objectKey(pod));
  else if (type === 'added') observeCreation(state.expectations, key);
  if (!hasEnded(job)) context.addAfter(key, BATCH_MS);
  else if (!isGone && hasTracking(pod)) return [ORPHAN + objectKey(pod)];
  return [];
}

/** Jobs whose selector would take in a pod of nobody. */
function adopters(pod: Pod, context: Ctx): readonly string[] {
  if (!isPodActive(pod)) return [];
  return [...context.cache<Job>('jobs')].flatMap(([key, job]) => (isAdoptable(job, pod) ? [key] : []));
}

function isAdoptable(job: Job, pod: Pod): boolean {
  const { metadata, spec } = job;
  if (metadata.namespace !== pod.metadata.namespace || metadata.deletionTimestamp !== undefined) return false;
  return !hasEnded(job) && matchesLabelSelector(spec.selector, pod.metadata.labels);
}

/** A pod whose Job is gone, or has ended without it, is kept by nobody any more. */
function freeOrphan(key: string, context: Ctx): Outcome {
  const pod = context.cache<Pod>('pods').get(key);
  if (pod === undefined || !hasTracking(pod)) return NOTHING;
  const owner = controllerOf(pod);
  const job = context.cache<Job>('jobs').get(`${pod.metadata.namespace}/${owner?.name}`);
  if (job?.metadata.uid === owner?.uid && job !== undefined && !hasEnded(job)) return NOTHING;
  return { writes: [[releaseWrite(pod)]] };
}

function newest(key: string, context: Ctx): Job | undefined {
  const cached = context.cache<Job>('jobs').get(key);
  const latest = context.state.latest.get(key);
  return cached !== undefined && latest?.metadata.uid === cached.metadata.uid && isOlder(cached, latest)
    ? latest
    : cached;
}

function isOlder(job: Job, other: Job | undefined): boolean {
  return Number(job.metadata.resourceVersion) < Number(other?.metadata.resourceVersion ?? 0);
}

function ownPods(job: Job, context: Ctx): readonly Pod[] {
  const { uid } = job.metadata;
  return context
    .dependents<Pod>('pods', uid)
    .filter((pod) => controllerOf(pod)?.uid === uid && matchesLabelSelector(job.spec.selector, pod.metadata.labels));
}

function view(key: string, job: Job, context: Ctx) {
  const { state, now } = context;
  return viewOf(job, ownPods(job, context), state.released, state.backOffs.get(key), now);
}

function ready(active: readonly Pod[]): number {
  return active.filter(isPodReady).length;
}

function sync(key: string, job: Job, context: Ctx): Outcome {
  const { state } = context;
  const adopted = adoptions(job, context);
  if (adopted.length > 0) return { writes: [adopted] };
  const seen = view(key, job, context);
  const isCurrent = isSatisfied(state.expectations, key, context.now);
  const plan = decide(seen, isCurrent);
  const { creations, removals, ending } = plan;
  if (creations.length > 0) expectCreations(state.expectations, key, creations.length, context.now);
  const leaving = [...removals, ...ending];
  if (leaving.length > 0) expectDeletions(state.expectations, key, leaving.map(objectKey), context.now);
  if (creations.length > 0 || leaving.length > 0) {
    const counts = { active: seen.active.length, creating: creations.length, deleting: leaving.length };
    context.note({ what: 'job/manage', about: `job/${job.metadata.name}`, ...counts });
  }
  if (plan.write !== undefined) state.pending.set(key, seen.backOff);
  const batches: Batch[] = [
    ...inBatches(creations),
    removals.filter(hasTracking).map((pod) => releaseWrite(pod)),
    leaving.map((pod) => deletion(job, pod)),
    plan.write === undefined ? [] : [plan.write],
    plan.released.map((pod) => releaseWrite(pod)),
  ];
  return { writes: batches.filter((batch) => batch.length > 0), requeueAfterMs: plan.requeueAfterMs };
}

function adoptions(job: Job, context: Ctx): Batch {
  if (job.metadata.deletionTimestamp !== undefined) return [];
  return context
    .orphans<Pod>('pods', job.metadata.namespace)
    .filter((pod) => isPodActive(pod) && isAdoptable(job, pod))
    .map((pod) => {
      const metadata = { uid: pod.metadata.uid, ownerReferences: [controllerRef(job)], finalizers: [TRACKING] };
      return { request: patch('pods', pod, { metadata }), ignore: [404] };
    });
}

function answered(key: string, write: Write, response: HttpResponse, isSuccess: boolean, context: Ctx): void {
  const { state } = context;
  const [what, name = ''] = (write.tag ?? '').split(' ');
  if (what === 'create' && !isSuccess) observeCreation(state.expectations, key);
  if (what === 'delete' && !isSuccess) observeDeletion(state.expectations, key, name);
  if (what === 'release' && isSuccess && response.status !== 404) state.released.add(name);
  if (what !== 'status' || !isSuccess || response.status === 404) return;
  const job = response.body as Job;
  const record = state.pending.get(key);
  if (record !== undefined) state.backOffs.set(key, record);
  state.pending.delete(key);
  if (isOlder(context.cache<Job>('jobs').get(key) ?? job, job)) state.latest.set(key, job);
}
