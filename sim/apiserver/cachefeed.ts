import { servedKinds } from '../api/index.ts';
import { isStored } from '../api/resource.ts';
import { qualified } from '../api/status.ts';
import type { IO } from '../kernel/component.ts';
import type { Address, Message, MessageId } from '../kernel/message.ts';
import type { EtcdClientProtocol, RangeResponse } from '../protocol/etcd.ts';
import { isUnavailable, leaveMember, PATIENCE_MS, SILENCE_MS } from './failover.ts';
import { findResource } from './routes.ts';
import type { ApiServerState } from './state.ts';
import { rangeOf } from './storage.ts';
import { closeWatch, fanOut } from './watch.ts';
import { applyEvents, createCache, fillCache, type WatchCache } from './watchcache.ts';

const RETRY_MS = 1000;
/** With another member to go to, nobody waits for the one that failed. */
const FAILOVER_MS = 100;
const ROUTINE = { routine: true };

/** Opens the watch cache of every kind: a list of etcd, then a watch from its revision. */
export function startCaches(state: ApiServerState, io: IO): void {
  for (const resource of servedKinds().filter(isStored)) {
    const name = qualified(resource);
    state.caches.set(name, createCache());
    listCache(state, name, io);
  }
}

/** The cache of a kind that is new. The server is ready without it: it is empty, and at revision 0, until it has listed. */
export function openCache(state: ApiServerState, name: string, io: IO): void {
  const cache = createCache();
  cache.isReady = true;
  state.caches.set(name, cache);
  listCache(state, name, io);
}

/** The kind is no longer there: whoever watched it hears the end. */
export function closeCache(state: ApiServerState, name: string, io: IO): void {
  const cache = state.caches.get(name);
  if (cache?.phase === 'watching') io.send(cache.member, 'cancelWatch', { watch: cache.source }, ROUTINE);
  endWatches(state, name, io);
  state.caches.delete(name);
}

/** Whether every cache has had its first list: before that the server is not ready. */
export function areCachesReady(state: ApiServerState): boolean {
  for (const cache of state.caches.values()) if (!cache.isReady) return false;
  return state.caches.size > 0;
}

/** Handles the answer to a cache's list. False when it belongs to somebody else. */
export function receiveCacheList(state: ApiServerState, replyTo: MessageId, response: RangeResponse, io: IO): boolean {
  for (const [name, cache] of state.caches) {
    if (cache.phase !== 'listing' || cache.source !== replyTo) continue;
    if (response.error !== undefined) {
      leaveMember(state, cache.member);
      retryCache(state, name, io);
      return true;
    }
    const isAgain = cache.isReady;
    fillCache(cache, response);
    if (isAgain) endWatches(state, name, io);
    state.revision = Math.max(state.revision, response.revision);
    watchCache(state, name, cache, io);
    return true;
  }
  return false;
}

type Watched = Extract<Message<EtcdClientProtocol>, { readonly kind: 'watched' }>;

/** Handles a frame of etcd's watch: a lost one is fetched again, a compacted one needs a new list. */
export function receiveChanges(state: ApiServerState, message: Watched, io: IO): void {
  const { watch, sequence, events, error, revision } = message.body;
  for (const [name, cache] of state.caches) {
    if (cache.source !== watch || cache.phase !== 'watching') continue;
    if (error !== undefined && isUnavailable(error)) {
      leaveMember(state, cache.member);
      retryCache(state, name, io);
      return;
    }
    if (error !== undefined) {
      listCache(state, name, io);
      return;
    }
    if (sequence !== cache.sequence + 1) {
      io.send(cache.member, 'cancelWatch', { watch }, ROUTINE);
      watchCache(state, name, cache, io);
      return;
    }
    cache.sequence = sequence;
    cache.heardAt = io.now;
    cache.triedAt = 0;
    state.revision = Math.max(state.revision, revision);
    for (const change of applyEvents(cache, events, message.routine)) fanOut(state, name, change, io);
    return;
  }
}

/** A member is gone: its caches keep what they have and try to go on from there. */
export function loseCaches(state: ApiServerState, io: IO, member: Address): void {
  for (const [name, cache] of state.caches) {
    if (cache.phase !== 'waiting' && cache.member === member) retryCache(state, name, io);
  }
}

/** Tries watches that have long said nothing, and gives up what has not answered. */
export function tendCaches(state: ApiServerState, io: IO): void {
  for (const [name, cache] of state.caches) {
    const { phase, member, source, askedAt, heardAt, triedAt } = cache;
    const askedSince = phase === 'listing' ? askedAt : phase === 'watching' && triedAt > 0 ? triedAt : io.now;
    if (io.now - askedSince >= PATIENCE_MS) {
      leaveMember(state, member);
      retryCache(state, name, io);
    } else if (phase === 'watching' && triedAt === 0 && io.now - heardAt >= SILENCE_MS) {
      cache.triedAt = io.now;
      io.send(member, 'requestProgress', { watch: source }, ROUTINE);
    }
  }
}

/** A cache's list or watch was refused: try again later. */
export function refuseCache(state: ApiServerState, replyTo: MessageId, io: IO): boolean {
  for (const [name, cache] of state.caches) {
    if (cache.source !== replyTo) continue;
    retryCache(state, name, io);
    return true;
  }
  return false;
}

/** The wait of a cache is over. */
export function resumeCache(state: ApiServerState, name: string, io: IO): void {
  const cache = state.caches.get(name);
  if (cache?.phase !== 'waiting') return;
  if (cache.isReady) watchCache(state, name, cache, io);
  else listCache(state, name, io);
}

function retryCache(state: ApiServerState, name: string, io: IO): void {
  const cache = state.caches.get(name) as WatchCache;
  cache.phase = 'waiting';
  cache.source = '';
  io.after(state.members.length > 1 ? FAILOVER_MS : RETRY_MS, 'cache', { resource: name }, ROUTINE);
}

/** History is lost: clients must list again, so their watches end, also one opened while the new list was on its way. */
function endWatches(state: ApiServerState, name: string, io: IO): void {
  for (const [id, watcher] of [...state.watchers]) if (watcher.resource === name) closeWatch(state, id, io);
}

function listCache(state: ApiServerState, name: string, io: IO): void {
  const resource = findResource(name);
  const cache = state.caches.get(name);
  if (resource === undefined || cache === undefined) return;
  cache.phase = 'listing';
  cache.member = state.etcd;
  cache.askedAt = io.now;
  cache.source = io.send(state.etcd, 'range', rangeOf(resource, ''), ROUTINE);
}

function watchCache(state: ApiServerState, name: string, cache: WatchCache, io: IO): void {
  const resource = findResource(name);
  if (resource === undefined) return;
  cache.phase = 'watching';
  cache.sequence = 0;
  cache.heardAt = io.now;
  cache.triedAt = 0;
  const body = { ...rangeOf(resource, ''), fromRevision: cache.revision + 1 };
  cache.member = state.etcd;
  cache.askedAt = io.now;
  cache.source = io.send(state.etcd, 'watch', body, { routine: true, stream: true });
}
