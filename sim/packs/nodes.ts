import type { ClusterPack } from '../cluster/boot.ts';
import { hooks } from '../kubelet/hooks.ts';
import { initContainers } from '../kubelet/initcontainers.ts';
import { volumeMounter } from '../kubelet/mounter.ts';

/** Parts of a node that few pods use. */
export const nodeParts: ClusterPack = {
  initializer: initContainers,
  mounter: volumeMounter,
  hooks,
};
