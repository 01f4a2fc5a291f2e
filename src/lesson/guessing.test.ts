import { expect, it } from 'vitest';
import { guessers, type Question } from './guessing.ts';

const questions = (right: (index: number) => number): readonly Question[] =>
  Array.from({ length: 60 }, (_, index) => ({ lengths: [30, 20 + (index % 7), 40], right: right(index) }));

it('right answers that are spread give nobody away', () => {
  const found = guessers(questions((index) => index % 3));
  expect(found.map(({ right, of }) => [right, of])).toEqual([
    [20, 60],
    [20, 60],
    [20, 60],
    [20, 60],
  ]);
  expect(found.some(({ isTooGood }) => isTooGood)).toBe(false);
});

it('whoever always takes the longest is found out', () => {
  const found = guessers(questions((index) => (index % 2 === 0 ? 2 : index % 3)));
  expect(found.filter(({ isTooGood }) => isTooGood).map(({ always }) => always)).toEqual([
    'the last option',
    'the longest option',
  ]);
});
