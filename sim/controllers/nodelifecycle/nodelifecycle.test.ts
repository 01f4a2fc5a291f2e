import { describe, expect, it } from 'vitest';
import { ControlPlane, object } from '../../../test/controllers/controlplane.ts';
import type { EndpointSlice } from '../../api/kinds/endpointslice.ts';
import type { Node } from '../../api/kinds/node.ts';
import type { Pod } from '../../api/kinds/pod.ts';
import { getCondition, parseTime } from '../../api/meta.ts';

const THREE = ['node-1', 'node-2', 'node-3'];

function node(plane: ControlPlane, name: string): Node {
  return plane.get<Node>(`/api/v1/nodes/${name}`);
}

function taints(plane: ControlPlane, name: string): readonly string[] {
  return (node(plane, name).spec.taints ?? []).map(
    ({ key, effect }) => `${key.replace('node.kubernetes.io/', '')}:${effect}`,
  );
}

function podOn(plane: ControlPlane, name: string): Pod | undefined {
  return plane.pods().find(({ spec }) => spec.nodeName === name);
}

describe('a node that dies', () => {
  it('goes through the times and texts of the facts sheet', () => {
    const plane = new ControlPlane({ nodes: THREE });
    plane.deploy('web', 3);
    const service = { spec: { selector: { app: 'web' }, ports: [{ port: 80 }] } };
    plane.post('/api/v1/namespaces/default/services', { ...object('v1', 'Service', 'web'), ...service });
    plane.run(20_000);
    expect(plane.events('RegisteredNode')).toContain('Node node-2 event: Registered Node node-2 in Controller');
    expect(THREE.map((name) => taints(plane, name))).toEqual([[], [], []]);
    const death = plane.now;
    plane.kill('node-2');
    plane.run(39_000);
    expect(getCondition(node(plane, 'node-2').status?.conditions, 'Ready')?.status).toBe('True');
    plane.run(23_000);
    const conditions = node(plane, 'node-2').status?.conditions ?? [];
    expect(conditions.map(({ type, status, reason }) => `${type}=${status} ${reason}`)).toEqual(
      ['MemoryPressure', 'DiskPressure', 'PIDPressure', 'Ready'].map((type) => `${type}=Unknown NodeStatusUnknown`),
    );
    expect(getCondition(conditions, 'Ready')?.message).toBe('Kubelet stopped posting node status.');
    const silent = plane.notes('nodelifecycle/node-silent');
    expect(silent).toHaveLength(1);
    const decided = (silent[0]?.at ?? 0) - death;
    expect(decided).toBeGreaterThanOrEqual(40_000);
    expect(decided).toBeLessThanOrEqual(60_000);
    expect(taints(plane, 'node-2')).toEqual(['unreachable:NoSchedule', 'unreachable:NoExecute']);
    const patches = plane.requests(/^PATCH .*nodes\/node-2$/).filter(({ at }) => at > death);
    expect(patches).toHaveLength(2);
    expect((patches[1]?.at ?? 0) - (silent[0]?.at ?? 0)).toBeLessThanOrEqual(110);
    expect(plane.events('NodeNotReady')).toEqual(['Node node-2 status is now: NodeNotReady', 'Node is not ready']);
    const pod = podOn(plane, 'node-2');
    expect(pod?.status?.phase).toBe('Running');
    expect(getCondition(pod?.status?.conditions, 'Ready')?.status).toBe('False');
    const [slice] = plane.list<EndpointSlice>('/apis/discovery.k8s.io/v1/namespaces/default/endpointslices');
    expect(slice?.endpoints?.map(({ nodeName, conditions: state }) => `${nodeName} ${state?.ready}`).sort()).toEqual([
      'node-1 true',
      'node-2 false',
      'node-3 true',
    ]);
    const tainted = parseTime(node(plane, 'node-2').spec.taints?.[1]?.timeAdded) ?? 0;
    plane.simulation.runUntil(tainted + 299_000);
    expect(plane.events('TaintManagerEviction')).toEqual([]);
    plane.run(3000);
    expect(plane.events('TaintManagerEviction')).toEqual([`Marking for deletion Pod default/${pod?.metadata.name}`]);
    const leaving = podOn(plane, 'node-2');
    expect(leaving?.metadata.deletionTimestamp).toBeDefined();
    expect(getCondition(leaving?.status?.conditions, 'DisruptionTarget')).toMatchObject({
      status: 'True',
      reason: 'DeletionByTaintManager',
      message: 'Taint manager: deleting due to NoExecute taint',
    });
    expect(plane.pods()).toHaveLength(4);
    expect(plane.events('SuccessfulCreate')).toHaveLength(4);
    expect(plane.deployment('web').status?.availableReplicas).toBe(3);
    plane.send({ method: 'DELETE', path: '/api/v1/nodes/node-2' });
    plane.run(100_000);
    expect(plane.pods()).toHaveLength(3);
    expect(plane.events('RemovingNode')).toEqual(['Node node-2 event: Removing Node node-2 from Controller']);
  });

  it('keeps its pods when it comes back in time', () => {
    const plane = new ControlPlane({ nodes: THREE });
    plane.deploy('web', 3);
    plane.run(20_000);
    plane.kill('node-2');
    plane.run(100_000);
    const pod = podOn(plane, 'node-2')?.metadata.name;
    plane.revive('node-2');
    plane.run(30_000);
    expect(taints(plane, 'node-2')).toEqual([]);
    expect(plane.events('TaintManagerEviction')).toEqual([`Cancelling deletion of Pod default/${pod}`]);
    plane.run(400_000);
    expect(podOn(plane, 'node-2')?.metadata.name).toBe(pod);
  });

  it('obeys a shorter grace period', () => {
    const plane = new ControlPlane({ nodes: THREE, config: { nodeMonitorGracePeriodMs: 20_000 } });
    plane.run(20_000);
    const death = plane.now;
    plane.kill('node-3');
    plane.run(31_000);
    const [note] = plane.notes('nodelifecycle/node-silent');
    expect(note?.about).toBe('node/node-3');
    expect((note?.at ?? 0) - death).toBeGreaterThanOrEqual(10_000);
  });
});

