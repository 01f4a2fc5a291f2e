import { answerVote, campaign, countVote, losePatience, takeOver } from './election.ts';
import { sendHeartbeats } from './heartbeat.ts';
import { checkQuorum, hearAppended, hearHeartbeaten, takeProposals, transferTo } from './leader.ts';
import { appendAfter, commitTo, createLog, lastNotAfter, termAt } from './log.ts';
import { NOBODY, type NodeId, type Proposed, type RaftMessage } from './message.ts';
import { becomeFollower, hearLeader, isAlone, promise, type Raft, say, type Turn } from './raft.ts';
import { askToRead, confirmRead } from './read.ts';
import { type CastVote, castVote } from './vote.ts';

type Of<T extends RaftMessage['type']> = Extract<RaftMessage, { readonly type: T }>;

/**
 * A message has come. Votes have a rule of their own. Of all else terms come first: a later one ends every office, an
 * earlier one is answered with the news.
 */
export function step(raft: Raft, message: RaftMessage, turn: Turn, cast: CastVote = castVote): void {
  if (message.type === 'preVote' || message.type === 'vote') {
    answerVote(raft, message, turn, cast);
    return;
  }
  if (message.term > raft.term) meetLaterTerm(raft, message, turn);
  if (message.term !== 0 && message.term < raft.term) {
    answerEarlierTerm(raft, message, turn);
    return;
  }
  switch (message.type) {
    case 'preVoted':
    case 'voted':
      countVote(raft, message, turn);
      return;
    case 'append':
    case 'heartbeat':
    case 'snapshot':
      hearFromLeader(raft, message, turn);
      return;
    case 'timeoutNow':
      takeOver(raft, turn);
      return;
    case 'readIndexed':
      turn.reads.push({ read: message.read, index: message.index });
      return;
    default:
      if (raft.role === 'leader') stepLeader(raft, message, turn);
  }
}

function stepLeader(raft: Raft, message: RaftMessage, turn: Turn): void {
  switch (message.type) {
    case 'appended':
      hearAppended(raft, message, turn);
      return;
    case 'heartbeaten':
      hearHeartbeaten(raft, message, turn);
      confirmRead(raft, message, turn);
      return;
    case 'propose':
      takeProposals(raft, message.entries, turn);
      return;
    case 'readIndex':
      askToRead(raft, message.read, message.from, turn);
      return;
    case 'transfer':
      transferTo(raft, message.target, turn);
      return;
  }
}

/** A promised pre-vote names a term that has not begun. */
function meetLaterTerm(raft: Raft, message: RaftMessage, turn: Turn): void {
  const { type, term, from } = message;
  if (type === 'preVoted' && message.isGranted) return;
  const isFromLeader = type === 'append' || type === 'heartbeat' || type === 'snapshot';
  becomeFollower(raft, term, isFromLeader ? from : NOBODY, turn);
}

function answerEarlierTerm(raft: Raft, { type, from }: RaftMessage, turn: Turn): void {
  if (type === 'append' || type === 'heartbeat') {
    const nothing = { index: 0, isRejected: false, hintIndex: 0, hintTerm: 0 };
    promise(raft, from, { type: 'appended', ...nothing }, turn);
  }
}

/** The sender leads this term: a candidate gives up, a follower's patience begins anew. */
function hearFromLeader(raft: Raft, message: Of<'append' | 'heartbeat' | 'snapshot'>, turn: Turn): void {
  if (raft.role === 'leader') return;
  if (raft.role !== 'follower') becomeFollower(raft, message.term, message.from, turn);
  hearLeader(raft, message.from, turn);
  if (message.type === 'append') hearAppend(raft, message, turn);
  else if (message.type === 'heartbeat') hearHeartbeat(raft, message, turn);
  else hearSnapshot(raft, message, turn);
}

