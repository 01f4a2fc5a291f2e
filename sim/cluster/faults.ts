import { address, type MessageId } from '../kernel/message.ts';
import { linkOf } from '../kernel/network.ts';
import type { Simulation } from '../kernel/simulation.ts';
import { type Actor, isUp, READER, type World } from '../kernel/world.ts';
import { type CriProtocol, RUNTIMES } from '../protocol/cri.ts';
import { isMember } from '../protocol/etcd.ts';

/** One thing that breaks or is mended. `target`: `node/node-1`, a process as its address, `pod/ns/name`, or '' for all. */
export interface Fault {
  readonly verb: 'kill' | 'start' | 'cut' | 'heal' | 'stop' | 'wipe' | 'crash' | 'repair';
  readonly target: string;
}

/** What each verb does, for help texts and error messages. */
export const FAULTS: readonly { readonly form: string; readonly does: string }[] = [
  { form: 'kill node/NAME', does: 'power goes off; nothing is sent' },
  { form: 'start node/NAME', does: 'power comes back and its processes start' },
  { form: 'cut node/NAME', does: 'its network cable is pulled; what runs goes on running' },
  { form: 'heal node/NAME', does: 'the cable is back' },
  {
    form: 'cut link/NAME/NAME…',
    does: 'the first machine and the others no longer reach one another; `heal` mends it',
  },
  { form: 'stop PROCESS', does: 'the process ends (kube-scheduler, kubelet/NAME, …)' },
  { form: 'start PROCESS', does: 'the process starts again' },
  { form: 'wipe etcd-N', does: 'the member ends and its disk is lost' },
  { form: 'crash pod/[NAMESPACE/]NAME', does: 'the first container of the pod exits with code 1' },
  { form: 'repair', does: 'everything that was broken is mended' },
];

/** Reads `kill node/node-1`; gives a sentence when it cannot. */
export function parseFault(line: string, world: World): Fault | string {
  const [verb = '', target = '', ...rest] = line.trim().split(/\s+/);
  const forms = FAULTS.map((fault) => fault.form).join(', ');
  if (rest.length > 0 || !isVerb(verb)) return `"${line}" is no fault. Known: ${forms}.`;
  if (verb === 'repair') return target === '' ? { verb, target } : '"repair" takes no target: it mends everything.';
  const problem = targetProblem(verb, target, world);
  return problem === '' ? { verb, target: verb === 'crash' ? withNamespace(target) : target } : problem;
}

/** Breaks or mends. The target must exist: {@link parseFault} checks it. */
export function applyFault(simulation: Simulation, fault: Fault, id: MessageId): void {
  const { world } = simulation;
  const causes = [id];
  const node = fault.target.startsWith('node/') ? fault.target.slice('node/'.length) : undefined;
  switch (fault.verb) {
    case 'kill':
      simulation.powerOff(node ?? '');
      break;
    case 'start':
      if (node === undefined) simulation.restart(address(fault.target), causes);
      else simulation.powerOn(node, causes);
      break;
    case 'cut':
      if (node === undefined) for (const link of linksIn(fault.target)) world.network.cut.add(link);
      else world.network.isolated.add(node);
      break;
    case 'heal':
      if (node === undefined) for (const link of linksIn(fault.target)) world.network.cut.delete(link);
      else world.network.isolated.delete(node);
      break;
    case 'wipe':
      simulation.wipe(address(fault.target), causes);
      break;
    case 'stop':
      simulation.crash(address(fault.target), causes);
      break;
    case 'crash':
      crashContainer(simulation, fault.target, causes);
      break;
    case 'repair':
      repair(simulation, causes);
      break;
  }
}

/** The machines that have lost power or cables, and processes that are down on machines with power. */
export function brokenParts(world: World): readonly string[] {
  const processes = world.actors.filter((actor) => isStopped(world, actor)).map((actor) => actor.name);
  return [...world.machinesDown, ...world.network.isolated, ...world.network.cut, ...processes];
}

