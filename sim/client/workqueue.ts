import type { IO } from '../kernel/component.ts';
import type { MessageId, Millis } from '../kernel/message.ts';
import { part } from '../kernel/state.ts';

/**
 * client-go's rate-limited work queue: a key waits at most once, a key being processed is not handed out again until
 * it is done, and a failed key comes back after 5 ms doubled per failure (at most 1,000 s). Leaves out: the global
 * token bucket.
 */
export interface WorkQueue {
  /** Keys ready, in order. */
  ready: string[];
  /** Why each waiting key waits: the messages to name as causes. */
  causes: Map<string, readonly MessageId[]>;
  processing: Set<string>;
  /** Failures in a row. */
  failures: Map<string, number>;
}

/** A key handed out, with what caused it. */
export interface WorkItem {
  readonly key: string;
  readonly causes: readonly MessageId[];
}

const BASE_MS = 5;
const MAX_MS = 1_000_000;
/** Joined causes are bounded: the first few tell the story. */
const MAX_CAUSES = 8;

/** An empty queue. */
export function createWorkQueue(): WorkQueue {
  return part<WorkQueue>({ ready: [], causes: new Map(), processing: new Set(), failures: new Map() });
}

/** Adds a key; one that waits already only gains a cause. */
export function addKey(queue: WorkQueue, key: string, cause: MessageId): void {
  const waiting = queue.causes.get(key);
  if (waiting !== undefined) {
    if (waiting.length < MAX_CAUSES && !waiting.includes(cause)) queue.causes.set(key, [...waiting, cause]);
    return;
  }
  queue.causes.set(key, [cause]);
  if (!queue.processing.has(key)) queue.ready.push(key);
}

/** Hands out the next key, or undefined. The caller ends it with {@link finishKey}. */
export function takeKey(queue: WorkQueue): WorkItem | undefined {
  const key = queue.ready.shift();
  if (key === undefined) return undefined;
  const causes = queue.causes.get(key) ?? [];
  queue.causes.delete(key);
  queue.processing.add(key);
  return { key, causes };
}

/** Ends the processing of a key; if it was added meanwhile it is ready again at once. */
export function finishKey(queue: WorkQueue, key: string): void {
  queue.processing.delete(key);
  if (queue.causes.has(key)) queue.ready.push(key);
}

/** A success clears the key's back-off. */
export function forgetKey(queue: WorkQueue, key: string): void {
  queue.failures.delete(key);
}

/** Counts a failure and says how long to wait before the key is added again: `baseMs`, doubled with each failure. */
export function backOffKey(queue: WorkQueue, key: string, baseMs: Millis = BASE_MS): Millis {
  const failures = queue.failures.get(key) ?? 0;
  queue.failures.set(key, failures + 1);
  return Math.min(baseMs * 2 ** Math.min(failures, 30), MAX_MS);
}

/** A timer that adds the key later: deliver its body to {@link addKey} with the timer's id as the cause. */
export function addKeyAfter(io: IO, queueName: string, key: string, delay: Millis, routine = false): void {
  io.after(delay, 'queue/add', { queue: queueName, key }, { routine });
}
