import type { JsonObject, JsonValue, ListMeta } from './meta.ts';
import type { FieldError, FieldErrorType } from './resource.ts';

export type StatusCause = { readonly reason?: string; readonly message?: string; readonly field?: string };

export type StatusDetails = {
  readonly name?: string;
  readonly group?: string;
  readonly kind?: string;
  readonly uid?: string;
  readonly causes?: readonly StatusCause[];
  readonly retryAfterSeconds?: number;
};

/** The body of every failure (and of some successes), upstream `metav1.Status`. */
export type Status = {
  readonly kind: 'Status';
  readonly apiVersion: 'v1';
  readonly metadata: ListMeta;
  readonly status: 'Success' | 'Failure';
  readonly message?: string;
  readonly reason?: string;
  readonly details?: StatusDetails;
  readonly code?: number;
};

/** What a failure is about: `{ group: 'apps', plural: 'deployments', kind: 'Deployment' }`; a Resource fits. */
export interface About {
  readonly group: string;
  readonly plural: string;
  readonly kind: string;
}

/** Whether a reply body is a failure. */
export function isFailure(body: unknown): body is Status {
  const status = body as Partial<Status> | null | undefined;
  return typeof status === 'object' && status !== null && status.kind === 'Status' && status.status === 'Failure';
}

/** `deployments.apps`, or `pods` for the core group: how messages and reasons name a resource. */
export function qualified(resource: Pick<About, 'group' | 'plural'>): string {
  return resource.group === '' ? resource.plural : `${resource.plural}.${resource.group}`;
}

