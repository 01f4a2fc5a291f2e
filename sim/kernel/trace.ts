import type { Note } from './component.ts';
import type { Address, AnyMessage, MessageId, Millis } from './message.ts';
import type { Value } from './value.ts';

/** What a person did: a kubectl line, a fault, a change of shape. */
export interface Command {
  readonly kind: string;
  readonly [detail: string]: Value;
}

/** Why a message never arrived. */
export type DropReason = 'partition' | 'loss' | 'receiver-down' | 'fault';

/** One line of history. Everything the pages show of the past is folded from these. */
export type TraceRecord =
  | { readonly type: 'sent' | 'delivered'; readonly seq: number; readonly at: Millis; readonly message: AnyMessage }
  | {
      readonly type: 'dropped';
      readonly seq: number;
      readonly at: Millis;
      readonly message: AnyMessage;
      readonly reason: DropReason;
    }
  | {
      readonly type: 'noted';
      readonly seq: number;
      readonly at: Millis;
      readonly by: Address;
      readonly note: Note;
      readonly causes: readonly MessageId[];
      readonly routine: boolean;
    }
  | {
      readonly type: 'commanded';
      readonly seq: number;
      readonly at: Millis;
      readonly id: MessageId;
      readonly command: Command;
    };

/** 64 bits over every character of every record, as 16 hex digits: equal histories have equal hashes. */
export function hashTrace(records: readonly TraceRecord[]): string {
  return hashTexts(records, (record) => JSON.stringify(record));
}

/** The same 64 bits over texts, for what is not a record: a serialised world. */
export function hashTexts<T>(items: readonly T[], textOf: (item: T) => string): string {
  let low = 0x9e3779b9;
  let high = 0x85ebca6b;
  for (const item of items) {
    const text = textOf(item);
    for (let i = 0; i < text.length; i++) {
      const unit = text.charCodeAt(i);
      low = Math.imul(low ^ unit, 0x9e3779b1);
      high = Math.imul(high ^ unit, 0x5f356495);
      low ^= high >>> 15;
      high ^= low >>> 13;
    }
  }
  return hex(low) + hex(high);
}

function hex(bits: number): string {
  return (bits >>> 0).toString(16).padStart(8, '0');
}
