import type { IO } from '../kernel/component.ts';
import { nextExpiry } from './lease.ts';
import type { EtcdState } from './state.ts';

/** How often a leader looks at leases that are over and not yet revoked (server/lease/lessor.go). */
const RETRY_MS = 500;

/** Sets the timer for the lease that ends first, unless one rings before. Only the leader counts. */
export function armLeases(state: EtcdState, io: IO): void {
  const first = nextExpiry(state.lessor);
  if (state.raft.role !== 'leader' || first === undefined) return;
  const at = first > io.now ? first : io.now + RETRY_MS;
  if (state.leaseTimerAt !== null && state.leaseTimerAt <= at) return;
  state.leaseTimerAt = at;
  io.after(at - io.now, 'leases', { at }, { routine: true });
}
