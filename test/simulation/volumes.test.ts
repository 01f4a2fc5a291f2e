import { expect, it } from 'vitest';
import type { Pod } from '../../sim/api/kinds/pod.ts';
import type { StorageClass } from '../../sim/api/kinds/storageclass.ts';
import type { JsonObject } from '../../sim/api/meta.ts';
import { Desk } from './desk.ts';

function volume(name: string, storage: string, more: JsonObject = {}): object {
  const spec = { capacity: { storage }, accessModes: ['ReadWriteOnce'], hostPath: { path: `/mnt/${name}` }, ...more };
  return { apiVersion: 'v1', kind: 'PersistentVolume', metadata: { name }, spec };
}

function claim(name: string, storage: string, more: JsonObject = {}): object {
  const spec = { accessModes: ['ReadWriteOnce'], resources: { requests: { storage } }, ...more };
  return { apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { name }, spec };
}

function pod(name: string, claimName: string, more: JsonObject = {}): object {
  const volumes = [{ name: 'data', persistentVolumeClaim: { claimName } }];
  const spec = { containers: [{ name: 'c', image: 'nginx' }], volumes, ...more };
  return { apiVersion: 'v1', kind: 'Pod', metadata: { name }, spec };
}

function storageClass(name: string, provisioner: string, more: Partial<StorageClass> = {}): object {
  return { apiVersion: 'storage.k8s.io/v1', kind: 'StorageClass', metadata: { name }, provisioner, ...more };
}

const LATE = { volumeBindingMode: 'WaitForFirstConsumer' };

function local(name: string, node: string): object {
  const term = { matchExpressions: [{ key: 'kubernetes.io/hostname', operator: 'In', values: [node] }] };
  const nodeAffinity = { required: { nodeSelectorTerms: [term] } };
  const { spec, ...rest } = volume(name, '5Gi') as { readonly spec: JsonObject };
  const { hostPath: _none, ...bare } = spec;
  return { ...rest, spec: { ...bare, local: { path: '/mnt/disk' }, nodeAffinity, storageClassName: 'late' } };
}

it('a claim gets the smallest volume that is large enough, of its class and with its modes', () => {
  const desk = new Desk([
    volume('large', '20Gi'),
    volume('small', '1Gi'),
    volume('other', '5Gi', { storageClassName: 'other' }),
    volume('shared', '5Gi', { accessModes: ['ReadWriteOnce', 'ReadWriteMany'] }),
    volume('fitting', '10Gi'),
    claim('data', '3Gi', { storageClassName: '' }),
  ]);
  desk.wait(20);
  expect(desk.claim('data')).toMatchObject({
    metadata: {
      annotations: { 'pv.kubernetes.io/bind-completed': 'yes', 'pv.kubernetes.io/bound-by-controller': 'yes' },
    },
    spec: { volumeName: 'fitting' },
    status: { phase: 'Bound', capacity: { storage: '10Gi' }, accessModes: ['ReadWriteOnce'] },
  });
  const { uid } = desk.claim('data').metadata;
  expect(desk.volume('fitting')).toMatchObject({
    metadata: { annotations: { 'pv.kubernetes.io/bound-by-controller': 'yes' } },
    spec: { claimRef: { kind: 'PersistentVolumeClaim', namespace: 'default', name: 'data', uid } },
    status: { phase: 'Bound' },
  });
  expect(['large', 'small', 'other', 'shared'].map((name) => desk.volume(name).status?.phase)).toEqual([
    'Available',
    'Available',
    'Available',
    'Available',
  ]);
});

it('a pod waits for its claim, runs, and keeps the claim and the volume while it is there', () => {
  const desk = new Desk([pod('web', 'data')]);
  desk.wait(2);
  const missing = 'FailedScheduling: 0/3 nodes are available: persistentvolumeclaim "data" not found. no new claims';
  expect(desk.events('web')).toEqual([expect.stringContaining(missing)]);
  desk.type('delete pod web');
  const waiting = new Desk([claim('data', '1Gi'), pod('web', 'data')]).wait(5);
  expect(waiting.phase('web')).toBe('Pending');
  expect(waiting.events('web').join()).toContain(
    'FailedScheduling: 0/3 nodes are available: pod has unbound immediate PersistentVolumeClaims. no new claims to ' +
      'deallocate, preemption: 0/3 nodes are available: 3 Preemption is not helpful for scheduling.',
  );
  expect(waiting.events('data')).toEqual([
    'FailedBinding: no persistent volumes available for this claim and no storage class is set',
  ]);
});

