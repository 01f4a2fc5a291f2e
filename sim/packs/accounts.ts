import type { KubeObject } from '../api/meta.ts';
import { type PolicyRule, RBAC } from '../api/rbac/rules.ts';

/** The ServiceAccount of an addon in kube-system, its ClusterRole, and the binding of the two. */
export function accountOf(name: string, role: string, rules: readonly PolicyRule[]): readonly KubeObject[] {
  const account: KubeObject = {
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: { name, namespace: 'kube-system' },
  };
  const clusterRole = { apiVersion: `${RBAC}/v1`, kind: 'ClusterRole', metadata: { name: role }, rules };
  const binding = {
    apiVersion: `${RBAC}/v1`,
    kind: 'ClusterRoleBinding',
    metadata: { name: role },
    subjects: [{ kind: 'ServiceAccount', name, namespace: 'kube-system' }],
    roleRef: { kind: 'ClusterRole', apiGroup: RBAC, name: role },
  };
  return [account, clusterRole as KubeObject, binding as KubeObject];
}

/** `rule('list,watch', '', 'pods,services')` */
export function rule(verbs: string, apiGroup: string, resources: string): PolicyRule {
  return { verbs: verbs.split(','), apiGroups: [apiGroup], resources: resources.split(',') };
}
