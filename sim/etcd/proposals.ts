import type { Proposed } from '../raft/message.ts';
import type { Turn } from '../raft/raft.ts';
import { propose } from '../raft/step.ts';
import { changeOf } from './membership.ts';
import type { EtcdState } from './state.ts';

/** Hands what waits to the leader. Nothing is handed over twice: nobody could tell whether it would be done twice. */
export function proposeWaiting(state: EtcdState, turn: Turn): void {
  publish(state);
  for (const [id, waiting] of state.waiting) {
    if (waiting.isProposed) continue;
    const change = changeOf(waiting.proposal.write);
    const entry: Proposed = change === undefined ? { data: waiting.proposal } : { data: waiting.proposal, change };
    if (!propose(state.raft, [entry], turn)) return;
    state.waiting.set(id, { ...waiting, isProposed: true });
  }
}

/** A member that has started tells the others its name, until they know it. */
function publish(state: EtcdState): void {
  const self = state.members.get(state.id);
  const id = `${state.id} publish`;
  if (self === undefined || self.name !== '' || state.waiting.has(id)) return;
  const write = { type: 'publish', id: state.id, name: self.process } as const;
  const proposal = { id, routine: true, bytes: 0, write };
  state.waiting.set(id, { client: '', proposal, at: 0, isProposed: false });
}
