import { part } from '../kernel/state.ts';
import type { EtcdEvent, KeyValue, RangeRequest, RangeResponse } from '../protocol/etcd.ts';

/** etcd's text for a revision that is too old to read or watch. */
export const COMPACTED = 'etcdserver: mvcc: required revision has been compacted';
/** etcd's text for a revision that does not exist yet. */
export const FUTURE_REVISION = 'etcdserver: mvcc: required revision is a future revision';

/** The current values of one registry directory (`/registry/pods/`), by key. */
export type Directory = Map<string, KeyValue>;

/** The keys of a directory in order, until one comes or goes. Most keys are read one by one, without their order. */
const sortedKeys = new WeakMap<Directory, readonly string[]>();

/** The keys of a directory, in order. */
export function keysOf(directory: Directory): readonly string[] {
  const known = sortedKeys.get(directory);
  if (known !== undefined) return known;
  const keys = [...directory.keys()].sort((a, b) => (a < b ? -1 : 1));
  sortedKeys.set(directory, keys);
  return keys;
}

/**
 * The multi-version store. Follows server/storage/mvcc/kvstore.go: the revision starts at 1 and each transaction that
 * writes makes one more. Old versions are read by undoing the history, which goes back to `compacted`.
 */
export interface Store {
  revision: number;
  /** Revisions before this one can no longer be read or watched; -1: never compacted. */
  compacted: number;
  directories: Map<string, Directory>;
  /** Every change at or after `compacted`, oldest first. */
  history: EtcdEvent[];
}

/** An empty store at revision 1. */
export function createStore(): Store {
  return part<Store>({ revision: 1, compacted: -1, directories: new Map(), history: [] });
}

/** A store with this content. */
export function storeFrom(
  revision: number,
  compacted: number,
  keyValues: readonly KeyValue[],
  history: readonly EtcdEvent[],
): Store {
  const store = part<Store>({ revision, compacted, directories: new Map(), history: history.slice() });
  for (const keyValue of keyValues) {
    directoryFor(store, keyValue.key).set(keyValue.key, keyValue);
  }
  return store;
}

/** Reads a key or [key, rangeEnd) in key order, now or as of an older revision. */
export function range(store: Store, request: RangeRequest): RangeResponse {
  const at = request.revision ?? 0;
  if (at > 0 && at < store.compacted) return failedRange(store, COMPACTED);
  if (at > store.revision) return failedRange(store, FUTURE_REVISION);
  const { key, rangeEnd } = request;
  const found = at > 0 && at < store.revision ? findAt(store, key, rangeEnd, at) : find(store, key, rangeEnd);
  if (request.countOnly) return { revision: store.revision, keyValues: [], more: false, count: found.length };
  const chosen = sorted(filtered(found, request), request.sort);
  const limit = request.limit ?? 0;
  const more = limit > 0 && chosen.length > limit;
  const page = more ? chosen.slice(0, limit) : chosen;
  const keyValues = request.keysOnly ? page.map((keyValue) => ({ ...keyValue, value: '' })) : page;
  return { revision: store.revision, keyValues, more, count: found.length };
}

function filtered(found: readonly KeyValue[], request: RangeRequest): readonly KeyValue[] {
  const { minModRevision = 0, maxModRevision = 0, minCreateRevision = 0, maxCreateRevision = 0 } = request;
  if (minModRevision + maxModRevision + minCreateRevision + maxCreateRevision === 0) return found;
  const isIn = (value: number, low: number, high: number) => value >= low && (high === 0 || value <= high);
  return found.filter(
    ({ modRevision, createRevision }) =>
      isIn(modRevision, minModRevision, maxModRevision) && isIn(createRevision, minCreateRevision, maxCreateRevision),
  );
}

function sorted(found: readonly KeyValue[], sort: RangeRequest['sort']): readonly KeyValue[] {
  if (sort === undefined) return found;
  const field = {
    key: 'key',
    version: 'version',
    create: 'createRevision',
    mod: 'modRevision',
    value: 'value',
  } as const;
  const by = field[sort.by];
  const order = (a: KeyValue, b: KeyValue) => {
    const [left, right] = [a[by] as string | number, b[by] as string | number];
    return left === right ? 0 : left < right === sort.isDescending ? 1 : -1;
  };
  return [...found].sort(order);
}

/** Forgets what was before a revision. Returns etcd's error text, or '' when done. */
export function compact(store: Store, revision: number): string {
  if (revision <= store.compacted) return COMPACTED;
  if (revision > store.revision) return FUTURE_REVISION;
  store.compacted = revision;
  store.history.splice(0, firstSince(store, revision));
  return '';
}

/** The changes at or after a revision, oldest first. */
export function since(store: Store, revision: number): readonly EtcdEvent[] {
  return store.history.slice(firstSince(store, revision));
}

/** One key, or undefined. */
export function get(store: Store, key: string): KeyValue | undefined {
  return store.directories.get(directoryOf(key))?.get(key);
}

