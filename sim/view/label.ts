import type { AnyMessage } from '../kernel/message.ts';
import { isEtcd } from './names.ts';
import type { FlightKind } from './scene.ts';
import { subjectOf } from './subject.ts';

/** What kind of message a picture shows. */
export function flightKind(message: AnyMessage): FlightKind {
  const { kind, from, to } = message;
  if (kind === 'request' || kind === 'cancel' || kind === 'ping') return 'request';
  if (kind === 'event' || kind === 'closed') return 'watch';
  if (kind === 'response' || kind === 'pong') return 'response';
  if (kind === 'packet') return 'packet';
  return isEtcd(from) || isEtcd(to) ? 'store' : 'local';
}

/** What a message says, in at most two short lines: `PATCH web-x7p/status`, `ContainerCreating`. */
export function labelOf(message: AnyMessage): readonly string[] {
  const subject = subjectOf(message);
  if (subject === undefined) return [];
  const { verb, kind, name, subresource, object } = subject;
  if (kind === 'event') return [`${verb} Event`, detailOf(object, '', kind)];
  const path = `${name || `${kind}s`}${subresource === '' ? '' : `/${subresource}`}`;
  if (subject.type === 'call') return [`${verb}${kind === 'image' ? ` ${name}` : ''}`];
  if (subject.type === 'stored') return [verb];
  if (kind === '') return [verb];
  const second = detailOf(object, subresource, kind);
  return second === '' ? [`${verb} ${path}`] : [`${verb} ${path}`, second];
}

type Json = { readonly [field: string]: unknown };

function detailOf(object: unknown, subresource: string, kind: string): string {
  const body = (object ?? {}) as Json;
  if (subresource === 'binding') return `nodeName: ${((body['target'] ?? {}) as Json)['name'] ?? ''}`;
  if (kind === 'event') return String(body['reason'] ?? '');
  const status = (body['status'] ?? {}) as Json;
  if (subresource === 'status') return waitingReason(status) || String(status['phase'] ?? '');
  const { nodeName } = (body['spec'] ?? {}) as Json;
  return kind === 'pod' && typeof nodeName === 'string' && nodeName !== '' ? `nodeName: ${nodeName}` : '';
}

function waitingReason(status: Json): string {
  const containers = status['containerStatuses'];
  if (!Array.isArray(containers)) return '';
  for (const container of containers as readonly Json[]) {
    const { waiting } = (container['state'] ?? {}) as { readonly waiting?: { readonly reason?: string } };
    if (waiting?.reason !== undefined) return waiting.reason;
  }
  return '';
}
