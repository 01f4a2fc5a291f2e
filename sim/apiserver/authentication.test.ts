import { expect, it } from 'vitest';
import { address } from '../kernel/message.ts';
import { authenticate } from './authentication.ts';
import { authorize } from './authorization.ts';

const KCM = 'kube-controller-manager';

it.each([
  ['kubectl', '', 'kubernetes-admin', 'to Group "kubeadm:cluster-admins"'],
  ['kube-scheduler', '', 'system:kube-scheduler', 'ClusterRole "system:kube-scheduler" to User'],
  ['kubelet/node-2', '', 'system:node:node-2', ''],
  ['kube-proxy/node-2', '', 'system:serviceaccount:kube-system:kube-proxy', '"kubeadm:node-proxier"'],
  [KCM, '', 'system:kube-controller-manager', 'to User "system:kube-controller-manager"'],
  [
    KCM,
    '/replicaset-controller',
    'system:serviceaccount:kube-system:replicaset-controller',
    'to ServiceAccount "replicaset-controller/kube-system"',
  ],
  [KCM, '/node-lifecycle-controller', 'system:serviceaccount:kube-system:node-controller', '"node-controller/'],
])('%s%s asks as %s', (from, controller, name, reason) => {
  const headers = { 'user-agent': `${from}${controller}` };
  const user = authenticate({ from: address(from), body: { method: 'GET', path: '/', headers } });
  expect(user.name).toBe(name);
  expect(authorize(user).reason).toContain(reason);
});
