import { assert } from '../kernel/assert.ts';
import { part } from '../kernel/state.ts';
import type { NodeId } from './message.ts';

/** A change of who belongs to the group: one at a time. `add` makes a voter, also out of a learner. */
export interface MembershipChange {
  readonly type: 'add' | 'addLearner' | 'remove';
  readonly node: NodeId;
}

/** One place of the log. `data` is the host's; null in the entry with which a new leader opens its term. */
export interface Entry {
  readonly index: number;
  readonly term: number;
  readonly data: object | null;
  readonly change?: MembershipChange;
}

/**
 * The log: what is on disk, and after it what is not yet. Everything up to `offset` is in the snapshot.
 * `unstable` may overwrite the end of `stable`: what a crash leaves is `stable` alone.
 */
export interface RaftLog {
  offset: number;
  offsetTerm: number;
  stable: Entry[];
  unstable: Entry[];
  /** The index of the first unstable entry, or of the next one there will be. */
  unstableFrom: number;
  committed: number;
  applied: number;
}

/** A part of the log as it goes to disk. */
export interface Batch {
  readonly from: number;
  readonly entries: readonly Entry[];
}

/** A log that begins after a snapshot; 0 and 0 for none. */
export function createLog(offset = 0, offsetTerm = 0): RaftLog {
  return part<RaftLog>({
    offset,
    offsetTerm,
    stable: [],
    unstable: [],
    unstableFrom: offset + 1,
    committed: offset,
    applied: offset,
  });
}

/** The index of the last entry, on disk or not. */
export function lastIndex(log: RaftLog): number {
  return log.unstableFrom + log.unstable.length - 1;
}

/** The term of the last entry. */
export function lastTerm(log: RaftLog): number {
  return termAt(log, lastIndex(log)) ?? 0;
}

/** The term of an entry; undefined when it is compacted away or does not exist. */
export function termAt(log: RaftLog, index: number): number | undefined {
  if (index === log.offset) return log.offsetTerm;
  return entryAt(log, index)?.term;
}

function entryAt(log: RaftLog, index: number): Entry | undefined {
  return index >= log.unstableFrom ? log.unstable[index - log.unstableFrom] : log.stable[index - log.offset - 1];
}

/** Up to `limit` entries from an index on; undefined when the first is compacted away. */
export function entriesFrom(log: RaftLog, index: number, limit: number): readonly Entry[] | undefined {
  if (index <= log.offset) return undefined;
  const entries: Entry[] = [];
  const end = Math.min(lastIndex(log), index + limit - 1);
  for (let at = index; at <= end; at++) entries.push(entryAt(log, at) as Entry);
  return entries;
}

/** The leader's own way to append: at the end. */
export function appendLast(log: RaftLog, entry: Entry): void {
  log.unstable.push(entry);
}

/**
 * A follower's way: only if the entry before them matches; conflicting entries give way. Returns the index of the
 * last new entry, or undefined when there is no match.
 */
export function appendAfter(
  log: RaftLog,
  prevIndex: number,
  prevTerm: number,
  entries: readonly Entry[],
): number | undefined {
  if (termAt(log, prevIndex) !== prevTerm) return undefined;
  const firstNew = entries.findIndex((entry) => termAt(log, entry.index) !== entry.term);
  if (firstNew >= 0) {
    const { index } = entries[firstNew] as Entry;
    assert(index > log.committed, `a committed entry is never overwritten (${index}, committed ${log.committed})`);
    overwrite(log, index, entries.slice(firstNew));
  }
  return prevIndex + entries.length;
}

function overwrite(log: RaftLog, from: number, entries: readonly Entry[]): void {
  if (from >= log.unstableFrom) log.unstable.length = from - log.unstableFrom;
  else {
    log.unstableFrom = from;
    log.unstable.length = 0;
  }
  log.unstable.push(...entries);
}

/** Nothing below this index is taken back; never lowers it. */
export function commitTo(log: RaftLog, index: number): void {
  log.committed = Math.max(log.committed, Math.min(index, lastIndex(log)));
}

/** The last index at or before `index` whose term is not greater: where two logs may still agree. */
export function lastNotAfter(log: RaftLog, index: number, term: number): number {
  let at = Math.min(index, lastIndex(log));
  while (at > log.offset && (termAt(log, at) ?? 0) > term) at--;
  return at;
}

/** What is to be written now. */
export function unwritten(log: RaftLog): Batch {
  return { from: log.unstableFrom, entries: log.unstable.slice() };
}

/** The batch is on disk. What has been overwritten in memory since then stays to be written. */
export function wrote(log: RaftLog, { from, entries }: Batch): void {
  const last = entries.at(-1);
  if (last === undefined) return;
  log.stable.length = from - log.offset - 1;
  log.stable.push(...entries);
  if (last.index < log.unstableFrom || termAt(log, last.index) !== last.term) return;
  log.unstable.splice(0, last.index - log.unstableFrom + 1);
  log.unstableFrom = last.index + 1;
}

/** The last index that a crash would leave. */
export function stableIndex(log: RaftLog): number {
  return Math.min(log.offset + log.stable.length, log.unstableFrom - 1);
}

/** The next entries to apply: committed, and on this disk. */
export function toApply(log: RaftLog): readonly Entry[] {
  const end = Math.min(log.committed, stableIndex(log));
  return end <= log.applied ? [] : (entriesFrom(log, log.applied + 1, end - log.applied) ?? []);
}

/** Drops what a snapshot has, up to an index that is applied. */
export function compactTo(log: RaftLog, index: number): void {
  assert(index <= log.applied, `only what is applied is compacted (${index}, applied ${log.applied})`);
  if (index <= log.offset) return;
  const term = termAt(log, index) ?? 0;
  log.stable.splice(0, index - log.offset);
  log.offset = index;
  log.offsetTerm = term;
}

/** How many entries are kept. */
export function lengthOf(log: RaftLog): number {
  return lastIndex(log) - log.offset;
}
