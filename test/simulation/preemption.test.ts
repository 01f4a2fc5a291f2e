import { describe, expect, it } from 'vitest';
import type { Pod } from '../../sim/api/kinds/pod.ts';
import type { JsonObject } from '../../sim/api/meta.ts';
import type { SchedulerState } from '../../sim/scheduler/state.ts';
import { Desk } from './desk.ts';

const CLASSES = ['low', 'high'].map((name, index) => ({
  apiVersion: 'scheduling.k8s.io/v1',
  kind: 'PriorityClass',
  metadata: { name },
  value: (index + 1) * 100,
}));

function pod(name: string, cpu: string, spec: JsonObject = {}): object {
  const container = { name: 'c', image: 'nginx:1.27', resources: { requests: { cpu } } };
  const metadata = { name, namespace: 'default', labels: { app: name } };
  return { apiVersion: 'v1', kind: 'Pod', metadata, spec: { containers: [container], ...spec } };
}

describe('preemption in a cluster', () => {
  const desk = new Desk(CLASSES, 2);
  const uidOf = (name: string) => desk.get<Pod>('pods', name).metadata.uid;

  it('makes room: condition, deletion and Event for the victim, a nomination for the pod', () => {
    desk.create(pod('small', '200m', { priorityClassName: 'low' }));
    for (const name of ['one', 'two']) desk.create(pod(name, '1800m', { priorityClassName: 'low' }));
    desk.wait(10);
    expect(desk.create(pod('boss', '1500m', { priorityClassName: 'high' }))).toBe('pod/boss created');
    desk.wait(0.1);
    const node = desk.get<Pod>('pods', 'boss').status?.nominatedNodeName;
    const victim = desk.get<Pod>('pods', 'one').metadata.deletionTimestamp === undefined ? 'two' : 'one';
    expect(desk.get<Pod>('pods', victim)).toMatchObject({ spec: { nodeName: node } });
    expect(desk.get<Pod>('pods', victim).status?.conditions).toContainEqual(
      expect.objectContaining({
        type: 'DisruptionTarget',
        status: 'True',
        reason: 'PreemptionByScheduler',
        message: 'default-scheduler: preempting to accommodate a higher priority pod',
      }),
    );
    expect(desk.events(victim)).toContain(`Preempted: Preempted by pod ${uidOf('boss')} on node ${node}`);
    expect(desk.events('boss')).toEqual(['FailedScheduling: 0/2 nodes are available: 2 Insufficient cpu.']);
    expect(desk.type('get pods boss -o wide')).toMatch(new RegExp(`Pending .* <none> +${node} +<none>$`, 'm'));
    desk.wait(40);
    expect(desk.get<Pod>('pods', 'boss')).toMatchObject({ spec: { nodeName: node }, status: { phase: 'Running' } });
    expect(desk.get<Pod>('pods', 'boss').status).not.toHaveProperty('nominatedNodeName');
    expect(desk.get('pods', victim)).toBeUndefined();
  });

  it('leaves nothing behind in the scheduler', () => {
    const state = desk.timeline.world.states.get('kube-scheduler') as unknown as SchedulerState;
    expect([state.preempting.size, state.nominated.size]).toEqual([0, 0]);
  });

  it('keeps the room for the pod while victims end, and gives it to nobody less important', () => {
    desk.create(pod('late', '1500m', { priorityClassName: 'low' }));
    desk.wait(2);
    expect(desk.events('late').at(-1)).toContain('No preemption victims found for incoming pod');
    desk.create(pod('boss-2', '1500m', { priorityClassName: 'high' }));
    desk.wait(40);
    expect(desk.get<Pod>('pods', 'boss-2').spec.nodeName).toBeDefined();
    expect(desk.get<Pod>('pods', 'late').spec.nodeName).toBeUndefined();
  });

  it('preempts nobody for a pod that does not want to', () => {
    desk.create({ ...CLASSES[1], metadata: { name: 'meek' }, preemptionPolicy: 'Never' });
    desk.create(pod('meek', '1900m', { priorityClassName: 'meek' }));
    desk.wait(1);
    expect(desk.events('meek')).toEqual([
      'FailedScheduling: 0/2 nodes are available: 2 Insufficient cpu. no new claims to deallocate, preemption: not ' +
        'eligible due to preemptionPolicy=Never.',
    ]);
  });
});

describe('scheduling gates', () => {
  const desk = new Desk([pod('gated', '100m', { schedulingGates: [{ name: 'a.io/quota' }, { name: 'a.io/net' }] })], 1);
  const patch = (type: string, body: unknown) =>
    desk.type(`patch pod gated --type=${type} -p ${JSON.stringify(JSON.stringify(body))}`);

  it('keep a pod out of the queue without a word', () => {
    expect(desk.type('get pods')).toMatch(/gated +0\/1 +SchedulingGated +0/);
    expect(desk.get<Pod>('pods', 'gated').status?.conditions).toEqual([
      {
        type: 'PodScheduled',
        status: 'False',
        reason: 'SchedulingGated',
        message: 'Scheduling is blocked due to non-empty scheduling gates',
      },
    ]);
    expect(desk.wait(400).events('gated')).toEqual([]);
  });

  it('can only be taken away; meanwhile the pod may ask for more', () => {
    expect(patch('merge', { spec: { schedulingGates: [{ name: 'a.io/quota' }, { name: 'b.io/new' }] } })).toContain(
      "spec.schedulingGates[1].name: Forbidden: only deletion is allowed, but found new scheduling gate 'b.io/new'",
    );
    expect(patch('merge', { spec: { nodeSelector: { 'kubernetes.io/hostname': 'node-1' } } })).toBe(
      'pod/gated patched',
    );
    expect(patch('merge', { spec: { nodeSelector: { 'kubernetes.io/hostname': 'node-2' } } })).toContain(
      'only additions to spec.nodeSelector are allowed (no mutations or deletions)',
    );
    expect(patch('merge', { spec: { schedulingGates: [{ name: 'a.io/net' }] } })).toBe('pod/gated patched');
    expect(desk.wait(5).get<Pod>('pods', 'gated').spec.nodeName).toBeUndefined();
    expect(patch('merge', { spec: { schedulingGates: null } })).toBe('pod/gated patched');
    expect(desk.wait(15).get<Pod>('pods', 'gated')).toMatchObject({
      spec: { nodeName: 'node-1' },
      status: { phase: 'Running' },
    });
  });
});
