import { expect, it } from 'vitest';
import { notLinearizable, type Op } from './linear.ts';

const op = (kind: Op['kind'], value: string, start: number, end: number, key = 'k'): Op => ({
  key,
  kind,
  value,
  start,
  end,
});
const OPEN = Number.POSITIVE_INFINITY;

it.each([
  ['one after another', [op('write', 'a', 0, 1), op('read', 'a', 2, 3), op('write', 'b', 4, 5), op('read', 'b', 6, 7)]],
  ['at once, either order', [op('write', 'a', 0, 9), op('write', 'b', 0, 9), op('read', 'a', 10, 11)]],
  [
    'a write that nobody answered may have happened late',
    [op('write', 'a', 0, OPEN), op('read', '', 5, 6), op('read', 'a', 7, 8)],
  ],
  ['or never', [op('write', 'a', 0, OPEN), op('read', '', 5, 6)]],
  ['keys do not mind one another', [op('write', 'a', 0, 1), op('read', '', 2, 3, 'other')]],
])('good: %s', (_name, history) => {
  expect(notLinearizable(history)).toBe('');
});

it.each([
  ['a stale read', [op('write', 'a', 0, 1), op('write', 'b', 2, 3), op('read', 'a', 4, 5)]],
  ['a lost write', [op('write', 'a', 0, 1), op('read', '', 2, 3)]],
  ['a read of what nobody wrote', [op('write', 'a', 0, 1), op('read', 'x', 2, 3)]],
  [
    'reads that go back',
    [op('write', 'a', 0, 1), op('write', 'b', 2, 20), op('read', 'b', 3, 4), op('read', 'a', 5, 6)],
  ],
  ['a read before its write began', [op('read', 'a', 0, 1), op('write', 'a', 2, 3)]],
  ['an open write that was seen and is gone', [op('write', 'a', 0, OPEN), op('read', 'a', 5, 6), op('read', '', 7, 8)]],
])('bad: %s', (_name, history) => {
  expect(notLinearizable(history)).toContain('have no linear order');
});
