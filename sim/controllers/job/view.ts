import { isIndexed, type JobCondition, type JobStatus } from '../../api/batch/jobspec.ts';
import type { Job } from '../../api/kinds/job.ts';
import type { Pod } from '../../api/kinds/pod.ts';
import { rfc3339 } from '../../api/meta.ts';
import type { Millis } from '../../kernel/message.ts';
import { isPodActive } from '../pods.ts';
import { type BackOff, finishedAt, recordEnds } from './backoff.ts';
import {
  completionIndex,
  countOf,
  INDEX_IGNORED,
  type Intervals,
  includesIndex,
  indexFailures,
  parseIndexes,
  withIndexes,
} from './indexes.ts';
import { hasTracking } from './observe.ts';
import { matchFailurePolicy } from './policies.ts';

/** All that one sync of a Job looks at. */
export interface View {
  readonly job: Job;
  readonly now: Millis;
  readonly pods: readonly Pod[];
  readonly active: readonly Pod[];
  /** On their way out, and not yet ended. */
  readonly terminating: number;
  /** Whether the pod waits to be counted: its finalizer is there and is not being taken away. */
  isTracked(pod: Pod): boolean;
  /** Uids that the status holds, and whose finalizer may be gone by now. */
  readonly uncounted: { readonly succeeded: readonly string[]; readonly failed: readonly string[] };
  /** With what has ended since the last sync. */
  readonly succeeded: number;
  readonly failed: number;
  readonly backOff: BackOff;
  /** Of an Indexed Job: those of the status, and those with what has succeeded since. */
  readonly before: Intervals;
  readonly done: Intervals;
  /** With backoffLimitPerIndex: indexes that are given up, and failed pods that wait for their replacement. */
  readonly failedIndexes: Intervals | undefined;
  readonly delayed: ReadonlyMap<number, Pod>;
}

/** Looks at a Job and its pods. `released` holds pods whose finalizer was taken away, whatever the cache says. */
export function viewOf(
  job: Job,
  pods: readonly Pod[],
  released: ReadonlySet<string>,
  backOff: BackOff | undefined,
  now: Millis,
): View {
  const isTracked = (pod: Pod) => hasTracking(pod) && !released.has(pod.metadata.uid ?? '');
  const { succeeded = [], failed = [] } = job.status?.uncountedTerminatedPods ?? {};
  const isNew = (pod: Pod, known: readonly string[]) =>
    isTracked(pod) && !known.includes(pod.metadata.uid ?? '') && hasPlace(job, pod);
  const nowSucceeded = pods.filter((pod) => pod.status?.phase === 'Succeeded' && isNew(pod, succeeded));
  const nowFailed = pods.filter((pod) => isPodFailed(pod, job) && isNew(pod, failed));
  const counted = nowFailed.filter((pod) => matchFailurePolicy(job.spec, pod).isCounted);
  const active = pods.filter(isPodActive);
  const base = {
    job,
    now,
    pods,
    active,
    terminating: pods.filter(isTerminating).length,
    isTracked,
    uncounted: { succeeded, failed },
    succeeded: (job.status?.succeeded ?? 0) + nowSucceeded.length + succeeded.length,
    failed: (job.status?.failed ?? 0) + counted.length + failed.length,
    backOff: recordEnds(backOff, nowSucceeded, nowFailed),
  };
  return { ...base, ...indexesOf(base) };
}

type Base = Omit<View, 'before' | 'done' | 'failedIndexes' | 'delayed'>;

function indexesOf({ job, pods, active, isTracked }: Base) {
  const { completions = 0, backoffLimitPerIndex } = job.spec;
  const none = { before: [], done: [], failedIndexes: undefined, delayed: new Map<number, Pod>() };
  if (!isIndexed(job.spec)) return none;
  const before = parseIndexes(job.status?.completedIndexes, completions);
  const tracked = pods.filter((pod) => isTracked(pod) && hasPlace(job, pod));
  const done = withIndexes(before, tracked.filter((pod) => pod.status?.phase === 'Succeeded').map(completionIndex));
  if (backoffLimitPerIndex === undefined) return { ...none, before, done, succeeded: countOf(done) };
  const failedIndexes = withIndexes(
    parseIndexes(job.status?.failedIndexes, completions),
    tracked.filter((pod) => isIndexLost(job, pod)).map(completionIndex),
  );
  const running = new Set(active.map(completionIndex));
  const delayed = new Map<number, Pod>();
  for (const pod of tracked) {
    const index = completionIndex(pod);
    if (!isPodFailed(pod, job) || running.has(index)) continue;
    if (includesIndex(done, index) || includesIndex(failedIndexes, index)) continue;
    const other = delayed.get(index);
    if (other === undefined || isLater(pod, other)) delayed.set(index, pod);
  }
  return { before, done, failedIndexes, delayed, succeeded: countOf(done) };
}

function isLater(pod: Pod, other: Pod): boolean {
  return failuresWith(pod) >= failuresWith(other) && finishedAt(pod) >= finishedAt(other);
}

/** How often pods of this index have failed before, whether that counts or not. */
export function failuresWith(pod: Pod): number {
  return indexFailures(pod) + indexFailures(pod, INDEX_IGNORED);
}

function isIndexLost(job: Job, pod: Pod): boolean {
  if (!isPodFailed(pod, job)) return false;
  const { action, isCounted } = matchFailurePolicy(job.spec, pod);
  if (action === 'FailIndex') return true;
  return isCounted && indexFailures(pod) >= (job.spec.backoffLimitPerIndex ?? 0);
}

/** A pod of an Indexed Job counts only with an index that the Job has. */
export function hasPlace({ spec }: Job, pod: Pod): boolean {
  if (!isIndexed(spec)) return true;
  const index = completionIndex(pod);
  return index >= 0 && index < (spec.completions ?? 0);
}

/** A pod that is being deleted has failed, unless only pods that are really gone are replaced. */
export function isPodFailed(pod: Pod, job: Job): boolean {
  const phase = pod.status?.phase;
  if (phase === 'Failed') return true;
  return !replacesOnlyFailed(job) && pod.metadata.deletionTimestamp !== undefined && phase !== 'Succeeded';
}

/** Upstream onlyReplaceFailedPods. */
export function replacesOnlyFailed({ spec }: Job): boolean {
  return spec.podReplacementPolicy === 'Failed' || spec.podFailurePolicy !== undefined;
}

/** On its way out and not yet ended. */
export function isTerminating({ metadata, status }: Pod): boolean {
  return metadata.deletionTimestamp !== undefined && status?.phase !== 'Succeeded' && status?.phase !== 'Failed';
}

/** The conditions with this one; undefined when nothing changes. Upstream ensureJobConditionStatus. */
export function ensureCondition(
  { conditions = [] }: JobStatus,
  type: string,
  status: 'True' | 'False',
  [reason, message]: readonly [string, string],
  now: Millis,
): readonly JobCondition[] | undefined {
  const time = rfc3339(now);
  const next: JobCondition = { type, status, lastProbeTime: time, lastTransitionTime: time, reason, message };
  const at = conditions.findIndex((condition) => condition.type === type);
  const old = conditions[at];
  if (old === undefined) return status === 'False' ? undefined : [...conditions, next];
  if (old.status === status && old.reason === reason && old.message === message) return undefined;
  return conditions.map((condition, index) => (index === at ? next : condition));
}
