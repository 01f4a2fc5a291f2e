import type { Millis } from '../kernel/message.ts';
import { part } from '../kernel/state.ts';
import type { EtcdEvent } from '../protocol/etcd.ts';

/** An EtcdLease: a time to live that keys share. Not the coordination.k8s.io kind. */
export interface EtcdLease {
  ttlMs: Millis;
  expiresAt: Millis;
  keys: Set<string>;
}

/** EtcdLeases by id. Follows server/lease/lessor.go; leaves out checkpoints of the time that is left. */
export interface Lessor {
  next: number;
  leases: Map<string, EtcdLease>;
}

/** With etcd's default election timeout of 1,000 ms no lease lives shorter (minTTL in etcdserver/server.go). */
const MINIMUM_TTL_SECONDS = 2;

/** No leases yet. */
export function createLessor(): Lessor {
  return part<Lessor>({ next: 1, leases: new Map() });
}

/** etcd's texts about leases. */
export const LEASE_ERRORS = {
  exists: 'etcdserver: lease already exists',
  notFound: 'etcdserver: requested lease not found',
  tooLarge: 'etcdserver: too large lease TTL',
} as const;

/** The longest time to live (MaxLeaseTTL in server/lease/lessor.go). */
const MAXIMUM_TTL_SECONDS = 9_000_000_000;

/** What was granted, or why not. */
export interface Granted {
  readonly lease: number;
  readonly ttlSeconds: number;
  readonly error?: string;
}

/** Grants a lease, under the id that is asked for or the next one, for at least the minimum of seconds. */
export function grant(
  lessor: Lessor,
  request: { readonly ttlSeconds: number; readonly lease?: number },
  now: Millis,
): Granted {
  if (request.ttlSeconds > MAXIMUM_TTL_SECONDS) return { lease: 0, ttlSeconds: 0, error: LEASE_ERRORS.tooLarge };
  const wanted = request.lease ?? 0;
  if (wanted > 0 && isGranted(lessor, wanted)) return { lease: 0, ttlSeconds: 0, error: LEASE_ERRORS.exists };
  while (wanted === 0 && isGranted(lessor, lessor.next)) lessor.next++;
  const lease = wanted === 0 ? lessor.next++ : wanted;
  const seconds = Math.max(request.ttlSeconds, MINIMUM_TTL_SECONDS);
  const expiresAt = now + seconds * 1000;
  lessor.leases.set(idOf(lease), part<EtcdLease>({ ttlMs: seconds * 1000, expiresAt, keys: new Set() }));
  return { lease, ttlSeconds: seconds };
}

/** Gives a lease its full time again. Returns its time to live in seconds; 0 when there is none. */
export function renew(lessor: Lessor, lease: number, now: Millis): number {
  const found = lessor.leases.get(idOf(lease));
  if (found === undefined) return 0;
  found.expiresAt = now + found.ttlMs;
  return found.ttlMs / 1000;
}

/** The time a lease has left and the keys it holds; undefined when there is none. */
export function timeLeft(
  lessor: Lessor,
  lease: number,
  now: Millis,
): { readonly ttlSeconds: number; readonly grantedSeconds: number; readonly keys: readonly string[] } | undefined {
  const found = lessor.leases.get(idOf(lease));
  if (found === undefined) return undefined;
  const ttlSeconds = Math.floor((found.expiresAt - now) / 1000);
  return { ttlSeconds, grantedSeconds: found.ttlMs / 1000, keys: [...found.keys].sort((a, b) => (a < b ? -1 : 1)) };
}

/** All ids, in order. */
export function leaseIds(lessor: Lessor): readonly number[] {
  return [...lessor.leases.keys()].map((id) => Number(id.slice(1))).sort((a, b) => a - b);
}

/** Whether keys can be attached to it. */
export function isGranted(lessor: Lessor, lease: number): boolean {
  return lessor.leases.has(idOf(lease));
}

/** Moves keys between leases as a change of the store demands. */
export function attach(lessor: Lessor, event: EtcdEvent): void {
  const { keyValue, previous } = event;
  const before = previous?.lease ?? 0;
  const after = event.type === 'put' ? keyValue.lease : 0;
  if (before === after) return;
  if (before > 0) lessor.leases.get(idOf(before))?.keys.delete(keyValue.key);
  if (after > 0) lessor.leases.get(idOf(after))?.keys.add(keyValue.key);
}

/** Ends a lease; its keys are to be deleted. In key order. */
export function revoke(lessor: Lessor, lease: number): readonly string[] {
  const found = lessor.leases.get(idOf(lease));
  lessor.leases.delete(idOf(lease));
  return [...(found?.keys ?? [])].sort((a, b) => (a < b ? -1 : 1));
}

/** The leases whose time is over. */
export function expired(lessor: Lessor, now: Millis): readonly number[] {
  const ids: number[] = [];
  for (const [id, lease] of lessor.leases) if (lease.expiresAt <= now) ids.push(Number(id.slice(1)));
  return ids;
}

/** When the next lease ends; undefined when there is none. */
export function nextExpiry(lessor: Lessor): Millis | undefined {
  let first: Millis | undefined;
  for (const { expiresAt } of lessor.leases.values()) if (first === undefined || expiresAt < first) first = expiresAt;
  return first;
}

/** A new leader gives every lease its full time again, as etcd does. */
export function extendAll(lessor: Lessor, now: Millis): void {
  for (const lease of lessor.leases.values()) lease.expiresAt = now + lease.ttlMs;
}

function idOf(lease: number): string {
  return `L${lease}`;
}
