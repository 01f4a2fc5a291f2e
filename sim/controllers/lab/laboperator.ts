/*
 * my-operator: a control loop for Kiosks, a kind that a definition describes; its `reconcile` is the reader's program.
 * Watches: Kiosks of port.example/v1, Deployments and Services.
 * Writes: what the program decides; nothing else.
 * Upstream: a manager of controller-runtime with For(Kiosk), Owns(Deployment) and Owns(Service), one worker.
 * Leaves out: leader election, an account of its own with a role for what it needs, Events, resyncs.
 */
import { LAB_PROCESSES } from '../../protocol/lab.ts';
import { labLoop } from './labloop.ts';

/** The process of the reader's operator. Its informer of Kiosks lists again and again until there is such a kind. */
export const labOperator = labLoop({
  name: LAB_PROCESSES.operator,
  owner: { called: 'kiosks', plural: 'kiosks', kind: 'Kiosk', root: '/apis/port.example/v1' },
  owned: [
    { called: 'deployments', plural: 'deployments', kind: 'Deployment', root: '/apis/apps/v1' },
    { called: 'services', plural: 'services', kind: 'Service', root: '/api/v1' },
  ],
});
