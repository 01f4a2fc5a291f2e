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

/** A range read. `rangeEnd` absent: one key; `\0`: all keys from `key` on; a prefix is the caller's to spell out. */
export interface RangeRequest {
  readonly key: string;
  readonly rangeEnd?: string;
  readonly limit?: number;
  /** Read as of this revision; absent or 0: now. */
  readonly revision?: number;
  readonly countOnly?: boolean;
  /** Leaves the values out. */
  readonly keysOnly?: boolean;
  /** Any member may answer from what it has, without asking whether it is up to date. */
  readonly serializable?: boolean;
  readonly sort?: { readonly by: 'key' | 'version' | 'create' | 'mod' | 'value'; readonly isDescending: boolean };
  /** Keys with other revisions are left out; 0 or absent: no bound. */
  readonly minModRevision?: number;
  readonly maxModRevision?: number;
  readonly minCreateRevision?: number;
  readonly maxCreateRevision?: number;
}

/** One comparison of a transaction; with `rangeEnd` it must hold for every key there. */
export interface Compare {
  readonly key: string;
  readonly rangeEnd?: string;
  readonly target: 'mod' | 'create' | 'version' | 'value' | 'lease';
  readonly result: '=' | '!=' | '<' | '>';
  readonly value: Value;
}

/** A write of one key. `ignoreValue` and `ignoreLease` keep what is there. */
export interface PutRequest {
  readonly key: string;
  readonly value: Value;
  readonly lease?: number;
  readonly wantsPrevious?: boolean;
  readonly ignoreValue?: boolean;
  readonly ignoreLease?: boolean;
}

/** A deletion of one key or of [key, rangeEnd). */
export interface DeleteRequest {
  readonly key: string;
  readonly rangeEnd?: string;
  readonly wantsPrevious?: boolean;
}

/** One operation of a transaction. */
export type Operation =
  | ({ readonly type: 'put' } & PutRequest)
  | ({ readonly type: 'delete' } & DeleteRequest)
  | ({ readonly type: 'range' } & RangeRequest)
  | { readonly type: 'txn'; readonly request: TxnRequest };

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
  readonly more?: boolean;
  readonly deleted?: number;
  readonly previous?: readonly KeyValue[];
  readonly txn?: Pick<TxnResponse, 'succeeded' | 'results'>;
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

/** A member of the cluster as the members know it. `name` is '' until it has started. */
export interface Member {
  readonly id: string;
  readonly name: string;
  /** The process behind its URLs: `https://etcd-1:2380` for peers, `:2379` for clients. */
  readonly process: string;
  readonly isLearner: boolean;
}

/** Every member alarm there is. `member` '' names all members. */
export interface AlarmRequest {
  readonly action: 'activate' | 'disarm';
  readonly member: string;
  readonly alarm: 'NOSPACE' | 'CORRUPT';
}

/** The whole database as data: what a Raft snapshot carries, and what `etcdctl snapshot save` writes to a file. */
export interface Image {
  readonly revision: number;
  readonly compacted: number;
  readonly keyValues: readonly KeyValue[];
  readonly history: readonly EtcdEvent[];
  readonly leases: readonly { readonly id: string; readonly ttlMs: number; readonly keys: readonly string[] }[];
  readonly nextLease: number;
  readonly members: readonly Member[];
  readonly removed: readonly string[];
  readonly alarms: readonly string[];
  readonly usedBytes: number;
  readonly fileBytes: number;
}

/** What `etcdutl snapshot restore` writes where a stopped member has its data. */
export interface Restore {
  readonly image: Image;
  /** The processes of the new cluster, in the order of `--initial-cluster`. */
  readonly cluster: readonly string[];
  /** `--initial-cluster-token`: another token makes other ids. */
  readonly token: string;
  /** `--bump-revision`, with which `--mark-compacted` comes; 0: neither. */
  readonly bump: number;
}

/** What the machine of a member does for a person who is logged in there. */
export interface EtcdMachineProtocol {
  restoreDisk: Restore;
}

