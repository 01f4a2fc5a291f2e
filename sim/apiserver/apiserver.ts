/**
 * kube-apiserver: the only door to the cluster's state.
 * Watches etcd, once for each kind, and answers HTTP requests as data.
 * Writes objects to etcd in transactions that fail when somebody was faster; asks kubelets for logs.
 * Follows apiserver/pkg/server/config.go (handler chain), endpoints/handlers, registry/generic, storage/cacher.
 * Leaves out audit, priority and fairness, webhooks, aggregation, and the managedFields of objects that only writers
 * without a fieldManager have written.
 */
import { forbidden, methodNotAllowed, noSuchResource, type Status, tooManyRequests } from '../api/status.ts';
import type { Component, IO } from '../kernel/component.ts';
import type { Address, KernelProtocol, Message, MessageId } from '../kernel/message.ts';
import type { EtcdClientProtocol, RangeResponse, TxnResponse } from '../protocol/etcd.ts';
import type { HttpClientProtocol, HttpServerProtocol } from '../protocol/http.ts';
import type { KubeletClientProtocol } from '../protocol/kubelet.ts';
import { authenticate, type Identity } from './authentication.ts';
import { authorize } from './authorization.ts';
import { askAgain, askLater, loseBackend, sweep, take } from './backend.ts';
import {
  areCachesReady,
  loseCaches,
  receiveCacheList,
  receiveChanges,
  refuseCache,
  resumeCache,
  startCaches,
} from './cachefeed.ts';
import { type Call, nameInBody, type Options, parseOptions, type RequestMessage } from './call.ts';
import { afterCollected, startCollection } from './collection.ts';
import { afterCreated, afterIsFree, afterLease, afterNamespace, startCreate } from './create.ts';
import { discover } from './discovery.ts';
import { keepLease } from './eventlease.ts';
import { isMember, isUnavailable, LOOK_MS, leaveMember, silentMembers } from './failover.ts';
import { afterLog, failLog, startLog } from './log.ts';
import { afterCurrent, afterRemoved, afterUpdated, afterUpdateLease, startModify } from './modify.ts';
import { afterListed, afterRead, startGet, startList } from './read.ts';
import { notModelled } from './refusal.ts';
import { fail, respondPath } from './respond.ts';
import { parseRoute, type Route, resourceOf } from './routes.ts';
import { type ApiServerConfig, type ApiServerState, createState, type Pending } from './state.ts';
import { expireWatch, forgetClient, removeWatcher, sendBookmarks, startWatch } from './watch.ts';

/** What the server says to itself. */
interface OwnProtocol {
  sweep: null;
  retry: { readonly question: string };
  cache: { readonly resource: string };
  bookmarks: null;
  'log-timeout': { readonly request: string };
  'watch-timeout': { readonly watch: string };
  compact: null;
  connections: null;
}

type Understood = HttpServerProtocol & EtcdClientProtocol & OwnProtocol & KubeletClientProtocol;
type Received = Message<Understood & KernelProtocol>;

const MAX_HELD = 10_000;
const BOOKMARK_MS = 60_000;
const ROUTINE = { routine: true };
/** What Go's gRPC client says of a connection that went dead under a write. */
const NO_ANSWER = 'rpc error: code = Unavailable desc = keepalive ping failed to receive ACK within timeout';

