import {
  appendLast,
  commitTo,
  type Entry,
  entriesFrom,
  lastIndex,
  lastNotAfter,
  type MembershipChange,
  termAt,
} from './log.ts';
import { NOBODY, type NodeId, type Proposed, type RaftMessage } from './message.ts';
import {
  agreed,
  isPaused,
  type Progress,
  probeAgain,
  rejected,
  sentEntries,
  sentSnapshot,
  unknownProgress,
} from './progress.ts';
import { isMajority, majorityIndex } from './quorum.ts';
import { becomeFollower, becomeLeader, membersOf, peersOf, promise, type Raft, say, type Turn } from './raft.ts';
import { releaseEarlyReads } from './read.ts';

/** Entries in one message. */
const MAX_ENTRIES = 64;

type Of<T extends RaftMessage['type']> = Extract<RaftMessage, { readonly type: T }>;

/** Elected: opens the term with an empty entry, because only entries of its own term can be counted as committed. */
export function lead(raft: Raft, turn: Turn): void {
  becomeLeader(raft, turn);
  appendAll(raft, [{ data: null }], turn);
  sendToAll(raft, turn);
}

/** Takes proposals into the log and sends them on. False when it cannot now: it is handing over. */
export function takeProposals(raft: Raft, entries: readonly Proposed[], turn: Turn): boolean {
  if (raft.transferee !== NOBODY || !raft.progress.has(raft.id)) return false;
  appendAll(raft, entries, turn);
  sendToAll(raft, turn);
  return true;
}

/** A second change of membership, before the first is applied, becomes an empty entry, which the host sees. */
function appendAll(raft: Raft, entries: readonly Proposed[], turn: Turn): void {
  for (const { data, change } of entries) {
    const place = { index: lastIndex(raft.log) + 1, term: raft.term };
    const isTooEarly = change !== undefined && raft.changeIndex > raft.log.applied;
    if (change !== undefined && !isTooEarly) raft.changeIndex = place.index;
    const entry: Entry = change === undefined || isTooEarly ? { ...place, data } : { ...place, data, change };
    appendLast(raft.log, entry);
  }
  const index = lastIndex(raft.log);
  promise(raft, raft.id, { type: 'appended', index, isRejected: false, hintIndex: 0, hintTerm: 0 }, turn);
}

function sendToAll(raft: Raft, turn: Turn): void {
  for (const id of peersOf(raft)) sendAppend(raft, id, turn);
}

/** Sends what the follower lacks, as far as its progress allows; or just the commit index. */
function sendAppend(raft: Raft, to: NodeId, turn: Turn): void {
  const progress = raft.progress.get(to);
  if (progress === undefined || isPaused(progress)) return;
  const prevIndex = progress.next - 1;
  const prevTerm = termAt(raft.log, prevIndex);
  const entries = entriesFrom(raft.log, progress.next, MAX_ENTRIES);
  if (prevTerm === undefined || entries === undefined) {
    sendSnapshot(raft, to, progress, turn);
    return;
  }
  say(raft, to, { type: 'append', prevIndex, prevTerm, entries, commit: raft.log.committed }, turn);
  raft.progress.set(to, sentEntries(progress, prevIndex + entries.length));
}

/** Its entries are compacted away: the state at the applied index goes instead. Not to who is silent. */
function sendSnapshot(raft: Raft, to: NodeId, progress: Progress, turn: Turn): void {
  if (!progress.isActive) return;
  const index = raft.log.applied;
  const indexTerm = termAt(raft.log, index) ?? 0;
  say(raft, to, { type: 'snapshot', index, indexTerm, membership: raft.membership }, turn);
  raft.progress.set(to, sentSnapshot(progress, index));
}

/** A follower, or the leader's own disk, has entries, or refuses them. */
export function hearAppended(raft: Raft, message: Of<'appended'>, turn: Turn): void {
  const before = raft.progress.get(message.from);
  if (before === undefined) return;
  if (message.isRejected) {
    const hint = lastNotAfter(raft.log, message.hintIndex, message.hintTerm);
    raft.progress.set(message.from, { ...rejected(before, message.index, hint), isActive: true });
    sendAppend(raft, message.from, turn);
    return;
  }
  const after = { ...agreed(before, message.index), isActive: true };
  raft.progress.set(message.from, after);
  if (advanceCommit(raft, turn)) sendToAll(raft, turn);
  else if (message.from !== raft.id && after.next <= lastIndex(raft.log)) sendAppend(raft, message.from, turn);
  if (message.from === raft.transferee && after.match === lastIndex(raft.log)) {
    say(raft, message.from, { type: 'timeoutNow' }, turn);
  }
}