it('deleted while in use, a claim stays; then its volume is Released and kept, or deleted as its policy says', () => {
  const desk = new Desk([
    volume('kept', '1Gi'),
    volume('gone', '2Gi', { persistentVolumeReclaimPolicy: 'Delete', hostPath: { path: '/tmp/gone' } }),
    volume('stuck', '3Gi', { persistentVolumeReclaimPolicy: 'Delete' }),
    claim('one', '1Gi'),
    claim('two', '2Gi'),
    claim('three', '3Gi'),
    pod('web', 'one'),
  ]);
  desk.wait(30);
  expect(desk.phase('web')).toBe('Running');
  desk.type('delete pvc one --wait=false');
  desk.type('delete pvc two three');
  desk.wait(3);
  expect(desk.type('get pvc')).toMatch(/one +Terminating +kept +1Gi +RWO/);
  expect(desk.volume('kept').status?.phase).toBe('Bound');
  expect(desk.volume('gone')).toBeUndefined();
  expect(desk.volume('stuck').status).toMatchObject({
    phase: 'Failed',
    message: 'host_path deleter only supports /tmp/.+ but received provided /mnt/stuck',
  });
  desk.type('delete pod web');
  desk.wait(2);
  expect(desk.claim('one')).toBeUndefined();
  expect(desk.volume('kept')).toMatchObject({ spec: { claimRef: { name: 'one' } }, status: { phase: 'Released' } });
  desk.type('delete pv kept');
  expect(desk.volume('kept')).toBeUndefined();
});

it('a volume that is deleted while bound waits for its claim', () => {
  const desk = new Desk([volume('disk', '1Gi'), claim('data', '1Gi')]).wait(20);
  desk.type('delete pv disk --wait=false');
  desk.wait(2);
  expect(desk.type('get pv')).toMatch(/disk +1Gi +RWO +Retain +Terminating +default\/data/);
  desk.type('delete pvc data');
  desk.wait(2);
  expect(desk.volume('disk')).toBeUndefined();
});

it('a claim that waits for its consumer is bound to a volume of the node that the scheduler chooses', () => {
  const desk = new Desk([
    storageClass('late', 'kubernetes.io/no-provisioner', LATE),
    local('here', 'node-2'),
    claim('data', '1Gi', { storageClassName: 'late' }),
  ]).wait(20);
  expect(desk.claim('data').status?.phase).toBe('Pending');
  expect(desk.events('data')).toEqual([
    'WaitForFirstConsumer: waiting for first consumer to be created before binding',
  ]);
  desk.type('cordon node-2');
  desk.create(pod('web', 'data'));
  desk.wait(20);
  expect(desk.events('web').join()).toContain(
    "0/3 nodes are available: 1 node(s) were unschedulable, 2 node(s) didn't find available persistent volumes to bind.",
  );
  expect(desk.events('data').join()).toContain('WaitForPodScheduled: waiting for pod web to be scheduled');
  desk.type('uncordon node-2');
  desk.wait(20);
  expect(desk.get<Pod>('pods', 'web')).toMatchObject({ spec: { nodeName: 'node-2' }, status: { phase: 'Running' } });
  expect(desk.claim('data')).toMatchObject({ spec: { volumeName: 'here' }, status: { phase: 'Bound' } });
  desk.type('delete pod web');
  desk.type('cordon node-2');
  desk.create(pod('again', 'data'));
  desk.wait(3);
  expect(desk.events('again').join()).toContain("2 node(s) didn't match PersistentVolume's node affinity");
});

