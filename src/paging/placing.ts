import { posix } from 'node:path';
import type { Lift, Module, Unit } from './units.ts';

/** A file of the simulator, with the pack that its functions are in; '' for the base, which is left as it is. */
export interface PlacedModule {
  readonly path: string;
  readonly pack: string;
  readonly module: Module;
  /** What stays with the base: values that others read, and what it takes to make them. */
  readonly kept: Set<Unit>;
  /** Functions in the pack that others call. */
  readonly stubs: Set<Unit>;
}

/** A name, followed to where it is declared. */
export interface Found {
  readonly home: PlacedModule;
  readonly unit: Unit | undefined;
  readonly name: string;
}

/** Modules by path. */
export type Placed = ReadonlyMap<string, PlacedModule>;

/** Where a name of a module is declared; undefined for a name of a package, of the language, or a local one. */
export function find(placed: Placed, from: PlacedModule, name: string): Found | undefined {
  const { units, imports } = from.module;
  const unit = units.find(({ names }) => names.includes(name));
  if (unit !== undefined) return { home: from, unit, name };
  const imported = imports.get(name);
  return imported && follow(placed, from.path, imported.from, imported.name);
}

function follow(placed: Placed, path: string, from: string, name: string): Found | undefined {
  const home = placed.get(posix.join(posix.dirname(path), from));
  if (home === undefined) return undefined;
  const passed = home.module.passes.get(name);
  if (passed !== undefined) return follow(placed, home.path, passed.from, passed.name);
  return { home, unit: home.module.units.find(({ names }) => names.includes(name)), name };
}

/** Divides every module of a pack: what must stay, what goes, and for what a stub stays. */
export function place(
  modules: ReadonlyMap<string, Module>,
  packOf: (path: string) => string,
  leansOn: (pack: string) => readonly string[],
): Placed {
  const placed = new Map<string, PlacedModule>();
  for (const [path, module] of modules) {
    placed.set(path, { path, module, pack: packOf(path), kept: new Set(), stubs: new Set() });
  }
  const isNear = (from: string, to: string) => from === to || leansOn(from).includes(to);
  const todo: (() => void)[] = [];
  const keep = ({ home, unit }: Found): void => {
    if (unit === undefined || home.pack === '' || home.kept.has(unit)) return;
    home.kept.add(unit);
    todo.push(() => look(home, unit));
  };
  /** A unit that stays: what it mentions stays too, or has a stub; what it runs must be there. */
  const look = (from: PlacedModule, unit: Unit): void => {
    for (const name of unit.refs) need(from, name, unit.calls.has(name));
    for (const lift of unit.lifts) crossed(from, lift, lift.calls);
    if (unit.isMutable)
      for (const one of from.module.units)
        if (unit.names.some((name) => one.assigns.has(name))) keep({ home: from, unit: one, name: '' });
    for (const one of from.module.units) {
      if (one.kind === 'effect' && unit.names.some((name) => one.refs.has(name)))
        keep({ home: from, unit: one, name: '' });
    }
  };
  const need = (from: PlacedModule, name: string, isRun: boolean): void => {
    const found = find(placed, from, name);
    if (found?.unit === undefined || found.home.pack === '') return;
    if (found.unit.kind !== 'function' || isRun) keep(found);
    else found.home.stubs.add(found.unit);
  };
  /** Code of a pack: only what is of another pack concerns the base. */
  const crossed = (from: PlacedModule, { refs }: Pick<Unit | Lift, 'refs'>, calls?: ReadonlySet<string>): void => {
    for (const name of refs) {
      const found = find(placed, from, name);
      if (found === undefined || isNear(from.pack, found.home.pack)) continue;
      need(from, name, calls?.has(name) ?? false);
    }
  };
  for (const from of placed.values()) {
    for (const passed of from.module.passes.values()) {
      const found = follow(placed, from.path, passed.from, passed.name);
      if (found?.unit === undefined) continue;
      if (found.unit.kind === 'function') found.home.stubs.add(found.unit);
      else keep(found);
    }
    for (const unit of from.module.units) {
      if (from.pack === '')
        for (const name of [...unit.refs, ...unit.lifts.flatMap(({ refs }) => [...refs])])
          need(from, name, unit.kind !== 'function' && unit.calls.has(name));
      else {
        crossed(from, unit, unit.kind === 'function' ? undefined : unit.calls);
        for (const lift of unit.lifts) crossed(from, lift, lift.calls);
      }
    }
  }
  for (let next = todo.pop(); next !== undefined; next = todo.pop()) next();
  for (const { kept, stubs } of placed.values()) for (const unit of kept) stubs.delete(unit);
  return placed;
}
