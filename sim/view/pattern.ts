import type { TraceRecord } from '../kernel/trace.ts';
import { drawnAs } from './names.ts';
import { objectOf, subjectOf } from './subject.ts';

/**
 * Patterns of beats and predictions: one record of the trace, in three words with globs (`*` is any run of letters,
 * also over slashes). A missing third word is `*`.
 *
 *   watch:TYPE RECEIVER OBJECT     a watch frame delivered: `watch:ADDED kubelet/node-b pod/web-*`; TYPE may be `*`
 *   METHOD SENDER OBJECT           a request sent to the API server: `POST kubectl pod/*`,
 *                                  `PATCH kubelet/* pod/web/status`; LIST is a GET of many, WATCH opens a watch
 *   answer:STATUS RECEIVER OBJECT  an answer of the API server delivered: `answer:201 kubectl pod/web`
 *   note WHAT OBJECT               a noted fact: `note scheduler/bound pod/web-*`; one that is about no object is about
 *                                  the process itself: `note etcd/elected etcd-1`
 *   sent FROM TO                   any message sent between two actors: `sent kube-scheduler kubelet/*`
 *   heard FROM TO                  any message delivered between two actors
 *   lost FROM TO                   a message that never arrived
 *   call NAME ACTOR                a message of that name sent by or to that actor: `call pullImage containerd/*`
 *   command GLOB                   what a person did: `command kubectl apply*`, `command kill node/*`
 *
 * The actor `etcd` is any member of it; so with several API servers, schedulers and controller managers. Objects are `kind/name` or `kind/name/subresource`, without namespace; a pattern with a namespace
 * (`pod/kube-system/*`) also matches. An object that has no name yet stands as its generateName: `pod/web-6f9c-`.
 */
export interface Pattern {
  readonly verb: string;
  /** After the colon of `watch:` and `answer:`; '' otherwise. */
  readonly detail: string;
  readonly actor: string;
  readonly object: string;
}

/** Reads a pattern; gives a sentence that says what is wrong when it cannot. */
export function parsePattern(text: string): Pattern | string {
  const words = text.trim().split(/\s+/);
  const [head = '', second = '', third = '*'] = words;
  const colon = head.indexOf(':');
  const verb = colon < 0 ? head : head.slice(0, colon);
  const detail = colon < 0 ? '' : head.slice(colon + 1);
  if (!VERBS.includes(verb))
    return `"${text}" begins with ${head || 'nothing'}, but a pattern begins with one of ${VERBS.join(', ')}.`;
  if (second === '') return `"${text}" says ${verb} of nothing: name an actor or a fact after it.`;
  if ((verb === 'watch' || verb === 'answer') !== detail > '') {
    return `"${text}": write watch:TYPE and answer:STATUS with a colon, and the other verbs without.`;
  }
  if (verb === 'command') return { verb, detail, actor: words.slice(1).join(' '), object: '*' };
  if (words.length > 3) return `"${text}" has ${words.length} words; a pattern has three: verb, actor, object.`;
  return { verb, detail, actor: second, object: third };
}

const METHODS = ['GET', 'LIST', 'WATCH', 'POST', 'PUT', 'PATCH', 'DELETE'];
const VERBS = ['watch', 'answer', ...METHODS, 'note', 'sent', 'heard', 'lost', 'call', 'command'];

/** Whether a record is the one a pattern means. Unreadable patterns match nothing. */
export function matches(pattern: Pattern | string, record: TraceRecord): boolean {
  const parsed = typeof pattern === 'string' ? parsePattern(pattern) : pattern;
  if (typeof parsed === 'string') return false;
  if (record.type === 'commanded') return parsed.verb === 'command' && glob(parsed.actor, commandText(record.command));
  if (record.type === 'noted') return matchesNote(parsed, record.note.what, record.note.about ?? record.by);
  return matchesMessage(parsed, record);
}

/** The first record after `afterSeq` that a pattern means; undefined when there is none. */
export function firstMatch(
  records: readonly TraceRecord[],
  pattern: Pattern | string,
  afterSeq = 0,
): TraceRecord | undefined {
  const parsed = typeof pattern === 'string' ? parsePattern(pattern) : pattern;
  return records.find((record) => record.seq > afterSeq && matches(parsed, record));
}

