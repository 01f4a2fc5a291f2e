import { expect, test } from 'vitest';
import { parseManifests } from './manifest.ts';
import { writeYaml } from './yamlwriter.ts';

test.each([
  ['', '""'],
  ['a', 'a'],
  ['true', '"true"'],
  ['y', '"y"'],
  ['tRue', 'tRue'],
  ['1', '"1"'],
  ['1.2.3', '1.2.3'],
  ['12:30', '"12:30"'],
  ['2026-01-01', '"2026-01-01"'],
  ['- a', "'- a'"],
  ['a: b', "'a: b'"],
  ['a:b', 'a:b'],
  ["it's", "it's"],
  ['*a', "'*a'"],
  ['a\tb', '"a\\tb"'],
  ['😀', '"\\U0001F600"'],
  ['a\nb\n', '|\n  a\n  b'],
  ['a\nb', '|-\n  a\n  b'],
  ['\na', '|2-\n\n  a'],
])('%j', (value, wanted) => {
  expect(writeYaml({ k: value })).toBe(`k: ${wanted}\n`);
});

test('keys are sorted with numbers by value, and lists are not indented', () => {
  const object = { b: [{ x: 1, a: [] }, ['n']], a10: null, a9: {}, 'a-b': true };
  expect(writeYaml(object)).toBe('a-b: true\na9: {}\na10: null\nb:\n- a: []\n  x: 1\n- - "n"\n');
});

test('long text is folded after column 80', () => {
  const words = Array.from({ length: 30 }, (_, index) => `word${index}`).join(' ');
  const text = writeYaml({ message: words });
  expect(text.split('\n').every((line) => line.length <= 88)).toBe(true);
  expect(parseManifests(text, 'a').documents[0]?.object).toEqual({ message: words });
});
