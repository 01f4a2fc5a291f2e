import type { Event } from '../../api/kinds/event.ts';
import type { JsonObject, KubeObject } from '../../api/meta.ts';
import type { Describer } from '../../client/describing.ts';
import type { HttpRequest } from '../../protocol/http.ts';

/** A describer in the list of all kinds. */
export function defineDescriber<O extends KubeObject>(describer: Describer<O>): Describer {
  return describer as unknown as Describer;
}

/** A list by selector, as upstream asks for it in chunks of 500. */
export function listRequest(path: string, query: Readonly<Record<string, string>>): HttpRequest {
  return { method: 'GET', path, query: { ...query, limit: '500' } };
}

/** The events of an object (client-go events `Search`); `uid` and `withKind` differ from kind to kind upstream. */
export function eventsRequest(object: KubeObject, withKind = true, uid = object.metadata.uid ?? ''): HttpRequest {
  const { name, namespace = '' } = object.metadata;
  const fields = [
    ...(withKind ? [`involvedObject.kind=${object.kind}`] : []),
    `involvedObject.name=${name}`,
    `involvedObject.namespace=${namespace}`,
    `involvedObject.uid=${uid}`,
  ];
  const path = namespace === '' ? '/api/v1/events' : `/api/v1/namespaces/${namespace}/events`;
  return listRequest(path, { fieldSelector: fields.join(',') });
}

/** The items of a list that was read. */
export function itemsOf<T = KubeObject>(answer: JsonObject | null | undefined): readonly T[] {
  return (answer?.items ?? []) as unknown as readonly T[];
}

/** The events of an object, when they were read. */
export function eventsOf(answer: JsonObject | null | undefined): readonly Event[] {
  return itemsOf<Event>(answer);
}
