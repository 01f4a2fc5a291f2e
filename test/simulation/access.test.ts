import { expect, it } from 'vitest';
import type { Pod } from '../../sim/api/kinds/pod.ts';
import {
  act,
  createCluster,
  defaultShape,
  foldTerminals,
  peekAt,
  runToExit,
  shapeOf,
  type Timeline,
} from '../../sim/index.ts';
import { addKinds } from '../../sim/packs/kinds.ts';
import { addKubectl } from '../../sim/packs/kubectl.ts';

addKinds();
addKubectl();

let count = 0;

/** Types a line and gives what it prints. */
function type(timeline: Timeline, line: string): readonly string[] {
  count += 1;
  const run = `access-${count}`;
  expect(act(timeline, line, run, {})).toBeUndefined();
  runToExit(timeline, run);
  return (
    foldTerminals(timeline.past)
      .find(({ id }) => id === run)
      ?.lines.map(({ text }) => text) ?? []
  );
}

/** The refusals that a process has met, by its user's name. */
function refusals(timeline: Timeline, user: string): readonly string[] {
  return timeline.past.flatMap((record) => {
    if (record.type !== 'noted' || record.note.what !== 'apiserver/forbidden' || record.note.user !== user) return [];
    return [`${record.note.verb} ${record.note.resource}`];
  });
}

it('without its binding the scheduler is refused, and pods stay Pending until the server starts again', () => {
  const timeline = createCluster(defaultShape());
  type(timeline, 'kubectl delete clusterrolebinding system:kube-scheduler system:volume-scheduler');
  type(timeline, 'kubectl run web --image=nginx');
  timeline.advance(timeline.now + 30_000);
  expect((peekAt(timeline.simulation).objects('pods')[0] as Pod).status?.phase).toBe('Pending');
  const met = refusals(timeline, 'system:kube-scheduler');
  expect(met).toContain('create pods');
  expect(met).toContain('update leases.coordination.k8s.io');
  act(timeline, 'stop kube-apiserver', '', {});
  act(timeline, 'start kube-apiserver', '', {});
  timeline.advance(timeline.now + 90_000);
  expect((peekAt(timeline.simulation).objects('pods')[0] as Pod).status?.phase).toBe('Running');
});

it('without its binding one controller is refused, and the others go on', () => {
  const timeline = createCluster(defaultShape());
  type(timeline, 'kubectl delete clusterrolebinding system:controller:replicaset-controller');
  type(timeline, 'kubectl create deployment web --image=nginx');
  timeline.advance(timeline.now + 10_000);
  const { objects } = peekAt(timeline.simulation);
  expect([objects('replicasets').length, objects('pods').length]).toEqual([1, 0]);
  expect(refusals(timeline, 'system:serviceaccount:kube-system:replicaset-controller')).toContain('create pods');
});

it('kube-proxy and the kubelets come in by their own names', () => {
  const timeline = createCluster(defaultShape());
  timeline.advance(timeline.now + 20_000);
  const users = new Set(
    timeline.past.flatMap((record) =>
      record.type === 'noted' && record.note.what === 'apiserver/authenticated' ? [String(record.note.user)] : [],
    ),
  );
  expect(users).toContain('system:node:node-2');
  expect(users).toContain('system:kube-scheduler');
  type(timeline, 'kubectl delete clusterrolebinding kubeadm:node-proxier');
  type(timeline, 'kubectl create deployment web --image=nginx');
  act(timeline, 'stop kube-proxy/node-1', '', {});
  act(timeline, 'start kube-proxy/node-1', '', {});
  timeline.advance(timeline.now + 5000);
  expect(refusals(timeline, 'system:serviceaccount:kube-system:kube-proxy')).toContain('list services');
});

it('a developer of the scenario has a context, and the rights of the role', () => {
  const users = [
    { name: 'dev', role: 'view' },
    { name: 'guest', token: 'stale' },
  ];
  const timeline = createCluster(shapeOf({ nodes: defaultShape(1).nodes, users }));
  expect(type(timeline, 'kubectl config use-context dev')).toEqual(['Switched to context "dev".']);
  expect(type(timeline, 'kubectl auth whoami')[1]).toBe('Username                                            dev');
  expect(type(timeline, 'kubectl get pods')).toEqual(['No resources found in default namespace.']);
  expect(type(timeline, 'kubectl get secrets')).toEqual([
    'Error from server (Forbidden): secrets is forbidden: User "dev" cannot list resource "secrets" in API group "" ' +
      'in the namespace "default"',
  ]);
  expect(type(timeline, 'kubectl get pods --context guest')).toEqual([
    'error: You must be logged in to the server (Unauthorized)',
  ]);
  expect(type(timeline, 'kubectl get pods --user kubernetes-admin -A')).toEqual(['No resources found']);
});
