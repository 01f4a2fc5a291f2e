import type { Controller } from './controller.ts';
import { deployment } from './deployment/deployment.ts';
import { replicaset } from './replicaset/replicaset.ts';

/** Every control loop of kube-controller-manager. Adding one is one file and one line here. */
export const controllers: readonly Controller[] = [deployment, replicaset];
