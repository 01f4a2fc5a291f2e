// fails: asks-again
import type { Ballot, VoteRequest, Voter } from 'cluster-lab';

/** Has voted, and so refuses: also the candidate that it has voted for. */
export function vote(request: VoteRequest, voter: Voter): Ballot {
  if (voter.hearsLeader && !request.isTransfer) return { grant: false, because: 'I hear a leader' };
  if (request.term < voter.term) return { grant: false, because: 'that term is over' };
  if (request.term === voter.term && voter.votedFor !== '') return { grant: false, because: 'I have voted' };
  const isLater = request.lastTerm > voter.lastTerm;
  const isLong = request.lastTerm === voter.lastTerm && request.lastIndex >= voter.lastIndex;
  return { grant: isLater || isLong, because: 'the log' };
}
