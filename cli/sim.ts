// `npm run sim`: a cluster without a page. Flags are carried out in the order in which they are given.
import { pathToFileURL } from 'node:url';
import {
  act,
  type ClusterShape,
  commandText,
  createCluster,
  defaultShape,
  hashTrace,
  parseDuration,
  peekAt,
  runToExit,
  shapeFromScenario,
  type Timeline,
} from '../sim/index.ts';
import { addEditing } from '../sim/packs/editing.ts';
import { addEtcdctl } from '../sim/packs/etcdctl.ts';
import { addExtensions } from '../sim/packs/extensions.ts';
import { addKinds } from '../sim/packs/kinds.ts';
import { addKubectl, addTerminalProgram } from '../sim/packs/kubectl.ts';
import { addReplicas } from '../sim/packs/replicas.ts';
import { filesOf } from './files.ts';
import { type Flag, type Given, helpText, membersOf, readFlags, refuse } from './flags.ts';
import { readScenario } from './scenariofile.ts';
import { traceLine } from './tracelines.ts';

const USAGE = 'npm run sim -- [--scenario FILE] [--run "kubectl …"]… [--until 400s] [--seed N] [--trace] [--hash]';
const FLAGS: readonly Flag[] = [
  { name: 'scenario', value: 'FILE', does: 'the cluster to begin with (default: three nodes of 2 CPUs and 4 GiB)' },
  { name: 'seed', value: 'N', does: 'another seed, another history' },
  { name: 'members', value: 'N', does: 'etcd has 1, 3 or 5 members' },
  {
    name: 'run',
    value: '"kubectl …"',
    does: 'types a line, or breaks something ("kill node/node-2"), and waits for it',
  },
  { name: 'until', value: '400s', does: 'plays to that virtual time' },
  { name: 'inspect', value: 'PROCESS', does: 'prints what a process says of itself now: etcd-0, kube-scheduler, …' },
  { name: 'trace', value: '', does: 'prints every record of the history, numbered; ~ marks routine' },
  { name: 'hash', value: '', does: 'prints the hash of the history as the last line' },
  { name: 'help', value: '', does: 'prints this' },
];

/** What the tool prints for these words. Throws nothing; a mistake in the words ends the process with code 2. */
export function runSim(words: readonly string[], print: (line: string) => void): void {
  const given = readFlags(words, FLAGS);
  if (typeof given === 'string') refuse('sim', given);
  const has = (name: string) => given.some((flag) => flag.name === name);
  if (has('help')) {
    print(helpText(USAGE, FLAGS));
    return;
  }
  checkActions(given);
  addKinds();
  addExtensions();
  addKubectl();
  addEtcdctl(addTerminalProgram);
  addEditing();
  addReplicas();
  const timeline = boot(shapeOf(given));
  const tell = teller(timeline, has('trace'), print);
  given.forEach(({ name, value }, index) => {
    if (name === 'run') carryOut(timeline, value, `run-${index + 1}`, tell);
    if (name === 'until') timeline.advance(Math.max(parseDuration(value) ?? 0, timeline.now));
    tell();
    if (name === 'inspect') print(accountOf(timeline, value));
  });
  if (has('hash')) print(hashTrace(timeline.past));
}

/** Mistakes are found before anything runs. */
function checkActions(given: readonly Given[]): void {
  for (const { name, value } of given) {
    if (name === 'until' && parseDuration(value) === undefined) {
      refuse('sim', `--until ${value}: not a duration. Write 400s, 5m or 1m30s.`);
    }
    if (name === 'members') membersOf('sim', value);
    if (name === 'seed' && !/^\d{1,9}$/.test(value)) refuse('sim', `--seed ${value}: a seed is a whole number.`);
  }
}

function shapeOf(given: readonly Given[]): ClusterShape {
  const last = (name: string) => given.findLast((flag) => flag.name === name)?.value;
  const path = last('scenario');
  const seed = last('seed');
  let shape = defaultShape();
  if (path !== undefined) {
    const scenario = readScenario(path);
    if (typeof scenario === 'string') refuse('sim', scenario);
    shape = shapeFromScenario(scenario);
  }
  const members = last('members');
  if (members !== undefined) shape = { ...shape, etcd: { ...shape.etcd, members: membersOf('sim', members) } };
  return seed === undefined ? shape : { ...shape, seed: Number(seed) };
}

/** A scenario may describe what cannot be created: the API server's words say why. */
function boot(shape: ClusterShape): Timeline {
  try {
    return createCluster(shape);
  } catch (error) {
    return refuse('sim', error instanceof Error ? error.message : String(error));
  }
}

/** What a process says of itself, as JSON; `etcd` is all its members. */
function accountOf(timeline: Timeline, process: string): string {
  const { actors, inspect } = peekAt(timeline.simulation);
  const account = inspect(process);
  const names = actors.map(({ name }) => name).filter((name) => name !== 'reader');
  if (account === undefined) refuse('sim', `--inspect ${process}: no such process runs. Known: ${names.join(', ')}.`);
  return JSON.stringify(account, null, 2);
}

/** A watching command is left running: what it prints appears as time goes on. */
function carryOut(timeline: Timeline, line: string, run: string, tell: () => void): void {
  const problem = act(timeline, line, run, filesOf(line));
  if (problem !== undefined) refuse('sim', `--run "${line}": ${problem}`);
  tell();
  if (isWatching(line)) timeline.advance(timeline.now + WATCH_MS);
  else runToExit(timeline, run);
}

const WATCH_MS = 2000;

function isWatching(line: string): boolean {
  return /\s(-w|--watch|--watch-only|--watch=true)(\s|$)/.test(line) || /\blogs\b.*\s(-f|--follow)(\s|$)/.test(line);
}

/** Prints what was recorded since the last call: commands with a `$`, kubectl's output, and the trace when asked. */
function teller(timeline: Timeline, isTracing: boolean, print: (line: string) => void): () => void {
  let told = 0;
  return () => {
    const { past } = timeline;
    for (; told < past.length; told++) {
      const record = past[told];
      if (record === undefined) continue;
      if (isTracing) print(traceLine(record));
      if (record.type === 'commanded') print(`$ ${commandText(record.command)}`);
      else if (record.type === 'noted' && record.note.what === 'kubectl/printed') print(String(record.note['text']));
    }
  };
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) runSim(process.argv.slice(2), console.log);
