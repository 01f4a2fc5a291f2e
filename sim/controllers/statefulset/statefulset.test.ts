import { describe, expect, it } from 'vitest';
import { ControlPlane } from '../../../test/controllers/controlplane.ts';
import type { ControllerRevision } from '../../api/kinds/controllerrevision.ts';
import type { PersistentVolumeClaim } from '../../api/kinds/persistentvolumeclaim.ts';
import type { StatefulSet } from '../../api/kinds/statefulset.ts';
import type { KubeObject } from '../../api/meta.ts';

const SETS = '/apis/apps/v1/namespaces/default/statefulsets';
const WEB = `${SETS}/web`;
const CLAIMS = '/api/v1/namespaces/default/persistentvolumeclaims';
const REVISIONS = '/apis/apps/v1/namespaces/default/controllerrevisions';

function setOf(replicas: number, spec: object = {}): KubeObject {
  const labels = { app: 'web' };
  const template = { metadata: { labels }, spec: { containers: [{ name: 'c', image: 'nginx:1' }] } };
  const whole = { replicas, serviceName: 'nginx', selector: { matchLabels: labels }, template, ...spec };
  return { apiVersion: 'apps/v1', kind: 'StatefulSet', metadata: { name: 'web', namespace: 'default' }, spec: whole };
}

const claims = {
  volumeClaimTemplates: [
    {
      metadata: { name: 'www' },
      spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
    },
  ],
};

function boot(replicas: number, spec: object = {}, runMs = 15_000): ControlPlane {
  const plane = new ControlPlane({ nodes: ['node-1', 'node-2'] });
  plane.post(SETS, setOf(replicas, spec));
  plane.run(runMs);
  return plane;
}

function image(plane: ControlPlane, name: string): void {
  plane.merge(WEB, { spec: { template: { spec: { containers: [{ name: 'c', image: name }] } } } });
}

const names = (plane: ControlPlane) => plane.pods().map(({ metadata }) => metadata.name);
const images = (plane: ControlPlane) => plane.pods().map(({ spec }) => spec.containers[0]?.image);
const numbers = (plane: ControlPlane) =>
  plane
    .list<ControllerRevision>(REVISIONS)
    .map(({ revision }) => revision)
    .sort();
const get = (plane: ControlPlane) => plane.get<StatefulSet>(WEB);

