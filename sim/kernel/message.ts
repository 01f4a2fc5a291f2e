import type { Value } from './value.ts';

/** Virtual time in whole milliseconds; 0 is 2026-01-01T00:00:00Z, when a page's cluster is booted and quiet. */
export type Millis = number;

/** `kubelet/node-3#17`: the sender and its own count. Ordered by number, never by text. */
export type MessageId = string;

declare const speaks: unique symbol;
/** The name of an actor, which carries the protocol it understands, so that a misspelt kind does not compile. */
export type Address<P = unknown> = string & { readonly [speaks]?: P };

/** Names an actor that understands the protocol P. */
export function address<P>(name: string): Address<P> {
  return name as Address<P>;
}

/** What every message has, whatever it says. */
export interface Envelope {
  readonly id: MessageId;
  readonly from: Address;
  readonly to: Address;
  readonly sentAt: Millis;
  /** When it is delivered. The queue is ordered by (at, sender, the sender's count). */
  readonly at: Millis;
  /** What was being handled when this was sent; several when a workqueue joined them. */
  readonly causes: readonly MessageId[];
  /** The request this answers; '' when it answers none. */
  readonly replyTo: MessageId;
  /** Leases, heartbeats, pings: collapsed with a count in step, log and timeline. */
  readonly routine: boolean;
}

/** A message of the protocol P; `switch (message.kind)` narrows its body. */
export type Message<P = Record<string, Value>> = {
  [K in keyof P & string]: Envelope & { readonly kind: K; readonly body: P[K] };
}[keyof P & string];

/** A message whose protocol is not known here: what the kernel moves and the trace keeps. */
export type AnyMessage = Envelope & { readonly kind: string; readonly body: Value };

/** What the kernel itself says to any actor. */
export interface KernelProtocol {
  /** The process has just begun, for the first time or after a crash. */
  start: null;
  /** Nobody listens there: the process is down, its machine is up. `replyTo` names the refused message. */
  refused: null;
  /** The process has ended; the programs that it has begun go on: see `orphans` in component.ts. */
  orphaned: null;
  /** A stream with this peer has broken because the peer's process ended. */
  disconnected: { readonly peer: Address };
}

/** How a message is recorded. Defaults: caused by the message in hand, not routine, no stream. */
export interface Mark {
  readonly causes?: readonly MessageId[];
  readonly routine?: boolean;
  /** Leaves no record: the pulse of a connection that has nothing to say, ten times a second for ever. */
  readonly silent?: boolean;
  /** Opens a lasting connection: if either process ends, the kernel tells the other (`disconnected`). */
  readonly stream?: boolean;
}