/**
 * Commits what a majority has on disk, if it is of the leader's own term: an older entry is committed only by one that
 * follows it (paper §5.4.2).
 */
function advanceCommit(raft: Raft, turn: Turn): boolean {
  const index = majorityIndex(raft.membership.voters, (voter) => raft.progress.get(voter)?.match ?? 0);
  if (index <= raft.log.committed || termAt(raft.log, index) !== raft.term) return false;
  commitTo(raft.log, index);
  releaseEarlyReads(raft, turn);
  return true;
}

/** A follower is there. If it lacks something, or a message may have been lost, send on. */
export function hearHeartbeaten(raft: Raft, { from }: Of<'heartbeaten'>, turn: Turn): void {
  const before = raft.progress.get(from);
  if (before === undefined) return;
  if (before.isPaused || !before.isActive) raft.progress.set(from, { ...before, isPaused: false, isActive: true });
  if (before.match < lastIndex(raft.log) || before.state === 'probe') sendAppend(raft, from, turn);
}

/** The host could not deliver, or the receiver was not there: what was sent is uncertain. */
export function loseTouch(raft: Raft, id: NodeId): void {
  const progress = raft.progress.get(id);
  if (progress !== undefined && progress.state !== 'probe') raft.progress.set(id, probeAgain(progress));
}

/**
 * Once every election timeout: a leader that hears no majority is none, whatever it believes. A snapshot that is not
 * answered by then was lost.
 */
export function checkQuorum(raft: Raft, turn: Turn): void {
  raft.checkAt = turn.now + turn.electionMs;
  raft.transferee = NOBODY;
  const isHere = (id: NodeId) => id === raft.id || (raft.progress.get(id)?.isActive ?? false);
  if (!isMajority(raft.membership.voters, isHere)) {
    becomeFollower(raft, raft.term, NOBODY, turn);
    return;
  }
  for (const [id, progress] of raft.progress) {
    const { state } = progress;
    raft.progress.set(id, { ...(state === 'snapshot' ? probeAgain(progress) : progress), isActive: false });
  }
}

/** Hands over as soon as the other has everything. Takes no proposals until then; gives up at the next check. */
export function transferTo(raft: Raft, target: NodeId, turn: Turn): void {
  const progress = raft.progress.get(target);
  if (progress === undefined || target === raft.id || !raft.membership.voters.includes(target)) return;
  raft.transferee = target;
  raft.checkAt = turn.now + turn.electionMs;
  if (progress.match === lastIndex(raft.log)) say(raft, target, { type: 'timeoutNow' }, turn);
  else sendAppend(raft, target, turn);
}

/** An applied entry changes who belongs to the group. */
export function changeMembership(raft: Raft, change: MembershipChange, turn: Turn): void {
  const without = (ids: readonly NodeId[]) => ids.filter((id) => id !== change.node);
  const voters = without(raft.membership.voters);
  const learners = without(raft.membership.learners);
  if (change.type === 'add') voters.push(change.node);
  if (change.type === 'addLearner') learners.push(change.node);
  raft.membership = { voters, learners };
  if (raft.role !== 'leader') return;
  if (!membersOf(raft).includes(raft.id)) {
    becomeFollower(raft, raft.term, NOBODY, turn);
    return;
  }
  if (change.type === 'remove') raft.progress.delete(change.node);
  else if (!raft.progress.has(change.node)) {
    raft.progress.set(change.node, { ...unknownProgress(lastIndex(raft.log) + 1), isActive: true });
  }
  if (raft.transferee === change.node) raft.transferee = NOBODY;
  advanceCommit(raft, turn);
  sendToAll(raft, turn);
}

/** Whether a learner has all but the last few entries, so that it may vote. */
export function isCaughtUp(raft: Raft, id: NodeId): boolean {
  return (raft.progress.get(id)?.match ?? 0) >= 0.9 * lastIndex(raft.log);
}
