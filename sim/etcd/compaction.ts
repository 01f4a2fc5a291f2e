import { compactTo } from '../raft/log.ts';
import type { EtcdState } from './state.ts';

/** etcd keeps so many entries behind a snapshot, so that a slow follower needs no whole snapshot. */
const CATCH_UP_ENTRIES = 5000;

/**
 * After so many applied entries the state is a snapshot, and the log before it can go. The database itself is on disk
 * anyway, so that nothing is copied here.
 */
export function takeRaftSnapshot(state: EtcdState): void {
  const { log } = state.raft;
  const { snapshotCount } = state.config;
  if (log.applied - state.snapshotIndex <= snapshotCount) return;
  state.snapshotIndex = log.applied;
  compactTo(log, Math.max(log.offset, log.applied - Math.min(CATCH_UP_ENTRIES, snapshotCount)));
}
