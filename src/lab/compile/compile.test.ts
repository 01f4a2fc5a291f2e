import { expect, test } from 'vitest';
import { compile } from './compile.ts';

/** Runs a compiled program, lets `act` call it, and gives the lines that it went through. */
function linesOf(source: string, act: (exports: Record<string, () => unknown>) => unknown = () => undefined) {
  const compiled = compile(source);
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.failure));
  const lines: number[] = [];
  const exports = {};
  const tick = (line: number): void => {
    lines.push(line);
    if (lines.length > 100) throw new Error('for ever');
  };
  new Function('exports', 'require', '__tick', compiled.code)(exports, undefined, tick);
  const result = act(exports);
  return { lines, result, rows: compiled.code.split('\n').length };
}

test('types go, lines stay, and every statement ticks with its line', () => {
  const source = `import type { A } from 'lab';
interface B { readonly a: A }
enum Colour { Red = 3 }
export function reconcile(this: void, b?: B): number {
  const twice = (x: number) => x * 2;
  if (b === undefined)
    return twice(Colour.Red);
  return 0 satisfies number;
}
`;
  const { lines, result, rows } = linesOf(source, ({ reconcile }) => reconcile?.());
  expect(result).toBe(6);
  expect(rows).toBe(source.split('\n').length);
  expect(lines.slice(-3)).toEqual([5, 6, 5]);
});

test.each([
  'for (;;);',
  'for (;;) {}',
  '\nwhile (true)\n  Math.abs(1);',
  'do do ; while (true); while (true)',
  'a: for (const x of [1, 2]) for (;;) if (x < 0) continue a;',
  'const f = () => f();\nf();',
  'const f = () => ({ a: f() });\nf();',
  'function f() { return [f(), f()] }\nf();',
  'class A { get a() { return this.a } }\nnew A().a;',
  'switch (1) { case 1: for (;;) { try { throw 1 } catch {} } }',
  'const a = function* () { for (;;) yield 1 };\nfor (const b of a())\n  ;',
])('what goes on for ever ticks: %s', (source) => {
  expect(() => linesOf(source)).toThrow('for ever');
});

test.each([
  ['const a = ;', { line: 1, column: 11 }, /Unexpected token/],
  ['let a;\nlet a;', { line: 2, column: 5 }, /already been declared/],
  ['function f() {\n  if (', { line: 2, column: 7 }, /Unexpected token/],
  ['\nimport("data:,1");', { line: 2, column: 1 }, /import\(\) is not there/],
  ['__tick = 1', { line: 1, column: 1 }, /taken by the lab/],
  ['const a = async () => 1;', { line: 1, column: 11 }, /async is not there/],
  ['await 1', { line: 1, column: 7 }, /Unexpected token/],
  ['}, 1, function () {', { line: 1, column: 1 }, /Unexpected token/],
  ['a'.repeat(100_001), { line: 1, column: 1 }, /at most 100000/],
])('%s is refused at its place', (source, place, message) => {
  const compiled = compile(source);
  expect(compiled).toMatchObject({ ok: false, failure: { kind: 'syntax', ...place, stack: [] } });
  expect(compiled.ok ? '' : compiled.failure.message).toMatch(message);
});
