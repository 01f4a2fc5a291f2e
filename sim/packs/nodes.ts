import type { ClusterPack } from '../cluster/boot.ts';
import { initContainers } from '../kubelet/initcontainers.ts';

/** Parts of a node that few pods use. */
export const nodeParts: ClusterPack = {
  initializer: initContainers,
};
