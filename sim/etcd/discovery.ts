import type { IO } from '../kernel/component.ts';
import { type Address, address, type Millis } from '../kernel/message.ts';
import type { Member } from '../protocol/etcd.ts';
import { entriesFrom, lastIndex } from '../raft/log.ts';
import { NOBODY } from '../raft/message.ts';
import { majorityOf } from '../raft/quorum.ts';
import { becomeFollower } from '../raft/raft.ts';
import { standAlone } from '../raft/step.ts';
import { drive } from './consensus.ts';
import { foundCluster, joinCluster } from './identity.ts';
import { memberList } from './membership.ts';
import type { EtcdState, InHand, Proposal } from './state.ts';

/** What members say to one another before they are members. */
export interface DiscoveryProtocol {
  discover: null;
  discovered: { readonly clusterId: string; readonly members: readonly Member[] };
  /** The sender of a Raft message is no member any more. */
  gone: null;
}

const ASK_AGAIN_MS: Millis = 1000;
/** A process that ends with an error is started again by its supervisor, again and again. */
const RESTART_MS = 10_000;

/** A process without data: is this the first day, or has it lost its disk? Its peers know. */
export function startDiscovery(state: EtcdState, inHand: InHand, io: IO): void {
  const peers = state.config.cluster.filter((name) => name !== io.self);
  if (peers.length === 0) {
    begin(state, inHand, io);
    return;
  }
  state.asked = new Set(peers);
  askPeers(state, io);
}

/**
 * Asks those who have not answered, again and again. (Upstream founds a new cluster when it reaches nobody, which is
 * how a lost disk can come back under its old name; here it goes on asking.)
 */
export function askPeers(state: EtcdState, io: IO): void {
  if (state.phase !== 'discovering') return;
  for (const peer of state.asked) io.send(address<DiscoveryProtocol>(peer), 'discover', null, { routine: true });
  io.after(ASK_AGAIN_MS, 'alone', null, { routine: true });
}

/** A peer asks who belongs to the cluster. */
export function answerDiscovery(state: EtcdState, message: InHand & { readonly from: Address }, io: IO): void {
  const members = state.phase === 'running' ? knownMembers(state) : [];
  io.reply(message, 'discovered', { clusterId: state.clusterId, members }, { routine: true });
}

/** The members, with the names that are in its log and not applied yet: who has just been restarted knows of them too. */
function knownMembers(state: EtcdState): readonly Member[] {
  const { log } = state.raft;
  const waiting = entriesFrom(log, log.applied + 1, lastIndex(log) - log.applied) ?? [];
  const names = new Map<string, string>();
  for (const { data } of waiting) {
    const write = (data as Proposal | null)?.write;
    if (write?.type === 'publish') names.set(write.id, write.name);
  }
  return memberList(state).map((member) => ({ ...member, name: names.get(member.id) ?? member.name }));
}

/**
 * What its peers know decides. A member that has started once and comes without data is refused: it may have voted, and
 * acknowledged entries, that it no longer knows of. Follows bootstrapNewClusterNoWAL and bootstrapExistingClusterNoWAL,
 * but hears so many peers that one of them has its first start in its log (upstream believes the first that answers).
 */
export function hearDiscovered(
  state: EtcdState,
  message: InHand & { readonly from: Address; readonly body: DiscoveryProtocol['discovered'] },
  io: IO,
): void {
  if (state.phase !== 'discovering') return;
  const { clusterId, members } = message.body;
  state.asked.delete(message.from);
  const self = members.find(({ process }) => process === io.self);
  if (members.length > 0 && self === undefined) die(io, 'member count is unequal');
  else if (self !== undefined && self.name !== '') die(io, `member ${self.id} has already been bootstrapped`);
  else {
    if (self !== undefined) state.introduction = { id: self.id, clusterId, members };
    if (hasHeardEnough(state)) begin(state, message, io);
  }
}

/** A majority of the others, once one of them expects it; to found a cluster, all of them. */
function hasHeardEnough({ config, asked, introduction }: EtcdState): boolean {
  const others = config.cluster.length - 1;
  const answered = others - asked.size;
  return answered >= (introduction === null ? others : Math.min(others, majorityOf(config.cluster.length)));
}

/** Ends with an error; the supervisor tries again, and again. */
export function die(io: IO, text: string): void {
  io.note({ what: 'etcd/refused', member: io.self, text });
  io.exit(RESTART_MS);
}

/** Nobody has heard of it: it founds the cluster. Else it follows whoever leads. */
function begin(state: EtcdState, inHand: InHand, io: IO): void {
  const { introduction } = state;
  if (introduction !== null) {
    joinCluster(state, introduction.id, introduction.clusterId);
    for (const member of introduction.members) state.members.set(member.id, member);
    state.introduction = null;
  } else if (state.id === '') foundCluster(state, io.self);
  startMember(state, inHand, io);
}

/** A member with data begins as a follower; alone, it stands for election at once. */
export function startMember(state: EtcdState, inHand: InHand, io: IO): void {
  state.phase = 'running';
  drive(state, inHand, io, (turn) => {
    becomeFollower(state.raft, state.raft.term, NOBODY, turn);
  });
  drive(state, inHand, io, (turn) => standAlone(state.raft, turn));
}
