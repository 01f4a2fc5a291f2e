import type { AnyMessage } from '../kernel/message.ts';
import type { TraceRecord } from '../kernel/trace.ts';
import { allMatches, commandText, firstMatch, matches } from './pattern.ts';
import { objectOf, type Subject, subjectOf } from './subject.ts';

/** A pattern for a beat. */
export interface Selector {
  /** What stands in `at="…"`. */
  readonly at: string;
  /** Which of the records that match after the beat before it is meant: 1 is what a beat takes. */
  readonly nth: number;
  /** Others match after it: the beat says `first` before the pattern. */
  readonly isFirst: boolean;
}

/**
 * The shortest pattern whose first match after `afterSeq` is this record, generated names as globs where that is
 * enough; it is the first of several when another matches before `beforeSeq`. When a record before it is told apart by nothing that a pattern can say, `nth` is more than 1: a beat has to
 * stand on the one before. Undefined for what no pattern means, such as timers.
 */
export function selectorFor(
  past: readonly TraceRecord[],
  record: TraceRecord,
  afterSeq: number,
  beforeSeq = Number.POSITIVE_INFINITY,
): Selector | undefined {
  const before = past.filter(({ seq }) => seq > afterSeq && seq < record.seq);
  const own = candidates(record).filter((at) => matches(at, record));
  const first = own.find((at) => firstMatch(before, at) === undefined);
  if (first !== undefined) {
    const again = firstMatch(past, first, record.seq)?.seq ?? Number.POSITIVE_INFINITY;
    return { at: first, nth: 1, isFirst: again < beforeSeq };
  }
  const exact = own.at(-1);
  return exact === undefined ? undefined : { at: exact, nth: 1 + allMatches(before, exact).length, isFirst: false };
}

/** The record in the language of patterns, with everything that language can say of it; '' for a timer. */
export function exactPattern(record: TraceRecord): string {
  return candidates(record).at(-1) ?? '';
}

/** Patterns that mean a record, from the shortest to the most exact. */
function candidates(record: TraceRecord): readonly string[] {
  if (record.type === 'commanded') return [`command ${commandText(record.command)}`];
  if (record.type === 'noted') return withObjects(`note ${record.note.what}`, record.note.about ?? '');
  const { message, type } = record;
  const { from, to, kind } = message;
  if (from === to) return [];
  if (type === 'dropped') return [`lost ${from} ${to}`];
  return type === 'sent' ? sentPatterns(message) : heardPatterns(message, kind);
}

function sentPatterns(message: AnyMessage): readonly string[] {
  const { from, to, kind } = message;
  const subject = subjectOf(message);
  if (subject?.type === 'request') return forObject(`${subject.verb} ${from}`, subject);
  return [`call ${kind} ${to}`, `sent ${from} ${to}`];
}

function heardPatterns(message: AnyMessage, kind: string): readonly string[] {
  const { from, to } = message;
  const subject = subjectOf(message);
  if (kind === 'event' && subject?.type === 'watch') return forObject(`watch:${subject.verb} ${to}`, subject);
  if (kind === 'response' && subject?.type === 'answer') return forObject(`answer:${subject.verb} ${to}`, subject);
  return [`heard ${from} ${to}`];
}

function forObject(start: string, subject: Subject): readonly string[] {
  const short = withObjects(start, objectOf(subject));
  return subject.namespace === '' ? short : [...short, `${start} ${objectOf(subject, true)}`];
}

/** `pod/*`, then `pod/web-*`, then the whole name. */
function withObjects(start: string, object: string): readonly string[] {
  if (object === '') return [start];
  const [kind = '', ...rest] = object.split('/');
  const last = rest.length > 1 && SUBRESOURCE.test(rest.at(-1) ?? '') ? `/${rest.at(-1)}` : '';
  const forms = [`${kind}/*${last}`, object.replace(GENERATED, '-*'), object];
  return [...new Set(forms)].map((form) => `${start} ${form}`);
}

const SUBRESOURCE = /^(status|binding|scale|log|eviction|token)$/;
/** The endings that the API server and the Deployment controller give to names: letters that spell no words. */
const GENERATED =
  /-[bcdfghjklmnpqrstvwxz2456789]{8,10}(-[bcdfghjklmnpqrstvwxz2456789]{5})?\b|-[bcdfghjklmnpqrstvwxz2456789]{5}\b/;
