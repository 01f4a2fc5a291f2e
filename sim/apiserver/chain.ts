import {
  forbidden,
  methodNotAllowed,
  noSuchResource,
  type Status,
  tooManyRequests,
  unauthorized,
} from '../api/status.ts';
import type { IO } from '../kernel/component.ts';
import type { Address } from '../kernel/message.ts';
import type { Value } from '../kernel/value.ts';
import type { HttpClientProtocol, HttpRequest } from '../protocol/http.ts';
import { aggregating } from './aggregating.ts';
import { areCachesReady } from './cachefeed.ts';
import { type Entry, nameInBody, parseOptions, type RequestMessage } from './call.ts';
import { discover } from './discovery.ts';
import { dispatch } from './dispatch.ts';
import { layerOf } from './extending.ts';
import { audit, type Outcome, type Sender, senderOf } from './guard/audit.ts';
import { authenticate, type Identity } from './guard/authentication.ts';
import { authorize, cannot } from './guard/authorization.ts';
import { isPolicyThere } from './guard/bootstrappolicy.ts';
import { placeOf, seatsOf } from './guard/fairness.ts';
import { impersonate } from './guard/impersonation.ts';
import { type Attributes, requestInfo } from './guard/requestinfo.ts';
import { respondPath } from './respond.ts';
import { parseRoute, type RouteResult, resourceOf } from './routes.ts';
import type { ApiServerState } from './state.ts';

const MAX_HELD = 10_000;
/** How long a request may wait for a seat: a quarter of the time it has in all. */
const MAX_WAIT_SHARE = 4;
const TOO_MANY = 'Too many requests, please try again later.';

/** Whether requests are served: the caches are filled, and the roles are there by which requests are judged. */
export function isReady(state: ApiServerState): boolean {
  return areCachesReady(state) && isPolicyThere(state);
}

/**
 * The handler chain, in upstream's order (apiserver/pkg/server/config.go `DefaultBuildHandlerChain`): who are you,
 * written down, as whom, is it your turn, may you; then the REST handlers. Requests wait until the server is ready.
 */
export function receiveRequest(state: ApiServerState, message: RequestMessage, io: IO): void {
  const ready = isReady(state);
  const health = healthOf(message.body.path, ready);
  if (health !== undefined) {
    respondPath(state, io, message, health === 'ok' ? 200 : 500, health);
    return;
  }
  if (!ready && state.held.length < MAX_HELD) {
    state.held.push(message);
    return;
  }
  if (!ready) {
    respondPath(state, io, message, 429, tooManyRequests(TOO_MANY, 1));
    return;
  }
  const entry = identify(state, message, io);
  if (entry !== undefined) seat(state, entry, io);
}

/** Authentication, audit, impersonation, and the place in line. Undefined when the request is answered already. */
function identify(state: ApiServerState, message: RequestMessage, io: IO): Entry | undefined {
  const { body: request, routine } = message;
  const wanted = requestInfo(request);
  const found = authenticate(state, request, io.now);
  if ('problem' in found) {
    io.note({ what: 'apiserver/unauthenticated', path: request.path, reason: found.problem }, { routine });
    refuse(state, message, { user: '' }, wanted.verb, unauthorized(), io);
    return undefined;
  }
  const { user, how } = found;
  io.note({ what: 'apiserver/authenticated', user: user.name, how, path: request.path }, { routine });
  audit(state, message, 'RequestReceived', { user: user.name }, wanted.verb, io.now);
  const other = impersonate(state, user, request);
  if (other !== undefined && !('as' in other)) {
    const status = 'problem' in other ? unreadable(request, other.problem) : denied(user, other.refused, other.reason);
    refuse(state, message, { user: user.name }, wanted.verb, status, io);
    return undefined;
  }
  if (other !== undefined) {
    io.note({ what: 'apiserver/impersonated', user: user.name, as: other.as.name }, { routine });
  }
  const as = other?.as ?? user;
  const sender = other === undefined ? undefined : user;
  return { message, receivedAt: io.now, user: as, sender, wanted, place: placeOf(as, wanted) };
}

/** Priority and fairness: a seat, a place in the line, or 429. */
function seat(state: ApiServerState, entry: Entry, io: IO): void {
  const { place, message, wanted } = entry;
  const { routine } = message;
  if (hasSeat(state, place.level)) {
    proceed(state, entry, io);
    return;
  }
  const line = state.waiting.filter((other) => other.place.level === place.level).length;
  const about = { level: place.level, flow: place.flow, user: entry.user.name };
  if (line >= state.config.maxWaiting) {
    io.note({ what: 'apiserver/rejected', ...about, waiting: line }, { routine });
    refuse(state, message, senderOf(entry), wanted.verb, tooManyRequests(TOO_MANY, 1), io);
    return;
  }
  io.note({ what: 'apiserver/queued', ...about, waiting: line }, { routine });
  state.waiting.push(entry);
  const waitMs = Math.floor(state.config.requestTimeoutMs / MAX_WAIT_SHARE);
  io.after(waitMs, 'seat-timeout', { request: message.id }, { routine: true });
}

