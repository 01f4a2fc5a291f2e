import { cloudControllerManager } from '../cloud/cloudcontrollermanager.ts';
import { type Maker, provisioner } from '../cloud/provisioner.ts';
import type { Addon } from '../cluster/addons.ts';
import { type ClusterPack, CONTROL_PLANE } from '../cluster/boot.ts';
import { address } from '../kernel/message.ts';
import { cloudObjects, provisionerObjects } from './cloudobjects.ts';

const cloud: Addon = {
  name: 'cloud',
  get objects() {
    return cloudObjects();
  },
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

const storage: Addon = {
  name: 'provisioner',
  get objects() {
    return PROVISIONERS.flatMap(([name, driver, , className, mode]) => {
      return provisionerObjects(name, driver, className, mode);
    });
  },
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
