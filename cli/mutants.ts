import { mutantsOf, survivorsOf } from '../src/lesson/mutation.ts';
import { courseTrials } from './trials.ts';

/**
 * Weakens the goals of each exercise (of those whose names have one of these in them) and prints every weaker set that
 * nothing in the lesson catches. It is a report, and no verdict: where two goals say one thing, none need be caught.
 */
export function playMutants(only: readonly string[], print: (line: string) => void): number {
  const trials = courseTrials().filter(({ name }) => only.length === 0 || only.some((part) => name.includes(part)));
  let [all, left] = [0, 0];
  for (const { lesson, exercise, name } of trials) {
    const mutants = mutantsOf(lesson, exercise);
    const survivors = survivorsOf(mutants);
    print(`${name}: ${mutants.length} weaker sets of goals, ${mutants.length - survivors.length} caught`);
    for (const { words, place } of survivors) print(`  ${place.file}:${place.line}  ${words}`);
    all += mutants.length;
    left += survivors.length;
  }
  print(`${trials.length} exercises, ${all} weaker sets of goals: ${all - left} caught, ${left} not`);
  return 0;
}
