import type { Note } from '../../kernel/component.ts';
import type { AnyMessage, MessageId } from '../../kernel/message.ts';
import type { TraceRecord } from '../../kernel/trace.ts';
import { commandText } from '../../view/pattern.ts';

/** A request as the trace knows it: what the API server noted of it, and what was asked of etcd for it. */
export interface TracedRequest {
  readonly message: AnyMessage;
  readonly notes: readonly Note[];
  /** `range` and `txn`: what went to etcd. */
  readonly asked: readonly string[];
  /** The answer, once it was sent. */
  readonly answer: AnyMessage | undefined;
  /** The command or fault that it follows from; '' when it follows from none, or from one too long ago. */
  readonly origin: string;
}

/** Requests are looked for among so many of the latest records. */
const LOOKED_AT = 6000;

interface Found {
  readonly message: AnyMessage;
  readonly notes: Note[];
  readonly asked: string[];
  answer: AnyMessage | undefined;
  readonly origin: string;
}

/** The latest requests that came to an API server and are not routine, newest first. */
export function latestRequests(past: readonly TraceRecord[], server: string, most: number): readonly TracedRequest[] {
  const requests = new Map<MessageId, Found>();
  const roots = new Map<MessageId, MessageId>();
  const origins = new Map<MessageId, string>();
  for (const record of past.slice(-LOOKED_AT)) {
    if (record.type === 'noted') {
      if (record.by !== server) continue;
      const root = rootOf(roots, record.causes);
      if (root !== undefined) requests.get(root)?.notes.push(record.note);
    } else if (record.type === 'commanded') origins.set(record.id, commandText(record.command));
    else if (record.type !== 'dropped') {
      const { message } = record;
      const origin = originOf(origins, message);
      if (origin !== undefined) origins.set(message.id, origin);
      trace(server, message, record.type === 'delivered', requests, roots, origin ?? '');
    }
  }
  return [...requests.values()].reverse().slice(0, most);
}

function trace(
  server: string,
  message: AnyMessage,
  isDelivered: boolean,
  requests: Map<MessageId, Found>,
  roots: Map<MessageId, MessageId>,
  origin: string,
): void {
  const { id, from, to, kind, replyTo, causes, routine } = message;
  if (kind === 'request' && to === server) {
    if (!isDelivered || routine || requests.has(id)) return;
    requests.set(id, { message, notes: [], asked: [], answer: undefined, origin });
    roots.set(id, id);
    return;
  }
  if (from !== server && to !== server) return;
  const root = roots.get(replyTo) ?? rootOf(roots, causes);
  if (root === undefined) return;
  roots.set(id, root);
  const found = requests.get(root);
  if (found === undefined || isDelivered || from !== server) return;
  if (replyTo === root && found.answer === undefined) found.answer = message;
  else if (to.startsWith('etcd')) found.asked.push(kind);
}

/** What its causes follow from: the latest, where they follow from several. */
function originOf(origins: ReadonlyMap<MessageId, string>, { replyTo, causes }: AnyMessage): string | undefined {
  for (const cause of [...causes].reverse()) {
    const origin = origins.get(cause);
    if (origin !== undefined) return origin;
  }
  return origins.get(replyTo);
}

function rootOf(roots: ReadonlyMap<MessageId, MessageId>, causes: readonly MessageId[]): MessageId | undefined {
  for (const cause of causes) {
    const root = roots.get(cause);
    if (root !== undefined) return root;
  }
  return undefined;
}
