import type { KubeObject } from '../api/meta.ts';
import type { IO } from '../kernel/component.ts';
import type { Address, Mark, MessageId, Millis } from '../kernel/message.ts';
import type { Value } from '../kernel/value.ts';
import type { Certificate, HttpRequest, HttpResponse, HttpServerProtocol } from '../protocol/http.ts';
import type { Change, Informer } from './cache.ts';

/** A request without an answer yet. The continuation is data: `then` names the next stage, `data` is what it needs. */
export interface Call {
  readonly then: string;
  readonly data: Value;
  readonly sentAt: Millis;
  readonly routine: boolean;
  readonly request: HttpRequest;
  /** How often the server has put it off. */
  readonly retries: number;
}

/**
 * A process's connection to the API server: requests in flight and informers. Held as the field `client` of the component's
 * state. Follows client-go's rest client and reflector. Leaves out: client-side rate limits, managed fields.
 */
export interface ClientState {
  /** The API server, or the address before several. */
  apiServer: Address<HttpServerProtocol>;
  userAgent: string;
  /** By which the API server knows the process: its certificate, or its ServiceAccount's token. */
  credential: Credential;
  calls: Map<MessageId, Call>;
  informers: Map<string, Informer>;
  /** Informer caches: by informer name, then by `ns/name`. */
  caches: Map<string, Map<string, KubeObject>>;
  /** When the API server was last heard; an HTTP/2 connection silent for 30 s is pinged, and given up 15 s later. */
  lastHeardAt: Millis;
  pingedAt: Millis | undefined;
  isSweeping: boolean;
  /** How long a call waits for its answer. */
  callTimeoutMs: Millis;
}

/** What a client shows on its connections: a certificate, the text of a token, or nothing. */
export type Credential = Certificate | string | undefined;

/** What a message meant to the client. */
export interface ClientOutcome {
  /** What changed in the informers' caches, in order. */
  readonly changes: readonly Change[];
  /** The answer to a `call`, when the message was one. */
  readonly answer?: Answer;
}

/** The answer to a call. Status 0 means that no answer came; `body` then says why, as Go's net package would. */
export interface Answer {
  readonly then: string;
  readonly data: Value;
  readonly response: HttpResponse;
  /** The message that brought it, for causes. */
  readonly cause: MessageId;
}

/** Sends a request; its answer comes back from {@link receiveClient} with the same `then` and `data`. */
export function call(
  client: ClientState,
  io: IO,
  request: HttpRequest,
  then: string,
  data: Value = null,
  mark: Mark = {},
  retries = 0,
): MessageId {
  const headers = { 'user-agent': client.userAgent, ...request.headers };
  const id = io.send(client.apiServer, 'request', withCredential({ ...request, headers }, client.credential), mark);
  client.calls.set(id, { then, data, sentAt: io.now, routine: mark.routine ?? false, request, retries });
  if (!client.isSweeping) {
    client.isSweeping = true;
    io.after(client.callTimeoutMs, 'client/sweep', null, { routine: true });
  }
  return id;
}

/** Sends a request again that the server had put off. */
export function callAgain(client: ClientState, io: IO, { request, then, data, routine, retries }: Call): void {
  call(client, io, request, then, data, { routine }, retries + 1);
}

/**
 * How long the server puts a request off, undefined when it does not. Upstream: client-go `rest/with_retry.go`, which
 * heeds the header Retry-After of a 429 or 5xx, at most ten times.
 */
export function putOffMs({ retries }: Call, { status, headers }: HttpResponse): Millis | undefined {
  const after = headers?.['retry-after'];
  if (after === undefined || retries >= MAX_RETRIES || (status !== 429 && status < 500)) return undefined;
  return Number(after) * 1000;
}

const MAX_RETRIES = 10;

/** The cache of an informer: objects by `ns/name`. */
export function cacheOf<O extends KubeObject>(client: ClientState, informer: string): ReadonlyMap<string, O> {
  return (client.caches.get(informer) ?? new Map()) as ReadonlyMap<string, O>;
}

/** An answer that never came: status 0 and the reason. */
export function noAnswer(reason: string): HttpResponse {
  return { status: 0, body: { message: reason } };
}

/** The request on a connection of its own, with what is shown there. */
function withCredential(request: HttpRequest, credential: Credential): HttpRequest {
  if (credential === undefined || request.headers?.['authorization'] !== undefined) return request;
  if (typeof credential !== 'string') return { ...request, certificate: request.certificate ?? credential };
  return { ...request, headers: { ...request.headers, authorization: `Bearer ${credential}` } };
}
