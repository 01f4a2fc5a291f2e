import type { KubeObject } from '../api/meta.ts';
import type { Change } from '../client/cache.ts';
import type { EventText } from '../client/recorder.ts';
import type { Note } from '../kernel/component.ts';
import type { Millis } from '../kernel/message.ts';
import type { State } from '../kernel/state.ts';
import type { Value } from '../kernel/value.ts';
import type { HttpRequest, HttpResponse } from '../protocol/http.ts';

/**
 * A control loop as kube-controller-manager hosts it. The frame owns the queue, the retries and the requests in
 * flight; a controller only says which keys a change concerns and, for one key, which writes bring the world closer
 * to what is wanted.
 */
export interface Controller<S extends State = State> {
  /** As upstream: `deployment-controller`. */
  readonly name: string;
  /** The source of its Events, where it differs from the name. */
  readonly eventSource?: string;
  /** The ServiceAccount under which it works, where that has another name. */
  readonly account?: string;
  /** The shared informers it observes; it may read all of them. */
  readonly informers: readonly string[];
  /** How many keys it works on at the same time. */
  readonly workers: number;
  /** The first wait after a failed sync, where it is not 5 ms; doubled with each failure. */
  readonly backOffMs?: Millis;
  /** Its own state, made with `part({...})`. */
  init(config: Value): S;
  /** Called once, when all informers have listed: starts periodic work. */
  start?(context: Context<S>): void;
  /** The keys that a change concerns. Bookkeeping such as expectations is done here too. */
  observe(change: Change, context: Context<S>): readonly string[];
  /** Level-triggered: looks at the caches as they are now and returns writes. */
  reconcile(key: string, context: Context<S>): Outcome;
  /** Called with each answer to its writes, before the frame goes on. */
  answered?(key: string, write: Write, response: HttpResponse, isSuccess: boolean, context: Context<S>): void;
  /** The last write of a sync in which an earlier one failed, in place of `closing`. */
  failed?(key: string, failure: Failure, context: Context<S>): Write | undefined;
}

/**
 * One request, and what is said about it. `%s` in an Event's message stands for the created object's name or the
 * error.
 */
export interface Write {
  readonly request: HttpRequest;
  /** Statuses that are as good as success: 404 on a delete. No Event is written for them. */
  readonly ignore?: readonly number[];
  /** What the Events are about. */
  readonly about?: KubeObject;
  readonly success?: readonly EventText[];
  readonly failure?: EventText;
  /** Statuses that are failures without that Event. */
  readonly silent?: readonly number[];
  /** What `answered` needs to know. */
  readonly tag?: string;
}

/** Why a sync failed: its first refused write. */
export interface Failure {
  /** 0 when no answer came. */
  readonly status: number;
  readonly message: string;
  /** The write's tag. */
  readonly tag: string | undefined;
  /** How many writes of the sync were never sent. */
  readonly skipped: number;
}

/** Writes sent at the same time. */
export type Batch = readonly Write[];

/**
 * What one sync of a key does. The key stays in work until the last answer; a failure brings it back after a back-
 * off.
 */
export interface Outcome {
  /** One batch after the other; the next only when all of the batch succeeded. */
  readonly writes?: readonly Batch[];
  /** Sent after the batches, even when one failed: a status. */
  readonly closing?: Write | undefined;
  /** Look again after so long; at once after the first half of a round, which then does not end a back-off. */
  readonly requeueAfterMs?: Millis | undefined;
}

/** Nothing to do. */
export const NOTHING: Outcome = {};

/** What a controller sees and can do while it handles one change or one key. */
export interface Context<S extends State = State> {
  readonly state: S;
  readonly now: Millis;
  /** A shared informer's cache, by `ns/name`. */
  cache<O extends KubeObject>(informer: string): ReadonlyMap<string, O>;
  /** Cached objects that name this uid among their owners. */
  dependents<O extends KubeObject>(informer: string, uid: string | undefined): readonly O[];
  /** Cached Pods or ReplicaSets of a namespace that have no controller. */
  orphans<O extends KubeObject>(informer: string, namespace: string | undefined): readonly O[];
  /** Keys of the cached Pods bound to a node. */
  podsOn(node: string): Iterable<string>;
  /** Queues one of its own keys, now or later. A key waits for its earliest time only. */
  add(key: string): void;
  addAfter(key: string, delay: Millis): void;
  /** Writes an Event at once; for those that follow an answer see {@link Write}. */
  event(about: KubeObject, text: EventText): void;
  /** Records a decision in the trace. */
  note(note: Note): void;
}
