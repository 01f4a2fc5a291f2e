import { posix } from 'node:path';
import ts from 'typescript';
import { type Finding, lineOf, type Rule, type Source, walk } from './source.ts';

interface Import {
  readonly line: number;
  /** Repository path for a relative import (`sim/kernel/queue.ts`), else the package name. */
  readonly target: string;
  readonly isRelative: boolean;
  readonly isTypeOnly: boolean;
}

interface Layer {
  /** Which files belong to it; the first layer that matches counts. */
  readonly files: RegExp;
  /** What they may import, besides files of the same layer. */
  readonly may: readonly RegExp[];
  /** What they may import as types only. */
  readonly mayTypes?: readonly RegExp[];
  /** npm packages and node: modules. */
  readonly packages?: RegExp;
  /** What to do instead of importing anything else. */
  readonly instead: string;
}

const message = 'send a message of sim/protocol instead, and let sim/cluster wire the two';
const peers = 'apiserver controllers scheduler kubelet runtime net cloud metrics kubectl etcdctl'.split(' ');
const wire = [/^sim\/(kernel|api|protocol|client)\//];
const below = [
  /^sim\/(kernel|raft|api|protocol|client|etcd|apiserver|controllers|scheduler|kubelet|runtime|net|cloud|metrics)\//,
];
/** Views that need nothing of the simulator; `project` alone reaches through the cluster. */
const pureView = /^sim\/view\/(?!project\.ts)/;
/** The lab's editor is a chunk of its own, loaded on focus. */
const page = /^(preact(\/|$)|@preact\/signals|@codemirror\/|@lezer\/|@webcontainer\/api$)/;

const ONLY_EXTENDS = 'a pack extends the cluster, the language of goals and what is told of history, and nothing else';

/** Who may import whom. The table of the architecture, one line a layer. */
export const layers: Readonly<Record<string, Layer>> = {
  kernel: layer('kernel', [], 'the kernel knows nothing of Kubernetes: move the code up'),
  raft: layer(
    'raft',
    [/^sim\/kernel\/(assert|state)\.ts$/],
    'Raft is a pure algorithm: pass what it needs as an argument',
  ),
  api: {
    ...layer('api', [/^sim\/kernel\/assert\.ts$/], 'the API is pure data: only types of sim/kernel'),
    mayTypes: [/^sim\/kernel\//],
  },
  protocol: {
    ...layer('protocol', [/^sim\/kernel\/message\.ts$/], 'a protocol holds message types and addresses only'),
    mayTypes: [/^sim\/(kernel|api)\//],
  },
  client: layer('client', [/^sim\/(kernel|api|protocol)\//], message),
  etcdlab: layer(
    'etcd/lab',
    [/^sim\/(kernel|protocol|raft|etcd)\//, /^sim\/client\/program\.ts$/],
    'the reader’s member is etcd, and what runs a program',
  ),
  etcd: layer('etcd', [/^sim\/(kernel|protocol|raft)\//], `etcd knows no Kubernetes objects; ${message}`),
  ...Object.fromEntries(
    peers.map((name) => [name, layer(name, wire, `components never import one another: ${message}`)]),
  ),
  kubectl: { ...layer('kubectl', wire, `components never import one another: ${message}`), packages: /^yaml$/ },
  cluster: {
    ...layer('cluster', [...below, /^sim\/kubectl\//], 'only what the cluster is made of'),
    mayTypes: [/^sim\/view\//],
  },
  packs: {
    ...layer(
      'packs',
      [...below, /^sim\/(kubectl|etcdctl|cluster|view)\//, /^sim\/scenario\/expression\.ts$/],
      ONLY_EXTENDS,
    ),
    mayTypes: [/^sim\/scenario\//],
    packages: /^(yaml|@marcbachmann\/cel-js)$/,
  },
  view: {
    ...layer('view', [/^sim\/(kernel|api|cluster)\//], 'a view reads what `inspect` shows, through sim/cluster'),
    mayTypes: [/^sim\/protocol\//],
  },
  scenario: {
    ...layer('scenario', [/^sim\/(kernel|api|cluster|view)\//], 'a scenario speaks to the cluster, not to its parts'),
    mayTypes: [/^sim\/protocol\//],
    packages: /^yaml$/,
  },
  entry: { files: /^sim\/index\.ts$/, may: [/^sim\/(?!packs\/)/], instead: 'the base never imports a pack' },
  schemas: {
    files: /^src\/schemas\//,
    may: [],
    mayTypes: [/^sim\//],
    packages: /^(zod|astro\/zod)$/,
    instead: 'a schema needs zod and types of sim only',
  },
  thread: {
    files:
      /^src\/session\/(worker|packs|packlist|seat|typing|frame|stuck|changes|visit|futures|settings|ownscenario)\.ts$/,
    may: [
      /^sim\/index\.ts$/,
      /^sim\/packs\//,
      /^src\/lab\//,
      /^src\/lesson\/scenarios\.ts$/,
      /^src\/session\/(change|difference|moment|page|protocol|records)\.ts$/,
    ],
    mayTypes: [/^sim\//],
    instead: 'the simulation thread reaches the simulator through sim/index.ts and sim/packs only',
  },
  paging: {
    files: /^src\/paging\//,
    may: [/^src\/session\/nobody\.ts$/],
    mayTypes: [/^src\/(session|lesson)\//],
    packages: /^(node:|acorn$|astro$)/,
    instead: 'what divides the simulator reads its text, and nothing else',
  },
  session: {
    files: /^src\/session\//,
    may: [pureView],
    mayTypes: [/^(sim|src\/lab)\//],
    packages: /^@preact\/signals(-core)?$/,
    instead: 'this runs in the main thread: ask the simulation thread (worker.ts), or take a pure function of sim/view',
  },
  lab: {
    files: /^src\/lab\//,
    may: [/^sim\/index\.ts$/, /^sim\/packs\//],
    mayTypes: [/^sim\//],
    packages: /^(node:|sucrase$|acorn$|@webcontainer\/api$|vitest$|esbuild$|typescript$)/,
    instead: 'a lab stands between the reader’s program and the simulator: sim/index.ts, sim/packs and src/lab',
  },
  lesson: {
    files: /^src\/lesson\//,
    may: [
      /^sim\/index\.ts$/,
      /^sim\/packs\//,
      /^src\/(schemas|lab)\//,
      /^src\/session\/(frame|link|page|protocol|recording|records|visit)\.ts$/,
    ],
    mayTypes: [/^sim\//],
    packages: /^(node:|unified$|remark-|yaml$)/,
    instead: 'lessons are read and run at build, over sim/index.ts and sim/packs',
  },
  build: {
    files: /^src\/(components\/(.*\.astro|lesson\/components\.ts|front\/harbour\.ts)|markdown\/.*)$/,
    may: [
      /^sim\/(index|packs\/kinds)\.ts$/,
      pureView,
      /^src\/(components|lab|lesson|schemas|markdown|styles)\//,
      /^src\/session\/(frame|page|protocol)\.ts$/,
      /^src\/site\.ts$/,
      /\.css$/,
    ],
    mayTypes: [/^(sim|src)\//],
    packages: /./,
    instead: 'what runs at build takes the simulator from sim/index.ts',
  },
  islands: {
    files: /^src\/components\/.*\.tsx?$/,
    may: [
      /^src\/session\/(change|choosing|client|difference|latest|page|playback|playground|programs|protocol|recording|store|visiting)\.ts$/,
      /^src\/lab\//,
      pureView,
      /^src\/site\.ts$/,
      /\.css(\?url)?$/,
    ],
    mayTypes: [/^sim\//, /^src\/(session|schemas|lesson)\//],
    packages: page,
    instead: 'what runs in the page gets scenes from src/session, and takes from sim only types and sim/view',
  },
  preview: {
    files: /^src\/preview\//,
    may: [/^src\/(session|components|lesson)\//, pureView, /\.css$/],
    mayTypes: [/^(sim|src)\//],
    packages: /./,
    instead: "the author's preview works on the page and on what the lesson check prints",
  },
  pages: {
    files: /^src\/(pages|layouts|content\.config)/,
    may: [
      /^sim\/index\.ts$/,
      /^src\/(components|schemas|lab|lesson|content|layouts|styles|markdown)\//,
      /^src\/site\.ts$/,
      /\.css$/,
    ],
    mayTypes: [/^sim\//],
    packages: /./,
    instead: 'a page is made of components, schemas and sim/index.ts',
  },
  cli: {
    files: /^cli\//,
    may: [/^sim\/index\.ts$/, /^sim\/packs\//, /^src\/(schemas|lab|lesson)\//],
    mayTypes: [/^sim\//],
    packages: /./,
    instead: 'tools take the simulator from sim/index.ts; export there what is missing',
  },
};

/** Components share types and protocols and send messages; the import graph is the wire. */
export const layerRule: Rule = {
  name: 'layers: who may import whom',
  check: (source) => {
    if (source.isTest || source.path.endsWith('.mjs')) return [];
    const found = layerOf(source.path);
    if (!found) return source.path.startsWith('sim/') ? [unlisted(source)] : [];
    return importsOf(source)
      .filter((item) => !isAllowed(found[1], item))
      .map(({ line, target, isTypeOnly }) => ({
        line,
        message: `${found[0]} may not import ${isTypeOnly ? 'types of ' : ''}${target}: ${found[1].instead}.`,
      }));
  },
  examples: [
    { path: 'sim/kernel/x.ts', code: `import { pod } from '../api/kinds/pod.ts';`, says: 'the kernel knows nothing' },
    { path: 'sim/api/x.ts', code: `import { push } from '../kernel/queue.ts';`, says: 'the API is pure data' },
    { path: 'sim/raft/x.ts', code: `import type { IO } from '../kernel/component.ts';`, says: 'pure algorithm' },
    { path: 'sim/kubelet/x.ts', code: `import { cri } from '../runtime/cri.ts';`, says: 'never import one another' },
    {
      path: 'sim/etcd/x.ts',
      code: `import { pod } from '../api/kinds/pod.ts';`,
      says: 'etcd knows no Kubernetes objects',
    },
    { path: 'sim/scheduler/x.ts', code: `import fs from 'node:fs';`, says: 'scheduler may not import node:fs' },
    { path: 'sim/view/x.ts', code: `import { kubelet } from '../kubelet/kubelet.ts';`, says: 'a view reads what' },
    { path: 'sim/index.ts', code: `export { jobs } from './packs/jobs.ts';`, says: 'the base never imports a pack' },
    { path: 'sim/stuff/x.ts', code: '', says: 'not a layer' },
    { path: 'src/session/worker.ts', code: `import { a } from '../../sim/kernel/queue.ts';`, says: 'sim/index.ts' },
    { path: 'src/session/store.ts', code: `import { a } from '../../sim/index.ts';`, says: 'in the main thread' },
    { path: 'src/session/store.ts', code: `import { a } from './frame.ts';`, says: 'in the main thread' },
    { path: 'src/lesson/x.ts', code: `import { a } from '../../sim/kubectl/get.ts';`, says: 'read and run at build' },
    { path: 'src/components/x/x.tsx', code: `import { a } from '../../lesson/page.ts';`, says: 'in the page' },
    {
      path: 'src/components/stage/x.tsx',
      code: `import { a } from '../../../sim/view/project.ts';`,
      says: 'in the page',
    },
    { path: 'src/components/stage/x.tsx', code: `const a = import('../../../sim/index.ts');`, says: 'in the page' },
    {
      path: 'src/components/stage/x.astro',
      code: `---\nimport '../../../sim/etcd/etcd.ts';\n---`,
      says: 'runs at build',
    },
    {
      path: 'src/pages/x.astro',
      code: `---\nimport { a } from '../../sim/api/meta.ts';\n---`,
      says: 'a page is made of',
    },
    { path: 'cli/x.ts', code: `import { a } from '../sim/kernel/queue.ts';`, says: 'export there what is missing' },
  ],
  fine: [
    { path: 'sim/api/x.ts', code: `import type { Millis } from '../kernel/message.ts';` },
    { path: 'sim/kubelet/x.ts', code: `import { CRI } from '../protocol/cri.ts';\nimport { y } from './y.ts';` },
    { path: 'src/components/stage/x.tsx', code: `import type { World } from '../../../sim/kernel/world.ts';` },
    { path: 'src/components/stage/x.tsx', code: `import { fold } from '../../../sim/view/lamport.ts';` },
  ],
};

function layer(name: string, may: readonly RegExp[], instead: string): Layer {
  return { files: new RegExp(`^sim/${name}/`), may, instead };
}

/** The layer of a file with its name: the first that matches. */
function layerOf(path: string): readonly [string, Layer] | undefined {
  return Object.entries(layers).find(([, { files }]) => files.test(path));
}

function isAllowed(home: Layer, { target, isRelative, isTypeOnly }: Import): boolean {
  if (!isRelative) return target.startsWith('astro:') || (home.packages?.test(target) ?? false);
  if (layerOf(target)?.[1] === home || home.may.some((pattern) => pattern.test(target))) return true;
  return isTypeOnly && (home.mayTypes ?? []).some((pattern) => pattern.test(target));
}

function unlisted({ path }: Source): Finding {
  return {
    line: 1,
    message: `${path.split('/', 2).join('/')} is not a layer: put the file where it belongs in the table.`,
  };
}

/** Where the main thread begins: the script of each page, and what it loads when a reader touches something. */
const mainThread = /^src\/(components\/.*\.tsx|components\/stage\/wake\.ts|session\/(client|store)\.ts)$/;

/**
 * Files of the simulator that the main thread would load, through any chain of imports; `a.ts → b.ts` for each. The
 * table above reads one step only, and one step of a view may lead anywhere.
 */
export function simulatorInMainThread(sources: readonly Source[]): readonly string[] {
  const byPath = new Map(sources.map((source) => [source.path, source]));
  const chains = new Map<string, string>();
  const queue = sources.filter(({ path, isTest }) => mainThread.test(path) && !isTest).map(({ path }) => path);
  for (const path of queue) chains.set(path, path);
  for (let path = queue.shift(); path !== undefined; path = queue.shift()) {
    const source = byPath.get(path);
    if (source === undefined) continue;
    for (const { target, isRelative, isTypeOnly } of importsOf(source)) {
      if (!isRelative || isTypeOnly || chains.has(target)) continue;
      chains.set(target, `${chains.get(path)} → ${target}`);
      queue.push(target);
    }
  }
  return [...chains]
    .filter(([path]) => /^sim\/(?!view\/|api\/)|^sim\/view\/project\.ts/.test(path))
    .map(([, chain]) => chain);
}

/** All imports, re-exports and dynamic imports of a file. */
export function importsOf(source: Source): readonly Import[] {
  const found: Import[] = [];
  const add = (node: ts.Node, specifier: ts.Expression | undefined, isTypeOnly: boolean): void => {
    if (!specifier || !ts.isStringLiteral(specifier)) return;
    const text = specifier.text.replace(/\?.*$/, '');
    const isRelative = text.startsWith('.');
    const target = isRelative ? posix.join(posix.dirname(source.path), text) : text;
    found.push({ line: lineOf(source, node), target, isRelative, isTypeOnly });
  };
  walk(source, (node) => {
    if (ts.isImportDeclaration(node)) add(node, node.moduleSpecifier, hasTypesOnly(node));
    if (ts.isExportDeclaration(node)) add(node, node.moduleSpecifier, node.isTypeOnly);
    if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) {
      add(node, node.argument.literal as ts.Expression, true);
    }
    if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
      add(node, node.arguments[0], false);
    }
  });
  return found;
}

function hasTypesOnly({ importClause: clause }: ts.ImportDeclaration): boolean {
  if (!clause) return false;
  if (clause.phaseModifier === ts.SyntaxKind.TypeKeyword) return true;
  const named = clause.namedBindings;
  return !clause.name && !!named && ts.isNamedImports(named) && named.elements.every((element) => element.isTypeOnly);
}
