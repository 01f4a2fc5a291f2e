import { apiService } from '../api/kinds/apiservice.ts';
import type { KubeObject } from '../api/meta.ts';
import { RBAC } from '../api/rbac/rules.ts';
import { aggregation } from '../apiserver/aggregation.ts';
import type { Addon } from '../cluster/addons.ts';
import { type ClusterPack, CONTROL_PLANE } from '../cluster/boot.ts';
import { address } from '../kernel/message.ts';
import { resourceMetrics } from '../kubelet/resourcemetrics.ts';
import { metricsServer } from '../metrics/metricsserver.ts';
import { cpu } from '../runtime/cpu.ts';
import { api } from '../runtime/programs/api.ts';
import { database } from '../runtime/programs/database.ts';
import { phpapache } from '../runtime/programs/phpapache.ts';
import { queue } from '../runtime/programs/queue.ts';
import { stress } from '../runtime/programs/stress.ts';
import { worker } from '../runtime/programs/worker.ts';
import { accountOf, rule } from './accounts.ts';

const NAME = 'metrics-server';
const labels = { 'k8s-app': NAME };

/** Whoever may view, edit or administer a namespace may see what its pods use. */
const reader: KubeObject = {
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
} as KubeObject;

/** It may ask the API server who somebody is, and what they may. */
const delegator: KubeObject = {
  apiVersion: `${RBAC}/v1`,
  kind: 'ClusterRoleBinding',
  metadata: { name: `${NAME}:system:auth-delegator`, labels },
  subjects: [{ kind: 'ServiceAccount', name: NAME, namespace: 'kube-system' }],
  roleRef: { kind: 'ClusterRole', apiGroup: RBAC, name: 'system:auth-delegator' },
} as KubeObject;

const service: KubeObject = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: NAME, namespace: 'kube-system', labels },
  spec: { ports: [{ name: 'https', port: 443, protocol: 'TCP', targetPort: 10250 }] },
} as KubeObject;

const registration: KubeObject = {
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
} as KubeObject;

const addon: Addon = {
  name: NAME,
  objects: [
    ...accountOf(NAME, `system:${NAME}`, [rule('get', '', 'nodes/metrics'), rule('get,list,watch', '', 'pods,nodes')]),
    reader,
    delegator,
    service,
    registration,
  ],
  actors({ nodes }, token) {
    const config = { token: token(NAME), machines: nodes.map(({ name }) => name) };
    return [{ name: address(NAME), machine: CONTROL_PLANE, component: NAME, config }];
  },
};

/** What pods use, from the programs that use it to those who ask. */
export const metrics: ClusterPack = {
  kinds: [apiService],
  aggregation,
  programs: [metricsServer],
  addons: [addon],
  cpu,
  metrics: resourceMetrics,
  containerPrograms: { api, 'apache2-foreground': phpapache, database, queue, stress, worker },
};
