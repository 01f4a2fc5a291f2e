/**
 * load-balancer: one address before several API servers. It passes connections on and does not look inside.
 * Watches: nothing; it asks each server every 2 s whether it is ready.
 * Writes: nothing. It answers for no server: without one the connection just ends.
 * Follows: HAProxy 2.8 in `mode tcp` with `balance roundrobin`, `check inter 2s fall 3 rise 2`, `option redispatch` and
 * `on-marked-down shutdown-sessions`, as kubeadm's guide to high availability sets it up.
 * Leaves out: a second balancer with an address that moves (keepalived), TLS of the checks, limits of connections, and
 * what servers share in etcd to give out cluster IPs and node ports: each goes by its own cache.
 */
import type { Component, IO } from '../../kernel/component.ts';
import type { Address, AnyMessage, KernelProtocol, Message, MessageId } from '../../kernel/message.ts';
import { part } from '../../kernel/state.ts';
import {
  type HttpClientProtocol,
  type HttpRequest,
  type HttpResponse,
  type HttpServerProtocol,
  LOAD_BALANCER,
  type WatchFrame,
} from '../../protocol/http.ts';

type Server = Address<HttpServerProtocol>;

/** How often each server is asked whether it is ready: `inter`. An answer that takes longer is none. */
export const CHECK_MS = 2000;
/** So many checks in a row make a server down (`fall`), or up again (`rise`). */
export const FALL = 3;
const RISE = 2;
/** Connections that are remembered; of those without traffic the oldest are forgotten. */
const MAX_CONNECTIONS = 500;

/** A server as its checks show it. */
interface Health {
  readonly isUp: boolean;
  /** Checks in a row that say otherwise. */
  readonly against: number;
  /** The check without an answer; '' for none. */
  readonly asked: MessageId;
}

/** A request on its way, or an open watch, by the id under which the server knows it. */
interface Passed {
  readonly request: { readonly id: MessageId; readonly from: Address; readonly body: HttpRequest };
  readonly routine: boolean;
  readonly connection: string;
  readonly server: Server;
  readonly isStreaming: boolean;
  /** Refused once already. */
  readonly isSecond: boolean;
}

/** What the balancer remembers. */
export interface LoadBalancerState {
  servers: readonly Server[];
  health: Map<Server, Health>;
  /** Where the round goes on. */
  next: number;
  /** Each connection's server, and whether that has answered on it: before that it is only being made. */
  connections: Map<string, { readonly server: Server; readonly isOpen: boolean }>;
  passed: Map<MessageId, Passed>;
  /** The ids under which servers know the watches of clients. */
  watches: Map<MessageId, MessageId>;
}

type Received = Message<HttpServerProtocol & HttpClientProtocol & { check: null } & KernelProtocol>;

/** See the head of this file. */
export const loadBalancer: Component<LoadBalancerState, HttpServerProtocol & HttpClientProtocol & { check: null }> = {
  name: LOAD_BALANCER,
  init(_self, config) {
    const { servers } = config as { readonly servers: readonly Server[] };
    const health = new Map(servers.map((server) => [server, { isUp: true, against: 0, asked: '' }]));
    const none = { connections: new Map(), passed: new Map(), watches: new Map() };
    return part<LoadBalancerState>({ servers, health, next: 0, ...none });
  },
  receive,
  inspect: ({ health, connections, servers }) => ({
    servers: servers.map((name) => ({
      name,
      isUp: health.get(name)?.isUp ?? false,
      connections: [...connections.values()].filter(({ server }) => server === name).length,
    })),
  }),
};

function receive(state: LoadBalancerState, message: Received, io: IO): void {
  switch (message.kind) {
    case 'start':
    case 'check':
      io.after(CHECK_MS, 'check', null, { routine: true });
      checkAll(state, io);
      return;
    case 'request':
      take(state, message, io);
      return;
    case 'ping':
      passPing(state, message, io);
      return;
    case 'cancel':
      cancel(state, message.body.watch, io);
      return;
    case 'disconnected':
      if (isServer(state, message.body.peer)) endConnections(state, message.body.peer, io);
      else forgetClient(state, message.body.peer, io);
      return;
    case 'refused':
      refused(state, message, io);
      return;
    default:
      passBack(state, message, io);
  }
}

