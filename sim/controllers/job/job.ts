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
import {
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
import { deletion, inBatches, releaseWrite } from './manage.ts';
import { hasTracking, isAdoptable, isOlder, type JobState, ORPHAN, observe, TRACKING } from './observe.ts';
import { decide, statusWrite } from './track.ts';
import { viewOf } from './view.ts';

type Ctx = Context<JobState>;

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
  observe,
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
