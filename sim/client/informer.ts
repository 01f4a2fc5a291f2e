import { type KubeObject, objectKey } from '../api/meta.ts';
import type { IO } from '../kernel/component.ts';
import type { AnyMessage, MessageId, Millis } from '../kernel/message.ts';
import type { HttpResponse, WatchFrame } from '../protocol/http.ts';
import type { Change, Informer } from './cache.ts';
import { type ClientOutcome, type ClientState, call } from './calls.ts';

interface Target {
  readonly informer: string;
  readonly list: boolean;
}

const NOTHING: ClientOutcome = { changes: [] };
/** Reflector back-off: 800 ms doubled to 30 s, plus up to the same again at random. */
const BACKOFF_MS = 800;
const MAX_BACKOFF_MS = 30_000;
/** Each watch asks for 5 to 10 minutes at random. */
const WATCH_SECONDS = 300;
const OVERDUE_MS = 10_000;

/** Lists from scratch, then watches. Upstream: client-go `tools/cache/reflector.go`. */
export function startInformer(client: ClientState, name: string, io: IO): void {
  const informer = informerOf(client, name);
  replace(client, name, { phase: 'listing' });
  const { path, query, isRoutine = false } = informer.spec;
  const request = { method: 'GET' as const, path, query: { ...query, resourceVersion: '0' } };
  call(client, io, request, 'client/informer', { informer: name, list: true }, { routine: isRoutine });
}

/** The connection is gone: every watch is opened again from the revision it has seen. */
export function loseConnection(client: ClientState, io: IO): void {
  for (const [name, informer] of client.informers) {
    if (informer.phase === 'watching') retry(client, name, io, informer.revision);
  }
}

/** A watch that should have ended by now has ended: the server's word about it was lost on the way. */
export function reopenOverdue(client: ClientState, io: IO): void {
  for (const [name, { phase, endsAt, revision }] of client.informers) {
    if (phase === 'watching' && io.now > endsAt + OVERDUE_MS) openWatch(client, name, io, revision);
  }
}

/** Handles the messages of informers: frames, ends of watches, answers and retries. */
export function receiveInformer(
  client: ClientState,
  message: AnyMessage,
  io: IO,
  target?: Target,
  response?: HttpResponse,
): ClientOutcome {
  const { informer: named = '' } = target ?? ((message.body ?? {}) as Partial<Target>);
  // A kind that is gone is no longer watched; what still comes about it says nothing.
  if (named !== '' && !client.informers.has(named)) return NOTHING;
  if (target !== undefined && response !== undefined) return receiveAnswer(client, message, io, target, response);
  if (message.kind === 'client/relist') {
    const { informer, revision } = message.body as { informer: string; revision: string };
    if (informerOf(client, informer).phase === 'waiting') resume(client, informer, io, revision);
    return NOTHING;
  }
  const watch =
    message.kind === 'event' ? (message.body as WatchFrame).watch : (message.body as { watch: MessageId }).watch;
  for (const [name, informer] of client.informers) {
    if (informer.watch !== watch) continue;
    if (message.kind === 'event') return receiveFrame(client, name, informer, message, io);
    // The end of a watch that was answered with an error says nothing new: the list is already asked for.
    if (informer.phase !== 'listing') openWatch(client, name, io, informer.revision);
  }
  return NOTHING;
}

function receiveAnswer(
  client: ClientState,
  message: AnyMessage,
  io: IO,
  target: Target,
  response: HttpResponse,
): ClientOutcome {
  const { informer: name, list } = target;
  if (response.status === 410) startInformer(client, name, io);
  else if (response.status !== 200) retry(client, name, io, list ? '' : informerOf(client, name).revision);
  else if (list) return receiveList(client, name, message, io, response);
  else replace(client, name, { phase: 'watching', failures: 0 });
  return NOTHING;
}

