import { NOBODY, type NodeId } from './message.ts';

/** The end of a log, by which two logs are compared. */
export interface LogEnd {
  readonly lastTerm: number;
  readonly lastIndex: number;
}

/** Who asks, for which term, with which log. */
export interface VoteRequest extends LogEnd {
  readonly candidate: NodeId;
  readonly term: number;
  /** It only asks whether it could win: nothing is promised. */
  readonly isPreVote: boolean;
  /** The leader itself hands over to it. */
  readonly isTransfer: boolean;
}

/** What a voter knows: its term, whom it voted for in that term ('' for nobody), its log, and whether a leader is near. */
export interface Voter extends LogEnd {
  readonly term: number;
  readonly votedFor: NodeId;
  /** A leader was heard within the election timeout; or it leads itself. */
  readonly hearsLeader: boolean;
}

/** A rule: does the candidate get the vote? Raft is safe with {@link castVote}; another may be tried in its place. */
export type CastVote = (request: VoteRequest, voter: Voter) => boolean;

/**
 * The rule on which Raft's safety rests (paper §5.2 and §5.4.1): one vote a term, first come first served, and only for
 * a candidate whose log is at least as complete as the voter's own. Who hears a leader gives no vote (§6), so that a
 * member that was cut off does not unseat it.
 */
export const castVote: CastVote = (request, voter) => {
  if (voter.hearsLeader && !request.isTransfer) return false;
  if (request.term < voter.term) return false;
  const isFree = request.term > voter.term || voter.votedFor === NOBODY || voter.votedFor === request.candidate;
  return isFree && isUpToDate(request, voter);
};

/** Whether a log is at least as complete as another: the later last term wins, then the greater length. */
function isUpToDate(log: LogEnd, other: LogEnd): boolean {
  if (log.lastTerm !== other.lastTerm) return log.lastTerm > other.lastTerm;
  return log.lastIndex >= other.lastIndex;
}
