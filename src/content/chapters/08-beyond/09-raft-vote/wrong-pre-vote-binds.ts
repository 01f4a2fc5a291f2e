// fails: pre-vote
import type { Api, Ballot, VoteRequest, Voter } from 'cluster-lab';

/** Counts a yes to a pre-vote as the vote of that term. */
export function vote(request: VoteRequest, voter: Voter, api: Api<Record<string, string>>): Ballot {
  if (request.term < voter.term) return { grant: false, because: 'that term is over' };
  const isFree = request.term > voter.term || voter.votedFor === '' || voter.votedFor === request.candidate;
  const mine = api.state?.[request.term] ?? request.candidate;
  const isLong =
    request.lastTerm > voter.lastTerm || (request.lastTerm === voter.lastTerm && request.lastIndex >= voter.lastIndex);
  const grant = isFree && mine === request.candidate && isLong;
  if (grant && request.isPreVote) api.state = { ...api.state, [request.term]: request.candidate };
  return { grant, because: 'vote, pre-vote and log' };
}