function receiveList(
  client: ClientState,
  name: string,
  message: AnyMessage,
  io: IO,
  response: HttpResponse,
): ClientOutcome {
  const list = response.body as { metadata: { resourceVersion: string }; items: readonly KubeObject[] };
  const cache = client.caches.get(name) ?? new Map<string, KubeObject>();
  const changes: Change[] = [];
  const seen = new Set<string>();
  for (const object of list.items) {
    const key = objectKey(object);
    seen.add(key);
    const old = cache.get(key);
    cache.set(key, object);
    if (old === undefined) changes.push(change(name, 'added', object, undefined, message));
    else if (old.metadata.resourceVersion !== object.metadata.resourceVersion) {
      changes.push(change(name, 'updated', object, old, message));
    }
  }
  for (const [key, old] of [...cache]) {
    if (seen.has(key)) continue;
    cache.delete(key);
    changes.push(change(name, 'deleted', old, old, message));
  }
  replace(client, name, { hasSynced: true, failures: 0 });
  openWatch(client, name, io, list.metadata.resourceVersion);
  return { changes };
}

function receiveFrame(
  client: ClientState,
  name: string,
  informer: Informer,
  message: AnyMessage,
  io: IO,
): ClientOutcome {
  const frame = message.body as WatchFrame;
  if (frame.sequence !== informer.sequence + 1) {
    io.send(client.apiServer, 'cancel', { watch: informer.watch });
    openWatch(client, name, io, informer.revision);
    return NOTHING;
  }
  if (frame.type === 'ERROR') {
    startInformer(client, name, io);
    return NOTHING;
  }
  const object = frame.object as KubeObject;
  const revision = object.metadata.resourceVersion ?? informer.revision;
  replace(client, name, { sequence: frame.sequence, revision });
  if (frame.type === 'BOOKMARK') return NOTHING;
  const cache = client.caches.get(name) ?? new Map<string, KubeObject>();
  const key = objectKey(object);
  const old = cache.get(key);
  if (frame.type === 'DELETED') cache.delete(key);
  else cache.set(key, object);
  if (frame.type === 'DELETED') return { changes: [change(name, 'deleted', object, old, message)] };
  return { changes: [change(name, old === undefined ? 'added' : 'updated', object, old, message)] };
}

function change(
  informer: string,
  type: Change['type'],
  object: KubeObject,
  old: KubeObject | undefined,
  message: AnyMessage,
): Change {
  const base = { informer, type, object, cause: message.id, routine: message.routine };
  return old === undefined ? base : { ...base, old };
}

function openWatch(client: ClientState, name: string, io: IO, revision: string): void {
  const { path, query } = informerOf(client, name).spec;
  const timeoutSeconds = WATCH_SECONDS + io.random('watch timeout', WATCH_SECONDS);
  const watching = {
    watch: 'true',
    allowWatchBookmarks: 'true',
    resourceVersion: revision,
    timeoutSeconds: String(timeoutSeconds),
  };
  const request = { method: 'GET' as const, path, query: { ...query, ...watching } };
  const watch = call(
    client,
    io,
    request,
    'client/informer',
    { informer: name, list: false },
    { stream: true, routine: true },
  );
  replace(client, name, { phase: 'opening', watch, sequence: 0, revision, endsAt: io.now + timeoutSeconds * 1000 });
}

/** Waits and tries again: the watch from a revision, or the list when there is none. */
function retry(client: ClientState, name: string, io: IO, revision: string): void {
  const { failures } = informerOf(client, name);
  const base: Millis = Math.min(BACKOFF_MS * 2 ** Math.min(failures, 10), MAX_BACKOFF_MS);
  replace(client, name, { phase: 'waiting', failures: failures + 1, watch: '', revision });
  io.after(
    base + io.random('reflector back-off', base),
    'client/relist',
    { informer: name, revision },
    { routine: true },
  );
}

function resume(client: ClientState, name: string, io: IO, revision: string): void {
  if (revision === '') startInformer(client, name, io);
  else openWatch(client, name, io, revision);
}

function informerOf(client: ClientState, name: string): Informer {
  return client.informers.get(name) as Informer;
}

function replace(client: ClientState, name: string, fields: Partial<Informer>): void {
  client.informers.set(name, { ...informerOf(client, name), ...fields });
}
