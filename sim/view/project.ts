import type { EndpointSlice } from '../api/kinds/endpointslice.ts';
import { type Node, nodes as nodeResource } from '../api/kinds/node.ts';
import type { Pod } from '../api/kinds/pod.ts';
import type { Service } from '../api/kinds/service.ts';
import { isConditionTrue, type KubeObject } from '../api/meta.ts';
import { milliValue, wholeValue } from '../api/quantity.ts';
import type { Address, AnyMessage, Millis } from '../kernel/message.ts';
import { flightKind, labelOf } from './label.ts';
import { clockText, drawnAs, drawnEnds, isApiServer, isEtcd, isRadio, portName, shipOf } from './names.ts';
import type { Peek } from './peek.ts';
import { liveriesOf, ownersOf, requestsOf, scenePod, takesRoom, tallyOf } from './pods.ts';
import type {
  Badge,
  Flight,
  Focus,
  LedgerLine,
  Scene,
  SceneMember,
  SceneNode,
  ScenePod,
  SceneProcess,
  SceneService,
} from './scene.ts';
import { type Inside, inside, lengthOf, sceneActors } from './sceneactors.ts';
import type { Step } from './step.ts';

/** Above so many nodes, only the pods of the node in focus are listed. */
const FLEET = 12;
const ZONE = 'topology.kubernetes.io/zone';
/** A deck slot, in thousandths of a CPU. */
const SLOT_MILLI = 250;
const MAX_FLIGHTS = 40;

/** The standing picture of one instant and the messages in flight. `steps` is the history told so far, for the badges. */
export function project(peek: Peek, steps: readonly Step[] = [], focus: Focus = {}): Scene {
  const pods = peek.objects('pods') as readonly Pod[];
  const slices = peek.objects('endpointslices') as readonly EndpointSlice[];
  const listeners = new Set(
    peek.streams.filter(([, server]) => isApiServer(server)).map(([client]) => drawnAs(client)),
  );
  const nodes = sceneNodes(peek, pods, slices, listeners, focus);
  const flights = flightsOf(peek, steps);
  const routine = peek.queue.filter(({ routine: is, from, to }) => is && from !== to).length;
  return {
    now: peek.now,
    clock: clockText(peek.now),
    actors: sceneActors(peek, listeners),
    nodes: nodes.drawn,
    unscheduled: nodes.ashore,
    services: servicesOf(peek, slices),
    etcd: { revision: revisionOf(peek), recent: ledgerOf(peek, pods), members: membersOf(peek) },
    replicas: peek.replicas(),
    flights,
    recent: badgesOf(steps, peek.now),
    traffic: {
      inFlight: flights.filter((flight) => !flight.routine).length,
      routineInFlight: routine,
      served: nodes.drawn.reduce((sum, node) => sum + node.served, 0),
    },
  };
}

function sceneNodes(
  peek: Peek,
  pods: readonly Pod[],
  slices: readonly EndpointSlice[],
  listeners: ReadonlySet<string>,
  focus: Focus,
): { readonly drawn: readonly SceneNode[]; readonly ashore: readonly ScenePod[] } {
  const objects = new Map((peek.objects('nodes') as readonly Node[]).map((node) => [node.metadata.name, node]));
  const machines = peek.actors.filter(({ name }) => name.startsWith('kubelet/')).map(({ machine }) => machine);
  const names = [...new Set([...machines, ...objects.keys()])];
  const owners = ownersOf(pods, peek.objects('replicasets'));
  const liveries = liveriesOf(owners.values());
  const crate = (pod: Pod, isLost: boolean): ScenePod => {
    const owner = owners.get(pod) ?? '';
    return scenePod(pod, owner, liveries.get(owner) ?? 'B', peek.now, isLost);
  };
  const aboard = byNode(pods);
  const drawn = names.map((name) => {
    const own = aboard.get(name) ?? [];
    const isShown = names.length <= FLEET || focus.node === name;
    return sceneNode(peek, name, objects.get(name), own, isShown ? crate : undefined, slices, listeners);
  });
  return { drawn, ashore: (aboard.get('') ?? []).map((pod) => crate(pod, false)) };
}

