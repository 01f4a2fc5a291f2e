import { resourceOfWord } from '../../api/index.ts';
import type { KubeObject } from '../../api/meta.ts';
import type { Millis } from '../../kernel/message.ts';
import type { TraceRecord } from '../../kernel/trace.ts';
import { clockText } from '../names.ts';
import type { Peek } from '../peek.ts';
import type { Step } from '../step.ts';
import { type Aspect, cellAspect, EXISTENCE, fieldAspect, fieldsOf, REVISION } from './aspect.ts';
import { type Causes, type Chain, chainOf, type Link, writeLink } from './chain.ts';
import { type Change, lastChange } from './change.ts';
import { type History, historyOf, type Noted, registryKey } from './history.ts';
import { askOfLine, type LineObject } from './line.ts';
import { type ObjectName, parseQuestion, referenceTo, shortName } from './question.ts';

/** A past that is asked: its records and steps, and the cluster at its beginning and at its end. */
export interface Past {
  readonly records: readonly TraceRecord[];
  readonly steps: readonly Step[];
  readonly start: Pick<Peek, 'objects'>;
  readonly end: Pick<Peek, 'objects' | 'now'>;
}

/** Something else that can be asked. */
export interface Ask {
  readonly question: string;
  readonly text: string;
  readonly value: string;
}

/** Why something is as it is, as data: plain JSON that crosses the thread boundary. */
export interface Answer {
  readonly question: string;
  /** `spec.nodeName of pod/web` */
  readonly title: string;
  /** What it is; '' when that is not one value. */
  readonly value: string;
  /** The moment at which it was asked. */
  readonly now: Millis;
  /** The answer in a sentence or two. */
  readonly summary: string;
  /** From the last cause back to the first. Times never increase. */
  readonly links: readonly Link[];
  /** Why the links do not reach what a person did; '' when they do. */
  readonly end: string;
  /** What else can be asked of the same thing, by group. */
  readonly more: readonly { readonly title: string; readonly asks: readonly Ask[] }[];
  /** The question that lists all of its object; '' when it is about none. */
  readonly object: string;
}

const SET_UP = 'It has been so since the cluster was set up.';

/** Answers a question about a past. What it cannot know it says. */
export function explain(text: string, past: Past): Answer {
  const question = parseQuestion(text);
  const causes: Causes = { history: historyOf(past.records), steps: past.steps };
  const asked = { question: text, now: past.end.now, past, causes };
  if (question === undefined) return say(asked, 'This is not a question', `"${text}" cannot be asked.`);
  switch (question.of) {
    case 'object':
      return ofObject(asked, question.object);
    case 'place':
      return ofPlace(asked, question.object);
    case 'field': {
      const aspect = fieldAspect(question.path);
      return aspect === undefined
        ? say(asked, question.path, `"${question.path}" is not the path of a field.`)
        : ofAspect(asked, question.object, aspect);
    }
    case 'cell':
      return ofCell(asked, question.object, question.column);
    case 'line':
      return ofLine(asked, question.seq);
    case 'step':
      return ofStep(asked, question.number);
  }
}

/** A question and what it is answered from. */
interface Asked {
  readonly question: string;
  readonly now: Millis;
  readonly past: Past;
  readonly causes: Causes;
}

function say({ question, now }: Asked, title: string, summary: string, rest: Partial<Answer> = {}): Answer {
  return { question, title, value: '', now, summary, links: [], end: '', more: [], object: '', ...rest };
}

