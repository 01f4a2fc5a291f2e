import { expect, it } from 'vitest';
import { agreed, isPaused, rejected, sentEntries, unknownProgress } from './progress.ts';

it('a probe that is refused goes back; one that refuses what it has confirmed is not sent again at once, for ever', () => {
  const probing = sentEntries(unknownProgress(6), 5);
  const back = rejected(probing, 5, 2);
  expect([back.next, isPaused(back)]).toEqual([3, false]);
  const known = { ...agreed(probing, 5), state: 'probe', isPaused: true } as const;
  expect(isPaused(rejected(known, 5, 5))).toBe(true);
});