/** Seats that have become free go to those that wait, the oldest first. */
export function admitWaiting(state: ApiServerState, io: IO): void {
  for (let level = state.left.pop(); level !== undefined; level = state.left.pop()) {
    while (hasSeat(state, level)) {
      const index = state.waiting.findIndex(({ place }) => place.level === level);
      const [entry] = index < 0 ? [] : state.waiting.splice(index, 1);
      if (entry === undefined) break;
      proceed(state, entry, io);
    }
  }
}

/** A request has waited too long for a seat. */
export function giveUpWaiting(state: ApiServerState, id: string, io: IO): void {
  const index = state.waiting.findIndex(({ message }) => message.id === id);
  const [entry] = index < 0 ? [] : state.waiting.splice(index, 1);
  if (entry === undefined) return;
  refuse(state, entry.message, senderOf(entry), entry.wanted.verb, tooManyRequests(TOO_MANY, 1), io);
}

function hasSeat(state: ApiServerState, level: string): boolean {
  return level === 'exempt' || (state.seats.get(level) ?? 0) < seatsOf(level, state.config.maxInflight);
}

/** Authorization; then what the path is, and the REST handlers. */
function proceed(state: ApiServerState, entry: Entry, io: IO): void {
  const { message, user, wanted, place } = entry;
  const { body: request, routine } = message;
  const { allowed, reason } = authorize(state, user, wanted);
  const parsed = parseRoute(request);
  const { verb, subresource } = wanted;
  const resource = `${wanted.resource}${wanted.group === '' ? '' : `.${wanted.group}`}`;
  const what = allowed ? 'apiserver/authorized' : 'apiserver/forbidden';
  const detail = {
    about: aboutOf(wanted, request, parsed),
    verb,
    resource,
    ...(subresource === '' ? {} : { subresource }),
    reason,
    user: user.name,
    level: place.level,
  };
  io.note({ what, ...detail }, { routine });
  if (!allowed) {
    const outcome = { decision: 'forbid', reason };
    refuse(state, message, senderOf(entry), verb, denied(user, wanted, reason), io, outcome);
    return;
  }
  handle(state, entry, parsed, reason, io);
}

/** A request that is allowed: about the API itself, or to the REST handlers with its seat. */
function handle(state: ApiServerState, entry: Entry, parsed: RouteResult, reason: string, io: IO): void {
  const { message, receivedAt, user, wanted, place } = entry;
  const { id, body: request, routine } = message;
  const answer = (status: number, body: Value) => {
    const outcome = { code: status, decision: 'allow', reason };
    audit(state, message, 'ResponseComplete', senderOf(entry), wanted.verb, io.now, outcome);
    respondPath(state, io, message, status, body);
  };
  const own = wanted.isResource ? undefined : (discover(request) ?? layerOf(state)?.document(state, request));
  const found = aggregating.layer === undefined ? own : aggregating.layer.discover(state, request, own);
  const options = parseOptions(request);
  if (found !== undefined) answer(200, found);
  else if (parsed.type === 'missing') {
    if (!aggregating.layer?.proxy(state, entry, reason, io)) answer(404, noSuchResource());
  } else if (parsed.type === 'method') answer(405, methodNotAllowed());
  else if (!options.ok) answer(400, options.status);
  else {
    state.seats.set(place.level, (state.seats.get(place.level) ?? 0) + 1);
    const from = message.from as Address<HttpClientProtocol>;
    const call = { id, from, routine, receivedAt, request, user, entry, reason, options: options.value };
    dispatch(state, { ...call, route: parsed.route, collection: '' }, io);
  }
}

/** `pod/web`: what a decision is about. */
function aboutOf({ name, path, isResource }: Attributes, request: HttpRequest, parsed: RouteResult): string {
  if (!isResource) return path;
  if (parsed.type !== 'route') return path;
  const kind = resourceOf(parsed.route).kind.toLowerCase();
  const own = name || nameInBody(request.body);
  return own === '' ? kind : `${kind}/${own}`;
}

/** 403 of the authorizers (apiserver/pkg/endpoints/handlers/responsewriters/errors.go). */
function denied(user: Identity, wanted: Attributes, reason: string): Status {
  const why = cannot(user, wanted, reason);
  const { group, resource, name, isResource } = wanted;
  if (isResource) return forbidden({ group, plural: resource, kind: '' }, name, why);
  return { ...forbidden({ group: '', plural: '', kind: '' }, '', ''), message: `forbidden: ${why}`, details: {} };
}

function unreadable({ path }: HttpRequest, why: string): Status {
  const message = `Internal Server Error: ${JSON.stringify(path)}: ${why}`;
  return { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', message, code: 500 };
}

/** An answer that a stage of the chain gives by itself. */
function refuse(
  state: ApiServerState,
  message: RequestMessage,
  sender: Sender,
  verb: string,
  status: Status,
  io: IO,
  outcome: Outcome = {},
): void {
  const code = status.code ?? 500;
  audit(state, message, 'ResponseComplete', sender, verb, io.now, { code, ...outcome });
  respondPath(state, io, message, code, status);
}

function healthOf(path: string, ready: boolean): string | undefined {
  if (path === '/livez' || path === '/healthz') return 'ok';
  if (path !== '/readyz') return undefined;
  return ready ? 'ok' : '[-]informer-sync failed: reason withheld\nreadyz check failed\n';
}
