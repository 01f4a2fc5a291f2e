import { resourceOfWord } from '../api/index.ts';
import type { KubeObject } from '../api/meta.ts';
import { isTyped } from '../cluster/commands.ts';
import type { Millis } from '../kernel/message.ts';
import type { TraceRecord } from '../kernel/trace.ts';
import { commandText, matches, type Pattern, parsePattern } from '../view/pattern.ts';
import { parseDuration } from './duration.ts';
import { parseExpression } from './expression.ts';
import { evaluate, type Finding, type GoalSpec, isDefined, type ObjectsOf, parseExpectation } from './goals.ts';

/** A reached goal must stay true this long, so that ticks do not flicker. */
export const STAY_MS = 2000;

/** A goal in play. */
export interface GoalState {
  readonly state: 'not yet' | 'done' | 'holding' | 'broken' | 'late';
  /** The present value in words: `now: Available=False`. */
  readonly now: string;
  /** Since when a `reach` has been true. */
  readonly since?: Millis;
  /** When it was done or broken. */
  readonly at?: Millis;
}

/** A goal that has been read. */
export interface Goal {
  readonly kind: 'reach' | 'hold' | 'did' | 'never';
  /** For did and never: the record that is meant, or the beginning of a command. */
  readonly act: Pattern | string;
  /** For reach and hold: how things stand. */
  readonly look: (objectsOf: ObjectsOf) => Finding;
  readonly withinMs: number | undefined;
  readonly afterMs: number;
  /** A reach must stay true so long. */
  readonly stayMs: number;
}

/** Reads a goal as written; gives a sentence when it cannot. */
export function parseGoal(spec: GoalSpec): Goal | string {
  const kinds = (['reach', 'hold', 'did', 'never'] as const).filter((kind) => spec[kind] !== undefined);
  const kind = kinds[0];
  if (kind === undefined || kinds.length > 1) return 'A Goal has exactly one of reach, hold, did and never.';
  const text = spec[kind] ?? '';
  for (const duration of [spec.within, spec.after, spec.for]) {
    if (duration !== undefined && parseDuration(duration) === undefined)
      return `"${duration}" is no duration such as 400s.`;
  }
  const withinMs = spec.within === undefined ? undefined : parseDuration(spec.within);
  const afterMs = parseDuration(spec.after ?? '0s') ?? 0;
  const stayMs = spec.for === undefined ? STAY_MS : (parseDuration(spec.for) ?? STAY_MS);
  if (spec.for !== undefined && kind !== 'reach') return `for belongs to reach, not to ${kind}.`;
  if (kind === 'did' || kind === 'never') {
    const act = isTyped(text) ? text : parsePattern(text);
    if (typeof act === 'string' && act !== text) return act;
    if (spec.cel !== undefined) return `cel belongs to reach and hold, not to ${kind}.`;
    return { kind, act, look: () => NEVER, withinMs, afterMs, stayMs };
  }
  const look = spec.cel === undefined ? lookAt(text) : lookBy(text, spec.cel);
  return typeof look === 'string' ? look : { kind, act: '', look: remembering(look), withinMs, afterMs, stayMs };
}

/** The same look, which thinks again only when an object that it looked at has changed. */
function remembering(look: Goal['look']): Goal['look'] {
  let seen: readonly (readonly [plural: string, objects: readonly KubeObject[]])[] = [];
  let finding: Finding | undefined;
  return (objectsOf) => {
    if (finding !== undefined && seen.every(([plural, objects]) => areSame(objects, objectsOf(plural)))) return finding;
    const looked: (readonly [string, readonly KubeObject[]])[] = [];
    finding = look((plural) => {
      const objects = objectsOf(plural);
      looked.push([plural, objects]);
      return objects;
    });
    seen = looked;
    return finding;
  };
}

function areSame(before: readonly KubeObject[], after: readonly KubeObject[]): boolean {
  return before.length === after.length && before.every((object, index) => object === after[index]);
}

const NEVER: Finding = { holds: false, now: 'not done' };

function lookAt(text: string): Goal['look'] | string {
  const expectation = parseExpectation(text);
  return typeof expectation === 'string' ? expectation : (objectsOf) => evaluate(expectation, objectsOf);
}

