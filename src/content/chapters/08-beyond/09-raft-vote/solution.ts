import type { Ballot, VoteRequest, Voter } from 'cluster-lab';

/** One vote a term, first come first served, and only for a log that has all that mine has. */
export function vote(request: VoteRequest, voter: Voter): Ballot {
  if (voter.hearsLeader && !request.isTransfer) return no('I hear a leader');
  if (request.term < voter.term) return no('that term is over');
  if (!isFree(request, voter)) return no(`${voter.votedFor} has my vote`);
  if (isBehind(request, voter)) return no('its log is behind mine');
  return { grant: true, because: 'its log has all that mine has' };
}

/** In a later term no vote is given yet; who has it already may have it again. */
function isFree(request: VoteRequest, voter: Voter): boolean {
  return request.term > voter.term || voter.votedFor === '' || voter.votedFor === request.candidate;
}

/** The later last term wins; of equals, the longer log. */
function isBehind(request: VoteRequest, voter: Voter): boolean {
  if (request.lastTerm !== voter.lastTerm) return request.lastTerm < voter.lastTerm;
  return request.lastIndex < voter.lastIndex;
}

function no(because: string): Ballot {
  return { grant: false, because };
}
