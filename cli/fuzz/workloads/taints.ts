import type { Node } from '../../../sim/api/kinds/node.ts';
import type { Pod } from '../../../sim/api/kinds/pod.ts';
import type { Change, Truth } from './truth.ts';

/** The controller may not have heard yet that a taint is gone. */
const NEWS_MS = 5000;

/** A pod is evicted because of a taint only while its node has one. */
export class Taints {
  readonly #truth: Truth;
  /** When a node last had a NoExecute taint, by its name. */
  readonly #taintedAt = new Map<string, number>();

  constructor(truth: Truth) {
    this.#truth = truth;
  }

  /** Takes a write in; gives a sentence about a pod that was evicted for nothing. */
  take({ plural, key, old, now, at }: Change): string {
    if (plural === 'nodes' && isTainted(old as Node)) this.#taintedAt.set(key, at);
    if (plural !== 'pods' || now === undefined || isEvicted(old as Pod) || !isEvicted(now as Pod)) return '';
    const { nodeName = '' } = (now as Pod).spec;
    const isLate = at - (this.#taintedAt.get(nodeName) ?? Number.NEGATIVE_INFINITY) > NEWS_MS;
    if (isTainted(this.#truth.of<Node>('nodes').get(nodeName)) || !isLate) return '';
    return `pod ${key} was evicted from ${nodeName}, which has no taint`;
  }
}

function isTainted(node: Node | undefined): boolean {
  return node?.spec.taints?.some(({ effect }) => effect === 'NoExecute') ?? false;
}

function isEvicted(pod: Pod | undefined): boolean {
  return pod?.status?.conditions?.some(({ reason }) => reason === 'DeletionByTaintManager') ?? false;
}
