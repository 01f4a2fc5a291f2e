import type { IO } from '../kernel/component.ts';
import { address, type Mark } from '../kernel/message.ts';
import { toApply, unwritten, wrote } from '../raft/log.ts';
import type { RaftMessage } from '../raft/message.ts';
import { NOBODY } from '../raft/message.ts';
import { type Turn, turnAt } from '../raft/raft.ts';
import { nextTick, step } from '../raft/step.ts';
import { applyEntry } from './apply.ts';
import { takeRaftSnapshot } from './compaction.ts';
import { armLeases } from './expiry.ts';
import { imageOf } from './image.ts';
import { extendAll } from './lease.ts';
import { proposeWaiting } from './proposals.ts';
import { askForRounds, readyRound, serveRounds } from './reads.ts';
import type { EtcdState, Held, InHand, Proposal } from './state.ts';
import { tellTransfer } from './transfer.ts';
import { watchTheLeader } from './watching.ts';

/** Runs one step of Raft, and does what follows from it: sends, writes to disk, applies, answers, sets the clock. */
export function drive(state: EtcdState, inHand: InHand, io: IO, work: (turn: Turn) => void): void {
  const { role, leader, term } = state.raft;
  let known = leader;
  const isNew = () => state.raft.leader !== NOBODY && state.raft.leader !== known;
  const turn = turnAt(io.now, (bound) => io.random('election', bound), state.config.electionMs);
  work(turn);
  for (;;) {
    dispatch(state, turn, inHand, io);
    applyCommitted(state, inHand, io, turn);
    if (state.phase === 'removed') return;
    keepPromises(state, io, turn);
    askForRounds(state, turn, isNew());
    if (isNew()) proposeWaiting(state, turn);
    known = state.raft.leader;
    if (turn.messages.length + turn.promises.length + turn.reads.length === 0) break;
  }
  serveRounds(state, io);
  tellTransfer(state, io);
  if (role !== state.raft.role || leader !== state.raft.leader) changeOffice(state, role, term, io);
  armTick(state, io);
}

/** Sends what may be sent; keeps back what the disk has to know first; notes reads that are confirmed. */
function dispatch(state: EtcdState, turn: Turn, inHand: InHand, io: IO): void {
  for (const message of takeAll(turn.messages)) sendTo(state, message, markOf(message, inHand), io);
  for (const message of takeAll(turn.promises)) hold(state, message, inHand);
  for (const { read, index } of takeAll(turn.reads)) readyRound(state, read, index);
}

/** Empties a list. Most turns leave two of three empty. */
function takeAll<T>(list: T[]): readonly T[] {
  return list.length === 0 ? list : list.splice(0);
}

/** A newer "I have up to here" makes the one before it needless. */
function hold(state: EtcdState, message: RaftMessage, { id, routine }: InHand): void {
  const before = state.held.at(-1);
  const held: Held = { message, causes: [id], routine: routine && !isBallot(message) };
  if (before !== undefined && isAccepted(before.message) && isAccepted(message) && isSame(before.message, message)) {
    state.held[state.held.length - 1] = { ...held, routine: routine && before.routine };
  } else state.held.push(held);
}

/** An election is news, whatever timer began it. To ask around before it is not: a member that is cut off does it on and on. */
function isBallot({ type }: RaftMessage): boolean {
  return type === 'vote' || type === 'voted';
}

function isAccepted(message: RaftMessage): boolean {
  return message.type === 'appended' && !message.isRejected;
}

function isSame(a: RaftMessage, b: RaftMessage): boolean {
  return a.to === b.to && a.term === b.term;
}

