import { apiVersionOf, pathOf } from '../api/index.ts';
import type { JsonObject, KubeList, KubeObject } from '../api/meta.ts';
import type { HttpRequest, HttpResponse } from '../protocol/http.ts';
import { type Failure, failureOf, type Item, type Target, type Visit } from './command.ts';
import { quoted } from './json.ts';
import { resourceOf } from './resources.ts';

/** How far a visit has come. */
export interface VisitState {
  readonly visit: Visit;
  /** How many targets have been asked for. */
  readonly asked: number;
  readonly items: readonly Item[];
  /** How many items have been handled. */
  readonly handled: number;
  /** The next page of a long list; '' for none. */
  readonly page: string;
}

/** The Accept header of a command that prints the server's columns. */
export const TABLE_ACCEPT =
  'application/json;as=Table;v=v1;g=meta.k8s.io,application/json;as=Table;v=v1beta1;g=meta.k8s.io,application/json';

/** A visit before its first request. */
export function beginVisit(visit: Visit): VisitState {
  return { visit, asked: 0, items: [], handled: 0, page: '' };
}

/** What a visit does next: hand over an item, send a request, take a target as it stands, or end. */
export type Move =
  | { readonly type: 'item'; readonly item: Item }
  | { readonly type: 'request'; readonly request: HttpRequest }
  | { readonly type: 'take'; readonly item: Item }
  | { readonly type: 'end' };

/** What comes next: items wait for the whole list when the visit collects. `isHandling`: the command handles items. */
export function nextMove(state: VisitState, isHandling: boolean): Move {
  const { visit, asked, items, handled, page } = state;
  const hasTargets = asked < visit.targets.length || page !== '';
  const item = items[handled];
  if (isHandling && item !== undefined && !(visit.collect && hasTargets)) return { type: 'item', item };
  const target = page === '' ? visit.targets[asked] : visit.targets[asked - 1];
  if (target === undefined) return { type: 'end' };
  if (visit.fetch === 'none' && target.name !== undefined) return { type: 'take', item: asItem(target) };
  return { type: 'request', request: requestFor(target, visit, page) };
}

function requestFor(target: Target, { fetch, subresource }: Visit, page: string): HttpRequest {
  const path = pathOf(resourceOf(target.plural), target.namespace, target.name, subresource);
  const query = page === '' ? target.query : { ...target.query, continue: page };
  const headers = { accept: fetch === 'table' ? TABLE_ACCEPT : 'application/json' };
  return { method: 'GET', path, headers, ...(query === undefined ? {} : { query }) };
}

function asItem(target: Target): Item {
  const { namespace, name = '' } = target;
  const resource = resourceOf(target.plural);
  const bare = { apiVersion: apiVersionOf(resource), kind: resource.kind, metadata: { name, namespace } };
  return { target, namespace, name, object: (target.manifest as KubeObject | undefined) ?? bare };
}

/** The items in an answer, or why there are none. Absent objects that may be absent give no items. */
export function readAnswer(
  state: VisitState,
  response: HttpResponse,
): { readonly items: readonly Item[]; readonly page: string; readonly failure?: Failure } {
  const { visit, asked } = state;
  const target = visit.targets[asked - 1] as Target;
  const failure = failureOf(response);
  if (failure !== undefined) {
    const isAbsent = failure.type === 'status' && response.status === 404;
    if (isAbsent && visit.ignoreNotFound) return { items: [], page: '' };
    return { items: [], page: '', failure: target.name === undefined ? enhance(failure, target) : failure };
  }
  const body = response.body as JsonObject;
  if (visit.fetch === 'table' || visit.fetch === 'whole' || target.name !== undefined) {
    const object = body as unknown as KubeObject;
    return { items: [{ target, namespace: target.namespace, name: target.name ?? '', object }], page: '' };
  }
  const list = body as unknown as KubeList;
  const resource = resourceOf(target.plural);
  const head = { apiVersion: apiVersionOf(resource), kind: resource.kind };
  const items = list.items.map((object) => {
    const { name, namespace = '' } = object.metadata;
    return { target, namespace, name, object: { ...head, ...object } };
  });
  return { items, page: list.metadata.continue ?? '' };
}

/** A refused list says what was asked for (cli-runtime selector.go). */
function enhance(failure: Failure, target: Target): Failure {
  if (failure.type !== 'status' || (failure.status.code !== 400 && failure.status.code !== 404)) return failure;
  const resource = resourceOf(target.plural);
  const what = quoted(`${apiVersionOf(resource)}, Resource=${resource.plural}`.replace(/^v1,/, '/v1,'));
  const { labelSelector = '', fieldSelector = '' } = target.query ?? {};
  const how =
    labelSelector === '' && fieldSelector === ''
      ? `Unable to list ${what}`
      : `Unable to find ${what} that match label selector ${quoted(labelSelector)}, field selector ${quoted(fieldSelector)}`;
  return { type: 'status', status: { ...failure.status, message: `${how}: ${failure.status.message ?? ''}` } };
}