function byNode(pods: readonly Pod[]): ReadonlyMap<string, readonly Pod[]> {
  const aboard = new Map<string, Pod[]>();
  for (const pod of pods) {
    const node = pod.spec.nodeName ?? '';
    const own = aboard.get(node);
    if (own === undefined) aboard.set(node, [pod]);
    else own.push(pod);
  }
  return aboard;
}

function sceneNode(
  peek: Peek,
  name: string,
  node: Node | undefined,
  pods: readonly Pod[],
  crate: ((pod: Pod, isLost: boolean) => ScenePod) | undefined,
  slices: readonly EndpointSlice[],
  listeners: ReadonlySet<string>,
): SceneNode {
  const { status, spec } = node ?? {};
  const isReady = isConditionTrue(status?.conditions, 'Ready');
  const isLost = status?.conditions?.find(({ type }) => type === 'Ready')?.status === 'Unknown';
  const taking = pods.filter(takesRoom);
  const cpuMilli = milliValue(status?.allocatable?.['cpu']);
  const engine = engineOf(peek, name);
  const runtime = inside(peek, engine);
  const kubelet = `kubelet/${name}`;
  const own = `my-kube-proxy/${name}`;
  const proxy = peek.inspect(own) === undefined ? `kube-proxy/${name}` : own;
  const pulling = peek.isUp(engine) ? ((runtime['pulling'] ?? []) as readonly string[])[0] : undefined;
  return {
    id: `node/${name}`,
    name,
    ship: shipOf(name),
    status: node === undefined ? 'no Node object' : statusOf(node, peek.now),
    isReady,
    isCordoned: spec?.unschedulable ?? false,
    fault: peek.machinesDown.has(name) ? 'power' : isCut(peek, name) ? 'cable' : '',
    taints: (spec?.taints ?? []).map(({ key, value, effect }) => `${key}${value ? `=${value}` : ''}:${effect}`),
    cpuMilli,
    cpuUsedMilli: taking.reduce((sum, pod) => sum + requestsOf(pod, 'cpu'), 0),
    memoryBytes: wholeValue(status?.allocatable?.['memory']),
    memoryUsedBytes: taking.reduce((sum, pod) => sum + requestsOf(pod, 'memory'), 0),
    slots: Math.floor(cpuMilli / SLOT_MILLI),
    kubelet: processOf(peek, kubelet, ''),
    proxy: processOf(peek, proxy, count(lengthOf(inside(peek, proxy)['rules']), 'rule')),
    runtime: processOf(peek, engine, runtimeLine(runtime, pulling)),
    pulling: pulling ?? '',
    isListening: peek.isUp(kubelet) && listeners.has(kubelet),
    pods: crate === undefined ? [] : pods.map((pod) => crate(pod, isLost)),
    podCount: pods.length,
    zone: node?.metadata.labels?.[ZONE] ?? '',
    tally: tallyOf(pods, peek.now, isLost),
    served: servedBy(runtime),
    serves: servesOn(name, slices),
  };
}

