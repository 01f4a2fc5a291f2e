import type { StorageClass } from '../api/kinds/storageclass.ts';
import type { KubeObject } from '../api/meta.ts';
import { cloudControllerManager } from '../cloud/cloudcontrollermanager.ts';
import { type Maker, provisioner } from '../cloud/provisioner.ts';
import type { Addon } from '../cluster/addons.ts';
import { type ClusterPack, CONTROL_PLANE } from '../cluster/boot.ts';
import { address } from '../kernel/message.ts';
import { accountOf, rule } from './accounts.ts';

const cloud: Addon = {
  name: 'cloud',
  objects: accountOf('cloud-controller-manager', 'system:cloud-controller-manager', [
    rule('create,patch,update', '', 'events'),
    rule('*', '', 'nodes'),
    rule('patch', '', 'nodes/status'),
    rule('list,patch,update,watch', '', 'services'),
    rule('list,patch,update,watch', '', 'services/status'),
    rule('create', '', 'serviceaccounts'),
    rule('get,list,update,watch', '', 'persistentvolumes'),
    rule('create,get,list,watch,update', '', 'endpoints'),
    rule('create,get,list,watch,update', 'coordination.k8s.io', 'leases'),
  ]),
  actors(_shape, token) {
    const { name } = cloudControllerManager;
    return [{ name: address(name), machine: CONTROL_PLANE, component: name, config: { token: token(name) } }];
  },
};

/** The two provisioners of the addon: program, name in classes, what it makes, its class and when that binds. */
const PROVISIONERS: readonly (readonly [string, string, Maker, string, string])[] = [
  ['local-path-provisioner', 'rancher.io/local-path', 'local-path', 'local-path', 'WaitForFirstConsumer'],
  ['nfs-subdir-external-provisioner', 'k8s-sigs.io/nfs-subdir-external-provisioner', 'nfs', 'nfs-client', 'Immediate'],
];

const RULES = [
  rule('get,list,watch', '', 'nodes'),
  rule('get,list,watch,create,patch,update,delete', '', 'persistentvolumes'),
  rule('get,list,watch,update', '', 'persistentvolumeclaims'),
  rule('get,list,watch', 'storage.k8s.io', 'storageclasses'),
  rule('create,update,patch', '', 'events'),
];

const storage: Addon = {
  name: 'provisioner',
  objects: PROVISIONERS.flatMap(([name, driver, , className, volumeBindingMode]) => {
    const storageClass: StorageClass = {
      apiVersion: 'storage.k8s.io/v1',
      kind: 'StorageClass',
      metadata: { name: className },
      provisioner: driver,
      reclaimPolicy: 'Delete',
      volumeBindingMode,
    };
    return [...accountOf(name, `${name}-runner`, RULES), storageClass as KubeObject];
  }),
  actors(_shape, token) {
    return PROVISIONERS.map(([name, driver, maker]) => {
      const config = { name, provisioner: driver, maker, token: token(name) };
      return { name: address(name), machine: CONTROL_PLANE, component: provisioner.name, config };
    });
  },
};

/** Processes that stand between a cluster and what it runs on: a cloud, and makers of volumes. */
export const outside: ClusterPack = {
  programs: [cloudControllerManager, provisioner],
  addons: [cloud, storage],
};
