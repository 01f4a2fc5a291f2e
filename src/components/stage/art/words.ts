import type { SceneActor, SceneMember, SceneNode, ScenePod, SceneProcess } from '../../../../sim/view/scene.ts';

/** Cuts a text to a width in drawing units, at so many units a letter. */
export function fit(text: string, width: number, perLetter = 6.4): string {
  const letters = Math.max(1, Math.floor(width / perLetter));
  return text.length <= letters ? text : `${text.slice(0, letters - 1)}…`;
}

/** The first of these texts that fits whole; '' when none does. */
export function fitting(texts: readonly string[], width: number, perLetter: number): string {
  return texts.find((text) => text.length * perLetter <= width) ?? '';
}

/** Cuts the middle out of a text, so that a generated name keeps its own ending. */
export function fitBoth(text: string, width: number, perLetter: number): string {
  const letters = Math.max(9, Math.floor(width / perLetter));
  return text.length <= letters ? text : `${text.slice(0, letters - 7)}…${text.slice(-6)}`;
}

/** `1.5 of 2 cpu` */
export function load(node: SceneNode): string {
  return `${node.cpuUsedMilli / 1000} of ${node.cpuMilli / 1000} cpu`;
}

/** What the cluster says of a node, where that is not simply Ready. */
export function opinion(node: SceneNode): string {
  return node.fault !== '' && node.isReady ? 'still “Ready”' : node.status === 'Ready' ? '' : node.status;
}

/** The spoken name of a control plane process: it begins with the words `shown` on its figure. */
export function actorLabel(actor: SceneActor, shown: readonly string[] = [actor.title, actor.port]): string {
  return joined([...shown, actor.isUp ? actor.line : 'stopped']);
}

/** The spoken name of a ship: it begins with the words `shown` on its figure. */
export function nodeLabel(node: SceneNode, shown: readonly string[]): string {
  const fault = { '': '', power: 'no power', cable: 'network cut' }[node.fault];
  return joined([
    ...shown,
    node.name,
    `ship ${node.ship}`,
    opinion(node) || node.status,
    fault,
    load(node),
    podCount(node),
  ]);
}

/** `2 pods` */
function podCount(node: SceneNode): string {
  return `${node.podCount} ${node.podCount === 1 ? 'pod' : 'pods'}`;
}

/** The spoken name of a copy of the ledger: `etcd etcd-0, leader, term 2, log 812, committed 812`. */
export function memberLabel(member: SceneMember): string {
  const { id, isUp, role, term, last, committed } = member;
  return joined([
    `etcd ${id}`,
    isUp ? role : '',
    memberTrouble(member),
    `term ${term}`,
    `log ${last}`,
    `committed ${committed}`,
    memberRule(member),
  ]);
}

/** Whether the reader wrote the process, or what it does. */
export function isYours({ title }: Pick<SceneProcess, 'title'>): boolean {
  return title.startsWith('my-');
}

/** Whose rule a copy votes by, where it is the reader's; else ''. */
export function memberRule({ isYours: asksReader }: Pick<SceneMember, 'isYours'>): string {
  return asksReader ? 'asks your program for its votes' : '';
}

/** What is physically wrong with a copy; '' when nothing is. */
export function memberTrouble({ isUp, fault }: Pick<SceneMember, 'isUp' | 'fault'>): string {
  const trouble = { '': '', power: 'no power', cable: 'cut off', link: 'link cut' }[fault];
  return trouble === '' && !isUp ? 'stopped' : trouble;
}

/** Says each thing once. */
function joined(texts: readonly string[]): string {
  return [...new Set(texts)].filter((text) => text !== '').join(', ');
}

/** The spoken name of a process on a ship; the kubelet's counts its pods. */
export function processLabel(process: SceneProcess, node: SceneNode): string {
  const state = process.isUp ? (process.title === 'kubelet' ? counts(node.pods) : process.line) : 'stopped';
  return [`${process.title} on ${node.name}`, process.port, state].filter((text) => text !== '').join(', ');
}

/** The spoken name of a crate. */
export function podLabel(pod: ScenePod): string {
  const restarts = pod.restarts === 0 ? '' : `${pod.restarts} restarts`;
  return [`pod ${pod.name}`, pod.status, `ready ${pod.ready}`, restarts].filter((text) => text !== '').join(', ');
}

const COUNTED: readonly (readonly [ScenePod['shape'], string])[] = [
  ['running', 'running'],
  ['creating', 'starting'],
  ['pending', 'pending'],
  ['failed', 'failing'],
  ['lost', 'out of contact'],
  ['leaving', 'terminating'],
  ['done', 'finished'],
];

function counts(pods: readonly ScenePod[]): string {
  const parts = COUNTED.flatMap(([shape, word]) => {
    const count = pods.filter((pod) => pod.shape === shape).length;
    return count === 0 ? [] : [`${count} ${word}`];
  });
  return parts.length === 0 ? 'no pods' : parts.join(', ');
}