function hearAppend(raft: Raft, message: Of<'append'>, turn: Turn): void {
  const { log } = raft;
  const { from, prevIndex, prevTerm, entries, commit } = message;
  if (prevIndex < log.committed) {
    accept(raft, from, log.committed, turn);
    return;
  }
  const last = appendAfter(log, prevIndex, prevTerm, entries);
  if (last !== undefined) {
    commitTo(log, Math.min(commit, last));
    accept(raft, from, last, turn);
    return;
  }
  const hintIndex = lastNotAfter(log, prevIndex, prevTerm);
  const hintTerm = termAt(log, hintIndex) ?? 0;
  promise(raft, from, { type: 'appended', index: prevIndex, isRejected: true, hintIndex, hintTerm }, turn);
}

function accept(raft: Raft, leader: NodeId, index: number, turn: Turn): void {
  promise(raft, leader, { type: 'appended', index, isRejected: false, hintIndex: 0, hintTerm: 0 }, turn);
}

function hearHeartbeat(raft: Raft, { from, commit, read }: Of<'heartbeat'>, turn: Turn): void {
  commitTo(raft.log, commit);
  say(raft, from, { type: 'heartbeaten', read }, turn);
}

/** The host has the snapshot's content on disk already; here the log is told to begin after it. */
function hearSnapshot(raft: Raft, { from, index, indexTerm, membership }: Of<'snapshot'>, turn: Turn): void {
  if (wantsSnapshot(raft, index)) {
    raft.log = createLog(index, indexTerm);
    raft.membership = membership;
  }
  accept(raft, from, raft.log.committed, turn);
}

/** Whether a snapshot would tell this member anything new. */
export function wantsSnapshot({ log }: Raft, index: number): boolean {
  return index > log.committed;
}

/** The next time at which {@link tick} has something to do; infinity for who waits for nobody. */
export function nextTick(raft: Raft): number {
  if (raft.role === 'leader') {
    return isAlone(raft) ? Number.POSITIVE_INFINITY : Math.min(raft.heartbeatAt, raft.checkAt);
  }
  return raft.membership.voters.includes(raft.id) ? raft.electionAt : Number.POSITIVE_INFINITY;
}

/** Time has passed. */
export function tick(raft: Raft, turn: Turn): void {
  if (raft.role !== 'leader') {
    if (turn.now >= raft.electionAt) losePatience(raft, turn);
    return;
  }
  if (turn.now >= raft.checkAt) checkQuorum(raft, turn);
  if (raft.role === 'leader' && turn.now >= raft.heartbeatAt) sendHeartbeats(raft, turn);
}

/** Proposes entries: the leader takes them, a follower passes them on. False when nobody is known to take them. */
export function propose(raft: Raft, entries: readonly Proposed[], turn: Turn): boolean {
  if (raft.role === 'leader') return takeProposals(raft, entries, turn);
  if (raft.leader === NOBODY) return false;
  say(raft, raft.leader, { type: 'propose', entries }, turn, 0);
  return true;
}

/** Asks up to which index the state machine has to be before a read is served. False when nobody leads. */
export function readIndex(raft: Raft, read: string, turn: Turn): boolean {
  if (raft.role === 'leader') askToRead(raft, read, raft.id, turn);
  else if (raft.leader === NOBODY) return false;
  else say(raft, raft.leader, { type: 'readIndex', read }, turn, 0);
  return true;
}

/** Asks the leader to hand over to another voter. */
export function transferLeadership(raft: Raft, target: NodeId, turn: Turn): void {
  if (raft.role === 'leader') transferTo(raft, target, turn);
  else if (raft.leader !== NOBODY) say(raft, raft.leader, { type: 'transfer', target }, turn, 0);
}

/** A lone voter has nobody to wait for: it stands at once. */
export function standAlone(raft: Raft, turn: Turn): void {
  const { voters } = raft.membership;
  if (voters.length === 1 && voters[0] === raft.id) campaign(raft, false, turn);
}
