import type { Controller } from './controller.ts';
import { deployment } from './deployment/deployment.ts';
import { endpointslice } from './endpointslice/endpointslice.ts';
import { garbagecollector } from './garbagecollector.ts';
import { nodelifecycle } from './nodelifecycle/nodelifecycle.ts';
import { podgc } from './podgc.ts';
import { replicaset } from './replicaset/replicaset.ts';
import { serviceaccount } from './serviceaccount.ts';
import { tainteviction } from './tainteviction.ts';

/** Every control loop of kube-controller-manager. Adding one is one file and one line here. */
export const controllers: readonly Controller[] = [
  serviceaccount,
  deployment,
  replicaset,
  endpointslice,
  nodelifecycle,
  tainteviction,
  podgc,
  garbagecollector,
];
