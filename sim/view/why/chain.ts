import type { AnyMessage, MessageId, Millis } from '../../kernel/message.ts';
import { READER } from '../../kernel/world.ts';
import { decisionText } from '../decisions.ts';
import { drawnAs, isApiServer, isPassedOn, plainName } from '../names.ts';
import { narrateRequest, narrateStore, narrateWatch, plainOf, says } from '../narrate.ts';
import type { Part, Step } from '../step.ts';
import { objectOf, type Subject, subjectOf } from '../subject.ts';
import type { History, Revision, Sent } from './history.ts';
import { ruleOf } from './rules.ts';
import { silenceOf } from './silence.ts';

/** What a link of a chain is. */
export type LinkKind =
  | 'command'
  | 'fault'
  | 'request'
  | 'answer'
  | 'admission'
  | 'write'
  | 'watch'
  | 'decision'
  | 'call'
  | 'silence';

/** One link of a chain of causes. */
export interface Link {
  readonly kind: LinkKind;
  readonly at: Millis;
  /** The record that shows it. */
  readonly seq: number;
  /** Who did it. */
  readonly by: string;
  /** Who it reached, for news; '' otherwise. */
  readonly to: string;
  /** `POST`, `ADDED`, `scheduler/scored`, `put` */
  readonly verb: string;
  /** `pod/web`, `pod/web/binding`; '' when it is about none. */
  readonly object: string;
  readonly sentence: readonly Part[];
  readonly plain: string;
  /** Why it follows from the link below it, in one sentence that holds always; '' when there is no such sentence. */
  readonly rule: string;
  /** Messages between this link and the one above it that are not told. */
  readonly left: number;
  /** How many other things it followed from as well: a work queue joins them. */
  readonly others: number;
  /** Whether it tells who wanted or decided something; the rest of a chain is how that was written down and heard of. */
  readonly isMain: boolean;
}

/** Causes, from the last back to the first. `end` says why it does not reach what a person did; '' when it does. */
export interface Chain {
  readonly links: readonly Link[];
  readonly end: string;
}

/** What chains are read from. */
export interface Causes {
  readonly history: History;
  readonly steps: readonly Step[];
  /** The object that is asked about, as `kind/name`: what was decided about it is told wherever it comes up. */
  readonly about?: string;
}

/** A link before its rule and its neighbours are known. */
export type Told = Omit<Link, 'rule' | 'left' | 'others' | 'plain' | 'isMain' | 'to'> & { readonly to?: string };

const MAX_LINKS = 80;
const MAX_MESSAGES = 2000;
/** The chain leaves the history. */
export const BEFORE = 'What led to it happened before the cluster’s clock began, and is not in this history.';

/** Walks back from messages to what started them. `above` are links told already, from the last back. */
export function chainOf(causes: Causes, from: readonly MessageId[], above: readonly Told[] = []): Chain {
  const walk = new Walk(causes, above);
  const end = walk.back(from);
  return { links: withRules(walk.links), end };
}

type Placed = Told & Pick<Link, 'left' | 'others'>;

class Walk {
  readonly links: Placed[];
  readonly #causes: Causes;
  readonly #seen = new Set<MessageId>();
  #left = 0;

  constructor(causes: Causes, above: readonly Told[]) {
    this.#causes = causes;
    this.links = above.map((told) => ({ ...told, left: 0, others: 0 }));
  }

