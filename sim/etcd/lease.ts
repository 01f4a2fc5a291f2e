import type { Millis } from '../kernel/message.ts';
import { part } from '../kernel/state.ts';
import type { EtcdEvent } from '../protocol/etcd.ts';

/** An EtcdLease: a time to live that keys share. Not the coordination.k8s.io kind. */
export interface EtcdLease {
  ttlMs: Millis;
  expiresAt: Millis;
  keys: Set<string>;
}

/** EtcdLeases by id. Follows server/lease/lessor.go; leaves out renewal, which kube-apiserver never asks for. */
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

/** Grants a lease and returns its id and the time to live that was granted, in seconds. */
export function grant(lessor: Lessor, ttlSeconds: number, now: Millis): { lease: number; ttlSeconds: number } {
  const lease = lessor.next++;
  const seconds = Math.max(ttlSeconds, MINIMUM_TTL_SECONDS);
  lessor.leases.set(
    idOf(lease),
    part<EtcdLease>({ ttlMs: seconds * 1000, expiresAt: now + seconds * 1000, keys: new Set() }),
  );
  return { lease, ttlSeconds: seconds };
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
