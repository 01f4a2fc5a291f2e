/**
 * Raft: how several copies of a log agree on each entry. Nothing here sends, waits or remembers a callback: a function
 * gets the member's state, what happened, and a {@link Turn} that collects what follows.
 * Follows Ongaro and Ousterhout, "In Search of an Understandable Consensus Algorithm", and etcd-io/raft, whose
 * extensions it has: pre-vote, check-quorum, read index, leader transfer, learners, progress states.
 */
import { part } from '../kernel/state.ts';
import { lastIndex, lastTerm, type RaftLog } from './log.ts';
import { type Membership, NOBODY, type NodeId, type RaftBody, type RaftMessage } from './message.ts';
import { type Progress, unknownProgress } from './progress.ts';

/** What a member is at the moment. A pre-candidate only asks whether it could win. */
export type Role = 'follower' | 'pre-candidate' | 'candidate' | 'leader';

/** A read that waits until a majority has confirmed that the leader still leads. */
export interface PendingRead {
  readonly read: string;
  readonly from: NodeId;
  /** The commit index when it was asked. */
  readonly index: number;
}

/** One member. `term`, `vote` and the log's stable part survive a crash; nothing else does. */
export interface Raft {
  readonly id: NodeId;
  role: Role;
  term: number;
  vote: NodeId;
  leader: NodeId;
  log: RaftLog;
  membership: Membership;
  /** The answers to this member's candidacy. */
  votes: Map<NodeId, boolean>;
  /** The leader's view of every member, itself included. */
  progress: Map<NodeId, Progress>;
  /** No other change of membership is accepted before this index is applied. */
  changeIndex: number;
  /** To whom the leader hands over; '' for nobody. */
  transferee: NodeId;
  /** Reads that wait for a majority, oldest first, and who has answered for each. */
  reads: PendingRead[];
  readAcks: Map<string, readonly NodeId[]>;
  /** Reads that came before the leader had committed anything of its own term. */
  earlyReads: PendingRead[];
  /** When the leader was last heard, in milliseconds. */
  heardAt: number;
  /** When a follower loses patience. */
  electionAt: number;
  /** When the leader next sends heartbeats, and when it next counts who is there. */
  heartbeatAt: number;
  checkAt: number;
}

/** A read that may now be served: the state machine must have applied `index`. */
export interface ReadyRead {
  readonly read: string;
  readonly index: number;
}

/** One event's surroundings, and what came of it. */
export interface Turn {
  readonly now: number;
  /** `--election-timeout`, a whole number of heartbeats. */
  readonly electionMs: number;
  /** A whole number in [0, bound). */
  readonly random: (bound: number) => number;
  /** To be sent at once. */
  readonly messages: RaftMessage[];
  /** Promises: to be sent when term, vote and entries are on disk. Those to the member itself come back to it. */
  readonly promises: RaftMessage[];
  readonly reads: ReadyRead[];
}

/** etcd's default: a heartbeat each tick of 100 ms. */
export const HEARTBEAT_MS = 100;
/** etcd's default: an election timeout of 10 ticks, and up to 9 more by chance. */
export const ELECTION_MS = 1000;

/** Opens a turn. */
export function turnAt(now: number, random: (bound: number) => number, electionMs = ELECTION_MS): Turn {
  return { now, electionMs, random, messages: [], promises: [], reads: [] };
}

/** What a member begins with: on the first day, or after a crash with what its disk kept. */
export interface Kept {
  readonly term: number;
  readonly vote: NodeId;
  readonly log: RaftLog;
}

/** A follower that knows no leader yet, and does not wait for one before {@link becomeFollower}. */
export function createRaft(id: NodeId, membership: Membership, kept: Kept): Raft {
  return part<Raft>({
    id,
    role: 'follower',
    term: kept.term,
    vote: kept.vote,
    leader: NOBODY,
    log: kept.log,
    membership,
    votes: new Map(),
    progress: new Map(),
    changeIndex: 0,
    transferee: NOBODY,
    reads: [],
    readAcks: new Map(),
    earlyReads: [],
    heardAt: 0,
    electionAt: 0,
    heartbeatAt: 0,
    checkAt: 0,
  });
}

/** Follows a leader of that term; '' when none is known. */
export function becomeFollower(raft: Raft, term: number, leader: NodeId, turn: Turn): void {
  reset(raft, term, turn);
  raft.role = 'follower';
  raft.leader = leader;
}

/** Asks around before it begins a term: a member that was cut off does not disturb a working group when it returns. */
export function becomePreCandidate(raft: Raft, turn: Turn): void {
  reset(raft, raft.term, turn);
  raft.role = 'pre-candidate';
}

/** Begins a term and votes for itself. */
export function becomeCandidate(raft: Raft, turn: Turn): void {
  reset(raft, raft.term + 1, turn);
  raft.role = 'candidate';
  raft.vote = raft.id;
}

/** Has a majority. What its followers have it does not know yet. */
export function becomeLeader(raft: Raft, turn: Turn): void {
  reset(raft, raft.term, turn);
  raft.role = 'leader';
  raft.leader = raft.id;
  for (const id of membersOf(raft)) raft.progress.set(id, unknownProgress(lastIndex(raft.log) + 1));
  raft.heartbeatAt = turn.now;
  raft.checkAt = turn.now + turn.electionMs;
  raft.changeIndex = lastIndex(raft.log);
}

/** What every transition has in common: a new term has no vote yet, and patience is drawn anew. */
function reset(raft: Raft, term: number, turn: Turn): void {
  if (term !== raft.term) {
    raft.term = term;
    raft.vote = NOBODY;
  }
  raft.leader = NOBODY;
  raft.votes.clear();
  raft.progress.clear();
  raft.transferee = NOBODY;
  raft.reads.length = 0;
  raft.earlyReads.length = 0;
  raft.readAcks.clear();
  raft.heardAt = turn.now;
  raft.electionAt = turn.now + turn.electionMs + HEARTBEAT_MS * turn.random(turn.electionMs / HEARTBEAT_MS);
}

/** The leader was heard: patience begins anew. */
export function hearLeader(raft: Raft, leader: NodeId, turn: Turn): void {
  const patience = raft.electionAt - raft.heardAt;
  raft.leader = leader;
  raft.heardAt = turn.now;
  raft.electionAt = turn.now + patience;
}

/** Voters and learners. */
export function membersOf({ membership }: Raft): readonly NodeId[] {
  return [...membership.voters, ...membership.learners];
}

/** Everybody but this member. */
export function peersOf(raft: Raft): readonly NodeId[] {
  return membersOf(raft).filter((id) => id !== raft.id);
}

/** Whether there is nobody to talk to. */
export function isAlone({ id, membership }: Raft): boolean {
  const isSelf = (member: NodeId) => member === id;
  return membership.voters.every(isSelf) && membership.learners.every(isSelf);
}

/** The end of this member's log. */
export function logEnd({ log }: Raft): { readonly lastIndex: number; readonly lastTerm: number } {
  return { lastIndex: lastIndex(log), lastTerm: lastTerm(log) };
}

/** Says something at once, in this member's term. */
export function say(raft: Raft, to: NodeId, body: RaftBody, turn: Turn, term = raft.term): void {
  turn.messages.push({ from: raft.id, to, term, ...body });
}

/** Says something that must be true after a crash. */
export function promise(raft: Raft, to: NodeId, body: RaftBody, turn: Turn, term = raft.term): void {
  turn.promises.push({ from: raft.id, to, term, ...body });
}
