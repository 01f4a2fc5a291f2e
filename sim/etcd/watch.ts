import type { IO } from '../kernel/component.ts';
import type { Address, Mark, MessageId } from '../kernel/message.ts';
import type { EtcdClientProtocol, EtcdEvent, EtcdProtocol } from '../protocol/etcd.ts';
import { COMPACTED, isWithin, type Store, since } from './store.ts';

/** A client's interest in [key, rangeEnd). */
export interface Watcher {
  readonly client: Address<EtcdClientProtocol>;
  readonly key: string;
  readonly rangeEnd: string;
  /** Changes before this revision are not told: a member may be behind what the client has seen. */
  readonly minRevision: number;
}

/** Open watches by the message that asked, and the frames each was sent. Follows mvcc/watchable_store.go. */
export interface Watches {
  watchers: Map<MessageId, Watcher>;
  sequences: Map<MessageId, number>;
}

/** Opens a watch: first what happened since `fromRevision`, then all that follows. An old revision ends it at once. */
export function openWatch(
  watches: Watches,
  store: Store,
  request: { readonly id: MessageId; readonly from: Address; readonly body: EtcdProtocol['watch'] },
  io: IO,
  mark: Mark,
): void {
  const { key, rangeEnd, fromRevision } = request.body;
  const client = request.from as Address<EtcdClientProtocol>;
  if (fromRevision > 0 && fromRevision < store.compacted) {
    const body = { watch: request.id, sequence: 1, revision: store.revision, events: [], error: COMPACTED };
    io.send(client, 'watched', body, mark);
    return;
  }
  const minRevision = fromRevision === 0 ? store.revision + 1 : fromRevision;
  watches.watchers.set(request.id, { client, key, rangeEnd, minRevision });
  watches.sequences.set(request.id, 0);
  if (fromRevision === 0 || fromRevision > store.revision) return;
  const missed = since(store, fromRevision).filter((event) => isWithin(event.keyValue.key, key, rangeEnd));
  if (missed.length > 0) send(watches, request.id, client, store.revision, missed, io, mark);
}

/** Tells every watcher what a transaction changed. */
export function notify(watches: Watches, revision: number, events: readonly EtcdEvent[], io: IO, mark: Mark): void {
  for (const [id, watcher] of watches.watchers) {
    const seen = events.filter((event) => concerns(watcher, event));
    if (seen.length > 0) send(watches, id, watcher.client, revision, seen, io, mark);
  }
}

function concerns({ key, rangeEnd, minRevision }: Watcher, { keyValue }: EtcdEvent): boolean {
  return keyValue.modRevision >= minRevision && isWithin(keyValue.key, key, rangeEnd);
}

/** The store has jumped from a revision to a later one: what lies between is told, or the watch ends. */
export function catchUp(watches: Watches, store: Store, before: number, io: IO): void {
  if (before + 1 < store.compacted) {
    endWatches(watches, store.revision, COMPACTED, io);
    return;
  }
  const missed = since(store, before + 1);
  if (missed.length > 0) notify(watches, store.revision, missed, io, { routine: true });
}

/** The revision up to which a watch has been told everything. */
export function tellProgress(watches: Watches, watch: MessageId, revision: number, io: IO, mark: Mark): void {
  const watcher = watches.watchers.get(watch);
  if (watcher !== undefined) send(watches, watch, watcher.client, revision, [], io, mark);
}

/** Ends every watch, with the reason. */
export function endWatches(watches: Watches, revision: number, error: string, io: IO): void {
  for (const [watch, { client }] of watches.watchers) {
    const sequence = (watches.sequences.get(watch) ?? 0) + 1;
    io.send(client, 'watched', { watch, sequence, revision, events: [], error }, { routine: true });
  }
  watches.watchers.clear();
  watches.sequences.clear();
}

/** Closes one watch. */
export function closeWatch(watches: Watches, id: MessageId): void {
  watches.watchers.delete(id);
  watches.sequences.delete(id);
}

/** Closes all watches of a client that is gone. */
export function forgetClient(watches: Watches, client: Address): void {
  for (const [id, watcher] of watches.watchers) if (watcher.client === client) closeWatch(watches, id);
}

function send(
  watches: Watches,
  watch: MessageId,
  client: Address<EtcdClientProtocol>,
  revision: number,
  events: readonly EtcdEvent[],
  io: IO,
  mark: Mark,
): void {
  const sequence = (watches.sequences.get(watch) ?? 0) + 1;
  watches.sequences.set(watch, sequence);
  io.send(client, 'watched', { watch, sequence, revision, events: withPrevious(events) }, mark);
}

/** A key that one transaction changed twice: what was before is what was before the transaction. */
function withPrevious(events: readonly EtcdEvent[]): readonly EtcdEvent[] {
  const isTwice = ({ keyValue, previous }: EtcdEvent) => previous?.modRevision === keyValue.modRevision;
  if (!events.some(isTwice)) return events;
  return events.map((event) => {
    if (!isTwice(event)) return event;
    const { type, keyValue } = event;
    const first = events.find((one) => one.keyValue.key === keyValue.key && !isTwice(one) && isSameTxn(one, event));
    return first?.previous === undefined ? { type, keyValue } : { type, keyValue, previous: first.previous };
  });
}

function isSameTxn(a: EtcdEvent, b: EtcdEvent): boolean {
  return a.keyValue.modRevision === b.keyValue.modRevision;
}