/** A CEL goal names its kind, so that nobody has to read the expression to know what it is about. */
function lookBy(kind: string, cel: string): Goal['look'] | string {
  const plural = isDefined(kind) ? kind : resourceOfWord(kind)?.plural;
  if (plural === undefined) return `"${kind}" is no kind here: beside cel=, reach and hold name one.`;
  const expression = parseExpression(cel, isDefined(kind) ? kind : undefined);
  if (typeof expression === 'string') return expression;
  if (!expression.lists.includes(plural)) return `The expression does not look at ${plural.split('.')[0]}.`;
  return (objectsOf) => expression.evaluate(objectsOf);
}

/** The goals before anything happened. */
export function startGoals(goals: readonly Goal[], objectsOf: ObjectsOf): readonly GoalState[] {
  return goals.map((goal) => {
    if (goal.kind === 'did') return { state: 'not yet', now: 'not done yet' };
    if (goal.kind === 'never') return { state: 'holding', now: 'not done' };
    const finding = goal.look(objectsOf);
    if (goal.kind === 'hold') return { state: finding.holds ? 'holding' : 'broken', now: finding.now };
    const isTrue = finding.holds && goal.afterMs === 0;
    return isTrue ? { state: 'not yet', now: finding.now, since: 0 } : { state: 'not yet', now: finding.now };
  });
}

/** The goals one moment later. Done stays done; broken stays broken. Returns the same array when nothing changed. */
export function trackGoals(
  goals: readonly Goal[],
  states: readonly GoalState[],
  now: Millis,
  news: readonly TraceRecord[],
  objectsOf: ObjectsOf,
): readonly GoalState[] {
  const next = goals.map((goal, index) => trackOne(goal, states[index] as GoalState, now, news, objectsOf));
  return next.every((state, index) => isSame(state, states[index] as GoalState)) ? states : next;
}

/** Whether an exercise is solved. */
export function isSolved(states: readonly GoalState[]): boolean {
  return states.length > 0 && states.every(({ state }) => state === 'done' || state === 'holding');
}

/** The answer to a question of a hint: what is so now, or, after `did`, was done; several are joined by `and`. */
export function isSo(ask: string, past: readonly TraceRecord[], objectsOf: ObjectsOf): boolean {
  return ask.split(' and ').every((part) => {
    const did = /^did (.*)/.exec(part)?.[1];
    const goal = parseGoal(did === undefined ? { reach: part } : { did });
    if (typeof goal === 'string') return false;
    return did === undefined ? goal.look(objectsOf).holds : past.some((record) => isDone(goal.act, record));
  });
}

function trackOne(
  goal: Goal,
  old: GoalState,
  now: Millis,
  news: readonly TraceRecord[],
  objectsOf: ObjectsOf,
): GoalState {
  if (old.state === 'done' || old.state === 'broken' || old.state === 'late') return old;
  if (goal.kind === 'did' || goal.kind === 'never') {
    if (!news.some((record) => isDone(goal.act, record))) return old;
    return goal.kind === 'did' ? { state: 'done', now: 'done', at: now } : { state: 'broken', now: 'done', at: now };
  }
  const finding = goal.look(objectsOf);
  if (goal.kind === 'hold') {
    return finding.holds ? { state: 'holding', now: finding.now } : { state: 'broken', now: finding.now, at: now };
  }
  if (!finding.holds || now < goal.afterMs) {
    const isLate = goal.withinMs !== undefined && now > goal.withinMs;
    return isLate ? { state: 'late', now: finding.now, at: now } : { state: 'not yet', now: finding.now };
  }
  const since = old.since ?? now;
  if (goal.withinMs !== undefined && since > goal.withinMs) return { state: 'late', now: finding.now, at: since };
  if (now - since >= goal.stayMs) return { state: 'done', now: finding.now, since, at: since };
  return { state: 'not yet', now: finding.now, since };
}

function isDone(act: Goal['act'], record: TraceRecord): boolean {
  if (typeof act !== 'string') return matches(act, record);
  return record.type === 'commanded' && `${commandText(record.command)} `.startsWith(`${act} `);
}

function isSame(a: GoalState, b: GoalState): boolean {
  return a.state === b.state && a.now === b.now && a.since === b.since;
}
