import { describe, expect, it } from 'vitest';
import { ControlPlane } from '../../../test/controllers/controlplane.ts';
import type { ControllerRevision } from '../../api/kinds/controllerrevision.ts';
import type { DaemonSet } from '../../api/kinds/daemonset.ts';
import type { KubeObject } from '../../api/meta.ts';

const SETS = '/apis/apps/v1/namespaces/default/daemonsets';
const AGENT = `${SETS}/agent`;
const THREE = ['node-1', 'node-2', 'node-3'];

function setOf(spec: object = {}, podSpec: object = {}): KubeObject {
  const labels = { app: 'agent' };
  const template = { metadata: { labels }, spec: { containers: [{ name: 'c', image: 'nginx:1' }], ...podSpec } };
  const whole = { selector: { matchLabels: labels }, template, ...spec };
  return { apiVersion: 'apps/v1', kind: 'DaemonSet', metadata: { name: 'agent', namespace: 'default' }, spec: whole };
}

function boot(spec: object = {}, podSpec: object = {}, runMs = 5000): ControlPlane {
  const plane = new ControlPlane({ nodes: THREE, labels: { 'node-2': { disk: 'ssd' } } });
  plane.post(SETS, setOf(spec, podSpec));
  plane.run(runMs);
  return plane;
}

function image(plane: ControlPlane, name: string): void {
  plane.merge(AGENT, { spec: { template: { spec: { containers: [{ name: 'c', image: name }] } } } });
}

const places = (plane: ControlPlane) =>
  plane
    .pods()
    .map(({ spec }) => `${spec.nodeName} ${spec.containers[0]?.image}`)
    .sort();
const status = (plane: ControlPlane) => plane.get<DaemonSet>(AGENT).status;

describe('a DaemonSet', () => {
  it('puts one pod on every node, tied to it, with the tolerations of daemons', () => {
    const plane = boot();
    expect(places(plane)).toEqual(THREE.map((name) => `${name} nginx:1`));
    const [pod] = plane.pods();
    expect(pod?.metadata.name).toMatch(/^agent-[bcdfghjklmnpqrstvwxz2456789]{5}$/);
    const [revision] = plane.list<ControllerRevision>('/apis/apps/v1/namespaces/default/controllerrevisions');
    const hash = revision?.metadata.labels?.['controller-revision-hash'];
    expect(pod?.metadata.labels).toEqual({
      app: 'agent',
      'controller-revision-hash': hash,
      'pod-template-generation': '1',
    });
    expect(revision?.metadata.name).toBe(`agent-${hash}`);
    const terms = pod?.spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms;
    expect(terms).toEqual([{ matchFields: [{ key: 'metadata.name', operator: 'In', values: [pod?.spec.nodeName] }] }]);
    expect(pod?.spec.tolerations?.map(({ key, effect }) => `${key?.split('/')[1]}:${effect}`)).toEqual([
      'not-ready:NoExecute',
      'unreachable:NoExecute',
      'disk-pressure:NoSchedule',
      'memory-pressure:NoSchedule',
      'pid-pressure:NoSchedule',
      'unschedulable:NoSchedule',
    ]);
    expect(plane.events('SuccessfulCreate').map((text) => text.replace(/-.*/, ''))).toEqual(
      Array(3).fill('Created pod: agent'),
    );
    expect(status(plane)).toEqual({
      currentNumberScheduled: 3,
      numberMisscheduled: 0,
      desiredNumberScheduled: 3,
      numberReady: 3,
      observedGeneration: 1,
      updatedNumberScheduled: 3,
      numberAvailable: 3,
    });
    const writes = /^(POST|PUT|PATCH|DELETE) (?!.*\/leases\b)/;
    const before = plane.requests(writes).length;
    plane.run(60_000);
    expect(plane.requests(writes).length).toBe(before);
  });

  it('follows labels and taints of nodes; a cordon does not keep it away', () => {
    const plane = boot({}, { nodeSelector: { disk: 'ssd' } });
    expect(places(plane)).toEqual(['node-2 nginx:1']);
    plane.merge('/api/v1/nodes/node-3', { metadata: { labels: { disk: 'ssd' } }, spec: { unschedulable: true } });
    plane.run(3000);
    expect(places(plane)).toEqual(['node-2 nginx:1', 'node-3 nginx:1']);
    plane.merge('/api/v1/nodes/node-2', { metadata: { labels: { disk: null } } });
    plane.run(3000);
    expect(places(plane)).toEqual(['node-3 nginx:1']);
    plane.merge('/api/v1/nodes/node-3', { spec: { taints: [{ key: 'a', effect: 'NoSchedule' }] } });
    plane.run(3000);
    expect(places(plane)).toEqual(['node-3 nginx:1']);
    expect(status(plane)).toMatchObject({ desiredNumberScheduled: 0, numberMisscheduled: 1 });
    plane.merge('/api/v1/nodes/node-3', { spec: { taints: [{ key: 'a', effect: 'NoExecute' }] } });
    plane.run(3000);
    expect([places(plane), status(plane)?.numberMisscheduled]).toEqual([[], 0]);
  });

  it.each([
    ['one node at a time by default', {}, 1, 3],
    ['two at a time', { maxUnavailable: 2 }, 2, 3],
    ['a third, rounded up', { maxUnavailable: '40%' }, 2, 3],
    ['a new pod beside the old one with surge', { maxUnavailable: 0, maxSurge: 1 }, 0, 4],
  ])('rolls an update: %s', (_, rollingUpdate, mostMissing, mostPods) => {
    const plane = boot({ updateStrategy: { type: 'RollingUpdate', rollingUpdate } });
    image(plane, 'nginx:2');
    let [missing, pods] = [0, 0];
    for (let step = 0; step < 150; step += 1) {
      plane.run(100);
      const alive = plane.pods().filter(({ metadata }) => metadata.deletionTimestamp === undefined);
      const ready = alive.filter((pod) => pod.status?.conditions?.some((one) => one.type === 'Ready'));
      missing = Math.max(missing, 3 - ready.length);
      pods = Math.max(pods, alive.length);
    }
    expect(places(plane)).toEqual(THREE.map((name) => `${name} nginx:2`));
    expect([missing, pods]).toEqual([mostMissing, mostPods]);
    expect(plane.get<DaemonSet>(AGENT).metadata.annotations).toEqual({
      'deprecated.daemonset.template.generation': '2',
    });
  });

  it('OnDelete replaces a pod only when somebody deletes it', () => {
    const plane = boot({ updateStrategy: { type: 'OnDelete' } });
    image(plane, 'nginx:2');
    plane.run(3000);
    expect(places(plane)).toEqual(THREE.map((name) => `${name} nginx:1`));
    expect(status(plane)?.updatedNumberScheduled).toBeUndefined();
    const pod = plane.pods().find(({ spec }) => spec.nodeName === 'node-1');
    plane.send({ method: 'DELETE', path: `/api/v1/namespaces/default/pods/${pod?.metadata.name}` });
    plane.run(3000);
    expect(places(plane)).toEqual(['node-1 nginx:2', 'node-2 nginx:1', 'node-3 nginx:1']);
  });

  it('replaces failed pods after 1 s, 2 s, 4 s …', () => {
    const plane = new ControlPlane({ nodes: ['node-1'], startMs: 100 });
    plane.post(SETS, setOf());
    const seconds: number[] = [];
    for (let round = 0; round < 4; round += 1) {
      plane.run(500);
      const [pod] = plane.pods();
      plane.merge(`/api/v1/namespaces/default/pods/${pod?.metadata.name}/status`, { status: { phase: 'Failed' } });
      const since = plane.now;
      while (plane.pods()[0]?.metadata.name === pod?.metadata.name && plane.now < since + 20_000) plane.run(100);
      seconds.push(Math.round((plane.now - since) / 1000));
      plane.run(300);
    }
    expect(seconds).toEqual([0, 1, 2, 4]);
    expect(plane.events('FailedDaemonPod')[0]).toMatch(
      /^Found failed daemon pod default\/agent-\w+ on node node-1, will try to kill it$/,
    );
  });

  it('going back makes the old revision the newest', () => {
    const plane = boot();
    for (const name of ['nginx:2', 'nginx:1']) {
      image(plane, name);
      plane.run(12_000);
    }
    const revisions = plane.list<ControllerRevision>('/apis/apps/v1/namespaces/default/controllerrevisions');
    expect(revisions.map(({ revision }) => revision).sort()).toEqual([2, 3]);
    expect(places(plane)).toEqual(THREE.map((name) => `${name} nginx:1`));
  });
});

