import { expect, it } from 'vitest';
import { ControlPlane, object } from '../../test/controllers/controlplane.ts';
import type { LimitRange } from '../api/kinds/limitrange.ts';
import type { ResourceQuota } from '../api/kinds/resourcequota.ts';
import type { JsonObject, KubeObject, ResourceList } from '../api/meta.ts';

const NS = '/api/v1/namespaces/default';

function quota(plane: ControlPlane, hard: ResourceList): void {
  plane.post(`${NS}/resourcequotas`, object('v1', 'ResourceQuota', 'team', { spec: { hard } }));
  plane.run(100);
}

function pod(name: string, requests?: ResourceList, limits?: ResourceList, spec: JsonObject = {}): KubeObject {
  const resources = { ...(requests ? { requests } : {}), ...(limits ? { limits } : {}) };
  return object('v1', 'Pod', name, { spec: { containers: [{ name: 'c', image: 'nginx:1', resources }], ...spec } });
}

function refusal(plane: ControlPlane, path: string, body: KubeObject): string {
  const answer = plane.send({ method: 'POST', path, body });
  return `${answer.status} ${(answer.body as { message?: string }).message}`;
}

it('a quota is counted, fills up, refuses, and has room again', () => {
  const plane = new ControlPlane({ nodes: ['node-1'] });
  quota(plane, { pods: '2', 'requests.cpu': '1', 'count/deployments.apps': '1', configmaps: '5' });
  const now = () => plane.get<ResourceQuota>(`${NS}/resourcequotas/team`).status;
  const none = { pods: '0', 'requests.cpu': '0', 'count/deployments.apps': '0', configmaps: '0' };
  expect(now()?.used).toEqual(none);
  plane.post(`${NS}/pods`, pod('a', { cpu: '600m' }));
  expect(now()?.used).toMatchObject({ pods: '1', 'requests.cpu': '600m' });
  expect(refusal(plane, `${NS}/pods`, pod('b', { cpu: '500m' }))).toBe(
    '403 pods "b" is forbidden: exceeded quota: team, requested: requests.cpu=500m, used: requests.cpu=600m, ' +
      'limited: requests.cpu=1',
  );
  expect(refusal(plane, `${NS}/pods`, pod('c'))).toBe(
    '403 pods "c" is forbidden: failed quota: team: must specify requests.cpu for: c',
  );
  plane.send({ method: 'DELETE', path: `${NS}/pods/a`, body: { gracePeriodSeconds: 0 } });
  plane.run(200);
  expect(now()?.used).toEqual(none);
  plane.post(`${NS}/pods`, pod('b', { cpu: '1' }));
});

it('two creates at once do not take the same room', () => {
  const plane = new ControlPlane();
  quota(plane, { configmaps: '1' });
  plane.run(1000);
  expect(refusal(plane, `${NS}/configmaps`, object('v1', 'ConfigMap', 'one'))).toMatch(/^201/);
  expect(refusal(plane, `${NS}/configmaps`, object('v1', 'ConfigMap', 'two'))).toBe(
    '403 configmaps "two" is forbidden: exceeded quota: team, requested: configmaps=1, used: configmaps=1, ' +
      'limited: configmaps=1',
  );
});

it('a LimitRange fills in what containers lack, and bounds what they ask for', () => {
  const plane = new ControlPlane();
  const limits = [
    { type: 'Container', max: { memory: '1Gi' }, min: { memory: '100Mi' }, maxLimitRequestRatio: { memory: '2' } },
    { type: 'Pod', max: { cpu: '2' } },
  ];
  plane.post(`${NS}/limitranges`, object('v1', 'LimitRange', 'bounds', { spec: { limits } }));
  const stored = plane.get<LimitRange>(`${NS}/limitranges/bounds`).spec?.limits?.[0];
  expect(stored).toMatchObject({ default: { memory: '1Gi' }, defaultRequest: { memory: '1Gi' } });
  plane.run(100);
  const cpu = { cpu: '1' };
  const { body } = plane.post(`${NS}/pods`, pod('filled', cpu, cpu));
  expect(body).toMatchObject({
    metadata: {
      annotations: {
        'kubernetes.io/limit-ranger':
          'LimitRanger plugin set: memory request for container c; memory limit for container c',
      },
    },
    spec: { containers: [{ resources: { requests: { memory: '1Gi' }, limits: { memory: '1Gi' } } }] },
  });
  expect(refusal(plane, `${NS}/pods`, pod('small', { memory: '50Mi', cpu: '3' }, { memory: '100Mi', cpu: '3' }))).toBe(
    '403 pods "small" is forbidden: [minimum memory usage per Container is 100Mi, but request is 50Mi, ' +
      'maximum cpu usage per Pod is 2, but limit is 3]',
  );
  expect(refusal(plane, `${NS}/pods`, pod('wide', { memory: '200Mi', ...cpu }, { memory: '800Mi', ...cpu }))).toBe(
    '403 pods "wide" is forbidden: memory max limit to request ratio per Container is 2, but provided ratio is 4.000000',
  );
  expect(refusal(plane, `${NS}/pods`, pod('open'))).toBe(
    '403 pods "open" is forbidden: maximum cpu usage per Pod is 2.  No limit is specified',
  );
});

