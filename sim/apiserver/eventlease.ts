import type { Resource } from '../api/resource.ts';
import type { IO } from '../kernel/component.ts';
import type { ApiServerState } from './state.ts';

/** One EtcdLease serves the Events of 60 s, and at most 1,000 of them (etcd3/lease_manager.go). */
const REUSE_MS = 60_000;
const MAX_KEYS = 1000;

/** Whether objects of this kind vanish by themselves. */
export function needsLease(resource: Resource): boolean {
  return resource.kind === 'Event';
}

/** The lease that an Event written now can share; undefined when a new one must be asked for. */
export function leaseFor(state: ApiServerState, io: IO): number | undefined {
  const { id, grantedAt, keys } = state.eventLease;
  if (id === 0 || io.now - grantedAt > REUSE_MS || keys >= MAX_KEYS) return undefined;
  state.eventLease = { id, grantedAt, keys: keys + 1 };
  return id;
}

/** etcd has granted a lease. */
export function keepLease(state: ApiServerState, id: number, io: IO): void {
  state.eventLease = { id, grantedAt: io.now, keys: 0 };
}
