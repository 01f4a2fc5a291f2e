import { apiVersionOf } from '../api/index.ts';
import type { Pod } from '../api/kinds/pod.ts';
import type { KubeObject } from '../api/meta.ts';
import type { Resource } from '../api/resource.ts';
import { badRequest, invalid, type Status, tooOldResourceVersion } from '../api/status.ts';
import { buildTable } from '../api/table.ts';
import type { IO } from '../kernel/component.ts';
import type { Address, MessageId } from '../kernel/message.ts';
import type { WatchFrame } from '../protocol/http.ts';
import type { Call } from './call.ts';
import { fail, respondStream } from './respond.ts';
import { resourceOf } from './routes.ts';
import { matches, parseSelection } from './selection.ts';
import type { ApiServerState, Selection, Watcher } from './state.ts';
import { withRevision } from './storage.ts';
import { asSpoken, spokenOf } from './versions.ts';
import { type CacheEvent, changesSince, sortedObjects, type WatchCache } from './watchcache.ts';

/** Without timeoutSeconds a watch lasts 30 to 60 minutes at random (--min-request-timeout). */
const MIN_TIMEOUT_SECONDS = 1800;

/** Opens a watch on the cache. Follows apiserver/pkg/endpoints/handlers/watch.go and storage/cacher/cacher.go. */
export function startWatch(state: ApiServerState, call: Call, io: IO): void {
  const { query = {} } = call.request;
  const resource = resourceOf(call.route);
  const read = parseSelection(resource, call.route, query);
  if (!read.ok) {
    fail(state, io, call, read.status);
    return;
  }
  const selection = read.value;
  const refusal = refuse(resource, query);
  if (refusal !== undefined) {
    fail(state, io, call, refusal);
    return;
  }
  const cache = state.caches.get(call.route.resource) as WatchCache;
  const { resourceVersion = '', timeoutSeconds = '' } = query;
  const from = resourceVersion === '' ? 0 : Number(resourceVersion);
  const watcher: Watcher = {
    client: call.from,
    resource: call.route.resource,
    selection,
    table: call.options.table,
    includeObject: call.options.includeObject,
    bookmarks: query.allowWatchBookmarks === 'true',
    since: from === 0 ? cache.revision : from,
    bucket: bucketOf(call.route.resource, selection),
    ...(call.route.version === undefined ? {} : { version: call.route.version }),
  };
  addWatcher(state, call.id, watcher);
  respondStream(state, io, call);
  replay(state, call, watcher, cache, from, io);
  const seconds = Number(timeoutSeconds) || MIN_TIMEOUT_SECONDS + io.random('watch timeout', MIN_TIMEOUT_SECONDS);
  io.after(seconds * 1000, 'watch-timeout', { watch: call.id }, { routine: true });
}

function refuse(resource: Resource, query: Readonly<Record<string, string>>): Status | undefined {
  const { resourceVersion = '', sendInitialEvents } = query;
  if (!/^\d*$/.test(resourceVersion)) {
    return badRequest(`invalid resource version ${JSON.stringify(resourceVersion)}`);
  }
  if (sendInitialEvents === undefined) return undefined;
  const detail = 'sendInitialEvents is forbidden for watch unless the WatchList feature gate is enabled';
  return invalid({ ...resource, kind: 'ListOptions', group: 'meta.k8s.io' }, '', [
    { type: 'Forbidden', field: 'sendInitialEvents', detail },
  ]);
}

/** What the client has not seen yet: from 0 all objects, otherwise all changes, or that they are gone. */
function replay(state: ApiServerState, call: Call, watcher: Watcher, cache: WatchCache, from: number, io: IO): void {
  const resource = resourceOf(call.route);
  if (from === 0) {
    const isWanted = (object: KubeObject) => matches(resource, watcher.selection, object);
    for (const object of sortedObjects(cache, isWanted)) {
      sendFrame(state, call.id, 'ADDED', object, io, call.routine);
    }
    return;
  }
  const missed = changesSince(cache, from);
  if (missed === undefined) {
    sendFrame(state, call.id, 'ERROR', tooOldResourceVersion(from, cache.oldest), io, call.routine);
    closeWatch(state, call.id, io);
    return;
  }
  for (const change of missed) deliver(state, call.id, watcher, resource, change, io);
}

/**
 * Tells a change to those who watch for it: all who watch the kind, then those who watch for this value of its
 * {@link TRIGGERS}.
 */
export function fanOut(state: ApiServerState, name: string, change: CacheEvent, io: IO): void {
  const resource = resourceOf({ resource: name });
  const told = (bucket: string) => {
    for (const id of state.buckets.get(bucket) ?? []) {
      const watcher = state.watchers.get(id);
      if (watcher !== undefined) deliver(state, id, watcher, resource, change, io);
    }
  };
  told(name);
  const field = TRIGGERS[name];
  const value = field === undefined ? '' : triggerOf(field, change.object);
  if (field !== undefined && value !== '') told(bucketFor(name, field, value));
}

