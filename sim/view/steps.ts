import type { AnyMessage, MessageId, Millis } from '../kernel/message.ts';
import type { Command, DropReason, TraceRecord } from '../kernel/trace.ts';
import { READER } from '../kernel/world.ts';
import type { TxnResponse } from '../protocol/etcd.ts';
import { decisionText } from './decisions.ts';
import { becauseOf, change, createFolding, envelope, type Folding, inherit, join, tell } from './folding.ts';
import { listOf, plainName, whoDoes } from './names.ts';
import {
  narrateAnswer,
  narrateCall,
  narrateLost,
  narrateRequest,
  narrateStore,
  narrateWatch,
  plainOf,
  says,
} from './narrate.ts';
import { commandText } from './pattern.ts';
import type { Step } from './step.ts';
import { objectOf, type Subject, subjectOf } from './subject.ts';

/** Folds records into numbered steps: what a person would tell of history. Routine traffic is counted, not told. */
export function fold(records: readonly TraceRecord[]): readonly Step[] {
  const folding = createFolding();
  for (const record of records) extend(folding, record);
  return folding.steps;
}

/** Tells the next record. Records must come in order. */
export function extend(folding: Folding, record: TraceRecord): void {
  if (record.type === 'sent') tellSent(folding, record.seq, record.message);
  else if (record.type === 'noted') tellNote(folding, record);
  else if (record.type === 'dropped') tellLost(folding, record.seq, record.at, record.message, record.reason);
  else if (record.type === 'commanded') tellCommand(folding, record.seq, record.at, record.id, record.command);
}

function tellCommand(folding: Folding, seq: number, at: Millis, id: MessageId, command: Command): void {
  const text = commandText(command);
  const isFault = 'fault' in command;
  const sentence = [{ text: isFault ? faultText(command['fault'] as Fault) : `You run: ${text}.` }];
  const step = {
    seq,
    sentAt: at,
    at,
    from: READER,
    to: READER,
    kind: isFault ? 'fault' : 'command',
    verb: text,
  } as const;
  folding.owners.set(id, [tell(folding, { ...step, object: faultObject(command), sentence, because: [], record: id })]);
}

interface Fault {
  readonly verb: string;
  readonly target: string;
}

function faultObject(command: Command): string {
  const { target = '' } = (command['fault'] ?? {}) as Partial<Fault>;
  return target;
}

