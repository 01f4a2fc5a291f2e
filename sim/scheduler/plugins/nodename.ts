import type { Plugin } from '../plugin.ts';

/**
 * NodeName: a pod that already names its node fits nowhere else.
 * Reads: spec.nodeName and the node's name.
 * Refuses: every other node, unresolvably.
 * Upstream: `pkg/scheduler/framework/plugins/nodename/node_name.go`.
 * Leaves out: nothing; such pods never reach the queue, so it speaks up only when the explainer asks.
 */
export const nodeName: Plugin = {
  name: 'NodeName',
  weight: 0,
  sign: ({ spec }) => spec.nodeName ?? '',
  filter(pod, { node }) {
    const wanted = pod.spec.nodeName || node.metadata.name;
    if (wanted === node.metadata.name) return undefined;
    return { code: 'UnschedulableAndUnresolvable', reasons: ["node(s) didn't match the requested node name"] };
  },
  requeueOn: [{ kind: 'Node', action: 'add' }],
};
