import type { EtcdState } from '../../../sim/etcd/state.ts';
import type { Entry } from '../../../sim/raft/log.ts';

/** What has been true so far, to compare with. */
export interface Seen {
  /** Who leads a term. */
  readonly leaders: Map<number, string>;
  /** Whom a member voted for in a term. */
  readonly votes: Map<string, string>;
  /** What a member applied at an index: the same for all. */
  readonly applied: Map<number, string>;
  /** The commit index with which a leader took office, by `member term`. */
  readonly officeAt: Map<string, number>;
  readonly lastApplied: Map<string, number>;
  /** Ids of members whose disk was lost. */
  readonly lost: Set<string>;
}

/** Nothing seen yet. */
export function seenNothing(): Seen {
  return {
    leaders: new Map(),
    votes: new Map(),
    applied: new Map(),
    officeAt: new Map(),
    lastApplied: new Map(),
    lost: new Set(),
  };
}

/** Raft's safety properties as far as one member can break them with the message it has just handled; '' if none. */
export function brokenProperty(name: string, state: EtcdState | undefined, seen: Seen): string {
  if (state?.phase !== 'running') return '';
  if (seen.lost.has(state.id)) return `${name} lost its disk and is back as ${state.id}`;
  return electionSafety(state, seen) || ownTermOnly(state, seen) || sameEntries(name, state, seen);
}

/** Election safety: at most one leader a term, and one vote a member and term. */
function electionSafety({ id, raft, disk }: EtcdState, seen: Seen): string {
  if (disk.vote !== '') {
    const key = `${id} ${disk.term}`;
    const before = seen.votes.get(key) ?? disk.vote;
    seen.votes.set(key, before);
    if (before !== disk.vote) return `${id} voted for ${before} and for ${disk.vote} in term ${disk.term}`;
  }
  if (raft.role !== 'leader') return '';
  const leader = seen.leaders.get(raft.term) ?? id;
  seen.leaders.set(raft.term, leader);
  return leader === id ? '' : `term ${raft.term} has two leaders: ${leader} and ${id}`;
}

/** A leader counts only entries of its own term. */
function ownTermOnly({ id, raft }: EtcdState, { officeAt }: Seen): string {
  if (raft.role !== 'leader') return '';
  const key = `${id} ${raft.term}`;
  const { committed } = raft.log;
  const before = officeAt.get(key) ?? committed;
  officeAt.set(key, before);
  if (committed <= before) return '';
  const term = entryAt(raft.log, committed)?.term;
  return term === undefined || term === raft.term
    ? ''
    : `the leader of term ${raft.term} committed an entry of term ${term} by count`;
}

/** State machine safety, and with it log matching and leader completeness: what one applied at an index, all do. */
function sameEntries(name: string, { id, raft }: EtcdState, seen: Seen): string {
  const { log } = raft;
  const from = seen.lastApplied.get(id) ?? log.offset;
  seen.lastApplied.set(id, Math.max(from, log.applied));
  for (let index = Math.max(from, log.offset) + 1; index <= log.applied; index++) {
    const entry = entryAt(log, index);
    if (entry === undefined) continue;
    const text = `${entry.term} ${(entry.data as { readonly id?: string } | null)?.id ?? 'empty'}`;
    const before = seen.applied.get(index) ?? text;
    seen.applied.set(index, before);
    if (before !== text) return `${name} applied ${text} at ${index}, where ${before} had been applied`;
  }
  return '';
}

function entryAt(log: EtcdState['raft']['log'], index: number): Entry | undefined {
  return index >= log.unstableFrom ? log.unstable[index - log.unstableFrom] : log.stable[index - log.offset - 1];
}

/** Members that have applied equally much hold the same. */
export function unequalStores(members: readonly (readonly [string, EtcdState])[]): string {
  const texts = new Map<number, readonly [string, string]>();
  for (const [name, state] of members) {
    if (state.phase !== 'running') continue;
    const { store, lessor, raft } = state;
    const directories = [...store.directories].map(([key, values]) => [key, [...values.values()].map(keyText).sort()]);
    const contents = directories.filter(([, values]) => (values?.length ?? 0) > 0).sort();
    const text = JSON.stringify([store.revision, store.compacted, contents, [...lessor.leases.keys()].sort()]);
    const other = texts.get(raft.log.applied);
    if (other !== undefined && other[1] !== text)
      return `${other[0]} and ${name} hold different things at index ${raft.log.applied}`;
    texts.set(raft.log.applied, [name, text]);
  }
  return '';
}

function keyText({ key, modRevision, createRevision, version }: EtcdStateKeyValue): string {
  return `${key} ${modRevision} ${createRevision} ${version}`;
}

type EtcdStateKeyValue = {
  readonly key: string;
  readonly modRevision: number;
  readonly createRevision: number;
  readonly version: number;
};
