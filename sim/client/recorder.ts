import type { Event } from '../api/kinds/event.ts';
import { type KubeObject, microTime, type ObjectReference, rfc3339, UNIX_EPOCH_SECONDS } from '../api/meta.ts';
import type { IO } from '../kernel/component.ts';
import type { MessageId } from '../kernel/message.ts';
import { part } from '../kernel/state.ts';
import { type Answer, type ClientState, call } from './calls.ts';

/** What a component wants said about an object. */
export interface EventText {
  readonly type: 'Normal' | 'Warning';
  readonly reason: string;
  readonly message: string;
  /** `spec.containers{web}` for events about one container. */
  readonly fieldPath?: string;
  /** `Binding`, for the scheduler. */
  readonly action?: string;
}

/**
 * Writes Events and counts repeats: the same text about the same object patches the first Event. Follows client-go
 * `tools/record`. Leaves out: combining similar events with different texts, and the token bucket of 25 per object.
 */
export interface Recorder {
  component: string;
  host: string;
  /** Events written, by object, reason and text. */
  known: Map<string, Known>;
  count: number;
  /** The `authorization` header of its requests, where Events are written as somebody else than the process. */
  authorization: string;
}

/** An Event that was written. */
interface Known {
  readonly name: string;
  readonly namespace: string;
  readonly count: number;
  /** While the first write is not answered repeats are only counted; the next one tells. */
  readonly isNew: boolean;
}

const MAX_KNOWN = 4096;

/** A recorder for a component; `host` is the node for kubelet and kube-proxy, '' otherwise. */
export function createRecorder(component: string, host = ''): Recorder {
  return part<Recorder>({ component, host, known: new Map(), count: 0, authorization: '' });
}

/** Writes an Event about an object, or counts one that repeats. */
export function recordEvent(
  recorder: Recorder,
  client: ClientState,
  io: IO,
  object: KubeObject,
  text: EventText,
  causes?: readonly MessageId[],
): void {
  const reference = referenceTo(object, text.fieldPath);
  const agent = headersOf(recorder, client);
  const key = `${reference.uid} ${text.fieldPath ?? ''} ${text.reason} ${text.message}`;
  const known = recorder.known.get(key);
  recorder.known.delete(key);
  const mark = causes ? { causes } : {};
  const now = rfc3339(io.now);
  if (known !== undefined) {
    const next = { ...known, count: known.count + 1 };
    recorder.known.set(key, next);
    if (known.isNew) return;
    const request = {
      method: 'PATCH' as const,
      path: `/api/v1/namespaces/${known.namespace}/events/${known.name}`,
      headers: { ...agent, 'content-type': 'application/strategic-merge-patch+json' },
      body: { count: next.count, lastTimestamp: now },
    };
    call(client, io, request, 'recorder/patched', { key }, mark);
    return;
  }
  const namespace = object.metadata.namespace || 'default';
  const name = `${object.metadata.name}.${nanoseconds(io.now, ++recorder.count)}`;
  recorder.known.set(key, { name, namespace, count: 1, isNew: true });
  if (recorder.known.size > MAX_KNOWN) recorder.known.delete(recorder.known.keys().next().value ?? '');
  const body = eventObject(recorder, name, namespace, reference, text, io.now);
  call(
    client,
    io,
    { method: 'POST', path: `/api/v1/namespaces/${namespace}/events`, headers: agent, body },
    'recorder/written',
    { key },
    mark,
  );
}

/** Handles answers to the recorder's own calls: true when the answer was one. A vanished Event is written anew next time. */
export function receiveRecorder(recorder: Recorder, answer: Answer): boolean {
  if (answer.then !== 'recorder/written' && answer.then !== 'recorder/patched') return false;
  const { key } = answer.data as { key: string };
  const known = recorder.known.get(key);
  if (answer.response.status < 200 || answer.response.status > 299) recorder.known.delete(key);
  else if (known?.isNew) recorder.known.set(key, { ...known, isNew: false });
  return true;
}

function headersOf({ component, authorization }: Recorder, client: ClientState): Readonly<Record<string, string>> {
  const agent = { 'user-agent': `${client.userAgent}/${component}` };
  return authorization === '' ? agent : { ...agent, authorization };
}

function eventObject(
  recorder: Recorder,
  name: string,
  namespace: string,
  involvedObject: ObjectReference,
  text: EventText,
  now: number,
): Event {
  const { component, host } = recorder;
  const time = rfc3339(now);
  const event: Event = {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name, namespace },
    involvedObject,
    reason: text.reason,
    message: text.message,
    source: host === '' ? { component } : { component, host },
    firstTimestamp: time,
    lastTimestamp: time,
    count: 1,
    type: text.type,
    reportingComponent: component,
    reportingInstance: host,
  };
  return text.action === undefined ? event : { ...event, action: text.action, eventTime: microTime(now) };
}

function referenceTo(object: KubeObject, fieldPath: string | undefined): ObjectReference {
  const { name, namespace, uid, resourceVersion } = object.metadata;
  const reference = { apiVersion: object.apiVersion, kind: object.kind, name, namespace, uid, resourceVersion };
  return fieldPath === undefined ? reference : { ...reference, fieldPath };
}

/** Upstream names an Event after its object and the time in hexadecimal nanoseconds; the count keeps names apart. */
function nanoseconds(now: number, count: number): string {
  const nanos = (BigInt(UNIX_EPOCH_SECONDS) * 1000n + BigInt(now)) * 1_000_000n + BigInt(count);
  return nanos.toString(16);
}