it('claims count in quotas, of their class and in all, and have bounds of their own', () => {
  const plane = new ControlPlane();
  quota(plane, {
    persistentvolumeclaims: '2',
    'requests.storage': '5Gi',
    'gold.storageclass.storage.k8s.io/persistentvolumeclaims': '1',
  });
  const limits = [{ type: 'PersistentVolumeClaim', max: { storage: '3Gi' } }];
  plane.post(`${NS}/limitranges`, object('v1', 'LimitRange', 'bounds', { spec: { limits } }));
  plane.run(200);
  const claim = (name: string, storage: string, storageClassName = 'gold') => {
    const spec = { accessModes: ['ReadWriteOnce'], storageClassName, resources: { requests: { storage } } };
    return refusal(plane, `${NS}/persistentvolumeclaims`, object('v1', 'PersistentVolumeClaim', name, { spec }));
  };
  expect(claim('large', '4Gi')).toBe(
    '403 persistentvolumeclaims "large" is forbidden: maximum storage usage per PersistentVolumeClaim is 3Gi, but ' +
      'request is 4Gi',
  );
  expect(claim('one', '3Gi')).toMatch(/^201/);
  plane.run(50);
  expect(claim('two', '1Gi')).toContain(
    'exceeded quota: team, requested: gold.storageclass.storage.k8s.io/persistentvolumeclaims=1',
  );
  expect(claim('two', '3Gi', 'tin')).toContain('requested: requests.storage=3Gi, used: requests.storage=3Gi');
  expect(claim('two', '2Gi', 'tin')).toMatch(/^201/);
});

const CLASSES = '/apis/scheduling.k8s.io/v1/priorityclasses';
const classOf = (name: string, value: number, rest: object = {}) =>
  object('scheduling.k8s.io/v1', 'PriorityClass', name, { value, ...rest });

it('pods get the priority of their class, or of the default one', () => {
  const plane = new ControlPlane();
  plane.post(CLASSES, classOf('high', 1000));
  plane.post(CLASSES, classOf('usual', 10, { globalDefault: true, preemptionPolicy: 'Never' }));
  plane.run(100);
  expect(plane.post(`${NS}/pods`, pod('plain')).body).toMatchObject({
    spec: { priorityClassName: 'usual', priority: 10, preemptionPolicy: 'Never' },
  });
  expect(
    plane.post(`${NS}/pods`, pod('first', undefined, undefined, { priorityClassName: 'high' })).body,
  ).toMatchObject({
    spec: { priority: 1000, preemptionPolicy: 'PreemptLowerPriority' },
  });
  expect(refusal(plane, `${NS}/pods`, pod('lost', undefined, undefined, { priorityClassName: 'none' }))).toBe(
    '403 pods "lost" is forbidden: no PriorityClass with name none was found',
  );
  expect(
    refusal(plane, `${NS}/pods`, pod('own', undefined, undefined, { priorityClassName: 'high', priority: 5 })),
  ).toBe(
    '403 pods "own" is forbidden: the integer value of priority (5) must not be provided in pod spec; ' +
      'priority admission controller computed 1000 from the given PriorityClass name',
  );
});

it.each([
  [classOf('system-mine', 1), /metadata.name: Forbidden: .* error: system-mine is not a known system priority class$/],
  [classOf('huge', 1_000_000_001), /value: Forbidden: maximum allowed value of a user defined priority is 1000000000$/],
  [
    classOf('two', 1, { globalDefault: true }),
    /forbidden: PriorityClass one is already marked as default. Only one default can exist$/,
  ],
])('refuses the class %#', (body, text) => {
  const plane = new ControlPlane();
  plane.post(CLASSES, classOf('one', 1, { globalDefault: true }));
  plane.run(50);
  expect(refusal(plane, CLASSES, body)).toMatch(text);
});
