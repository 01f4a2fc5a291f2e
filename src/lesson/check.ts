import { dirname } from 'node:path';
import { checkAuthorsWay, checkExercise } from './checkexercise.ts';
import { checkLab } from './checklab.ts';
import { checkPlan, checkRun } from './checkplan.ts';
import { checkRecalls } from './checkrecalls.ts';
import { checkText } from './checktext.ts';
import { type Question, questionsOf } from './guessing.ts';
import { judge } from './labthread.ts';
import { misconceptions } from './misconceptions.ts';
import type { LessonModel, LessonReading, Problem } from './model.ts';
import { didYouMean } from './nearest.ts';
import { runLesson } from './run.ts';

/** What the check of a lesson found. Warnings do not fail it. */
export interface Verdict {
  readonly problems: readonly Problem[];
  readonly warnings: readonly Problem[];
  /** Its questions with the right answer of each, when it could be run. */
  readonly questions: readonly Question[];
}

/**
 * Runs everything a lesson says: its plan twice, each beat, each prediction, each printed output, and of each exercise
 * the start, the solution, the solution with a step missing, ten idle minutes and the wrong answers. Nothing runs when
 * the text itself cannot be read.
 */
export function checkLesson({ lesson, problems }: LessonReading): Verdict {
  if (problems.length > 0) return { problems, warnings: [], questions: [] };
  const labs = lesson.labs.map((lab) => ({ lab, verdicts: judge(dirname(lesson.file)) }));
  const run = runLesson(lesson);
  const found = [...checkNames(lesson), ...checkText(lesson), ...checkRecalls(lesson), ...checkPlan(lesson, run)];
  for (const exercise of lesson.exercises) found.push(...checkExercise(lesson, exercise));
  for (const { lab, verdicts } of labs) found.push(...checkLab(lesson, lab, verdicts()));
  return {
    problems: found.filter(({ isWarning }) => isWarning !== true),
    warnings: found.filter(({ isWarning }) => isWarning === true),
    questions: questionsOf(lesson, run.outcomes),
  };
}

/** Runs only what a reader meets who follows the author: the plan, and the solutions. */
export function checkClaims({ lesson, problems }: LessonReading): readonly Problem[] {
  if (problems.length > 0) return problems;
  const ways = lesson.exercises.flatMap((exercise) => checkAuthorsWay(lesson, exercise));
  const found = [...checkRun(lesson, runLesson(lesson)), ...ways];
  return found.filter(({ isWarning }) => isWarning !== true);
}

function checkNames({ predicts }: LessonModel): readonly Problem[] {
  const known = misconceptions().map(({ id }) => id);
  return predicts.flatMap(({ options }) =>
    options.flatMap(({ misses, place }): readonly Problem[] => {
      if (misses === undefined || known.includes(misses)) return [];
      return [{ place, title: `There is no misconception "${misses}".${didYouMean(misses, known)}` }];
    }),
  );
}
