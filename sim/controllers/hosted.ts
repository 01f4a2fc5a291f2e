import type { JsonObject } from '../api/meta.ts';
import type { ClientState } from '../client/calls.ts';
import type { Election } from '../client/leaderelection.ts';
import type { Recorder } from '../client/recorder.ts';
import type { WorkQueue } from '../client/workqueue.ts';
import type { MessageId, Millis } from '../kernel/message.ts';
import type { State } from '../kernel/state.ts';
import type { Batch, Failure, Write } from './controller.ts';
import type { Indexes } from './indexes.ts';

/** What a process needs to host control loops. */
export interface Frame {
  client: ClientState;
  indexes: Indexes;
  /** By controller name. */
  hosted: Map<string, Hosted>;
}

/** The state of kube-controller-manager. */
export interface ManagerState extends Frame {
  election: Election;
  /** Whether all informers have listed and the controllers work. */
  /** It may have to wait until it leads before it listens. */
  standsBy: boolean;
  isRunning: boolean;
  /** Whether kinds may come and go here, and the last answer about which there are. */
  discovers: boolean;
  found: JsonObject | undefined;
}

/** What the frame keeps for one controller. */
export interface Hosted {
  queue: WorkQueue;
  recorder: Recorder;
  /** The controller's own state. */
  own: State;
  /** Syncs whose writes are not all answered, by key. */
  jobs: Map<string, Job>;
  /** Keys that will be added later, and when. */
  delayed: Map<string, Millis>;
  /** The key reconciled last. */
  last: string;
}

/** A sync in progress. Replaced, never mutated. */
export interface Job {
  readonly causes: readonly MessageId[];
  /** Batches not sent yet. */
  readonly batches: readonly Batch[];
  readonly closing: Write | undefined;
  readonly requeueAfterMs: Millis | undefined;
  /** Writes sent and not answered. */
  readonly outstanding: number;
  /** The first error. */
  readonly failure: Failure | undefined;
  /** Whether the closing write is on its way. */
  readonly isClosing: boolean;
}
