import type { Node } from '../api/kinds/node.ts';
import type { Pod } from '../api/kinds/pod.ts';
import type { Requirement } from '../api/selector.ts';
import { matchesSelector } from '../api/selector.ts';
import { type Amounts, amountsOf, combine, requestsOf } from './requests.ts';

/**
 * A node as the scheduler sees it: the object, the pods bound or assumed there, and the sums of what they ask.
 * Replaced,
 * never mutated. Upstream: `pkg/scheduler/framework/types.go` NodeInfo.
 */
export interface NodeInfo {
  readonly node: Node;
  readonly pods: readonly Pod[];
  readonly requested: Amounts;
  /** With the defaults of containers that ask for nothing. */
  readonly scored: Amounts;
}

/** A node with its pods. */
export function nodeInfoOf(node: Node, pods: readonly Pod[]): NodeInfo {
  const empty: NodeInfo = { node, pods: [], requested: {}, scored: {} };
  return pods.reduce(addPod, empty);
}

/** The node with one more pod; a pod that is there already is replaced by its newer version. */
export function addPod(info: NodeInfo, pod: Pod): NodeInfo {
  const index = info.pods.findIndex((other) => isSamePod(other, pod));
  const old = info.pods[index];
  if (old === undefined) return count({ ...info, pods: [...info.pods, pod] }, pod, 1);
  const pods = info.pods.slice();
  pods[index] = pod;
  if (old.spec === pod.spec) return { ...info, pods };
  return count(count({ ...info, pods }, old, -1), pod, 1);
}

/** The node without a pod. */
export function removePod(info: NodeInfo, pod: Pod): NodeInfo {
  const index = info.pods.findIndex((other) => isSamePod(other, pod));
  const old = info.pods[index];
  if (old === undefined) return info;
  return count({ ...info, pods: info.pods.filter((_, at) => at !== index) }, old, -1);
}

/** What the node can give to pods. */
export function allocatableOf(info: NodeInfo): Amounts {
  return amountsOf(info.node.status?.allocatable);
}

const counted = new WeakMap<NodeInfo, Map<string, number>>();

/**
 * How many pods of a namespace on this node match; terminating pods do not count and the empty selector matches none,
 * as
 * upstream's countPodsMatchSelector. Remembered by node and `name`, which must stand for namespace and selector.
 */
export function countMatching(
  info: NodeInfo,
  namespace: string,
  selector: readonly Requirement[],
  name: string,
): number {
  if (selector.length === 0 || info.pods.length === 0) return 0;
  let counts = counted.get(info);
  if (counts === undefined) {
    counts = new Map();
    counted.set(info, counts);
  }
  let found = counts.get(name);
  if (found === undefined) {
    found = 0;
    for (const { metadata } of info.pods) {
      if (metadata.deletionTimestamp || metadata.namespace !== namespace) continue;
      if (matchesSelector(selector, metadata.labels)) found++;
    }
    counts.set(name, found);
  }
  return found;
}

function isSamePod(a: Pod, b: Pod): boolean {
  return a.metadata.uid === b.metadata.uid;
}

function count(info: NodeInfo, pod: Pod, sign: 1 | -1): NodeInfo {
  const { real, scored } = requestsOf(pod);
  return { ...info, requested: combine(info.requested, real, sign), scored: combine(info.scored, scored, sign) };
}
