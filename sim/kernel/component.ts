import type { Address, KernelProtocol, Mark, Message, MessageId, Millis } from './message.ts';
import type { State } from './state.ts';
import type { Value } from './value.ts';

/** A domain fact for the trace: `{ what: 'scheduler/bound', about: 'pod/web', node: 'node-1' }`. */
export interface Note {
  /** `area/fact`, lower case: `scheduler/bound`, `kubelet/probe-failed`. */
  readonly what: string;
  /** The object concerned as `kind/name` (kind in lower case, singular), when there is one. */
  readonly about?: string;
  readonly [detail: string]: Value;
}

/** What a component can do to the world. There is nothing else. */
export interface IO {
  readonly self: Address;
  readonly now: Millis;
  /** What the world outside said to the question that the component's `ask` had about this message. */
  readonly answer: Value;
  /** Sends over the network: it takes time, may be lost, and may find nobody. Messages between two actors keep their order. */
  send<P, K extends keyof P & string>(to: Address<P>, kind: K, body: P[K], mark?: Mark): MessageId;
  /** Answers a request; the sender sees `replyTo` = the request's id. */
  reply(request: { readonly id: MessageId; readonly from: Address }, kind: string, body: Value, mark?: Mark): MessageId;
  /** A timer: a message to oneself after so many milliseconds. It dies with the process. */
  after(delay: Millis, kind: string, body?: Value, mark?: Mark): MessageId;
  /** A whole number in [0, bound). One stream per (seed, actor, purpose). */
  random(purpose: string, bound: number): number;
  /** Ends this process after the message in hand; its supervisor starts it again after so many milliseconds, or never. */
  exit(restartAfterMs: Millis | null): void;
  /** Records a domain fact. */
  note(note: Note, mark?: Mark): void;
}

/** A process: synchronous handlers over plain state. S must be built with `part({...})`. P is what it understands. */
export interface Component<S extends State = State, P = Record<string, Value>> {
  /** As a process: `kube-scheduler`. */
  readonly name: string;
  init(self: Address, config: Value): S;
  /** Runs to completion; replaces values, never mutates them. */
  receive(state: S, message: Message<P & KernelProtocol>, io: IO): void;
  /**
   * For a process that is partly outside of the simulation: what must be answered before this message is handled;
   * undefined when nothing must. The simulation stops there; the answer is recorded as a command, so that a replay
   * asks nobody. Pure: it may be called more than once.
   */
  ask?(state: S, message: Message<P & KernelProtocol>): Value;
  /** What survives a crash (the disk). Without it a restarted process begins with `init`. */
  restart?(state: S): S;
  /**
   * What survives when another program or configuration takes its place (the disk again), for {@link restart} to begin
   * with. Without it nothing does.
   */
  reinstall?(state: S, config: Value): S;
  /**
   * What a program beside the stopped process does with its disk when such a message comes: the disk as it is then, or
   * undefined when nobody there understands the message, which is then refused.
   */
  offline?(disk: S, message: Message<P & KernelProtocol>, io: IO): S | undefined;
  /**
   * Kinds of messages that are meant for programs which this process has begun. Those go on when it ends, while their
   * machine has power: such messages, its timers too, are then delivered all the same. The first is `orphaned`.
   */
  readonly orphans?: readonly string[];
  /** The only view of its inside, for pictures and inspectors. */
  inspect(state: S): Value;
}