describe('a ReplicationController', () => {
  const PATH = '/api/v1/namespaces/default/replicationcontrollers';
  const body = (replicas: number): KubeObject => ({
    apiVersion: 'v1',
    kind: 'ReplicationController',
    metadata: { name: 'old', namespace: 'default' },
    spec: {
      replicas,
      template: { metadata: { labels: { app: 'old' } }, spec: { containers: [{ name: 'c', image: 'nginx:1' }] } },
    },
  });

  it('keeps its pods like a ReplicaSet, with events and status of its own', () => {
    const plane = new ControlPlane({ nodes: THREE });
    plane.post(PATH, body(3));
    plane.run(4000);
    const controller = plane.get<KubeObject>(`${PATH}/old`);
    expect(controller.metadata.labels).toEqual({ app: 'old' });
    expect(controller.spec).toMatchObject({ selector: { app: 'old' } });
    expect(controller.status).toEqual({
      replicas: 3,
      fullyLabeledReplicas: 3,
      readyReplicas: 3,
      availableReplicas: 3,
      observedGeneration: 1,
    });
    expect(plane.pods()[0]?.metadata.ownerReferences?.[0]).toMatchObject({
      kind: 'ReplicationController',
      name: 'old',
    });
    expect(plane.events('SuccessfulCreate')).toHaveLength(3);
    const scale = plane.get<KubeObject>(`${PATH}/old/scale`);
    expect(scale.status).toEqual({ replicas: 3, selector: 'app=old' });
    plane.merge(`${PATH}/old/scale`, { spec: { replicas: 1 } });
    plane.run(4000);
    expect(plane.pods()).toHaveLength(1);
    const writes = plane.requests(/^PUT .*replicationcontrollers/).length;
    plane.run(30_000);
    expect(plane.requests(/^PUT .*replicationcontrollers/).length).toBe(writes);
  });

  it('deleted without a word about its pods, it leaves them', () => {
    const plane = new ControlPlane({ nodes: THREE });
    plane.post(PATH, body(2));
    plane.run(4000);
    plane.send({ method: 'DELETE', path: `${PATH}/old` });
    plane.run(3000);
    expect(plane.list(PATH)).toEqual([]);
    expect(plane.pods().map(({ metadata }) => metadata.ownerReferences ?? [])).toEqual([[], []]);
  });
});
