import type { Address, Millis } from '../kernel/message.ts';
import type { Part } from './step.ts';

/** What the port calls each process; a node's processes also name their ship. */
const PORT_NAMES: Readonly<Record<string, string>> = {
  reader: 'you',
  kubectl: 'you, ashore',
  'kube-apiserver': 'radio operator',
  'load-balancer': 'the switchboard',
  etcd: 'the ledger',
  'kube-scheduler': 'the planner',
  'kube-controller-manager': 'the foreman',
  'my-replicaset-controller': 'your foreman',
  'my-score-plugin': 'your adviser',
  'my-operator': 'your steward',
  'my-kube-proxy': 'your traffic controller',
  kubelet: 'captain',
  containerd: 'deck crane',
  crio: 'deck crane',
  dockerd: 'deck crane',
  'cri-dockerd': 'interpreter at the crane',
  'kube-proxy': 'traffic controller',
  network: 'the quay roads',
};

/** `kubelet/node-b` as its component and its node ('' for the control plane). */
export function splitAddress(actor: Address): { readonly component: string; readonly node: string } {
  const slash = actor.indexOf('/');
  return slash < 0
    ? { component: actor, node: '' }
    : { component: actor.slice(0, slash), node: actor.slice(slash + 1) };
}

/** The ship of a node: what follows the last hyphen of its name, `B` for node-b and `3` for node-3. */
export function shipOf(node: string): string {
  const tail = node.slice(node.lastIndexOf('-') + 1);
  return (tail.length <= 2 ? tail : node).toUpperCase();
}

/** What the port calls an actor: `captain of ship B`. */
export function portName(actor: Address): string {
  const { component, node } = splitAddress(actor);
  const name = PORT_NAMES[component] ?? (isEtcd(component) ? 'a copy of the ledger' : copyName(component));
  return name === '' || node === '' || component === 'network' ? name : `${name} of ship ${shipOf(node)}`;
}

/** One of several of a kind: `radio operator 2`. */
function copyName(component: string): string {
  const name = PORT_NAMES[drawnAs(component)];
  return name === undefined ? '' : `${name} ${component.slice(component.lastIndexOf('-') + 1)}`;
}

/** What Kubernetes calls an actor, with its place: `kubelet on node-b`, `the API server`. */
export function plainName(actor: Address): string {
  const { component, node } = splitAddress(actor);
  if (component === 'kube-apiserver') return 'the API server';
  if (component === 'kube-controller-manager') return 'the controller manager';
  if (component === 'reader') return 'you';
  if (component === 'network') return `the network of ${node}`;
  return node === '' ? component : `${component} on ${node}`;
}

/** The subject of a sentence: the name, then what the port calls it. */
export function whoDoes(actor: Address): readonly Part[] {
  const name = plainName(actor);
  const text = name.startsWith('the ') ? `T${name.slice(1)}` : name;
  const port = actor === 'kubectl' ? 'ashore' : portName(actor);
  return [{ text: `${text}, ` }, { port }, { text: ', ' }];
}

/** Several actors: `kube-scheduler`, `kubelet on node-1 and kube-proxy on node-1, node-2 and node-3`. */
export function plainNames(actors: Iterable<Address>): string {
  const nodes = new Map<string, string[]>();
  for (const actor of new Set(actors)) {
    const { component, node } = splitAddress(actor);
    nodes.set(component, [...(nodes.get(component) ?? []), node]);
  }
  const names = [...nodes].map(([component, places]) => {
    const [first = ''] = places;
    const name = plainName(first === '' ? component : `${component}/${first}`);
    return places.length === 1 ? name : name.replace(first, listOf(places.sort()));
  });
  return listOf(names);
}

/** `a`, `a and b`, `a, b and c`. */
export function listOf(names: readonly string[]): string {
  if (names.length <= 1) return names[0] ?? '';
  return `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}

/** Whether an actor is a member of etcd: `etcd`, or one of `etcd-0`, `etcd-1` …. */
export function isEtcd(actor: Address): boolean {
  return /^etcd(-\d+)?$/.test(actor);
}

/** The actor that the rest of the cluster deals with: all members of etcd are etcd, all API servers one address. */
export function drawnAs(actor: Address): Address {
  if (actor === 'load-balancer') return 'kube-apiserver';
  return SEVERAL.exec(actor)?.[1] ?? actor;
}

/** Processes of which a cluster may have several, with their numbers. */
const SEVERAL = /^(etcd|kube-apiserver|kube-scheduler|kube-controller-manager)-\d+$/;

/** Whether an actor is the API server: the one, one of several, or the address before them. */
export function isApiServer(actor: Address): boolean {
  return drawnAs(actor) === 'kube-apiserver';
}

/** Whether a message is passed on between the address of several API servers and one of them. */
export function isPassedOn(from: Address, to: Address): boolean {
  return from !== to && (from === 'load-balancer' || to === 'load-balancer') && isApiServer(from) && isApiServer(to);
}

/** Between which two parts of a picture a message goes: from copy to copy within etcd, else to etcd as a whole. */
export function drawnEnds(from: Address, to: Address): readonly [Address, Address] {
  const ends = [drawnAs(from), drawnAs(to)] as const;
  return ends[0] === ends[1] && (isEtcd(from) || isApiServer(from)) ? [from, to] : ends;
}

/** Whether a message between these two goes by radio: to or from the API server, except on etcd's own line. */
export function isRadio(from: Address, to: Address): boolean {
  if (from === to || isEtcd(from) || isEtcd(to)) return false;
  return isApiServer(from) || isApiServer(to);
}

/** A moment as the clock of the page shows it: `1.530 s`, `5 min 47.2 s`, `2 h 3 min`. */
export function clockText(now: Millis): string {
  const sign = now < 0 ? '−' : '';
  const ms = Math.abs(now);
  if (ms < 60_000) return `${sign}${(ms / 1000).toFixed(3)} s`;
  const minutes = Math.floor(ms / 60_000);
  if (minutes < 60) return `${sign}${minutes} min ${((ms % 60_000) / 1000).toFixed(1)} s`;
  return `${sign}${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** A length of time in words: `50 s`, `4 min 38 s`, `300 ms`. */
export function lengthText(ms: Millis): string {
  if (ms < 1000) return `${ms} ms`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 120) return `${seconds} s`;
  return seconds % 60 === 0 ? `${seconds / 60} min` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}
