import type { Pod, Toleration } from '../../api/kinds/pod.ts';
import { REPELLING, tolerates, untoleratedTaint } from '../../api/nodeselector.ts';
import { type ClusterChange, normalizeByMax, type Plugin } from '../plugin.ts';
import { hasOtherTolerations } from '../podhints.ts';

/**
 * TaintToleration: a taint keeps pods away that do not tolerate it; PreferNoSchedule only makes a node less welcome.
 * Reads: the node's spec.taints and the pod's spec.tolerations.
 * Refuses: nodes with an untolerated NoSchedule or NoExecute taint, unresolvably; scores fewer untolerated soft taints
 * higher.
 * Upstream: `pkg/scheduler/framework/plugins/tainttoleration/taint_toleration.go`.
 * Leaves out: the alpha operators Lt and Gt.
 */
export const taintToleration: Plugin<never, readonly Toleration[]> = {
  name: 'TaintToleration',
  weight: 3,
  sign: ({ spec }) => JSON.stringify(spec.tolerations ?? []),
  filter(pod, { node }) {
    if (untoleratedTaint(pod, node, REPELLING) === undefined) return undefined;
    return { code: 'UnschedulableAndUnresolvable', reasons: ['node(s) had untolerated taint(s)'] };
  },
  preScore: (pod) => (pod.spec.tolerations ?? []).filter(({ effect }) => !effect || effect === 'PreferNoSchedule'),
  score(_pod, { node }, soft) {
    const taints = node.spec.taints ?? [];
    return taints.filter((taint) => taint.effect === 'PreferNoSchedule' && !tolerates(soft, taint)).length;
  },
  normalize: (scores) => normalizeByMax(scores, true),
  requeueOn: [
    { kind: 'Self', action: 'update', helps: hasOtherTolerations },
    { kind: 'Node', action: 'add', helps: isTolerated },
    { kind: 'Node', action: 'update', helps: isTolerated },
  ],
};

/** A node that was tolerated before is no news. */
function isTolerated(pod: Pod, change: ClusterChange): boolean {
  if (change.kind !== 'Node' || untoleratedTaint(pod, change.object, REPELLING) !== undefined) return false;
  return change.old === undefined || untoleratedTaint(pod, change.old, REPELLING) !== undefined;
}
