import { HEARTBEAT_MS, peersOf, type Raft, say, type Turn } from './raft.ts';

/** Every 100 ms: I am here. */
export function sendHeartbeats(raft: Raft, turn: Turn): void {
  raft.heartbeatAt = turn.now + HEARTBEAT_MS;
  const read = raft.reads.at(-1)?.read ?? '';
  for (const id of peersOf(raft)) {
    const commit = Math.min(raft.progress.get(id)?.match ?? 0, raft.log.committed);
    say(raft, id, { type: 'heartbeat', commit, read }, turn);
  }
}
