import { expect, it, test } from 'vitest';
import { canonicalJson, fnv32a, generateName, NAME_ALPHABET, podTemplateHash, safeEncode } from './names.ts';

it('appends five letters and cuts long bases', () => {
  let count = 0;
  const random = (bound: number) => count++ % bound;
  expect(generateName('web-', random)).toBe('web-bcdfg');
  expect(generateName('x'.repeat(70), random)).toHaveLength(63);
});

test.each([
  ['', 0x811c9dc5],
  ['a', 0xe40c292c],
  ['foobar', 0xbf9cf968],
])('FNV-1a of %j', (text, want) => {
  expect(fnv32a(text)).toBe(want);
});

it('hashes templates by content, not by the order of their keys, and by the collision count', () => {
  const template = { metadata: { labels: { app: 'web', tier: 'x' } }, spec: { containers: [] } };
  const shuffled = { spec: { containers: [] }, metadata: { labels: { tier: 'x', app: 'web' }, name: undefined } };
  expect(canonicalJson(shuffled)).toBe(canonicalJson(template));
  expect(podTemplateHash(template)).toBe(podTemplateHash(shuffled));
  expect(podTemplateHash(template, 1)).not.toBe(podTemplateHash(template));
  expect(podTemplateHash({ spec: {} })).not.toBe(podTemplateHash(template));
  expect(podTemplateHash(template)).toMatch(new RegExp(`^[${NAME_ALPHABET}]{1,10}$`));
  expect(safeEncode('1234567890')).toHaveLength(10);
});
