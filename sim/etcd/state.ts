import type { Address, AnyMessage, MessageId, Millis } from '../kernel/message.ts';
import { part } from '../kernel/state.ts';
import type { AlarmRequest, EtcdProtocol, Member, RangeRequest, TxnRequest } from '../protocol/etcd.ts';
import type { Batch } from '../raft/log.ts';
import type { NodeId, RaftMessage } from '../raft/message.ts';
import { createRaft, type Raft } from '../raft/raft.ts';
import type { Lessor } from './lease.ts';
import type { Store } from './store.ts';
import type { Watches } from './watch.ts';

/** What a member is configured with, as flags of the process. */
export interface EtcdConfig {
  /** How long the disk takes to make a write durable. */
  readonly fsyncMs?: Millis;
  /** `--election-timeout`: a whole number of heartbeats, 5 at least. */
  readonly electionMs?: Millis;
  /** `--initial-cluster`: the processes of the cluster's first day, this one included. */
  readonly cluster?: readonly string[];
  /** `--snapshot-count`: entries applied between two Raft snapshots. */
  readonly snapshotCount?: number;
  /** `--quota-backend-bytes`. */
  readonly quotaBytes?: number;
}

/** The message in hand, as far as what it leads to needs it. */
export interface InHand {
  readonly id: MessageId;
  readonly routine: boolean;
}

/** What goes through the log: everything that changes what members hold in common. */
export type Write =
  | { readonly type: 'txn'; readonly request: TxnRequest }
  | { readonly type: 'grant'; readonly request: EtcdProtocol['grantLease'] }
  | { readonly type: 'revoke'; readonly lease: number }
  | { readonly type: 'compact'; readonly revision: number }
  | { readonly type: 'alarm'; readonly request: AlarmRequest }
  /** A member is added, or a learner becomes a voter. */
  | { readonly type: 'member'; readonly member: Member }
  /** A member has started, and tells its name. */
  | { readonly type: 'publish'; readonly id: NodeId; readonly name: string }
  | { readonly type: 'removeMember'; readonly id: NodeId };

/** The data of a log entry. `id` is the client's message: who holds its request answers when the entry is applied. */
export interface Proposal {
  readonly id: MessageId;
  readonly routine: boolean;
  /** How much the database grows by it at most. */
  readonly bytes: number;
  readonly write: Write;
}

/** A client's write that is on its way through the log. `client` is '' for the member's own. */
export interface Waiting {
  readonly client: Address;
  readonly proposal: Proposal;
  readonly at: Millis;
  /** Handed to a leader. From then on nobody here knows whether it will be committed. */
  readonly isProposed: boolean;
}

/** A client's read that waits until this member is known to be up to date. */
export interface WaitingRead {
  readonly id: MessageId;
  readonly client: Address;
  readonly routine: boolean;
  readonly request: RangeRequest;
  readonly at: Millis;
}

/** Reads that were asked together; `index` is where the member has to be, 0 while the leader is being asked. */
export interface ReadRound {
  readonly name: string;
  readonly askedAt: Millis;
  readonly reads: readonly WaitingRead[];
  readonly index: number;
}

/** A message that must not leave before the disk has what it promises. */
export interface Held {
  readonly message: RaftMessage;
  readonly causes: readonly MessageId[];
  readonly routine: boolean;
}

/** One write of the disk that runs. */
export interface Sync {
  readonly number: number;
  readonly batch: Batch;
  readonly term: number;
  readonly vote: NodeId;
  readonly commit: number;
  readonly held: readonly Held[];
}

/** What of Raft's own state is on disk, beside the log's stable part. */
export interface Disk {
  readonly term: number;
  readonly vote: NodeId;
  readonly commit: number;
}

/** Members that expect a new one, and the id they have for it. */
export interface Introduction {
  readonly id: NodeId;
  readonly clusterId: string;
  readonly members: readonly Member[];
}

/** Who has asked the leader to hand over, and to whom. */
export interface Transfer {
  readonly id: MessageId;
  readonly from: Address;
  readonly target: NodeId;
}

/** A change of a key as the inspector lists it. */
export interface RecentWrite {
  readonly revision: number;
  readonly key: string;
  readonly type: 'put' | 'delete';
}

/** One member. What is on its disk: id, `disk`, the log's stable part, store, leases, members, alarms. */
export interface EtcdState {
  config: Required<EtcdConfig>;
  /** `discovering`: without data it asks its peers who it is. `removed`: it is no member any more. */
  phase: 'discovering' | 'running' | 'removed';
  id: NodeId;
  clusterId: string;
  raft: Raft;
  disk: Disk;
  sync: Sync | null;
  syncs: number;
  held: Held[];
  members: Map<NodeId, Member>;
  removed: Set<NodeId>;
  store: Store;
  lessor: Lessor;
  /** Alarms by `KIND member`. */
  alarms: Set<string>;
  watches: Watches;
  waiting: Map<MessageId, Waiting>;
  /** Reads that join the next round, and the rounds that run. */
  reads: WaitingRead[];
  rounds: ReadRound[];
  roundCount: number;
  /** The peers that have not answered the discovery. */
  asked: Set<string>;
  /** What those who answered know of this member, when they expect it; null when nobody does. */
  introduction: Introduction | null;
  /** Requests that came before the member had started: connections that wait to be accepted. */
  early: AnyMessage[];
  /** When the timers ring that are set; null: none is. */
  tickAt: Millis | null;
  leaseTimerAt: Millis | null;
  sweepAt: Millis | null;
  leaderlessSince: Millis | null;
  /** A person's request to hand over, until it is done. */
  transfer: Transfer | null;
  /** The applied index of the last Raft snapshot. */
  snapshotIndex: number;
  /** Bytes of the revisions that are kept, and of the database file, which only defragmentation shrinks. */
  usedBytes: number;
  fileBytes: number;
  recent: RecentWrite[];
}

/** What a process of a member begins with: everything its disk holds. */
export type Kept = Pick<
  EtcdState,
  | 'config'
  | 'id'
  | 'clusterId'
  | 'disk'
  | 'members'
  | 'removed'
  | 'store'
  | 'lessor'
  | 'alarms'
  | 'snapshotIndex'
  | 'usedBytes'
  | 'fileBytes'
> & { readonly raft: Raft };

/** A member that has just begun: its memory is empty. */
export function beginMember(kept: Kept, phase: EtcdState['phase']): EtcdState {
  return part<EtcdState>({
    ...kept,
    phase,
    sync: null,
    syncs: 0,
    held: [],
    watches: part<Watches>({ watchers: new Map(), sequences: new Map() }),
    waiting: new Map(),
    reads: [],
    rounds: [],
    roundCount: 0,
    asked: new Set(),
    introduction: null,
    early: [],
    tickAt: null,
    leaseTimerAt: null,
    sweepAt: null,
    leaderlessSince: null,
    transfer: null,
    recent: [],
  });
}

/** What the disk has of Raft, as a member that follows nobody yet. */
export function raftFromDisk({ id, disk, raft }: Pick<EtcdState, 'id' | 'disk' | 'raft'>): Raft {
  const { offset, offsetTerm, stable, applied } = raft.log;
  const committed = Math.max(applied, Math.min(disk.commit, offset + stable.length));
  const unstableFrom = offset + stable.length + 1;
  const log = part({ offset, offsetTerm, stable, unstable: [], unstableFrom, committed, applied });
  return createRaft(id, raft.membership, { term: disk.term, vote: disk.vote, log });
}