describe('several nodes that die', () => {
  it('are tainted one every ten seconds', () => {
    const names = ['a', 'b', 'c', 'd', 'e'];
    const plane = new ControlPlane({ nodes: names });
    plane.run(20_000);
    plane.kill('a');
    plane.kill('b');
    plane.run(90_000);
    const times = ['a', 'b'].map((name) => {
      const evicting = node(plane, name).spec.taints?.find(({ effect }) => effect === 'NoExecute');
      return parseTime(evicting?.timeAdded) ?? 0;
    });
    expect(Math.abs((times[1] ?? 0) - (times[0] ?? 0))).toBe(10_000);
  });

  it('are not evicted from when every node is silent, and the clock starts anew when one returns', () => {
    const plane = new ControlPlane({ nodes: THREE });
    plane.deploy('web', 3);
    plane.run(20_000);
    for (const name of THREE) plane.kill(name);
    plane.run(600_000);
    expect(plane.notes('nodelifecycle/all-zones-down')).toHaveLength(1);
    for (const name of THREE) expect(taints(plane, name)).toEqual(['unreachable:NoSchedule']);
    expect(plane.events('TaintManagerEviction').filter((text) => text.startsWith('Marking'))).toEqual([]);
    plane.revive('node-1');
    plane.run(30_000);
    expect(plane.notes('nodelifecycle/some-zone-back')).toHaveLength(1);
    expect(taints(plane, 'node-1')).toEqual([]);
    expect(taints(plane, 'node-2')).toEqual(['unreachable:NoSchedule', 'unreachable:NoExecute']);
  });
});

describe('a cordoned node', () => {
  it('carries the taint that repels', () => {
    const plane = new ControlPlane({ nodes: ['node-1'] });
    plane.run(1000);
    plane.merge('/api/v1/nodes/node-1', { spec: { unschedulable: true } });
    plane.run(100);
    expect(taints(plane, 'node-1')).toEqual(['unschedulable:NoSchedule']);
    plane.merge('/api/v1/nodes/node-1', { spec: { unschedulable: null } });
    plane.run(100);
    expect(taints(plane, 'node-1')).toEqual([]);
  });
});

describe('a node under pressure', () => {
  it.each([
    ['MemoryPressure', 'memory-pressure'],
    ['DiskPressure', 'disk-pressure'],
    ['PIDPressure', 'pid-pressure'],
    ['NetworkUnavailable', 'network-unavailable'],
  ])('with %s carries the taint %s for as long as it says so', (type, key) => {
    const plane = new ControlPlane({ nodes: ['node-1'] });
    plane.run(1000);
    const said = plane.get<Node>('/api/v1/nodes/node-1').status?.conditions ?? [];
    const others = said.filter((one) => one.type !== type);
    const report = (status: string) => {
      plane.merge('/api/v1/nodes/node-1/status', { status: { conditions: [...others, { type, status }] } });
      plane.run(100);
      return taints(plane, 'node-1');
    };
    expect(report('True')).toEqual([`${key}:NoSchedule`]);
    expect(plane.get<Node>('/api/v1/nodes/node-1').spec.taints?.[0]?.timeAdded).toMatch(/Z$/);
    expect(report('False')).toEqual([]);
  });
});
