import type { IO } from '../kernel/component.ts';
import type { Address, AnyMessage, MessageId, Millis } from '../kernel/message.ts';
import { part } from '../kernel/state.ts';
import type { Value } from '../kernel/value.ts';
import { API_SERVER, type HttpResponse, type HttpServerProtocol } from '../protocol/http.ts';
import type { InformerSpec } from './cache.ts';
import {
  type Call,
  type ClientOutcome,
  type ClientState,
  type Credential,
  callAgain,
  noAnswer,
  putOffMs,
} from './calls.ts';
import { loseConnection, receiveInformer, reopenOverdue, startInformer } from './informer.ts';

const IDLE_MS = 30_000;
const PING_TIMEOUT_MS = 15_000;
const CALL_TIMEOUT_MS = 10_000;
const NOTHING: ClientOutcome = { changes: [] };

/** What a process's configuration says about its client. */
export interface ClientConfig {
  /** Whom it asks, where that is not the one API server. */
  readonly apiServer?: Address<HttpServerProtocol> | undefined;
  readonly callTimeoutMs?: Millis;
}

/** A client that has not started. `userAgent` tells the pictures who asks; the API server believes `credential` only. */
export function createClient(
  userAgent: string,
  credential: Credential,
  specs: readonly InformerSpec[] = [],
  config: ClientConfig | Value = null,
): ClientState {
  const { apiServer = API_SERVER, callTimeoutMs = CALL_TIMEOUT_MS } = (config ?? {}) as ClientConfig;
  const client = part<ClientState>({
    apiServer,
    userAgent,
    credential,
    calls: new Map(),
    informers: new Map(),
    caches: new Map(),
    lastHeardAt: 0,
    pingedAt: undefined,
    isSweeping: false,
    callTimeoutMs,
  });
  for (const spec of specs) addInformer(client, spec);
  return client;
}

/** One more informer; `startClient` opens it, or `startInformer` when the client has begun. */
export function addInformer({ informers, caches }: ClientState, spec: InformerSpec): void {
  const idle = { phase: 'idle', revision: '', watch: '', sequence: 0, endsAt: 0, failures: 0 } as const;
  informers.set(spec.name, { spec, ...idle, hasSynced: false });
  caches.set(spec.name, new Map());
}

/** Opens the informers and the connection's health check. Call it on `start`. */
export function startClient(client: ClientState, io: IO): void {
  client.lastHeardAt = io.now;
  for (const name of client.informers.keys()) startInformer(client, name, io);
  if (client.informers.size > 0) io.after(IDLE_MS, 'client/health', null, { routine: true });
}

/** Whether every informer has listed at least once: controllers act only then. */
export function hasSynced(client: ClientState): boolean {
  for (const informer of client.informers.values()) if (!informer.hasSynced) return false;
  return true;
}

/** Handles a message if it is the client's; undefined when it is somebody else's. */
export function receiveClient(client: ClientState, message: AnyMessage, io: IO): ClientOutcome | undefined {
  if (message.from === client.apiServer && message.kind !== 'refused' && message.kind !== 'disconnected') {
    client.lastHeardAt = io.now;
    client.pingedAt = undefined;
  }
  switch (message.kind) {
    case 'response':
    case 'refused':
      return answered(client, message, io);
    case 'event':
    case 'closed':
    case 'client/relist':
      return receiveInformer(client, message, io);
    case 'disconnected':
      return broken(client, io, message.sentAt);
    case 'pong':
      return NOTHING;
    case 'client/health':
      return checkHealth(client, io);
    case 'client/again':
      callAgain(client, io, message.body as unknown as Call);
      return NOTHING;
    case 'client/sweep':
      return sweep(client, io);
    default:
      return undefined;
  }
}

function answered(client: ClientState, message: AnyMessage, io: IO): ClientOutcome | undefined {
  const id = message.replyTo === '' ? message.id : message.replyTo;
  const pending = client.calls.get(id);
  if (pending === undefined) return message.from === client.apiServer ? NOTHING : undefined;
  client.calls.delete(id);
  const response =
    message.kind === 'refused' ? noAnswer('connect: connection refused') : (message.body as HttpResponse);
  if (pending.then === 'client/informer') {
    return receiveInformer(client, message, io, pending.data as { informer: string; list: boolean }, response);
  }
  const putOff = putOffMs(pending, response);
  if (putOff !== undefined) {
    io.after(putOff, 'client/again', pending as unknown as Value, { routine: pending.routine });
    return NOTHING;
  }
  return { changes: [], answer: { then: pending.then, data: pending.data, response, cause: message.id } };
}

/** The connection is gone: every call on it fails, every watch must be opened again. Later calls have another. */
function broken(client: ClientState, io: IO, brokeAt: Millis): ClientOutcome {
  client.pingedAt = undefined;
  client.lastHeardAt = io.now;
  for (const [id, pending] of [...client.calls]) {
    if (pending.sentAt <= brokeAt) failLater(client, id, pending, io, 'read: connection reset by peer');
  }
  loseConnection(client, io);
  return NOTHING;
}

/** A failure is delivered as a message to oneself, so that each is handled on its own like any other answer. */
function failLater(client: ClientState, id: MessageId, pending: Call, io: IO, reason: string): void {
  client.calls.delete(id);
  const body = noAnswer(reason);
  const timer = io.after(0, 'response', body, { routine: pending.routine });
  client.calls.set(timer, pending);
}

/** Timers have no `replyTo`, so a failed call is found under the timer's own id. */
function sweep(client: ClientState, io: IO): ClientOutcome {
  client.isSweeping = false;
  let oldest: Millis | undefined;
  for (const [id, pending] of [...client.calls]) {
    if (io.now - pending.sentAt >= client.callTimeoutMs)
      failLater(client, id, pending, io, 'context deadline exceeded');
    else if (oldest === undefined || pending.sentAt < oldest) oldest = pending.sentAt;
  }
  if (oldest !== undefined) {
    client.isSweeping = true;
    io.after(oldest + client.callTimeoutMs - io.now, 'client/sweep', null, { routine: true });
  }
  return NOTHING;
}

function checkHealth(client: ClientState, io: IO): ClientOutcome {
  if (client.pingedAt !== undefined && io.now - client.pingedAt >= PING_TIMEOUT_MS) {
    io.note({ what: 'client/connection-lost', reason: 'http2: client connection lost' });
    broken(client, io, io.now);
  } else if (client.pingedAt === undefined && io.now - client.lastHeardAt >= IDLE_MS) {
    client.pingedAt = io.now;
    io.send(client.apiServer, 'ping', null, { routine: true });
  }
  reopenOverdue(client, io);
  io.after(client.pingedAt !== undefined ? PING_TIMEOUT_MS : IDLE_MS, 'client/health', null, { routine: true });
  return NOTHING;
}
