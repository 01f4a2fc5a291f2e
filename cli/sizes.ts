// `npm run sizes`: gzipped bytes of the built site, per route and per chunk. Fails when something is over budget,
// and names the heaviest file. A script counts with everything it imports statically. Where a budget is larger than
// what the project wishes for, the last lines say by how much.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { budgetsKb, lessonsKb, packsKb, wishesKb } from './budgets.ts';

const dist = fileURLToPath(new URL('../dist', import.meta.url));
const overBudget: string[] = [];
const overWish: string[] = [];

if (!existsSync(join(dist, 'index.html'))) {
  console.error('There is no built site: run `npm run build` first.');
  process.exit(1);
}
const files = list('');
/** What the simulation thread needs at once, in however many files the build divides it. */
const baseOfThread = withImports(files.filter((file) => /\/worker\.[^/]*\.js$/.test(file)));
printRoutes();
printChunks();
weighLab();
weighLessons();
for (const line of overWish) console.log(`over the wish  ${line}`);
for (const line of overBudget) console.error(`OVER BUDGET  ${line}`);
process.exit(overBudget.length > 0 ? 1 : 0);

function printRoutes(): void {
  console.log(row('route', ['html', 'css', 'js', 'fonts']));
  // The sandbox's frame is no page: nobody goes there.
  for (const page of files.filter((file) => file.endsWith('.html') && !file.startsWith('sandbox/'))) {
    const html = readFileSync(join(dist, page), 'utf8');
    const route = `/${page.replace(/index\.html$/, '')}`;
    const weights = [
      weigh(route, 'html', [page]),
      weigh(route, 'css', matches(html, /<link[^>]+rel="stylesheet"[^>]+href="([^"]+)"/g)),
      weigh(route, 'idleJs', withImports(scriptsOf(html)), inlineScripts(html)),
      weigh(route, 'fonts', matches(html, /<link[^>]+rel="preload"[^>]+href="([^"]+\.woff2)"/g)),
    ];
    console.log(row(route, weights.map(kb)));
  }
}

function printChunks(): void {
  console.log(`\n${row('script (with its static imports)', ['own', 'total'])}`);
  for (const file of files.filter((name) => name.endsWith('.js'))) {
    const all = withImports([file]);
    const worker = /\/worker(?:-chunk\.([^.]*))?\.[^/]*\.js$/.exec(file);
    if (worker) weighChunk(file, worker[1], all);
    if (/\/codemirror\./.test(file)) weigh(file, 'editor', [file]);
    if (/\/compiler\./.test(file)) weigh(file, 'compiler', all);
    console.log(row(file, [kb(gzip(file)), kb(sum(all))]));
  }
}

/** All that a lab's page may load beside the simulation thread. */
function weighLab(): void {
  const parts = ['mount', 'Lab', 'LabEditor', 'codemirror', 'browser', 'compiler'];
  const needed = files.filter((file) =>
    parts.some((part) => file.startsWith(`_astro/${part}.`) && file.endsWith('.js')),
  );
  for (const part of ['Lab', 'codemirror', 'compiler']) {
    if (!needed.some((file) => file.startsWith(`_astro/${part}.`))) overBudget.push(`no script is called ${part}`);
  }
  console.log(
    row('a lab, its editor focused and a program compiled', [kb(weigh('a lab', 'labJs', withImports(needed)))]),
  );
}

/** What a page says of itself, as far as it is asked here. */
interface Page {
  readonly packs?: { readonly first: readonly string[]; readonly later: readonly string[] };
  readonly sessions: Readonly<Record<string, { readonly files: object }>>;
}

/** What the simulation thread of a page loads: to open its stage, and until it was played and its exercises solved. */
function weighLessons(): void {
  console.log(`\n${row('the simulation thread of', ['opened', 'played'])}`);
  for (const [route, [opened, played]] of Object.entries(lessonsKb)) {
    const html = readFileSync(join(dist, route, 'index.html'), 'utf8');
    const text = /<script type="application\/json" id="page-spec">([\s\S]*?)<\/script>/.exec(html)?.[1] ?? '{}';
    const { packs, sessions = {} } = JSON.parse(text) as Partial<Page>;
    const hasFiles = Object.values(sessions).some(({ files }) => Object.keys(files).length > 0);
    const first = withImports(['worker', ...(packs?.first ?? []), ...(hasFiles ? ['yaml'] : [])].map(fileOfThread));
    const all = withImports([...first, ...(packs?.later ?? []).map(fileOfThread)]);
    console.log(row(route, [kb(sum(first)), kb(sum(all))]));
    if (packs === undefined) overBudget.push(`${route}: nobody wrote into the page which packs it needs`);
    if (sum(first) > opened * 1000) overBudget.push(`${route}: opened ${kb(sum(first))} kB > ${opened} kB`);
    if (sum(all) > played * 1000) overBudget.push(`${route}: played ${kb(sum(all))} kB > ${played} kB`);
  }
}

