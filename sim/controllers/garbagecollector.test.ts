import { describe, expect, it } from 'vitest';
import { ControlPlane, object } from '../../test/controllers/controlplane.ts';
import type { KubeObject } from '../api/meta.ts';

const APPS = '/apis/apps/v1/namespaces/default';

describe('owner references', () => {
  it('a deleted Deployment takes its ReplicaSet and pods with it', () => {
    const plane = new ControlPlane({ nodes: ['node-1'] });
    plane.deploy('web', 3);
    plane.run(3000);
    plane.send({ method: 'DELETE', path: `${APPS}/deployments/web` });
    plane.run(2000);
    expect(plane.list(`${APPS}/replicasets`)).toEqual([]);
    expect(plane.pods()).toEqual([]);
  });

  it('in the foreground a Deployment stays until its ReplicaSet and pods are gone', () => {
    const plane = new ControlPlane({ nodes: ['node-1'] });
    plane.deploy('web', 2);
    plane.run(3000);
    const [pod] = plane.pods();
    const held = `/api/v1/namespaces/default/pods/${pod?.metadata.name}`;
    plane.merge(held, { metadata: { finalizers: ['example.org/hold'] } });
    const body = { kind: 'DeleteOptions', apiVersion: 'v1', propagationPolicy: 'Foreground' };
    const answer = plane.send({ method: 'DELETE', path: `${APPS}/deployments/web`, body });
    expect(answer).toMatchObject({
      status: 200,
      body: { metadata: { finalizers: ['foregroundDeletion'], deletionGracePeriodSeconds: 0 } },
    });
    plane.run(40_000);
    expect(plane.pods()).toHaveLength(1);
    const ending = { finalizers: ['foregroundDeletion'] };
    expect(plane.list(`${APPS}/replicasets`)).toMatchObject([{ metadata: ending }]);
    expect(plane.list(`${APPS}/deployments`)).toMatchObject([{ metadata: ending }]);
    plane.merge(held, { metadata: { finalizers: null } });
    plane.run(2000);
    for (const plural of ['deployments', 'replicasets']) expect(plane.list(`${APPS}/${plural}`)).toEqual([]);
  });

  it('orphans stay, without their owner', () => {
    const plane = new ControlPlane({ nodes: ['node-1'] });
    plane.deploy('web', 1);
    plane.run(3000);
    const body = { kind: 'DeleteOptions', apiVersion: 'v1', propagationPolicy: 'Orphan' };
    plane.send({ method: 'DELETE', path: `${APPS}/deployments/web`, body });
    plane.run(2000);
    expect(plane.list(`${APPS}/deployments`)).toEqual([]);
    const [set] = plane.list(`${APPS}/replicasets`);
    expect(set?.metadata.ownerReferences ?? []).toEqual([]);
    expect(plane.pods()).toHaveLength(1);
  });

  it.each([
    [{ propagationPolicy: 'Sideways' }, /^DeleteOptions\.meta\.k8s\.io "" is invalid: propagationPolicy: Unsupported/],
    [{ propagationPolicy: 'Orphan', orphanDependents: true }, /orphanDependents and deletionPropagation cannot be/],
    [{ preconditions: { uid: 'x' } }, /the UID in the precondition \(x\) does not match the UID in record/],
  ])('refuses %o', (body, text) => {
    const plane = new ControlPlane();
    plane.deploy('web', 0);
    const { body: status } = plane.send({ method: 'DELETE', path: `${APPS}/deployments/web`, body });
    expect((status as { message: string }).message).toMatch(text);
  });

  it('an owner that never existed counts as gone once the API server has said so', () => {
    const plane = new ControlPlane();
    const owner = { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'ghost', uid: '0' };
    const spec = { containers: [{ name: 'c', image: 'nginx:1' }] };
    const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p', ownerReferences: [owner] }, spec };
    plane.post('/api/v1/namespaces/default/pods', pod as KubeObject);
    plane.run(200);
    expect(plane.requests(/^GET .*replicasets\/ghost$/)).toHaveLength(1);
    expect(plane.pods()).toEqual([]);
  });

  it('with another owner left, only the reference to the one that is gone is removed', () => {
    const plane = new ControlPlane();
    const config = (name: string) => {
      return plane.post('/api/v1/namespaces/default/configmaps', object('v1', 'ConfigMap', name)).body as KubeObject;
    };
    const owners = ['a', 'b'].map(config).map(({ kind, metadata }) => {
      return { apiVersion: 'v1', kind, name: metadata.name, uid: metadata.uid };
    });
    const child = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'child', ownerReferences: owners } };
    plane.post('/api/v1/namespaces/default/configmaps', child as KubeObject);
    plane.run(100);
    plane.send({ method: 'DELETE', path: '/api/v1/namespaces/default/configmaps/a' });
    plane.run(200);
    const left = plane.get('/api/v1/namespaces/default/configmaps/child');
    expect(left.metadata.ownerReferences?.map(({ name }) => name)).toEqual(['b']);
    plane.send({ method: 'DELETE', path: '/api/v1/namespaces/default/configmaps/b' });
    plane.run(200);
    expect(plane.send({ method: 'GET', path: '/api/v1/namespaces/default/configmaps/child' }).status).toBe(404);
  });
});

describe('ServiceAccounts', () => {
  it('every namespace gets one called default, again when it is deleted', () => {
    const plane = new ControlPlane();
    const path = '/api/v1/namespaces/default/serviceaccounts/default';
    expect(plane.get(path).kind).toBe('ServiceAccount');
    plane.send({ method: 'DELETE', path });
    plane.run(100);
    expect(plane.get(path).kind).toBe('ServiceAccount');
  });
});
