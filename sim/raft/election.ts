import { lead } from './leader.ts';
import { entriesFrom } from './log.ts';
import type { NodeId, RaftMessage } from './message.ts';
import { isMajority, majorityOf } from './quorum.ts';
import { becomeCandidate, becomeFollower, becomePreCandidate, logEnd, promise, type Raft, type Turn } from './raft.ts';
import { grantsVote } from './vote.ts';

type VoteMessage = Extract<RaftMessage, { readonly type: 'preVote' | 'vote' }>;
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
export function trustsLeader(raft: Raft, { now, electionMs }: Turn): boolean {
  return raft.role === 'leader' || (raft.leader !== '' && now < raft.heardAt + electionMs);
}

/** Gives its vote, or not. A vote is promised: it must be on disk before it is told. */
export function answerVote(raft: Raft, message: VoteMessage, turn: Turn): void {
  const voter = { term: raft.term, vote: raft.vote, ...logEnd(raft) };
  const { from: candidate, term, lastIndex: index, lastTerm } = message;
  const isGranted = grantsVote(voter, { candidate, term, lastIndex: index, lastTerm });
  if (message.type === 'preVote') {
    promise(raft, candidate, { type: 'preVoted', isGranted }, turn, isGranted ? term : raft.term);
    return;
  }
  if (isGranted) {
    raft.vote = candidate;
    raft.electionAt += turn.now - raft.heardAt;
    raft.heardAt = turn.now;
  }
  promise(raft, candidate, { type: 'voted', isGranted }, turn);
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
  } else if (refusals >= majorityOf(voters.length)) becomeFollower(raft, raft.term, '', turn);
}

/** The leader wants this member to lead: no pre-vote, and nobody has to lose patience first. */
export function takeOver(raft: Raft, turn: Turn): void {
  if (raft.role === 'follower') campaign(raft, true, turn);
}
