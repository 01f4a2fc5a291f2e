import type { Controller } from './controller.ts';
import { deployment } from './deployment/deployment.ts';
import { endpointslice } from './endpointslice/endpointslice.ts';
import { garbagecollector } from './garbagecollector.ts';
import { nodelifecycle } from './nodelifecycle/nodelifecycle.ts';
import { podgc } from './podgc.ts';
import { replicaset } from './replicaset/replicaset.ts';
import { rootcacert } from './rootcacert.ts';
import { serviceaccount } from './serviceaccount.ts';
import { tainteviction } from './tainteviction.ts';

const known: Controller[] = [
  serviceaccount,
  rootcacert,
  deployment,
  replicaset,
  endpointslice,
  nodelifecycle,
  tainteviction,
  podgc,
  garbagecollector,
];

/** Every control loop of kube-controller-manager: those of the base, and those that packs have added. */
export const controllers: readonly Controller[] = known;

/** The control loops of a pack, before the first cluster boots. Adding them again changes nothing. */
export function addControllers(more: readonly Controller[]): void {
  known.push(...more.filter((controller) => !known.includes(controller)));
}
