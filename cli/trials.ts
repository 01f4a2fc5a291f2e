import { addressOf, CHAPTERS, lessonFiles, readLessonFile } from '../src/lesson/folder.ts';
import { passesBy, randomTries, solving, type Trial } from '../src/lesson/trials.ts';

/** Every exercise of the course. */
export function courseTrials(): readonly Trial[] {
  return lessonFiles(CHAPTERS).flatMap((file) => {
    const { lesson } = readLessonFile(file);
    return lesson.exercises.map((exercise) => ({ lesson, exercise, name: `${addressOf(file)}#${exercise.id}` }));
  });
}

/**
 * Tries each exercise with what should not solve it: the solutions of the others and so many random command sequences.
 * With `only`, tries those whose names have one of these in them. Prints what solves one all the same. Gives the exit
 * code.
 */
export function playTrials(runs: number, only: readonly string[], print: (line: string) => void): number {
  const all = courseTrials();
  const trials = all.filter(({ name }) => only.length === 0 || only.some((part) => name.includes(part)));
  let found = 0;
  const tell = (line: string) => {
    found++;
    print(line);
  };
  for (const trial of trials) {
    for (const other of all) {
      if (other !== trial && passesBy(trial, other)) tell(`${trial.name} is solved by the solution of ${other.name}`);
    }
    for (const lines of solving(trial, randomTries(trial, runs))) {
      tell(`${trial.name} is solved by chance: ${lines.join('; ')}`);
    }
    print(`tried ${trial.name}`);
  }
  print(
    `${trials.length} exercises, ${all.length - 1} other solutions and ${runs} random sequences each: ${found} pass`,
  );
  return found === 0 ? 0 : 1;
}
