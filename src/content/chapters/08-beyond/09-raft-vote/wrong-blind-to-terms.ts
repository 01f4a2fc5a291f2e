// fails: older-term
import type { Ballot, VoteRequest, Voter } from 'cluster-lab';

/** A good log is enough for it. */
export function vote(request: VoteRequest, voter: Voter): Ballot {
  const isLater = request.lastTerm > voter.lastTerm;
  const isLong = request.lastTerm === voter.lastTerm && request.lastIndex >= voter.lastIndex;
  return { grant: isLater || isLong, because: 'the log' };
}
