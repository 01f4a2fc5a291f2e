import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { unifiedDiff } from './unified.ts';

/** Small texts in which lines repeat: where GNU diff could choose otherwise. */
function drawn(count: number): readonly (readonly [string, string])[] {
  let seed = 4242;
  const below = (bound: number) => {
    seed = (Math.imul(seed, 1103515245) + 12345) & 0x7fffffff;
    return (seed >> 8) % bound;
  };
  return Array.from({ length: count }, (_, index) => {
    const words = index % 2 === 0 ? 5 : 40;
    const before = Array.from({ length: below(30) }, () => `line ${below(words)}`);
    const after = before.slice();
    for (let edits = below(8); edits > 0; edits--) {
      after.splice(below(after.length + 1), below(3), ...(below(2) === 0 ? [`line ${below(words)}`] : []));
    }
    return [before, after].map((lines) => lines.map((line) => `${line}\n`).join('')) as [string, string];
  });
}

const hasDiff = spawnSync('diff', ['--version']).status === 0;

test('equal texts have no hunks; an empty one is counted from 0', () => {
  expect(unifiedDiff('a\n', 'a\n')).toEqual([]);
  expect(unifiedDiff('', 'a\nb\n')).toEqual(['@@ -0,0 +1,2 @@', '+a', '+b']);
  expect(unifiedDiff('a\n', '')).toEqual(['@@ -1 +0,0 @@', '-a']);
});

test.skipIf(!hasDiff)('the same hunks as diff -u', () => {
  const folder = mkdtempSync(join(tmpdir(), 'unified-'));
  const [left, right] = [join(folder, 'a'), join(folder, 'b')];
  for (const [before, after] of drawn(60)) {
    writeFileSync(left, before);
    writeFileSync(right, after);
    const { stdout } = spawnSync('diff', ['-u', left, right], { encoding: 'utf8' });
    expect(unifiedDiff(before, after).join('\n')).toBe(stdout.trimEnd().split('\n').slice(2).join('\n'));
  }
  rmSync(folder, { recursive: true });
});
