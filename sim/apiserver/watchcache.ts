import type { KubeObject } from '../api/meta.ts';
import type { Address, MessageId, Millis } from '../kernel/message.ts';
import { part } from '../kernel/state.ts';
import type { EtcdEvent, EtcdProtocol, RangeResponse } from '../protocol/etcd.ts';
import { decodeStored, withRevision } from './storage.ts';

/** One change as watchers see it. `object` of a deletion is the last state with the revision of the deletion. */
export interface CacheEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly object: KubeObject;
  readonly previous: KubeObject | undefined;
  readonly revision: number;
  readonly routine: boolean;
}

/**
 * The objects of one kind and their latest changes, fed by one list and one watch of etcd. Follows
 * apiserver/pkg/storage/cacher: a bounded window of history (here 1,000 changes; upstream 75 s, at least 100).
 * Events have one too, which upstream reads from etcd directly.
 */
export interface WatchCache {
  phase: 'waiting' | 'listing' | 'watching';
  isReady: boolean;
  /** By storage key. */
  objects: Map<string, KubeObject>;
  revision: number;
  /** Watches from before this revision are too old. */
  oldest: number;
  window: CacheEvent[];
  /** The request that the list or the watch answers. */
  source: MessageId;
  /** The member of etcd that was asked. */
  member: Address<EtcdProtocol>;
  askedAt: Millis;
  /** When its watch last said something, and since when it has been asked whether it lives; 0: it has not. */
  heardAt: Millis;
  triedAt: Millis;
  sequence: number;
}

const WINDOW = 1000;
const SLACK = 250;

/** A cache that has not been filled. */
export function createCache(): WatchCache {
  return part<WatchCache>({
    phase: 'waiting',
    isReady: false,
    objects: new Map(),
    revision: 0,
    oldest: 0,
    window: [],
    source: '',
    member: '',
    askedAt: 0,
    heardAt: 0,
    triedAt: 0,
    sequence: 0,
  });
}

/** Takes a whole list; the history before it is not known. */
export function fillCache(cache: WatchCache, response: RangeResponse): void {
  cache.objects.clear();
  for (const keyValue of response.keyValues) cache.objects.set(keyValue.key, decodeStored(keyValue));
  cache.revision = response.revision;
  cache.oldest = response.revision;
  cache.window.length = 0;
  cache.isReady = true;
}

/** Takes changes from etcd, in order, and gives them as watchers see them. */
export function applyEvents(cache: WatchCache, events: readonly EtcdEvent[], routine: boolean): readonly CacheEvent[] {
  const seen = cache.revision;
  const fresh = events.filter((event) => event.keyValue.modRevision > seen);
  return fresh.map((event) => applyEvent(cache, event, routine));
}

function applyEvent(cache: WatchCache, event: EtcdEvent, routine: boolean): CacheEvent {
  const { key, modRevision: revision } = event.keyValue;
  const previous = cache.objects.get(key);
  const change = changeOf(event, previous, revision, routine);
  if (event.type === 'delete') cache.objects.delete(key);
  else cache.objects.set(key, change.object);
  cache.revision = Math.max(cache.revision, revision);
  cache.window.push(change);
  if (cache.window.length > WINDOW + SLACK) {
    cache.window.splice(0, SLACK);
    cache.oldest = (cache.window[0] as CacheEvent).revision - 1;
  }
  return change;
}

function changeOf(event: EtcdEvent, previous: KubeObject | undefined, revision: number, routine: boolean): CacheEvent {
  if (event.type === 'delete') {
    const last = previous ?? (event.previous?.value as KubeObject);
    return { type: 'DELETED', object: withRevision(last, revision), previous: last, revision, routine };
  }
  const type = previous === undefined ? 'ADDED' : 'MODIFIED';
  return { type, object: decodeStored(event.keyValue), previous, revision, routine };
}

/** What happened after a revision; undefined when the window does not reach back that far. */
export function changesSince(cache: WatchCache, revision: number): readonly CacheEvent[] | undefined {
  if (revision < cache.oldest) return undefined;
  return cache.window.filter((change) => change.revision > revision);
}

/** The objects that are wanted in key order, as a list must give them. Of thousands, most ask for a few. */
export function sortedObjects(cache: WatchCache, isWanted: (object: KubeObject) => boolean): readonly KubeObject[] {
  const wanted = [...cache.objects].filter(([, object]) => isWanted(object));
  return wanted.sort(([a], [b]) => (a < b ? -1 : 1)).map(([, object]) => object);
}