function ofObject(asked: Asked, object: ObjectName): Answer {
  const found = objectNow(asked.past, object);
  if (found === undefined) return ofAspect(asked, object, EXISTENCE);
  const reference = referenceTo(object);
  const title = shortName(object);
  const asksOf = (prefix: string) =>
    fieldsOf(found)
      .filter(({ path }) => path.split(/[.[]/)[0] === prefix)
      .map(({ path, text }) => {
        const short = path.startsWith(`${prefix}.`) ? path.slice(prefix.length + 1) : path;
        return { question: `field ${reference} ${path}`, text: short, value: text };
      });
  const groups = [...new Set(fieldsOf(found).map(({ path }) => path.split(/[.[]/)[0] ?? ''))];
  const order = [
    'status',
    'spec',
    ...groups.filter((group) => !['status', 'spec', 'metadata'].includes(group)),
    'metadata',
  ];
  const more = [
    { title: 'As kubectl get prints it', asks: cellsOf(object, found, asked.now) },
    ...order.map((group) => ({ title: group, asks: asksOf(group) })),
  ];
  return say(asked, title, 'Each of these was written by somebody, at some moment. Ask one.', {
    more: more.filter(({ asks }) => asks.length > 0),
  });
}

function cellsOf(object: ObjectName, found: KubeObject, now: Millis): readonly Ask[] {
  const columns = resourceOfWord(object.kind)?.columns ?? [];
  return columns.map((column) => {
    const text = column.name.toUpperCase();
    const question = `cell ${referenceTo(object)} ${text}`;
    return { question, text, value: String(column.cell(found, now)) };
  });
}

const PLACE = fieldAspect('spec.nodeName') as Aspect;
const WAITING = fieldAspect('status.conditions[type=PodScheduled].message') as Aspect;

function isWaiting(pod: KubeObject): boolean {
  return !PLACE.read(pod) && WAITING.read(pod) !== undefined;
}

/** A pod is where spec.nodeName says; one that is nowhere has been told so by the scheduler, or by nobody yet. */
function ofPlace(asked: Asked, object: ObjectName): Answer {
  const found = lastObject(asked, object);
  const isNowhere = found !== undefined && isWaiting(found);
  const answer = ofAspect(asked, object, isNowhere ? WAITING : PLACE);
  const title = `The place of ${shortName(object)}`;
  return isNowhere ? { ...answer, title, summary: `It is on no node. ${answer.summary}` } : { ...answer, title };
}

function ofCell(asked: Asked, object: ObjectName, column: string): Answer {
  if (column === 'NAME' || column === 'KEY') return ofAspect(asked, object, EXISTENCE);
  if (column === 'NODE') return ofPlace(asked, object);
  if (column === REVISION.name) return ofAspect(asked, object, REVISION);
  const aspect = cellAspect(object.kind, column, asked.now);
  if (aspect !== undefined) return ofAspect(asked, object, aspect);
  return say(asked, column, `kubectl prints no column ${column} for ${object.kind}s.`);
}

/** Why an aspect of an object is what it is now. */
function ofAspect(asked: Asked, object: ObjectName, aspect: Aspect): Answer {
  const { past, causes } = asked;
  const change = lastChange(causes.history, object, aspect, startObject(past, object));
  const title = aspect === EXISTENCE ? `${shortName(object)}` : `${aspect.name} of ${shortName(object)}`;
  const rest = { value: change.value ?? '', object: `object ${referenceTo(object)}` };
  if (change.kind === 'none') {
    const text = `No ${shortName(object)} is in this history.`;
    return say(asked, title, text);
  }
  if (change.kind === 'start') return say(asked, title, SET_UP, rest);
  const { links, end } = chainOfChange({ ...causes, about: shortName(object) }, change);
  return say(asked, title, changeText(causes.history, object, aspect, change), { ...rest, links, end });
}

function chainOfChange(causes: Causes, { revision }: Extract<Change, { kind: 'changed' }>): Chain {
  const write = revision.write === undefined ? undefined : causes.history.sent.get(revision.write)?.message;
  if (write === undefined) return chainOf(causes, revision.causes, [unasked(revision)]);
  return chainOf(causes, write.causes, [writeLink(revision, write)]);
}

/** What etcd did by itself: keys go when their EtcdLease runs out. */
function unasked({ at, seq, revision, key }: { at: Millis; seq: number; revision: number; key: string }) {
  const sentence = [{ text: `etcd removes ${key}, whose time has run out: revision ${revision}.` }];
  return { kind: 'write', at, seq, by: 'etcd', verb: 'delete', object: key, sentence } as const;
}

function changeText(
  history: History,
  object: ObjectName,
  aspect: Aspect,
  { value, before, revision, isNew }: Extract<Change, { kind: 'changed' }>,
): string {
  const when = `Revision ${revision.revision}, at ${clockText(revision.at)},`;
  const name = shortName(object);
  if (revision.object === undefined) return `${when} removed ${name}.`;
  if (aspect === EXISTENCE) return `${when} created ${name}.`;
  if (aspect === REVISION) return `${when} is the last write of ${name}.`;
  const isUnset = quoted(value) === 'not set';
  const what = isNew
    ? `created ${name} ${isUnset ? 'without' : 'with'} it`
    : isUnset
      ? `took it away; before that it was ${quoted(before)}`
      : `set it; before that it was ${quoted(before)}`;
  return `${when} ${what}. ${filledIn(history, aspect, revision, value)}`.trim();
}

/** Longer values are not repeated in a sentence. */
const LONG_TEXT = 60;

function quoted(text: string | undefined): string {
  if (text === undefined || text === '' || text === '<none>') return 'not set';
  return text.length > LONG_TEXT ? 'another' : text;
}

/** Whether a creation asked for the value, or the API server added it: a default, an admission plugin, an identity. */
function filledIn(
  history: History,
  aspect: Aspect,
  { write }: { readonly write: string | undefined },
  value: string | undefined,
): string {
  const cause = history.sent.get(history.sent.get(write ?? '')?.message.causes[0] ?? '')?.message;
  if (cause?.kind !== 'request') return '';
  const { method, path, body } = cause.body as { method: string; path: string; body?: unknown };
  const isCreation = method === 'POST' && typeof body === 'object' && body !== null && !path.endsWith('/binding');
  if (!isCreation || !/^[a-z]/.test(aspect.name) || aspect === EXISTENCE) return '';
  if (aspect.read(body as KubeObject) === value) return '';
  return 'The request did not say so: the API server filled it in before it stored the object.';
}

/** A line of output: the row that it shows, if it shows one; else the answer that made kubectl print it. */
function ofLine(asked: Asked, seq: number): Answer {
  const { history } = asked.causes;
  const noted = history.notes.find((note) => note.seq === seq && note.note.what === 'kubectl/printed');
  if (noted === undefined) return say(asked, 'A printed line', 'This line is not in the history any more.');
  const text = String(noted.note['text']).trim();
  const row = askOfLine(history, noted, (object) => startObject(asked.past, object));
  return row === undefined ? ofPrint(asked, noted, text) : ofRow(untilRevision(asked, row.revision, noted), row, text);
}

/** A row as kubectl was told of it: the cell that had changed last stands for the line, and the others can be asked. */
function ofRow(seen: Asked, { object, revision }: LineObject, text: string): Answer {
  const found = lastObject(seen, object);
  const cells = found === undefined ? [] : cellsOf(object, found, seen.now).filter(({ value }) => text.includes(value));
  const changes = cells
    .filter(({ text: column }) => !CLOCKED.includes(column))
    .map((ask) => ({ ask, revision: revisionOf(changeOf(seen, object, ask.text)) }))
    .filter((change) => change.revision > 0)
    .sort((a, b) => b.revision - a.revision || TELLING.indexOf(b.ask.text) - TELLING.indexOf(a.ask.text));
  const isNowhere = found !== undefined && isWaiting(found);
  const best = isNowhere ? undefined : changes[0]?.ask;
  if (isNowhere) return { ...ofPlace(seen, object), title: text };
  const answer = best === undefined ? ofAspect(seen, object, EXISTENCE) : ofCell(seen, object, best.text);
  const shown = `The line shows ${shortName(object)} as it was at revision ${revision}.`;
  const cell = best === undefined ? '' : ` What had changed in it last is ${best.text}, ${best.value}.`;
  const value = best === undefined ? '' : `${best.text} ${best.value}`;
  const more = [{ title: 'The cells of this line, as they are now', asks: cells }];
  return { ...answer, title: text, value, summary: `${shown}${cell} ${answer.summary}`, more };
}

/** Of cells that one write changed, the later of these says more. */
const TELLING = ['READY', 'REASON', 'STATUS'];
/** Cells that the clock changes, and the name, which nothing does. */
const CLOCKED = ['AGE', 'LAST SEEN', 'FIRST SEEN', 'NAME'];

function changeOf({ past, causes }: Asked, object: ObjectName, column: string): Change | undefined {
  const aspect = cellAspect(object.kind, column, past.end.now);
  return aspect && lastChange(causes.history, object, aspect, startObject(past, object));
}

function revisionOf(change: Change | undefined): number {
  return change?.kind === 'changed' ? change.revision.revision : 0;
}

/** The object after the last write that is known. */
function lastObject({ past, causes }: Asked, object: ObjectName): KubeObject | undefined {
  const last = causes.history.revisions.get(registryKey(object))?.at(-1);
  return last === undefined ? startObject(past, object) : last.object;
}

function ofPrint(asked: Asked, { at, seq, by, causes, note }: Noted, text: string): Answer {
  const step = asked.past.steps.findLast((other) => other.verb === note.what && other.seq <= seq);
  const sentence = [{ text: `kubectl prints: ${text}` }];
  const print = { kind: 'decision', at, seq, by, verb: note.what, object: step?.object ?? '', sentence } as const;
  const { links, end } = chainOf(asked.causes, causes, [print]);
  return say(asked, text, 'kubectl printed it when its answer came.', { links, end });
}

/** The same past as a reader of this revision knew it. */
function untilRevision(asked: Asked, revision: number, { seq, at }: Noted): Asked {
  const { revisions } = asked.causes.history;
  const known = new Map(
    [...revisions].map(([key, all]) => [key, all.filter((one) => one.revision <= revision && one.seq < seq)] as const),
  );
  const history = { ...asked.causes.history, revisions: known };
  const end = { now: at, objects: () => [] };
  return { ...asked, now: at, causes: { ...asked.causes, history }, past: { ...asked.past, end } };
}

function ofStep(asked: Asked, number: number): Answer {
  const step = asked.past.steps[number - 1];
  if (step === undefined) return say(asked, `Step ${number}`, `There is no step ${number} in this history.`);
  const { history } = asked.causes;
  const from = step.record === '' ? history.notes.find(({ seq }) => seq === step.seq)?.causes : [step.record];
  const { links, end } = chainOf(asked.causes, from ?? []);
  return say(asked, `Step ${number}`, step.plain, { links, end });
}

function startObject(past: Past, object: ObjectName): KubeObject | undefined {
  return findObject(past.start, object);
}

function objectNow({ end }: Past, object: ObjectName): KubeObject | undefined {
  return findObject(end, object);
}

function findObject({ objects }: Pick<Peek, 'objects'>, { kind, namespace, name }: ObjectName): KubeObject | undefined {
  const plural = resourceOfWord(kind)?.plural ?? '';
  return objects(plural).find(({ metadata }) => metadata.name === name && (metadata.namespace ?? '') === namespace);
}
