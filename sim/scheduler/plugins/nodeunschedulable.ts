import type { Node } from '../../api/kinds/node.ts';
import type { Pod } from '../../api/kinds/pod.ts';
import { tolerates } from '../../api/nodeselector.ts';
import type { ClusterChange, Plugin } from '../plugin.ts';
import { hasOtherTolerations } from '../podhints.ts';

/**
 * NodeUnschedulable: no new pod goes to a cordoned node, unless it tolerates the taint that stands for the cordon.
 * Reads: the node's spec.unschedulable and the pod's tolerations.
 * Refuses: cordoned nodes, unresolvably.
 * Upstream: `pkg/scheduler/framework/plugins/nodeunschedulable/node_unschedulable.go`.
 * Leaves out: nothing.
 */
export const nodeUnschedulable: Plugin = {
  name: 'NodeUnschedulable',
  weight: 0,
  sign: ({ spec }) => JSON.stringify(spec.tolerations ?? []),
  filter(pod, { node }) {
    if (isOpen(pod, node)) return undefined;
    return { code: 'UnschedulableAndUnresolvable', reasons: ['node(s) were unschedulable'] };
  },
  requeueOn: [
    { kind: 'Self', action: 'update', helps: hasOtherTolerations },
    { kind: 'Node', action: 'add', helps: isOpenNow },
    { kind: 'Node', action: 'update', helps: isOpenNow },
  ],
};

const CORDON = { key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' } as const;

function isOpen(pod: Pod, node: Node): boolean {
  return !node.spec.unschedulable || tolerates(pod.spec.tolerations, CORDON);
}

/** A node that was open before is no news. */
function isOpenNow(pod: Pod, change: ClusterChange): boolean {
  if (change.kind !== 'Node' || !isOpen(pod, change.object)) return false;
  return change.old === undefined || !isOpen(pod, change.old);
}
