// fails: shorter-log
import type { Ballot, VoteRequest, Voter } from 'cluster-lab';

/** One vote a term, and whoever comes first gets it. */
export function vote(request: VoteRequest, voter: Voter): Ballot {
  if (request.term < voter.term) return { grant: false, because: 'that term is over' };
  const isFree = request.term > voter.term || voter.votedFor === '' || voter.votedFor === request.candidate;
  return { grant: isFree, because: 'one vote a term' };
}
