// `npm run bench`: medians of what a reader waits for. `--only NAME` runs one, `--json` prints one object.
import {
  certificateOf,
  createCluster,
  createStorage,
  defaultShape,
  nodeShape,
  type Simulation,
  shapeOf,
  type Timeline,
  type TraceRecord,
} from '../sim/index.ts';
import { addKinds } from '../sim/packs/kinds.ts';
import { runLargeFleet, runScheduling } from './benchfleet.ts';
import { type Flag, type Given, helpText, readFlags, refuse } from './flags.ts';
import { readyPods, webDeployment } from './workloads.ts';

/** A measurement: `once` gives milliseconds of real time; what it checks keeps it honest. */
interface Benchmark {
  readonly name: string;
  readonly what: string;
  readonly runs: number;
  /** Runs before those that count: the engine compiles in them. */
  readonly warmUps: number;
  readonly budgetMs: number;
  /** How many of something one run does, where the rate is what one wants to know. */
  readonly count?: number;
  once(): number;
}

const FLAGS: readonly Flag[] = [
  { name: 'only', value: 'NAME', does: 'runs one of them' },
  { name: 'nodes', value: 'N', does: 'with --only fleet or scheduling: once, with so many nodes' },
  { name: 'pods', value: 'N', does: 'with --only fleet or scheduling: once, with so many pods' },
  { name: 'json', value: '', does: 'prints {"name": medianMs, …}' },
  { name: 'help', value: '', does: 'prints this' },
];

const benchmarks: readonly Benchmark[] = [
  {
    name: 'boot',
    what: 'from nothing to 9 ready replicas on 3 nodes',
    runs: 41,
    warmUps: 40,
    budgetMs: 30,
    once: boot,
  },
  {
    name: 'fleet',
    what: 'from nothing to 1,000 ready pods on 100 nodes',
    runs: 3,
    warmUps: 1,
    budgetMs: 2000,
    once: fleet,
  },
  {
    name: 'idle',
    what: '60 idle virtual seconds on 3 nodes with 9 pods',
    runs: 21,
    warmUps: 5,
    budgetMs: 20,
    once: idle,
  },
  {
    name: 'idle5',
    what: 'five members of etcd idle for 60 virtual seconds, with an API server',
    runs: 21,
    warmUps: 5,
    budgetMs: 40,
    once: idleMembers,
  },
  {
    name: 'writes',
    what: '1,000 objects created through the API server and three members',
    runs: 5,
    warmUps: 2,
    budgetMs: 2000,
    count: 1000,
    once: writes,
  },
  { name: 'fork', what: 'a fork of that cluster', runs: 51, warmUps: 5, budgetMs: 5, once: fork },
  { name: 'seek', what: 'a seek to a moment of its last minute', runs: 51, warmUps: 5, budgetMs: 50, once: seek },
];

/** Not among the others: it takes a minute. */
const SCHEDULING = 'scheduling';

let nine: Timeline | undefined;
let seeks = 0;

addKinds();
main();

function main(): void {
  const given = readFlags(process.argv.slice(2), FLAGS);
  if (typeof given === 'string') refuse('bench', given);
  const only = given.find(({ name }) => name === 'only')?.value;
  const names = benchmarks.map(({ name }) => name);
  if (only !== undefined && only !== SCHEDULING && !names.includes(only)) {
    refuse('bench', `--only ${only}: one of ${[...names, SCHEDULING].join(', ')}.`);
  }
  if (given.some(({ name }) => name === 'help')) {
    console.log(
      helpText('npm run bench [-- --only NAME] [-- --json] [-- --only fleet|scheduling --nodes N --pods N]', FLAGS),
    );
    return;
  }
  const [nodes, pods] = ['nodes', 'pods'].map((flag) => sizeOf(given, flag));
  if (only === SCHEDULING) {
    runScheduling(nodes ?? 5000, pods ?? 1000, console.log);
    return;
  }
  if (nodes !== undefined || pods !== undefined) {
    if (only !== 'fleet') refuse('bench', `--nodes and --pods go with --only fleet or ${SCHEDULING}.`);
    runLargeFleet(nodes ?? 100, pods ?? 1000, console.log);
    return;
  }
  const isJson = given.some(({ name }) => name === 'json');
  const medians: Record<string, number> = {};
  for (const benchmark of benchmarks.filter(({ name }) => only === undefined || name === only)) {
    const median = measure(benchmark);
    medians[benchmark.name] = Number(median.toFixed(2));
    const over = median > benchmark.budgetMs ? '  OVER BUDGET' : '';
    const { count } = benchmark;
    const rate = count === undefined ? '' : `: ${Math.round((count / median) * 1000).toLocaleString('en')} a second`;
    const budget = `(budget ${benchmark.budgetMs} ms)`;
    if (!isJson)
      console.log(
        `${benchmark.name.padEnd(7)}${median.toFixed(2).padStart(10)} ms  ${benchmark.what}${rate} ${budget}${over}`,
      );
  }
  if (isJson) console.log(JSON.stringify(medians));
}

