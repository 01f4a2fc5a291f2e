// fails: hears-leader
import type { Ballot, VoteRequest, Voter } from 'cluster-lab';

/** The rule of Raft's paper, without what etcd adds: it may be disturbed by who was cut off. */
export function vote(request: VoteRequest, voter: Voter): Ballot {
  if (request.term < voter.term) return { grant: false, because: 'that term is over' };
  const isFree = request.term > voter.term || voter.votedFor === '' || voter.votedFor === request.candidate;
  const isLong =
    request.lastTerm > voter.lastTerm || (request.lastTerm === voter.lastTerm && request.lastIndex >= voter.lastIndex);
  return { grant: isFree && isLong, because: 'vote and log' };
}