it('without a provisioner a claim stays Pending, and its Events say whom it waits for', () => {
  const standard = { 'storageclass.kubernetes.io/is-default-class': 'true' };
  const desk = new Desk([
    { ...storageClass('fast', 'example.org/disks'), metadata: { name: 'fast', annotations: standard } },
    storageClass('tree', 'kubernetes.io/no-provisioner'),
    storageClass('slow', 'example.org/disks', LATE),
  ]);
  desk.create(claim('a', '1Gi'));
  desk.create(claim('b', '1Gi', { storageClassName: 'tree' }));
  desk.create(claim('c', '1Gi', { storageClassName: 'missing' }));
  desk.create(claim('d', '1Gi', { storageClassName: 'slow' }));
  desk.create(pod('web', 'd'));
  desk.wait(20);
  const waits =
    "ExternalProvisioning: Waiting for a volume to be created either by the external provisioner 'example.org/disks' or " +
    'manually by the system administrator. If volume creation is delayed, please verify that the provisioner is ' +
    'running and correctly registered.';
  expect(desk.claim('a').spec.storageClassName).toBe('fast');
  expect(desk.events('a')).toEqual([waits]);
  expect(desk.events('b')).toEqual(['ProvisioningFailed: no volume plugin matched name: kubernetes.io/no-provisioner']);
  expect(desk.events('c')).toEqual(['ProvisioningFailed: storageclass.storage.k8s.io "missing" not found']);
  expect(desk.events('d')).toContain(waits);
  expect(desk.claim('d').metadata.annotations).toMatchObject({
    'volume.kubernetes.io/selected-node': expect.stringMatching(/^node-/),
    'volume.kubernetes.io/storage-provisioner': 'example.org/disks',
  });
  expect([desk.phase('web'), desk.claim('d').status?.phase]).toEqual(['Pending', 'Pending']);
});

it('a pod that was put on its node by hand waits there for its claim', () => {
  const desk = new Desk([claim('data', '1Gi'), pod('web', 'data', { nodeName: 'node-1' })]).wait(12);
  expect(desk.phase('web')).toBe('Pending');
  expect(desk.events('web')[0]).toBe(
    'FailedMount: Unable to attach or mount volumes: unmounted volumes=[data], unattached volumes=[], failed to process ' +
      'volumes=[data]: error processing PVC default/data: PVC is not bound',
  );
  desk.create(volume('disk', '1Gi'));
  desk.wait(35);
  expect([desk.claim('data').status?.phase, desk.phase('web')]).toEqual(['Bound', 'Running']);
});

it('the scheduler holds a pod ten minutes for its volume, and then tries anew', () => {
  const desk = new Desk(
    [storageClass('slow', 'example.org/disks', LATE), claim('data', '1Gi', { storageClassName: 'slow' })],
    1,
  );
  desk.create(pod('web', 'data'));
  desk.wait(599);
  expect(desk.events('web')).toEqual([]);
  desk.wait(2);
  expect(desk.events('web')).toEqual([
    'FailedScheduling: running PreBind plugin "VolumeBinding": binding volumes: context deadline exceeded',
  ]);
  const { uid, metadata } = { uid: desk.claim('data').metadata.uid, metadata: { name: 'made' } };
  const claimRef = { apiVersion: 'v1', kind: 'PersistentVolumeClaim', namespace: 'default', name: 'data', uid };
  desk.create({ ...volume('made', '1Gi', { storageClassName: 'slow', claimRef }), metadata });
  desk.wait(30);
  expect([desk.claim('data').status?.phase, desk.phase('web')]).toEqual(['Bound', 'Running']);
});

it('a claim for one pod is for one pod', () => {
  const alone = { accessModes: ['ReadWriteOncePod'] };
  const desk = new Desk([volume('disk', '1Gi', alone), claim('data', '1Gi', alone), pod('one', 'data')]).wait(20);
  desk.create(pod('two', 'data'));
  desk.wait(3);
  expect([desk.phase('one'), desk.phase('two')]).toEqual(['Running', 'Pending']);
  expect(desk.events('two').join()).toContain(
    '0/3 nodes are available: 3 node has pod using PersistentVolumeClaim with the same name and ReadWriteOncePod ' +
      'access mode. no new claims to deallocate, preemption: 0/3 nodes are available: 3 No preemption victims found',
  );
  desk.type('delete pod one');
  desk.wait(10);
  expect(desk.phase('two')).toBe('Running');
});
