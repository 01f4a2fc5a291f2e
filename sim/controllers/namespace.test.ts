import { expect, it } from 'vitest';
import { ControlPlane, object } from '../../test/controllers/controlplane.ts';
import type { Namespace } from '../api/kinds/namespace.ts';
import type { KubeObject } from '../api/meta.ts';

const PATH = '/api/v1/namespaces/team';
const DELETE = { method: 'DELETE' as const, path: PATH };

function team(): ControlPlane {
  const plane = new ControlPlane({ nodes: ['node-1'] });
  plane.post('/api/v1/namespaces', object('v1', 'Namespace', 'team'));
  plane.post(`${PATH}/configmaps`, object('v1', 'ConfigMap', 'kept'));
  plane.run(200);
  return plane;
}

function podWith(finalizers: readonly string[]): KubeObject {
  const metadata = { name: 'web', finalizers };
  return { apiVersion: 'v1', kind: 'Pod', metadata, spec: { containers: [{ name: 'c', image: 'nginx:1' }] } };
}

it('empties a namespace, and lets it go', () => {
  const plane = team();
  const answer = plane.send(DELETE);
  expect(answer).toMatchObject({ status: 200, body: { kind: 'Namespace', status: { phase: 'Terminating' } } });
  expect((answer.body as KubeObject).metadata.deletionGracePeriodSeconds).toBeUndefined();
  plane.run(4500);
  expect(plane.list(`${PATH}/configmaps`).map(({ metadata }) => metadata.name)).toContain('kept');
  plane.run(1500);
  expect(plane.send({ method: 'GET', path: PATH }).status).toBe(404);
  const lines = plane.requests(/team\/|team$/).map(({ line }) => line);
  const first = lines.findIndex((line) => line.startsWith('DELETE'));
  expect(lines[first]).toBe(`DELETE ${PATH}/pods`);
  expect(lines.at(-1)).toBe(`PUT ${PATH}/finalize`);
});

it('lets nothing be created meanwhile', () => {
  const plane = team();
  plane.send(DELETE);
  const { status, body } = plane.send({
    method: 'POST',
    path: `${PATH}/configmaps`,
    body: object('v1', 'ConfigMap', 'late'),
  });
  expect(status).toBe(403);
  expect(body).toMatchObject({
    message:
      'configmaps "late" is forbidden: unable to create new content in namespace team because it is being terminated',
    details: { causes: [{ reason: 'NamespaceTerminating', message: 'namespace team is being terminated' }] },
  });
});

it('deletes pods first, and says what holds them', () => {
  const plane = team();
  plane.post(`${PATH}/pods`, podWith(['example.org/hold']));
  plane.run(2000);
  plane.send(DELETE);
  plane.run(8000);
  const { status } = plane.get<Namespace>(PATH);
  const told = (status?.conditions ?? []).map(({ type, status: value, reason, message }) => [
    type,
    value,
    reason,
    message,
  ]);
  expect(told).toEqual([
    ['NamespaceDeletionDiscoveryFailure', 'False', 'ResourcesDiscovered', 'All resources successfully discovered'],
    [
      'NamespaceDeletionGroupVersionParsingFailure',
      'False',
      'ParsedGroupVersions',
      'All legacy kube types successfully parsed',
    ],
    [
      'NamespaceDeletionContentFailure',
      'False',
      'ContentDeleted',
      'All content successfully deleted, may be waiting on finalization',
    ],
    [
      'NamespaceContentRemaining',
      'True',
      'SomeResourcesRemain',
      'Some resources are remaining: pods. has 1 resource instances',
    ],
    [
      'NamespaceFinalizersRemaining',
      'True',
      'SomeFinalizersRemain',
      'Some content in the namespace has finalizers remaining: example.org/hold in 1 resource instances',
    ],
  ]);
  expect(plane.list(`${PATH}/configmaps`).map(({ metadata }) => metadata.name)).toContain('kept');
  plane.merge(`${PATH}/pods/web`, { metadata: { finalizers: null } });
  plane.run(60_000);
  expect(plane.send({ method: 'GET', path: PATH }).status).toBe(404);
});

it('never deletes the namespaces that every cluster needs', () => {
  const { status, body } = new ControlPlane().send({ method: 'DELETE', path: '/api/v1/namespaces/kube-system' });
  expect(status).toBe(403);
  expect(body).toMatchObject({
    message: 'namespaces "kube-system" is forbidden: this namespace may not be deleted',
  });
});
