/*
 * serviceaccount-controller: gives every namespace its ServiceAccount `default`.
 * Watches: Namespaces and ServiceAccounts.
 * Writes: ServiceAccounts.
 * Upstream: pkg/controller/serviceaccount/serviceaccounts_controller.go.
 * Leaves out: tokens.
 */
import type { Namespace } from '../api/kinds/namespace.ts';
import { part } from '../kernel/state.ts';
import { type Controller, NOTHING } from './controller.ts';
import { create } from './requests.ts';

/** The control loop of the accounts `default`. Its keys are namespaces. */
export const serviceaccount: Controller = {
  name: 'serviceaccount-controller',
  account: 'service-account-controller',
  informers: ['namespaces', 'serviceaccounts'],
  workers: 1,
  init: () => part({}),
  observe: ({ informer, type, object }) => {
    const { name, namespace = '' } = object.metadata;
    if (informer === 'namespaces') return type === 'deleted' ? [] : [name];
    return type === 'deleted' && name === 'default' ? [namespace] : [];
  },
  reconcile: (key, context) => {
    const namespace = context.cache<Namespace>('namespaces').get(key);
    if (namespace === undefined || namespace.metadata.deletionTimestamp !== undefined) return NOTHING;
    if (context.cache('serviceaccounts').has(`${key}/default`)) return NOTHING;
    const account = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default', namespace: key } };
    return { writes: [[{ request: create('serviceaccounts', account), ignore: [404, 409] }]] };
  },
};
