import { controllerRevision } from '../api/kinds/controllerrevision.ts';
import { daemonSet } from '../api/kinds/daemonset.ts';
import { replicationController } from '../api/kinds/replicationcontroller.ts';
import { statefulSet } from '../api/kinds/statefulset.ts';
import type { ClusterPack } from '../cluster/boot.ts';
import type { Controller } from '../controllers/controller.ts';
import { daemonset } from '../controllers/daemonset/daemonset.ts';
import { replication } from '../controllers/replication.ts';
import { statefulset } from '../controllers/statefulset/statefulset.ts';
import { setDescribers } from '../kubectl/describe/sets.ts';

/** The accounts of these control loops. Facts of plugin/pkg/auth/authorizer/rbac/bootstrappolicy, v1.36. */
const ROLES = `
system:controller:daemon-set-controller
  read apps,extensions daemonsets
  update apps,extensions daemonsets/status
  update apps,extensions daemonsets/finalizers
  list,watch core nodes
  create,delete,list,patch,watch core pods
  create core pods/binding
  create,delete,get,list,patch,update,watch apps controllerrevisions
  create,patch,update core,events.k8s.io events
system:controller:replication-controller
  get,list,update,watch core replicationcontrollers
  update core replicationcontrollers/status
  update core replicationcontrollers/finalizers
  create,delete,list,patch,watch core pods
  create,patch,update core,events.k8s.io events
system:controller:statefulset-controller
  list,watch core pods
  read apps statefulsets
  update apps statefulsets/status
  update apps statefulsets/finalizers
  create,delete,get,patch,update core pods
  create,delete,get,list,patch,update,watch apps controllerrevisions
  create,get core persistentvolumeclaims
  create,patch,update core,events.k8s.io events
  delete,update core persistentvolumeclaims
`;

/** The kinds that run pods beside Deployment and ReplicaSet, and their control loops. */
export const workloads: ClusterPack = {
  kinds: [controllerRevision, daemonSet, replicationController, statefulSet],
  controllers: [statefulset as Controller, daemonset as Controller, replication as Controller],
  roles: ROLES,
  watched: ['controllerrevisions.apps', 'daemonsets.apps', 'replicationcontrollers', 'statefulsets.apps'],
  describers: [setDescribers],
};
