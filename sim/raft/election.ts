import { lead } from './leader.ts';
import { entriesFrom } from './log.ts';
import { NOBODY, type NodeId, type RaftMessage } from './message.ts';
import { isMajority, majorityOf } from './quorum.ts';
import { becomeCandidate, becomeFollower, becomePreCandidate, logEnd, promise, type Raft, type Turn } from './raft.ts';
import type { CastVote, VoteRequest, Voter } from './vote.ts';

/** A question for a vote. */
export type VoteMessage = Extract<RaftMessage, { readonly type: 'preVote' | 'vote' }>;
/** The part of a turn that says how late it is. */
type Clock = Pick<Turn, 'now' | 'electionMs'>;
type VoteAnswer = Extract<RaftMessage, { readonly type: 'preVoted' | 'voted' }>;

/** A follower's patience is over: would they vote for it? */
export function losePatience(raft: Raft, turn: Turn): void {
  if (!mayCampaign(raft)) {
    becomeFollower(raft, raft.term, raft.leader, turn);
    return;
  }
  becomePreCandidate(raft, turn);
  ask(raft, 'preVote', raft.term + 1, false, turn);
}

/** Stands for election. Forced: the leader itself asked for it, so that nobody waits for the leader's silence. */
export function campaign(raft: Raft, isForced: boolean, turn: Turn): void {
  if (!mayCampaign(raft)) return;
  becomeCandidate(raft, turn);
  ask(raft, 'vote', raft.term, isForced, turn);
}

/** Only voters, and only who knows the membership that is committed. */
function mayCampaign({ id, membership, log }: Raft): boolean {
  if (!membership.voters.includes(id)) return false;
  const waiting = entriesFrom(log, log.applied + 1, log.committed - log.applied) ?? [];
  return !waiting.some(({ change }) => change !== undefined);
}

/** The candidate's own vote counts when it is on its own disk, like anybody's. */
function ask(raft: Raft, type: 'preVote' | 'vote', term: number, isForced: boolean, turn: Turn): void {
  const answer = type === 'preVote' ? 'preVoted' : 'voted';
  for (const voter of raft.membership.voters) {
    if (voter === raft.id) promise(raft, voter, { type: answer, isGranted: true }, turn, term);
    else promise(raft, voter, { type, ...logEnd(raft), isForced }, turn, term);
  }
}

/** Whether it has a leader whose silence is not long enough to doubt it. A leader doubts itself by counting instead. */
function trustsLeader(raft: Raft, { now, electionMs }: Clock): boolean {
  return raft.role === 'leader' || (raft.leader !== NOBODY && now < raft.heardAt + electionMs);
}

/** What a voter knows at a moment, for the rule. */
export function voterOf(raft: Raft, clock: Clock): Voter {
  const { term, vote: votedFor } = raft;
  return { term, votedFor, ...logEnd(raft), hearsLeader: trustsLeader(raft, clock) };
}

/** A question, for the rule. */
export function requestOf({ type, from: candidate, term, lastTerm, lastIndex, isForced }: VoteMessage): VoteRequest {
  return { candidate, term, lastTerm, lastIndex, isPreVote: type === 'preVote', isTransfer: isForced };
}

/**
 * Gives its vote, or not, as the rule says. What follows is no matter of the rule: a later term is taken over, unless
 * a leader is heard, and a vote is promised: it must be on disk before it is told.
 */
export function answerVote(raft: Raft, message: VoteMessage, turn: Turn, cast: CastVote): void {
  const { type, from: candidate, term } = message;
  const voter = voterOf(raft, turn);
  const isGranted = cast(requestOf(message), voter);
  if (!isGranted && term > raft.term && voter.hearsLeader && !message.isForced) return;
  if (type === 'preVote') {
    promise(raft, candidate, { type: 'preVoted', isGranted }, turn, isGranted ? term : raft.term);
    return;
  }
  if (!isGranted && term < raft.term) return;
  if (term > raft.term) becomeFollower(raft, term, NOBODY, turn);
  if (isGranted && term === raft.term) {
    raft.vote = candidate;
    raft.electionAt += turn.now - raft.heardAt;
    raft.heardAt = turn.now;
  }
  promise(raft, candidate, { type: 'voted', isGranted }, turn, term);
}

/** Counts the votes: a majority elects, a majority of refusals ends the attempt. */
export function countVote(raft: Raft, message: VoteAnswer, turn: Turn): void {
  const isPre = raft.role === 'pre-candidate' && message.type === 'preVoted';
  if (!isPre && !(raft.role === 'candidate' && message.type === 'voted')) return;
  if (!raft.votes.has(message.from)) raft.votes.set(message.from, message.isGranted);
  const { voters } = raft.membership;
  const saidYes = (voter: NodeId) => raft.votes.get(voter) === true;
  const refusals = voters.filter((voter) => raft.votes.get(voter) === false).length;
  if (isMajority(voters, saidYes)) {
    if (isPre) campaign(raft, false, turn);
    else lead(raft, turn);
  } else if (refusals >= majorityOf(voters.length)) becomeFollower(raft, raft.term, NOBODY, turn);
}

/** The leader wants this member to lead: no pre-vote, and nobody has to lose patience first. */
export function takeOver(raft: Raft, turn: Turn): void {
  if (raft.role === 'follower') campaign(raft, true, turn);
}
