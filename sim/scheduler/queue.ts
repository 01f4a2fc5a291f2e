import type { Pod } from '../api/kinds/pod.ts';
import { objectKey } from '../api/meta.ts';
import type { MessageId, Millis } from '../kernel/message.ts';
import { part } from '../kernel/state.ts';
import type { ClusterChange, Plugin } from './plugin.ts';
import { prioritySort } from './plugins/prioritysort.ts';

/** A pod that waits to be scheduled. Replaced, never mutated. */
export interface QueuedPod {
  /** `ns/name` */
  readonly key: string;
  readonly uid: string;
  readonly priority: number;
  /** When it was first queued, or last failed: among equal priorities the earlier goes first. */
  readonly since: Millis;
  /** Counts what was queued, so that no two entries tie. */
  readonly order: number;
  readonly attempts: number;
  /** The plugins that refused it last; none when it failed for another reason (upstream: error back-off). */
  readonly plugins: readonly string[];
  readonly backOffUntil: Millis;
  /** The messages that made it ready. */
  readonly causes: readonly MessageId[];
}

/**
 * activeQ, backoffQ and the unschedulable pods, as upstream's `pkg/scheduler/backend/queue`. A pod is in at most one of
 * them. Among the unschedulable are those that a PreEnqueue plugin keeps back. Leaves out: pod groups.
 */
export interface SchedulingQueue {
  /** Sorted: the head is next. */
  active: QueuedPod[];
  /** Worth another try, but too soon. */
  backingOff: Map<string, QueuedPod>;
  /** Waiting for a change that may help. */
  unschedulable: Map<string, QueuedPod>;
  count: number;
}

const MAX_CAUSES = 4;
const INITIAL_BACKOFF_MS = 1000;
const MAX_BACKOFF_MS = 10_000;
/** A pod that has waited so long is tried again even if nothing seems to have helped. */
const MAX_UNSCHEDULABLE_MS = 300_000;

/** An empty queue. */
export function createSchedulingQueue(): SchedulingQueue {
  return part<SchedulingQueue>({ active: [], backingOff: new Map(), unschedulable: new Map(), count: 0 });
}

/** Adds a pod that was never tried; one that the plugin `gatedBy` keeps back waits where nobody tries it. */
export function addNewPod(
  queue: SchedulingQueue,
  pod: Pod,
  now: Millis,
  cause: MessageId,
  gatedBy: string | undefined,
): void {
  const entry: QueuedPod = {
    key: objectKey(pod),
    uid: pod.metadata.uid ?? '',
    priority: pod.spec.priority ?? 0,
    since: now,
    order: ++queue.count,
    attempts: 0,
    plugins: gatedBy === undefined ? [] : [gatedBy],
    backOffUntil: now,
    causes: [cause],
  };
  if (gatedBy === undefined) activate(queue, entry);
  else queue.unschedulable.set(entry.key, entry);
}

/** Takes the next pod: from activeQ, or when that is empty from backoffQ (upstream SchedulerPopFromBackoffQ). */
export function popPod(queue: SchedulingQueue): QueuedPod | undefined {
  const head = queue.active.shift() ?? earliestRefused(queue);
  if (head === undefined) return undefined;
  queue.backingOff.delete(head.key);
  return { ...head, attempts: head.attempts + 1 };
}

/** Puts back a pod that no node could take. */
export function addUnschedulable(
  queue: SchedulingQueue,
  entry: QueuedPod,
  plugins: readonly string[],
  now: Millis,
): void {
  const failed = fail(queue, entry, plugins, now);
  if (plugins.length === 0) queue.backingOff.set(entry.key, failed);
  else queue.unschedulable.set(entry.key, failed);
}

/** Which of the unschedulable pods a change of the cluster may help. */
export function helped(
  queue: SchedulingQueue,
  change: ClusterChange,
  plugins: readonly Plugin[],
  podOf: (key: string) => Pod | undefined,
): readonly Pod[] {
  return [...queue.unschedulable.values()].flatMap((entry) => {
    const pod = podOf(entry.key);
    return pod !== undefined && isHelped(entry, pod, change, plugins) ? [pod] : [];
  });
}

/** Takes a pod from the unschedulable ones: into activeQ, or into backoffQ while its back-off runs. */
export function movePod(queue: SchedulingQueue, key: string, now: Millis, cause: MessageId): boolean {
  const entry = queue.unschedulable.get(key);
  if (entry !== undefined) moveOut(queue, entry, now, cause);
  return entry !== undefined;
}