function isServer({ servers }: LoadBalancerState, name: Address): name is Server {
  return servers.includes(name as Server);
}

/** A request goes where its connection goes; a new connection goes to the next server in the round. */
function take(state: LoadBalancerState, message: Extract<Received, { kind: 'request' }>, io: IO): void {
  const { id, from, body, routine } = message;
  const connection = body.connection === undefined ? from : `${from} ${body.connection}`;
  const server = state.connections.get(connection)?.server ?? choose(state);
  if (server === undefined) {
    end({ id, from }, 'EOF', routine, io);
    return;
  }
  connect(state, connection, server);
  pass(state, { request: { id, from, body }, routine, connection, server, isStreaming: false, isSecond: false }, io);
}

/** The next server of the round that is up. */
function choose(state: LoadBalancerState, but?: Server): Server | undefined {
  const { servers, health } = state;
  for (let step = 0; step < servers.length; step++) {
    const server = servers[(state.next + step) % servers.length] as Server;
    if (server === but || !health.get(server)?.isUp) continue;
    state.next = (state.next + step + 1) % servers.length;
    return server;
  }
  return undefined;
}

function connect({ connections, passed }: LoadBalancerState, connection: string, server: Server): void {
  if (connections.get(connection)?.server !== server) connections.set(connection, { server, isOpen: false });
  if (connections.size <= MAX_CONNECTIONS) return;
  const busy = new Set([...passed.values()].map((each) => each.connection));
  for (const old of connections.keys()) {
    if (connections.size <= MAX_CONNECTIONS) return;
    if (!busy.has(old)) connections.delete(old);
  }
}

function pass(state: LoadBalancerState, passed: Passed, io: IO): void {
  const mark = { routine: passed.routine, stream: true };
  const id = io.send(passed.server, 'request', passed.request.body, mark);
  state.passed.set(id, passed);
  if (passed.request.body.query?.['watch'] === 'true') state.watches.set(passed.request.id, id);
}

/** Nobody listens there: the connection is tried once more with another server. Or a client has gone. */
function refused(state: LoadBalancerState, message: AnyMessage, io: IO): void {
  if (checked(state, message, false, io)) return;
  const { from, replyTo } = message;
  if (!isServer(state, from)) {
    forgetClient(state, from, io);
    return;
  }
  const passed = state.passed.get(replyTo);
  if (passed !== undefined) passAgain(state, replyTo, passed, io);
}

/** What never had an answer on its connection goes to another server, once. */
function passAgain(state: LoadBalancerState, id: MessageId, passed: Passed, io: IO): void {
  forget(state, id);
  const server = passed.isSecond ? undefined : choose(state, passed.server);
  if (server === undefined) {
    state.connections.delete(passed.connection);
    end(passed.request, 'EOF', passed.routine, io);
    return;
  }
  connect(state, passed.connection, server);
  pass(state, { ...passed, server, isSecond: true }, io);
}

/** Answers, news and ends of watches go back under the ids that the client knows. */
function passBack(state: LoadBalancerState, message: AnyMessage, io: IO): void {
  const { kind, body, replyTo, routine } = message;
  if (kind === 'response' || kind === 'pong') {
    if (kind === 'response' && checked(state, message, (body as HttpResponse).status === 200, io)) return;
    const passed = state.passed.get(replyTo);
    if (passed === undefined) return;
    const { connection, server } = passed;
    if (state.connections.get(connection)?.server === server)
      state.connections.set(connection, { server, isOpen: true });
    if ((body as HttpResponse | null)?.streaming) state.passed.set(replyTo, { ...passed, isStreaming: true });
    else forget(state, replyTo);
    io.reply(passed.request, kind, body, { routine });
    return;
  }
  const { watch } = body as WatchFrame;
  const passed = state.passed.get(watch);
  if (passed === undefined) return;
  const { id, from } = passed.request;
  const client = from as Address<HttpClientProtocol>;
  if (kind === 'event') {
    io.send(client, 'event', { ...(body as WatchFrame), watch: id }, { routine });
    return;
  }
  forget(state, watch);
  io.send(client, 'closed', { watch: id }, { routine });
}

