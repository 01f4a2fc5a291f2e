import type { Binding } from '../../api/kinds/pod.ts';
import type { Bind, Plugin } from '../plugin.ts';

/**
 * DefaultBinder: asks the API server to give the pod its node.
 * Reads: the name of the node that was chosen.
 * Refuses: nothing; what it writes is pods/binding.
 * Upstream: `pkg/scheduler/framework/plugins/defaultbinder/default_binder.go`.
 * Leaves out: nothing.
 */
export const defaultBinder: Plugin & Bind = {
  name: 'DefaultBinder',
  weight: 0,
  bind({ metadata: { name, namespace, uid } }, node) {
    const metadata = { name, namespace, uid };
    const body: Binding = { apiVersion: 'v1', kind: 'Binding', metadata, target: { kind: 'Node', name: node } };
    return { method: 'POST', path: `/api/v1/namespaces/${namespace}/pods/${name}/binding`, body };
  },
  requeueOn: [],
};
