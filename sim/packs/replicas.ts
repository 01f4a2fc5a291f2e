import { addPrograms, CONTROL_PLANE } from '../cluster/boot.ts';
import type { ClusterShape } from '../cluster/shape.ts';
import { spreading } from '../cluster/spreading.ts';
import { assert } from '../kernel/assert.ts';
import { address } from '../kernel/message.ts';
import type { Simulation } from '../kernel/simulation.ts';
import type { Value } from '../kernel/value.ts';
import { type Actor, isUp } from '../kernel/world.ts';
import { loadBalancer } from '../net/balancer/loadbalancer.ts';
import { LOAD_BALANCER } from '../protocol/http.ts';
import { controlPlaneIp } from '../protocol/network.ts';
import type { SceneReplica } from '../view/scene.ts';

/**
 * Lets clusters have two or three API servers behind one address, as kubeadm lays them out with etcd on machines of
 * its own: on each machine of the control plane an API server, a scheduler and a controller manager, which ask the API
 * server beside them; everybody else asks the address. Call it before such a cluster boots; again changes nothing.
 */
export function addReplicas(): void {
  addPrograms([loadBalancer]);
  spreading.spread = spread;
  spreading.inspect = inspectTogether;
  spreading.replicas = replicasOf;
}

const SPREAD: readonly string[] = ['kube-apiserver', 'kube-scheduler', 'kube-controller-manager'];

function spread(shape: ClusterShape, actors: readonly Actor[]): readonly Actor[] {
  assert(shape.lab === undefined, 'a lab runs with one API server');
  const count = shape.apiServers ?? 1;
  const numbers = Array.from({ length: count }, (_, index) => index + 1);
  return actors.flatMap((actor): readonly Actor[] => {
    const own = actor.machine === CONTROL_PLANE ? { ...actor, machine: machineOf(1) } : actor;
    if (!SPREAD.includes(actor.component)) return [withConfig(own, { apiServer: LOAD_BALANCER, ...textOf(actor) })];
    const copies = numbers.map((number) => copyOf(actor, number));
    return actor.component === 'kube-apiserver' ? [...copies, balancer(numbers)] : copies;
  });
}

/** What kubectl calls the address in its errors. */
function textOf({ component }: Actor): object {
  return component === 'kubectl' ? { server: `${LOAD_BALANCER}:6443` } : {};
}

function copyOf(actor: Actor, number: number): Actor {
  const machine = machineOf(number);
  const placed = { ...actor, name: address(`${actor.name}-${number}`), machine };
  if (actor.component !== 'kube-apiserver') return withConfig(placed, { apiServer: serverOf(number), machine });
  // Each begins with another member, so that one member's end is not every server's.
  const { etcd } = actor.config as { readonly etcd: readonly string[] };
  const first = (number - 1) % etcd.length;
  const advertiseAddress = controlPlaneIp(number);
  return withConfig(placed, { etcd: [...etcd.slice(first), ...etcd.slice(0, first)], advertiseAddress });
}

function balancer(numbers: readonly number[]): Actor {
  const config = { servers: numbers.map(serverOf) };
  return { name: LOAD_BALANCER, machine: LOAD_BALANCER, component: loadBalancer.name, config };
}

function withConfig(actor: Actor, more: object): Actor {
  return { ...actor, config: { ...(actor.config as object), ...more } as Value };
}

function serverOf(number: number): string {
  return `kube-apiserver-${number}`;
}

function machineOf(number: number): string {
  return `${CONTROL_PLANE}-${number}`;
}

/** Of several processes the account of the one that leads, else of the first that runs; and how they stand together. */
function inspectTogether(simulation: Simulation, component: string): Value {
  const own = replicasOf(simulation).filter(({ of, id }) => of === component && id !== LOAD_BALANCER);
  const running = own.filter(({ isUp }) => isUp);
  const leader = running.find(({ line }) => line === LEADS);
  const first = leader ?? running[0];
  if (first === undefined) return undefined;
  const leads =
    leader === undefined ? 'nobody leads' : `${leader.id.slice(component.length + 1)} of ${own.length} leads`;
  const together = component === 'kube-apiserver' ? `${running.length} of ${own.length} run` : leads;
  return { ...(simulation.inspect(first.id) as object), together };
}

const LEADS = 'leads';

function replicasOf(simulation: Simulation): readonly SceneReplica[] {
  const { world } = simulation;
  if (!world.index.has(LOAD_BALANCER)) return [];
  const { machinesDown, network } = world;
  return world.actors
    .filter(({ name, component }) => name === LOAD_BALANCER || (SPREAD.includes(component) && name !== component))
    .map(({ name, component, machine }) => {
      const now = (simulation.inspect(name) ?? {}) as { readonly isLeader?: boolean; readonly watchers?: number };
      const leads = now.isLeader ? LEADS : 'stands by';
      const line = now.isLeader === undefined ? `${now.watchers ?? 0} watches open` : leads;
      const isCut = [...network.cut].some((link) => link.split('|').includes(machine));
      const fault = machinesDown.has(machine) ? 'power' : network.isolated.has(machine) ? 'cable' : isCut ? 'link' : '';
      const up = isUp(world, name);
      const of = name === LOAD_BALANCER ? 'kube-apiserver' : component;
      return { id: name, of, machine, isUp: up, fault, line: up && name !== LOAD_BALANCER ? line : '' };
    });
}
