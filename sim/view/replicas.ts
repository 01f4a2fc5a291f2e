import type { Address } from '../kernel/message.ts';
import { drawnAs, isEtcd } from './names.ts';
import type { Peek } from './peek.ts';
import type { Scene, SceneMember, SceneReplica } from './scene.ts';

/** Of several: how many API servers run, or which of the others leads. */
export function groupLine(replicas: Scene['replicas'], id: Address): string | undefined {
  const own = replicas.filter((one) => one.of === id && one.id !== BALANCER);
  if (own.length === 0) return undefined;
  if (id === 'kube-apiserver') return `${own.filter(({ isUp }) => isUp).length} of ${own.length} run`;
  const leader = own.find(({ line }) => line === 'leads');
  return leader === undefined ? 'nobody leads' : `${leader.id.slice(id.length + 1)} of ${own.length} leads`;
}

const BALANCER = 'load-balancer';

/** The processes of a control plane of several machines; empty where there is one API server. */
export function replicasOf(peek: Peek): readonly SceneReplica[] {
  const actors = peek.actors.filter(({ name }) => drawnAs(name) !== name && !isEtcd(name));
  return actors.map(({ name, machine }) => {
    const now = (peek.inspect(name) ?? {}) as { readonly [field: string]: unknown };
    const isUp = peek.isUp(name);
    const watches = now['watchers'] === undefined ? '' : `${now['watchers']} watches open`;
    const leads = now['isLeader'] === undefined ? watches : now['isLeader'] ? 'leads' : 'stands by';
    return { id: name, of: drawnAs(name), machine, isUp, fault: memberFault(peek, machine), line: isUp ? leads : '' };
  });
}

/** What is physically wrong with a machine of the control plane. */
export function memberFault(peek: Peek, machine: string): SceneMember['fault'] {
  if (peek.machinesDown.has(machine)) return 'power';
  if (peek.isolated.has(machine)) return 'cable';
  return isCut(peek, machine) ? 'link' : '';
}

/** Whether a machine, or a link of it, is cut. */
export function isCut(peek: Peek, machine: string): boolean {
  if (peek.isolated.has(machine)) return true;
  for (const link of peek.cut) if (link.split('|').includes(machine)) return true;
  return false;
}
