import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { leansOn, packOf, packs, standing } from './packs.ts';
import { type Placed, type PlacedModule, place } from './placing.ts';
import { BODY, split } from './split.ts';
import { readModule } from './units.ts';

/** Where the thread looks for its packs, and what stubs call. */
const LIST = 'src/session/packlist.ts';
const RUNTIME = '/src/session/packs.ts';
/** The module that brings a pack. */
const ENTRY = 'virtual:pack/';
/** The thread itself. */
const THREAD = '/src/session/worker.ts';
/** What the modules of the thread are divided from. */
const FILES = ['sim/**/*.ts', 'src/{lab,lesson,schemas,session}/**/*.ts'];

/** What the bundler knows of a module. */
interface Known {
  readonly importedIds: readonly string[];
  readonly dynamicallyImportedIds: readonly string[];
  readonly importers: readonly string[];
  readonly dynamicImporters: readonly string[];
  readonly isEntry: boolean;
}

/** A file that is about to be written. */
interface Chunk {
  readonly name: string;
  readonly fileName: string;
  code: string;
}

/** As much of the bundler as is asked. */
interface Bundler {
  getModuleInfo(id: string): Known | null;
}

/**
 * A plugin of the build: divides the modules of the simulation thread. Of a module of a pack the base has stubs for its
 * functions and the values that others read; the rest is in the pack.
 */
export function packing(root: string) {
  let placed: Placed = new Map();
  const homeOf = (id: string) => placed.get(id.slice(root.length + 1).replace(BODY, ''));
  return {
    name: 'packs',
    enforce: 'pre' as const,
    apply: 'build' as const,
    buildStart() {
      const paths = globSync(FILES, { cwd: root }).filter((path) => !path.includes('.test.'));
      const modules = paths.sort().map((path) => [path, readModule(readFileSync(join(root, path), 'utf8'))] as const);
      placed = place(new Map(modules), packOf, leansOn);
    },
    resolveId(source: string) {
      if (source.startsWith(ENTRY)) return `\0${source}`;
      return /^\/(sim|src)\//.test(source) ? join(root, source) : undefined;
    },
    load(id: string) {
      if (id === join(root, LIST)) return listText();
      if (id.startsWith(`\0${ENTRY}`)) return entryText(placed, id.slice(ENTRY.length + 1));
      const home = homeOf(id);
      if (home === undefined || home.pack === '') return undefined;
      const { kept, body } = split(placed, home, RUNTIME);
      return { code: id.endsWith(BODY) ? body : kept, moduleType: 'js', moduleSideEffects: id.endsWith(BODY) };
    },
    generateBundle(_options: unknown, bundle: Readonly<Record<string, Chunk>>) {
      const chunks = Object.values(bundle);
      const fileNamed = (wanted: string) => {
        const chunk = chunks.find(({ name }) => name === wanted);
        if (chunk === undefined) throw new Error(`The build has no file ${wanted}: is the pack empty?`);
        return chunk.fileName.replace(/^.*\//, '');
      };
      for (const chunk of chunks) {
        if (chunk.code?.includes(PLACEHOLDER)) {
          chunk.code = chunk.code.replace(/@file-of-(\w+)@/g, (_, pack: string) => fileNamed(`pack-${pack}`));
        }
      }
    },
  };
}

/** The module that says which packs there are. What their files are called is known last. */
function listText(): string {
  const all = Object.keys(packs);
  const loaders = all.map((pack) => `"${pack}": () => import("${ENTRY}${pack}"),`);
  const files = all.map((pack) => `"${pack}": "${PLACEHOLDER}${pack}@",`);
  return [
    `export const standing = ${JSON.stringify(standing)};`,
    `export const packList = {\n${loaders.join('\n')}\n};`,
    `export const packFiles = {\n${files.join('\n')}\n};`,
  ].join('\n');
}

/** What stands for the name of a pack's file until that is known. */
const PLACEHOLDER = '@file-of-';

/** Modules of which something is called from elsewhere: they bring the others. */
function entryText(placed: Placed, pack: string): string {
  const isCalled = ({ stubs, kept }: PlacedModule) => stubs.size > 0 || [...kept].some(({ lifts }) => lifts.length > 0);
  const called = [...placed.values()].filter((home) => home.pack === pack && isCalled(home));
  return called.map(({ path }) => `import "/${path}${BODY}";`).join('\n');
}

/** The file that a module of the thread goes into; null where the bundler decides. */
export function chunking(root: string): (id: string, bundler: Bundler) => string | null {
  const known = new Map<string, ReturnType<typeof usersFrom>>();
  return (id, bundler) => {
    const path = id.slice(root.length + 1);
    if (id.startsWith(`\0${ENTRY}`)) return `pack-${id.slice(ENTRY.length + 1)}`;
    if (id.endsWith(BODY)) return `pack-${packOf(path.replace(BODY, ''))}`;
    const entry = entryAbove(id, bundler);
    if (entry === undefined) return null;
    const users = known.get(entry) ?? usersFrom(entry, bundler);
    known.set(entry, users);
    const used = users.get(id);
    if (used?.has(entry)) return entry.includes(THREAD) ? 'base' : null;
    if (/^sim\/(kernel|protocol)\//.test(path)) return 'base';
    const isPlain = path.startsWith('sim/packs/') && packOf(path) === '';
    if (!path.startsWith('sim/') || isPlain || (used?.size ?? 0) < 2) return null;
    // What kubectl leaves behind is not of the base: nobody needs it before the first command.
    if (/^sim\/(kubectl|etcdctl)\//.test(path)) return packOf(path) === '' ? null : 'terminal';
    return 'base';
  };
}

/** The module with which the thread starts that a module is part of. */
function entryAbove(start: string, bundler: Bundler): string | undefined {
  const seen = new Set([start]);
  for (const id of seen) {
    const known = bundler.getModuleInfo(id);
    if (known?.isEntry) return id;
    for (const other of [...(known?.importers ?? []), ...(known?.dynamicImporters ?? [])]) seen.add(other);
  }
  return undefined;
}

/** By module, the modules that are loaded by themselves and bring it. */
function usersFrom(entry: string, bundler: Bundler): ReadonlyMap<string, ReadonlySet<string>> {
  const users = new Map<string, Set<string>>();
  const entries = new Set([entry]);
  for (const start of entries) {
    const todo = [start];
    for (let id = todo.pop(); id !== undefined; id = todo.pop()) {
      const known = users.get(id) ?? new Set();
      if (known.has(start)) continue;
      users.set(id, known.add(start));
      const { importedIds = [], dynamicallyImportedIds = [] } = bundler.getModuleInfo(id) ?? {};
      todo.push(...importedIds);
      for (const other of dynamicallyImportedIds) entries.add(other);
    }
  }
  return users;
}
