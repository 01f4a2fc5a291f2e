import type { KubeObject } from '../api/meta.ts';
import type { MessageId, Millis } from '../kernel/message.ts';

/** What an informer lists and watches. */
export interface InformerSpec {
  /** The resource's plural, or another name unique in the process: `pods`. */
  readonly name: string;
  /** `/api/v1/pods` */
  readonly path: string;
  /** Label and field selectors. */
  readonly query?: Readonly<Record<string, string>>;
  /** Whether its lists are routine, as its watches always are. */
  readonly isRoutine?: boolean;
}

/** An informer's state. Replaced, never mutated. */
export interface Informer {
  readonly spec: InformerSpec;
  readonly phase: 'idle' | 'listing' | 'opening' | 'watching' | 'waiting';
  /** The resourceVersion it has seen up to. */
  readonly revision: string;
  readonly watch: MessageId;
  readonly sequence: number;
  /** When the server ends this watch at the latest. */
  readonly endsAt: Millis;
  /** Failures in a row, for back-off. */
  readonly failures: number;
  /** Whether the first list has arrived. */
  readonly hasSynced: boolean;
}

/** One change of a cache. */
export interface Change<O extends KubeObject = KubeObject> {
  readonly informer: string;
  readonly type: 'added' | 'updated' | 'deleted';
  readonly object: O;
  readonly old?: O;
  /** The message that brought it. */
  readonly cause: MessageId;
  /** Whether it is routine (a lease renewed, a heartbeat). */
  readonly routine: boolean;
}
