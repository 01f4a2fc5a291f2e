import type { AnyMessage, MessageId, Millis } from '../kernel/message.ts';
import { isRadio } from './names.ts';
import { plainOf } from './narrate.ts';
import type { Step } from './step.ts';
import type { Subject } from './subject.ts';

/**
 * A history being told. Mutable, so that a page can add records as they come; `steps` holds immutable steps, and a late fact (the
 * revision of a write, the name an object was given) replaces the step it belongs to.
 */
export interface Folding {
  readonly steps: Step[];
  /** Which steps a message follows from. */
  readonly owners: Map<MessageId, readonly number[]>;
  /** Steps whose answer is still to come, by request. */
  readonly open: Map<MessageId, OpenStep>;
  /** Messages about the writing of Events: told by their request alone. */
  readonly quiet: Set<MessageId>;
  /** What several steps of one instant could join: news of one change, facts of one decision. */
  group: { readonly key: string; readonly number: number; readonly at: Millis };
  routine: number;
}

/** A step whose answer is still to come. */
export interface OpenStep {
  readonly number: number;
  readonly message: AnyMessage;
  readonly subject: Subject;
}

/** A history of which nothing has been told. */
export function createFolding(): Folding {
  return {
    steps: [],
    owners: new Map(),
    open: new Map(),
    quiet: new Set(),
    group: { key: '', number: 0, at: 0 },
    routine: 0,
  };
}

/** A step as it is first told. */
export type Told = Omit<Step, 'number' | 'plain' | 'also' | 'radio' | 'routine'>;

/** Adds a step; gives its number. */
export function tell(folding: Folding, told: Told): number {
  const number = folding.steps.length + 1;
  const { from, to, sentence } = told;
  const step = {
    ...told,
    number,
    also: [],
    radio: isRadio(from, to),
    routine: folding.routine,
    plain: plainOf(sentence),
  };
  folding.steps.push(step);
  folding.routine = 0;
  return number;
}

/** What a step takes from its message. */
export function envelope(
  message: AnyMessage,
  seq: number,
): Pick<Step, 'seq' | 'sentAt' | 'at' | 'from' | 'to' | 'record'> {
  const { sentAt, at, from, to, id } = message;
  return { seq, sentAt, at, from, to, record: id };
}

/** Replaces fields of a step that is told already. */
export function change(folding: Folding, number: number, fields: Partial<Step>): void {
  folding.steps[number - 1] = { ...(folding.steps[number - 1] as Step), ...fields };
}

/** The step that something of the same kind and moment belongs to; its reasons are added there. */
export function join(folding: Folding, key: string, at: Millis, because: readonly number[]): number | undefined {
  const { group } = folding;
  if (group.key !== key || at - group.at > TOGETHER_MS) return undefined;
  const step = folding.steps[group.number - 1] as Step;
  const all = [...new Set([...step.because, ...because])].filter((number) => number < group.number);
  if (all.length !== step.because.length) change(folding, group.number, { because: all.slice(0, MAX_REASONS) });
  return group.number;
}

const TOGETHER_MS = 5;
const MAX_REASONS = 4;
const NO_STEPS: readonly number[] = [];

/** The steps that these messages follow from. */
export function becauseOf(folding: Folding, causes: readonly MessageId[]): readonly number[] {
  const [only] = causes;
  if (only === undefined) return NO_STEPS;
  if (causes.length === 1) return folding.owners.get(only) ?? NO_STEPS;
  const numbers = new Set(causes.flatMap((cause) => folding.owners.get(cause) ?? NO_STEPS));
  return [...numbers].sort((a, b) => a - b).slice(-MAX_REASONS);
}

/** A message that is no step itself leads back to the steps before it. */
export function inherit(folding: Folding, id: MessageId, because: readonly number[]): void {
  if (because.length > 0) folding.owners.set(id, because);
}
