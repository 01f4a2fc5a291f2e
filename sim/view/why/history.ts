import { resourceOfWord } from '../../api/index.ts';
import type { KubeObject } from '../../api/meta.ts';
import type { AnyMessage, MessageId, Millis } from '../../kernel/message.ts';
import type { TraceRecord } from '../../kernel/trace.ts';
import type { EtcdProtocol, Operation, TxnRequest } from '../../protocol/etcd.ts';
import type { ObjectName } from './question.ts';

/** A message and when it was heard; undefined when it was not, or not yet. */
export interface Sent {
  readonly message: AnyMessage;
  readonly seq: number;
  readonly heard?: { readonly at: Millis; readonly seq: number };
}

/** A noted fact. */
export type Noted = Extract<TraceRecord, { readonly type: 'noted' }>;
/** What a person did. */
export type Commanded = Extract<TraceRecord, { readonly type: 'commanded' }>;
/** A message that never arrived. */
export type Dropped = Extract<TraceRecord, { readonly type: 'dropped' }>;

/** A write that etcd has committed. */
export interface Revision {
  readonly key: string;
  readonly revision: number;
  readonly at: Millis;
  readonly seq: number;
  /** Undefined when it was deleted. */
  readonly object: KubeObject | undefined;
  /** The request to etcd that asked for it; undefined for what etcd did by itself (an EtcdLease ran out). */
  readonly write: MessageId | undefined;
  readonly causes: readonly MessageId[];
}

/** A past, ready to be asked. */
export interface History {
  readonly sent: ReadonlyMap<MessageId, Sent>;
  readonly commands: ReadonlyMap<MessageId, Commanded>;
  readonly notes: readonly Noted[];
  readonly dropped: readonly Dropped[];
  /** By key, oldest first. */
  readonly revisions: ReadonlyMap<string, readonly Revision[]>;
  /** The commit of each request to etcd. */
  readonly writes: ReadonlyMap<MessageId, Revision>;
}

/** Reads records once, in their order. */
export function historyOf(records: readonly TraceRecord[]): History {
  const sent = new Map<MessageId, Sent>();
  const commands = new Map<MessageId, Commanded>();
  const notes: Noted[] = [];
  const dropped: Dropped[] = [];
  for (const record of records) {
    if (record.type === 'sent') sent.set(record.message.id, { message: record.message, seq: record.seq });
    else if (record.type === 'delivered') {
      const { message, at, seq } = record;
      sent.set(message.id, { seq, ...sent.get(message.id), message, heard: { at, seq } });
    } else if (record.type === 'noted') notes.push(record);
    else if (record.type === 'commanded') commands.set(record.id, record);
    else if (record.type === 'dropped') dropped.push(record);
  }
  const revisions = revisionsOf(notes, sent);
  const writes = new Map([...revisions.values()].flat().map((revision) => [revision.write ?? '', revision]));
  return { sent, commands, notes, dropped, revisions, writes };
}

/** Where etcd keeps an object: `/registry/pods/default/web`. */
export function registryKey({ kind, namespace, name }: ObjectName): string {
  const plural = resourceOfWord(kind)?.plural ?? `${kind}s`;
  return [`/registry/${DIRECTORIES[plural] ?? plural}`, namespace, name].filter((word) => word !== '').join('/');
}

const DIRECTORIES: Readonly<Record<string, string>> = { nodes: 'minions', services: 'services/specs' };

/** What etcd committed, from its own notes. Several members may note one commit: the first counts. */
function revisionsOf(
  notes: readonly Noted[],
  sent: ReadonlyMap<MessageId, Sent>,
): ReadonlyMap<string, readonly Revision[]> {
  const revisions = new Map<string, Revision[]>();
  const watched = watchedValues(sent);
  for (const { note, at, seq, causes } of notes) {
    if (note.what !== 'etcd/committed') continue;
    const key = String(note['key']);
    const revision = Number(note['revision']);
    const known = revisions.get(key) ?? [];
    if (known.some((other) => other.revision === revision)) continue;
    const write = writeBehind(causes, key, sent);
    const object = note['type'] === 'delete' ? undefined : (valueIn(write, key) ?? watched.get(`${revision} ${key}`));
    known.push({ key, revision, at, seq, object, write: write?.id, causes });
    revisions.set(key, known);
  }
  return revisions;
}

/** At most so many messages are between a request to etcd and its commit, per cause. */
const MOST_BETWEEN = 64;

/** The transaction that wrote a key: the nearest one among the causes. */
function writeBehind(
  causes: readonly MessageId[],
  key: string,
  sent: ReadonlyMap<MessageId, Sent>,
): AnyMessage | undefined {
  const open = [...causes];
  for (let at = 0; at < open.length && at < MOST_BETWEEN; at++) {
    const message = sent.get(open[at] as MessageId)?.message;
    if (message === undefined) continue;
    if (message.kind === 'txn' && writesTo(message, key)) return message;
    open.push(...message.causes);
  }
  return undefined;
}

function writesTo({ body }: AnyMessage, key: string): boolean {
  return (body as TxnRequest).success?.some((write) => isWrite(write) && write.key === key) ?? false;
}

function isWrite(operation: Operation): operation is Extract<Operation, { readonly type: 'put' | 'delete' }> {
  return operation.type === 'put' || operation.type === 'delete';
}

function valueIn(write: AnyMessage | undefined, key: string): KubeObject | undefined {
  const found = (write?.body as EtcdProtocol['txn'] | undefined)?.success.find((operation) => {
    return operation.type === 'put' && operation.key === key;
  });
  return found?.type === 'put' ? (found.value as unknown as KubeObject) : undefined;
}

/** Values that etcd told its watchers, by revision and key: for a write whose request is not in the trace. */
function watchedValues(sent: ReadonlyMap<MessageId, Sent>): ReadonlyMap<string, KubeObject> {
  const values = new Map<string, KubeObject>();
  for (const { message } of sent.values()) {
    if (message.kind !== 'watched') continue;
    const { events } = message.body as { readonly events?: readonly { readonly keyValue: WatchedValue }[] };
    for (const { keyValue } of events ?? []) values.set(`${keyValue.modRevision} ${keyValue.key}`, keyValue.value);
  }
  return values;
}

interface WatchedValue {
  readonly key: string;
  readonly modRevision: number;
  readonly value: KubeObject;
}
