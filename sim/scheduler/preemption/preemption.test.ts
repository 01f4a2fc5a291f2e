import { describe, expect, it } from 'vitest';
import type { Pod, PodSpec, PodStatus } from '../../api/kinds/pod.ts';
import type { PodDisruptionBudget } from '../../api/kinds/poddisruptionbudget.ts';
import { rfc3339 } from '../../api/meta.ts';
import { deepFreeze } from '../../kernel/value.ts';
import { decide, refusalOf } from '../framework.ts';
import { nodeInfoOf } from '../nodeinfo.ts';
import type { ClusterView, Plugin, Preemption } from '../plugin.ts';
import { defaultPreemption } from '../plugins/defaultpreemption.ts';
import { dynamicResources } from '../plugins/dynamicresources.ts';
import { addSchedulerPlugins, plugins } from '../plugins/index.ts';
import { interPodAffinity } from '../plugins/interpodaffinity.ts';
import { nodeResourcesFit } from '../plugins/noderesourcesfit.ts';
import { pickOne } from './choice.ts';

addSchedulerPlugins([nodeResourcesFit as Plugin, dynamicResources, interPodAffinity as Plugin, defaultPreemption]);

interface Given {
  readonly cpu?: string;
  readonly priority?: number;
  readonly started?: number;
  readonly app?: string;
  readonly spec?: Partial<PodSpec>;
  readonly status?: PodStatus;
  readonly going?: true;
}

function pod(name: string, { cpu = '1', priority = 0, started, app = name, spec, status, going }: Given = {}): Pod {
  const gone = going && { deletionTimestamp: rfc3339(0) };
  return deepFreeze({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: 'default', uid: `uid-${name}`, labels: { app }, ...gone },
    spec: { containers: [{ name: 'c', resources: { requests: { cpu } } }], priority, ...spec },
    status: { ...(started !== undefined && { startTime: rfc3339(started * 1000) }), ...status },
  });
}

function budget(app: string, disruptionsAllowed: number, disruptedPods = {}): PodDisruptionBudget {
  return {
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata: { name: app, namespace: 'default' },
    spec: { selector: { matchLabels: { app } } },
    status: { disruptionsAllowed, disruptedPods },
  };
}

/** Nodes of 4 CPUs, by name. */
function view(
  pods: Readonly<Record<string, readonly Pod[]>>,
  budgets: readonly PodDisruptionBudget[] = [],
  nominated: Readonly<Record<string, readonly Pod[]>> = {},
): ClusterView {
  const nodes = Object.entries(pods).map(([name, here]) => {
    const metadata = { name, labels: { host: name } };
    const status = { allocatable: { cpu: '4', memory: '8Gi', pods: '110' } };
    return deepFreeze(nodeInfoOf({ apiVersion: 'v1', kind: 'Node', metadata, spec: {}, status }, here));
  });
  const known = new Map(budgets.map((one) => [`default/${one.metadata.name}`, one]));
  const cached = (informer: string) => (informer === 'poddisruptionbudgets' ? known : new Map()) as never;
  return { nodes, services: new Map(), replicaSets: new Map(), nominated: new Map(Object.entries(nominated)), cached };
}

/** `node: victims`, or the half of the message about preemption. */
function outcome(subject: Pod, cluster: ClusterView): string {
  const decision = decide(subject, cluster, plugins, 0);
  if (decision.type === 'chosen') return `fits on ${decision.node}`;
  const { plan, message } = decision;
  if (plan === undefined) return message.replace(/^.*preemption: /, '');
  return `${plan.node}: ${plan.victims.map(({ metadata }) => metadata.name).join(' ')}`;
}

