import { describe, expect, it } from 'vitest';
import type { AutoscalerSpec } from '../../api/autoscaling/spec.ts';
import type { Pod } from '../../api/kinds/pod.ts';
import { rfc3339 } from '../../api/meta.ts';
import { limit, type Memory, remember, rememberChange } from './limits.ts';
import { byAmount, byUtilization, type Question } from './replicas.ts';

const NOW = 3_600_000;

interface PodText {
  readonly phase?: string;
  readonly ready?: boolean;
  /** Milliseconds before now at which it started, and became what it is. */
  readonly startedAgo?: number;
  readonly changedAgo?: number;
  readonly request?: string;
  readonly isGoing?: boolean;
  /** Millicores used; undefined when there is no measurement. */
  readonly used?: number;
}

function question(pods: readonly PodText[], current = pods.length, resource = 'cpu'): Question {
  const made = pods.map((text, index): Pod => {
    const { phase = 'Running', ready = true, startedAgo = 1_000_000, changedAgo = startedAgo, request = '100m' } = text;
    const condition = {
      type: 'Ready',
      status: ready ? 'True' : 'False',
      lastTransitionTime: rfc3339(NOW - changedAgo),
    };
    return {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: `p${index}`, ...(text.isGoing ? { deletionTimestamp: rfc3339(NOW) } : {}) },
      spec: { containers: [{ name: 'c', resources: request === '' ? {} : { requests: { [resource]: request } } }] },
      status: { phase, startTime: rfc3339(NOW - startedAgo), conditions: [condition] },
    } as unknown as Pod;
  });
  const usage = new Map(
    pods.flatMap(({ used }, index) =>
      used === undefined ? [] : [[`p${index}`, { value: used, timestamp: NOW, windowMs: 15_000 }] as const],
    ),
  );
  return { resource, current, pods: made, usage, tolerances: { up: 0.1, down: 0.1 }, now: NOW };
}

const all = (count: number, used: number, more: PodText = {}) => Array<PodText>(count).fill({ used, ...more });

describe('how many pods a utilization asks for', () => {
  it.each([
    ['the vectors of the facts: 4 at 90 of 50', all(4, 90), 50, 8],
    ['within the tolerance above', all(4, 55), 50, 4],
    ['just outside of it', all(4, 56), 50, 5],
    ['10 at 20 of 50', all(10, 20), 50, 4],
    ['within the tolerance below', all(10, 45), 50, 10],
    ['just outside of it', all(10, 44), 50, 9],
    ['a missing pod counts as nothing on the way up', [...all(3, 90), {}], 50, 6],
    ['and as all of its request on the way down', [...all(3, 20), {}], 50, 4],
    ['a change of direction by missing pods is no change', [...all(1, 80), {}, {}], 50, 3],
    [
      'an unready pod counts as nothing on the way up',
      [...all(2, 90), { used: 5, ready: false, startedAgo: 60_000 }],
      50,
      4,
    ],
    ['a pending pod too', [...all(2, 90), { phase: 'Pending' }], 50, 4],
    [
      'unready pods are left out on the way down',
      [...all(3, 20), { used: 5, ready: false, startedAgo: 60_000 }],
      50,
      2,
    ],
    ['a young pod counts when a window was measured', all(2, 100, { startedAgo: 60_000, changedAgo: 20_000 }), 50, 4],
    [
      'a pod that was ready once counts',
      all(2, 100, { ready: false, startedAgo: 900_000, changedAgo: 100_000 }),
      50,
      4,
    ],
    [
      'pods that go or have failed are not there',
      [...all(2, 100), { used: 1, isGoing: true }, { used: 1, phase: 'Failed' }],
      50,
      4,
    ],
  ])('%s', (_name, pods, target, replicas) => {
    expect(byUtilization(question(pods), target)).toMatchObject({ replicas });
  });

  it.each([
    ['no pods', question([]), 'no pods returned by selector while calculating replica count'],
    [
      'all unready',
      question(all(2, 50, { ready: false, startedAgo: 60_000 })),
      'did not receive metrics for targeted pods (pods might be unready)',
    ],
    [
      'a young pod whose window is not full',
      question(all(1, 50, { startedAgo: 60_000, changedAgo: 10_000 })),
      'did not receive metrics for targeted pods (pods might be unready)',
    ],
    ['no request', question(all(1, 50, { request: '' })), 'missing request for cpu in container c of Pod p0'],
  ])('%s: says why not', (_name, asked, error) => {
    expect(byUtilization(asked, 50)).toEqual({ error });
  });

  it('memory needs no readiness, and amounts no requests', () => {
    const pods = all(2, 300, { ready: false, startedAgo: 10_000, request: '' });
    expect(byAmount(question(pods, 2, 'memory'), 200)).toEqual({ replicas: 3, average: 300 });
  });
});

