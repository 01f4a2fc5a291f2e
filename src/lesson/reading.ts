import type { LessonModel } from './model.ts';

/** Grown-ups read a newspaper at some 240 words a minute. What is to be understood and kept goes slower. */
const WORDS_PER_MINUTE = 200;
/** To look at one step on the stage. */
const BEAT_MINUTES = 0.1;
/** To guess, run and compare. */
const PREDICT_MINUTES = 0.75;
/** To solve an exercise, by how much is given. */
const RUNG_MINUTES: Readonly<Record<string, number>> = { watch: 1, complete: 2, do: 2.5, diagnose: 3 };

/** To write the program of a lab, pass its tests and run it. */
const LAB_MINUTES = 15;

/** Words of a lesson that are read: without frontmatter, commands, manifests and exercises. */
export function wordsIn(text: string): number {
  return proseOf(text).match(/[\p{L}\p{N}][\p{L}\p{N}.’'/:=-]*/gu)?.length ?? 0;
}

/** What of a lesson is read as text. */
export function proseOf(text: string): string {
  return text
    .replace(/^---[\s\S]*?\n---/, '')
    .replace(/^ *```[\s\S]*?^ *```/gm, '')
    .replace(/<Exercise[\s\S]*?<\/Exercise>/g, '')
    .replace(/<[^>]*>/g, ' ');
}

/** Minutes a lesson takes: its words, its stage, its exercises and its labs. A round number, at least 1. */
export function minutesOf({ words, beats, predicts, exercises, labs }: Timed): number {
  const stage = beats.length * BEAT_MINUTES + predicts.length * PREDICT_MINUTES;
  const work = exercises.reduce((sum, { rung }) => sum + (RUNG_MINUTES[rung] ?? 2), 0);
  const programs = labs.length * LAB_MINUTES;
  return Math.max(1, Math.round(words / WORDS_PER_MINUTE + stage + work + programs));
}

/** What takes a reader time. */
type Timed = Pick<LessonModel, 'words' | 'beats' | 'predicts' | 'exercises' | 'labs'>;

/**
 * How many things a lesson says that its check executes: each Do, each beat and its times, each prediction, each
 * printed output, each click Recall, and of each exercise the goals at the start and after idling, the solution, the
 * solution without each of its steps, the wrong answers and the hints.
 */
export function claimsIn(lesson: LessonModel): number {
  const { plan, beats, predicts, shells, recalls, exercises } = lesson;
  const times = beats.flatMap(({ after, within }) => [after, within]).filter((time) => time !== undefined);
  const printed = shells.flatMap(({ runs }) => runs).filter(({ output }) => output !== '');
  const clicks = recalls.filter(({ form }) => form === 'click');
  const page = [plan, times, predicts, printed, clicks].reduce((sum, { length }) => sum + length, 0);
  const tried = exercises.map(({ goals, solution, wrongs, hints }) => {
    return 2 * goals.length + 1 + solution.length + wrongs.length + hints.length;
  });
  return tried.reduce((sum, count) => sum + count, page);
}
