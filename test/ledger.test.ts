import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { ledgerPage, leftOutBy } from '../cli/ledger.ts';

it('docs/ledger.md is what the rules and the comments say today (`npm run ledger` writes it)', () => {
  expect(readFileSync('docs/ledger.md', 'utf8')).toBe(ledgerPage());
});

it.each([
  ['// X.\n// Leaves out: a file.go, b.\n// Follows: c.\n', ['- `x.ts`: a file.go, b']],
  ['/**\n * X. Leaves out: a,\n * and b. Much more.\n */', ['- `x.ts`: a, and b']],
  ['/** Follows y.go; leaves out renewal. */', ['- `x.ts`: renewal']],
  ['// Leaves out: nothing.\n', []],
  [`const text = 'leaves out: code';`, []],
])('reads %j', (text, items) => {
  expect(leftOutBy('x.ts', text)).toEqual(items);
});
