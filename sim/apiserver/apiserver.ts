/**
 * kube-apiserver: the only door to the cluster's state.
 * Watches etcd, once for each kind, and answers HTTP requests as data.
 * Writes objects to etcd in transactions that fail when somebody was faster; asks kubelets for logs.
 * Follows apiserver/pkg/server/config.go (handler chain), endpoints/handlers, registry/generic, storage/cacher.
 * The handler chain is chain.ts and the stages in guard/, a file each. Leaves out webhooks,
 * an orderly end (the process ends at once, as by SIGKILL: nothing in flight is answered, no watch is closed), and the
 * managedFields of objects that only writers without a fieldManager have written.
 */
import { serving } from '../api/index.ts';
import type { Status } from '../api/status.ts';
import type { Component, IO } from '../kernel/component.ts';
import type { Address, AnyMessage, KernelProtocol, Message, MessageId } from '../kernel/message.ts';
import type { EtcdClientProtocol, RangeResponse, TxnResponse } from '../protocol/etcd.ts';
import type { HttpServerProtocol } from '../protocol/http.ts';
import type { KubeletClientProtocol } from '../protocol/kubelet.ts';
import type { NodeNetworkProtocol } from '../protocol/network.ts';
import { aggregating } from './aggregating.ts';
import { askAgain, askLater, loseBackend, sweep, take } from './backend.ts';
import {
  areCachesReady,
  loseCaches,
  receiveCacheList,
  receiveChanges,
  refuseCache,
  resumeCache,
  startCaches,
  tendCaches,
} from './cachefeed.ts';
import { admitWaiting, giveUpWaiting, isReady, receiveRequest } from './chain.ts';
import { afterCollected } from './collection.ts';
import { afterAccount, afterCharged, afterCreated, afterIsFree, afterLease, afterNamespace } from './create.ts';
import { keepLease } from './eventlease.ts';
import { afterBudget, afterEvictee } from './evict.ts';
import { afterExec } from './exec.ts';
import { layerOf } from './extending.ts';
import { isMember, isUnavailable, LOOK_MS, leaveMember, NO_ANSWER, silentMembers } from './failover.ts';
import { ensurePolicy, isPolicyThere } from './guard/bootstrappolicy.ts';
import { announce, announceAgain, heardRound } from './kubernetesservice.ts';
import { afterLog } from './log.ts';
import { afterCurrent, afterRemoved, afterUpdated, afterUpdateLease } from './modify.ts';
import { afterListed, afterRead } from './read.ts';
import { fail } from './respond.ts';
import { answerPacket } from './socket.ts';
import { failSpoke } from './spoke.ts';
import { type ApiServerConfig, type ApiServerState, createState, type Pending } from './state.ts';
import { expireWatch, forgetClient, removeWatcher, sendBookmarks } from './watch.ts';

/** What the server says to itself. */
interface OwnProtocol {
  sweep: null;
  retry: { readonly question: string };
  cache: { readonly resource: string };
  bookmarks: null;
  'dial-timeout': { readonly request: string };
  'watch-timeout': { readonly watch: string };
  compact: null;
  connections: null;
  policy: null;
  announce: null;
  announceAgain: null;
  'seat-timeout': { readonly request: string };
}

type Understood = HttpServerProtocol &
  EtcdClientProtocol &
  OwnProtocol &
  KubeletClientProtocol &
  Pick<NodeNetworkProtocol, 'packet'>;
type Received = Message<Understood & KernelProtocol>;

const BOOKMARK_MS = 60_000;
const ROUTINE = { routine: true };

/** See the head of this file. */
export const apiServer: Component<ApiServerState, Understood> = {
  name: 'kube-apiserver',

  init: (_self, config) => createState((config ?? {}) as ApiServerConfig),

  receive(state, message, io) {
    const layer = layerOf(state);
    if (layer === undefined) {
      handle(state, message, io);
      return;
    }
    serving(layer.kinds(state), () => {
      if (!layer.message(state, message as AnyMessage, io)) handle(state, message, io);
    });
    if (isMember(state, message.from)) serving(layer.kinds(state), () => layer.tend(state, io));
  },

  inspect: (state) => ({
    requestsInFlight: state.pending.size + state.held.length,
    watchers: state.watchers.size,
    handled: Object.fromEntries(state.counts),
    requests: state.recent,
    isReady: isReady(state),
    audit: state.audit,
    seats: Object.fromEntries(state.seats),
    waiting: state.waiting.length,
    caches: Object.fromEntries([...state.caches].map(([name, cache]) => [name, cache.revision])),
    objects: Object.fromEntries([...state.caches].map(([name, cache]) => [name, cache.objects.size])),
  }),
};

