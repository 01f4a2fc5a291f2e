import type { IO } from '../kernel/component.ts';
import type { Millis } from '../kernel/message.ts';
import { NOBODY } from '../raft/message.ts';
import type { EtcdState } from './state.ts';
import { endWatches } from './watch.ts';

/** A client that requires a leader loses its watches after three election timeouts without one (v3rpc/interceptor.go). */
const PATIENCE_MS = 3000;
const NO_LEADER = 'etcdserver: no leader';

/** Starts or ends the wait for a leader. */
export function watchTheLeader(state: EtcdState, io: IO): void {
  if (state.raft.leader !== NOBODY) state.leaderlessSince = null;
  else if (state.leaderlessSince === null) {
    state.leaderlessSince = io.now;
    io.after(PATIENCE_MS, 'leaderless', { since: io.now }, { routine: true });
  }
}

/** Nobody has led all the while: watchers may try another member. */
export function giveUpWatches(state: EtcdState, since: Millis, io: IO): void {
  if (state.leaderlessSince === since) endWatches(state.watches, state.store.revision, NO_LEADER, io);
}
