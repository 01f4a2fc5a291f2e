import { timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';
import type { JsonObject, JsonValue } from '../../sim/api/meta.ts';
import type { Schema } from '../../sim/api/resource.ts';
import {
  type HttpRequest,
  type HttpResponse,
  methodNotAllowed,
  resources,
  rootOf,
  type Status,
  servedVersions,
  tooManyRequests,
  unauthorized,
} from '../../sim/index.ts';
import { readBody } from './body.ts';
import type { Exchange, Gateway } from './gateway.ts';
import { CERTIFICATES, type Users } from './kubeconfig.ts';
import { followLog } from './logfollow.ts';
import { OpenApi } from './openapi.ts';
import { shiftTimes } from './shifttimes.ts';

/** Requests and watches at one time; more are told to come back. */
const MAX_OPEN = 400;
const TOO_MANY = 'Too many requests, please try again later.';
const RETRY_AFTER_SECONDS = 1;
const GZIP_FROM_BYTES = 1024;
const JSON_TYPE = 'application/json';
/** Clients tell an aggregated discovery document by its content type. */
const DISCOVERY_TYPE = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';

/** The simulated API server on a real port: bytes in, messages through the cluster, bytes out. */
export function serveApi(gateway: Gateway, tokens: Users): RequestListener {
  const openApi = new OpenApi();
  return (incoming, outgoing) => {
    serve({ gateway, tokens, openApi, incoming, outgoing }).catch((error) => abort(outgoing, error));
  };
}

interface Job {
  readonly gateway: Gateway;
  readonly tokens: Users;
  readonly openApi: OpenApi;
  readonly incoming: IncomingMessage;
  readonly outgoing: ServerResponse;
}

async function serve(job: Job): Promise<void> {
  const { gateway, incoming, outgoing, openApi } = job;
  if (!isLoopbackName(incoming.headers.host ?? '')) return refuse(job, misdirected());
  if (!incoming.headers.authorization) return refuse(job, unauthorized());
  const url = new URL(incoming.url ?? '/', 'http://127.0.0.1');
  const document = openApi.answer(url.pathname);
  if (document !== undefined) return sendDocument(job, document);
  if (url.pathname.endsWith('/exec')) return refuse(job, notStreamed());
  if (gateway.load >= MAX_OPEN) return refuse(job, tooManyRequests(TOO_MANY, RETRY_AFTER_SECONDS));
  const read = await readBody(incoming);
  if ('refusal' in read) return refuse(job, read.refusal);
  const schema = schemaOfPath(url.pathname);
  const plain = requestOf(incoming, url, writable(read.body, schema, gateway.shiftMs));
  if (plain === undefined) return refuse(job, methodNotAllowed());
  const request = asUser(job, plain);
  const isFollowing = url.pathname.endsWith('/log') && url.searchParams.get('follow') === 'true';
  const asked = isFollowing ? { ...request, query: { ...request.query, follow: 'false' } } : request;
  const exchange = gateway.send(asked);
  outgoing.on('close', () => exchange.hangUp());
  const answer = await exchange.answer;
  if (/^\/openapi\/v3\/?$/.test(url.pathname)) sendText(job, 200, JSON_TYPE, openApi.index(pathsIn(answer)));
  else if (answer.streaming) stream(job, exchange, schema);
  else if (isFollowing && answer.status === 200) await follow(job, request, answer);
  else sendAnswer(job, answer, schema);
}

/** A page of the web could point a name of its own at this port: only loopback's own names are served. */
function isLoopbackName(host: string): boolean {
  return /^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/i.test(host);
}

/**
 * The tokens of the kubeconfig stand for the certificates that kubeadm would have put there. Any other token is for the
 * simulated API server to judge: it may be a ServiceAccount's.
 */
function asUser({ incoming, tokens }: Job, request: HttpRequest): HttpRequest {
  const given = Buffer.from(incoming.headers.authorization ?? '');
  const name = (Object.keys(tokens) as (keyof Users)[]).find((user) => {
    const expected = Buffer.from(`Bearer ${tokens[user]}`);
    return given.length === expected.length && timingSafeEqual(given, expected);
  });
  if (name === undefined) return request;
  const { authorization: _token, ...headers } = request.headers ?? {};
  return { ...request, headers, certificate: CERTIFICATES[name] };
}

const METHODS: ReadonlySet<string> = new Set(['GET', 'POST', 'PUT', 'PATCH', 'DELETE']);

function requestOf(
  { method = '', headers }: IncomingMessage,
  url: URL,
  body: JsonValue | undefined,
): HttpRequest | undefined {
  if (!METHODS.has(method)) return undefined;
  const lines = Object.entries(headers).map(([name, value]) => [name, String(value)] as const);
  const words = Object.fromEntries(lines);
  if (body !== undefined && (words['content-type'] ?? '').includes('protobuf')) words['content-type'] = JSON_TYPE;
  return {
    method: method as HttpRequest['method'],
    path: url.pathname,
    query: Object.fromEntries(url.searchParams),
    headers: words,
    ...(body === undefined ? {} : { body }),
  };
}

/** A written object with its times on the cluster's clock. When it was created is the server's to know. */
function writable(body: JsonValue | undefined, schema: Schema | undefined, shiftMs: number): JsonValue | undefined {
  if (schema === undefined || typeof body !== 'object' || body === null || Array.isArray(body)) return body;
  const moved = shiftTimes(body, schema, -shiftMs) as JsonObject;
  if (typeof moved.metadata !== 'object' || moved.metadata === null) return moved;
  const { creationTimestamp: _server, ...metadata } = moved.metadata as JsonObject;
  return { ...moved, metadata };
}

function pathsIn({ body }: HttpResponse): Readonly<Record<string, unknown>> {
  return (body as { readonly paths?: Readonly<Record<string, unknown>> } | undefined)?.paths ?? {};
}

/** The schema of the objects behind a path: `/apis/apps/v1/namespaces/default/deployments/web`. */
function schemaOfPath(path: string): Schema | undefined {
  const parts = path.split('/').filter((part) => part !== '');
  const rootLength = parts[0] === 'api' ? 2 : 3;
  const root = parts.slice(0, rootLength).join('/');
  const rest = parts.slice(rootLength);
  const plural = rest[0] === 'namespaces' && rest.length > 2 ? rest[2] : rest[0];
  const known = servedVersions().find((resource) => rootOf(resource) === root && resource.plural === plural);
  if (root === 'apis/metrics.k8s.io/v1beta1') return MEASURED;
  return known?.schema ?? (plural === undefined ? undefined : ANY_KIND);
}

/** Of a kind that a definition describes, metadata is known: it is everybody's. */
const ANY_KIND: Schema = {
  name: '',
  fields: new Map([...(resources[0]?.schema.fields ?? [])].filter(([name]) => name === 'metadata')),
};

/** What metrics-server serves says when it was measured. */
const MEASURED: Schema = {
  name: '',
  fields: new Map([
    ...ANY_KIND.fields,
    [
      'timestamp',
      { name: 'timestamp', type: { type: 'time' }, required: true, mergeKey: undefined, retainKeys: false },
    ],
  ]),
};

function sendAnswer(job: Job, answer: HttpResponse, schema: Schema | undefined): void {
  const { headers = {}, status, body } = answer;
  const { warning, ...others } = headers;
  for (const [name, value] of Object.entries(others)) job.outgoing.setHeader(name, value);
  if (warning !== undefined) job.outgoing.setHeader('warning', warning.split('\n'));
  if (typeof body === 'string') {
    sendText(job, status, 'text/plain', body);
    return;
  }
  const isDiscovery = (body as { kind?: string } | undefined)?.kind === 'APIGroupDiscoveryList';
  const moved = schema === undefined ? (body as JsonValue) : shiftTimes(body as JsonValue, schema, job.gateway.shiftMs);
  sendText(job, status, isDiscovery ? DISCOVERY_TYPE : JSON_TYPE, JSON.stringify(moved));
}

/** Headers leave at once: a client waits for them before it waits for events. */
function stream({ gateway, outgoing }: Job, exchange: Exchange, schema: Schema | undefined): void {
  outgoing.writeHead(200, { 'content-type': JSON_TYPE });
  outgoing.flushHeaders();
  exchange.frames((frame) => {
    if (frame === undefined) {
      outgoing.end();
      return;
    }
    const object = frame.object as JsonValue;
    const moved = schema === undefined ? object : shiftTimes(object, schema, gateway.shiftMs);
    outgoing.write(`${JSON.stringify({ type: frame.type, object: moved })}\n`);
  });
}

async function follow({ gateway, outgoing }: Job, request: HttpRequest, first: HttpResponse): Promise<void> {
  outgoing.writeHead(200, { 'content-type': 'text/plain' });
  outgoing.write(String(first.body ?? ''));
  const write = (text: string) => void (text !== '' && outgoing.write(text));
  await followLog(gateway, request, write, () => outgoing.destroyed);
  outgoing.end();
}

function sendDocument(job: Job, { text, hash }: { readonly text: string; readonly hash?: string }): void {
  const { incoming, outgoing } = job;
  if (hash !== undefined) {
    outgoing.setHeader('etag', `"${hash}"`);
    outgoing.setHeader('vary', 'Accept');
    if (new URL(incoming.url ?? '', 'http://127.0.0.1').searchParams.get('hash') === hash) {
      outgoing.setHeader('cache-control', 'public, immutable');
      outgoing.setHeader('expires', new Date(Date.now() + YEAR_MS).toUTCString());
    }
    if (incoming.headers['if-none-match'] === `"${hash}"`) {
      outgoing.writeHead(304).end();
      return;
    }
  }
  sendText(job, 200, JSON_TYPE, text);
}

const YEAR_MS = 365 * 24 * 3600 * 1000;

function refuse(job: Job, status: Status): void {
  if (status.code === 429) job.outgoing.setHeader('retry-after', String(RETRY_AFTER_SECONDS));
  if (status.code === 413) job.outgoing.setHeader('connection', 'close');
  sendText(job, status.code ?? 500, JSON_TYPE, JSON.stringify(status));
}

function sendText({ incoming, outgoing }: Job, status: number, type: string, text: string): void {
  const takesGzip = /\bgzip\b/.test(String(incoming.headers['accept-encoding'] ?? ''));
  const isLong = text.length >= GZIP_FROM_BYTES;
  const bytes = takesGzip && isLong ? gzipSync(text) : Buffer.from(text);
  if (takesGzip && isLong) outgoing.setHeader('content-encoding', 'gzip');
  outgoing.writeHead(status, { 'content-type': type, 'content-length': bytes.length });
  outgoing.end(bytes);
}

/** Nobody answered (the API server is down), or the connection broke: as with a real server, the socket just closes. */
function abort(outgoing: ServerResponse, error: unknown): void {
  if (!(error instanceof Error)) throw error;
  outgoing.destroy();
}

/** Exec wants a connection that both ends write to. */
function notStreamed(): Status {
  const message = 'exec is not served here over the network: use npm run sim -- --run "kubectl exec POD -- COMMAND"';
  return { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', message, code: 501 };
}

/** HTTP's own refusal: no part of Kubernetes. */
function misdirected(): Status {
  const message = 'this server answers to loopback names only';
  return { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', message, reason: '', code: 421 };
}