/** See the head of this file. */
export const apiServer: Component<ApiServerState, Understood> = {
  name: 'kube-apiserver',

  init: (_self, config) => createState((config ?? {}) as ApiServerConfig),

  receive(state, message, io) {
    switch (message.kind) {
      case 'start':
        return start(state, io);
      case 'request':
        return receiveRequest(state, message, io);
      case 'cancel':
        return removeWatcher(state, message.body.watch);
      case 'ping':
        io.reply(message, 'pong', null, ROUTINE);
        return;
      case 'disconnected':
        if (isMember(state, message.body.peer)) loseMember(state, message.body.peer, undefined, io);
        else forgetClient(state, message.body.peer);
        return;
      case 'refused':
        return refused(state, message, io);
      default:
        return receiveOwn(state, message, io);
    }
  },

  inspect: (state) => ({
    requestsInFlight: state.pending.size + state.held.length,
    watchers: state.watchers.size,
    handled: Object.fromEntries(state.counts),
    requests: state.recent,
    isReady: areCachesReady(state),
    caches: Object.fromEntries([...state.caches].map(([name, cache]) => [name, cache.revision])),
    objects: Object.fromEntries([...state.caches].map(([name, cache]) => [name, cache.objects.size])),
  }),
};

function start(state: ApiServerState, io: IO): void {
  startCaches(state, io);
  io.after(io.random('bookmarks', BOOKMARK_MS), 'bookmarks', null, ROUTINE);
  io.after(state.config.compactionMs, 'compact', null, ROUTINE);
  if (state.members.length > 1) io.after(LOOK_MS, 'connections', null, ROUTINE);
}

/** What etcd, kubelets and the server's own timers say. */
function receiveOwn(state: ApiServerState, message: Received, io: IO): void {
  if (state.members.length > 1 && isMember(state, message.from)) state.heard.set(message.from, io.now);
  switch (message.kind) {
    case 'ranged':
      if (receiveCacheList(state, message.replyTo, message.body, io)) {
        releaseHeld(state, io);
        return;
      }
      advance(state, message, io);
      return;
    case 'committed':
    case 'leaseGranted':
    case 'containerLogDone':
      advance(state, message, io);
      return;
    case 'watched':
      receiveChanges(state, message, io);
      return;
    case 'sweep':
      sweep(state, io);
      return;
    case 'retry':
      askAgain(state, io, message.body.question);
      return;
    case 'cache':
      resumeCache(state, message.body.resource, io);
      return;
    case 'watch-timeout':
      expireWatch(state, message.body.watch, io);
      return;
    case 'log-timeout':
      loseKubelet(state, message.body.request, 'i/o timeout', io);
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
      return;
  }
}

/** The first stages of a request: who, what, may they. Requests wait until the caches are filled. */
function receiveRequest(state: ApiServerState, message: RequestMessage, io: IO): void {
  const { body: request, routine } = message;
  const isReady = areCachesReady(state);
  const health = healthOf(request.path, isReady);
  if (health !== undefined) {
    respondPath(state, io, message, health === 'ok' ? 200 : 500, health);
    return;
  }
  if (!isReady && state.held.length < MAX_HELD) {
    state.held.push(message);
    return;
  }
  if (!isReady) {
    respondPath(state, io, message, 429, tooManyRequests('Too many requests, please try again later.', 1));
    return;
  }
  const user = authenticate(message);
  io.note({ what: 'apiserver/authenticated', user: user.name, path: request.path }, { routine });
  const found = discover(request);
  const parsed = parseRoute(request);
  const options = parseOptions(request);
  if (found !== undefined) respondPath(state, io, message, 200, found);
  else if (parsed.type === 'missing') respondPath(state, io, message, 404, noSuchResource());
  else if (parsed.type === 'method') respondPath(state, io, message, 405, methodNotAllowed());
  else if (!options.ok) respondPath(state, io, message, 400, options.status);
  else enter(state, callOf(message, parsed.route, user, options.value, io), io);
}

function callOf(message: RequestMessage, route: Route, user: Identity, options: Options, io: IO): Call {
  return {
    id: message.id,
    from: message.from as Address<HttpClientProtocol>,
    routine: message.routine,
    receivedAt: io.now,
    request: message.body,
    route,
    user,
    options,
    collection: '',
  };
}