/** The process that has the containers of a node; containerd where it is not another. */
function engineOf({ actors }: Peek, node: string): Address {
  let others = known.get(actors);
  if (others === undefined) {
    others = new Map(
      actors.filter(({ name }) => /^(crio|dockerd)\//.test(name)).map((each) => [each.machine, each.name]),
    );
    known.set(actors, others);
  }
  return others.get(node) ?? `containerd/${node}`;
}

const known = new WeakMap<Peek['actors'], ReadonlyMap<string, Address>>();

function processOf(peek: Peek, id: Address, line: string): SceneProcess {
  const isUp = peek.isUp(id);
  return { id, title: id.slice(0, id.indexOf('/')), port: portName(id), isUp, line: isUp ? line : '' };
}

function runtimeLine(runtime: Inside, pulling: string | undefined): string {
  if (pulling !== undefined) return `fetching ${pulling}`;
  const containers = (runtime['containers'] ?? []) as readonly { readonly state: string }[];
  return count(containers.filter(({ state }) => state === 'running').length, 'container');
}

function servedBy(runtime: Inside): number {
  const containers = (runtime['containers'] ?? []) as readonly { readonly program?: { readonly requests?: number } }[];
  return containers.reduce((sum, { program }) => sum + (program?.requests ?? 0), 0);
}

function count(number: number, word: string): string {
  return `${number} ${word}${number === 1 ? '' : 's'}`;
}

/** STATUS as `kubectl get nodes` prints it. */
function statusOf(node: Node, now: number): string {
  const column = nodeResource.columns.find(({ name }) => name === 'Status');
  return String(column?.cell(node, now) ?? '');
}

/** What is physically wrong with a machine of the control plane. */
function memberFault(peek: Peek, machine: string): SceneMember['fault'] {
  if (peek.machinesDown.has(machine)) return 'power';
  if (peek.isolated.has(machine)) return 'cable';
  return isCut(peek, machine) ? 'link' : '';
}

/** Whether a machine, or a link of it, is cut. */
function isCut(peek: Peek, machine: string): boolean {
  if (peek.isolated.has(machine)) return true;
  for (const link of peek.cut) if (link.split('|').includes(machine)) return true;
  return false;
}

/** Services with a ready endpoint on a node. */
function servesOn(node: string, slices: readonly EndpointSlice[]): readonly string[] {
  const names = slices
    .filter(({ endpoints }) =>
      (endpoints ?? []).some((endpoint) => endpoint.nodeName === node && endpoint.conditions?.ready !== false),
    )
    .map(serviceName);
  return [...new Set(names)];
}

function serviceName(slice: EndpointSlice): string {
  return slice.metadata.labels?.['kubernetes.io/service-name'] ?? '';
}

function servicesOf(peek: Peek, slices: readonly EndpointSlice[]): readonly SceneService[] {
  return (peek.objects('services') as readonly Service[]).map(({ metadata, spec }) => {
    const own = slices.filter(
      (slice) => slice.metadata.namespace === metadata.namespace && serviceName(slice) === metadata.name,
    );
    const endpoints = own.flatMap((slice) => slice.endpoints ?? []);
    return {
      id: `service/${metadata.namespace}/${metadata.name}`,
      name: metadata.name,
      clusterIp: spec.clusterIP ?? '',
      readyEndpoints: endpoints.filter(({ conditions }) => conditions?.ready !== false).length,
      endpoints: endpoints.length,
    };
  });
}

/** The copies of the ledger, when there are several. */
function membersOf(peek: Peek): readonly SceneMember[] {
  const members = peek.actors.filter(({ name }) => isEtcd(name));
  if (members.length < 2) return [];
  return members.map(({ name, machine }) => {
    const { role, term, vote, leader, revision, log, program } = { ...NO_ACCOUNT, ...inside(peek, name) };
    const isUp = peek.isUp(name);
    const { last, committed, applied } = log;
    const place = { term, vote, leader, last, committed, applied, revision };
    return {
      id: name,
      isUp,
      fault: memberFault(peek, machine),
      role: isUp ? role : '',
      isYours: program !== undefined,
      ...place,
    };
  });
}

/** What a member of etcd says of itself, as far as pictures show it, when its disk is empty. */
const NO_ACCOUNT = {
  role: '',
  term: 0,
  vote: '',
  leader: '',
  revision: 0,
  program: undefined,
  log: { last: 0, committed: 0, applied: 0 },
};

function revisionOf(peek: Peek): number {
  return Number(inside(peek, 'etcd')['revision'] ?? 0);
}

const LEDGER = ['pods', 'nodes', 'deployments', 'replicasets', 'services'];

/** The three records written last, oldest first. */
function ledgerOf(peek: Peek, pods: readonly Pod[]): readonly LedgerLine[] {
  const objects = LEDGER.flatMap((plural): readonly KubeObject[] => (plural === 'pods' ? pods : peek.objects(plural)));
  return objects
    .map((object) => ({ object, revision: Number(object.metadata.resourceVersion ?? 0) }))
    .sort((a, b) => b.revision - a.revision || (a.object.metadata.name < b.object.metadata.name ? -1 : 1))
    .slice(0, 3)
    .reverse()
    .map(({ object, revision }) => ({
      key: object.metadata.name,
      object: `${object.kind.toLowerCase()}/${object.metadata.name}`,
      value: recordText(object, peek.now),
      revision,
    }));
}

function recordText(object: KubeObject, now: number): string {
  const { kind, spec } = object as { readonly kind: string; readonly spec?: { readonly [field: string]: unknown } };
  if (kind === 'Pod') return (object as Pod).spec.nodeName || 'no node';
  if (kind === 'Node') return statusOf(object as Node, now);
  if (kind === 'Service') return String(spec?.['clusterIP'] ?? '');
  return `replicas ${spec?.['replicas'] ?? 1}`;
}

/** The last three steps that have arrived: what is still on its way is a packet. */
function badgesOf(steps: readonly Step[], now: Millis): readonly Badge[] {
  return steps
    .slice(-32)
    .filter(({ kind, at }) => kind !== 'command' && kind !== 'fault' && at <= now)
    .slice(-3)
    .map(({ number, from: sender, to: receiver, kind, radio }) => {
      const [from, to] = drawnEnds(sender, receiver);
      return { number, from, to, kind, radio };
    });
}

/** Messages between actors on their way; several of one kind between the same two are one with a count. */
function flightsOf(peek: Peek, steps: readonly Step[]): readonly Flight[] {
  const flights = new Map<string, Flight>();
  const messages = peek.queue.filter((message) => message.sentAt <= peek.now && isBetweenParts(message));
  const sorted = [...messages.filter(({ routine }) => !routine), ...messages.filter(({ routine }) => routine)];
  const told = steps.slice(-64);
  for (const message of sorted) {
    const { from, to, kind, routine, sentAt, at } = message;
    const key = `${from} ${to} ${kind} ${routine} ${sentAt}`;
    const known = flights.get(key);
    if (known !== undefined) flights.set(key, { ...known, count: known.count + 1 });
    else if (flights.size < MAX_FLIGHTS) flights.set(key, flightOf(peek, message, stepOf(told, message), at));
  }
  return [...flights.values()];
}

/** What members of etcd say to one another all the time is not drawn. */
function isBetweenParts({ from, to, routine }: AnyMessage): boolean {
  return from !== to && (!routine || drawnAs(from) !== drawnAs(to));
}

function flightOf(peek: Peek, message: AnyMessage, step: number, at: number): Flight {
  const { id, from, to, routine, sentAt } = message;
  const progress = at <= sentAt ? 1 : Math.min(1, Math.max(0, (peek.now - sentAt) / (at - sentAt)));
  const radio = isRadio(from, to);
  const [drawnFrom, drawnTo] = drawnEnds(from, to);
  return {
    id,
    from: drawnFrom,
    to: drawnTo,
    kind: flightKind(message),
    label: labelOf(message),
    sentAt,
    at,
    progress,
    routine,
    radio,
    count: 1,
    step,
  };
}

function stepOf(steps: readonly Step[], message: AnyMessage): number {
  const { id, from, to, sentAt } = message;
  const step = steps.find(
    ({ record, from: by, also, sentAt: then }) =>
      record === id || (by === from && then === sentAt && also.includes(to)),
  );
  return step?.number ?? 0;
}
