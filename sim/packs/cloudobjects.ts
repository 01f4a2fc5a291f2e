import type { StorageClass } from '../api/kinds/storageclass.ts';
import type { KubeObject } from '../api/meta.ts';
import { accountOf, rule } from './accounts.ts';

/** The account of the cloud's controller manager, with what it may. */
export function cloudObjects(): readonly KubeObject[] {
  return accountOf('cloud-controller-manager', 'system:cloud-controller-manager', [
    rule('create,patch,update', '', 'events'),
    rule('*', '', 'nodes'),
    rule('patch', '', 'nodes/status'),
    rule('list,patch,update,watch', '', 'services'),
    rule('list,patch,update,watch', '', 'services/status'),
    rule('create', '', 'serviceaccounts'),
    rule('get,list,update,watch', '', 'persistentvolumes'),
    rule('create,get,list,watch,update', '', 'endpoints'),
    rule('create,get,list,watch,update', 'coordination.k8s.io', 'leases'),
  ]);
}

/** A provisioner's account, and the class that names it. */
export function provisionerObjects(
  name: string,
  driver: string,
  className: string,
  volumeBindingMode: string,
): readonly KubeObject[] {
  const storageClass: StorageClass = {
    apiVersion: 'storage.k8s.io/v1',
    kind: 'StorageClass',
    metadata: { name: className },
    provisioner: driver,
    reclaimPolicy: 'Delete',
    volumeBindingMode,
  };
  const account = accountOf(name, `${name}-runner`, [
    rule('get,list,watch', '', 'nodes'),
    rule('get,list,watch,create,patch,update,delete', '', 'persistentvolumes'),
    rule('get,list,watch,update', '', 'persistentvolumeclaims'),
    rule('get,list,watch', 'storage.k8s.io', 'storageclasses'),
    rule('create,update,patch', '', 'events'),
  ]);
  return [...account, storageClass as KubeObject];
}
