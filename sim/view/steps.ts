import type { AnyMessage, MessageId, Millis } from '../kernel/message.ts';
import type { Command, DropReason, TraceRecord } from '../kernel/trace.ts';
import { READER } from '../kernel/world.ts';
import type { TxnResponse } from '../protocol/etcd.ts';
import { tellBallot } from './ballot.ts';
import { decisionText } from './decisions.ts';
import { type Fault, faultText } from './faulttext.ts';
import {
  becauseOf,
  change,
  createFolding,
  envelope,
  type Folding,
  gather,
  inherit,
  join,
  tell,
  toldStep,
} from './folding.ts';
import { drawnAs, isApiServer, isEtcd, plainNames, whoDoes } from './names.ts';
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
import { passOn } from './passing.ts';
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
  if (command.kind === 'answer') return;
  const text = commandText(command);
  const isFault = 'fault' in command;
  const sentence = [
    { text: isFault ? faultText(command['fault'] as Fault) : `You ${DOES[command.kind] ?? 'run'}: ${text}.` },
  ];
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

/** What a person does, where it is not running a line. */
const DOES: Readonly<Record<string, string>> = { deploy: 'deploy your program' };

function faultObject(command: Command): string {
  const { target = '' } = (command['fault'] ?? {}) as Partial<Fault>;
  return target;
}

function tellSent(folding: Folding, seq: number, message: AnyMessage): void {
  const because = becauseOf(folding, message.causes);
  if (message.routine) {
    folding.routine++;
    inherit(folding, message.id, because);
    return;
  }
  if (passOn(folding, message)) {
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
  return ends.some(isApiServer) && (ends.some(isEtcd) || message.kind === 'response');
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
  const isAgain = subject.verb === 'LIST' && message.from !== 'kubectl';
  const joined = isAgain ? join(folding, 'lists', message.sentAt, because, LISTING_MS) : undefined;
  if (joined === undefined) {
    const number = tellOpen(folding, seq, message, subject, 'request', because);
    if (isAgain) gather(folding, 'lists', { number, at: message.sentAt, heard: [{ to: message.from, verb: '' }] });
    return number;
  }
  const heard = [...joined.heard, { to: message.from, verb: '' }];
  gather(folding, 'lists', { ...joined, at: message.sentAt, heard });
  const text = `Informers list afresh, as after a lost connection: those of ${plainNames(heard.map(({ to }) => to))}.`;
  change(folding, joined.number, { sentence: [{ text }], plain: text });
  return joined.number;
}

/** Informers that list within so many milliseconds of one another do it for one reason. */
const LISTING_MS = 3000;

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
    kind === 'store' ? narrateStore(message, subject, undefined) : narrateRequest(message, subject, object);
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
  const sentence = narrateAnswer({ ...message, from: drawnAs(message.from) }, subject);
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
  const own = { to: message.to, verb: subject.verb };
  if (joined === undefined) {
    const sentence = narrateWatch(drawnAs(message.from), subject, [own]);
    const step = { ...envelope(message, seq), kind: 'watch', verb: subject.verb, object, sentence, because } as const;
    const number = tell(folding, step);
    gather(folding, key, { number, at: message.sentAt, heard: [own] });
    return number;
  }
  const isFirst = subject.verb === 'ADDED' && joined.heard[0]?.verb !== 'ADDED';
  const others = joined.heard.filter(({ to, verb }) => to !== own.to || verb !== own.verb);
  const heard = isFirst ? [own, ...others] : [...others, own];
  gather(folding, key, { ...joined, heard });
  const [{ to, verb } = own, ...rest] = heard;
  const also = [...new Set(rest.map((other) => other.to))].filter((other) => other !== to);
  const sentence = narrateWatch(drawnAs(message.from), subject, heard);
  change(folding, joined.number, { to, also, verb, sentence, plain: plainOf(sentence) });
  return joined.number;
}

/** The answer of etcd completes the step that asked. */
function learnRevision(folding: Folding, message: AnyMessage): undefined {
  const asked = folding.open.get(message.replyTo);
  folding.open.delete(message.replyTo);
  if (asked === undefined || message.kind !== 'committed') return undefined;
  const sentence = narrateStore(asked.message, asked.subject, message.body as TxnResponse);
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
  'exec',
  'attach',
  'joinHost',
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
  if (isEtcd(message.from) && isEtcd(message.to)) return tellBallot(folding, seq, message, because);
  if (message.kind === 'packet') folding.routine++;
  learnName(folding, message, subject);
  if (!TOLD_CALLS.includes(message.kind) && !isOverSsh(message)) return undefined;
  const isBroken = message.kind === 'refused' || message.kind === 'disconnected';
  const key = isBroken ? `${message.kind} ${message.from}` : '';
  const refused = message.kind === 'refused' ? folding.steps.at(-1) : undefined;
  if (refused?.kind === 'lost' && refused.record === message.replyTo) {
    const sentence = narrateCall(message, subject, '');
    change(folding, refused.number, { verb: 'refused', sentence, plain: plainOf(sentence) });
    return refused.number;
  }
  const joined = isBroken ? join(folding, key, message.sentAt, because) : undefined;
  if (joined !== undefined) {
    const step = toldStep(folding, joined.number);
    const also = [...new Set([...step.also, message.to])].filter((actor) => actor !== step.to);
    const text = `${message.kind === 'refused' ? 'refuses connections' : 'breaks its connections'} with ${plainNames([step.to, ...also])}`;
    const sentence = says(message.from, text);
    change(folding, joined.number, { also, sentence, plain: plainOf(sentence) });
    return joined.number;
  }
  const kind = isBroken ? 'lost' : isApiServer(message.from) ? 'request' : 'local';
  const owner = subject.kind === 'pod' ? objectOf(subject) : ownerOf(folding, message);
  const sentence = narrateCall(message, subject, owner);
  const object = owner || objectOf(subject);
  const number = tell(folding, { ...envelope(message, seq), kind, verb: message.kind, object, sentence, because });
  folding.open.set(message.id, { number, message, subject });
  if (isBroken) gather(folding, key, { number, at: message.sentAt, heard: [] });
  return number;
}

