/**
 * etcd: the cluster's database, one member.
 * Watches nothing; answers range, txn, watch, grantLease and compact.
 * Writes its own store, and pushes changes to those who watch.
 * Follows etcd 3.6: server/etcdserver/v3_server.go, server/etcdserver/apply, server/storage/mvcc, server/lease.
 * Leaves out Raft (one member is its own majority: its fsync commits), quotas, auth, defragmentation.
 */
import type { Component, IO } from '../kernel/component.ts';
import type { Address, KernelProtocol, Mark, Message, MessageId, Millis } from '../kernel/message.ts';
import { part } from '../kernel/state.ts';
import type { Value } from '../kernel/value.ts';
import type { EtcdProtocol, KeyValue, TxnRequest, TxnResponse } from '../protocol/etcd.ts';
import {
  attach,
  createLessor,
  expired,
  extendAll,
  grant,
  isGranted,
  type Lessor,
  nextExpiry,
  revoke,
} from './lease.ts';
import { compact, countKeys, createStore, range, type Store, txn } from './store.ts';
import { closeWatch, forgetClient, notify, openWatch, type Watches } from './watch.ts';

/** What a member is configured with. `fsyncMs`: how long its disk takes to make a write durable. */
export interface EtcdConfig {
  readonly fsyncMs?: Millis;
}

/** A write that waits for its place in the log. `client` is '' for the member's own proposals. */
interface Proposal {
  readonly id: MessageId;
  readonly client: Address;
  readonly routine: boolean;
  readonly write:
    | { readonly type: 'txn'; readonly request: TxnRequest }
    | { readonly type: 'grant'; readonly ttlSeconds: number }
    | { readonly type: 'revoke'; readonly lease: number }
    | { readonly type: 'compact'; readonly revision: number };
}

interface RecentWrite {
  readonly revision: number;
  readonly key: string;
  readonly type: 'put' | 'delete';
}

interface EtcdState {
  config: { readonly fsyncMs: Millis };
  term: number;
  store: Store;
  lessor: Lessor;
  watches: Watches;
  /** Not yet durable; those counted by `syncing` are in the fsync that runs, the others share the next. */
  proposals: Proposal[];
  syncing: number;
  /** When the timer for the next lease rings; null: none is set. */
  leaseTimerAt: Millis | null;
  recent: RecentWrite[];
}

/** What the member says to itself. */
interface OwnProtocol {
  synced: null;
  leases: { readonly at: Millis };
}

/** fdatasync of an ordinary SSD; etcd's guide asks for a 99th percentile under 10 ms. */
const DEFAULT_FSYNC_MS = 2;
const RECENT_WRITES = 8;
const LEASE_NOT_FOUND = 'etcdserver: requested lease not found';

/** See the head of this file. */
export const etcd: Component<EtcdState, EtcdProtocol & OwnProtocol> = {
  name: 'etcd',

  init(_self, config) {
    const { fsyncMs = DEFAULT_FSYNC_MS } = (config ?? {}) as EtcdConfig;
    return begin({ fsyncMs }, 1, createStore(), createLessor());
  },

  receive(state, message, io) {
    const mark: Mark = { routine: message.routine };
    switch (message.kind) {
      case 'start':
        extendAll(state.lessor, io.now);
        return armLeases(state, io);
      case 'range':
        io.reply(message, 'ranged', range(state.store, message.body), mark);
        return;
      case 'watch':
        return openWatch(state.watches, state.store, message, io, mark);
      case 'cancelWatch':
        return closeWatch(state.watches, message.body.watch);
      case 'disconnected':
        return forgetClient(state.watches, message.body.peer);
      case 'txn':
      case 'grantLease':
      case 'compact':
        return propose(state, proposalOf(message), io);
      case 'synced':
        return commit(state, io);
      case 'leases':
        return expireLeases(state, message.id, message.body.at, io);
      case 'refused':
        return forgetClient(state.watches, message.from);
    }
  },

  restart: (state) => begin(state.config, state.term + 1, state.store, state.lessor),

  inspect: (state) => ({
    leader: true,
    term: state.term,
    revision: state.store.revision,
    compactedRevision: state.store.compacted,
    keys: countKeys(state.store),
    dbSize: estimateSize(state.store),
    watchers: state.watches.watchers.size,
    proposals: state.proposals.length,
    recent: state.recent,
  }),
};

function begin(config: { readonly fsyncMs: Millis }, term: number, store: Store, lessor: Lessor): EtcdState {
  return part<EtcdState>({
    config,
    term,
    store,
    lessor,
    watches: part<Watches>({ watchers: new Map(), sequences: new Map() }),
    proposals: [],
    syncing: 0,
    leaseTimerAt: null,
    recent: [],
  });
}

type WriteMessage = Extract<
  Message<EtcdProtocol & KernelProtocol>,
  { readonly kind: 'txn' | 'grantLease' | 'compact' }
