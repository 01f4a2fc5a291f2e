import type { Address, MessageId, Millis } from '../kernel/message.ts';

/** A piece of a sentence: plain words, or a name from the port (set in italics). */
export type Part = { readonly text: string } | { readonly port: string };

/** What a step is: something done by a person, a message, a decision, or a message that never arrived. */
export type StepKind = 'command' | 'fault' | 'request' | 'response' | 'watch' | 'store' | 'local' | 'decision' | 'lost';

/** One narrated step of history. */
export interface Step {
  /** 1, 2, 3 … */
  readonly number: number;
  /** The record that opens it. */
  readonly seq: number;
  readonly sentAt: Millis;
  /** When it arrives; equal to `sentAt` for decisions and commands. */
  readonly at: Millis;
  readonly from: Address;
  /** The first receiver; equal to `from` for decisions. */
  readonly to: Address;
  /** Further receivers of the same news. */
  readonly also: readonly Address[];
  readonly kind: StepKind;
  /** `POST`, `ADDED`, `txn`, `pullImage`, `scheduler/bound` */
  readonly verb: string;
  /** `pod/web`, `pod/web/status`; '' when there is none. */
  readonly object: string;
  readonly sentence: readonly Part[];
  /** The sentence as plain text. */
  readonly plain: string;
  /** Numbers of the steps it follows from. */
  readonly because: readonly number[];
  /** The message or command behind it; '' for decisions. */
  readonly record: MessageId;
  /** Whether it goes by radio: to or from the API server, etcd excepted. */
  readonly radio: boolean;
  /** Routine records since the step before. */
  readonly routine: number;
}