const EMPTY: Memory = { recommendations: [], ups: [], downs: [] };
const spec = (more: Partial<AutoscalerSpec> = {}): AutoscalerSpec => ({
  scaleTargetRef: { kind: 'Deployment', name: 'web' },
  minReplicas: 2,
  maxReplicas: 20,
  ...more,
});

describe('the bounds of a size', () => {
  it.each([
    ['twice as many at most', 5, 20, 10, 'ScaleUpLimit'],
    ['or four', 1, 20, 4, 'ScaleUpLimit'],
    ['the maximum', 15, 30, 20, 'TooManyReplicas'],
    ['the minimum', 4, 1, 2, 'TooFewReplicas'],
    ['within', 4, 6, 6, 'DesiredWithinRange'],
  ])('%s', (_name, current, wanted, replicas, reason) => {
    const limited = limit(spec(), EMPTY, current, wanted, NOW);
    expect([limited.replicas, limited.limit[0], limited.isLimited]).toEqual([replicas, reason, replicas !== wanted]);
  });

  it('the highest recommendation of five minutes holds it up', () => {
    const memory = remember(EMPTY, 8, NOW - 290_000);
    const held = limit(spec(), memory, 8, 3, NOW);
    expect([held.replicas, held.ableToScale[0]]).toEqual([8, 'ScaleDownStabilized']);
    const later = limit(spec(), memory, 8, 3, NOW + 20_000);
    expect([later.replicas, later.ableToScale[0]]).toEqual([3, 'ReadyForNewScale']);
  });

  it('the lowest recommendation of a window holds it down', () => {
    const behavior = {
      scaleUp: { stabilizationWindowSeconds: 60, policies: [{ type: 'Pods', value: 9, periodSeconds: 15 }] },
    };
    const limited = limit(spec({ behavior }), remember(EMPTY, 4, NOW - 30_000), 3, 8, NOW);
    expect([limited.replicas, limited.ableToScale[0]]).toEqual([4, 'ScaleUpStabilized']);
  });

  const policies = [
    { type: 'Pods', value: 2, periodSeconds: 60 },
    { type: 'Percent', value: 50, periodSeconds: 60 },
  ];
  it.each([
    ['up, the larger', 'scaleUp', 'Max', 10, 20, 15],
    ['up, the smaller', 'scaleUp', 'Min', 10, 20, 12],
    ['up, not at all', 'scaleUp', 'Disabled', 10, 20, 10],
    ['down, the larger', 'scaleDown', 'Max', 10, 2, 5],
    ['down, the smaller', 'scaleDown', 'Min', 10, 2, 8],
    ['down, not at all', 'scaleDown', 'Disabled', 10, 2, 10],
  ])('policies %s', (_name, direction, selectPolicy, current, wanted, replicas) => {
    const rules = { stabilizationWindowSeconds: 0, selectPolicy, policies };
    expect(limit(spec({ behavior: { [direction]: rules } }), EMPTY, current, wanted, NOW).replicas).toBe(replicas);
  });

  it('what was added in the period counts against its policy', () => {
    const rules = { policies: [{ type: 'Pods', value: 4, periodSeconds: 60 }] };
    const memory = rememberChange(EMPTY, 3, 6, NOW - 30_000);
    const limited = limit(spec({ behavior: { scaleUp: rules } }), memory, 6, 20, NOW);
    expect([limited.replicas, limited.limit[0]]).toEqual([7, 'ScaleUpLimit']);
    expect(limit(spec({ behavior: { scaleUp: rules } }), memory, 6, 20, NOW + 31_000).replicas).toBe(10);
  });
});
