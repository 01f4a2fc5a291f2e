// `npm run fuzz`: seeds draw members of etcd and their troubles, or with --cluster whole clusters; what must hold is
// checked on the way and after mending.
import { type Flag, helpText, readFlags, refuse } from './flags.ts';
import { playConsensus } from './fuzz/consensus/run.ts';
import { drawPlan } from './fuzz/draw.ts';
import { runPlan } from './fuzz/run.ts';

const FLAGS: readonly Flag[] = [
  { name: 'seed', value: 'N', does: 'plays this seed once and prints what it did' },
  { name: 'runs', value: 'N', does: 'plays so many seeds (default 20)' },
  { name: 'from', value: 'N', does: 'begins with this seed (default: the time)' },
  { name: 'cluster', value: '', does: 'plays whole clusters, with nodes and workloads' },
  { name: 'long', value: '', does: 'plays 300 whole clusters with twice as many steps' },
  { name: 'help', value: '', does: 'prints this' },
];

process.exit(main());

function main(): number {
  const given = readFlags(process.argv.slice(2), FLAGS);
  if (typeof given === 'string') refuse('fuzz', given);
  const text = (name: string) => given.find((flag) => flag.name === name)?.value;
  for (const name of ['seed', 'runs', 'from']) {
    if (!/^\d{1,9}$/.test(text(name) ?? '0')) refuse('fuzz', `--${name} ${text(name)}: not a whole number.`);
  }
  if (text('help') !== undefined) {
    console.log(helpText('npm run fuzz [-- --seed N] [-- --runs N]', FLAGS));
    return 0;
  }
  const isLong = text('long') !== undefined;
  const isWhole = isLong || text('cluster') !== undefined;
  const one = text('seed');
  const from = Number(one ?? text('from') ?? Math.floor(Date.now() / 1000) % 1_000_000);
  const runs = one === undefined ? Number(text('runs') ?? (isLong ? 300 : 20)) : 1;
  let failures = 0;
  for (let seed = from; seed < from + runs; seed++)
    if (!(isWhole ? playSeed(seed, isLong, one !== undefined) : playMembers(seed, one !== undefined))) failures++;
  console.log(`${runs - failures} passed, ${failures} failed`);
  return failures > 0 ? 1 : 0;
}

/** Members of etcd and an API server, under load and in trouble. */
function playMembers(seed: number, isTelling: boolean): boolean {
  let problem: string;
  let log: readonly string[] = [];
  try {
    ({ problem, log } = playConsensus(seed));
  } catch (error) {
    problem = error instanceof Error ? (error.stack ?? error.message) : String(error);
  }
  if (isTelling || problem !== '') for (const line of log) console.log(`  ${line}`);
  if (problem === '') return true;
  console.error(`  ${problem}`);
  console.error(`SEED=${seed}  replay: npm run fuzz -- --seed ${seed}`);
  return false;
}

function playSeed(seed: number, isLong: boolean, isTelling: boolean): boolean {
  try {
    const { problems, log } = runPlan(drawPlan(seed, isLong ? 40 : 20));
    if (isTelling || problems.length > 0) for (const line of log) console.log(`  ${line}`);
    if (problems.length === 0) return true;
    for (const problem of problems) console.error(`  ${problem}`);
  } catch (error) {
    console.error(error instanceof Error ? error.stack : error);
  }
  console.error(`SEED=${seed}  replay: npm run fuzz -- --seed ${seed}${isLong ? ' --long' : ' --cluster'}`);
  return false;
}
