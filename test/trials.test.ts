import { describe, expect, test } from 'vitest';
import { courseTrials } from '../cli/trials.ts';
import { passes, passesBy, randomLines } from '../src/lesson/trials.ts';

// A sample, another one for each exercise; `npm run test:long` tries all of them, and 200 random sequences each.
const OTHERS = 1;
const RANDOM = 1;

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
      for (let seed = index * RANDOM; seed < (index + 1) * RANDOM; seed++) {
        const lines = randomLines(trial, seed);
        expect({ lines, isSolved: passes(trial, lines, {}) }).toMatchObject({ isSolved: false });
      }
    },
  );
});

test('every exercise is solved by its own solution, so the trials above could find something', () => {
  const [trial] = trials;
  expect(trial && passesBy(trial, trial)).toBe(true);
  expect(randomLines(trials[0] as (typeof trials)[0], 7)).toEqual(randomLines(trials[0] as (typeof trials)[0], 7));
});