/** A change of an object may be its arrival in, or its departure from, what the watcher selects. */
function deliver(
  state: ApiServerState,
  id: MessageId,
  watcher: Watcher,
  resource: Resource,
  change: CacheEvent,
  io: IO,
): void {
  if (change.revision <= watcher.since) return;
  const { object, previous, revision, routine } = change;
  const isIn = change.type !== 'DELETED' && matches(resource, watcher.selection, object);
  const wasIn = previous !== undefined && matches(resource, watcher.selection, previous);
  if (isIn) sendFrame(state, id, wasIn ? 'MODIFIED' : 'ADDED', object, io, routine);
  else if (wasIn) {
    const last = change.type === 'DELETED' ? object : withRevision(previous, revision);
    sendFrame(state, id, 'DELETED', last, io, routine);
  }
}

/** About once a minute: how far the watch has come, for those who asked. */
export function sendBookmarks(state: ApiServerState, io: IO): void {
  for (const [id, watcher] of state.watchers) if (watcher.bookmarks) sendBookmark(state, id, watcher, io);
}

function sendBookmark(state: ApiServerState, id: MessageId, watcher: Watcher, io: IO): void {
  const resource = spokenOf(watcher);
  const revision = Math.max(watcher.since, state.caches.get(watcher.resource)?.revision ?? 0);
  const metadata = { resourceVersion: String(revision), creationTimestamp: null };
  const object = { apiVersion: apiVersionOf(resource), kind: resource.kind, metadata };
  sendFrame(state, id, 'BOOKMARK', object as unknown as KubeObject, io, true);
}

/** The time of a watch is over. */
export function expireWatch(state: ApiServerState, id: MessageId, io: IO): void {
  const watcher = state.watchers.get(id);
  if (watcher === undefined) return;
  if (watcher.bookmarks) sendBookmark(state, id, watcher, io);
  closeWatch(state, id, io);
}

/** Ends a watch and says so. */
export function closeWatch(state: ApiServerState, id: MessageId, io: IO): void {
  const watcher = state.watchers.get(id);
  if (watcher === undefined) return;
  removeWatcher(state, id);
  io.send(watcher.client, 'closed', { watch: id }, { routine: true });
}

/** Forgets a watch that nobody wants any more. */
export function removeWatcher(state: ApiServerState, id: MessageId): void {
  const watcher = state.watchers.get(id);
  if (watcher === undefined) return;
  state.watchers.delete(id);
  state.sequences.delete(id);
  const rest = (state.buckets.get(watcher.bucket) ?? []).filter((other) => other !== id);
  if (rest.length > 0) state.buckets.set(watcher.bucket, rest);
  else state.buckets.delete(watcher.bucket);
}

/** Forgets all watches of a client that is gone. */
export function forgetClient(state: ApiServerState, client: Address): void {
  for (const [id, watcher] of [...state.watchers]) if (watcher.client === client) removeWatcher(state, id);
}

function addWatcher(state: ApiServerState, id: MessageId, watcher: Watcher): void {
  state.watchers.set(id, watcher);
  state.sequences.set(id, 0);
  state.buckets.set(watcher.bucket, [...(state.buckets.get(watcher.bucket) ?? []), id]);
}

function sendFrame(
  state: ApiServerState,
  id: MessageId,
  type: WatchFrame['type'],
  object: KubeObject | Status,
  io: IO,
  routine: boolean,
): void {
  const watcher = state.watchers.get(id) as Watcher;
  const sequence = (state.sequences.get(id) ?? 0) + 1;
  state.sequences.set(id, sequence);
  const body = type === 'ERROR' ? object : bodyOf(watcher, type, object as KubeObject, sequence, io);
  io.send(watcher.client, 'event', { watch: id, sequence, type, object: body }, { routine });
}

/** A bookmark is of the watcher's version already, and has nothing to convert. */
function bodyOf(watcher: Watcher, type: WatchFrame['type'], object: KubeObject, sequence: number, io: IO) {
  if (watcher.table) return tableOf(watcher, object, sequence, io);
  return type === 'BOOKMARK' ? object : asSpoken(spokenOf(watcher), object);
}

/** Only the first frame of a watch carries the columns. */
function tableOf(watcher: Watcher, object: KubeObject, sequence: number, io: IO) {
  const metadata = { resourceVersion: object.metadata.resourceVersion };
  const options = { nowMs: io.now, metadata, includeObject: watcher.includeObject };
  const table = buildTable(spokenOf(watcher), [object], options);
  return sequence === 1 ? table : { ...table, columnDefinitions: null };
}

/**
 * Fields by which upstream's cache finds the watchers of a change, so that each of thousands of kubelets costs nothing
 * when another's node changes. A pod that is bound never moves, and a name never changes: one value tells all of them.
 */
const TRIGGERS: Readonly<Record<string, 'spec.nodeName' | 'metadata.name'>> = {
  pods: 'spec.nodeName',
  nodes: 'metadata.name',
  configmaps: 'metadata.name',
  secrets: 'metadata.name',
};

function bucketOf(resource: string, selection: Selection): string {
  const field = TRIGGERS[resource];
  const one = selection.fields.find((wish) => wish.field === field && wish.equal && wish.value !== '');
  return one === undefined ? resource : bucketFor(resource, one.field, one.value);
}

function bucketFor(resource: string, field: string, value: string): string {
  return `${resource} ${field}=${value}`;
}

function triggerOf(field: 'spec.nodeName' | 'metadata.name', object: KubeObject): string {
  return field === 'metadata.name' ? object.metadata.name : ((object as Pod).spec?.nodeName ?? '');
}