function forget(state: LoadBalancerState, id: MessageId): void {
  const passed = state.passed.get(id);
  state.passed.delete(id);
  if (passed !== undefined) state.watches.delete(passed.request.id);
}

function passPing(state: LoadBalancerState, { id, from }: AnyMessage, io: IO): void {
  const server = state.connections.get(from)?.server;
  if (server === undefined) return;
  const request = { id, from, body: { method: 'GET', path: '' } as const };
  const ping = io.send(server, 'ping', null, { routine: true });
  const passed = { request, routine: true, connection: from, server, isStreaming: false, isSecond: true };
  state.passed.set(ping, passed);
}

function cancel(state: LoadBalancerState, watch: MessageId, io: IO): void {
  const id = state.watches.get(watch);
  const passed = id === undefined ? undefined : state.passed.get(id);
  if (id === undefined || passed === undefined) return;
  io.send(passed.server, 'cancel', { watch: id });
  forget(state, id);
}

/** The connections to a server are gone, and with each its client's: requests fail, watches end. */
function endConnections(state: LoadBalancerState, server: Server, io: IO): void {
  const ended = [...state.connections].filter(([, its]) => its.server === server);
  const isOpen = new Map(ended.map(([connection, its]) => [connection, its.isOpen]));
  for (const connection of isOpen.keys()) state.connections.delete(connection);
  for (const [id, passed] of [...state.passed]) {
    if (passed.server !== server) continue;
    if (isOpen.get(passed.connection) === false) {
      passAgain(state, id, passed, io);
      continue;
    }
    forget(state, id);
    const { request, routine, isStreaming } = passed;
    if (!isStreaming) end(request, 'read: connection reset by peer', routine, io);
    else io.send(request.from as Address<HttpClientProtocol>, 'closed', { watch: request.id }, { routine: true });
  }
}

/** A connection that ends without an answer: status 0, as clients note what Go's net package says. */
function end(request: { readonly id: MessageId; readonly from: Address }, why: string, routine: boolean, io: IO): void {
  const response: HttpResponse = { status: 0, body: { message: why } };
  io.reply(request, 'response', response, { routine });
}

function forgetClient(state: LoadBalancerState, client: Address, io: IO): void {
  for (const connection of [...state.connections.keys()]) {
    if (connection === client || connection.startsWith(`${client} `)) state.connections.delete(connection);
  }
  for (const [id, { request, server }] of [...state.passed]) {
    if (request.from !== client) continue;
    if (state.watches.has(request.id)) io.send(server, 'cancel', { watch: id });
    forget(state, id);
  }
}

/** `GET /readyz` to each server; the check before this one that has no answer has failed. */
function checkAll(state: LoadBalancerState, io: IO): void {
  for (const server of state.servers) {
    if ((state.health.get(server) as Health).asked !== '') learn(state, server, false, io);
    const asked = io.send(server, 'request', { method: 'GET', path: '/readyz' }, { routine: true });
    state.health.set(server, { ...(state.health.get(server) as Health), asked });
  }
}

/** Whether a message answers a check, which is then learnt from. */
function checked(state: LoadBalancerState, { replyTo }: AnyMessage, isWell: boolean, io: IO): boolean {
  for (const [server, { asked }] of state.health) {
    if (asked === '' || asked !== replyTo) continue;
    learn(state, server, isWell, io);
    return true;
  }
  return false;
}

function learn(state: LoadBalancerState, server: Server, isWell: boolean, io: IO): void {
  const { isUp, against: before } = state.health.get(server) as Health;
  const against = isWell === isUp ? 0 : before + 1;
  const turns = against >= (isUp ? FALL : RISE);
  state.health.set(server, { isUp: turns ? isWell : isUp, against: turns ? 0 : against, asked: '' });
  if (!turns) return;
  io.note({ what: isWell ? 'balancer/up' : 'balancer/down', about: `process/${server}`, server });
  if (!isWell) endConnections(state, server, io);
}
