import { type APIService, pathOfService } from '../api/kinds/apiservice.ts';
import { type JsonObject, rfc3339 } from '../api/meta.ts';
import type { IO } from '../kernel/component.ts';
import { type Address, address, type MessageId, type Millis } from '../kernel/message.ts';
import type { Value } from '../kernel/value.ts';
import { certificateOf, type HttpResponse, type HttpServerProtocol } from '../protocol/http.ts';
import type { Aggregation } from './aggregating.ts';
import type { Entry } from './call.ts';
import { audit, senderOf } from './guard/audit.ts';
import { respondPath } from './respond.ts';
import type { ApiServerState } from './state.ts';

/** A request that was passed on, or a look at whether a server is there (`check`: its APIService). */
export interface Proxied {
  readonly check: string;
  readonly entry?: Entry;
  readonly reason?: string;
}

const SERVICES = 'apiservices.apiregistration.k8s.io';
const CHECK_MS: Millis = 30_000;
const CHECK_TIMEOUT_MS: Millis = 5000;
const PROXY_TIMEOUT_MS: Millis = 60_000;
const ROUTINE = { routine: true };
const LOOPBACK = certificateOf('system:apiserver', 'system:masters');

/**
 * The aggregation layer. An APIService with a Service says: requests for this group and version go there. Every 30 s
 * the server is asked for its discovery document, and the condition Available says whether it answered. Follows:
 * kube-aggregator's handler_proxy.go, handler_discovery.go and remote/remote_available_controller.go.
 * Leaves out: APIServices of the API server's own groups (`Local`), certificates, and the way over the Service's
 * endpoints: the process of an addon is called as its Service.
 */
export const aggregation: Aggregation = {
  proxy(state, entry, reason, io) {
    const { path } = entry.message.body;
    const service = remotes(state).find((one) => isBelow(path, pathOfService(one)));
    if (service === undefined) return false;
    if (!isAvailable(service)) finish(state, entry, reason, textAnswer('service unavailable'), io);
    else if (!send(state, service, entry.message.body, { check: '', entry, reason }, PROXY_TIMEOUT_MS, io)) {
      finish(state, entry, reason, textAnswer('service unavailable'), io);
    }
    return true;
  },
  discover(state, { path, headers = {} }, found) {
    if (path !== '/apis' || found === undefined) return found;
    const isAggregated = (headers.accept ?? '').includes('as=APIGroupDiscoveryList');
    const [list, more] = isAggregated ? (['items', groupDiscovery] as const) : (['groups', groupOf] as const);
    const added = remotes(state).map((service) => more(state, service));
    return added.length === 0 ? found : { ...found, [list]: [...(found[list] as readonly JsonObject[]), ...added] };
  },
  message(state, message, io) {
    const { kind, replyTo, body } = message;
    if (kind === 'api/check') check(state, io);
    else if (kind === 'api/timeout') answered(state, (body as { request: string }).request, 'i/o timeout', io);
    else if (!state.proxied.has(replyTo)) return message.from === message.to && kind === 'response';
    else answered(state, replyTo, kind === 'response' ? (body as HttpResponse) : 'connect: connection refused', io);
    return true;
  },
  tend(state, io) {
    if (state.checksApis || remotes(state).length === 0) return;
    state.checksApis = true;
    check(state, io);
  },
};

function remotes(state: ApiServerState): readonly APIService[] {
  const objects = state.caches.get(SERVICES)?.objects;
  if (objects === undefined || objects.size === 0) return [];
  return [...objects.values()].filter((one) => (one as APIService).spec?.service !== undefined) as APIService[];
}

function isBelow(path: string, root: string): boolean {
  return path === root || path.startsWith(`${root}/`);
}

function isAvailable({ status }: APIService): boolean {
  return status?.conditions?.some(({ type, status: value }) => type === 'Available' && value === 'True') ?? false;
}

/** False when no addon of that name runs here: nobody can be called. */
function send(
  state: ApiServerState,
  { spec }: APIService,
  request: HttpServerProtocol['request'],
  about: Proxied,
  timeoutMs: Millis,
  io: IO,
): boolean {
  const name = spec?.service?.name ?? '';
  if (!state.config.addons.includes(name)) return false;
  const { method, path, query = {}, headers = {} } = request;
  const user: Record<string, string> = about.entry === undefined ? {} : { 'x-remote-user': about.entry.user.name };
  const passed = {
    method,
    path,
    query,
    headers: { ...headers, ...user },
    certificate: certificateOf('front-proxy-client'),
  };
  const routine = about.entry?.message.routine ?? true;
  const id = io.send(address<HttpServerProtocol>(name), 'request', passed, { routine });
  state.proxied.set(id, about);
  io.after(timeoutMs, 'api/timeout', { request: id }, ROUTINE);
  return true;
}