describe('victims', () => {
  const low = (name: string, more: Given = {}) => pod(name, { priority: 1, ...more });
  it.each<[string, Pod, Readonly<Record<string, readonly Pod[]>>, readonly PodDisruptionBudget[], string]>([
    ['as few as will do', pod('p', { priority: 9, cpu: '2' }), { a: [low('x'), low('y'), low('z')] }, [], 'a: z'],
    ['the lowest first', pod('p', { priority: 9, cpu: '2' }), { a: [low('x'), pod('y'), low('z')] }, [], 'a: y'],
    [
      'the youngest of equals',
      pod('p', { priority: 9, cpu: '2' }),
      { a: [low('x', { started: 5 }), low('y', { started: 9 }), low('z', { started: 7 })] },
      [],
      'a: y',
    ],
    [
      'one big pod comes back when the small ones are enough',
      pod('p', { priority: 9, cpu: '2' }),
      { a: [low('big', { cpu: '2', priority: 3 }), low('x'), low('y')] },
      [],
      'a: x y',
    ],
    [
      'never an equal',
      pod('p', { cpu: '2' }),
      { a: [pod('x', { cpu: '3' })] },
      [],
      '0/1 nodes are available: 1 No preemption victims found for incoming pod.',
    ],
    [
      'not if even that is not enough',
      pod('p', { priority: 9, cpu: '3' }),
      { a: [low('x'), pod('y', { priority: 9, cpu: '2' })] },
      [],
      '0/1 nodes are available: 1 Insufficient cpu.',
    ],
    [
      'a node that is too small',
      pod('p', { priority: 9, cpu: '5' }),
      { a: [low('x')] },
      [],
      '0/1 nodes are available: 1 Preemption is not helpful for scheduling.',
    ],
    [
      'with preemptionPolicy Never',
      pod('p', { priority: 9, cpu: '4', spec: { preemptionPolicy: 'Never' } }),
      { a: [low('x')] },
      [],
      'not eligible due to preemptionPolicy=Never.',
    ],
    [
      'rather one whose budget allows it',
      pod('p', { priority: 9, cpu: '2' }),
      { a: [low('x'), low('y'), low('z')] },
      [budget('z', 0), budget('y', 1)],
      'a: y',
    ],
    [
      'one that the API server has let go already is free',
      pod('p', { priority: 9, cpu: '2' }),
      { a: [low('x'), low('y'), low('z')] },
      [budget('z', 0, { z: rfc3339(0) })],
      'a: z',
    ],
    [
      'for room in the way of anti-affinity',
      pod('p', {
        priority: 9,
        spec: {
          affinity: {
            podAntiAffinity: {
              requiredDuringSchedulingIgnoredDuringExecution: [
                { topologyKey: 'host', labelSelector: { matchLabels: { app: 'x' } } },
              ],
            },
          },
        },
      }),
      { a: [low('x'), low('y')] },
      [],
      'a: x',
    ],
  ])('%s', (_case, subject, pods, budgets, expected) => {
    expect(outcome(subject, view(pods, budgets))).toBe(expected);
  });

  it('counts one disruption of a budget after the other', () => {
    const four = ['w', 'x', 'y', 'z'].map((name) => low(name, { app: 'web' }));
    const decision = decide(pod('p', { priority: 9, cpu: '3' }), view({ a: four }, [budget('web', 1)]), plugins, 0);
    expect(decision).toMatchObject({ nominated: 'a', plan: { violations: 2 } });
  });

  it('waits while its victims are still going, unless the node cannot take it any more', () => {
    const conditions = [{ type: 'DisruptionTarget', status: 'True', reason: 'PreemptionByScheduler' }] as const;
    const going = low('x', { cpu: '4', going: true, status: { conditions } });
    const subject = pod('p', { priority: 9, cpu: '2', status: { nominatedNodeName: 'a' } });
    const cluster = view({ a: [going], b: [low('y', { cpu: '3' })] });
    expect(outcome(subject, cluster)).toBe('not eligible due to a terminating pod on the nominated node.');
    const [first, second] = cluster.nodes;
    if (first === undefined || second === undefined) throw new Error('there are two nodes');
    const cordoned = { ...first, node: { ...first.node, spec: { unschedulable: true } } };
    expect(outcome(subject, { ...cluster, nodes: [cordoned, second] })).toBe('b: y');
  });
});

describe('the node whose victims are missed least', () => {
  const candidate = (node: string, violations: number, ...victims: readonly Pod[]): Preemption => {
    return { node, violations, victims };
  };
  const of = (priority: number, started = 0) => pod(`v${priority}-${started}`, { priority, started });
  it.each<[string, Preemption, Preemption]>([
    ['the fewest broken budgets', candidate('b', 0, of(90)), candidate('a', 1, of(1))],
    ['the lowest highest priority', candidate('b', 0, of(5), of(5), of(5)), candidate('a', 0, of(6))],
    ['the lowest sum', candidate('b', 0, of(5), of(1)), candidate('a', 0, of(5), of(2))],
    ['fewer negative ones', candidate('b', 0, of(-5)), candidate('a', 0, of(-5), of(-5))],
    ['fewer victims', candidate('b', 0, of(5)), candidate('a', 0, of(5), of(-(2 ** 31)))],
    [
      'the most important that started last',
      candidate('b', 0, of(5, 9), of(1, 1)),
      candidate('a', 0, of(5, 8), of(1, 2)),
    ],
  ])('%s', (_case, best, other) => {
    expect(pickOne([other, best]).node).toBe('b');
    expect(pickOne([best, other]).node).toBe('b');
  });

  it('the first when nothing tells them apart', () => {
    expect(pickOne([candidate('b', 0, of(5)), candidate('a', 0, of(5))]).node).toBe('b');
  });
});

describe('a node that is being made free', () => {
  const cluster = view({ a: [pod('x', { cpu: '2' })] }, [], { a: [pod('boss', { cpu: '2', priority: 5 })] });
  it.each([
    [0, '0/1 nodes are available: 1 No preemption victims found for incoming pod.'],
    [5, 'a: x'],
    [6, 'fits on a'],
  ])('is full for a pod of priority %d, unless that is higher', (priority, expected) => {
    expect(outcome(pod('p', { priority }), cluster)).toBe(expected);
  });

  it('is tried before all others for the pod it is made free for', () => {
    const boss = pod('boss', { cpu: '2', priority: 5, status: { nominatedNodeName: 'a' } });
    const two = view({ c: [], a: [pod('x', { cpu: '2' })] }, [], { a: [boss] });
    expect(decide(boss, two, plugins, 0)).toMatchObject({ node: 'a', examined: 1 });
  });

  it('must fit a pod also if the expected one never comes', () => {
    const guest = pod('guest', { app: 'guest', priority: 5 });
    const affinity = {
      podAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: [
          { topologyKey: 'host', labelSelector: { matchLabels: { app: 'guest' } } },
        ],
      },
    };
    const fan = pod('fan', { spec: { affinity } });
    const there = view({ a: [] }, [], { a: [guest] });
    const filters = [{ plugin: interPodAffinity as Plugin, cycle: interPodAffinity.preFilter?.(fan, there) }];
    const [a] = there.nodes;
    expect(a && refusalOf(fan, a, filters, there)?.reasons).toEqual(["node(s) didn't match pod affinity rules"]);
  });
});
