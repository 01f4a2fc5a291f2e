import { expect, test } from 'vitest';
import { parseManifests, toParsedFile } from './manifest.ts';

test('documents, without empty ones, with the scalars of YAML 1.1 that JSON has', () => {
  const text = '# one\na: yes\nb: 0644\nc: 12:30\nd: 2026-01-01\n---\n---\n{"e": [1, null]}\n';
  const { documents, error } = parseManifests(text, 'a.yaml');
  expect(error).toBeUndefined();
  expect(documents.map((document) => document.object)).toEqual([
    { a: true, b: 420, c: '12:30', d: '2026-01-01' },
    { e: [1, null] },
  ]);
});

test('places of paths, of their nearest parent when they are missing', () => {
  const text = 'a: 1\n---\nspec:\n  containers:\n  - name: c\n    image: x\n  - name: d\n';
  const [, second] = parseManifests(text, 'a.yaml').documents;
  const paths = ['spec.containers[0].image', 'spec.containers[1].name', 'spec.containers[1].image', 'spec.nope', ''];
  const places = paths.map((path) => second?.placeOf(path)).map((place) => `${place?.line}:${place?.column}`);
  expect(places).toEqual(['6:5', '7:5', '7:5', '3:1', '3:1']);
});

/** kubectl's own texts, taken from kubectl 1.33, and the line that a person has to look at. */
test.each([
  ['a:\n- b: 1\n c: 2\n', 'line 2: did not find expected key', 3],
  ['a:\n  - b: 1\n   c: 2\n', "line 2: did not find expected '-' indicator", 3],
  ['a:\n\tb: 1\n', 'line 2: found character that cannot start any token', 2],
  ['a:\n- b: c\n\td: 1\n', 'line 3: found a tab character that violates indentation', 3],
  ['a: {b: c\nd: e\n', "line 1: did not find expected ',' or '}'", 2],
  ['a: [b, c\nd: e\n', "line 1: did not find expected ',' or ']'", 2],
  ['a:\n  b: c: d\n', 'line 2: mapping values are not allowed in this context', 2],
  ['a: 1\nb\n  c: d\n', "line 3: could not find expected ':'", 2],
  ['a: @b\n', 'line 1: found character that cannot start any token', 1],
  ['a: "b\n', 'line 2: found unexpected end of stream', 2],
])('%j', (text, message, line) => {
  const { error } = parseManifests(text, 'a.yaml');
  expect(error?.message).toBe(`error converting YAML to JSON: yaml: ${message}`);
  expect(error?.line).toBe(line);
});

test('JSON that is cut off', () => {
  expect(parseManifests('{"a": {"b": 1}', 'a.json').error?.message).toBe('unexpected EOF');
});

test('of two equal keys the last counts, with a warning for people', () => {
  const { documents, warnings, error } = parseManifests('a: 1\na: 2\n', 'a.yaml');
  expect(error).toBeUndefined();
  expect(documents[0]?.object).toEqual({ a: 2 });
  expect(warnings[0]).toMatchObject({ line: 2, sentence: expect.stringContaining('twice') });
});

test('a paste of two megabytes is refused at once, and aliases cannot blow a file up', () => {
  const before = performance.now();
  const long = toParsedFile('a: b\n'.repeat(400_000), 'a.yaml');
  expect(performance.now() - before).toBeLessThan(50);
  expect(long.error).toContain('2000000 characters');
  const bomb = 'a: &a [1,1,1,1,1,1,1,1,1,1]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: [*b,*b,*b,*b,*b,*b,*b,*b,*b,*b]\n';
  expect(toParsedFile(bomb, 'a.yaml').error).toContain('excessive aliasing');
});
