import type { Move } from '../../sim/index.ts';
import { lengthText } from '../../sim/view/names.ts';
import type { Part } from '../../sim/view/step.ts';
import { JUMP_MS } from './playback.ts';
import type { Frame } from './protocol.ts';

/** What the caption under the drawing says. */
export interface Caption {
  /** Number of the step; 0 when nothing has happened yet. */
  readonly number: number;
  readonly sentence: readonly Part[];
  readonly plain: string;
  /** `4 min 38 s later`; '' when no quiet was skipped. */
  readonly later: string;
}

/** A mark on the ruler: a step and when it arrives. */
export interface Mark {
  readonly number: number;
  readonly at: number;
}

/** The caption of a frame: its latest step. `later` tells of the quiet that was skipped. */
export function captionOf(frame: Frame, later: string): Caption {
  const { step } = frame;
  if (step === undefined) return { number: 0, sentence: [], plain: '', later };
  return { number: step.number, sentence: step.sentence, plain: step.plain, later };
}

/** When a play found nothing to show: the cluster waits for somebody to act. */
export function captionAtRest(frame: Frame): Caption {
  const plain = 'Nothing but routine traffic is due now. Run a command, break something, or go back in time.';
  return { ...captionOf(frame, ''), sentence: [{ text: plain }], plain };
}

/** The quiet that a move skipped before its first message: `4 min 38 s later`; '' when there was none to speak of. */
export function laterThan(move: Move | undefined): string {
  const quiet = move === undefined ? 0 : (move.steps[0]?.sentAt ?? move.to) - move.from;
  return quiet > JUMP_MS ? `${lengthText(quiet)} later` : '';
}

/** What the status region says at a pause. */
export function spoken({ number, plain, later }: Caption): string {
  const sentence = [later === '' ? '' : `${later}.`, plain].filter((text) => text !== '').join(' ');
  return number === 0 ? 'At the start.' : `Stopped at step ${number}. ${sentence}`;
}

/** Steps of the frame, then those already known after it. */
export function merged(known: readonly Mark[], { marks }: Frame): readonly Mark[] {
  const last = marks.at(-1);
  const after = known.filter(({ number }) => number > (last?.number ?? 0));
  return [...marks, ...after];
}