/** Starts a write if there is something to write; else lets the promises go. */
function keepPromises(state: EtcdState, io: IO, turn: Turn): void {
  if (state.sync !== null) return;
  const { raft, disk } = state;
  if (raft.log.unstable.length === 0 && raft.term === disk.term && raft.vote === disk.vote) {
    release(state, takeAll(state.held), io, turn);
    return;
  }
  const batch = unwritten(raft.log);
  const held = state.held.splice(0);
  const number = ++state.syncs;
  const { term, vote } = raft;
  state.sync = { number, batch, term, vote, commit: raft.log.committed, held };
  const causes = [...new Set(held.flatMap((item) => item.causes))];
  const routine = held.every((item) => item.routine);
  io.after(state.config.fsyncMs, 'synced', { number }, causes.length === 0 ? { routine } : { causes, routine });
}

/** The disk has it. What was promised on the strength of it may be said now. */
export function finishSync(state: EtcdState, number: number, inHand: InHand, io: IO): void {
  const { sync } = state;
  if (sync === null || sync.number !== number) return;
  state.sync = null;
  state.disk = { term: sync.term, vote: sync.vote, commit: sync.commit };
  wrote(state.raft.log, sync.batch);
  drive(state, inHand, io, (turn) => release(state, sync.held, io, turn));
}

/** What is for the member itself is its own vote, or its own entries: it counts them like anybody's. */
function release(state: EtcdState, held: readonly Held[], io: IO, turn: Turn): void {
  for (const { message, causes, routine } of held) {
    if (message.to === state.id) step(state.raft, message, turn);
    else sendTo(state, message, { causes, routine }, io);
  }
}

/** Entries of people are told; heartbeats, and the news of what is committed, are routine. */
function markOf(message: RaftMessage, inHand: InHand): Mark {
  const causes = [inHand.id];
  switch (message.type) {
    case 'append':
      return { causes, routine: message.entries.every(({ data }) => (data as Proposal | null)?.routine ?? true) };
    case 'propose':
    case 'readIndex':
    case 'readIndexed':
      return { causes, routine: inHand.routine };
    case 'heartbeat':
    case 'heartbeaten':
      return { causes, routine: true, silent: message.read === '' };
    default:
      return { causes, routine: false };
  }
}

/** Raft speaks of ids; the member list says which process that is. */
function sendTo(state: EtcdState, message: RaftMessage, mark: Mark, io: IO): void {
  const member = state.members.get(message.to);
  if (member === undefined) return;
  const body = message.type === 'snapshot' ? { ...message, image: imageOf(state) } : message;
  io.send(address<Record<string, object>>(member.process), message.type, body, mark);
}

function applyCommitted(state: EtcdState, inHand: InHand, io: IO, turn: Turn): void {
  for (const entry of toApply(state.raft.log)) {
    state.raft.log.applied = entry.index;
    applyEntry(state, entry, inHand, io, turn);
    if (state.phase === 'removed') return;
  }
  takeRaftSnapshot(state);
}

/** What changes with the office: the primary lessor is the leader's, and people want to know who leads. */
function changeOffice(state: EtcdState, before: string, lastTerm: number, io: IO): void {
  const { role, term, leader } = state.raft;
  const name = state.members.get(leader)?.process ?? '';
  if (role === 'leader') {
    extendAll(state.lessor, io.now);
    armLeases(state, io);
    io.note({ what: 'etcd/elected', member: io.self, term });
  } else if (role === 'candidate' && before !== 'candidate') io.note({ what: 'etcd/campaigns', member: io.self, term });
  else if (before === 'leader') {
    const reason = term === lastTerm ? 'it has heard no majority for an election timeout' : 'a later term has begun';
    io.note({ what: 'etcd/stepped-down', member: io.self, term, reason });
  } else if (role === 'follower' && leader !== NOBODY)
    io.note({ what: 'etcd/follows', member: io.self, leader: name, term });
  watchTheLeader(state, io);
}

/** One timer for Raft: the earliest of what it waits for. One that rings too early is set again. */
function armTick(state: EtcdState, io: IO): void {
  const at = nextTick(state.raft);
  if (!Number.isFinite(at) || (state.tickAt !== null && state.tickAt <= at)) return;
  state.tickAt = Math.max(at, io.now);
  io.after(state.tickAt - io.now, 'tick', { at: state.tickAt }, { routine: true, silent: true });
}