/** How many keys there are. */
export function countKeys(store: Store): number {
  let count = 0;
  for (const directory of store.directories.values()) count += directory.size;
  return count;
}

/** Whether a key lies in [from, end); without an end, whether it is that key. The end `\\0` lies after all keys. */
export function isWithin(key: string, from: string, end: string | undefined): boolean {
  return end === undefined || end === '' ? key === from : key >= from && (end === '\0' || key < end);
}

/** `/registry/pods/default/web` lies in `/registry/pods/`: the first two segments. */
function directoryOf(key: string): string {
  const second = key.indexOf('/', key.indexOf('/', 1) + 1);
  return second < 0 ? key : key.slice(0, second + 1);
}

/** Writes a key at a revision that is being made. */
export function putKey(store: Store, key: string, value: KeyValue['value'], lease: number, revision: number): void {
  const directory = directoryFor(store, key);
  const previous = directory.get(key);
  if (previous === undefined) sortedKeys.delete(directory);
  const keyValue: KeyValue = {
    key,
    value,
    createRevision: previous?.createRevision ?? revision,
    modRevision: revision,
    version: (previous?.version ?? 0) + 1,
    lease,
  };
  directory.set(key, keyValue);
  store.history.push(previous === undefined ? { type: 'put', keyValue } : { type: 'put', keyValue, previous });
}

function directoryFor(store: Store, key: string): Directory {
  const name = directoryOf(key);
  const found = store.directories.get(name);
  if (found !== undefined) return found;
  const directory: Directory = new Map();
  store.directories.set(name, directory);
  return directory;
}

/** Deletes a key at a revision that is being made. */
export function removeKey(store: Store, previous: KeyValue, revision: number): void {
  const directory = store.directories.get(directoryOf(previous.key));
  if (directory === undefined) return;
  directory.delete(previous.key);
  sortedKeys.delete(directory);
  const { key } = previous;
  const keyValue: KeyValue = { key, value: null, createRevision: 0, modRevision: revision, version: 0, lease: 0 };
  store.history.push({ type: 'delete', keyValue, previous });
}

/** A key, or the keys of [key, rangeEnd), as they are now. */
export function find(store: Store, key: string, rangeEnd: string | undefined): readonly KeyValue[] {
  if (rangeEnd === undefined || rangeEnd === '') {
    const found = get(store, key);
    return found === undefined ? [] : [found];
  }
  const found: KeyValue[] = [];
  for (const name of directoriesBetween(store, key, rangeEnd)) {
    const directory = store.directories.get(name) as Directory;
    const keys = keysOf(directory);
    for (let index = lowerBound(keys, key); index < keys.length; index++) {
      const current = keys[index] as string;
      if (rangeEnd !== '\0' && current >= rangeEnd) break;
      found.push(directory.get(current) as KeyValue);
    }
  }
  return found;
}

/** In most cases one: the directory that the first key lies in. */
function directoriesBetween(store: Store, key: string, rangeEnd: string): readonly string[] {
  const first = directoryOf(key);
  const isInside = first.endsWith('/') && (rangeEnd.startsWith(first) || rangeEnd === successor(first));
  if (isInside && store.directories.has(first)) return [first];
  const isBefore = (name: string) => rangeEnd === '\0' || name < rangeEnd;
  const names = [...store.directories.keys()].filter((name) => isBefore(name) && successor(name) > key);
  return names.sort((a, b) => (a < b ? -1 : 1));
}

/** The end of the range of all keys with this prefix: the prefix with its last character raised by one. */
export function successor(prefix: string): string {
  return prefix.slice(0, -1) + String.fromCharCode(prefix.charCodeAt(prefix.length - 1) + 1);
}

function findAt(store: Store, key: string, rangeEnd: string | undefined, at: number): readonly KeyValue[] {
  const values = new Map(find(store, key, rangeEnd).map((keyValue) => [keyValue.key, keyValue]));
  for (let index = store.history.length - 1; index >= 0; index--) {
    const event = store.history[index] as EtcdEvent;
    if (event.keyValue.modRevision <= at) break;
    if (!isWithin(event.keyValue.key, key, rangeEnd)) continue;
    if (event.previous === undefined) values.delete(event.keyValue.key);
    else values.set(event.keyValue.key, event.previous);
  }
  return [...values.values()].sort((a, b) => (a.key < b.key ? -1 : 1));
}

function firstSince(store: Store, revision: number): number {
  let low = 0;
  let high = store.history.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((store.history[middle] as EtcdEvent).keyValue.modRevision < revision) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Where a key is, or would be, among sorted keys. */
function lowerBound(keys: readonly string[], key: string): number {
  let low = 0;
  let high = keys.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((keys[middle] as string) < key) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** An answer that failed, with the reason. */
export function failedRange(store: Store, error: string): RangeResponse {
  return { revision: store.revision, keyValues: [], more: false, count: 0, error };
}
