import { expect, test } from 'vitest';
import { indent } from './indent.ts';
import { tokensOf } from './tokens.ts';

/** `keyword:image punctuation:: string:nginx`, blanks left out. */
function told(line: string): string {
  return tokensOf(line)
    .filter(({ text }) => text.trim() !== '')
    .map(({ kind, text }) => `${kind}<${text.trim()}>`)
    .join(' ');
}

test.each([
  ['kind: Pod', 'keyword<kind> punctuation<:> string<Pod>'],
  ['    - name: web # the first', 'punctuation<-> keyword<name> punctuation<:> string<web> comment<# the first>'],
  ['  replicas: 3', 'keyword<replicas> punctuation<:> constant<3>'],
  ['  cpu: 250m', 'keyword<cpu> punctuation<:> constant<250m>'],
  ['  image: nginx:1.27', 'keyword<image> punctuation<:> string<nginx:1.27>'],
  ['  - nginx:1.27', 'punctuation<-> string<nginx:1.27>'],
  ['# all of it', 'comment<# all of it>'],
  ['spec:', 'keyword<spec> punctuation<:>'],
  ['"a b": c', 'keyword<"a b"> punctuation<:> string<c>'],
  ['---', 'punctuation<--->'],
  ['', ''],
])('%s', (line, expected) => {
  expect(told(line)).toBe(expected);
});

test('the pieces of a line are the line', () => {
  for (const line of ['  - a: "b # c"  # d', '\tx: |', ':', '- - a', 'a:b: c', '  # only']) {
    expect(
      tokensOf(line)
        .map(({ text }) => text)
        .join(''),
    ).toBe(line);
  }
});

/** The selection between `<` and `>`; a caret is `|`. */
function selected(text: string) {
  const start = text.search(/[<|]/);
  const end = text.includes('>') ? text.indexOf('>') - 1 : start;
  return { text: text.replace(/[<>|]/g, ''), start, end };
}

test.each([
  ['a: 1\nb|: 2\nc: 3', 1, 'a: 1\n  b|: 2\nc: 3'],
  ['<a: 1\nb>: 2', 1, '  <a: 1\n  b>: 2'],
  ['  a|: 1', -1, 'a|: 1'],
  ['|a: 1', -1, '|a: 1'],
  ['x:\n  <a: 1\n  b: 2\n>c: 3', -1, 'x:\n<a: 1\nb: 2\n>c: 3'],
  [' |', 1, '   |'],
] as const)('%j moved by %s', (before, by, after) => {
  expect(indent(selected(before), by)).toEqual(selected(after));
});
