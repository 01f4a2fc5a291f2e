// `node cli/fuzz/planted.ts [NAME]`: plants each bug and plays seeds until the fuzz finds it. Each plays in a process
// of its own, which reads the one file with the bug in it.

import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { type Bug, bugs } from './bugs.ts';

const MOST_RUNS = 300;

/** The first seed, from one that nobody chose for the bug, at which a planted bug is found; 0 when it is not. */
export function findPlanted(bug: Bug, from: number): { readonly runs: number; readonly problem: string } {
  const words = [fileURLToPath(import.meta.url), '--play', bug.name, String(from)];
  const { stdout, stderr } = spawnSync(process.execPath, words, { encoding: 'utf8' });
  const [runs = '', ...problem] = stdout.split('\n');
  if (!/^\d+$/.test(runs)) throw new Error(`${bug.name}: ${stderr}`);
  return { runs: Number(runs), problem: problem.join('\n').trim() };
}

async function playUntilFound(name: string, from: number): Promise<void> {
  const bug = bugs.find((each) => each.name === name);
  if (bug === undefined) throw new Error(`there is no bug called ${name}`);
  plant(bug);
  const play = bug.fuzz === 'members' ? await membersFuzz() : await workloadsFuzz();
  for (let run = 1; run <= MOST_RUNS; run++) {
    const problem = problemOf(() => play(from + run));
    if (problem === '') continue;
    console.log(`${run}\n${problem}`);
    return;
  }
  console.log('0');
}

/** The fuzzes are read only now, so that the bug is in what they import. */
async function membersFuzz(): Promise<(seed: number) => string> {
  const { playConsensus } = await import('./consensus/run.ts');
  return (seed) => playConsensus(seed).problem;
}

async function workloadsFuzz(): Promise<(seed: number) => string> {
  const { playWorkloads } = await import('./workloads/run.ts');
  return (seed) => playWorkloads(seed).problems[0] ?? '';
}

/** A bug may also break an assertion: that finds it too. */
function problemOf(work: () => string): string {
  try {
    return work();
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function plant({ name, file, from, to, also }: Bug): void {
  const url = pathToFileURL(file).href;
  const edits = also === undefined ? [{ from, to }] : [{ from, to }, also];
  let source = readFileSync(file, 'utf8');
  for (const edit of edits) {
    const parts = source.split(edit.from);
    if (parts.length !== 2) throw new Error(`the bug "${name}" needs its text in ${file} once: ${edit.from}`);
    source = parts.join(edit.to);
  }
  registerHooks({
    load(address, context, next) {
      const loaded = next(address, context);
      return address === url ? { ...loaded, source } : loaded;
    },
  });
}

const [, self = '', flag = '', name = '', from = '0'] = process.argv;
if (import.meta.url === pathToFileURL(self).href) {
  if (flag === '--play') await playUntilFound(name, Number(from));
  else
    for (const bug of bugs.filter((each) => flag === '' || each.name === flag))
      console.log(bug.name, findPlanted(bug, 1000));
}
