// fails: one-a-term
import type { Ballot, VoteRequest, Voter } from 'cluster-lab';

/** Looks at terms and logs, and not at whom it has voted for. */
export function vote(request: VoteRequest, voter: Voter): Ballot {
  if (voter.hearsLeader && !request.isTransfer) return { grant: false, because: 'I hear a leader' };
  const isNew = request.term >= voter.term;
  const isLong =
    request.lastTerm > voter.lastTerm || (request.lastTerm === voter.lastTerm && request.lastIndex >= voter.lastIndex);
  return { grant: isNew && isLong, because: 'terms and logs' };
}
