import type { AnyMessage } from './message.ts';

/** A message with the numbers that order it, the sender's place in the world and its own count, and the receiver's place. */
export interface Queued {
  readonly message: AnyMessage;
  readonly actor: number;
  readonly receiver: number;
  readonly count: number;
  /** The sender's life when it was sent. */
  readonly epoch: number;
  /** The network will lose it on the way. */
  readonly lost: boolean;
  /** It leaves no record. */
  readonly silent: boolean;
}

/** Total order of delivery: (at, sender, count). Two different messages never tie. */
function isBefore(a: Queued, b: Queued): boolean {
  if (a.message.at !== b.message.at) return a.message.at < b.message.at;
  return a.actor === b.actor ? a.count < b.count : a.actor < b.actor;
}

/** Adds to a binary heap held in a plain array. */
export function push(heap: Queued[], item: Queued): void {
  let index = heap.length;
  heap.push(item);
  while (index > 0) {
    const parent = (index - 1) >> 1;
    const above = heap[parent] as Queued;
    if (!isBefore(item, above)) break;
    heap[index] = above;
    index = parent;
  }
  heap[index] = item;
}

/** Takes the earliest message out of the heap. */
export function pop(heap: Queued[]): Queued | undefined {
  const top = heap[0];
  const last = heap.pop();
  if (top === undefined || last === undefined || heap.length === 0) return top;
  let index = 0;
  for (;;) {
    let child = 2 * index + 1;
    if (child >= heap.length) break;
    if (child + 1 < heap.length && isBefore(heap[child + 1] as Queued, heap[child] as Queued)) child++;
    const below = heap[child] as Queued;
    if (!isBefore(below, last)) break;
    heap[index] = below;
    index = child;
  }
  heap[index] = last;
  return top;
}