function handle(state: ApiServerState, message: Received, io: IO): void {
  receive(state, message, io);
  if (state.left.length > 0) admitWaiting(state, io);
}

function receive(state: ApiServerState, message: Received, io: IO): void {
  if (aggregating.layer?.message(state, message as AnyMessage, io)) return;
  switch (message.kind) {
    case 'start':
      start(state, io);
      return;
    case 'request':
      receiveRequest(state, message, io);
      return;
    case 'cancel':
      removeWatcher(state, message.body.watch);
      return;
    case 'packet':
      answerPacket(message.body, (back) => io.reply(message, 'packet', back, { routine: message.routine }));
      return;
    case 'ping':
      io.reply(message, 'pong', null, ROUTINE);
      return;
    case 'disconnected':
      if (isMember(state, message.body.peer)) loseMember(state, message.body.peer, undefined, io);
      else forgetClient(state, message.body.peer);
      return;
    case 'refused':
      refused(state, message, io);
      return;
    default:
      receiveOwn(state, message, io);
      return;
  }
}

function start(state: ApiServerState, io: IO): void {
  startCaches(state, io);
  io.after(io.random('bookmarks', BOOKMARK_MS), 'bookmarks', null, ROUTINE);
  io.after(state.config.compactionMs, 'compact', null, ROUTINE);
  io.after(LOOK_MS, 'connections', null, ROUTINE);
  announce(state, io);
}

/** What etcd, kubelets and the server's own timers say. */
function receiveOwn(state: ApiServerState, message: Received, io: IO): void {
  if (isMember(state, message.from)) state.heard.set(message.from, io.now);
  switch (message.kind) {
    case 'ranged':
      if (receiveCacheList(state, message.replyTo, message.body, io)) {
        if (areCachesReady(state) && !isPolicyThere(state)) ensurePolicy(state, io);
        aggregating.layer?.tend(state, io);
        releaseHeld(state, io);
        return;
      }
      advance(state, message, io);
      return;
    case 'committed':
    case 'leaseGranted':
    case 'containerLogDone':
    case 'execDone':
      advance(state, message, io);
      return;
    case 'watched':
      receiveChanges(state, message, io);
      aggregating.layer?.tend(state, io);
      releaseHeld(state, io);
      return;
    case 'sweep':
      sweep(state, io);
      return;
    case 'retry':
      askAgain(state, io, message.body.question || message.id);
      return;
    case 'cache':
      resumeCache(state, message.body.resource, io);
      return;
    case 'watch-timeout':
      expireWatch(state, message.body.watch, io);
      return;
    case 'dial-timeout':
      loseKubelet(state, message.body.request, 'i/o timeout', io);
      return;
    case 'policy':
      if (!isPolicyThere(state)) ensurePolicy(state, io);
      return;
    case 'announce':
      announce(state, io);
      return;
    case 'announceAgain':
      announceAgain(state, io);
      return;
    case 'seat-timeout':
      giveUpWaiting(state, message.body.request, io);
      return;
    case 'bookmarks':
      io.after(BOOKMARK_MS, 'bookmarks', null, ROUTINE);
      sendBookmarks(state, io);
      return;
    case 'compact':
      compact(state, io);
      return;
    case 'connections':
      io.after(LOOK_MS, 'connections', null, ROUTINE);
      for (const member of silentMembers(state, io)) loseMember(state, member, NO_ANSWER, io);
      tendCaches(state, io);
      return;
  }
}

type Answer = Extract<
  Received,
  { readonly kind: 'ranged' | 'committed' | 'leaseGranted' | 'containerLogDone' | 'execDone' }
>;

/** An answer has come: on to the stage that waited for it. */
function advance(state: ApiServerState, message: Answer, io: IO): void {
  if (isUnavailable((message.body as { readonly error?: string }).error ?? '')) {
    leaveMember(state, message.from);
    if (message.kind !== 'committed') {
      askLater(state, io, message.replyTo);
      return;
    }
  }
  const pending = take(state, message.replyTo);
  if (pending === undefined) {
    heardRound(state, message.replyTo, message.body as Parameters<typeof heardRound>[2], io);
    return;
  }
  switch (message.kind) {
    case 'ranged':
      state.revision = Math.max(state.revision, message.body.revision);
      advanceRead(state, pending, message.body, io);
      return;
    case 'committed':
      state.revision = Math.max(state.revision, message.body.revision);
      advanceWrite(state, pending, message.body, io);
      return;
    case 'leaseGranted':
      keepLease(state, message.body.lease, io);
      advanceLease(state, pending, io);
      return;
    case 'containerLogDone':
      afterLog(state, pending.call, message.body, io);
      return;
    case 'execDone':
      afterExec(state, pending.call, message.body, io);
      return;
  }
}

