import { sendHeartbeats } from './heartbeat.ts';
import { termAt } from './log.ts';
import type { NodeId, RaftMessage } from './message.ts';
import { isMajority } from './quorum.ts';
import { type PendingRead, type Raft, say, type Turn } from './raft.ts';

type Heartbeaten = Extract<RaftMessage, { readonly type: 'heartbeaten' }>;

/**
 * A read that must see every acknowledged write: the leader notes its commit index, proves by a round of heartbeats
 * that it still leads, and answers. It must have committed something in its own term first: before that it does not
 * know what its predecessors committed.
 */
export function askToRead(raft: Raft, read: string, from: NodeId, turn: Turn): void {
  const isAskedAgain = raft.readAcks.has(read) || raft.earlyReads.some((early) => early.read === read);
  if (isAskedAgain) return;
  const pending: PendingRead = { read, from, index: raft.log.committed };
  if (termAt(raft.log, raft.log.committed) !== raft.term) raft.earlyReads.push(pending);
  else beginRead(raft, pending, turn);
}

/** The leader has committed in its own term: who came too early is served now. */
export function releaseEarlyReads(raft: Raft, turn: Turn): void {
  for (const { read, from } of raft.earlyReads.splice(0)) askToRead(raft, read, from, turn);
}

function beginRead(raft: Raft, pending: PendingRead, turn: Turn): void {
  raft.reads.push(pending);
  raft.readAcks.set(pending.read, [raft.id]);
  if (confirms(raft, pending.read)) release(raft, pending.read, turn);
  else sendHeartbeats(raft, turn);
}

/** A follower confirms the leader. What confirms a read confirms all that were asked before it. */
export function confirmRead(raft: Raft, { from, read }: Heartbeaten, turn: Turn): void {
  const acks = raft.readAcks.get(read);
  if (acks === undefined || acks.includes(from)) return;
  raft.readAcks.set(read, [...acks, from]);
  if (confirms(raft, read)) release(raft, read, turn);
}

function confirms(raft: Raft, read: string): boolean {
  const acks = raft.readAcks.get(read) ?? [];
  return isMajority(raft.membership.voters, (voter) => acks.includes(voter));
}

function release(raft: Raft, read: string, turn: Turn): void {
  const last = raft.reads.findIndex((pending) => pending.read === read);
  for (const pending of raft.reads.splice(0, last + 1)) {
    raft.readAcks.delete(pending.read);
    answer(raft, pending, turn);
  }
}

function answer(raft: Raft, { read, from, index }: PendingRead, turn: Turn): void {
  if (from === raft.id) turn.reads.push({ read, index });
  else say(raft, from, { type: 'readIndexed', read, index }, turn);
}
