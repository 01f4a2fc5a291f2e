import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import type { AstroIntegration } from 'astro';
import type { ExerciseProps } from '../lesson/widgets.ts';
import type { PacksOf, PageSession, PageSpec } from '../session/page.ts';
import { BuiltThread } from './thread.ts';

/** No play of a page takes more moves. */
const MAX_MOVES = 5000;

/**
 * After the build, each page is played in the thread that was built, where no pack is loaded, and the packs that were
 * missed are written into the page: a reader's thread asks for them at once.
 */
export function needs(): AstroIntegration {
  return {
    name: 'needs',
    hooks: {
      'astro:build:done': async ({ dir, logger }) => {
        const files = readdirSync(new URL('_astro/', dir));
        const script = files.find((file) => /^worker\.[^.]*\.js$/.test(file));
        if (script === undefined) throw new Error('The build has a simulation thread.');
        const address = new URL(`_astro/${script}`, dir);
        const pages = readdirSync(dir, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.html'));
        const queue = pages.values();
        const work = async () => {
          for (const file of queue) await complete(new URL(file, dir), address);
        };
        await Promise.all(Array.from({ length: availableParallelism() }, work));
        logger.info('every page was played for the packs that it needs');
      },
    },
  };
}

const SPEC = /(<script type="application\/json" id="page-spec">)([\s\S]*?)(<\/script>)/;

/** Writes into a page what it needs, if it has a stage. */
async function complete(page: URL, script: URL): Promise<void> {
  const html = readFileSync(page, 'utf8');
  const text = SPEC.exec(html)?.[2];
  if (text === undefined) return;
  const spec = JSON.parse(text) as PageSpec;
  const completed = JSON.stringify({ ...spec, packs: await packsOf(spec, script) }).replaceAll('<', '\\u003c');
  writeFileSync(
    page,
    html.replace(SPEC, (_, open: string, __, close: string) => open + completed + close),
  );
}

/** Plays a page in a thread of its own, and tells which packs that took. */
export async function packsOf(page: PageSpec, script: URL): Promise<PacksOf> {
  const thread = new BuiltThread(script);
  const { id } = page.stage;
  const others = Object.keys(page.sessions).filter((other) => other !== id);
  await open(id, page, thread);
  const first = await packsIn(thread);
  await play(id, page, thread);
  for (const other of others) {
    await open(other, page, thread);
    await play(other, page, thread);
  }
  for (const { kind, props } of page.widgets) {
    if (kind === 'exercise') await solve(props as unknown as ExerciseProps, thread);
  }
  const later = (await packsIn(thread)).filter((name) => !first.includes(name));
  await thread.end();
  return { first, later, files: first.flatMap((name) => fileOf(name, script)) };
}

/** What is loaded, in an order that does not depend on which file came first. */
async function packsIn(thread: BuiltThread): Promise<readonly string[]> {
  const { packs = [] } = await thread.ask('', { ask: 'packs' });
  return packs.toSorted();
}

/** The file of a pack in the built site. */
function fileOf(pack: string, script: URL): readonly string[] {
  return readdirSync(new URL('.', script)).filter((file) => file.startsWith(`worker-chunk.pack-${pack}.`));
}

async function open(id: string, { sessions }: PageSpec, thread: BuiltThread): Promise<void> {
  const { spec, files } = sessions[id] as PageSession;
  await thread.ask(id, { ask: 'open', open: { id, spec, files } });
}

/** Plays the author's plan to its end, or to what only the reader can do. */
async function play(id: string, { sessions }: PageSpec, thread: BuiltThread): Promise<void> {
  const { spec } = sessions[id] as PageSession;
  const beats = spec.plan.filter(({ kind }) => kind === 'beat').length;
  for (let moves = 0; moves < MAX_MOVES && spec.plan.length > 0; ) {
    await thread.ask(id, { ask: 'play' });
    let reply = await thread.ask(id, { ask: 'move' });
    for (; reply.move?.isEnd === false && moves < MAX_MOVES; moves++) reply = await thread.ask(id, { ask: 'move' });
    const { frame } = reply;
    if (frame === undefined || (frame.nextDo === undefined && frame.reached.length === beats)) return;
    moves++;
  }
}

/** Carries the author's solution out, in a cluster beside the reader's. */
async function solve({ session, solution, solutionFiles }: ExerciseProps, thread: BuiltThread): Promise<void> {
  const steps = solution.map(({ line, advanceMs }) => (advanceMs === undefined ? line : `advance ${advanceMs}ms`));
  await thread.ask(session, { ask: 'stuck', steps, files: solutionFiles });
}
