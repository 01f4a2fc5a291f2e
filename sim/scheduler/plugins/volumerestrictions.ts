import type { PersistentVolumeClaim } from '../../api/kinds/persistentvolumeclaim.ts';
import type { Pod } from '../../api/kinds/pod.ts';
import { claimNames } from '../claimnames.ts';
import type { ClusterView, Plugin } from '../plugin.ts';

const TAKEN = 'node has pod using PersistentVolumeClaim with the same name and ReadWriteOncePod access mode';

/**
 * VolumeRestrictions: a claim with the access mode ReadWriteOncePod is for one pod of the cluster.
 * Reads: the pod's claims, and those of all pods that have a node.
 * Refuses: every node, while another pod uses such a claim.
 * Upstream: `pkg/scheduler/framework/plugins/volumerestrictions/volume_restrictions.go`.
 * Leaves out: disks of clouds that one node may mount; its PreFilter's refusal of a missing claim, which VolumeBinding
 * words alike.
 */
export const volumeRestrictions: Plugin<true> = {
  name: 'VolumeRestrictions',
  weight: 0,
  preFilter: (pod, view) => (isTaken(pod, view) ? true : undefined),
  filter: () => ({ code: 'Unschedulable', reasons: [TAKEN] }),
  requeueOn: [
    { kind: 'Pod', action: 'delete' },
    { kind: 'PersistentVolumeClaim', action: 'add' },
    { kind: 'Node', action: 'add' },
  ],
};

function isTaken(pod: Pod, view: ClusterView): boolean {
  const { namespace } = pod.metadata;
  const claims = view.cached<PersistentVolumeClaim>('persistentvolumeclaims');
  const alone = claimNames(pod).filter((name) =>
    claims.get(`${namespace}/${name}`)?.spec.accessModes?.includes('ReadWriteOncePod'),
  );
  if (alone.length === 0) return false;
  return view.nodes.some(({ pods }) =>
    pods.some(
      (other) => other.metadata.namespace === namespace && claimNames(other).some((name) => alone.includes(name)),
    ),
  );
}
