import type {
  Scene,
  SceneActor,
  SceneMember,
  SceneNode,
  ScenePod,
  SceneProcess,
  SceneReplica,
} from '../../../sim/view/scene.ts';
import { ICONS } from './art/kit.tsx';
import { load, memberRule, memberTrouble } from './art/words.ts';

/** A part another part talks to. */
export interface PartLink {
  readonly id: string;
  readonly text: string;
}

/** What the card of a part says: the same rows for every part. */
export interface PartCard {
  readonly id: string;
  /** A line drawing on 24 by 24; '' for a ship or a crate. */
  readonly icon: string;
  readonly title: string;
  readonly port: string;
  readonly job: string;
  readonly talksTo: readonly PartLink[];
  /** What people wrongly believe of it. */
  readonly never: string;
  readonly now: string;
  /** Whose placing can be explained: a pod's, or the last one of the scheduler (''). */
  readonly decision?: { readonly pod: string; readonly text: string };
  /** What one can do to it, as fault lines. */
  readonly faults: readonly { readonly line: string; readonly text: string }[];
}

/** The card of a part of the scene; undefined when there is no such part now. */
export function cardOf(scene: Scene, id: string): PartCard | undefined {
  const actor = scene.actors.find((candidate) => candidate.id === id);
  if (actor !== undefined) return actorCard(scene, actor);
  const replica = scene.replicas.find((candidate) => candidate.id === id);
  if (replica !== undefined) return replicaCard(scene, replica);
  const member = scene.etcd.members.find((candidate) => candidate.id === id);
  if (member !== undefined) return memberCard(scene, member);
  for (const node of scene.nodes) {
    if (node.id === id) return nodeCard(node);
    const pod = node.pods.find((candidate) => candidate.id === id);
    if (pod !== undefined) return podCard(pod, node);
    const process = [node.kubelet, node.proxy, node.runtime].find((candidate) => candidate.id === id);
    if (process !== undefined) return processCard(process, node);
  }
  const waiting = scene.unscheduled.find((candidate) => candidate.id === id);
  return waiting === undefined ? undefined : podCard(waiting, undefined);
}

const API: PartLink = { id: 'kube-apiserver', text: 'API server' };

const ACTORS: Readonly<Record<SceneActor['kind'], Pick<PartCard, 'job' | 'never' | 'icon'>>> = {
  kubectl: {
    job: 'turns what you type into requests',
    never: 'etcd, nodes or containers: it knows one address',
    icon: ICONS.kubectl,
  },
  apiserver: {
    job: 'checks every wish, has it written down, and tells who listens',
    never: 'chooses a node or starts a container',
    icon: ICONS.apiserver,
  },
  etcd: {
    job: 'keeps every record, each write under a new revision',
    never: 'scheduler, controllers, kubelets',
    icon: ICONS.etcd,
  },
  scheduler: {
    job: 'names a node for each pod that has none',
    never: 'etcd, kubelets, containers',
    icon: ICONS.scheduler,
  },
  controllers: {
    job: 'compare what is with what is wished, and write the difference',
    never: 'etcd, kubelets, containers',
    icon: ICONS.controllers,
  },
  lab: {
    job: 'runs your program, and starts it again when it crashes',
    never: 'etcd, kubelets, containers',
    icon: ICONS.controllers,
  },
};

function actorCard(scene: Scene, actor: SceneActor): PartCard {
  const { id, title, port, kind } = actor;
  const isReader = kind === 'kubectl';
  return {
    ...ACTORS[kind],
    id,
    title,
    port,
    talksTo: actorLinks(scene, kind, id),
    now: stateOf(actor, actorNow(scene, actor)),
    faults: isReader || isGroup(scene, actor) ? [] : [stopOrStart(actor)],
    ...(kind === 'scheduler' ? { decision: { pod: '', text: 'Its decisions' } } : {}),
  };
}

/** Whether an actor is several processes: each of them has a card, and faults, of its own. */
export function isGroup({ etcd, replicas }: Scene, { id, kind }: SceneActor): boolean {
  return (kind === 'etcd' && etcd.members.length > 0) || replicas.some((one) => one.of === id);
}

