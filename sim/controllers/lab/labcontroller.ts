/*
 * my-replicaset-controller: a control loop whose frame is ours and whose `reconcile` is the reader's program.
 * Watches: ReplicaSets and Pods.
 * Writes: what the program decides; nothing else.
 * Upstream: the worker loop of sample-controller, one worker; supervised as a static pod is.
 * Leaves out: leader election, Events, resyncs; a pod without an owner wakes nobody, so nothing is adopted.
 */
import { LAB_PROCESSES } from '../../protocol/lab.ts';
import { labLoop } from './labloop.ts';

/** The process of the reader's ReplicaSet controller. */
export const labController = labLoop({
  name: LAB_PROCESSES['replicaset-controller'],
  owner: { called: 'replicaSets', plural: 'replicasets', kind: 'ReplicaSet', root: '/apis/apps/v1' },
  owned: [{ called: 'pods', plural: 'pods', kind: 'Pod', root: '/api/v1' }],
});
