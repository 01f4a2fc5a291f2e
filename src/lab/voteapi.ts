import type { Api } from './api.ts';

/** Who asks a member of etcd for its vote, for which term, and how far its log reaches. */
export interface VoteRequest {
  /** The member that wants to lead: `etcd-1`. */
  readonly candidate: string;
  /** The term that it wants to lead. */
  readonly term: number;
  /** The term of the last entry of its log. */
  readonly lastTerm: number;
  /** The number of the last entry of its log. */
  readonly lastIndex: number;
  /** It only asks whether it could win. The term has not begun, and your answer is written nowhere. */
  readonly isPreVote: boolean;
  /** The leader itself hands over to it. */
  readonly isTransfer: boolean;
}

/** What the member that is asked has on its disk, and whether it has a leader. */
export interface Voter {
  /** The term that it is in. */
  readonly term: number;
  /** Whom it has voted for in that term; '' for nobody. Itself, when it has stood for election. */
  readonly votedFor: string;
  /** The term of the last entry of its log. */
  readonly lastTerm: number;
  /** The number of the last entry of its log. */
  readonly lastIndex: number;
  /** A leader was heard within the last second, the election timeout; or it leads itself. */
  readonly hearsLeader: boolean;
}

/** Whether the candidate gets the vote. */
export interface Ballot {
  readonly grant: boolean;
  /** Why, in a few words, for the history and the picture. */
  readonly because: string;
}

/**
 * The rule of a member of etcd: does this candidate get my vote? The member around it keeps terms, and writes the vote
 * to disk before it answers.
 */
export type Vote<State = unknown> = (request: VoteRequest, voter: Voter, api: Api<State>) => Ballot;