  /** Gives how the chain ends. */
  back(from: readonly MessageId[]): string {
    const { history } = this.#causes;
    let [next, others] = choose(history, from, undefined);
    for (let told = 0; told < MAX_MESSAGES && this.links.length < MAX_LINKS; told++) {
      if (next === undefined || this.#seen.has(next)) return BEFORE;
      this.#seen.add(next);
      const command = this.#command(next);
      if (command !== undefined) {
        this.#push(command, others);
        return '';
      }
      const sent = history.sent.get(next);
      if (sent === undefined) return BEFORE;
      const end = this.#message(sent, others);
      if (end !== undefined) return end;
      const isTimer = isClock(sent.message);
      [next, others] = choose(history, sent.message.causes, sent.message);
      if (isTimer && isSameClock(history, sent.message, next))
        return `Nobody asked for it: ${plainName(sent.message.from)} does it by itself, at its own times.`;
    }
    return 'The chain goes on further back than is told here.';
  }

  /** Tells a message and what its sender decided before it. Gives an end when the chain ends here. */
  #message(sent: Sent, others: number): string | undefined {
    const { message } = sent;
    const subject = subjectOf(message);
    const isFirst = !this.links.some(({ kind }) => kind === 'request');
    if (message.kind === 'request' && (isFirst || message.from === 'kubectl')) this.#admission(message);
    const told = subject && tellMessage(this.#causes, sent, subject, isFirst);
    if (told === undefined) this.#left++;
    else this.#push(told, others);
    for (const step of decisionsBefore(this.#causes, sent, subject)) {
      this.#push(tellDecision(step), 0);
      const silence = silenceOf(this.#causes, step);
      if (silence === undefined) continue;
      for (const link of silence.links) this.#push(link, 0);
      return silence.end;
    }
    return undefined;
  }

  /** What the API server did with a request before it wrote. */
  #admission(request: AnyMessage): void {
    const notes = this.#causes.history.notes.filter(({ note, causes }) => {
      return note.what.startsWith('apiserver/') && note.what !== 'apiserver/stored' && causes.includes(request.id);
    });
    const last = notes.at(-1);
    const first = this.links.at(-1);
    if (last === undefined || first === undefined || last.seq > first.seq) return;
    const subject = subjectOf(request);
    const about = subject && (subject.name === '' ? `${subject.kind}s` : objectOf(subject));
    const text = notes.map(({ note }) => decisionText(about ? { ...note, about } : note)).join('; ');
    const sentence = says(last.by, text);
    const { at, seq, by } = last;
    this.#push({ kind: 'admission', at, seq, by, verb: last.note.what, object: last.note.about ?? '', sentence }, 0);
  }

  #command(id: MessageId): Told | undefined {
    const command = this.#causes.history.commands.get(id);
    const step = this.#causes.steps.find(({ record }) => record === id);
    if (command === undefined || step === undefined) return undefined;
    const { at, seq } = command;
    const kind = step.kind === 'fault' ? 'fault' : 'command';
    return { kind, at, seq, by: READER, verb: step.verb, object: step.object, sentence: step.sentence };
  }

  #push(told: Told, others: number): void {
    this.links.push({ ...told, left: this.#left, others });
    this.#left = 0;
  }
}

/** A rule is said once in a chain. */
function withRules(links: readonly Placed[]): readonly Link[] {
  const said = new Set<string>();
  return links.map((link, index) => {
    const isMain = index === 0 || !['admission', 'answer', 'watch', 'write'].includes(link.kind);
    const known = ruleOf(link);
    const rule = said.has(known) ? '' : known;
    said.add(known);
    return { ...link, to: link.to ?? '', plain: plainOf(link.sentence), rule, isMain };
  });
}

/** Of several causes: news of another object before news of the same, and the last before those it came after. */
function choose(
  history: History,
  causes: readonly MessageId[],
  effect: AnyMessage | undefined,
): [id: MessageId | undefined, others: number] {
  const own = effect && subjectOf(effect);
  const known = [...new Set(causes)].map((id) => ({ id, weight: weightOf(history, id, own), seq: seqOf(history, id) }));
  known.sort((a, b) => b.weight - a.weight || b.seq - a.seq);
  const others = known.filter(({ weight }) => weight > 1).length - 1;
  return [known[0]?.id, Math.max(0, others)];
}

function weightOf(history: History, id: MessageId, own: Subject | undefined): number {
  if (history.commands.has(id)) return 3;
  const message = history.sent.get(id)?.message;
  if (message === undefined) return -1;
  if (message.from === message.to) return 0;
  const subject = subjectOf(message);
  if (subject?.type !== 'watch') return 1;
  return own !== undefined && own.kind === subject.kind && own.name === subject.name ? 2 : 3;
}

function seqOf(history: History, id: MessageId): number {
  const sent = history.sent.get(id);
  return sent?.heard?.seq ?? sent?.seq ?? history.commands.get(id)?.seq ?? 0;
}

function isClock({ from, to, routine }: AnyMessage): boolean {
  return from === to && routine;
}

function isSameClock(history: History, message: AnyMessage, next: MessageId | undefined): boolean {
  const other = next === undefined ? undefined : history.sent.get(next)?.message;
  return other === undefined || (isClock(other) && other.from === message.from && other.kind === message.kind);
}

