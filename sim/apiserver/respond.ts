import { apiVersionOf } from '../api/index.ts';
import type { KubeObject, ListMeta } from '../api/meta.ts';
import type { Status } from '../api/status.ts';
import { buildTable } from '../api/table.ts';
import type { IO } from '../kernel/component.ts';
import type { MessageId, Millis } from '../kernel/message.ts';
import type { Value } from '../kernel/value.ts';
import type { HttpResponse } from '../protocol/http.ts';
import type { Call, RequestMessage } from './call.ts';
import { audit, senderOf } from './guard/audit.ts';
import type { ApiServerState } from './state.ts';
import { asSpoken, spokenOf } from './versions.ts';

const JSON_TYPE = 'application/json';
const RECENT_REQUESTS = 8;

/** Answers a call and forgets it. `warnings` go into the `warning` header, one a line, as `299 - "text"`. */
export function respond(
  state: ApiServerState,
  io: IO,
  call: Call,
  status: number,
  body: Value,
  warnings: readonly string[] = [],
): void {
  if (call.collection !== '') {
    collect(state, io, call, status, body);
    return;
  }
  const { addons } = state.config;
  const told = addons.length === 0 ? warnings : warnings.filter((text) => !addons.some((name) => isMended(text, name)));
  send(state, io, call, { status, headers: headersOf(JSON_TYPE, [...deprecationOf(call), ...told]), body });
}

/** What every answer about a kind says that is deprecated. Upstream endpoints/installer.go `AddWarningsHandler`. */
function deprecationOf({ route }: Call): readonly string[] {
  const { deprecation } = spokenOf(route);
  return deprecation === undefined ? [] : [deprecation];
}

/** A warning that names an addon holds only where the addon is not. */
function isMended(warning: string, addon: string): boolean {
  return warning.includes(`addon ${addon}`);
}

/** Answers with a failure. */
export function fail(state: ApiServerState, io: IO, call: Call, status: Status): void {
  respond(state, io, call, status.code ?? 500, status);
}

/** Answers with an object, as a one-row Table when the client asked for one. */
export function respondObject(
  state: ApiServerState,
  io: IO,
  call: Call,
  status: number,
  object: KubeObject,
  warnings: readonly string[] = [],
): void {
  const { table, includeObject } = call.options;
  const spoken = spokenOf(call.route);
  if (!table || call.collection !== '') {
    respond(state, io, call, status, asSpoken(spoken, object), warnings);
    return;
  }
  const { resourceVersion } = object.metadata;
  const metadata = resourceVersion === undefined ? {} : { resourceVersion };
  const options = { nowMs: io.now, metadata, includeObject };
  respond(state, io, call, status, buildTable(spoken, [object], options), warnings);
}

/** Answers with a list, as a Table when the client asked for one. */
export function respondList(
  state: ApiServerState,
  io: IO,
  call: Call,
  objects: readonly KubeObject[],
  metadata: ListMeta,
): void {
  const resource = spokenOf(call.route);
  const { table, includeObject } = call.options;
  if (table) {
    respond(state, io, call, 200, buildTable(resource, objects, { nowMs: io.now, metadata, includeObject }));
    return;
  }
  respond(state, io, call, 200, {
    apiVersion: apiVersionOf(resource),
    kind: `${resource.kind}List`,
    metadata,
    items: resource.conversion === undefined ? objects : objects.map((object) => asSpoken(resource, object)),
  });
}

/** Answers with plain text (a container's log). */
export function respondText(state: ApiServerState, io: IO, call: Call, text: string): void {
  send(state, io, call, { status: 200, headers: headersOf('text/plain', []), body: text });
}

/** Says that a watch is open; its frames follow. */
export function respondStream(state: ApiServerState, io: IO, call: Call): void {
  send(state, io, call, { status: 200, headers: headersOf(JSON_TYPE, deprecationOf(call)), streaming: true });
}

/** Answers a request that never became a call: discovery, health, and what no route answers. */
export function respondPath(state: ApiServerState, io: IO, message: RequestMessage, status: number, body: Value): void {
  const { path, headers } = message.body;
  const type = typeof body === 'string' ? 'text/plain' : JSON_TYPE;
  const headersOut = status === 429 ? { ...headersOf(type, []), 'retry-after': '1' } : headersOf(type, []);
  const response: HttpResponse = { status, headers: headersOut, body };
  io.reply(message, 'response', response, { routine: message.routine });
  count(state, { verb: 'get', path, userAgent: headers?.['user-agent'] ?? '', status, ms: 0 });
}

function send(state: ApiServerState, io: IO, call: Call, response: HttpResponse): void {
  io.reply(call, 'response', response, { routine: call.routine });
  leaveSeat(state, call, io, response);
  const { path, headers } = call.request;
  const ms: Millis = io.now - call.receivedAt;
  const userAgent = headers?.['user-agent'] ?? '';
  count(state, { verb: call.route.verb, path, userAgent, status: response.status, ms });
}

/** The seat is free for the next; a watch keeps none while it runs. The audit log gets the outcome. */
function leaveSeat(
  state: ApiServerState,
  { entry, reason }: Call,
  io: IO,
  { status: code, streaming }: HttpResponse,
): void {
  const { message, wanted, place } = entry;
  state.seats.set(place.level, (state.seats.get(place.level) ?? 1) - 1);
  if (state.waiting.length > 0) state.left.push(place.level);
  const stage = streaming ? 'ResponseStarted' : 'ResponseComplete';
  audit(state, message, stage, senderOf(entry), wanted.verb, io.now, { code, decision: 'allow', reason });
}

function count(state: ApiServerState, handled: ApiServerState['recent'][number]): void {
  state.counts.set(handled.verb, (state.counts.get(handled.verb) ?? 0) + 1);
  state.recent.push(handled);
  if (state.recent.length > RECENT_REQUESTS) state.recent.shift();
}

function headersOf(type: string, warnings: readonly string[]): Readonly<Record<string, string>> {
  if (warnings.length === 0) return type === JSON_TYPE ? JSON_HEADERS : { 'content-type': type };
  const lines = warnings.map((warning) => `299 - ${JSON.stringify(warning)}`);
  return { 'content-type': type, warning: lines.join('\n') };
}

const JSON_HEADERS: Readonly<Record<string, string>> = { 'content-type': JSON_TYPE };

/** One deletion of a deletecollection is done; the last one answers the request. A name already gone is fine. */
function collect(state: ApiServerState, io: IO, call: Call, status: number, body: Value): void {
  const id: MessageId = call.collection;
  const collection = state.collections.get(id);
  if (collection === undefined) return;
  if (status >= 400 && status !== 404) {
    state.collections.delete(id);
    respond(state, io, collection.call, status, body);
    return;
  }
  const remaining = collection.remaining - 1;
  if (remaining > 0) {
    state.collections.set(id, { ...collection, remaining });
    return;
  }
  state.collections.delete(id);
  respondList(state, io, collection.call, collection.items, { resourceVersion: String(collection.revision) });
}