/** An answer, or why there is none. */
function answered(state: ApiServerState, id: MessageId, answer: HttpResponse | string, io: IO): void {
  const found = state.proxied.get(id);
  if (found === undefined) return;
  state.proxied.delete(id);
  const { check: name, entry, reason = '' } = found;
  if (entry !== undefined) {
    const dial = `error trying to reach service: dial tcp: ${String(answer)}`;
    finish(state, entry, reason, typeof answer === 'string' ? textAnswer(dial) : answer, io);
    return;
  }
  const service = remotes(state).find(({ metadata }) => metadata.name === name);
  if (service === undefined) return;
  if (typeof answer !== 'string' && answer.status === 200) {
    state.discovered.set(name, answer.body as JsonObject);
    say(service, true, 'Passed', 'all checks passed', io);
    return;
  }
  const url = `https://${service.spec?.service?.name}.${service.spec?.service?.namespace}.svc:443${pathOfService(service)}`;
  const why =
    typeof answer === 'string' ? `Get "${url}": dial tcp: ${answer}` : `bad status from ${url}: ${answer.status}`;
  say(service, false, 'FailedDiscoveryCheck', `failing or missing response from ${url}: ${why}`, io);
}

function textAnswer(text: string): HttpResponse {
  return { status: 503, headers: { 'content-type': 'text/plain' }, body: text };
}

function finish(state: ApiServerState, entry: Entry, reason: string, { status, body }: HttpResponse, io: IO): void {
  const outcome = { code: status, decision: 'allow', reason };
  audit(state, entry.message, 'ResponseComplete', senderOf(entry), entry.wanted.verb, io.now, outcome);
  respondPath(state, io, entry.message, status, body ?? null);
}

/** Asks every such server for what it serves. */
function check(state: ApiServerState, io: IO): void {
  const services = remotes(state);
  state.checksApis = services.length > 0;
  if (!state.checksApis) return;
  io.after(CHECK_MS, 'api/check', null, ROUTINE);
  for (const service of services) {
    const request = { method: 'GET' as const, path: pathOfService(service) };
    if (send(state, service, request, { check: service.metadata.name }, CHECK_TIMEOUT_MS, io)) continue;
    const { name, namespace } = service.spec?.service ?? {};
    say(service, false, 'ServiceNotFound', `service/${name} in "${namespace}" is not present`, io);
  }
}

/** Writes the condition Available, when it is another one, as a client of the API server itself. */
function say(service: APIService, isTrue: boolean, reason: string, message: string, io: IO): void {
  const { conditions = [] } = service.status ?? {};
  const status = isTrue ? 'True' : 'False';
  const known = conditions.find(({ type }) => type === 'Available');
  if (known?.status === status && known.reason === reason && known.message === message) return;
  const isMoved = known?.status !== status;
  const lastTransitionTime = isMoved ? rfc3339(io.now) : known.lastTransitionTime;
  const condition = { type: 'Available', status, reason, message, lastTransitionTime };
  const body = { ...service, status: { conditions: [condition] } } as unknown as Value;
  const path = `/apis/apiregistration.k8s.io/v1/apiservices/${service.metadata.name}/status`;
  io.send(
    io.self as Address<HttpServerProtocol>,
    'request',
    { method: 'PUT', path, body, certificate: LOOPBACK },
    ROUTINE,
  );
}

function groupOf(_state: ApiServerState, { spec }: APIService): JsonObject {
  const version = { groupVersion: `${spec?.group}/${spec?.version}`, version: spec?.version };
  return { name: spec?.group, versions: [version], preferredVersion: version };
}

/** In the form of aggregated discovery; Stale while the server has never answered or does not now. */
function groupDiscovery(state: ApiServerState, service: APIService): JsonObject {
  const { group, version } = service.spec ?? {};
  const found = (state.discovered.get(service.metadata.name)?.resources ?? []) as readonly JsonObject[];
  const resources = found.map(({ name, singularName, namespaced, kind, verbs }) => ({
    resource: name,
    responseKind: { group, version, kind },
    scope: namespaced ? 'Namespaced' : 'Cluster',
    singularResource: singularName,
    verbs,
  }));
  const freshness = isAvailable(service) ? 'Current' : 'Stale';
  return { metadata: { name: group }, versions: [{ version, freshness, resources }] };
}
