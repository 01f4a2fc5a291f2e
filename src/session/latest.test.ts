import { expect, it } from 'vitest';
import { latest } from './latest.ts';

it('asks for the first and, of what came meanwhile, for the last', async () => {
  const asked: number[] = [];
  let answer = () => {};
  const want = latest((value: number) => {
    asked.push(value);
    return new Promise<void>((resolve) => {
      answer = resolve;
    });
  });
  for (const value of [1, 2, 3, 4]) want(value);
  expect(asked).toEqual([1]);
  answer();
  await Promise.resolve();
  await Promise.resolve();
  expect(asked).toEqual([1, 4]);
  answer();
  await new Promise((resolve) => setTimeout(resolve));
  want(5);
  expect(asked).toEqual([1, 4, 5]);
});
