import type { Millis } from '../kernel/message.ts';
import type { Part, Step } from './step.ts';

/** A line of the log: a numbered sentence and the steps it follows from. */
export interface LogEntry {
  readonly number: number;
  readonly at: Millis;
  readonly sentence: readonly Part[];
  readonly plain: string;
  readonly because: readonly number[];
  /** Routine messages since the line before. */
  readonly routine: number;
}

/** The whole history in words: for screen readers, print and pages without scripts. */
export function logOf(steps: readonly Step[]): readonly LogEntry[] {
  return steps.map(({ number, sentAt, sentence, plain, because, routine }) => {
    return { number, at: sentAt, sentence, plain, because, routine };
  });
}
