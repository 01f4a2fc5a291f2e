import type { KubeObject } from '../api/meta.ts';
import { RBAC } from '../api/rbac/rules.ts';
import { accountOf, rule } from './accounts.ts';

const NAME = 'metrics-server';

/** What comes with metrics-server: its account, who may read what it serves, its Service and its place in the API. */
export function metricsObjects(): readonly KubeObject[] {
  const labels = { 'k8s-app': NAME };
  /** Whoever may view, edit or administer a namespace may see what its pods use. */
  const reader = {
    apiVersion: `${RBAC}/v1`,
    kind: 'ClusterRole',
    metadata: {
      name: 'system:aggregated-metrics-reader',
      labels: {
        ...labels,
        'rbac.authorization.k8s.io/aggregate-to-admin': 'true',
        'rbac.authorization.k8s.io/aggregate-to-edit': 'true',
        'rbac.authorization.k8s.io/aggregate-to-view': 'true',
      },
    },
    rules: [rule('get,list,watch', 'metrics.k8s.io', 'pods,nodes')],
  };

  /** It may ask the API server who somebody is, and what they may. */
  const delegator = {
    apiVersion: `${RBAC}/v1`,
    kind: 'ClusterRoleBinding',
    metadata: { name: `${NAME}:system:auth-delegator`, labels },
    subjects: [{ kind: 'ServiceAccount', name: NAME, namespace: 'kube-system' }],
    roleRef: { kind: 'ClusterRole', apiGroup: RBAC, name: 'system:auth-delegator' },
  };

  const service = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: NAME, namespace: 'kube-system', labels },
    spec: { ports: [{ name: 'https', port: 443, protocol: 'TCP', targetPort: 10250 }] },
  };

  const registration = {
    apiVersion: 'apiregistration.k8s.io/v1',
    kind: 'APIService',
    metadata: { name: 'v1beta1.metrics.k8s.io', labels },
    spec: {
      group: 'metrics.k8s.io',
      groupPriorityMinimum: 100,
      insecureSkipTLSVerify: true,
      service: { name: NAME, namespace: 'kube-system', port: 443 },
      version: 'v1beta1',
      versionPriority: 100,
    },
  };

  return [
    ...accountOf(NAME, `system:${NAME}`, [rule('get', '', 'nodes/metrics'), rule('get,list,watch', '', 'pods,nodes')]),
    reader,
    delegator,
    service,
    registration,
  ] as unknown as readonly KubeObject[];
}
