import { describe, expect, test } from 'vitest';
import { courseTrials } from '../cli/trials.ts';
import { passesBy, randomTries, solving, type Try } from '../src/lesson/trials.ts';

// A sample, another one for each exercise; `npm run test:long` tries all of them, and 1,000 random sequences each.
const OTHERS = 1;
const RANDOM = 3;

const trials = courseTrials();

describe('an exercise is not solved by chance, nor by what solves another', () => {
  test.each(trials.map((trial, index) => ({ trial, index, name: trial.name })))(
    '$name',
    { timeout: 60_000 },
    ({ trial, index }) => {
      for (let step = 1; step <= OTHERS; step++) {
        const other = trials[(index + step * 5) % trials.length] ?? trial;
        expect({ solvedBy: other.name, isSolved: other !== trial && passesBy(trial, other) }).toMatchObject({
          isSolved: false,
        });
      }
      expect(solving(trial, randomTries(trial, RANDOM, index + 1))).toEqual([]);
    },
  );
});

test('an exercise is solved by its own solution, so the trials above could find something', () => {
  const [trial] = trials as [(typeof trials)[0]];
  expect(passesBy(trial, trial)).toBe(true);
  const lines = trial.exercise.solution.map(({ line }) => line);
  const right = lines.reduceRight<Try[]>((next, line) => [{ line, next }], []);
  expect(solving(trial, [{ line: 'kubectl get pods', next: [] }, ...right])).toContainEqual(lines);
});

test('random sequences are as many as asked for, all different, up to six lines, and the same again', () => {
  const [trial] = trials as [(typeof trials)[0]];
  const flat = (tries: readonly Try[], before: readonly string[]): string[][] =>
    tries.flatMap(({ line, next }) => [[...before, line], ...flat(next, [...before, line])]);
  const sequences = flat(randomTries(trial, 200), []);
  expect(new Set(sequences.map((lines) => lines.join('\n'))).size).toBe(200);
  expect(Math.max(...sequences.map(({ length }) => length))).toBe(6);
  expect(randomTries(trial, 200)).toEqual(randomTries(trial, 200));
});
