import { expect, it } from 'vitest';
import { place } from './placing.ts';
import { split } from './split.ts';
import { readModule } from './units.ts';

/** Two modules: `a.ts` is of the pack `p`, `main.ts` of the base, or of a pack that leans on `p`. */
function halves(a: string, main: string, mainPack = '') {
  const modules = new Map([
    ['a.ts', readModule(a)],
    ['main.ts', readModule(main)],
  ]);
  const placed = place(
    modules,
    (path) => (path === 'a.ts' ? 'p' : mainPack),
    (pack) => (pack === 'q' ? ['p'] : []),
  );
  const of = (path: string) => {
    const home = placed.get(path);
    return home === undefined ? { kept: '', body: '' } : split(placed, home, '/missing.ts');
  };
  return { ...of('a.ts'), main: of('main.ts') };
}

const STUB = '($body ?? missing("p"))';

it.each([
  [
    'a function that the base calls',
    'export function f() { return g() } function g() {}',
    'export function m() { f() }',
    [`f(...a) { return ${STUB}[0]`],
    ['return g()', '$fill([f])'],
  ],
  [
    'a value, with a stub for its method',
    'export const v = { name: "v", run: (x) => x + helper(x, "a reason for a stub") }; function helper() {}',
    'export function m() { return v }',
    ['name: "v"', `run: (...a) => ${STUB}[0]`],
    ['function helper', '(x) => x + helper'],
  ],
  [
    'a table that few look at',
    'const t = make(); export const v = { name: "v", schema: t }; function make() {}',
    'export function m() { return v }',
    [`get schema() { return ${STUB}[0] }`],
    ['const t = make()', '$fill([t])'],
  ],
  [
    'a function that is called while the base is made',
    'export function f() { return g() } function g() {}',
    'const x = f();',
    ['export function f() { return g() }', 'export function g'],
    [],
  ],
  [
    'a variable, beside who changes it',
    'export let n = 0; export function count() { n++ } export function other() {}',
    'export function m() { n; count(); other() }',
    ['export let n', 'n++', `other(...a) { return ${STUB}[0]`],
    ['export function other() {}'],
  ],
])('%s', (_, a, main, kept, body) => {
  const names = [...a.matchAll(/export (?:function|const|let) (\w+)/g)].map(([, name]) => name).join();
  const found = halves(a, `import { ${names} } from './a.ts'; ${main}`);
  for (const text of kept) expect(found.kept).toContain(text);
  for (const text of body) {
    expect(found.body).toContain(text);
    expect(found.kept).not.toContain(text);
  }
});

it('a pack that leans on another calls it without a stub', () => {
  const a = 'export function f() {}';
  const main = "import { f } from './a.ts'; export function m() { return f() }";
  expect(halves(a, main, 'q').main.body).toContain('import { f as f } from "/a.ts?body"');
  expect(halves(a, main, 'q').kept).toBe('');
  expect(halves(a, main, 'r').main.body).toContain('import { f as f } from "/a.ts"');
  expect(halves(a, main, 'r').kept).toContain(STUB);
});
