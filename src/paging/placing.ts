import { posix } from 'node:path';
import type { Module, Unit } from './units.ts';

/** A file of the simulator, with the pack that its functions are in; '' for the base, which is left as it is. */
export interface PlacedModule {
  readonly path: string;
  readonly pack: string;
  /** The packs that are there when this one is, itself included: what is in them it calls without a stub. */
  readonly near: readonly string[];
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
    const pack = packOf(path);
    const near = pack === '' ? [] : [pack, ...leansOn(pack)];
    placed.set(path, { path, module, pack, near, kept: new Set(), stubs: new Set() });
  }
  new Placing(placed).place();
  return placed;
}

/** A set of names that code mentions, and those of them that run where it stands. */
interface Mentions {
  readonly refs: ReadonlySet<string>;
  readonly calls: ReadonlySet<string>;
}

/** Follows what code mentions, from the base and across packs, until nothing new has to stay. */
class Placing {
  readonly #placed: Placed;
  readonly #todo: Found[] = [];

  constructor(placed: Placed) {
    this.#placed = placed;
  }

  place(): void {
    for (const home of this.#placed.values()) {
      for (const { from, name } of home.module.passes.values()) {
        this.#need(follow(this.#placed, home.path, from, name), false);
      }
      for (const unit of home.module.units) this.#start(home, unit);
    }
    for (let next = this.#todo.pop(); next !== undefined; next = this.#todo.pop()) this.#stay(next);
    for (const { kept, stubs } of this.#placed.values()) for (const unit of kept) stubs.delete(unit);
  }

  /** What a unit asks of others, wherever it will be itself. */
  #start(home: PlacedModule, unit: Unit): void {
    // A function runs when it is called: by then all that it calls has been loaded, or is missed.
    const calls: ReadonlySet<string> = unit.kind === 'function' ? NOTHING : unit.calls;
    for (const mentions of [{ refs: unit.refs, calls }, ...unit.lifts]) {
      if (home.pack === '') this.#needAll(home, mentions);
      else this.#cross(home, mentions);
    }
  }

  /** A unit that stays: what it mentions stays too, or has a stub; what it runs must be there. */
  #stay({ home, unit }: Found): void {
    if (unit === undefined) return;
    this.#needAll(home, unit);
    for (const lift of unit.lifts) this.#cross(home, lift);
    // Whoever changes a variable stands beside it, and so does a statement that works on a value.
    const isWith = ({ kind, assigns, refs }: Unit) =>
      unit.names.some((name) => (unit.isMutable && assigns.has(name)) || (kind === 'effect' && refs.has(name)));
    for (const other of home.module.units) if (isWith(other)) this.#keep({ home, unit: other, name: '' });
  }

  #needAll(from: PlacedModule, { refs, calls }: Mentions): void {
    for (const name of refs) this.#need(find(this.#placed, from, name), calls.has(name));
  }

  /** Code of a pack: only what is neither of the same pack nor of one that it leans on concerns the base. */
  #cross(from: PlacedModule, { refs, calls }: Mentions): void {
    for (const name of refs) {
      const found = find(this.#placed, from, name);
      if (found !== undefined && !from.near.includes(found.home.pack)) this.#need(found, calls.has(name));
    }
  }

  #need(found: Found | undefined, isRun: boolean): void {
    if (found?.unit === undefined || found.home.pack === '') return;
    if (found.unit.kind === 'function' && !isRun) found.home.stubs.add(found.unit);
    else this.#keep(found);
  }

  #keep(found: Found): void {
    const { home, unit } = found;
    if (unit === undefined || home.kept.has(unit)) return;
    home.kept.add(unit);
    this.#todo.push(found);
  }
}

const NOTHING: ReadonlySet<string> = new Set();