function tellMessage(causes: Causes, sent: Sent, subject: Subject, isFirst: boolean): Told | undefined {
  const { message, seq, heard } = sent;
  const { from, sentAt } = message;
  const object = objectOf(subject);
  const common = { by: from, verb: subject.verb, object, at: sentAt, seq };
  const step = causes.steps.find(({ record }) => record === message.id);
  switch (subject.type) {
    case 'request': {
      if (subject.verb === 'WATCH' || (message.routine && !isFirst)) return undefined;
      const own = step?.kind === 'request' ? step : undefined;
      const isOn = isPassedOn(from, message.to);
      const passing = isOn ? says(from, `passes the request on to ${plainName(message.to)}`) : undefined;
      const sentence = passing ?? own?.sentence ?? narrateRequest(message, subject, object);
      return { ...common, kind: 'request', object: own?.object ?? object, sentence };
    }
    case 'watch': {
      if (heard === undefined || subject.verb === 'BOOKMARK' || isPassedOn(from, message.to)) return undefined;
      const sentence = narrateWatch(drawnAs(from), subject, [{ to: message.to, verb: subject.verb }]);
      return { ...common, kind: 'watch', to: message.to, ...heard, sentence };
    }
    case 'store':
      return tellWrite(causes.history, message, isFirst);
    case 'answer':
      return step === undefined ? undefined : { ...common, kind: 'answer', sentence: step.sentence };
    case 'call':
      return step === undefined ? undefined : { ...common, kind: 'call', object: step.object, sentence: step.sentence };
    case 'stored':
      return undefined;
  }
}

/** A write as etcd committed it; undefined when it did not, or when it is routine and not what was asked about. */
function tellWrite(history: History, message: AnyMessage, isFirst: boolean): Told | undefined {
  if (message.routine && !isFirst) return undefined;
  const revision = history.writes.get(message.id);
  return revision && writeLink(revision, message);
}

/** The link of a committed write. */
export function writeLink({ at, seq, revision }: Revision, message: AnyMessage): Told {
  const subject = subjectOf(message) as Subject;
  const sentence = narrateStore(message, subject, { revision, succeeded: true, results: [] });
  return { kind: 'write', at, seq, by: message.from, verb: subject.verb, object: objectOf(subject), sentence };
}

/** A decision as a link. */
function tellDecision({ at, seq, from, verb, object, sentence }: Step): Told {
  return { kind: 'decision', at, seq, by: from, verb, object, sentence };
}

/**
 * What the sender of a message decided on the way to it, the last first: noted by the same process, about the same
 * object or its owner, for the same reasons.
 */
function decisionsBefore(causes: Causes, sent: Sent, subject: Subject | undefined): readonly Step[] {
  const { history, steps } = causes;
  const { message, seq } = sent;
  if (subject === undefined || isApiServer(message.from)) return [];
  const reasons = reasonsOf(history, message);
  const names = namesIn(causes, message, subject);
  const isReason = (step: Step) => {
    const noted = history.notes.find((note) => note.seq === step.seq);
    return noted?.causes.some((cause) => reasons.has(cause)) ?? false;
  };
  return steps
    .filter((step) => step.kind === 'decision' && step.from === message.from && step.seq < seq)
    .filter((step) => step.at <= message.sentAt && names.has(step.object) && isReason(step))
    .reverse();
}

/** The causes of a message, through the timers of its sender. */
function reasonsOf(history: History, message: AnyMessage): ReadonlySet<MessageId> {
  const reasons = new Set<MessageId>();
  const open = [...message.causes];
  for (let id = open.pop(); id !== undefined && reasons.size < MOST_REASONS; id = open.pop()) {
    if (reasons.has(id)) continue;
    reasons.add(id);
    const cause = history.sent.get(id)?.message;
    if (cause !== undefined && cause.from === cause.to && !(cause.routine && cause.kind === message.kind)) {
      open.push(...cause.causes);
    }
  }
  return reasons;
}

const MOST_REASONS = 64;

/** The objects a message is about: its own, its owner, and what an Event speaks of, each as `kind/name`. */
function namesIn({ steps, about }: Causes, message: AnyMessage, subject: Subject): ReadonlySet<string> {
  const names = new Set([`${subject.kind}/${subject.name}`, about ?? '-']);
  const told = steps
    .find(({ record }) => record === message.id)
    ?.object.split('/')
    .slice(0, 2)
    .join('/');
  if (told !== undefined && told !== '') names.add(told);
  const { metadata, involvedObject } = (subject.object ?? {}) as Partial<{
    metadata: { ownerReferences?: readonly { kind: string; name: string }[] };
    involvedObject: { kind: string; name: string };
  }>;
  for (const { kind, name } of [...(metadata?.ownerReferences ?? []), ...(involvedObject ? [involvedObject] : [])]) {
    names.add(`${kind.toLowerCase()}/${name}`);
  }
  return names;
}
