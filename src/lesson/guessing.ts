import type { LessonModel } from './model.ts';
import type { LessonRun } from './run.ts';

/** A question with one right answer: how long its options are, and which is right. */
export interface Question {
  readonly lengths: readonly number[];
  readonly right: number;
}

/** How somebody fares who never reads the question. */
export interface Guesser {
  /** `the first option` */
  readonly always: string;
  readonly right: number;
  readonly of: number;
  /** What chance gives. */
  readonly chance: number;
  /** So much that chance alone would give it to one in a hundred at most. */
  readonly isTooGood: boolean;
}

/** Chance alone goes beyond so many standard deviations once in a hundred times. */
const MOST_DEVIATIONS = 2.33;

/** The questions of a lesson: its predictions, as the simulator decided them, and its Recalls with options. */
export function questionsOf({ predicts, recalls }: LessonModel, outcomes: LessonRun['outcomes']): readonly Question[] {
  const asked = predicts.map(({ id, options }) => {
    return { lengths: options.map(({ text }) => text.length), right: (outcomes[id] ?? []).indexOf(true) };
  });
  const recalled = recalls.flatMap(({ form, options, right }) => {
    return form === 'choose' ? [{ lengths: options.map(({ length }) => length), right }] : [];
  });
  return [...asked, ...recalled].filter(({ right }) => right >= 0);
}

/** How far one comes who always chooses by place or by length. A course that is written without care gives itself away. */
export function guessers(questions: readonly Question[]): readonly Guesser[] {
  const chances = questions.map(({ lengths }) => 1 / lengths.length);
  const chance = chances.reduce((sum, part) => sum + part, 0);
  const deviation = Math.sqrt(chances.reduce((sum, part) => sum + part * (1 - part), 0));
  return Object.entries(WAYS).map(([always, choose]) => {
    const right = questions.filter((question) => choose(question.lengths) === question.right).length;
    return { always, right, of: questions.length, chance, isTooGood: right > chance + MOST_DEVIATIONS * deviation };
  });
}

const WAYS: Readonly<Record<string, (lengths: readonly number[]) => number>> = {
  'the first option': () => 0,
  'the last option': (lengths) => lengths.length - 1,
  'the longest option': (lengths) => lengths.indexOf(Math.max(...lengths)),
  'the shortest option': (lengths) => lengths.indexOf(Math.min(...lengths)),
};
