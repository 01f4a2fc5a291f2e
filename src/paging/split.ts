import { posix } from 'node:path';
import { find, type Placed, type PlacedModule } from './placing.ts';
import type { Lift, Unit } from './units.ts';

/** The two halves of a module: what stays with the base, and what is in the pack. */
export interface Halves {
  readonly kept: string;
  readonly body: string;
}

/** What is asked for after the path of a module to get its half in the pack. */
export const BODY = '?body';

/**
 * Writes the two halves of a module of a pack. What is called from elsewhere has a number: the half in the pack fills
 * in all of them when it is loaded, and from then on a stub of a function is that function. `runtime` is the module in
 * which stubs find `missing`.
 */
export function split(placed: Placed, home: PlacedModule, runtime: string): Halves {
  const kept = home.module.units.filter((unit) => home.kept.has(unit));
  const inPack = home.module.units.filter((unit) => !home.kept.has(unit));
  const stubs = [...home.stubs].flatMap(({ names }) => names);
  const lifts = kept.flatMap((unit) => unit.lifts);
  const slot = (index: number) => `($body ?? missing("${home.pack}"))[${index}]`;
  const slotOf = (lift: Lift) => slot(stubs.length + lifts.indexOf(lift));
  const isFilled = stubs.length + lifts.length > 0;
  const filling = [
    `import { missing } from "${runtime}";`,
    'var $body;',
    `export function $fill(body) { $body = body; ${stubs.length > 0 ? `[${stubs.join()}] = body;` : ''} }`,
  ];
  const filled = [
    `import { $fill } from "/${home.path}";`,
    `$fill([${[...stubs, ...lifts.map(({ code }) => code)].join(',\n')}]);`,
  ];
  const refs = namesIn([...inPack, ...inPack.flatMap((unit) => unit.lifts), ...lifts]);
  const read = kept.flatMap(({ names }) => names).filter((name) => refs.has(name));
  return {
    kept: [
      ...(isFilled ? filling : []),
      ...importsOf(placed, home, namesIn(kept), false),
      ...passesOf(home),
      ...stubs.map((name, index) => `export function ${name}(...a) { return ${slot(index)}(...a) }`),
      ...kept.map((unit) => exported(unit, withStubs(home.module.code, unit, slotOf))),
    ].join('\n'),
    body: [
      ...importsOf(placed, home, refs, true),
      ...(read.length > 0 ? [`import { ${read.join()} } from "/${home.path}";`] : []),
      ...inPack.map((unit) => exported(unit, home.module.code.slice(unit.start, unit.end))),
      ...(isFilled ? filled : []),
    ].join('\n'),
  };
}

function namesIn(parts: readonly Pick<Unit | Lift, 'refs'>[]): ReadonlySet<string> {
  return new Set(parts.flatMap(({ refs }) => [...refs]));
}

/** The halves of a module see one another, and those of its pack. */
function exported({ kind }: Unit, text: string): string {
  return kind === 'effect' ? text : `export ${text}`;
}

/** The text of a value with stubs in the place of what was lifted out of it. */
function withStubs(code: string, { start, end, lifts }: Unit, slotOf: (lift: Lift) => string): string {
  let text = '';
  let at = start;
  for (const lift of lifts) {
    const { key, kind } = lift;
    const slot = slotOf(lift);
    const stub = {
      arrow: `(...a) => ${slot}(...a)`,
      method: `${key}: (...a) => ${slot}(...a)`,
      get: `get ${key}() { return ${slot}() }`,
      lazy: `get ${key}() { return ${slot} }`,
    };
    text += code.slice(at, lift.start) + stub[kind];
    at = lift.end;
  }
  return text + code.slice(at, end);
}

function passesOf(home: PlacedModule): readonly string[] {
  return [...home.module.passes].map(
    ([name, from]) => `export { ${from.name} as ${name} } from "${pathFrom(home, from.from)}";`,
  );
}

/** The imports of a half. A half in a pack has what is near by itself; elsewhere is what stands for it. */
function importsOf(
  placed: Placed,
  home: PlacedModule,
  refs: ReadonlySet<string>,
  isInPack: boolean,
): readonly string[] {
  return [...home.module.imports].flatMap(([local, { from, name }]) => {
    if (!refs.has(local)) return [];
    const found = find(placed, home, local);
    const isBody = isInPack && found?.unit && home.near.includes(found.home.pack) && !found.home.kept.has(found.unit);
    const path = found?.unit ? `/${found.home.path}${isBody ? BODY : ''}` : pathFrom(home, from);
    const what = name === '*' ? `* as ${local}` : `{ ${found?.unit ? found.name : name} as ${local} }`;
    return [`import ${what} from "${path}";`];
  });
}

function pathFrom(home: PlacedModule, from: string): string {
  return from.startsWith('.') ? `/${posix.join(posix.dirname(home.path), from)}` : from;
}
