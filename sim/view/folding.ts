import type { Address, AnyMessage, MessageId, Millis } from '../kernel/message.ts';
import { isRadio } from './names.ts';
import { plainOf } from './narrate.ts';
import type { Step } from './step.ts';
import type { Subject } from './subject.ts';

/**
 * A history being told. Mutable, so that a page can add records as they come; `steps` holds immutable steps, and a late
 * fact (the revision of a write, the name an object was given) replaces the step it belongs to.
 */
export interface Folding {
  readonly steps: Step[];
  /** Which steps a message follows from. */
  readonly owners: Map<MessageId, readonly number[]>;
  /** Steps whose answer is still to come, by request. */
  readonly open: Map<MessageId, OpenStep>;
  /** Messages about the writing of Events: told by their request alone. */
  readonly quiet: Set<MessageId>;
  /** Steps that something of the same instant may join: news of one change, facts of one decision. */
  readonly groups: Map<string, Group>;
  /** What ids stand for: containers, sandboxes and uids of pods as `pod/web`. */
  readonly names: Map<string, string>;
  routine: number;
}

/** A step that others may join. */
export interface Group {
  readonly number: number;
  readonly at: Millis;
  /** Who hears the news, and what it is to each; for output, one entry a line. */
  readonly heard: readonly Heard[];
}

/** A receiver of news and the type of its watch frame. */
export interface Heard {
  readonly to: Address;
  readonly verb: string;
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
    groups: new Map(),
    names: new Map(),
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

/** The group that something of the same kind and moment belongs to; its reasons are added to the step. */
export function join(
  folding: Folding,
  key: string,
  at: Millis,
  because: readonly number[],
  withinMs = TOGETHER_MS,
): Group | undefined {
  const group = folding.groups.get(key);
  if (group === undefined || at - group.at > withinMs) return undefined;
  const step = folding.steps[group.number - 1] as Step;
  const all = [...new Set([...step.because, ...because])].filter((number) => number < group.number);
  if (all.length !== step.because.length) change(folding, group.number, { because: all.slice(0, MAX_REASONS) });
  return group;
}

/** Lets later things of the same moment join a step. Old groups are forgotten. */
export function gather(folding: Folding, key: string, group: Group): void {
  if (folding.groups.size > MAX_GROUPS) folding.groups.clear();
  folding.groups.set(key, group);
}

/** The step as it is told so far. */
export function toldStep(folding: Folding, number: number): Step {
  return folding.steps[number - 1] as Step;
}

const MAX_GROUPS = 64;
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
