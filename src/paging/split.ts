import { posix } from 'node:path';
import { leansOn } from './packs.ts';
import { find, type Placed, type PlacedModule } from './placing.ts';
import type { Lift, Unit } from './units.ts';

/** The two halves of a module: what stays with the base, and what is in the pack. */
export interface Halves {
  readonly kept: string;
  readonly body: string;
}

/** What is asked for after the path of a module to get its half in the pack. */
export const BODY = '?body';

/** Writes the two halves of a module of a pack. `runtime` is where stubs find {@link missing}. */
export function split(placed: Placed, home: PlacedModule, runtime: string): Halves {
  const { code, units } = home.module;
  const stubs = [...home.stubs];
  const keptUnits = units.filter((unit) => home.kept.has(unit));
  const lifted = keptUnits.flatMap(({ lifts }) => lifts);
  const bodies = units.filter((unit) => !home.kept.has(unit));
  const call = (index: number) => `($body ?? missing(${JSON.stringify(home.pack)}))[${index}](...a)`;
  const stubTexts = stubs.map(({ names }, index) => `export function ${names[0]}(...a) { return ${call(index)} }`);
  const indexOf = (lift: Lift) => stubs.length + lifted.indexOf(lift);
  const keptTexts = keptUnits.map((unit) =>
    exported(
      unit,
      withStubs(code, unit, (lift) => call(indexOf(lift))),
    ),
  );
  const fills = stubs.length + lifted.length > 0;
  const names = stubs.map(({ names }) => names[0]);
  const fill = fills
    ? [
        `import { missing } from ${JSON.stringify(runtime)};`,
        'var $body;',
        `export function $fill(a) { $body = a; ${names.length > 0 ? `[${names.join()}] = a;` : ''} }`,
      ]
    : [];
  const keptRefs = new Set(keptUnits.flatMap(({ refs }) => [...refs]));
  const bodyRefs = new Set([
    ...bodies.flatMap(({ refs, lifts }) => [...refs, ...lifts.flatMap((lift) => [...lift.refs])]),
    ...lifted.flatMap(({ refs }) => [...refs]),
  ]);
  const own = new Set(units.flatMap(({ names }) => names));
  const passed = [...home.module.passes].map(
    ([name, from]) => `export { ${from.name} as ${name} } from ${JSON.stringify(pathFrom(home, from.from))};`,
  );
  const fromKept = keptUnits.flatMap(({ names }) => names).filter((name) => bodyRefs.has(name));
  return {
    kept: [...fill, ...importsOf(placed, home, keptRefs, false), ...passed, ...stubTexts, ...keptTexts].join('\n'),
    body: [
      ...importsOf(placed, home, new Set([...bodyRefs].filter((name) => !own.has(name))), true),
      ...(fromKept.length > 0 ? [`import { ${fromKept.join(', ')} } from ${JSON.stringify(`/${home.path}`)};`] : []),
      ...bodies.map((unit) => exported(unit, code.slice(unit.start, unit.end))),
      ...(fills
        ? [
            `import { $fill } from ${JSON.stringify(`/${home.path}`)};`,
            `$fill([${[...names, ...lifted.map(({ code: text }) => text)].join(',\n')}]);`,
          ]
        : []),
    ].join('\n'),
  };
}

function exported({ names, kind }: Unit, text: string): string {
  return kind === 'effect' || names.length === 0 ? text : `export ${text}`;
}

function withStubs(code: string, { start, end, lifts }: Unit, call: (lift: Lift) => string): string {
  let text = '';
  let at = start;
  for (const lift of lifts) {
    const stub = {
      arrow: `(...a) => ${call(lift)}`,
      method: `${lift.key}: (...a) => ${call(lift)}`,
      get: `get ${lift.key}() { const a = []; return ${call(lift)} }`,
      lazy: `get ${lift.key}() { return ${call(lift).replace('(...a)', '')} }`,
    };
    text += code.slice(at, lift.start) + stub[lift.kind];
    at = lift.end;
  }
  return text + code.slice(at, end);
}

function pathFrom(home: PlacedModule, from: string): string {
  return from.startsWith('.') ? `/${posix.join(posix.dirname(home.path), from)}` : from;
}

/** The imports of a half: of the same pack the function itself, of others what stands for it. */
function importsOf(placed: Placed, home: PlacedModule, refs: ReadonlySet<string>, isBody: boolean): readonly string[] {
  const lines: string[] = [];
  for (const [local, { from, name }] of home.module.imports) {
    if (!refs.has(local)) continue;
    const path = JSON.stringify(pathFrom(home, from));
    const found = find(placed, home, local);
    if (name === '*') lines.push(`import * as ${local} from ${path};`);
    else if (
      isBody &&
      found?.unit &&
      (found.home.pack === home.pack || leansOn(home.pack).includes(found.home.pack)) &&
      !found.home.kept.has(found.unit)
    ) {
      lines.push(`import { ${found.name} as ${local} } from ${JSON.stringify(`/${found.home.path}${BODY}`)};`);
    } else if (found?.unit)
      lines.push(`import { ${found.name} as ${local} } from ${JSON.stringify(`/${found.home.path}`)};`);
    else lines.push(`import ${name === 'default' ? local : `{ ${name} as ${local} }`} from ${path};`);
  }
  return lines;
}
