import type { Millis } from '../kernel/message.ts';
import type { TraceRecord } from '../kernel/trace.ts';
import { allMatches, commandText, matches, type Pattern, parsePattern } from '../view/pattern.ts';

/** What an author planned: the Dos and Beats of a page in their order. */
export type PlanItem =
  | { readonly kind: 'do'; readonly command: string }
  | { readonly kind: 'beat'; readonly id: string; readonly at: string };

/** A beat that has happened. */
export interface Reached {
  readonly id: string;
  /** The record that is the beat. */
  readonly seq: number;
  readonly at: Millis;
}

/** How far a history has come along a plan. */
export interface Progress {
  /** Items of the plan done. */
  readonly done: number;
  readonly reached: readonly Reached[];
  /** The record that did each item. */
  readonly did: readonly number[];
  /** Records looked at, and the last of them: another history begins anew. */
  readonly seen: number;
  readonly last: TraceRecord | undefined;
}

/** Nothing done yet. */
export const START: Progress = { done: 0, reached: [], did: [], seen: 0, last: undefined };

/**
 * Follows a history along a plan: a Do is done by the same command, whoever typed it; a beat by the first record after
 * the item before it that matches. Commands that are not in the plan are passed over. Pure: feed it longer and longer
 * pasts.
 */
export function follow(plan: readonly PlanItem[], past: readonly TraceRecord[], progress: Progress): Progress {
  const from = past[progress.seen - 1] === progress.last ? progress : START;
  let { done } = from;
  const reached = from.reached.slice();
  const did = from.did.slice();
  let pattern = patternOf(plan[done]);
  for (let index = from.seen; index < past.length && done < plan.length; index++) {
    const record = past[index] as TraceRecord;
    const item = plan[done] as PlanItem;
    if (item.kind === 'do') {
      if (record.type !== 'commanded' || commandText(record.command) !== canonical(item.command)) continue;
    } else {
      if (pattern === undefined || !matches(pattern, record)) continue;
      reached.push({ id: item.id, seq: record.seq, at: record.at });
    }
    did.push(record.seq);
    done++;
    pattern = patternOf(plan[done]);
  }
  return { done, reached, did, seen: past.length, last: past[past.length - 1] };
}

/**
 * For each pattern, whether it holds between a place in the plan (after so many items) and a beat, in a history that
 * has come past both. Undefined when the beat has not come.
 */
export function decide(
  past: readonly TraceRecord[],
  progress: Progress,
  beat: string,
  patterns: readonly string[],
  after: number,
): readonly boolean[] | undefined {
  const seq = progress.reached.find((reached) => reached.id === beat)?.seq;
  if (seq === undefined) return undefined;
  const from = placeIn(past, progress, after, seq);
  const records = past.filter((record) => record.seq > from && record.seq <= seq);
  return patterns.map((pattern) => allMatches(records, pattern).length > 0);
}

/**
 * The last record before a place in the plan, so many items from its start, in a history that has come past it. A
 * command is over when its answer has been printed, if that was before `limit`.
 */
function placeIn(past: readonly TraceRecord[], { did }: Progress, items: number, limit: number): number {
  const seq = did[items - 1] ?? 0;
  const record = past.find((candidate) => candidate.seq === seq);
  if (record?.type !== 'commanded') return seq;
  const { run } = record.command;
  const exit = past.find(
    ({ seq: at, ...own }) => at > seq && 'note' in own && own.note.what === 'kubectl/exited' && own.note['run'] === run,
  );
  return exit !== undefined && exit.seq < limit ? exit.seq : seq;
}

/** A fault names a pod of the namespace default with or without it; `commandText` leaves it out. */
function canonical(command: string): string {
  return command.replace(/^(crash pod\/)default\//, '$1');
}

function patternOf(item: PlanItem | undefined): Pattern | undefined {
  if (item?.kind !== 'beat') return undefined;
  const pattern = parsePattern(item.at);
  return typeof pattern === 'string' ? undefined : pattern;
}