/** Authorization; then the REST handlers. */
function enter(state: ApiServerState, call: Call, io: IO): void {
  const { verb, resource } = call.route;
  const { allowed, reason } = authorize(call.user);
  io.note({ what: 'apiserver/authorized', about: aboutOf(call), verb, resource, reason }, { routine: call.routine });
  if (allowed) dispatch(state, call, io);
  else fail(state, io, call, forbiddenTo(call));
}

/** `User "x" cannot list resource "pods" in API group "" in the namespace "default"`. */
function forbiddenTo({ route, user }: Call) {
  const { group, plural } = resourceOf(route);
  const resource = route.subresource === '' ? plural : `${plural}/${route.subresource}`;
  const where = route.namespace === '' ? 'at the cluster scope' : `in the namespace ${JSON.stringify(route.namespace)}`;
  const what = `resource ${JSON.stringify(resource)} in API group ${JSON.stringify(group)} ${where}`;
  return forbidden(resourceOf(route), route.name, `User ${JSON.stringify(user.name)} cannot ${route.verb} ${what}`);
}

function aboutOf({ route, request }: Call): string {
  const name = route.name || nameInBody(request.body);
  const kind = resourceOf(route).kind.toLowerCase();
  return name === '' ? kind : `${kind}/${name}`;
}

/** The REST handlers: each ends with an answer or with a question to etcd and the stage that waits for it. */
function dispatch(state: ApiServerState, call: Call, io: IO): void {
  const { verb, subresource } = call.route;
  if (subresource === 'eviction') {
    fail(state, io, call, notModelled('Eviction', 'delete the pod'));
    return;
  }
  if (subresource === 'exec') {
    fail(state, io, call, notModelled('Exec', 'read the logs'));
    return;
  }
  if (subresource === 'log') {
    startLog(state, call, io);
    return;
  }
  switch (verb) {
    case 'get':
      startGet(state, call, io);
      return;
    case 'list':
      startList(state, call, io);
      return;
    case 'watch':
      startWatch(state, call, io);
      return;
    case 'create':
      subresource === 'binding' ? startModify(state, call, io) : startCreate(state, call, io);
      return;
    case 'update':
    case 'patch':
    case 'delete':
      startModify(state, call, io);
      return;
    case 'deletecollection':
      startCollection(state, call, io);
      return;
  }
}

type Answer = Extract<Received, { readonly kind: 'ranged' | 'committed' | 'leaseGranted' | 'containerLogDone' }>;

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
  if (pending === undefined) return;
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
  }
}

function advanceRead(state: ApiServerState, { call, next }: Pending, answer: RangeResponse, io: IO): void {
  switch (next.stage) {
    case 'namespace':
      afterNamespace(state, call, next, answer, io);
      return;
    case 'isFree':
      afterIsFree(state, call, next, answer, io);
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

/** The first answers to the caches' lists have come: whoever waited for that is served now. */
function releaseHeld(state: ApiServerState, io: IO): void {
  if (!areCachesReady(state)) return;
  for (const message of state.held.splice(0)) receiveRequest(state, message, io);
}

function healthOf(path: string, isReady: boolean): string | undefined {
  if (path === '/livez' || path === '/healthz') return 'ok';
  if (path !== '/readyz') return undefined;
  return isReady ? 'ok' : '[-]informer-sync failed: reason withheld\nreadyz check failed\n';
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

/** The kubelet that was asked for a log cannot be reached. */
function loseKubelet(state: ApiServerState, request: MessageId, why: string, io: IO): void {
  const pending = take(state, request);
  if (pending?.next.stage !== 'log') return;
  failLog(state, pending.call, pending.next.url, pending.next.ip, why, io);
}

/** Every five minutes history older than that is dropped. Follows etcd3/compact.go. */
function compact(state: ApiServerState, io: IO): void {
  if (state.compactTo > 0) io.send(state.etcd, 'compact', { revision: state.compactTo }, ROUTINE);
  state.compactTo = state.revision;
  io.after(state.config.compactionMs, 'compact', null, ROUTINE);
}