function sizeOf(given: readonly Given[], flag: string): number | undefined {
  const text = given.find(({ name }) => name === flag)?.value;
  if (text === undefined) return undefined;
  const size = Number(text);
  return Number.isInteger(size) && size > 0 ? size : refuse('bench', `--${flag} ${text}: a whole number is wanted.`);
}

/** The median. */
function measure({ runs, warmUps, once }: Benchmark): number {
  for (let warm = 0; warm < warmUps; warm++) once();
  const times = Array.from({ length: runs }, once).sort((a, b) => a - b);
  return times[Math.floor(runs / 2)] ?? 0;
}

function timed(work: () => void): number {
  const start = performance.now();
  work();
  return performance.now() - start;
}

function check(timeline: Timeline, pods: number): void {
  const ready = readyPods(timeline);
  if (ready !== pods) throw new Error(`${ready} of ${pods} pods are ready`);
}

/** The cluster gets ten virtual seconds, and has to be ready within them. */
function boot(): number {
  let timeline: Timeline | undefined;
  const shape = { ...defaultShape(), objects: [webDeployment('web', 9)], bootMs: 10_000 };
  const time = timed(() => {
    timeline = createCluster(shape);
  });
  check(timeline as Timeline, 9);
  return time;
}

function fleet(): number {
  const nodes = Array.from({ length: 100 }, (_, index) => nodeShape(`node-${index + 1}`, { cpu: '4', memory: '8Gi' }));
  let timeline: Timeline | undefined;
  const shape = shapeOf({ nodes, objects: [webDeployment('web', 1000)], bootMs: 40_000 });
  const time = timed(() => {
    timeline = createCluster(shape, { trace: false });
  });
  check(timeline as Timeline, 1000);
  return time;
}

function idle(): number {
  const timeline = cluster().fork();
  const time = timed(() => timeline.advance(timeline.now + 60_000));
  check(timeline, 9);
  return time;
}

/** Only etcd and an API server that nobody asks anything: what elections cost while nothing happens. */
function idleMembers(): number {
  const simulation = storage(5, () => {});
  return timed(() => simulation.runUntil(simulation.world.now + 60_000));
}

/** Each write waits for the one before: a request, a majority of disks, an answer. */
function writes(): number {
  const statuses: number[] = [];
  const simulation = storage(3, (status) => statuses.push(status));
  // The API server makes it too: whoever comes second is told that it is there.
  create(simulation, 'namespaces', 'Namespace', 'default');
  while (statuses.length < 1 && simulation.step(Number.POSITIVE_INFINITY));
  const time = timed(() => {
    for (let number = 1; number <= 1000; number++) {
      create(simulation, 'namespaces/default/configmaps', 'ConfigMap', `made-${number}`);
      while (statuses.length <= number && simulation.step(Number.POSITIVE_INFINITY));
    }
  });
  const created = statuses.slice(1).filter((status) => status === 201).length;
  if (created !== 1000) throw new Error(`${created} of 1000 objects were created`);
  return time;
}

function create(simulation: Simulation, path: string, kind: string, name: string): void {
  const body = { apiVersion: 'v1', kind, metadata: { name } };
  const certificate = certificateOf('bench', 'system:masters');
  const request = { method: 'POST', path: `/api/v1/${path}`, body, certificate };
  simulation.send('reader', 'kube-apiserver', 'request', request, 0, '', {});
}

/** Members with an API server that is ready; `answered` hears the status of each answer. */
function storage(members: number, answered: (status: number) => void): Simulation {
  const shape = { seed: 1, members, network: {}, etcd: {} };
  const record = (entry: TraceRecord): void => {
    if (entry.type !== 'delivered' || entry.message.kind !== 'response') return;
    answered((entry.message.body as { readonly status: number }).status);
  };
  const simulation = createStorage(shape, { record });
  simulation.runUntil(10_000);
  return simulation;
}

function fork(): number {
  const timeline = cluster();
  return timed(() => timeline.fork());
}

function seek(): number {
  const timeline = cluster();
  return timed(() => timeline.seek((++seeks * 7919) % 60_000));
}

/** A cluster with nine pods and one minute of history. */
function cluster(): Timeline {
  if (nine === undefined) {
    nine = createCluster({ ...defaultShape(), objects: [webDeployment('web', 9)] });
    nine.advance(60_000);
  }
  nine.seek(60_000);
  return nine;
}
