import type { ContainerImage, Node } from '../api/kinds/node.ts';
import type { Pod } from '../api/kinds/pod.ts';
import { type Amounts, amountsOf, combine, requestsOf } from './requests.ts';

/**
 * A node as the scheduler sees it: the object, the pods bound or assumed there, and the sums of what they ask.
 * Replaced,
 * never mutated. Upstream: `pkg/scheduler/framework/types.go` NodeInfo.
 */
export interface NodeInfo {
  readonly node: Node;
  /** Where the scheduler keeps the node in its list, for {@link NodeMemo}. */
  readonly place: number;
  readonly pods: readonly Pod[];
  /** Those of them that have affinity to pods, or against them. */
  readonly affine: readonly Pod[];
  /** What the node can give to pods. */
  readonly allocatable: Amounts;
  readonly requested: Amounts;
  /** With the defaults of containers that ask for nothing. */
  readonly scored: Amounts;
  /** Bytes of its images, by each name an image has there. */
  readonly images: ImageSizes;
}

/** Bytes of images, by name. */
export type ImageSizes = { readonly [name: string]: number };

const NO_IMAGES: ImageSizes = {};
const sizesOfLists = new WeakMap<readonly ContainerImage[], ImageSizes>();

/** A node with its pods. */
export function nodeInfoOf(node: Node, pods: readonly Pod[], place = 0): NodeInfo {
  const empty: NodeInfo = {
    node,
    place,
    pods: [],
    affine: [],
    allocatable: allocatableOf(node),
    requested: {},
    scored: {},
    images: imagesOf(node),
  };
  return pods.reduce(addPod, empty);
}

/** The same pods on a newer version of their node. */
export function withNode(info: NodeInfo, node: Node): NodeInfo {
  return { ...info, node, allocatable: allocatableOf(node), images: imagesOf(node) };
}

/** The node with one more pod; a pod that is there already is replaced by its newer version. */
export function addPod(info: NodeInfo, pod: Pod): NodeInfo {
  const index = info.pods.findIndex((other) => isSamePod(other, pod));
  const old = info.pods[index];
  if (old === undefined) return count(withPods(info, [...info.pods, pod], pod), pod, 1);
  const pods = info.pods.slice();
  pods[index] = pod;
  const next = withPods(info, pods, pod);
  if (old.spec === pod.spec) return next;
  return count(count(next, old, -1), pod, 1);
}

/** The node without a pod. */
export function removePod(info: NodeInfo, pod: Pod): NodeInfo {
  const index = info.pods.findIndex((other) => isSamePod(other, pod));
  const old = info.pods[index];
  if (old === undefined) return info;
  const pods = info.pods.filter((_, at) => at !== index);
  return count(withPods(info, pods, old), old, -1);
}

function allocatableOf(node: Node): Amounts {
  return amountsOf(node.status?.allocatable);
}

/** Remembered by the identity of the list, which a node's heartbeats leave as it is. */
function imagesOf({ status }: Node): ImageSizes {
  const images = status?.images;
  if (images === undefined || images.length === 0) return NO_IMAGES;
  let sizes = sizesOfLists.get(images);
  if (sizes === undefined) {
    const entries = images.flatMap(({ names = [], sizeBytes = 0 }) => names.map((name) => [name, sizeBytes] as const));
    sizes = Object.fromEntries(entries);
    sizesOfLists.set(images, sizes);
  }
  return sizes;
}

/** Most clusters have no affine pods: then there is nothing to look for. */
function withPods(info: NodeInfo, pods: readonly Pod[], changed: Pod): NodeInfo {
  const affine = info.affine.length > 0 || isAffine(changed) ? pods.filter(isAffine) : info.affine;
  return { ...info, pods, affine };
}

function isAffine({ spec: { affinity } }: Pod): boolean {
  return affinity !== undefined && (affinity.podAffinity !== undefined || affinity.podAntiAffinity !== undefined);
}

function isSamePod(a: Pod, b: Pod): boolean {
  return a.metadata.uid === b.metadata.uid;
}

function count(info: NodeInfo, pod: Pod, sign: 1 | -1): NodeInfo {
  const { real, scored } = requestsOf(pod);
  return { ...info, requested: combine(info.requested, real, sign), scored: combine(info.scored, scored, sign) };
}
