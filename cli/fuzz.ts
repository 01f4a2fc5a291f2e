// `npm run fuzz`: seeds draw members of etcd and their troubles, or with --workloads whole clusters with what runs on
// them; what must hold is checked on the way and after mending.
import { type Flag, helpText, readFlags, refuse } from './flags.ts';
import { playConsensus } from './fuzz/consensus/run.ts';
import { playWorkloads } from './fuzz/workloads/run.ts';

const FLAGS: readonly Flag[] = [
  { name: 'seed', value: 'N', does: 'plays this seed and prints what it did; with --runs begins there' },
  { name: 'runs', value: 'N', does: 'plays so many seeds (default 20, from one that the time gives)' },
  { name: 'workloads', value: '', does: 'plays whole clusters: workloads, rollouts, drains, dead nodes' },
  { name: 'long', value: '', does: 'the same with twice as many steps, 300 of them' },
  { name: 'help', value: '', does: 'prints this' },
];

/** What a run came to; no problem is a pass. */
interface Played {
  readonly problems: readonly string[];
  readonly log: readonly string[];
}

process.exit(main());

function main(): number {
  const given = readFlags(process.argv.slice(2), FLAGS);
  if (typeof given === 'string') refuse('fuzz', given);
  const text = (name: string) => given.find((flag) => flag.name === name)?.value;
  for (const name of ['seed', 'runs']) {
    if (!/^\d{1,9}$/.test(text(name) ?? '0')) refuse('fuzz', `--${name} ${text(name)}: not a whole number.`);
  }
  if (text('help') !== undefined) {
    console.log(helpText('npm run fuzz [-- --workloads] [-- --runs N] [-- --seed N]', FLAGS));
    return 0;
  }
  const isLong = text('long') !== undefined;
  const isWhole = isLong || text('workloads') !== undefined;
  const from = Number(text('seed') ?? Math.floor(Date.now() / 1000) % 1_000_000);
  const runs = Number(text('runs') ?? (text('seed') !== undefined ? 1 : isLong ? 300 : 20));
  const mode = isLong ? ' --long' : isWhole ? ' --workloads' : '';
  let failures = 0;
  for (let seed = from; seed < from + runs; seed++) {
    const play = () => (isWhole ? playWorkloads(seed, { steps: isLong ? 32 : 16 }) : playMembers(seed));
    if (!tell(seed, play, mode, runs === 1)) failures++;
  }
  console.log(`${runs - failures} passed, ${failures} failed`);
  return failures > 0 ? 1 : 0;
}

/** Members of etcd and an API server, under load and in trouble. */
function playMembers(seed: number): Played {
  const { problem, log } = playConsensus(seed);
  return { problems: problem === '' ? [] : [problem], log };
}

/** Plays a seed and says what was wrong. An assertion that breaks is a failure as well. */
function tell(seed: number, play: () => Played, mode: string, isTelling: boolean): boolean {
  let played: Played;
  try {
    played = play();
  } catch (error) {
    played = { problems: [error instanceof Error ? (error.stack ?? error.message) : String(error)], log: [] };
  }
  const { problems, log } = played;
  if (isTelling || problems.length > 0) for (const line of log) console.log(`  ${line}`);
  if (problems.length === 0) return true;
  for (const problem of problems) console.error(`  ${problem}`);
  console.error(`SEED=${seed}  replay: npm run fuzz --${mode} --seed ${seed}`);
  return false;
}