function faultText(fault: Fault): string {
  const { verb, target } = fault;
  const name = target.replace(/^(node|pod)\//, '');
  const texts: Readonly<Record<string, string>> = {
    kill: `You cut the power of ${name}. Nothing is sent.`,
    cut: `You pull the network cable of ${name}. What runs there goes on.`,
    heal: `You put the network cable of ${name} back.`,
    stop: `You stop ${plainName(target)}.`,
    crash: `You make a container of pod ${name} exit.`,
    repair: 'You mend everything that was broken.',
  };
  const start = target.startsWith('node/')
    ? `You give ${name} its power back.`
    : `You start ${plainName(target)} again.`;
  return texts[verb] ?? start;
}

function tellSent(folding: Folding, seq: number, message: AnyMessage): void {
  const because = becauseOf(folding, message.causes);
  if (message.routine) {
    folding.routine++;
    inherit(folding, message.id, because);
    return;
  }
  const isQuiet = message.causes.some((cause) => folding.quiet.has(cause)) && staysQuiet(message);
  if (isQuiet) folding.quiet.add(message.id);
  const subject = isQuiet ? undefined : subjectOf(message);
  const number = subject === undefined ? undefined : tellMessage(folding, seq, message, subject, because);
  if (number === undefined) inherit(folding, message.id, because);
  else folding.owners.set(message.id, [number]);
}

/** Writing an Event stays between the API server and etcd; who watches Events hears of it. */
function staysQuiet(message: AnyMessage): boolean {
  const ends = [message.from, message.to];
  return ends.includes('kube-apiserver') && (ends.includes('etcd') || message.kind === 'response');
}

/** The number of the step that tells a message, or undefined when it is not worth one. */
function tellMessage(
  folding: Folding,
  seq: number,
  message: AnyMessage,
  subject: Subject,
  because: readonly number[],
): number | undefined {
  switch (subject.type) {
    case 'request':
      return tellRequest(folding, seq, message, subject, because);
    case 'answer':
      return tellAnswer(folding, seq, message, subject, because);
    case 'watch':
      return tellNews(folding, seq, message, subject, because);
    case 'store':
      return message.kind === 'txn' ? tellOpen(folding, seq, message, subject, 'store', because) : undefined;
    case 'stored':
      return learnRevision(folding, message);
    case 'call':
      return tellCall(folding, seq, message, subject, because);
  }
}

function tellRequest(
  folding: Folding,
  seq: number,
  message: AnyMessage,
  subject: Subject,
  because: readonly number[],
): number | undefined {
  if (subject.verb === 'WATCH') return undefined;
  if (subject.kind === 'event' && message.from !== 'kubectl') folding.quiet.add(message.id);
  const key = subject.verb === 'LIST' && message.from !== 'kubectl' ? `list ${message.from}` : '';
  const joined = key === '' ? undefined : join(folding, key, message.sentAt, because);
  if (joined !== undefined) {
    const sentence = says(message.from, `asks the API server for all lists again, as after a fresh start`);
    change(folding, joined, { sentence, plain: plainOf(sentence) });
    return joined;
  }
  const number = tellOpen(folding, seq, message, subject, 'request', because);
  if (key !== '') folding.group = { key, number, at: message.sentAt };
  return number;
}

function tellOpen(
  folding: Folding,
  seq: number,
  message: AnyMessage,
  subject: Subject,
  kind: 'request' | 'store',
  because: readonly number[],
): number {
  const object = objectOf(subject);
  const sentence =
    kind === 'store' ? narrateStore(message, subject, undefined, false) : narrateRequest(message, subject, object);
  const number = tell(folding, { ...envelope(message, seq), kind, verb: subject.verb, object, sentence, because });
  folding.open.set(message.id, { number, message, subject });
  return number;
}

/** Answers that bring what was asked belong to the request; kubectl's are told, and so is every refusal. */
function tellAnswer(
  folding: Folding,
  seq: number,
  message: AnyMessage,
  subject: Subject,
  because: readonly number[],
): number | undefined {
  const asked = folding.open.get(message.replyTo);
  folding.open.delete(message.replyTo);
  if (asked !== undefined && subject.verb === '201' && asked.subject.subresource === '' && subject.name !== '') {
    const object = objectOf(subject);
    const sentence = narrateRequest(asked.message, asked.subject, object);
    change(folding, asked.number, { object, sentence, plain: plainOf(sentence) });
  }
  if (message.to !== 'kubectl' && Number(subject.verb) < 400) return undefined;
  const about = subject.kind === '' && asked !== undefined ? asked.subject : subject;
  const object = objectOf(about);
  const sentence = narrateAnswer(message, subject);
  return tell(folding, { ...envelope(message, seq), kind: 'response', verb: subject.verb, object, sentence, because });
}

/** News of one change that goes out to many is one step. The receiver to whom it is new stands first. */
function tellNews(
  folding: Folding,
  seq: number,
  message: AnyMessage,
  subject: Subject,
  because: readonly number[],
): number | undefined {
  if (subject.verb === 'BOOKMARK' || subject.verb === 'ERROR') return undefined;
  const object = objectOf(subject);
  const key = `news ${object} ${subject.object?.metadata.resourceVersion ?? ''}`;
  const joined = join(folding, key, message.sentAt, because);
  if (joined === undefined) {
    const sentence = narrateWatch(message, subject, []);
    const step = { ...envelope(message, seq), kind: 'watch', verb: subject.verb, object, sentence, because } as const;
    const number = tell(folding, step);
    folding.group = { key, number, at: message.sentAt };
    return number;
  }
  const step = folding.steps[joined - 1] as Step;
  const isNewer = subject.verb === 'ADDED' && step.verb !== 'ADDED';
  const receivers = [...new Set(isNewer ? [message.to, step.to, ...step.also] : [step.to, ...step.also, message.to])];
  const [to = message.to, ...also] = receivers;
  const first = isNewer ? subject : { ...subject, verb: step.verb };
  const sentence = narrateWatch({ ...message, to }, first, also);
  change(folding, joined, { to, also, verb: first.verb, sentence, plain: plainOf(sentence) });
  return joined;
}

/** The answer of etcd completes the step that asked. */
function learnRevision(folding: Folding, message: AnyMessage): undefined {
  const asked = folding.open.get(message.replyTo);
  folding.open.delete(message.replyTo);
  if (asked === undefined || message.kind !== 'committed') return undefined;
  const { revision, succeeded } = message.body as TxnResponse;
  const sentence = narrateStore(asked.message, asked.subject, revision, !succeeded);
  change(folding, asked.number, { sentence, plain: plainOf(sentence) });
}

const TOLD_CALLS = [
  'runPodSandbox',
  'stopPodSandbox',
  'removePodSandbox',
  'imageStatus',
  'pullImage',
  'createContainer',
  'startContainer',
  'stopContainer',
  'containerLog',
  'attach',
  'detach',
  'restore',
  'refused',
  'disconnected',
  'failed',
];

function tellCall(
  folding: Folding,
  seq: number,
  message: AnyMessage,
  subject: Subject,
  because: readonly number[],
): number | undefined {
  if (message.kind === 'packet') folding.routine++;
  if (!TOLD_CALLS.includes(message.kind)) return undefined;
  const isBroken = message.kind === 'refused' || message.kind === 'disconnected';
  const key = isBroken ? `${message.kind} ${message.from}` : '';
  const joined = isBroken ? join(folding, key, message.sentAt, because) : undefined;
  if (joined !== undefined) {
    const step = folding.steps[joined - 1] as Step;
    const also = [...new Set([...step.also, message.to])].filter((actor) => actor !== step.to);
    const text = `${message.kind === 'refused' ? 'refuses connections' : 'breaks its connections'} with ${listOf([step.to, ...also].map(plainName))}`;
    const sentence = says(message.from, text);
    change(folding, joined, { also, sentence, plain: plainOf(sentence) });
    return joined;
  }
  const kind = isBroken ? 'lost' : message.from === 'kube-apiserver' ? 'request' : 'local';
  const sentence = narrateCall(message, subject);
  const object = objectOf(subject);
  const number = tell(folding, { ...envelope(message, seq), kind, verb: message.kind, object, sentence, because });
  if (isBroken) folding.group = { key, number, at: message.sentAt };
  return number;
}

function tellLost(folding: Folding, seq: number, at: Millis, message: AnyMessage, reason: DropReason): void {
  if (message.routine || message.from === message.to || message.kind === 'packet' || folding.quiet.has(message.id))
    return;
  const subject = subjectOf(message);
  const because = becauseOf(folding, [message.id]);
  const key = `lost ${message.from} ${message.to}`;
  if (join(folding, key, at, because) !== undefined) return;
  const object = subject === undefined ? '' : objectOf(subject);
  const sentence = narrateLost(message, subject, reason);
  const step = { ...envelope(message, seq), at, kind: 'lost', verb: message.kind, object, sentence, because } as const;
  folding.group = { key, number: tell(folding, step), at };
}

const UNTOLD_NOTES = ['kubectl/exited', 'kubectl/advice', 'etcd/committed'];

/** Facts noted by one actor about one object at one moment are one decision. */
function tellNote(folding: Folding, record: Extract<TraceRecord, { readonly type: 'noted' }>): void {
  const { note, by, at, seq } = record;
  if (record.routine || by === READER || UNTOLD_NOTES.includes(note.what)) return;
  if (by === 'kube-apiserver' && !isAboutReader(folding, record.causes)) return;
  const because = becauseOf(folding, record.causes);
  const object = note.about ?? '';
  const key = `note ${by} ${note.what.startsWith('kubectl/') ? String(note['run']) : object}`;
  const text = decisionText(note, by);
  const joined = join(folding, key, at, because);
  if (joined !== undefined) {
    const step = folding.steps[joined - 1] as Step;
    const more = note.what.startsWith('kubectl/') ? text.replace('prints: ', '') : text;
    const sentence = says(by, `${step.plain.slice(plainOf(whoDoes(by)).length, -1)}; ${more}`);
    change(folding, joined, { sentence, plain: plainOf(sentence), verb: note.what });
    return;
  }
  const sentence = says(by, text);
  const step = { seq, sentAt: at, at, from: by, to: by, kind: 'decision', verb: note.what } as const;
  folding.group = { key, number: tell(folding, { ...step, object, sentence, because, record: '' }), at };
}

/** The API server's handling of a request is told for the reader's own requests only. */
function isAboutReader(folding: Folding, causes: readonly MessageId[]): boolean {
  return causes.some((cause) => {
    const asked = folding.open.get(cause);
    return asked !== undefined && asked.message.from === 'kubectl' && asked.subject.verb !== 'GET';
  });
}
