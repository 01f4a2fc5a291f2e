import type { Address } from '../kernel/message.ts';
import { drawnAs, portName } from './names.ts';
import type { Peek } from './peek.ts';
import type { SceneActor } from './scene.ts';

const TITLES: readonly (readonly [Address, SceneActor['kind'], string])[] = [
  ['kubectl', 'kubectl', 'kubectl'],
  ['kube-apiserver', 'apiserver', 'kube-apiserver'],
  ['etcd', 'etcd', 'etcd'],
  ['kube-scheduler', 'scheduler', 'kube-scheduler'],
  ['kube-controller-manager', 'controllers', 'controller-manager'],
  ['my-replicaset-controller', 'lab', 'my-replicaset-controller'],
  ['my-score-plugin', 'lab', 'my-score-plugin'],
  ['my-operator', 'lab', 'my-operator'],
];

/** The processes of the control plane, kubectl, and the reader's own, each with a few words. */
export function sceneActors(peek: Peek, listeners: ReadonlySet<string>): readonly SceneActor[] {
  const known = new Set(peek.actors.map(({ name }) => drawnAs(name)));
  return TITLES.filter(([id]) => known.has(id)).map(([id, kind, title]) => {
    const isUp = peek.isUp(id);
    const now = inside(peek, id);
    const line = isUp ? String(now['together'] ?? lineOf(kind, now)) : '';
    return { id, kind, title, port: portName(id), isUp, line, isListening: isUp && listeners.has(id) };
  });
}

/** What a process of the control plane is about, in a few words. */
function lineOf(kind: SceneActor['kind'], now: Inside): string {
  switch (kind) {
    case 'etcd': {
      const revision = `rev ${now['revision'] ?? 0}`;
      if (now['members'] === undefined || now['member'] !== undefined) return revision;
      return now['leader'] === '' ? `${revision}, no leader` : `${revision}, ${now['leader']} leads`;
    }
    case 'apiserver':
      return `${now['watchers'] ?? 0} watches open`;
    case 'controllers':
    case 'lab':
      return String(now['now'] ?? '');
    case 'scheduler': {
      const waiting = lengthOf(now['activeQ']) + lengthOf(now['backoffQ']);
      const stuck = lengthOf(now['unschedulable']);
      if (typeof now['current'] === 'string') return `placing ${now['current'].split('/').at(-1)}`;
      if (waiting > 0) return `${waiting} in the queue`;
      return stuck > 0 ? `${stuck} without a place` : 'queue empty';
    }
    case 'kubectl': {
      const runs = (now['runs'] ?? []) as readonly { readonly line: string; readonly exitCode?: number }[];
      return runs.find((run) => run.exitCode === undefined)?.line ?? '';
    }
  }
}

/** What a process says of itself, of unknown shape. */
export type Inside = { readonly [field: string]: unknown };

/** What a process says of itself now. */
export function inside(peek: Peek, actor: Address): Inside {
  return (peek.inspect(actor) ?? {}) as Inside;
}

/** The length of what may be a list. */
export function lengthOf(list: unknown): number {
  return Array.isArray(list) ? list.length : 0;
}
