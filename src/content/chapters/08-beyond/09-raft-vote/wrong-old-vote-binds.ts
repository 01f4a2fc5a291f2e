// fails: new-term
import type { Ballot, VoteRequest, Voter } from 'cluster-lab';

/** Holds on to the vote of a term that is over. */
export function vote(request: VoteRequest, voter: Voter): Ballot {
  if (request.term < voter.term) return { grant: false, because: 'that term is over' };
  const isFree = voter.votedFor === '' || voter.votedFor === request.candidate;
  const isLong =
    request.lastTerm > voter.lastTerm || (request.lastTerm === voter.lastTerm && request.lastIndex >= voter.lastIndex);
  return { grant: isFree && isLong, because: 'vote and log' };
}
