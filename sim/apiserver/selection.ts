import { fieldLabelError } from '../api/index.ts';
import type { KubeObject } from '../api/meta.ts';
import type { Resource } from '../api/resource.ts';
import { matchesFields, matchesSelector, parseFieldSelector, parseSelector } from '../api/selector.ts';
import { type Read, unreadable } from './call.ts';
import type { Route } from './routes.ts';
import type { Selection } from './state.ts';

/** Reads what a list or watch selects, or says what is wrong with it. */
export function parseSelection(
  resource: Resource,
  route: Route,
  query: Readonly<Record<string, string>>,
): Read<Selection> {
  const labels = parseSelector(query.labelSelector ?? '');
  if (!labels.ok) return unreadable(labels.error);
  const fields = parseFieldSelector(query.fieldSelector ?? '');
  if (!fields.ok) return unreadable(fields.error);
  for (const { field } of fields.value) {
    const error = fieldLabelError(resource, field);
    if (error !== undefined) return unreadable(error);
  }
  return { ok: true, value: { namespace: route.namespace, labels: labels.value, fields: fields.value } };
}

/** Whether a selection holds an object. */
export function matches(resource: Resource, selection: Selection, object: KubeObject): boolean {
  const { namespace, labels, fields } = selection;
  if (namespace !== '' && object.metadata.namespace !== namespace) return false;
  if (labels.length > 0 && !matchesSelector(labels, object.metadata.labels)) return false;
  return fields.length === 0 || matchesFields(fields, resource.fields(object));
}

/** Whether it holds everything of its kind. */
export function isEverything(selection: Selection): boolean {
  return selection.labels.length === 0 && selection.fields.length === 0;
}
