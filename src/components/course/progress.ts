import type { Saved } from '../../session/saved.ts';

/** Where the address of the lesson that was opened last is kept. */
export const LAST = 'course-last';

/** How far a lesson is on this device. */
export type LessonState = 'not begun' | 'begun' | 'done';

/** What a lesson asks for: ids of its predictions and of its exercises. */
export interface Tasks {
  readonly predicts: readonly string[];
  readonly exercises: readonly string[];
}

/** What a page kept on this device; undefined when nothing, or nothing we understand. Throws when reading is forbidden. */
export function readPage(path: string): Saved | undefined {
  const text = localStorage.getItem(`course:${path}`);
  try {
    const saved = JSON.parse(text ?? 'null') as Partial<Saved> | null;
    return saved?.version === 1 && saved.answers && saved.sessions ? (saved as Saved) : undefined;
  } catch {
    return undefined;
  }
}

/** The option a reader chose; -1 for "I'm not sure", undefined before that. */
export function guessOf(saved: Saved | undefined, predict: string): number | undefined {
  const answer = saved?.answers[predict] as { choice?: unknown } | null | undefined;
  return typeof answer?.choice === 'number' ? answer.choice : undefined;
}

/** Whether all goals of an exercise were once met together. */
export function isSolved(saved: Saved | undefined, exercise: string): boolean {
  return saved?.answers[`solved:${exercise}`] === true;
}

/** A lesson is done when every prediction is answered and every exercise solved. */
export function stateOf(saved: Saved | undefined, { predicts, exercises }: Tasks): LessonState {
  if (saved === undefined) return 'not begun';
  const isDone =
    predicts.every((id) => guessOf(saved, id) !== undefined) && exercises.every((id) => isSolved(saved, id));
  return isDone ? 'done' : 'begun';
}

/** The tasks written into an element: `data-predicts` and `data-exercises`, ids with spaces between. */
export function tasksOf({ dataset }: HTMLElement): Tasks {
  const ids = (text = '') => text.split(' ').filter((id) => id !== '');
  return { predicts: ids(dataset['predicts']), exercises: ids(dataset['exercises']) };
}