/** Every record after `afterSeq` that a pattern means. */
export function allMatches(
  records: readonly TraceRecord[],
  pattern: Pattern | string,
  afterSeq = 0,
): readonly TraceRecord[] {
  const parsed = typeof pattern === 'string' ? parsePattern(pattern) : pattern;
  return records.filter((record) => record.seq > afterSeq && matches(parsed, record));
}

/** A command as one line: `kubectl apply -f pod.yaml`, `kill node/node-b`. */
export function commandText(command: { readonly kind: string; readonly [detail: string]: unknown }): string {
  const { line, fault, request } = command as Partial<CommandDetails>;
  if (fault !== undefined) return `${fault.verb} ${fault.target.replace('pod/default/', 'pod/')}`.trim();
  if (request !== undefined) return `${request.method} ${request.path}`;
  return line ?? (command.kind === 'deploy' ? String(command['process']) : command.kind);
}

interface CommandDetails {
  readonly line: string;
  readonly fault: { readonly verb: string; readonly target: string };
  readonly request: { readonly method: string; readonly path: string };
}

/** Whether a text is what a glob means: `*` is any run of letters. Linear in both. */
export function glob(pattern: string, text: string): boolean {
  const parts = pattern.split('*');
  const first = parts[0] as string;
  if (parts.length === 1) return pattern === text;
  const last = parts[parts.length - 1] as string;
  if (!text.startsWith(first) || !text.endsWith(last) || text.length < first.length + last.length) return false;
  let from = first.length;
  for (const part of parts.slice(1, -1)) {
    const found = text.indexOf(part, from);
    if (found < 0) return false;
    from = found + part.length;
  }
  return from <= text.length - last.length;
}

function matchesNote(pattern: Pattern, what: string, about: string): boolean {
  return (
    pattern.verb === 'note' &&
    glob(pattern.actor, what) &&
    matchesObject(pattern.object, withoutNamespace(about), about)
  );
}

/** Whether an actor is meant; `etcd` means every member of it, `kube-scheduler` whichever of several. */
function isActor(pattern: string, actor: string): boolean {
  return glob(pattern, actor) || pattern === drawnAs(actor);
}

function matchesMessage(
  pattern: Pattern,
  record: Extract<TraceRecord, { readonly type: 'sent' | 'delivered' | 'dropped' }>,
): boolean {
  const { verb, actor } = pattern;
  const { message, type } = record;
  const { from, to } = message;
  if (verb === 'sent') return type === 'sent' && isActor(actor, from) && isActor(pattern.object, to);
  if (verb === 'heard') return type === 'delivered' && isActor(actor, from) && isActor(pattern.object, to);
  if (verb === 'lost') return type === 'dropped' && isActor(actor, from) && isActor(pattern.object, to);
  if (verb === 'call') {
    return (
      type === 'sent' && glob(actor, message.kind) && (isActor(pattern.object, from) || isActor(pattern.object, to))
    );
  }
  const isHeard = verb === 'watch' || verb === 'answer';
  if (type !== (isHeard ? 'delivered' : 'sent') || !isActor(actor, isHeard ? to : from)) return false;
  const subject = subjectOf(message);
  if (subject === undefined) return false;
  if (verb === 'watch') {
    if (subject.type !== 'watch' || !glob(pattern.detail, subject.verb)) return false;
  } else if (verb === 'answer') {
    if (subject.type !== 'answer' || !glob(pattern.detail, subject.verb)) return false;
  } else if (subject.type !== 'request' || subject.verb !== verb) return false;
  return matchesObject(pattern.object, objectOf(subject), objectOf(subject, true));
}

function matchesObject(pattern: string, object: string, namespaced: string): boolean {
  return glob(pattern, object) || (namespaced !== object && glob(pattern, namespaced));
}

/** `pod/default/web` as `pod/web`; other forms stay. */
function withoutNamespace(about: string): string {
  const [kind, namespace, name, ...rest] = about.split('/');
  return namespace === undefined || name === undefined || rest.length > 0 ? about : `${kind}/${name}`;
}