describe('a StatefulSet', () => {
  it('makes its pods one after the other, each with name, labels, host name and claim', () => {
    const plane = new ControlPlane({ nodes: ['node-1'] });
    plane.post(SETS, setOf(3, claims));
    plane.run(600);
    expect(names(plane)).toEqual(['web-0']);
    plane.run(1200);
    expect(names(plane)).toEqual(['web-0', 'web-1']);
    plane.run(10_000);
    const [revision] = plane.list<ControllerRevision>(REVISIONS);
    const [first] = plane.pods();
    expect(first?.metadata.labels).toEqual({
      app: 'web',
      'apps.kubernetes.io/pod-index': '0',
      'controller-revision-hash': revision?.metadata.name,
      'statefulset.kubernetes.io/pod-name': 'web-0',
    });
    expect(first?.spec).toMatchObject({ hostname: 'web-0', subdomain: 'nginx' });
    expect(first?.spec.volumes?.[0]).toEqual({ name: 'www', persistentVolumeClaim: { claimName: 'www-web-0' } });
    expect(plane.list(CLAIMS).map(({ metadata }) => metadata.name)).toEqual(['www-web-0', 'www-web-1', 'www-web-2']);
    expect(plane.events('SuccessfulCreate')).toEqual([
      'Create Claim www-web-0 Pod web-0 in StatefulSet web success',
      'Create Pod web-0 in StatefulSet web successful',
      'Create Claim www-web-1 Pod web-1 in StatefulSet web success',
      'Create Pod web-1 in StatefulSet web successful',
      'Create Claim www-web-2 Pod web-2 in StatefulSet web success',
      'Create Pod web-2 in StatefulSet web successful',
    ]);
    const { name } = revision?.metadata ?? { name: '' };
    expect(get(plane).status).toEqual({
      observedGeneration: 1,
      replicas: 3,
      readyReplicas: 3,
      currentReplicas: 3,
      updatedReplicas: 3,
      currentRevision: name,
      updateRevision: name,
      collisionCount: 0,
      availableReplicas: 3,
    });
    const writes = /^(POST|PUT|PATCH|DELETE) (?!.*\/(leases|events)\b)/;
    const before = plane.requests(writes).length;
    plane.run(60_000);
    expect(plane.requests(writes).length).toBe(before);
  });

  it('makes them all at once when Parallel', () => {
    const plane = boot(4, { podManagementPolicy: 'Parallel' }, 700);
    expect(names(plane)).toEqual(['web-0', 'web-1', 'web-2', 'web-3']);
  });

  it('scales down from the highest number, one after the other, and keeps the claims', () => {
    const plane = boot(3, claims);
    plane.merge(WEB, { spec: { replicas: 1 } });
    plane.run(150);
    expect(
      plane
        .pods()
        .filter(({ metadata }) => metadata.deletionTimestamp)
        .map(({ metadata }) => metadata.name),
    ).toEqual(['web-2']);
    plane.run(5000);
    expect(names(plane)).toEqual(['web-0']);
    expect(plane.events('SuccessfulDelete')).toEqual([
      'Delete Pod web-2 in StatefulSet web successful',
      'Delete Pod web-1 in StatefulSet web successful',
    ]);
    expect(plane.list(CLAIMS)).toHaveLength(3);
    expect(plane.list<PersistentVolumeClaim>(CLAIMS)[0]?.metadata.ownerReferences).toBeUndefined();
  });

  it('rolls an update from the highest number down, and the update becomes current', () => {
    const plane = boot(3);
    const before = get(plane).status?.currentRevision;
    image(plane, 'nginx:2');
    const seen: string[] = [];
    for (let step = 0; step < 100; step += 1) {
      plane.run(100);
      const text = images(plane).join(' ');
      if (seen.at(-1) !== text) seen.push(text);
    }
    expect(seen).toEqual([
      'nginx:1 nginx:1 nginx:1',
      'nginx:1 nginx:1 nginx:2',
      'nginx:1 nginx:2 nginx:2',
      'nginx:2 nginx:2 nginx:2',
    ]);
    const { status } = get(plane);
    expect(status?.currentRevision).toBe(status?.updateRevision);
    expect(status?.currentRevision).not.toBe(before);
    expect(numbers(plane)).toEqual([1, 2]);
  });

  it('going back makes the old revision the newest', () => {
    const plane = boot(2);
    image(plane, 'nginx:2');
    plane.run(10_000);
    image(plane, 'nginx:1');
    plane.run(10_000);
    expect(images(plane)).toEqual(['nginx:1', 'nginx:1']);
    expect(numbers(plane)).toEqual([2, 3]);
  });

  it('updates only from the partition on, and a deleted pod below it comes back as it was', () => {
    const plane = boot(3, { updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 2 } } });
    image(plane, 'nginx:2');
    plane.run(8000);
    expect(images(plane)).toEqual(['nginx:1', 'nginx:1', 'nginx:2']);
    expect(get(plane).status).toMatchObject({ currentReplicas: 2, updatedReplicas: 1 });
    plane.send({ method: 'DELETE', path: '/api/v1/namespaces/default/pods/web-0' });
    plane.run(8000);
    expect(images(plane)).toEqual(['nginx:1', 'nginx:1', 'nginx:2']);
  });

  it('OnDelete replaces a pod only when somebody deletes it', () => {
    const plane = boot(2, { updateStrategy: { type: 'OnDelete' } });
    image(plane, 'nginx:2');
    plane.run(5000);
    expect(images(plane)).toEqual(['nginx:1', 'nginx:1']);
    plane.send({ method: 'DELETE', path: '/api/v1/namespaces/default/pods/web-0' });
    plane.run(5000);
    expect(images(plane)).toEqual(['nginx:2', 'nginx:1']);
    expect(get(plane).status).toMatchObject({ currentReplicas: 1, updatedReplicas: 1 });
  });

  it('waits for a pod that is not gone: a dead node keeps the name', () => {
    const plane = boot(2);
    plane.kill('node-2');
    plane.send({ method: 'DELETE', path: '/api/v1/namespaces/default/pods/web-1' });
    plane.run(60_000);
    const [, second] = plane.pods();
    expect(second?.metadata).toMatchObject({ name: 'web-1', deletionTimestamp: expect.any(String) });
    const path = '/api/v1/namespaces/default/pods/web-1';
    plane.send({ method: 'DELETE', path, body: { kind: 'DeleteOptions', apiVersion: 'v1', gracePeriodSeconds: 0 } });
    plane.run(5000);
    expect(plane.pods()[1]?.metadata.deletionTimestamp).toBeUndefined();
    expect(plane.pods()[1]?.spec.nodeName).toBe('node-1');
  });

  it('counts from ordinals.start, and waits minReadySeconds before the next', () => {
    const plane = boot(2, { ordinals: { start: 5 }, minReadySeconds: 10 }, 5000);
    expect(names(plane)).toEqual(['web-5']);
    expect(get(plane).status).toMatchObject({ readyReplicas: 1, availableReplicas: 0 });
    plane.run(10_000);
    expect(names(plane)).toEqual(['web-5', 'web-6']);
  });

  it('deletes a claim with the pod that is scaled away, when told to', () => {
    const policy = { persistentVolumeClaimRetentionPolicy: { whenScaled: 'Delete', whenDeleted: 'Delete' } };
    const plane = boot(2, { ...claims, ...policy });
    const owners = () =>
      plane.list(CLAIMS).map(({ metadata }) => `${metadata.name} ${metadata.ownerReferences?.[0]?.kind}`);
    expect(owners()).toEqual(['www-web-0 StatefulSet', 'www-web-1 StatefulSet']);
    plane.merge(WEB, { spec: { replicas: 1 } });
    plane.run(10_000);
    expect(owners()).toEqual(['www-web-0 StatefulSet']);
    plane.send({ method: 'DELETE', path: WEB });
    plane.run(10_000);
    expect([names(plane), owners()]).toEqual([[], []]);
  });

  it('adopts a pod without owner only if its name is one of the set', () => {
    const plane = new ControlPlane({ nodes: ['node-1'] });
    for (const name of ['web-0', 'stray']) {
      plane.post('/api/v1/namespaces/default/pods', {
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { name, namespace: 'default', labels: { app: 'web' } },
        spec: { containers: [{ name: 'c', image: 'nginx:0' }] },
      } as KubeObject);
    }
    plane.post(SETS, setOf(1));
    plane.run(5000);
    const owners = plane.pods().map(({ metadata }) => `${metadata.name} ${metadata.ownerReferences?.[0]?.kind}`);
    expect(owners.sort()).toEqual(['stray undefined', 'web-0 StatefulSet']);
  });

  it('keeps no more old revisions than revisionHistoryLimit', () => {
    const plane = boot(1, { revisionHistoryLimit: 1 });
    for (const name of ['nginx:2', 'nginx:3', 'nginx:4']) {
      image(plane, name);
      plane.run(6000);
    }
    expect(numbers(plane)).toEqual([3, 4]);
  });

  it('works under its own account: without the binding nothing happens', () => {
    const plane = new ControlPlane({ nodes: ['node-1'] });
    const bindings = '/apis/rbac.authorization.k8s.io/v1/clusterrolebindings';
    plane.send({ method: 'DELETE', path: `${bindings}/system:controller:statefulset-controller` });
    plane.post(SETS, setOf(1));
    plane.run(5000);
    expect(names(plane)).toEqual([]);
  });
});