/** What an etcd member understands from its clients. A watch request is sent with the mark `stream: true`. */
export interface EtcdProtocol {
  range: RangeRequest;
  txn: TxnRequest;
  /** Watches [key, rangeEnd) from a revision (0: from now). Events arrive as `watched`. */
  watch: { readonly key: string; readonly rangeEnd: string; readonly fromRevision: number };
  cancelWatch: { readonly watch: MessageId };
  /** Asks for an empty `watched` with the revision up to which the watch has seen everything. */
  requestProgress: { readonly watch: MessageId };
  /** `lease` absent or 0: etcd chooses the id. */
  grantLease: { readonly ttlSeconds: number; readonly lease?: number };
  revokeLease: { readonly lease: number };
  keepAlive: { readonly lease: number };
  timeToLive: { readonly lease: number; readonly keys?: boolean };
  listLeases: null;
  compact: { readonly revision: number };
  members: null;
  addMember: { readonly process: string; readonly isLearner: boolean };
  removeMember: { readonly id: string };
  promoteMember: { readonly id: string };
  status: null;
  alarms: null;
  disarm: AlarmRequest;
  defragment: null;
  saveSnapshot: null;
  moveLeader: { readonly target: string };
}

/** What a client of etcd understands. Every answer may carry `error`, with etcd's own text. */
export interface EtcdClientProtocol {
  ranged: RangeResponse;
  committed: TxnResponse;
  /** Numbered from 1 within a watch, so that a lost message is noticed. */
  watched: {
    readonly watch: MessageId;
    readonly sequence: number;
    readonly revision: number;
    readonly events: readonly EtcdEvent[];
    /** Ends the watch: `etcdserver: mvcc: required revision has been compacted`, `etcdserver: no leader`. */
    readonly error?: string;
  };
  leaseGranted: { readonly lease: number; readonly ttlSeconds: number; readonly error?: string };
  leaseRevoked: { readonly revision: number; readonly error?: string };
  /** `ttlSeconds` 0: there is no such lease. */
  keptAlive: { readonly lease: number; readonly ttlSeconds: number; readonly error?: string };
  /** `ttlSeconds` -1: there is no such lease. */
  timeLeft: {
    readonly lease: number;
    readonly ttlSeconds: number;
    readonly grantedSeconds: number;
    readonly keys: readonly string[];
    readonly error?: string;
  };
  leaseList: { readonly leases: readonly number[] };
  compacted: { readonly revision: number; readonly error?: string };
  memberList: { readonly clusterId: string; readonly members: readonly Member[]; readonly error?: string };
  statusOf: MemberStatus;
  alarmList: { readonly alarms: readonly Alarm[]; readonly error?: string };
  defragmented: { readonly error?: string };
  /** The whole database; the file that etcdctl writes. */
  snapshotSent: { readonly image: Image; readonly bytes: number };
  /** `error`: there is data already. */
  diskRestored: { readonly error?: string };
  leaderMoved: { readonly error?: string };
}

/** An alarm that a member has raised. */
export interface Alarm {
  readonly member: string;
  readonly alarm: 'NOSPACE' | 'CORRUPT';
}

/** What `etcdctl endpoint status` asks for. */
export interface MemberStatus {
  readonly member: string;
  readonly clusterId: string;
  readonly leader: string;
  readonly isLearner: boolean;
  readonly term: number;
  readonly index: number;
  readonly appliedIndex: number;
  readonly revision: number;
  readonly fileBytes: number;
  readonly usedBytes: number;
  readonly quotaBytes: number;
  readonly errors: readonly string[];
}

/** The process of a cluster with one member. */
export const ETCD: Address<EtcdProtocol> = address('etcd');

/** Whether a process is a member of etcd, whatever program it runs. */
export function isMember(process: Address): boolean {
  // Asked of each of thousands of processes: most are told apart by their first letters.
  return process.startsWith(ETCD) && /^etcd(-\d+)?$/.test(process);
}

/** The processes of a cluster: `etcd` when it is one, else `etcd-0`, `etcd-1` …, each on a machine of that name. */
export function etcdProcesses(members: number): readonly Address<EtcdProtocol>[] {
  return members === 1 ? [ETCD] : Array.from({ length: members }, (_, index) => address(`etcd-${index}`));
}