/** What the reader asks a machine itself is told, however small. */
function isOverSsh({ from, replyTo }: AnyMessage): boolean {
  return from === 'kubectl' && replyTo === '';
}

type Ids = { readonly container?: string; readonly sandbox?: string; readonly uid?: string; readonly podUid?: string };

/** Answers of the runtime give ids to what was asked for by name. */
function learnName(folding: Folding, message: AnyMessage, subject: Subject): void {
  const ids = (message.body ?? {}) as Ids;
  if (message.kind === 'runPodSandbox') folding.names.set(ids.uid ?? '', objectOf(subject));
  if (message.replyTo === '') return;
  const asked = folding.open.get(message.replyTo);
  folding.open.delete(message.replyTo);
  if (asked === undefined) return;
  const pod = asked.subject.kind === 'pod' ? objectOf(asked.subject) : ownerOf(folding, asked.message);
  if (message.kind === 'runPodSandboxDone') folding.names.set(ids.sandbox ?? '', pod);
  if (message.kind === 'createContainerDone') folding.names.set(ids.container ?? '', pod);
}

/** The pod that a call is about, by the ids in it; '' when history does not tell. */
function ownerOf(folding: Folding, message: AnyMessage): string {
  const { container = '', sandbox = '', podUid = '' } = (message.body ?? {}) as Ids;
  const { names } = folding;
  return names.get(container) ?? names.get(sandbox) ?? names.get(podUid) ?? '';
}

function tellLost(folding: Folding, seq: number, at: Millis, message: AnyMessage, reason: DropReason): void {
  if (message.routine || message.from === message.to || message.kind === 'packet' || folding.quiet.has(message.id))
    return;
  if (reason === 'receiver-down' && isEtcd(message.from) && isEtcd(message.to)) return;
  const subject = subjectOf(message);
  const because = becauseOf(folding, [message.id]);
  const key = `lost ${message.from} ${message.to}`;
  if (join(folding, key, at, because) !== undefined) return;
  const object = subject === undefined ? '' : objectOf(subject);
  const sentence = narrateLost(message, subject, reason);
  const step = {
    ...envelope(message, seq),
    sentAt: at,
    at,
    kind: 'lost',
    verb: message.kind,
    object,
    sentence,
    because,
  } as const;
  gather(folding, key, { number: tell(folding, step), at, heard: [] });
}

/** Facts that the messages beside them tell already. */
const UNTOLD_NOTES = [
  'kubectl/started',
  'kubectl/exited',
  'kubectl/advice',
  'etcd/committed',
  'apiserver/stored',
  'scheduler/queued',
  'scheduler/bound',
  'kubelet/pod-seen',
  'kubelet/pulling',
  'kubelet/started',
  'containerd/pulling',
  'kube-proxy/synced',
  'kube-proxy/restore',
  'cni/attached',
];

/** Facts noted by one actor about one object at one moment are one decision. */
function tellNote(folding: Folding, record: Extract<TraceRecord, { readonly type: 'noted' }>): void {
  const { note, by, at, seq } = record;
  if (record.routine || by === READER || UNTOLD_NOTES.includes(note.what)) return;
  if (by !== 'load-balancer' && isApiServer(by) && !isAboutReader(folding, record.causes)) return;
  const because = becauseOf(folding, record.causes);
  const object = note.about ?? '';
  const isPrint = note.what === 'kubectl/printed';
  const same = isPrint ? String(note['run']) : isApiServer(by) ? record.causes[0] : object;
  const key = `note ${by} ${same}`;
  const text = decisionText(note);
  const joined = join(folding, key, at, because);
  if (joined === undefined) {
    const sentence = says(by, text);
    const step = { seq, sentAt: at, at, from: by, to: by, kind: 'decision', verb: note.what, object } as const;
    const number = tell(folding, { ...step, sentence, because, record: '' });
    gather(folding, key, { number, at, heard: [] });
    return;
  }
  const { number, heard } = joined;
  const step = toldStep(folding, number);
  const told = step.plain.slice(plainOf(whoDoes(by)).length, -1);
  const lines = [...heard, { to: by, verb: text }];
  gather(folding, key, { ...joined, heard: lines });
  const more = lines.length === 1 ? 'one more line' : `${lines.length} more lines`;
  const before = isPrint && heard.length > 0 ? told.slice(0, told.lastIndexOf(', and ')) : told;
  const sentence = says(by, isPrint ? `${before}, and ${more}` : `${told}; ${text}`);
  change(folding, number, { sentence, plain: plainOf(sentence), verb: note.what, object: step.object || object });
}

/** The API server's handling of a request is told for the reader's own requests only. */
function isAboutReader(folding: Folding, causes: readonly MessageId[]): boolean {
  return causes.some((cause) => {
    const asked = folding.open.get(cause);
    return asked !== undefined && asked.message.from === 'kubectl' && asked.subject.verb !== 'GET';
  });
}
