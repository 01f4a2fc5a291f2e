import type { IO } from '../kernel/component.ts';
import { NOBODY } from '../raft/message.ts';
import type { Turn } from '../raft/raft.ts';
import { readIndex } from '../raft/step.ts';
import type { EtcdState, WaitingRead } from './state.ts';
import { range } from './store.ts';

/** etcd asks the leader again after this time (readIndexRetryTime). */
export const READ_RETRY_MS = 500;

/**
 * Reads go in rounds: those that come while the leader is asked share the next question. Follows linearizableReadLoop
 * of server/etcdserver/v3_server.go. Asks again when there is a new leader or a question is old: under the same name,
 * so that an answer which takes longer than that still counts.
 */
export function askForRounds(state: EtcdState, turn: Turn, isAgain: boolean): void {
  if (state.raft.leader === NOBODY || state.rounds.length + state.reads.length === 0) return;
  const at = state.rounds.findIndex(({ index }) => index === 0);
  const round = state.rounds[at];
  if (round !== undefined && !isAgain) return;
  if (round === undefined && state.reads.length === 0) return;
  const name = round?.name ?? `${state.id} ${turn.now} ${++state.roundCount}`;
  const asked = { name, askedAt: turn.now, reads: round?.reads ?? state.reads.splice(0), index: 0 };
  if (round === undefined) state.rounds.push(asked);
  else state.rounds[at] = asked;
  readIndex(state.raft, name, turn);
}

/** The leader has answered: the round may be served once this member has applied that much. */
export function readyRound(state: EtcdState, name: string, index: number): void {
  const at = state.rounds.findIndex((round) => round.name === name);
  const round = state.rounds[at];
  if (round !== undefined) state.rounds[at] = { ...round, index };
}

/** Serves the rounds that this member is up to date for. */
export function serveRounds(state: EtcdState, io: IO): void {
  while (state.rounds[0] !== undefined && state.rounds[0].index > 0) {
    if (state.raft.log.applied < state.rounds[0].index) return;
    for (const read of state.rounds.shift()?.reads ?? []) serve(state, read, io);
  }
}

/** Answers from the store as it is. */
export function serve(state: EtcdState, { id, client, routine, request }: WaitingRead, io: IO): void {
  io.reply({ id, from: client }, 'ranged', range(state.store, request), { causes: [id], routine });
}