/** The body of a deletion or eviction that went through. */
export function success(details?: StatusDetails): Status {
  return { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', details };
}

/** 404 for one object. */
export function notFound(resource: About, name: string): Status {
  return failure(404, 'NotFound', `${qualified(resource)} ${quote(name)} not found`, about(resource, name));
}

/** 404 for a path that no resource answers. */
export function noSuchResource(): Status {
  return failure(404, 'NotFound', 'the server could not find the requested resource', {});
}

/** 409 for a create with a name that is taken. */
export function alreadyExists(resource: About, name: string): Status {
  const message = `${qualified(resource)} ${quote(name)} already exists`;
  return failure(409, 'AlreadyExists', message, about(resource, name));
}

/** The stale update: the writer had read an older resourceVersion. */
export function conflict(resource: About, name: string, why: string = MODIFIED): Status {
  const message = `Operation cannot be fulfilled on ${qualified(resource)} ${quote(name)}: ${why}`;
  return failure(409, 'Conflict', message, about(resource, name));
}

/** Upstream's reason of an optimistic-lock conflict. */
export const MODIFIED = 'the object has been modified; please apply your changes to the latest version and try again';

/** 422 with one cause a field, and the same texts joined in the message as upstream's aggregate does. */
export function invalid(resource: About, name: string, errors: readonly FieldError[]): Status {
  const kind = resource.group === '' ? resource.kind : `${resource.kind}.${resource.group}`;
  const texts = [...new Set(errors.map(renderFieldError))];
  const joined = texts.length === 1 ? texts[0] : `[${texts.join(', ')}]`;
  const causes = errors.map((error) => ({
    reason: REASONS[error.type].reason,
    message: errorBody(error),
    field: error.field,
  }));
  return failure(422, 'Invalid', `${kind} ${quote(name)} is invalid: ${joined}`, {
    ...about({ ...resource, plural: resource.kind }, name),
    causes,
  });
}

/** 422 for a JSON patch that does not apply: upstream keeps the reason to itself. */
export function patchRejected(): Status {
  return failure(422, 'Invalid', 'the server rejected our request due to an error in our request', {});
}

/** 400 with its whole text. */
export function badRequest(message: string): Status {
  return failure(400, 'BadRequest', message);
}

/** A body that decodes but does not fit the kind: `strict decoding error: …` or `json: cannot unmarshal …`. */
export function cannotBeHandled(kind: string, version: string, why: string): Status {
  return badRequest(`${kind} in version "${version}" cannot be handled as a ${kind}: ${why}`);
}

/** 401: nobody vouches for the caller. */
export function unauthorized(): Status {
  return failure(401, 'Unauthorized', 'Unauthorized');
}

/** Refused by authorization or admission. `why` is the whole text after `is forbidden: `. */
export function forbidden(resource: About, name: string, why: string): Status {
  const subject = name === '' ? qualified(resource) : `${qualified(resource)} ${quote(name)}`;
  return failure(403, 'Forbidden', `${subject} is forbidden: ${why}`, about(resource, name));
}

/** 405 for a verb that the path does not have. */
export function methodNotAllowed(): Status {
  return failure(405, 'MethodNotAllowed', 'the server does not allow this method on the requested resource', {});
}

/** 415 for a body in a format that is not `accepted`. */
export function unsupportedMediaType(accepted: readonly string[]): Status {
  const list = accepted.join(', ');
  const message = `the body of the request was in an unknown format - accepted media types include: ${list}`;
  return failure(415, 'UnsupportedMediaType', message);
}

/** 406 for an Accept header that names none of `accepted`. */
export function notAcceptable(accepted: readonly string[]): Status {
  const message = `only the following media types are accepted: ${accepted.join(', ')}`;
  return failure(406, 'NotAcceptable', message);
}

/** 410 for a watch or a continue token older than the kept history. */
export function expired(message: string): Status {
  return failure(410, 'Expired', message);
}

/** 410 text of a watch from a resourceVersion that the watch cache no longer holds. */
export function tooOldResourceVersion(wanted: number | string, oldest: number | string): Status {
  return expired(`too old resource version: ${wanted} (${oldest})`);
}

/** 429; the client waits `retryAfterSeconds` and tries again. */
export function tooManyRequests(message: string, retryAfterSeconds: number): Status {
  return failure(429, 'TooManyRequests', message, { retryAfterSeconds });
}

/** 413 for a body of more than `limitBytes`. */
export function requestEntityTooLarge(limitBytes: number): Status {
  return failure(413, 'RequestEntityTooLarge', `Request entity too large: limit is ${limitBytes}`);
}

/** 500 with its cause. */
export function internalError(why: string): Status {
  return failure(500, 'InternalError', `Internal error occurred: ${why}`, { causes: [{ message: why }] });
}

/** 500 for an operation that could not be finished now; the client may try again. */
export function serverTimeout(resource: About, operation: string, retryAfterSeconds: number): Status {
  const target = qualified(resource);
  const message = `The ${operation} operation against ${target} could not be completed at this time, please try again.`;
  return failure(500, 'ServerTimeout', message, { ...about(resource, operation), retryAfterSeconds });
}

/** 504 for a request whose time was up. */
export function timeout(message: string): Status {
  return failure(504, 'Timeout', `Timeout: ${message}`, {});
}

/** 503 for a server that cannot answer now. */
export function serviceUnavailable(message: string): Status {
  return failure(503, 'ServiceUnavailable', message);
}

const REASONS: Readonly<Record<FieldErrorType, { readonly reason: string; readonly text: string }>> = {
  Required: { reason: 'FieldValueRequired', text: 'Required value' },
  Invalid: { reason: 'FieldValueInvalid', text: 'Invalid value' },
  NotSupported: { reason: 'FieldValueNotSupported', text: 'Unsupported value' },
  Duplicate: { reason: 'FieldValueDuplicate', text: 'Duplicate value' },
  Forbidden: { reason: 'FieldValueForbidden', text: 'Forbidden' },
  TooLong: { reason: 'FieldValueTooLong', text: 'Too long' },
  TooMany: { reason: 'FieldValueTooMany', text: 'Too many' },
  NotFound: { reason: 'FieldValueNotFound', text: 'Not found' },
  Internal: { reason: 'InternalError', text: 'Internal error' },
  TypeInvalid: { reason: 'FieldValueTypeInvalid', text: 'Invalid value' },
};

const WITHOUT_VALUE: readonly FieldErrorType[] = ['Required', 'Forbidden', 'TooLong', 'Internal'];

/** `spec.containers[0].image: Required value`, as upstream `field.Error.Error()`. */
export function renderFieldError(error: FieldError): string {
  return `${error.field}: ${errorBody(error)}`;
}

function errorBody(error: FieldError): string {
  const { text } = REASONS[error.type];
  const head =
    WITHOUT_VALUE.includes(error.type) || !('value' in error) ? text : `${text}: ${goJson(error.value ?? null)}`;
  return error.detail === '' ? head : `${head}: ${error.detail}`;
}

/** JSON as Go's encoder writes it: keys in the order given, `<`, `>` and `&` escaped inside objects only. */
function goJson(value: JsonValue): string {
  const text = JSON.stringify(value);
  if (typeof value === 'string' || text === undefined) return text ?? 'null';
  return text.replace(/[<>&]/g, (sign) => `\\u00${sign.charCodeAt(0).toString(16)}`);
}

function failure(code: number, reason: string, message: string, details?: StatusDetails): Status {
  return { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', message, reason, details, code };
}

function about(resource: About, name: string): StatusDetails {
  const group: JsonObject = resource.group === '' ? {} : { group: resource.group };
  return { ...(name === '' ? {} : { name }), ...group, kind: resource.plural };
}

function quote(text: string): string {
  return JSON.stringify(text);
}
