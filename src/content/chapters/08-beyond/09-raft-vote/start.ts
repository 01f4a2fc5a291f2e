import type { Api, Ballot, VoteRequest, Voter } from 'cluster-lab';

/** Asked each time a member wants to lead, or wants to know whether it could: does it get my vote? */
export function vote(request: VoteRequest, voter: Voter, api: Api<unknown>): Ballot {
  const asks = request.isPreVote ? 'pre-vote' : 'vote';
  api.log(`${asks} for ${request.candidate} in term ${request.term}; I am in term ${voter.term}`);
  return { grant: true, because: 'I like everybody' };
}