function advanceRead(state: ApiServerState, { call, next }: Pending, answer: RangeResponse, io: IO): void {
  switch (next.stage) {
    case 'namespace':
      afterNamespace(state, call, next, answer, io);
      return;
    case 'account':
      afterAccount(state, call, next, answer, io);
      return;
    case 'isFree':
      afterIsFree(state, call, next, answer, io);
      return;
    case 'evictee':
      afterEvictee(state, call, answer, io);
      return;
    case 'current':
      afterCurrent(state, call, next, answer, io);
      return;
    case 'read':
      afterRead(state, call, answer, io);
      return;
    case 'listed':
      afterListed(state, call, next.query, answer, io);
      return;
    case 'collected':
      afterCollected(state, call, next.selection, answer, io);
      return;
  }
}

function advanceWrite(state: ApiServerState, { call, next }: Pending, answer: TxnResponse, io: IO): void {
  if (answer.error !== undefined) {
    fail(state, io, call, etcdFailure(answer.error));
    return;
  }
  const { verb, resource } = call.route;
  if (answer.succeeded) {
    const mark = { routine: call.routine };
    io.note({ what: 'apiserver/stored', about: aboutObject(next), verb, resource, revision: answer.revision }, mark);
  }
  switch (next.stage) {
    case 'budget':
      afterBudget(state, call, next, answer, io);
      return;
    case 'charged':
      afterCharged(state, call, next, answer, io);
      return;
    case 'created':
      afterCreated(state, call, next, answer, io);
      return;
    case 'updated':
      afterUpdated(state, call, next, answer, io);
      return;
    case 'removed':
      afterRemoved(state, call, next, answer, io);
      return;
  }
}

function aboutObject(next: Pending['next']): string {
  if (!('object' in next)) return '';
  return `${next.object.kind.toLowerCase()}/${next.object.metadata.name}`;
}

/** An error of etcd that no handler knows, as it is. */
function etcdFailure(message: string): Status {
  return { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', message, code: 500 };
}

function advanceLease(state: ApiServerState, { call, next }: Pending, io: IO): void {
  if (next.stage !== 'lease') return;
  const { existing } = next;
  if (existing === undefined) afterLease(state, call, next, io);
  else afterUpdateLease(state, call, { ...next, existing }, io);
}

/** The caches are filled and the roles are there: whoever waited for that is served now. */
function releaseHeld(state: ApiServerState, io: IO): void {
  if (state.held.length === 0 || !isReady(state)) return;
  for (const message of state.held.splice(0)) receiveRequest(state, message, io);
}

/** The connection to a member of etcd is broken: what it was asked is asked of the next. */
function loseMember(state: ApiServerState, member: Address, why: string | undefined, io: IO): void {
  leaveMember(state, member);
  loseBackend(state, io, member, why);
  loseCaches(state, io, member);
}

/** Nobody listens there: etcd is down (ask again), a kubelet is down, or a client has gone. */
function refused(state: ApiServerState, message: Received, io: IO): void {
  if (isMember(state, message.from)) {
    leaveMember(state, message.from);
    if (!refuseCache(state, message.replyTo, io)) askLater(state, io, message.replyTo);
    return;
  }
  if (state.pending.has(message.replyTo)) loseKubelet(state, message.replyTo, 'connect: connection refused', io);
  else forgetClient(state, message.from as Address);
}

/** The kubelet that was asked cannot be reached. */
function loseKubelet(state: ApiServerState, request: MessageId, why: string, io: IO): void {
  const pending = take(state, request);
  if (pending?.next.stage !== 'kubelet') return;
  failSpoke(state, pending.call, pending.next.what, why, io);
}

/** Every five minutes history older than that is dropped. Follows etcd3/compact.go. */
function compact(state: ApiServerState, io: IO): void {
  if (state.compactTo > 0) io.send(state.etcd, 'compact', { revision: state.compactTo }, ROUTINE);
  state.compactTo = state.revision;
  io.after(state.config.compactionMs, 'compact', null, ROUTINE);
}
