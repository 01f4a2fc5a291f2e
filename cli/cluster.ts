// `npm run cluster`: the simulated cluster as a server for the real kubectl, in real or scaled time.
import type { AddressInfo } from 'node:net';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';
import { type ClusterShape, defaultShape, FAULTS, parseFault, shapeFromScenario } from '../sim/index.ts';
import { type Door, openDoor } from './cluster/door.ts';
import { Gateway } from './cluster/gateway.ts';
import { newTokens, writeKubeconfig } from './cluster/kubeconfig.ts';
import { serveApi } from './cluster/server.ts';
import { type Flag, type Given, helpText, membersOf, readFlags, refuse } from './flags.ts';
import { readScenario } from './scenariofile.ts';

const USAGE =
  'npm run cluster -- [--nodes N] [--members N] [--api-servers N] [--scenario FILE] [--port P] [--speed S] [--kubeconfig FILE]';
const FLAGS: readonly Flag[] = [
  { name: 'nodes', value: 'N', does: 'worker nodes of 2 CPUs and 4 GiB (default 3)' },
  { name: 'members', value: 'N', does: 'members of etcd: 1, 3 or 5 (default 3)' },
  { name: 'api-servers', value: 'N', does: 'API servers behind one address: 1, 2 or 3 (default 1)' },
  { name: 'scenario', value: 'FILE', does: 'the cluster to begin with, instead of the three above' },
  { name: 'port', value: 'P', does: 'where to listen on 127.0.0.1 (default 8001; 0: any free port)' },
  { name: 'speed', value: 'S', does: 'virtual seconds in a second (default 1, at most 1000)' },
  { name: 'kubeconfig', value: 'FILE', does: 'where to write the kubeconfig (default cluster.kubeconfig)' },
  { name: 'help', value: '', does: 'prints this' },
];
/** May change what runs in the namespace default, and see nothing else. */
const DEVELOPER = { name: 'developer', role: 'edit' };
const MAX_NODES = 500;
const MAX_SPEED = 1000;

/** What the words ask for, checked. */
interface Options {
  readonly shape: ClusterShape;
  readonly port: number;
  readonly speed: number;
  readonly kubeconfig: string;
}

/** Serves until SIGINT or SIGTERM. A mistake in the words ends the process with code 2 before anything starts. */
export async function runCluster(words: readonly string[]): Promise<void> {
  const given = readFlags(words, FLAGS);
  if (typeof given === 'string') refuse('cluster', given);
  if (given.some(({ name }) => name === 'help')) {
    console.log(helpText(USAGE, FLAGS));
    return;
  }
  const { shape: cluster, port, speed, kubeconfig } = optionsOf(given);
  const addons = [...new Set([...cluster.addons, 'extensions' as const])];
  const shape = { ...cluster, users: [...cluster.users, DEVELOPER], addons };
  const tokens = newTokens();
  const gateway = new Gateway(shape, speed);
  const door = await openDoor(serveApi(gateway, tokens));
  door.server.on('error', (error) => refuse('cluster', `--port ${port}: ${error.message}`));
  door.server.listen(port, '127.0.0.1', () => {
    const address = `127.0.0.1:${(door.server.address() as AddressInfo).port}`;
    writeKubeconfig(kubeconfig, `https://${address}`, door.certificate, tokens);
    gateway.start();
    console.log(`listening on http://${address}`);
    console.log(`export KUBECONFIG=${kubeconfig}   # contexts: admin, developer`);
    console.log(`type a fault to break something, such as: ${FAULTS[0]?.form ?? ''}`);
  });
  readFaults(gateway);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop(door, gateway));
}

function optionsOf(given: readonly Given[]): Options {
  const last = (name: string) => given.findLast((flag) => flag.name === name)?.value;
  const scenario = last('scenario');
  const nodes = numberOf('nodes', last('nodes') ?? '3', 1, MAX_NODES);
  const members = membersOf('cluster', last('members') ?? '3');
  const apiServers = numberOf('api-servers', last('api-servers') ?? '1', 1, 3) as 1 | 2 | 3;
  const own = ['nodes', 'members', 'api-servers'].find((name) => last(name) !== undefined);
  if (scenario !== undefined && own !== undefined) {
    refuse('cluster', `--${own} and --scenario: a scenario says so itself; give one of the two.`);
  }
  return {
    shape: scenario === undefined ? { ...defaultShape(nodes), etcd: { members }, apiServers } : shapeOfFile(scenario),
    port: numberOf('port', last('port') ?? '8001', 0, 65_535),
    speed: numberOf('speed', last('speed') ?? '1', 0.01, MAX_SPEED),
    kubeconfig: last('kubeconfig') ?? 'cluster.kubeconfig',
  };
}

function numberOf(name: string, text: string, least: number, most: number): number {
  const number = Number(text);
  const isWhole = name === 'speed' || Number.isInteger(number);
  if (text.trim() !== '' && isWhole && number >= least && number <= most) return number;
  return refuse('cluster', `--${name} ${text}: a number from ${least} to ${most} is wanted.`);
}

function shapeOfFile(path: string): ClusterShape {
  const scenario = readScenario(path);
  return typeof scenario === 'string' ? refuse('cluster', scenario) : shapeFromScenario(scenario);
}

/** Each line typed here breaks or mends something; what is no fault is answered with those there are. */
function readFaults(gateway: Gateway): void {
  const input = createInterface({ input: process.stdin, terminal: false });
  input.on('line', (line) => {
    if (line.trim() === '') return;
    const fault = parseFault(line.trim(), gateway.timeline.world);
    if (typeof fault === 'string') console.error(fault);
    else {
      gateway.fault(fault);
      console.log(`${Math.round(gateway.timeline.now / 1000)} s: ${line.trim()}`);
    }
  });
}

function stop(door: Door, gateway: Gateway): void {
  gateway.stop();
  door.close(() => process.exit(0));
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await runCluster(process.argv.slice(2));
