// fails: last-term
import type { Ballot, VoteRequest, Voter } from 'cluster-lab';

/** The longer log wins, whoever wrote it. */
export function vote(request: VoteRequest, voter: Voter): Ballot {
  if (request.term < voter.term) return { grant: false, because: 'that term is over' };
  const isFree = request.term > voter.term || voter.votedFor === '' || voter.votedFor === request.candidate;
  return { grant: isFree && request.lastIndex >= voter.lastIndex, because: 'vote and length' };
}
