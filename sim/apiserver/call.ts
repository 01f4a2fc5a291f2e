import type { KubeObject } from '../api/meta.ts';
import { badRequest, type Status } from '../api/status.ts';
import type { IncludeObject } from '../api/table.ts';
import type { Address, Message, MessageId, Millis } from '../kernel/message.ts';
import type { Value } from '../kernel/value.ts';
import type { HttpClientProtocol, HttpRequest, HttpServerProtocol } from '../protocol/http.ts';
import type { Identity } from './guard/authentication.ts';
import type { Place } from './guard/fairness.ts';
import type { Attributes } from './guard/requestinfo.ts';
import type { Route } from './routes.ts';

/** A request that has said who it is: what the stages before authorization know of it. */
export interface Entry {
  readonly message: RequestMessage;
  readonly receivedAt: Millis;
  /** As whom it is carried out. */
  readonly user: Identity;
  /** Who sent it, where that is somebody else. */
  readonly sender: Identity | undefined;
  readonly wanted: Attributes;
  readonly place: Place;
}

/** A request on its way through the stages: plain data, kept until its answer is sent. */
export interface Call {
  readonly id: MessageId;
  readonly from: Address<HttpClientProtocol>;
  readonly routine: boolean;
  readonly receivedAt: Millis;
  readonly request: HttpRequest;
  readonly route: Route;
  readonly user: Identity;
  readonly entry: Entry;
  /** Why it was allowed. */
  readonly reason: string;
  readonly options: Options;
  /** Set for the single deletions that a deletecollection is made of: the request they belong to. */
  readonly collection: MessageId;
  /** Refused with this answer if the object is not as it was. */
  readonly unlessChanged?: { readonly since: KubeObject; readonly answer: Status };
}

/** Query parameters and headers that change how a request is carried out. */
export interface Options {
  readonly dryRun: boolean;
  readonly fieldValidation: 'Strict' | 'Warn' | 'Ignore';
  readonly table: boolean;
  readonly includeObject: IncludeObject;
}

/** What was read from a request, or the failure that answers it. */
export type Read<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly status: Status };

/** A request that cannot be read: 400 with this message. */
export function unreadable(message: string): { readonly ok: false; readonly status: Status } {
  return { ok: false, status: badRequest(message) };
}

/** Reads the options, or says what is wrong with them. */
export function parseOptions(request: HttpRequest): Read<Options> {
  const { query = {}, headers = {} } = request;
  const { dryRun = '', fieldValidation = 'Warn', includeObject = 'Metadata' } = query;
  if (dryRun !== '' && dryRun !== 'All') {
    return unreadable(`invalid dryRun: Unsupported value: ${JSON.stringify(dryRun)}: supported values: "All"`);
  }
  if (fieldValidation !== 'Strict' && fieldValidation !== 'Warn' && fieldValidation !== 'Ignore') {
    const supported = '"", "Ignore", "Warn", "Strict"';
    return unreadable(
      `fieldValidation: Unsupported value: ${JSON.stringify(fieldValidation)}: supported values: ${supported}`,
    );
  }
  if (includeObject !== 'Metadata' && includeObject !== 'Object' && includeObject !== 'None') {
    return unreadable(`unrecognized includeObject value: ${JSON.stringify(includeObject)}`);
  }
  const table = wantsTable(headers.accept ?? '');
  return { ok: true, value: { dryRun: dryRun === 'All', fieldValidation, table, includeObject } };
}

/** The first media type that the client accepts decides. */
function wantsTable(accept: string): boolean {
  const first = accept.split(',')[0] ?? '';
  return first.includes('as=Table');
}

/** The media type of a body, without parameters. */
export function contentType(call: Call): string {
  const header = call.request.headers?.['content-type'] ?? '';
  return header.split(';')[0]?.trim() ?? '';
}

/** The name a new object asks for: its name, or what its name is generated from. */
export function nameInBody(body: Value): string {
  const { metadata } = (body ?? {}) as { metadata?: { name?: unknown; generateName?: unknown } | null };
  return String(metadata?.name || metadata?.generateName || '');
}

/** A request message as the server receives it. */
export type RequestMessage = Extract<Message<HttpServerProtocol>, { readonly kind: 'request' }>;
