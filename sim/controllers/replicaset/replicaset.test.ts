import { describe, expect, it } from 'vitest';
import { ControlPlane, object } from '../../../test/controllers/controlplane.ts';
import type { Pod } from '../../api/kinds/pod.ts';
import type { ReplicaSet } from '../../api/kinds/replicaset.ts';
import { rfc3339 } from '../../api/meta.ts';
import { podsToDelete } from './ranking.ts';
import { slowStart } from './replicaset.ts';
import { nextStatus } from './status.ts';

const SETS = '/apis/apps/v1/namespaces/default/replicasets';
const PODS = '/api/v1/namespaces/default/pods';

function set(name: string, replicas: number): object {
  const labels = { app: name };
  const template = { metadata: { labels }, spec: { containers: [{ name: 'c', image: 'nginx:1' }] } };
  return { spec: { replicas, selector: { matchLabels: labels }, template } };
}

describe('slow start', () => {
  it.each([
    [1, [1]],
    [3, [1, 2]],
    [10, [1, 2, 4, 3]],
    [500, [1, 2, 4, 8, 16, 32, 64, 128, 245]],
  ])('of %i', (count, batches) => {
    expect(slowStart(count)).toEqual(batches);
  });
});

describe('a ReplicaSet', () => {
  it('creates in batches, each after the answers to the one before', () => {
    const plane = new ControlPlane();
    plane.post(SETS, { ...object('apps/v1', 'ReplicaSet', 'a'), ...set('a', 7) });
    plane.run(300);
    const times = new Map<number, number>();
    for (const { at } of plane.requests(/^POST .*\/pods$/)) times.set(at, (times.get(at) ?? 0) + 1);
    expect([...times.values()]).toEqual([1, 2, 4]);
    expect(plane.events('SuccessfulCreate')).toHaveLength(7);
    expect(plane.pods().every(({ metadata }) => /^a-[bcdfghjklmnpqrstvwxz2456789]{5}$/.test(metadata.name))).toBe(true);
  });

  it('never has too many, whatever is lost in between', () => {
    const plane = new ControlPlane({ nodes: ['node-1'] });
    plane.post(SETS, { ...object('apps/v1', 'ReplicaSet', 'a'), ...set('a', 5) });
    for (let i = 0; i < 5; i++) {
      plane.run(3000);
      const [pod] = plane.pods();
      plane.send({ method: 'DELETE', path: `${PODS}/${pod?.metadata.name}` });
    }
    plane.run(5000);
    expect(plane.pods()).toHaveLength(5);
    expect(plane.requests(/^POST .*\/pods$/)).toHaveLength(10);
    expect(plane.get<ReplicaSet>(`${SETS}/a`).status).toMatchObject({
      replicas: 5,
      readyReplicas: 5,
      availableReplicas: 5,
    });
  });

  it('adopts pods that match, lets go those that no longer do, and removes what is too much', () => {
    const plane = new ControlPlane({ nodes: ['node-1'] });
    const labels = { app: 'a' };
    const spec = { containers: [{ name: 'c', image: 'nginx:1' }] };
    plane.post(PODS, { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'stray', labels }, spec } as Pod);
    plane.run(2000);
    plane.post(SETS, { ...object('apps/v1', 'ReplicaSet', 'a'), ...set('a', 2) });
    plane.run(3000);
    expect(plane.pods()).toHaveLength(2);
    expect(plane.get<Pod>(`${PODS}/stray`).metadata.ownerReferences?.[0]?.kind).toBe('ReplicaSet');
    plane.merge(`${PODS}/stray`, { metadata: { labels: { app: 'other' } } });
    plane.run(3000);
    expect(plane.get<Pod>(`${PODS}/stray`).metadata.ownerReferences ?? []).toEqual([]);
    expect(plane.pods()).toHaveLength(3);
    plane.merge(`${SETS}/a`, { spec: { replicas: 0 } });
    plane.run(3000);
    expect(plane.pods().map(({ metadata }) => metadata.name)).toEqual(['stray']);
    expect(plane.events('SuccessfulDelete')).toHaveLength(2);
  });

  it('without an owner gives up the youngest, however crowded a node is', () => {
    const plane = new ControlPlane({ nodes: ['node-1', 'node-2'] });
    const spec = { containers: [{ name: 'c', image: 'nginx:1' }] };
    const pod = (name: string, nodeName: string, ms: number) => {
      const metadata = { name, labels: { app: 'a' } };
      plane.post(PODS, { apiVersion: 'v1', kind: 'Pod', metadata, spec: { ...spec, nodeName } } as Pod);
      plane.run(ms);
    };
    pod('one', 'node-1', 100_000);
    pod('two', 'node-1', 40_000);
    pod('three', 'node-2', 8000);
    plane.post(SETS, { ...object('apps/v1', 'ReplicaSet', 'a'), ...set('a', 2) });
    plane.run(100);
    const left = plane.pods().filter(({ metadata: { deletionTimestamp } }) => deletionTimestamp === undefined);
    const gone = ['one', 'two', 'three'].filter((name) => !left.some((one) => one.metadata.name === name));
    expect(gone).toEqual(['three']);
  });

  it('waits minReadySeconds before a pod counts as available', () => {
    const plane = new ControlPlane({ nodes: ['node-1'] });
    const { spec } = set('a', 1) as { spec: object };
    plane.post(SETS, { ...object('apps/v1', 'ReplicaSet', 'a'), spec: { ...spec, minReadySeconds: 10 } });
    plane.run(5000);
    expect(plane.get<ReplicaSet>(`${SETS}/a`).status).toMatchObject({ readyReplicas: 1 });
    expect(plane.get<ReplicaSet>(`${SETS}/a`).status?.availableReplicas ?? 0).toBe(0);
    plane.run(10_000);
    expect(plane.get<ReplicaSet>(`${SETS}/a`).status?.availableReplicas).toBe(1);
  });

  it('tries again when the API server was away', () => {
    const plane = new ControlPlane();
    const bad = { ...object('apps/v1', 'ReplicaSet', 'a'), ...set('a', 3) };
    plane.post(SETS, bad);
    plane.run(100);
    plane.simulation.crash('kube-apiserver');
    plane.run(1000);
    plane.simulation.restart('kube-apiserver');
    plane.run(60_000);
    expect(plane.pods()).toHaveLength(3);
  });
});

