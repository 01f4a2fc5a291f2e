import { column, nameColumn, since, wideColumn } from '../cells.ts';
import type { MicroTime, ObjectMeta, ObjectReference, Time } from '../meta.ts';
import { defineResource } from '../resource.ts';
import { schemas } from '../schemas/clusterschemas.ts';
import { schemaOf } from '../schemas/schema.ts';
import { type Errors, invalidValue, subdomainName, validateMeta } from '../validate.ts';

/** A core/v1 Event. */
export type Event = {
  readonly apiVersion: 'v1';
  readonly kind: 'Event';
  readonly metadata: ObjectMeta;
  readonly involvedObject: ObjectReference;
  readonly reason?: string;
  readonly message?: string;
  readonly source?: EventSource;
  readonly firstTimestamp?: Time | null;
  readonly lastTimestamp?: Time | null;
  readonly count?: number;
  readonly type?: 'Normal' | 'Warning';
  readonly eventTime?: MicroTime | null;
  readonly series?: { readonly count?: number; readonly lastObservedTime?: MicroTime };
  readonly action?: string;
  readonly related?: ObjectReference;
  readonly reportingComponent?: string;
  readonly reportingInstance?: string;
};

export type EventSource = { readonly component?: string; readonly host?: string };

/** Upstream registry/core/event strategy. */
export const events = defineResource<Event>({
  group: '',
  version: 'v1',
  kind: 'Event',
  plural: 'events',
  shortNames: ['ev'],
  namespaced: true,
  schema: schemaOf(schemas, 'Event'),
  validate: validateEvent,
  fields: eventFields,
  columns: [
    column('Last Seen', lastSeen),
    column('Type', (event) => event.type ?? ''),
    column('Reason', (event) => event.reason ?? ''),
    column('Object', involved),
    wideColumn('Subobject', (event) => event.involvedObject.fieldPath ?? ''),
    wideColumn('Source', source),
    column('Message', (event) => (event.message ?? '').trim()),
    wideColumn('First Seen', firstSeen),
    wideColumn('Count', (event) => event.series?.count ?? (event.count || 1)),
    { ...nameColumn<Event>(), priority: 1 },
  ],
});

function lastSeen(event: Event, nowMs: number): string {
  if (event.series !== undefined) return since(event.series.lastObservedTime, nowMs);
  return event.lastTimestamp ? since(event.lastTimestamp, nowMs) : firstSeen(event, nowMs);
}

function firstSeen(event: Event, nowMs: number): string {
  return since(event.firstTimestamp || event.eventTime, nowMs);
}

function involved({ involvedObject: { kind = '', name = '' } }: Event): string {
  return name === '' ? kind.toLowerCase() : `${kind.toLowerCase()}/${name}`;
}

/** `kubelet, node-1`: the component, and where it runs. */
function source(event: Event): string {
  const component = event.source?.component || event.reportingComponent || '';
  const host = event.source?.host || event.reportingInstance || '';
  return host === '' ? component : `${component}, ${host}`;
}

function eventFields(event: Event): Record<string, string> {
  const { metadata, involvedObject: target, reason = '', type = '' } = event;
  return {
    'metadata.name': metadata.name,
    'metadata.namespace': metadata.namespace ?? '',
    'involvedObject.kind': target?.kind ?? '',
    'involvedObject.namespace': target?.namespace ?? '',
    'involvedObject.name': target?.name ?? '',
    'involvedObject.uid': target?.uid ?? '',
    'involvedObject.apiVersion': target?.apiVersion ?? '',
    'involvedObject.resourceVersion': target?.resourceVersion ?? '',
    'involvedObject.fieldPath': target?.fieldPath ?? '',
    reason,
    reportingComponent: event.reportingComponent ?? '',
    source: event.source?.component || event.reportingComponent || '',
    type,
  };
}

/** Upstream legacyValidateEvent: an event lives in the namespace of its object, that of a node in `default`. */
function validateEvent(event: Event): Errors {
  const errors = validateMeta(event.metadata, true, subdomainName);
  const about = event.involvedObject.namespace ?? '';
  const { namespace = '' } = event.metadata;
  const isRight = about === '' ? namespace === '' || namespace === 'default' : about === namespace;
  if (isRight) return errors;
  return [...errors, invalidValue('involvedObject.namespace', about, 'does not match event.namespace')];
}
