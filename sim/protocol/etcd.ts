import { type Address, address, type MessageId } from '../kernel/message.ts';
import type { Value } from '../kernel/value.ts';

/** A stored key: etcd's KeyValue. The value is the object as stored. */
export interface KeyValue {
  readonly key: string;
  readonly value: Value;
  readonly createRevision: number;
  readonly modRevision: number;
  readonly version: number;
  /** The EtcdLease it is attached to; 0 for none. */
  readonly lease: number;
}

/** A range read. `rangeEnd` absent: one key; `prefix` semantics are the caller's (key + next byte). */
export interface RangeRequest {
  readonly key: string;
  readonly rangeEnd?: string;
  readonly limit?: number;
  /** Read as of this revision; absent or 0: now. */
  readonly revision?: number;
  readonly countOnly?: boolean;
}

/** One comparison of a transaction. */
export interface Compare {
  readonly key: string;
  readonly target: 'mod' | 'create' | 'version' | 'value';
  readonly result: '=' | '!=' | '<' | '>';
  readonly value: Value;
}

/** One operation of a transaction. */
export type Operation =
  | { readonly type: 'put'; readonly key: string; readonly value: Value; readonly lease?: number }
  | { readonly type: 'delete'; readonly key: string; readonly rangeEnd?: string }
  | ({ readonly type: 'range' } & RangeRequest);

/** All comparisons hold: `success` runs, else `failure`. One transaction makes at most one revision. */
export interface TxnRequest {
  readonly compare: readonly Compare[];
  readonly success: readonly Operation[];
  readonly failure: readonly Operation[];
}

/** What one operation gave. */
export interface OperationResult {
  readonly keyValues?: readonly KeyValue[];
  readonly count?: number;
  readonly deleted?: number;
}

/** Answers carry the store's revision; `error` has etcd's own text. */
export interface RangeResponse {
  readonly revision: number;
  readonly keyValues: readonly KeyValue[];
  readonly more: boolean;
  readonly count: number;
  readonly error?: string;
}
/** `succeeded`: the comparisons held. `revision`: the store's after the transaction. */
export interface TxnResponse {
  readonly revision: number;
  readonly succeeded: boolean;
  readonly results: readonly OperationResult[];
  readonly error?: string;
}

/** A change of one key. `previous` is the value before it, when there was one. */
export interface EtcdEvent {
  readonly type: 'put' | 'delete';
  readonly keyValue: KeyValue;
  readonly previous?: KeyValue;
}

/** What an etcd member understands from its clients. A watch request is sent with the mark `stream: true`. */
export interface EtcdProtocol {
  range: RangeRequest;
  txn: TxnRequest;
  /** Watches [key, rangeEnd) from a revision (0: from now). Events arrive as `watched`. */
  watch: { readonly key: string; readonly rangeEnd: string; readonly fromRevision: number };
  cancelWatch: { readonly watch: MessageId };
  grantLease: { readonly ttlSeconds: number };
  compact: { readonly revision: number };
}

/** What a client of etcd understands. */
export interface EtcdClientProtocol {
  ranged: RangeResponse;
  committed: TxnResponse;
  /** Numbered from 1 within a watch, so that a lost message is noticed. */
  watched: {
    readonly watch: MessageId;
    readonly sequence: number;
    readonly revision: number;
    readonly events: readonly EtcdEvent[];
    /** `mvcc: required revision has been compacted` ends the watch. */
    readonly error?: string;
  };
  leaseGranted: { readonly lease: number; readonly ttlSeconds: number };
  compacted: { readonly revision: number; readonly error?: string };
}

/** The members a client may ask. One member now; clients take the list from their config. */
export const ETCD: Address<EtcdProtocol> = address('etcd');
