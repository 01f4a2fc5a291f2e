import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { CHAPTERS, lessonFiles } from '../src/lesson/folder.ts';

const rows = readFileSync('docs/rubric.md', 'utf8')
  .split('\n')
  .flatMap((line) => {
    const [, number, question = '', answer = ''] = /^\| (\d+) +\| (.+?) +\| (.+?) +\|$/.exec(line) ?? [];
    return number === undefined ? [] : [{ number: Number(number), question, answer }];
  });

test('every question from 1 to 24 has one row', () => {
  expect(rows.map(({ number }) => number)).toEqual(Array.from({ length: 24 }, (_, index) => index + 1));
});

test.each(rows)('$number: $question', ({ answer }) => {
  const tests = [...answer.matchAll(/`([^`]+\.(?:test|spec)\.tsx?)` › “([^”]+)”/g)];
  for (const [, file = '', name = ''] of tests) {
    expect(existsSync(file), file).toBe(true);
    expect(readFileSync(file, 'utf8').includes(name), `${file} has a test “${name}”`).toBe(true);
  }
  const pictures = [...answer.matchAll(/`(docs\/[^`]+\.png)`/g)].map(([, file = '']) => file);
  for (const picture of pictures) expect(existsSync(picture), picture).toBe(true);
  expect(tests.length + pictures.length, 'a test, or a picture where none can judge').toBeGreaterThan(0);
  if (tests.length === 0) expect(answer).toMatch(/^No test/);
});

test('every lesson after the first asks a question of an earlier one', () => {
  const [, ...later] = lessonFiles(CHAPTERS);
  const without = later.filter((file) => !/<Recall[^>]*\sfrom=/.test(readFileSync(file, 'utf8')));
  expect(without).toEqual([]);
});
