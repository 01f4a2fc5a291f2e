import { NOBODY, type NodeId } from './message.ts';

/** The end of a log, by which two logs are compared. */
export interface LogEnd {
  readonly lastTerm: number;
  readonly lastIndex: number;
}

/** What a voter knows: its term, whom it voted for in that term ('' for nobody), and its log. */
export interface Voter extends LogEnd {
  readonly term: number;
  readonly vote: NodeId;
}

/** Who asks, for which term, with which log. */
export interface VoteRequest extends LogEnd {
  readonly candidate: NodeId;
  readonly term: number;
}

/**
 * The rule on which Raft's safety rests (paper §5.2 and §5.4.1): one vote a term, first come first served, and only for
 * a candidate whose log is at least as complete as the voter's own.
 */
export function grantsVote(voter: Voter, request: VoteRequest): boolean {
  if (request.term < voter.term) return false;
  const isFree = request.term > voter.term || voter.vote === NOBODY || voter.vote === request.candidate;
  return isFree && isUpToDate(request, voter);
}

/** Whether a log is at least as complete as another: the later last term wins, then the greater length. */
export function isUpToDate(log: LogEnd, other: LogEnd): boolean {
  if (log.lastTerm !== other.lastTerm) return log.lastTerm > other.lastTerm;
  return log.lastIndex >= other.lastIndex;
}
