// fails: remembers
import type { Api, Ballot, VoteRequest, Voter } from 'cluster-lab';

/** Keeps its votes in its memory, which a crash loses. */
export function vote(request: VoteRequest, voter: Voter, api: Api<Record<string, string>>): Ballot {
  const votes = api.state ?? {};
  if (request.term < voter.term) return { grant: false, because: 'that term is over' };
  const mine = votes[request.term] ?? request.candidate;
  const isLong =
    request.lastTerm > voter.lastTerm || (request.lastTerm === voter.lastTerm && request.lastIndex >= voter.lastIndex);
  const grant = mine === request.candidate && isLong;
  if (grant && !request.isPreVote) api.state = { ...votes, [request.term]: request.candidate };
  return { grant, because: `the vote of the term is ${mine}’s` };
}