describe('the status of a ReplicaSet', () => {
  it('says why pods could not be created, until they can', () => {
    const { spec } = set('a', 3) as { spec: ReplicaSet['spec'] };
    const status = { replicas: 0 };
    const wanted: ReplicaSet = { apiVersion: 'apps/v1', kind: 'ReplicaSet', metadata: { name: 'a' }, spec, status };
    const failed = nextStatus(wanted, [], 'pods "a-" is forbidden', 5000);
    expect(failed.conditions).toEqual([
      {
        type: 'ReplicaFailure',
        status: 'True',
        lastTransitionTime: rfc3339(5000),
        reason: 'FailedCreate',
        message: 'pods "a-" is forbidden',
      },
    ]);
    const again = { ...wanted, status: failed };
    expect(nextStatus(again, [], 'pods "a-" is forbidden', 9000)).toBe(failed);
    expect(nextStatus(again, [], undefined, 9000).conditions).toBeUndefined();
  });
});

describe('which pods go first', () => {
  const now = 1_000_000;
  const pod = (
    name: string,
    fields: { node?: string; phase?: string; ready?: number; cost?: string; restarts?: number; age?: number },
  ): Pod => {
    const { node = 'n', phase = 'Running', ready, cost, restarts = 0, age = 500_000 } = fields;
    const conditions =
      ready === undefined ? [] : [{ type: 'Ready', status: 'True', lastTransitionTime: rfc3339(now - ready) }];
    const containerStatuses = [{ name: 'c', ready: true, restartCount: restarts, image: '', imageID: '' }];
    const annotations = cost === undefined ? {} : { 'controller.kubernetes.io/pod-deletion-cost': cost };
    const metadata = { name, uid: name, annotations, creationTimestamp: rfc3339(now - age) };
    return {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata,
      spec: { containers: [], nodeName: node },
      status: { phase, conditions, containerStatuses },
    } as Pod;
  };
  const withPriority = (one: Pod, priority: number): Pod => ({ ...one, spec: { ...one.spec, priority } });
  const withSidecar = (one: Pod, restartCount: number): Pod => {
    const initContainers = [{ name: 's', restartPolicy: 'Always' }];
    const initContainerStatuses = [{ name: 's', ready: true, restartCount, image: '', imageID: '' }];
    return { ...one, spec: { ...one.spec, initContainers }, status: { ...one.status, initContainerStatuses } };
  };
  const cases: readonly { readonly rule: string; readonly first: Pod; readonly second: Pod; readonly more?: Pod }[] = [
    { rule: 'unassigned before assigned', first: pod('b', { node: '', phase: 'Pending' }), second: pod('a', {}) },
    { rule: 'pending first', first: pod('b', { phase: 'Pending' }), second: pod('a', { phase: 'Unknown' }) },
    { rule: 'unknown before running', first: pod('b', { phase: 'Unknown' }), second: pod('a', {}) },
    { rule: 'not ready first', first: pod('b', {}), second: pod('a', { ready: 1000 }) },
    { rule: 'cheaper first', first: pod('b', { ready: 1000, cost: '-5' }), second: pod('a', { ready: 1000 }) },
    {
      rule: 'more siblings on the node first',
      first: pod('b', { ready: 1000, node: 'm' }),
      second: pod('a', { ready: 1000 }),
      more: pod('c', { node: 'm' }),
    },
    { rule: 'ready for less time first', first: pod('b', { ready: 1000 }), second: pod('a', { ready: 100_000 }) },
    { rule: 'the uid within a power of two', first: pod('a', { ready: 70_000 }), second: pod('b', { ready: 69_000 }) },
    { rule: 'more restarts first', first: pod('b', { ready: 1000, restarts: 3 }), second: pod('a', { ready: 1000 }) },
    {
      rule: 'more restarts of a sidecar first',
      first: withSidecar(pod('b', { ready: 1000 }), 2),
      second: withSidecar(pod('a', { ready: 1000 }), 1),
    },
    {
      rule: 'more restarts of a container before more of a sidecar',
      first: withSidecar(pod('b', { ready: 1000, restarts: 1 }), 0),
      second: withSidecar(pod('a', { ready: 1000 }), 9),
    },
    { rule: 'newer first', first: pod('b', { ready: 1000, age: 2000 }), second: pod('a', { ready: 1000 }) },
    {
      rule: 'the uid when both are about as old',
      first: pod('a', { ready: 1000, age: 70_000 }),
      second: pod('b', { ready: 1000, age: 69_000 }),
    },
    {
      rule: 'never by priority',
      first: withPriority(pod('a', { ready: 1000 }), 1000),
      second: withPriority(pod('b', { ready: 1000 }), -1000),
    },
  ];
  it.each(cases)('$rule', ({ first, second, more }) => {
    const all = more === undefined ? [first, second] : [first, second, more];
    const chosen = podsToDelete([second, first], all, 1, now);
    expect(chosen.map(({ metadata }) => metadata.name)).toEqual([first.metadata.name]);
  });
});
