import type { KubeObject, ListMeta } from '../api/meta.ts';
import { badRequest, notFound, timeout } from '../api/status.ts';
import { buildTable } from '../api/table.ts';
import type { IO } from '../kernel/component.ts';
import type { RangeResponse } from '../protocol/etcd.ts';
import { ask } from './backend.ts';
import type { Call } from './call.ts';
import { continueExpired, decodeContinue, encodeContinue } from './continuetoken.ts';
import { notModelled } from './refusal.ts';
import { fail, respond, respondList, respondObject } from './respond.ts';
import { resourceOf } from './routes.ts';
import { SCALE_COLUMNS, viewScale } from './scale.ts';
import { isEverything, matches, parseSelection } from './selection.ts';
import type { ApiServerState, ListQuery } from './state.ts';
import { decodeStored, directoryOf, rangeOf, storageKey } from './storage.ts';
import { sortedObjects } from './watchcache.ts';

/** GET of one object: from etcd, or with resourceVersion=0 as the cache knows it. Follows handlers/get.go. */
export function startGet(state: ApiServerState, call: Call, io: IO): void {
  const resource = resourceOf(call.route);
  const key = storageKey(resource, call.route.namespace, call.route.name);
  if (call.request.query?.resourceVersion !== '0') {
    ask(state, io, call, { kind: 'range', body: { key } }, { stage: 'read' });
    return;
  }
  answerGet(state, call, state.caches.get(call.route.resource)?.objects.get(key), io);
}

/** etcd has answered a GET. */
export function afterRead(state: ApiServerState, call: Call, answer: RangeResponse, io: IO): void {
  const found = answer.keyValues[0];
  answerGet(state, call, found === undefined ? undefined : decodeStored(found), io);
}

function answerGet(state: ApiServerState, call: Call, object: KubeObject | undefined, io: IO): void {
  const resource = resourceOf(call.route);
  if (object === undefined) {
    fail(state, io, call, notFound(resource, call.route.name));
    return;
  }
  if (call.route.subresource === 'scale') {
    const scale = viewScale(object);
    const { table, includeObject } = call.options;
    const metadata = { resourceVersion: scale.metadata.resourceVersion ?? '' };
    const shown = () => buildTable(SCALE_COLUMNS, [scale], { nowMs: io.now, metadata, includeObject });
    respond(state, io, call, 200, table ? shown() : scale);
    return;
  }
  respondObject(state, io, call, 200, object);
}

/**
 * GET of a collection. Without resourceVersion it shows what etcd has at one revision, in pages if a limit is given;
 * with resourceVersion=0, or an older one than the cache's, what the cache has.
 */
export function startList(state: ApiServerState, call: Call, io: IO): void {
  const { query = {} } = call.request;
  const resource = resourceOf(call.route);
  const read = parseSelection(resource, call.route, query);
  if (!read.ok) {
    fail(state, io, call, read.status);
    return;
  }
  const selection = read.value;
  if (query.resourceVersionMatch === 'Exact') {
    fail(state, io, call, notModelled('resourceVersionMatch=Exact', 'leave it out'));
    return;
  }
  const { resourceVersion = '', limit = '0', continue: token = '' } = query;
  if (!/^\d*$/.test(resourceVersion)) {
    fail(state, io, call, badRequest(`invalid resource version ${JSON.stringify(resourceVersion)}`));
    return;
  }
  const cache = state.caches.get(call.route.resource);
  if (cache !== undefined && token === '' && resourceVersion !== '' && Number(resourceVersion) <= cache.revision) {
    const objects = sortedObjects(cache, (object) => matches(resource, selection, object));
    respondList(state, io, call, objects, { resourceVersion: String(cache.revision) });
    return;
  }
  const position = decodeContinue(token);
  if (position === undefined) {
    fail(state, io, call, badRequest('continue key is not valid: encoding is not valid'));
    return;
  }
  const listQuery: ListQuery = { selection, limit: Number(limit) || 0, ...position };
  const { rangeEnd } = rangeOf(resource, selection.namespace);
  const key =
    position.start === '' ? rangeOf(resource, selection.namespace).key : directoryOf(resource) + position.start;
  const count = listQuery.limit > 0 && isEverything(selection) ? { limit: listQuery.limit } : {};
  const body = { key, rangeEnd, revision: position.revision, ...count };
  ask(state, io, call, { kind: 'range', body }, { stage: 'listed', query: listQuery });
}

/** etcd has answered a list. */
export function afterListed(state: ApiServerState, call: Call, query: ListQuery, answer: RangeResponse, io: IO): void {
  const resource = resourceOf(call.route);
  const revision = query.revision > 0 ? query.revision : answer.revision;
  if (answer.error !== undefined) {
    fail(state, io, call, continueExpired(answer.revision, query.start));
    return;
  }
  const wanted = Number(call.request.query?.resourceVersion ?? 0);
  if (wanted > answer.revision) {
    fail(state, io, call, timeout(`Too large resource version: ${wanted}, current: ${answer.revision}`));
    return;
  }
  const { selection, limit } = query;
  const all = isEverything(selection);
  const selected = all
    ? answer.keyValues
    : answer.keyValues.filter((found) => matches(resource, selection, decodeStored(found)));
  const page = limit > 0 ? selected.slice(0, limit) : selected;
  const last = page[page.length - 1];
  const remaining = all ? answer.count - page.length : selected.length - page.length;
  const metadata: ListMeta = { resourceVersion: String(revision) };
  if (remaining <= 0 || last === undefined) {
    respondList(state, io, call, page.map(decodeStored), metadata);
    return;
  }
  const start = `${last.key.slice(directoryOf(resource).length)}\u0000`;
  const more = {
    ...metadata,
    continue: encodeContinue(revision, start),
    ...(all ? { remainingItemCount: remaining } : {}),
  };
  respondList(state, io, call, page.map(decodeStored), more);
}
