import type { Node } from '../../api/kinds/node.ts';
import type { AdmissionPlugin } from './plugin.ts';

const KEY = 'node.kubernetes.io/not-ready';

/**
 * A new node takes no pods until the node lifecycle controller has seen it Ready.
 * Follows plugin/pkg/admission/nodetaint/admission.go.
 */
export const taintNodesByCondition: AdmissionPlugin = {
  name: 'TaintNodesByCondition',
  kind: 'Node',
  admit(object) {
    const node = object as Node;
    const taints = node.spec?.taints ?? [];
    if (taints.some(({ key, effect }) => key === KEY && effect === 'NoSchedule')) return node;
    return { ...node, spec: { ...node.spec, taints: [...taints, { key: KEY, effect: 'NoSchedule' }] } };
  },
};