function replicaCard(scene: Scene, replica: SceneReplica): PartCard {
  const { id, of, machine, isUp, fault } = replica;
  const group = scene.actors.find((actor) => actor.id === of) as SceneActor;
  const isAddress = id === 'load-balancer';
  const own = isAddress ? BALANCER : ACTORS[group.kind];
  return {
    ...own,
    id,
    title: id,
    port: isAddress ? 'the switchboard' : group.port,
    talksTo: [...(of === API.id ? [] : [API]), ...replicaLinks(scene, of, id)],
    now: [`on ${machine}`, memberTrouble(replica), stateOf(replica, replica.line)]
      .filter((fact) => fact !== '')
      .join(', '),
    faults:
      fault === 'power' ? machineFaults(machine, fault) : [stopOrStart({ id, isUp }), ...machineFaults(machine, fault)],
  };
}

/** The address before several API servers. */
const BALANCER = {
  job: 'gives each new connection to the next API server that is well',
  never: 'reads what it passes on, or keeps a wish for later',
  icon: '',
};

function replicaLinks({ replicas }: Scene, of: string, but: string): readonly PartLink[] {
  return replicas.filter((one) => one.of === of && one.id !== but).map(({ id }) => ({ id, text: id }));
}

function actorLinks(scene: Scene, kind: SceneActor['kind'], id: string): readonly PartLink[] {
  const own = replicaLinks(scene, id, '');
  if (kind === 'etcd') return [API, ...copyLinks(scene, '')];
  if (kind !== 'apiserver' || own.length > 0) return kind === 'apiserver' ? own : [API, ...own];
  const kubelets = scene.nodes.slice(0, 1).map(({ kubelet }) => ({ id: kubelet.id, text: 'kubelets, for logs' }));
  return [{ id: 'etcd', text: 'etcd' }, ...kubelets];
}

function actorNow(scene: Scene, actor: SceneActor): string {
  if (actor.kind !== 'apiserver') return actor.line;
  const listeners = [...scene.actors, ...scene.nodes].filter(({ isListening }) => isListening).length;
  const watches = `${listeners} ${listeners === 1 ? 'listener' : 'listeners'} on open watches`;
  return actor.line === '' ? watches : `${actor.line}, ${watches}`;
}

function copyLinks({ etcd }: Scene, but: string): readonly PartLink[] {
  return etcd.members.filter(({ id }) => id !== but).map(({ id }) => ({ id, text: id }));
}

function memberCard(scene: Scene, member: SceneMember): PartCard {
  const { id, isUp, role, term, vote, last, committed, applied, revision } = member;
  const facts = [
    memberTrouble(member),
    isUp ? role : '',
    `term ${term}`,
    vote === '' ? 'no vote yet' : `voted for ${vote === id ? 'itself' : vote}`,
    `log ${last}, committed ${committed}, applied ${applied}`,
    `revision ${revision}`,
    memberRule(member),
  ];
  return {
    id,
    icon: ICONS.etcd,
    title: id,
    port: 'a copy of the ledger',
    job: 'keeps every record once more, and votes',
    talksTo: [...copyLinks(scene, id), API],
    never: 'commits alone: a majority has to have it on disk',
    now: facts.filter((fact) => fact !== '').join(', '),
    faults: memberFaults(member),
  };
}

/** What can be done to a member of etcd as it is now. */
export function memberFaults({ id, isUp, fault }: SceneMember): PartCard['faults'] {
  return fault === 'power' ? machineFaults(id, fault) : [stopOrStart({ id, isUp }), ...machineFaults(id, fault)];
}

/** What can be done to a machine of the control plane, beside stopping what runs there. */
function machineFaults(machine: string, fault: SceneMember['fault']): PartCard['faults'] {
  if (fault === 'power') return [{ line: `start node/${machine}`, text: 'Give power back' }];
  if (fault === 'cable') return [{ line: `heal node/${machine}`, text: 'Put the cable back' }];
  return [{ line: `cut node/${machine}`, text: 'Pull its cable' }];
}

