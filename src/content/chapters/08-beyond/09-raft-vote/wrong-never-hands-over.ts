// fails: hands-over
import type { Ballot, VoteRequest, Voter } from 'cluster-lab';

/** Faithful to its leader, even when the leader itself asks. */
export function vote(request: VoteRequest, voter: Voter): Ballot {
  if (voter.hearsLeader) return { grant: false, because: 'I hear a leader' };
  if (request.term < voter.term) return { grant: false, because: 'that term is over' };
  const isFree = request.term > voter.term || voter.votedFor === '' || voter.votedFor === request.candidate;
  const isLong =
    request.lastTerm > voter.lastTerm || (request.lastTerm === voter.lastTerm && request.lastIndex >= voter.lastIndex);
  return { grant: isFree && isLong, because: 'vote and log' };
}
