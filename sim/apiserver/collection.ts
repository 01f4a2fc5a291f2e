import type { IO } from '../kernel/component.ts';
import type { RangeResponse } from '../protocol/etcd.ts';
import { ask } from './backend.ts';
import type { Call } from './call.ts';
import { startModify } from './modify.ts';
import { fail, respondList } from './respond.ts';
import { resourceOf } from './routes.ts';
import { matches, parseSelection } from './selection.ts';
import type { ApiServerState, Selection } from './state.ts';
import { decodeStored, rangeOf } from './storage.ts';

/**
 * DELETE of a collection: a list, then one deletion for each object in it, side by side. Answered with the list.
 * Follows registry/generic/registry/store.go `DeleteCollection`.
 */
export function startCollection(state: ApiServerState, call: Call, io: IO): void {
  const resource = resourceOf(call.route);
  const read = parseSelection(resource, call.route, call.request.query ?? {});
  if (!read.ok) {
    fail(state, io, call, read.status);
    return;
  }
  const selection = read.value;
  const question = { kind: 'range' as const, body: rangeOf(resource, selection.namespace) };
  ask(state, io, call, question, { stage: 'collected', selection });
}

/** The list is there. */
export function afterCollected(
  state: ApiServerState,
  call: Call,
  selection: Selection,
  answer: RangeResponse,
  io: IO,
): void {
  const resource = resourceOf(call.route);
  const items = answer.keyValues.map(decodeStored).filter((object) => matches(resource, selection, object));
  const { revision } = answer;
  if (items.length === 0) {
    respondList(state, io, call, [], { resourceVersion: String(revision) });
    return;
  }
  state.collections.set(call.id, { call, remaining: items.length, items, revision });
  for (const { metadata } of items) {
    const { name, namespace = '' } = metadata;
    const route = { ...call.route, verb: 'delete' as const, name, namespace };
    startModify(state, { ...call, route, collection: call.id }, io);
  }
}