function nodeCard(node: SceneNode): PartCard {
  const { id, name, ship, kubelet, proxy, runtime, podCount, taints, status, fault } = node;
  const facts = [
    status,
    load(node),
    `${podCount} ${podCount === 1 ? 'pod' : 'pods'}`,
    ...taints.map((taint) => `taint ${taint}`),
  ];
  const physical = { '': '', power: 'no power', cable: 'network cable pulled' }[fault];
  return {
    id,
    icon: '',
    title: name,
    port: `ship ${ship}`,
    job: 'a machine that lends its processors and memory to pods',
    talksTo: [kubelet, proxy, runtime].map((process) => ({ id: process.id, text: process.title })),
    never: 'hands its pods to another ship; new ones are made there',
    now: [physical, ...facts].filter((fact) => fact !== '').join(', '),
    faults: nodeFaults(node),
  };
}

/** What can be done to a machine as it is now. */
export function nodeFaults({ id, fault }: SceneNode): PartCard['faults'] {
  if (fault === 'power') return [{ line: `start ${id}`, text: 'Give power back' }];
  if (fault === 'cable') return [{ line: `heal ${id}`, text: 'Put the cable back' }];
  return [
    { line: `kill ${id}`, text: 'Cut its power' },
    { line: `cut ${id}`, text: 'Pull its cable' },
  ];
}

function processCard(process: SceneProcess, node: SceneNode): PartCard {
  const { id, title, port } = process;
  const runtime = {
    job: 'fetches images, makes and runs containers',
    talksTo: [{ id: node.kubelet.id, text: 'kubelet, which calls it' }],
    never: 'the API server; it has not heard of Kubernetes records',
    icon: ICONS.runtime,
  };
  const proxy = {
    job: 'writes the rules by which this node finds a Service',
    talksTo: [API],
    never: 'carries traffic: the node’s kernel does',
    icon: ICONS.proxy,
  };
  const kinds: Readonly<Record<string, Pick<PartCard, 'job' | 'never' | 'icon' | 'talksTo'>>> = {
    kubelet: {
      job: 'runs the pods whose record names this node, and reports',
      talksTo: [API, { id: node.runtime.id, text: node.runtime.title }],
      never: 'etcd, the scheduler, other nodes; nobody gives it orders',
      icon: ICONS.kubelet,
    },
    'kube-proxy': proxy,
    'my-kube-proxy': { ...proxy, job: 'asks your program which endpoints get rules on this node' },
    containerd: runtime,
    crio: runtime,
    dockerd: { ...runtime, talksTo: [{ id: node.kubelet.id, text: 'kubelet, through cri-dockerd' }] },
  };
  const kind = kinds[title] ?? { job: '', talksTo: [], never: '', icon: '' };
  const line = title === 'kubelet' && process.line === '' ? `${node.podCount} pods aboard` : process.line;
  return {
    ...kind,
    id,
    title,
    port,
    now: stateOf(process, line),
    faults: node.fault === 'power' ? [] : [stopOrStart(process)],
  };
}

function podCard(pod: ScenePod, node: SceneNode | undefined): PartCard {
  const { id, name, status, ready, restarts, cpuMilli, ip, image, owner } = pod;
  const facts = [status, `ready ${ready}`, restarts === 0 ? '' : `${restarts} restarts`, `asks ${cpuMilli}m cpu`, ip];
  const isRunning = pod.shape === 'running';
  return {
    id,
    icon: '',
    title: name,
    port: owner.startsWith('pod/') ? 'a crate nobody owns' : `a crate of ${owner}`,
    job: `runs ${image}`,
    talksTo:
      node === undefined
        ? [{ id: 'kube-scheduler', text: 'nobody yet; the scheduler looks for a node' }]
        : [{ id: node.kubelet.id, text: `its kubelet on ${node.name}` }],
    never: 'moves: when it is lost, its owner makes a new one',
    now: facts.filter((fact) => fact !== '').join(', '),
    decision: { pod: id.replace('pod/', ''), text: node === undefined ? 'Why no node?' : `Why ${node.name}?` },
    faults: isRunning && node?.fault === '' ? [{ line: `crash ${id}`, text: 'Crash its container' }] : [],
  };
}

function stateOf(process: Pick<SceneProcess, 'isUp'>, line: string): string {
  return process.isUp ? line || 'up' : 'stopped';
}

function stopOrStart({ id, isUp }: Pick<SceneProcess, 'id' | 'isUp'>): {
  readonly line: string;
  readonly text: string;
} {
  return isUp ? { line: `stop ${id}`, text: 'Stop it' } : { line: `start ${id}`, text: 'Start it again' };
}
