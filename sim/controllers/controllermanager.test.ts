import { describe, expect, it } from 'vitest';
import { ControlPlane } from '../../test/controllers/controlplane.ts';
import { Simulation } from '../kernel/simulation.ts';
import { hashTrace, type TraceRecord } from '../kernel/trace.ts';
import { forkWorld, parseWorld, serializeWorld, type World } from '../kernel/world.ts';

const WEB = '/apis/apps/v1/namespaces/default/deployments/web';

function rolling(seed = 1): ControlPlane {
  const plane = new ControlPlane({ nodes: ['node-1', 'node-2'], seed, jitterMs: 1 });
  plane.deploy('web', 4);
  plane.run(4000);
  plane.merge(WEB, { spec: { template: { spec: { containers: [{ name: 'c', image: 'nginx:2' }] } } } });
  return plane;
}

function future(plane: ControlPlane, world: World): string {
  const records: TraceRecord[] = [];
  const simulation = new Simulation(world, plane.registry, { freeze: true, record: (one) => void records.push(one) });
  simulation.runUntil(world.now + 20_000);
  return hashTrace(records);
}

describe('kube-controller-manager', () => {
  it.each([7, 33, 250, 1300])('forked or written to JSON %i ms into a rollout has the same future', (ms) => {
    const plane = rolling();
    plane.run(ms);
    const forked = forkWorld(plane.world);
    const parsed = parseWorld(serializeWorld(plane.world));
    const hash = future(plane, forkWorld(plane.world));
    expect(future(plane, forked)).toBe(hash);
    expect(future(plane, parsed)).toBe(hash);
  });

  it.each([20, 400, 900])('finishes a rollout after a crash %i ms into it', (ms) => {
    const plane = rolling();
    plane.run(ms);
    plane.simulation.crash('kube-controller-manager');
    plane.run(10_000);
    expect(plane.deployment('web').status?.updatedReplicas ?? 0).toBeLessThan(4);
    plane.simulation.restart('kube-controller-manager');
    plane.run(20_000);
    expect(plane.deployment('web').status).toMatchObject({ replicas: 4, updatedReplicas: 4, availableReplicas: 4 });
    expect(plane.pods()).toHaveLength(4);
  });

  it('does its work when messages are lost', () => {
    const plane = rolling(3);
    plane.world.network.options = { ...plane.world.network.options, lossPerMille: 100 };
    plane.run(60_000);
    plane.world.network.options = { ...plane.world.network.options, lossPerMille: 0 };
    plane.run(400_000);
    expect(plane.deployment('web').status).toMatchObject({ replicas: 4, updatedReplicas: 4, availableReplicas: 4 });
    expect(plane.pods()).toHaveLength(4);
  });

  it('is idle when there is nothing to do, and says what it keeps', () => {
    const plane = new ControlPlane({ nodes: ['node-1'] });
    plane.deploy('web', 2);
    plane.run(10_000);
    expect(plane.simulation.inspect('kube-controller-manager')).toMatchObject({
      now: 'web: 2 wanted, 2 ready',
      isRunning: true,
    });
    const from = plane.records.length;
    plane.run(60_000);
    const loud = plane.records.slice(from).filter((record) => {
      return record.type === 'sent' && record.message.from === 'kube-controller-manager' && !record.message.routine;
    });
    expect(loud).toEqual([]);
  });
});