>;

function proposalOf(message: WriteMessage): Proposal {
  const { id, from: client, routine } = message;
  switch (message.kind) {
    case 'txn':
      return { id, client, routine, write: { type: 'txn', request: message.body } };
    case 'grantLease':
      return { id, client, routine, write: { type: 'grant', ttlSeconds: message.body.ttlSeconds } };
    case 'compact':
      return { id, client, routine, write: { type: 'compact', revision: message.body.revision } };
  }
}

/** Appends to the log. While one fsync runs, later proposals gather for the next. */
function propose(state: EtcdState, proposal: Proposal, io: IO): void {
  state.proposals.push(proposal);
  if (state.syncing === 0) sync(state, io);
}

function sync(state: EtcdState, io: IO): void {
  state.syncing = state.proposals.length;
  if (state.syncing === 0) return;
  const causes = state.proposals.map((proposal) => proposal.id);
  const routine = state.proposals.every((proposal) => proposal.routine);
  io.after(state.config.fsyncMs, 'synced', null, { causes, routine });
}

/** The log is durable: apply what it held, in order. */
function commit(state: EtcdState, io: IO): void {
  for (const proposal of state.proposals.splice(0, state.syncing)) apply(state, proposal, io);
  sync(state, io);
}

function apply(state: EtcdState, proposal: Proposal, io: IO): void {
  const { id, client: from, routine, write } = proposal;
  const mark: Mark = { causes: [id], routine };
  switch (write.type) {
    case 'txn':
      io.reply({ id, from }, 'committed', applyTxn(state, write.request, io, mark), mark);
      return;
    case 'grant':
      io.reply({ id, from }, 'leaseGranted', grant(state.lessor, write.ttlSeconds, io.now), mark);
      armLeases(state, io);
      return;
    case 'revoke': {
      const success = revoke(state.lessor, write.lease).map((key) => ({ type: 'delete', key }) as const);
      if (success.length > 0) applyTxn(state, { compare: [], success, failure: [] }, io, mark);
      armLeases(state, io);
      return;
    }
    case 'compact': {
      const error = compact(state.store, write.revision);
      const { revision } = state.store;
      io.reply({ id, from }, 'compacted', error === '' ? { revision } : { revision, error }, mark);
      return;
    }
  }
}

function applyTxn(state: EtcdState, request: TxnRequest, io: IO, mark: Mark): TxnResponse {
  const { store } = state;
  for (const operation of [...request.success, ...request.failure]) {
    if (operation.type !== 'put' || !operation.lease || isGranted(state.lessor, operation.lease)) continue;
    return { revision: store.revision, succeeded: false, results: [], error: LEASE_NOT_FOUND };
  }
  const before = store.history.length;
  const response = txn(store, request);
  const events = store.history.slice(before);
  for (const event of events) {
    const { key } = event.keyValue;
    attach(state.lessor, event);
    state.recent.push({ revision: store.revision, key, type: event.type });
    io.note({ what: 'etcd/committed', key, type: event.type, revision: store.revision }, mark);
  }
  state.recent.splice(0, Math.max(0, state.recent.length - RECENT_WRITES));
  if (events.length > 0) notify(state.watches, store.revision, events, io, mark);
  return response;
}

function expireLeases(state: EtcdState, id: MessageId, at: Millis, io: IO): void {
  if (state.leaseTimerAt === at) state.leaseTimerAt = null;
  for (const lease of expired(state.lessor, io.now)) {
    const isProposed = state.proposals.some(({ write }) => write.type === 'revoke' && write.lease === lease);
    if (!isProposed) propose(state, { id, client: '', routine: true, write: { type: 'revoke', lease } }, io);
  }
  armLeases(state, io);
}

/** Sets the timer for the lease that ends first, unless one rings before. */
function armLeases(state: EtcdState, io: IO): void {
  const first = nextExpiry(state.lessor);
  if (first === undefined || first <= io.now || (state.leaseTimerAt !== null && state.leaseTimerAt <= first)) return;
  state.leaseTimerAt = first;
  io.after(first - io.now, 'leases', { at: first }, { routine: true });
}

const SAMPLE = 16;

/** Bytes of keys and values as JSON, extrapolated from a few keys of each directory: an estimate for display. */
function estimateSize(store: Store): number {
  let bytes = 0;
  for (const { keys, values } of store.directories.values()) {
    const stride = Math.max(1, Math.floor(keys.length / SAMPLE));
    let sampled = 0;
    let count = 0;
    for (let index = 0; index < keys.length; index += stride) {
      sampled += sizeOf(values.get(keys[index] as string) as KeyValue);
      count++;
    }
    if (count > 0) bytes += Math.round((sampled * keys.length) / count);
  }
  return bytes;
}

function sizeOf({ key, value }: KeyValue): number {
  return key.length + (JSON.stringify(value satisfies Value) ?? '').length;
}
