import { hasEnded, type Job } from '../../api/kinds/job.ts';
import type { Pod } from '../../api/kinds/pod.ts';
import { controllerOf, objectKey } from '../../api/meta.ts';
import { matchesLabelSelector } from '../../api/selector.ts';
import type { Change } from '../../client/cache.ts';
import { type Expectations, observeCreation, observeDeletion } from '../../client/expectations.ts';
import type { Context } from '../controller.ts';
import { isPodActive } from '../pods.ts';
import type { BackOff } from './backoff.ts';

/** What the control loop remembers. */
export interface JobState {
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
/** Before the key of a pod whose Job is gone. */
export const ORPHAN = 'orphan ';

/** Keeps a pod until it has been counted. */
export const TRACKING = 'batch.kubernetes.io/job-tracking';

/** The keys that a change concerns. Every cluster hears of pods: so this stands apart from what is done then. */
export function observe(change: Change, context: Ctx): readonly string[] {
  return change.informer === 'pods'
    ? observePod(change as Change<Pod>, context)
    : observeJob(change as Change<Job>, context);
}

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

/** Whether a Job takes in a pod of nobody. */
export function isAdoptable(job: Job, pod: Pod): boolean {
  const { metadata, spec } = job;
  if (metadata.namespace !== pod.metadata.namespace || metadata.deletionTimestamp !== undefined) return false;
  return !hasEnded(job) && matchesLabelSelector(spec.selector, pod.metadata.labels);
}

/** Whether the pod carries the finalizer of Jobs. */
export function hasTracking({ metadata }: Pod): boolean {
  return metadata.finalizers?.includes(TRACKING) ?? false;
}

/** Whether an object is an older version than another. */
export function isOlder(job: Job, other: Job | undefined): boolean {
  return Number(job.metadata.resourceVersion) < Number(other?.metadata.resourceVersion ?? 0);
}
