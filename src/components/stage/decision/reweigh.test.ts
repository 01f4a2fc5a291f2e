import { describe, expect, it } from 'vitest';
import type { Explanation } from '../../../../sim/packs/explain.ts';
import { otherwiseText, reweigh, weightsOf } from './reweigh.ts';

const score = (...normalized: readonly number[]) => normalized.map((each) => ({ raw: each, normalized: each }));
const answer = {
  node: 'a',
  more: 0,
  scorers: [
    { plugin: 'Room', weight: 1 },
    { plugin: 'Spread', weight: 2 },
  ],
  nodes: [
    { node: 'a', isFeasible: true, scores: score(20, 100), total: 220 },
    { node: 'b', isFeasible: true, scores: score(90, 60), total: 210 },
    { node: 'c', isFeasible: false, scores: [], total: 0 },
  ],
} as unknown as Explanation;

describe('other weights', () => {
  it('give the decision itself when they are its own', () => {
    expect(reweigh(answer, weightsOf(answer))).toEqual({ totals: { a: 220, b: 210 }, best: ['a'] });
    expect(otherwiseText(answer, weightsOf(answer))).toBe('');
  });

  it('sum the same scores anew, and say who would have been taken', () => {
    expect(otherwiseText(answer, { Room: 3, Spread: 2 })).toBe(
      'With these weights it would have been b, with 390; a would have 260.',
    );
    expect(otherwiseText(answer, { Room: 0, Spread: 2 })).toBe(
      'With these weights it would be a all the same, with 200.',
    );
    expect(otherwiseText(answer, { Room: 0, Spread: 0 })).toBe('With these weights a and b would be equal, 0 each.');
  });
});
