import { expect, it } from 'vitest';
import { ControlPlane, object } from '../../test/controllers/controlplane.ts';
import type { DriverState } from '../../test/controllers/driver.ts';
import type { PodDisruptionBudget } from '../api/kinds/poddisruptionbudget.ts';
import { address } from '../kernel/message.ts';
import type { HttpRequest } from '../protocol/http.ts';

const NS = '/api/v1/namespaces/default';
const BUDGETS = '/apis/policy/v1/namespaces/default/poddisruptionbudgets';

function three(spec: object): ControlPlane {
  const plane = new ControlPlane({ nodes: ['node-1', 'node-2'] });
  plane.deploy('web', 3);
  plane.run(3000);
  const whole = { selector: { matchLabels: { app: 'web' } }, ...spec };
  plane.post(BUDGETS, object('policy/v1', 'PodDisruptionBudget', 'web', { spec: whole }));
  plane.run(200);
  return plane;
}

function eviction(name: string): HttpRequest {
  const body = { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name, namespace: 'default' } };
  return { method: 'POST', path: `${NS}/pods/${name}/eviction`, body };
}

function evict(plane: ControlPlane, name: string) {
  return plane.send(eviction(name));
}

it.each([
  [{ minAvailable: 2 }, { disruptionsAllowed: 1, desiredHealthy: 2, expectedPods: 3, currentHealthy: 3 }],
  [{ minAvailable: '50%' }, { disruptionsAllowed: 1, desiredHealthy: 2, expectedPods: 3 }],
  [{ maxUnavailable: 1 }, { disruptionsAllowed: 1, desiredHealthy: 2, expectedPods: 3 }],
  [{ maxUnavailable: '100%' }, { disruptionsAllowed: 3, desiredHealthy: 0, expectedPods: 3 }],
  [{ minAvailable: 5 }, { disruptionsAllowed: 0, desiredHealthy: 5, expectedPods: 3 }],
])('%o allows what its pods can bear', (spec, status) => {
  const { status: found } = three(spec).get<PodDisruptionBudget>(`${BUDGETS}/web`);
  expect(found).toMatchObject({ ...status, observedGeneration: 1 });
  const isAllowed = status.disruptionsAllowed > 0;
  expect(found?.conditions).toMatchObject([
    { status: isAllowed ? 'True' : 'False', reason: isAllowed ? 'SufficientPods' : 'InsufficientPods' },
  ]);
});

it('one eviction uses the budget up; the next has to wait until the pod is replaced', () => {
  const plane = three({ minAvailable: 2 });
  const [first = '', second = ''] = plane.pods().map(({ metadata }) => metadata.name);
  expect(evict(plane, first)).toMatchObject({ status: 201, body: { status: 'Success' } });
  expect(evict(plane, second)).toMatchObject({
    status: 429,
    body: {
      reason: 'TooManyRequests',
      message: "Cannot evict pod as it would violate the pod's disruption budget.",
      details: {
        causes: [
          { reason: 'DisruptionBudget', message: expect.stringMatching(/^The disruption budget web needs 2 healthy/) },
        ],
      },
    },
  });
  plane.run(40_000);
  expect(evict(plane, second).status).toBe(201);
});

it('an evicted pod says so', () => {
  const plane = three({ maxUnavailable: 1 });
  const [first = ''] = plane.pods().map(({ metadata }) => metadata.name);
  evict(plane, first);
  expect(plane.get(`${NS}/pods/${first}`).status).toMatchObject({
    conditions: expect.arrayContaining([
      expect.objectContaining({ type: 'DisruptionTarget', status: 'True', reason: 'EvictionByEvictionAPI' }),
    ]),
  });
});

it('without a budget nothing stands in the way; another name does', () => {
  const plane = three({ maxUnavailable: 3 });
  plane.post(`${NS}/pods`, object('v1', 'Pod', 'alone', { spec: { containers: [{ name: 'c', image: 'nginx:1' }] } }));
  expect(evict(plane, 'alone').status).toBe(201);
  expect(evict(plane, 'nobody')).toMatchObject({ status: 404, body: { message: 'pods "nobody" not found' } });
  const path = `${NS}/pods/alone/eviction`;
  expect(plane.send({ method: 'POST', path, body: { metadata: { name: 'x' } } })).toMatchObject({
    status: 400,
    body: { message: 'name in URL does not match name in Eviction object' },
  });
});

it.each([
  ['a pod that is not ready may go', 'False', 201, ''],
  [
    'but not when it becomes ready just then',
    'True',
    429,
    'The disruption budget web is still being processed by the server.',
  ],
])('%s', (_what, status, code, message) => {
  const plane = three({ minAvailable: 2 });
  const [name = ''] = plane.pods().map(({ metadata }) => metadata.name);
  const ready = (is: string): HttpRequest => {
    const headers = { 'content-type': 'application/strategic-merge-patch+json' };
    const body = { status: { conditions: [{ type: 'Ready', status: is }] } };
    return { method: 'PATCH', path: `${NS}/pods/${name}/status`, headers, body };
  };
  plane.send(ready('False'));
  plane.run(200);
  // Both are under way at once: the pod is read, then written by the other, and then it would be deleted.
  for (const request of [ready(status), eviction(name)])
    plane.simulation.inject(address<{ ask: HttpRequest }>('driver'), 'ask', request, []);
  plane.run(200);
  const { answers } = plane.world.states.get('driver') as DriverState;
  const causes = message === '' ? {} : { body: { details: { causes: [{ message }] } } };
  expect(answers.at(-1)).toMatchObject({ status: code, ...causes });
});
