/*
 * etcd-2 of the lab of votes: a member of etcd that asks the reader's program whether a candidate gets its vote.
 * Watches: nothing, as any member; it is asked by its peers.
 * Writes: its own store; of a vote, the term and the name, before the answer goes out, whatever the program thinks.
 * Upstream: what `Step` of etcd-io/raft raft.go does with MsgPreVote and MsgVote; supervised as a static pod is.
 * Leaves out: the program has no say in what a candidate does, in terms, in the log, or in what is written to disk.
 */
import { badResult, crash, createProgram, hearProgram, type ProgramState } from '../../client/program.ts';
import type { Component, IO } from '../../kernel/component.ts';
import type { AnyMessage } from '../../kernel/message.ts';
import { hashText } from '../../kernel/random.ts';
import { part } from '../../kernel/state.ts';
import type { Value } from '../../kernel/value.ts';
import { LAB_PROCESSES, type LabCall, type VoteInput } from '../../protocol/lab.ts';
import { requestOf, type VoteMessage, voterOf } from '../../raft/election.ts';
import { step } from '../../raft/step.ts';
import type { VoteRequest, Voter } from '../../raft/vote.ts';
import { drive } from '../consensus.ts';
import { etcdWithTools } from '../restore.ts';
import type { EtcdState } from '../state.ts';

/** A member, and the program that it asks. */
export interface LabMemberState extends EtcdState {
  lab: ProgramState;
  /** What the program keeps. */
  memory: Value;
  calls: number;
}

/** The program's random stream begins anew with each question. */
const SEED = 0x766f7465;

/** The reader's member of etcd. Without a program it votes as etcd does. */
export const labMember: Component<LabMemberState> = {
  name: LAB_PROCESSES.vote,
  init: (self, config) => withProgram(etcdWithTools.init(self, config), createProgram(config)),
  restart: (disk) => withProgram((etcdWithTools.restart as Restart)(disk), disk.lab),
  reinstall: (disk, config) => withProgram(disk, createProgram(config)),
  ask: (state, message) => {
    const ballot = ballotIn(state, message as AnyMessage);
    if (ballot === undefined || state.phase !== 'running') return undefined;
    return questionOf(state, ballot, message as AnyMessage);
  },
  receive(state, message, io) {
    const ballot = ballotIn(state, message as AnyMessage);
    if (ballot === undefined) etcdWithTools.receive(state, message as never, io);
    // Before it runs it is no voter yet: who asked will ask again.
    else if (state.phase === 'running') vote(state, ballot, message as AnyMessage, io);
  },
  offline: (disk, message, io) => {
    const kept = etcdWithTools.offline?.(disk, message as never, io);
    return kept && withProgram(kept, disk.lab);
  },
  inspect: (state) => ({
    ...(etcdWithTools.inspect(state) as object),
    program: state.lab.program,
    crashes: state.lab.crashes,
    calls: state.calls,
    keeps: state.memory,
  }),
};

type Restart = (disk: EtcdState) => EtcdState;

function withProgram(member: EtcdState, lab: ProgramState): LabMemberState {
  return part<LabMemberState>({ ...member, lab: part<ProgramState>({ ...lab }), memory: null, calls: 0 });
}

/** The question for a vote that a message is, when the program has to be asked. */
function ballotIn({ lab, id, removed }: LabMemberState, { kind, body }: AnyMessage): VoteMessage | undefined {
  if (lab.program === '' || (kind !== 'vote' && kind !== 'preVote')) return undefined;
  const ballot = body as unknown as VoteMessage;
  return ballot.to === id && !removed.has(ballot.from) ? ballot : undefined;
}

function questionOf(state: LabMemberState, ballot: VoteMessage, { id, at: now }: AnyMessage): LabCall {
  const { request, voter } = seenBy(state, requestOf(ballot), voterOf(state.raft, { now, ...state.config }));
  const randomSeed = hashText(id, SEED) >>> 1;
  const input: VoteInput = { request, voter };
  return { method: 'vote', program: state.lab.program, now, randomSeed, state: state.memory, input };
}

/** Raft speaks of ids, which nobody can read; people speak of processes. */
function seenBy({ members }: EtcdState, request: VoteRequest, voter: Voter): { request: VoteRequest; voter: Voter } {
  const nameOf = (id: string) => members.get(id)?.process ?? id;
  return {
    request: { ...request, candidate: nameOf(request.candidate) },
    voter: { ...voter, votedFor: nameOf(voter.votedFor) },
  };
}

/** Does what the program says. A crash of it is a crash of the member: nobody gets its vote until it runs again. */
function vote(state: LabMemberState, ballot: VoteMessage, message: AnyMessage, io: IO): void {
  const result = hearProgram(state.lab, io);
  if (result === undefined) return;
  if (!('vote' in result.output)) {
    crash(state.lab, badResult('The program gave no vote.'), io);
    return;
  }
  const { grant, because } = result.output.vote;
  state.memory = result.state;
  state.calls++;
  const { type, term } = ballot;
  const candidate = state.members.get(ballot.from)?.process ?? ballot.from;
  const what = `lab/${type === 'preVote' ? 'would-' : ''}${grant ? 'grant' : 'refuse'}`;
  io.note({ what, candidate, term, because }, { routine: message.routine });
  drive(state, message, io, (turn) => step(state.raft, ballot, turn, () => grant));
}
