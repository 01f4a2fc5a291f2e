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
export const volumeRestrictions: Plugin<Conflicts> = {
  name: 'VolumeRestrictions',
  weight: 0,
  preFilter(pod, view) {
    const claims = aloneFor(pod, view);
    if (claims.length === 0) return undefined;
    const cycle = { claims, count: view.nodes.reduce((sum, { pods }) => sum + countUsers(pod, claims, pods), 0) };
    return cycle.count === 0 ? undefined : cycle;
  },
  recount: ({ claims, count }, pod, other, _node, sign) => ({
    claims,
    count: count + sign * countUsers(pod, claims, [other]),
  }),
  filter: (_pod, _node, { count }) => (count > 0 ? { code: 'Unschedulable', reasons: [TAKEN] } : undefined),
  requeueOn: [
    { kind: 'Pod', action: 'delete' },
    { kind: 'PersistentVolumeClaim', action: 'add' },
    { kind: 'Node', action: 'add' },
  ],
};

/** Claims that one pod may use, and how many others do. */
interface Conflicts {
  readonly claims: readonly string[];
  readonly count: number;
}

function aloneFor(pod: Pod, view: ClusterView): readonly string[] {
  const names = claimNames(pod);
  if (names.length === 0) return names;
  const claims = view.cached<PersistentVolumeClaim>('persistentvolumeclaims');
  const { namespace } = pod.metadata;
  return names.filter((name) => claims.get(`${namespace}/${name}`)?.spec.accessModes?.includes('ReadWriteOncePod'));
}

function countUsers({ metadata }: Pod, claims: readonly string[], pods: readonly Pod[]): number {
  return pods.filter(
    (other) =>
      other.metadata.namespace === metadata.namespace && claimNames(other).some((name) => claims.includes(name)),
  ).length;
}
