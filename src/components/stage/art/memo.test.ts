import { h } from 'preact';
import { render } from 'preact-render-to-string';
import { expect, it } from 'vitest';
import { isAlike, memo } from './memo.ts';

it.each([
  [{ a: [1, { b: '' }] }, { a: [1, { b: '' }] }, true],
  [{ a: [1, { b: '' }] }, { a: [1, { b: 'x' }] }, false],
  [{ a: 1 }, { a: 1, b: undefined }, false],
  [[1, 2], [1], false],
  [new Set(['a']), new Set(['a']), true],
  [new Set(['a']), new Set(['b']), false],
  [null, {}, false],
  [undefined, undefined, true],
])('%j and %j: alike %s', (one, other, alike) => {
  expect(isAlike(one, other)).toBe(alike);
});

it('draws the first time, and again only for another value', () => {
  const Part = memo(({ node }: { node: { pods: readonly string[] } }) => h('g', { id: node.pods.join() }));
  expect(render(h(Part, { node: { pods: ['a'] } }))).toBe('<g id="a"></g>');
  const props = { node: { pods: ['a'] } };
  const instance = { props } as { props: typeof props; shouldComponentUpdate?(next: typeof props): boolean };
  Part.call(instance as never, props);
  expect(instance.shouldComponentUpdate?.({ node: { pods: ['a'] } })).toBe(false);
  expect(instance.shouldComponentUpdate?.({ node: { pods: ['a', 'b'] } })).toBe(true);
});
