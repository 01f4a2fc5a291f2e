// fails: last-term
import type { Ballot, VoteRequest, Voter } from 'cluster-lab';

/** Compares lengths first, and terms only of logs that are equally long. */
export function vote(request: VoteRequest, voter: Voter): Ballot {
  if (request.term < voter.term) return { grant: false, because: 'that term is over' };
  const isFree = request.term > voter.term || voter.votedFor === '' || voter.votedFor === request.candidate;
  const isLong =
    request.lastIndex > voter.lastIndex ||
    (request.lastIndex === voter.lastIndex && request.lastTerm >= voter.lastTerm);
  return { grant: isFree && isLong, because: 'vote and log' };
}
