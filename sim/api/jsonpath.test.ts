import { expect, test } from 'vitest';
import { applyJsonPath, parseJsonPath, relaxedJsonPath } from './jsonpath.ts';

const object = {
  kind: 'List',
  items: [
    { metadata: { name: 'a', labels: { 'app.io/x': '1', tier: 'web' } }, spec: { n: 1, list: [1, 2, 3] } },
    { metadata: { name: 'b' }, spec: { n: 2, list: ['x'] }, status: { ready: true } },
  ],
};

test.each([
  ['{.kind}', 'List'],
  ['{.items[*].metadata.name}', 'a b'],
  ['{.items[0].metadata.name}-{.items[1].metadata.name}', 'a-b'],
  ['{.items[-1:].metadata.name}', 'b'],
  ['{.items[0].spec.list[0:2]}', '1 2'],
  ['{.items[0].spec.list[0,2]}', '1 3'],
  ['{.items[0].metadata.labels.app\\.io/x}', '1'],
  [`{.items[0].metadata.labels['app.io/x','tier']}`, '1 web'],
  ['{.items[?(@.spec.n==2)].metadata.name}', 'b'],
  ['{.items[?(@.metadata.name=="a")].spec.n}', '1'],
  ['{.items[?(@.spec.n>1)].metadata.name}', 'b'],
  ['{.items[?(@.status.ready)].metadata.name}', 'b'],
  ['{..name}', 'a b'],
  ['{.items[0].metadata.labels}', '{"app.io/x":"1","tier":"web"}'],
  ['{range .items[*]}{.metadata.name}={.spec.n}{"\\n"}{end}', 'a=1\nb=2\n'],
  ['{.nope}', ''],
  ['{$.kind}', 'List'],
  ['plain', 'plain'],
])('%s', (template, text) => {
  expect(applyJsonPath(parseJsonPath(template), object)).toEqual({ text });
});

test.each([
  ['{.items[5].a}', 'array index out of bounds: index 5, length 2'],
  ['{.a', 'unclosed action'],
  ['{.items[?(@.a==b)]}', 'unrecognized identifier b'],
])('%s fails as client-go does', (template, error) => {
  expect(applyJsonPath(parseJsonPath(template), object)).toEqual({ error });
});

test('relaxed paths need neither braces nor a dot', () => {
  for (const path of ['kind', '.kind', '{kind}', '{.kind}']) {
    expect(applyJsonPath(relaxedJsonPath(path), object)).toEqual({ text: 'List' });
  }
});
