import { describe, expect, it } from 'vitest';
import { ControlPlane, object } from '../../test/controllers/controlplane.ts';
import type { KubeObject, OwnerReference } from '../api/meta.ts';

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

describe('owners that wait in the foreground', () => {
  const MAPS = '/api/v1/namespaces/default/configmaps';
  const map = (plane: ControlPlane, name: string, more: object = {}): OwnerReference => {
    const body = { ...object('v1', 'ConfigMap', name), metadata: { name, namespace: 'default', ...more } };
    const { metadata } = plane.post(MAPS, body).body as KubeObject;
    return { apiVersion: 'v1', kind: 'ConfigMap', name, uid: metadata.uid ?? '' };
  };
  const names = (plane: ControlPlane) =>
    plane
      .list(MAPS)
      .map(({ metadata }) => metadata.name)
      .filter((name) => name !== 'kube-root-ca.crt');
  const foreground = { method: 'DELETE' as const, path: `${MAPS}/owner`, body: { propagationPolicy: 'Foreground' } };
  const HELD = { finalizers: ['example.org/hold'] };

  it.each([
    ['a dependent that blocks keeps the owner', true, ['child', 'owner']],
    ['one that does not is deleted with it, and the owner does not wait', false, ['child']],
    ['so does one that says nothing', undefined, ['child']],
  ])('%s', (_what, blockOwnerDeletion, left) => {
    const plane = new ControlPlane();
    const owner = map(plane, 'owner');
    map(plane, 'child', { ...HELD, ownerReferences: [{ ...owner, blockOwnerDeletion }] });
    plane.send(foreground);
    plane.run(500);
    expect(names(plane)).toEqual(left);
    expect(plane.get(`${MAPS}/child`).metadata.deletionTimestamp).toBeDefined();
    plane.merge(`${MAPS}/child`, { metadata: { finalizers: null } });
    plane.run(500);
    expect(names(plane)).toEqual([]);
  });

  it.each([
    ['names it no longer', []],
    ['no longer blocks it', [{ blockOwnerDeletion: false }]],
    ['names another', [{ uid: 'other' }]],
  ])('the last dependent %s', (_what, change) => {
    const plane = new ControlPlane();
    const owner = { ...map(plane, 'owner'), blockOwnerDeletion: true };
    map(plane, 'child', { ...HELD, ownerReferences: [owner] });
    plane.send(foreground);
    plane.run(500);
    expect(names(plane)).toEqual(['child', 'owner']);
    const ownerReferences = change.map((fields) => ({ ...owner, ...fields }));
    plane.merge(`${MAPS}/child`, { metadata: { ownerReferences } });
    plane.run(500);
    expect(names(plane)).toEqual(['child']);
  });

  it('a deletion in the background after one in the foreground waits no longer', () => {
    const plane = new ControlPlane();
    map(plane, 'child', { ...HELD, ownerReferences: [{ ...map(plane, 'owner'), blockOwnerDeletion: true }] });
    plane.send(foreground);
    plane.run(500);
    plane.send({ ...foreground, body: { propagationPolicy: 'Background' } });
    plane.run(500);
    expect(names(plane)).toEqual(['child']);
  });
});

describe('owners elsewhere', () => {
  const here = '/api/v1/namespaces/default/configmaps';

  it('an owner in another namespace counts as gone: an Event says so, and the dependent is deleted', () => {
    const plane = new ControlPlane();
    const there = plane.post('/api/v1/namespaces/kube-system/configmaps', object('v1', 'ConfigMap', 'owner'));
    const { uid = '' } = (there.body as KubeObject).metadata;
    const ownerReferences = [{ apiVersion: 'v1', kind: 'ConfigMap', name: 'owner', uid }];
    plane.post(here, { ...object('v1', 'ConfigMap', 'child'), metadata: { name: 'child', ownerReferences } });
    plane.run(300);
    expect(plane.send({ method: 'GET', path: `${here}/child` }).status).toBe(404);
    expect(plane.events('OwnerRefInvalidNamespace')).toEqual([
      `ownerRef [v1/ConfigMap, namespace: default, name: owner, uid: ${uid}] does not exist in namespace "default"`,
    ]);
  });

  it('what lives in no namespace may have an owner that lives in none; one that lives in a namespace is never found', () => {
    const plane = new ControlPlane();
    const owner = plane.post(here, object('v1', 'ConfigMap', 'owner')).body as KubeObject;
    const parent = plane.post('/api/v1/namespaces', object('v1', 'Namespace', 'parent')).body as KubeObject;
    const child = (name: string, { kind, metadata }: KubeObject) => {
      const ownerReferences = [{ apiVersion: 'v1', kind, name: metadata.name, uid: metadata.uid ?? '' }];
      plane.post('/api/v1/namespaces', { ...object('v1', 'Namespace', name), metadata: { name, ownerReferences } });
    };
    child('strange', owner);
    child('fine', parent);
    plane.send({ method: 'DELETE', path: `${here}/owner` });
    plane.send({ method: 'DELETE', path: '/api/v1/namespaces/parent' });
    plane.run(20_000);
    const left = plane.list('/api/v1/namespaces').map(({ metadata }) => metadata.name);
    expect(left).toContain('strange');
    expect(left).not.toContain('fine');
  });

  it('an owner in no namespace is found from every namespace', () => {
    const plane = new ControlPlane();
    const { metadata } = plane.post('/api/v1/namespaces', object('v1', 'Namespace', 'parent')).body as KubeObject;
    const ownerReferences = [{ apiVersion: 'v1', kind: 'Namespace', name: 'parent', uid: metadata.uid ?? '' }];
    plane.post(here, { ...object('v1', 'ConfigMap', 'child'), metadata: { name: 'child', ownerReferences } });
    plane.run(300);
    expect(plane.get(`${here}/child`).metadata.deletionTimestamp).toBeUndefined();
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
