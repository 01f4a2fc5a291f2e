import { hashText } from '../kernel/random.ts';
import { part } from '../kernel/state.ts';
import type { Member } from '../protocol/etcd.ts';
import { createLog, type Entry } from '../raft/log.ts';
import type { NodeId } from '../raft/message.ts';
import { createRaft, ELECTION_MS } from '../raft/raft.ts';
import { createLessor } from './lease.ts';
import { beginMember, type EtcdConfig, type EtcdState, type Kept, type Proposal } from './state.ts';
import { createStore } from './store.ts';

/** fdatasync of an ordinary SSD; etcd's guide asks for a 99th percentile under 10 ms. */
const DEFAULT_FSYNC_MS = 2;
/** etcd 3.6: --snapshot-count. */
const DEFAULT_SNAPSHOT_COUNT = 10_000;
/** etcd: --quota-backend-bytes 0 means 2 GiB. */
const DEFAULT_QUOTA_BYTES = 2 * 1024 * 1024 * 1024;
/** etcd: --initial-cluster-token. */
const TOKEN = 'etcd-cluster';
/** An empty database file of etcd 3.6. */
export const EMPTY_FILE_BYTES = 20_480;

/** The flags, with upstream's defaults for those that are not given. */
export function configOf(self: string, config: EtcdConfig): Required<EtcdConfig> {
  return {
    fsyncMs: config.fsyncMs ?? DEFAULT_FSYNC_MS,
    electionMs: config.electionMs ?? ELECTION_MS,
    cluster: config.cluster ?? [self],
    snapshotCount: config.snapshotCount ?? DEFAULT_SNAPSHOT_COUNT,
    quotaBytes: config.quotaBytes ?? DEFAULT_QUOTA_BYTES,
  };
}

/** A member without any data: the first day, or a disk that was lost. It does not know yet which of the two. */
export function emptyMember(config: Required<EtcdConfig>): EtcdState {
  const raft = createRaft('', { voters: [], learners: [] }, { term: 0, vote: '', log: createLog() });
  const kept: Kept = {
    config,
    id: '',
    clusterId: '',
    raft,
    disk: { term: 0, vote: '', commit: 0 },
    members: new Map(),
    removed: new Set(),
    store: createStore(),
    lessor: createLessor(),
    alarms: new Set(),
    snapshotIndex: 0,
    usedBytes: 0,
    fileBytes: EMPTY_FILE_BYTES,
  };
  return beginMember(kept, 'discovering');
}

/**
 * The first day of a cluster: every member writes the same entries, one for each member, of term 1 and committed.
 * Follows bootstrapNewClusterNoWAL and raft's RawNode.Bootstrap.
 */
export function foundCluster(state: EtcdState, self: string): void {
  const members = state.config.cluster.map((name) => foundingMember(name));
  const entries = foundingEntries(members);
  state.id = memberId(self);
  state.clusterId = clusterIdOf(members);
  state.disk = { term: 1, vote: '', commit: entries.length };
  const log = part({ ...createLog(), stable: entries, unstableFrom: entries.length + 1, committed: entries.length });
  state.raft = createRaft(state.id, { voters: [], learners: [] }, { term: 1, vote: '', log });
}

/** Added to a running cluster: it knows who the others are, and gets the log from them. */
export function joinCluster(state: EtcdState, id: NodeId, clusterId: string): void {
  state.id = id;
  state.clusterId = clusterId;
  state.raft = createRaft(id, { voters: [], learners: [] }, { term: 0, vote: '', log: createLog() });
}

function foundingEntries(members: readonly Member[]): Entry[] {
  return members.map((member, at) => {
    const data: Proposal = { id: '', routine: true, bytes: 0, write: { type: 'member', member } };
    return { index: at + 1, term: 1, data, change: { type: 'add', node: member.id } };
  });
}

/** A member of the first day that has not told its name yet. */
export function foundingMember(process: string, token = TOKEN): Member {
  return { id: memberId(process, token), name: '', process, isLearner: false };
}

/** The id of a founding member: a hash of its peer URL and the cluster's token. */
export function memberId(process: string, token = TOKEN): NodeId {
  return hexId(`https://${process}:2380 ${token}`);
}

/** The id of a member that is added later: the time makes it unlike any before it. */
export function addedMemberId(process: string, now: number): NodeId {
  return hexId(`https://${process}:2380 ${TOKEN} ${now}`);
}

/** A hash of the members it began with. */
export function clusterIdOf(members: readonly Member[]): string {
  return hexId(members.map(({ id }) => id).join(' '));
}

/** 64 bits as etcd prints them: hexadecimal, without leading zeros. */
function hexId(text: string): string {
  const high = hashText(text, 0x65746364).toString(16);
  const low = hashText(`${text} `, 0x72616674).toString(16).padStart(8, '0');
  return (high + low).replace(/^0+/, '');
}