function repair(simulation: Simulation, causes: readonly MessageId[]): void {
  const { world } = simulation;
  world.network.isolated.clear();
  world.network.cut.clear();
  for (const machine of [...world.machinesDown]) simulation.powerOn(machine, causes);
  for (const actor of world.actors) if (isStopped(world, actor)) simulation.restart(actor.name, causes);
}

function isStopped(world: World, actor: Actor): boolean {
  return actor.component !== '' && !world.machinesDown.has(actor.machine) && !isUp(world, actor.name);
}

/** The runtime of each node is asked; only the one that has the pod can obey. */
function crashContainer(simulation: Simulation, target: string, causes: readonly MessageId[]): void {
  const [, namespace = 'default', pod = ''] = target.split('/');
  for (const actor of simulation.world.actors) {
    if (!ENGINES.has(actor.component) || !isUp(simulation.world, actor.name)) continue;
    simulation.inject(
      address<CriProtocol>(actor.name),
      'crash',
      { namespace, pod, container: '', exitCode: 1 },
      causes,
    );
  }
}

/** The processes that have containers. */
const ENGINES: ReadonlySet<string> = new Set(Object.values(RUNTIMES).map(({ engine }) => engine));

function isVerb(verb: string): verb is Fault['verb'] {
  return ['kill', 'start', 'cut', 'heal', 'stop', 'wipe', 'crash', 'repair'].includes(verb);
}

function targetProblem(verb: Fault['verb'], target: string, world: World): string {
  const machines = [...new Set(world.actors.map((actor) => actor.machine))].filter((machine) => machine !== READER);
  if (target.startsWith('node/')) {
    const name = target.slice('node/'.length);
    if (verb === 'stop' || verb === 'crash') return `A node is killed or cut, not stopped: write "kill ${target}".`;
    return machines.includes(name) ? '' : `There is no machine ${name}. Machines: ${machines.join(', ')}.`;
  }
  if (target.startsWith('link/')) return linkProblem(verb, target, machines);
  if (target.startsWith('coredns')) return IN_PODS;
  if (verb === 'wipe') return isEtcdActor(target, world) ? '' : 'Only a member of etcd has a disk to lose here.';
  if (verb === 'crash') return target.startsWith('pod/') ? '' : 'A pod\'s container crashes: write "crash pod/NAME".';
  if (verb === 'kill') return `A machine is killed: write "kill node/NAME". To end a process write "stop ${target}".`;
  if (verb === 'cut' || verb === 'heal') return `A machine's network is cut or healed: write "${verb} node/NAME".`;
  const known = world.actors.some((actor) => actor.component !== '' && actor.name === target);
  const names = world.actors.filter((actor) => actor.component !== '').map((actor) => actor.name);
  return known ? '' : `There is no process ${target}. Processes: ${names.join(', ')}.`;
}

/** Its process is the containers', so it ends and begins with them. */
const IN_PODS = 'CoreDNS runs in pods: crash or delete one, or scale the Deployment coredns of kube-system.';

function linkProblem(verb: Fault['verb'], target: string, machines: readonly string[]): string {
  if (verb !== 'cut' && verb !== 'heal') return `A link is cut or healed: write "cut ${target}".`;
  const ends = target.split('/').slice(1);
  const stranger = ends.find((name) => !machines.includes(name));
  if (stranger !== undefined) return `There is no machine ${stranger}. Machines: ${machines.join(', ')}.`;
  const isOne = ends.length > 1 && new Set(ends).size === ends.length;
  return isOne ? '' : 'A link has two ends: write "cut link/NAME/NAME", or one machine and several others.';
}

/** `link/etcd-0/etcd-1/etcd-2` as the network names its links: from the first to each of the others. */
function linksIn(target: string): readonly string[] {
  const [, first = '', ...others] = target.split('/');
  return others.map((other) => linkOf(first, other));
}

function isEtcdActor(target: string, world: World): boolean {
  return isMember(target) && world.index.has(target);
}

function withNamespace(target: string): string {
  return target.split('/').length === 2 ? target.replace('pod/', 'pod/default/') : target;
}
