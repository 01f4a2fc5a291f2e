import type { Pod, PreferredSchedulingTerm } from '../../api/kinds/pod.ts';
import { matchesNodeAffinity, matchesTerm } from '../../api/nodeselector.ts';
import { type ClusterChange, normalizeByMax, type Plugin } from '../plugin.ts';

/**
 * NodeAffinity: the node must have the labels that nodeSelector and required affinity name; preferred terms add their
 * weight.
 * Reads: the pod's nodeSelector and nodeAffinity, the node's labels and name.
 * Refuses: nodes that do not match, unresolvably; scores the sum of the weights of matching preferred terms.
 * Upstream: `pkg/scheduler/framework/plugins/nodeaffinity/node_affinity.go`.
 * Leaves out: narrowing the search in PreFilter by metadata.name (the same nodes are refused, one by one), added
 * affinity.
 */
export const nodeAffinity: Plugin<true, readonly PreferredSchedulingTerm[]> = {
  name: 'NodeAffinity',
  weight: 2,
  sign: ({ spec }) => JSON.stringify([spec.nodeSelector, spec.affinity?.nodeAffinity]),
  preFilter({ spec }) {
    const required = spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
    return required !== undefined || spec.nodeSelector !== undefined ? true : undefined;
  },
  filter(pod, { node }) {
    if (matchesNodeAffinity(pod, node)) return undefined;
    return { code: 'UnschedulableAndUnresolvable', reasons: ["node(s) didn't match Pod's node affinity/selector"] };
  },
  preScore: ({ spec }) => spec.affinity?.nodeAffinity?.preferredDuringSchedulingIgnoredDuringExecution,
  score(_pod, { node }, terms) {
    let sum = 0;
    for (const { weight, preference } of terms) if (matchesTerm(preference, node)) sum += weight;
    return sum;
  },
  normalize: (scores) => normalizeByMax(scores, false),
  requeueOn: [
    { kind: 'Node', action: 'add', helps: isMatched },
    { kind: 'Node', action: 'update', helps: isMatched },
  ],
};

/** A node that matched before is no news. */
function isMatched(pod: Pod, change: ClusterChange): boolean {
  if (change.kind !== 'Node' || !matchesNodeAffinity(pod, change.object)) return false;
  return change.old === undefined || !matchesNodeAffinity(pod, change.old);
}