/**
 * Moves what has waited five minutes (unless it is kept back), and what has finished its back-off. Gives the keys that
 * moved.
 */
export function flush(
  queue: SchedulingQueue,
  now: Millis,
  cause: MessageId,
  isGated: (key: string) => boolean,
): readonly string[] {
  const moved: string[] = [];
  for (const entry of [...queue.backingOff.values()]) {
    if (entry.backOffUntil > now) continue;
    queue.backingOff.delete(entry.key);
    activate(queue, withCause(entry, cause));
    moved.push(entry.key);
  }
  for (const entry of [...queue.unschedulable.values()]) {
    if (now - entry.since <= MAX_UNSCHEDULABLE_MS || isGated(entry.key)) continue;
    moveOut(queue, entry, now, cause);
    moved.push(entry.key);
  }
  return moved;
}

/** When the next back-off ends; undefined when none runs. */
export function nextBackOffEnd(queue: SchedulingQueue): Millis | undefined {
  let earliest: Millis | undefined;
  for (const { backOffUntil } of queue.backingOff.values()) {
    if (earliest === undefined || backOffUntil < earliest) earliest = backOffUntil;
  }
  return earliest;
}

/** Forgets a pod, wherever it waits. */
export function forgetPod(queue: SchedulingQueue, key: string): void {
  if (queue.backingOff.delete(key) || queue.unschedulable.delete(key)) return;
  const index = queue.active.findIndex((entry) => entry.key === key);
  if (index >= 0) queue.active.splice(index, 1);
}

/** Whether the pod waits anywhere. */
export function hasPod(queue: SchedulingQueue, key: string): boolean {
  return queue.backingOff.has(key) || queue.unschedulable.has(key) || queue.active.some((entry) => entry.key === key);
}

/** 1 s doubled with each attempt, at most 10 s. */
export function backOffMs(attempts: number): Millis {
  return attempts === 0 ? 0 : Math.min(INITIAL_BACKOFF_MS * 2 ** Math.min(attempts - 1, 10), MAX_BACKOFF_MS);
}

/** The end of a back-off is cut to whole seconds, upstream's ordering window. */
function fail(queue: SchedulingQueue, entry: QueuedPod, plugins: readonly string[], now: Millis): QueuedPod {
  const backOffUntil = Math.floor((now + backOffMs(entry.attempts)) / 1000) * 1000;
  return { ...entry, since: now, order: ++queue.count, plugins, backOffUntil, causes: [] };
}

function earliestRefused(queue: SchedulingQueue): QueuedPod | undefined {
  let best: QueuedPod | undefined;
  for (const entry of queue.backingOff.values()) {
    if (entry.plugins.length === 0) continue;
    const isEarlier =
      best === undefined ||
      entry.backOffUntil < best.backOffUntil ||
      (entry.backOffUntil === best.backOffUntil && entry.order < best.order);
    if (isEarlier) best = entry;
  }
  return best;
}

function isHelped(entry: QueuedPod, pod: Pod, change: ClusterChange, plugins: readonly Plugin[]): boolean {
  return plugins.some(
    ({ name, requeueOn }) =>
      entry.plugins.includes(name) &&
      requeueOn.some(
        (on) => on.kind === change.kind && on.action === change.action && (on.helps?.(pod, change) ?? true),
      ),
  );
}

function moveOut(queue: SchedulingQueue, entry: QueuedPod, now: Millis, cause: MessageId): void {
  queue.unschedulable.delete(entry.key);
  const next = withCause(entry, cause);
  if (entry.backOffUntil > now) queue.backingOff.set(entry.key, next);
  else activate(queue, next);
}

function withCause(entry: QueuedPod, cause: MessageId): QueuedPod {
  return entry.causes.length >= MAX_CAUSES ? entry : { ...entry, causes: [...entry.causes, cause] };
}

/** Keeps activeQ sorted; new pods nearly always belong at its end. */
function activate(queue: SchedulingQueue, entry: QueuedPod): void {
  const { active } = queue;
  let index = active.length;
  while (index > 0 && prioritySort.less(entry, active[index - 1] as QueuedPod)) index--;
  active.splice(index, 0, entry);
}