/** The thread's own file, a chunk of it, or a pack, by name. */
function fileOfThread(name: string): string {
  const isIt = (file: string) =>
    [`_astro/${name}.`, `_astro/worker-chunk.${name}.`, `_astro/worker-chunk.pack-${name}.`].some((start) =>
      file.startsWith(start),
    );
  const found = files.filter((file) => isIt(file) && file.endsWith('.js'));
  return found.find((file) => file.includes('.pack-')) ?? found[0] ?? `there is no ${name}`;
}

/** Each chunk of the simulation thread has a budget of its own; one that has none is over it, unless it is of the base. */
function weighChunk(file: string, chunk: string | undefined, all: readonly string[]): void {
  if (chunk === undefined) weigh(file, 'worker', all);
  else if (baseOfThread.includes(file)) return;
  else if (chunk.startsWith('pack-')) weighPack(file, chunk.slice('pack-'.length));
  else if (chunk in budgetsKb) weigh(file, chunk as keyof typeof budgetsKb, [file]);
  else overBudget.push(`${file}: no budget for this chunk in cli/budgets.ts`);
}

function weighPack(file: string, pack: string): void {
  const budget = packsKb[pack];
  if (budget === undefined) overBudget.push(`${file}: no budget for this pack in cli/budgets.ts`);
  else if (gzip(file) > budget * 1000) overBudget.push(`${file}: ${kb(gzip(file))} kB > ${budget} kB`);
}

/** Sums files and inline text, and notes the sum when it is over the budget of that name. */
function weigh(owner: string, budget: keyof typeof budgetsKb, parts: readonly string[], inline = ''): number {
  const total = sum(parts) + (inline ? gzipSync(inline).length : 0);
  if (total > budgetsKb[budget] * 1000) {
    const heaviest = parts.toSorted((a, b) => gzip(b) - gzip(a) || (a < b ? -1 : 1))[0] ?? 'inline scripts';
    overBudget.push(`${owner}: ${budget} ${kb(total)} kB > ${budgetsKb[budget]} kB; heaviest: ${heaviest}`);
  }
  const wish = wishesKb[budget];
  if (wish !== undefined && total > wish * 1000) {
    overWish.push(`${owner}: ${budget} ${kb(total)} kB, wish ${wish} kB, allowed ${budgetsKb[budget]} kB`);
  }
  return total;
}

/** Scripts and module preloads that the HTML names; islands load theirs later. */
function scriptsOf(html: string): readonly string[] {
  return [
    ...matches(html, /<script[^>]+src="([^"]+)"/g),
    ...matches(html, /<link[^>]+rel="modulepreload"[^>]+href="([^"]+)"/g),
  ];
}

function inlineScripts(html: string): string {
  return [...html.matchAll(/<script(?![^>]+src=)(?![^>]+application\/(?:ld\+)?json)[^>]*>([\s\S]*?)<\/script>/g)]
    .map((match) => match[1])
    .join('\n');
}

function withImports(start: readonly string[]): readonly string[] {
  const seen = new Set<string>();
  const queue = [...start];
  for (let file = queue.shift(); file !== undefined; file = queue.shift()) {
    if (seen.has(file)) continue;
    seen.add(file);
    const code = readFileSync(join(dist, file), 'utf8');
    for (const match of code.matchAll(/(?:\bfrom|\bimport)\s*["'](\.{1,2}\/[^"']+\.js)["']/g)) {
      queue.push(posix.join(posix.dirname(file), match[1] ?? ''));
    }
  }
  return [...seen];
}

function matches(text: string, pattern: RegExp): readonly string[] {
  return [...new Set([...text.matchAll(pattern)].map((match) => (match[1] ?? '').replace(/^\//, '')))];
}

function sum(parts: readonly string[]): number {
  return parts.reduce((total, file) => total + gzip(file), 0);
}

function gzip(file: string): number {
  const bytes = readFileSync(join(dist, file));
  return file.endsWith('.woff2') ? bytes.length : gzipSync(bytes, { level: 9 }).length;
}

function kb(bytes: number): string {
  return (bytes / 1000).toFixed(1);
}

function row(name: string, cells: readonly string[]): string {
  return name.padEnd(58) + cells.map((cell) => cell.padStart(8)).join('');
}

function list(folder: string): readonly string[] {
  return readdirSync(join(dist, folder), { withFileTypes: true })
    .flatMap((entry) => {
      const path = posix.join(folder, entry.name);
      return entry.isDirectory() ? list(path) : [path];
    })
    .sort();
}
