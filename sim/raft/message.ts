import type { Entry } from './log.ts';

/** A member of the group, by an id that is never used again; '' is nobody. */
export type NodeId = string;

/** No leader, no vote, no transferee. */
export const NOBODY: NodeId = '';

/** Who votes, and who only follows until it has caught up. */
export interface Membership {
  readonly voters: readonly NodeId[];
  readonly learners: readonly NodeId[];
}

/** What two members say to one another. `term` is the sender's; 0 in what a follower passes on to the leader. */
export type RaftMessage = { readonly from: NodeId; readonly to: NodeId; readonly term: number } & RaftBody;

/** The parts of a message that depend on its type. Field names as in the paper's figure 2, where it has them. */
export type RaftBody =
  /** Would you vote for me in this term? Asked before a member disturbs anybody with a new term. */
  | {
      readonly type: 'preVote' | 'vote';
      readonly lastIndex: number;
      readonly lastTerm: number;
      readonly isForced: boolean;
    }
  | { readonly type: 'preVoted' | 'voted'; readonly isGranted: boolean }
  | {
      readonly type: 'append';
      readonly prevIndex: number;
      readonly prevTerm: number;
      readonly entries: readonly Entry[];
      readonly commit: number;
    }
  /** `index`: the last entry that matches; of a rejection: the `prevIndex` refused, and where to try next. */
  | {
      readonly type: 'appended';
      readonly index: number;
      readonly isRejected: boolean;
      readonly hintIndex: number;
      readonly hintTerm: number;
    }
  /** `read` names the newest read that waits for proof that the leader still leads; '' when none does. */
  | { readonly type: 'heartbeat'; readonly commit: number; readonly read: string }
  | { readonly type: 'heartbeaten'; readonly read: string }
  /** The state machine at `index`, in place of entries that are compacted away. Its bytes are the host's business. */
  | { readonly type: 'snapshot'; readonly index: number; readonly indexTerm: number; readonly membership: Membership }
  | { readonly type: 'propose'; readonly entries: readonly Proposed[] }
  | { readonly type: 'readIndex'; readonly read: string }
  | { readonly type: 'readIndexed'; readonly read: string; readonly index: number }
  | { readonly type: 'transfer'; readonly target: NodeId }
  /** Campaign at once: the leader hands over. */
  | { readonly type: 'timeoutNow' };

/** An entry that has no place in the log yet. */
export type Proposed = Pick<Entry, 'data' | 'change'>;
