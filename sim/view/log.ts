import type { Millis } from '../kernel/message.ts';
import { drawnAs } from './names.ts';
import type { Part, Step } from './step.ts';

/** A line of the log: a numbered sentence and the steps it follows from. */
export interface LogEntry {
  readonly number: number;
  readonly at: Millis;
  readonly sentence: readonly Part[];
  readonly plain: string;
  readonly because: readonly number[];
  /** Whether it tells of a decision of the scheduler, by whose record its tables are found. */
  readonly decision?: number;
  /** Routine messages since the line before. */
  readonly routine: number;
}

/** The whole history in words: for screen readers, print and pages without scripts. */
export function logOf(steps: readonly Step[]): readonly LogEntry[] {
  return steps.map((step) => {
    const { number, sentAt, sentence, plain, because, routine, seq } = step;
    const entry = { number, at: sentAt, sentence, plain, because, routine };
    return tellsDecision(step) ? { ...entry, decision: seq } : entry;
  });
}

/** A note of the scheduler about a pod, its binding, and the Event that says how it ended. */
function tellsDecision({ from, kind, verb, object }: Step): boolean {
  if (drawnAs(from) !== 'kube-scheduler') return false;
  if (kind === 'decision') return object.startsWith('pod/');
  return kind === 'request' && verb === 'POST' && /^pod\/.*\/binding$|^event\//.test(object);
}
