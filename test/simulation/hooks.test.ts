import { expect, it } from 'vitest';
import { addKinds } from '../../sim/packs/kinds.ts';
import { nodes, PODS } from '../node/cluster.ts';

addKinds();

type Cluster = ReturnType<typeof nodes>;
const exec = (...command: string[]) => ({ exec: { command } });
const sleeper = (more: object = {}) => ({ image: 'harbour/sleeper:1.0', command: ['sleeper'], ...more });

/** How long a pod took to go, in whole seconds. */
function secondsToDelete(cluster: Cluster, name: string, most = 60): number {
  const start = cluster.simulation.world.now;
  cluster.call('DELETE', `${PODS}/${name}`);
  while (cluster.call('GET', `${PODS}/${name}`).status === 200 && cluster.simulation.world.now < start + most * 1000) {
    cluster.run(100);
  }
  return Math.floor((cluster.simulation.world.now - start) / 1000);
}

it('postStart comes before the next container', () => {
  const cluster = nodes();
  const first = { name: 'a', ...sleeper({ lifecycle: { postStart: { sleep: { seconds: 5 } } } }) };
  const containers = [first, { name: 'b', ...sleeper() }];
  cluster.call('POST', PODS, { metadata: { name: 'web' }, spec: { nodeName: 'node-1', containers } });
  cluster.run(12_000);
  const [a = 0, b = 0] = cluster.notes('kubelet/started').map(({ at }) => at);
  expect(b - a).toBeGreaterThan(5000);
  expect(cluster.status('web')).toMatchObject({ phase: 'Running' });
});

it('a postStart hook that fails ends its container, which is started again', () => {
  const cluster = nodes();
  cluster.addPod('web', {}, sleeper({ lifecycle: { postStart: exec('sh', '-c', 'echo no; exit 4') } }));
  while (cluster.events('web').length < 6) cluster.run(20);
  cluster.run(200);
  expect(cluster.events('web').slice(3)).toEqual([
    'Started: Container started',
    'FailedPostStartHook: PostStartHook failed',
    'Killing: FailedPostStartHook',
  ]);
  const patches = () => cluster.requests('PATCH', /status$/).map(({ body }) => JSON.stringify(body));
  cluster.run(3000);
  const told =
    /Exec lifecycle hook \(\[sh -c echo no; exit 4\]\) for Container \\"c\\" in Pod \\"web_default\([^)]*\)\\" failed - error: command 'sh -c echo no; exit 4' exited with 4: no/;
  expect(patches().some((patch) => patch.includes('PostStartHookError') && told.test(patch))).toBe(true);
  const restartCount = cluster.status('web').containerStatuses?.[0]?.restartCount;
  cluster.run(40_000);
  expect(cluster.status('web').containerStatuses?.[0]?.restartCount).toBeGreaterThan(restartCount ?? 0);
});

it('the words of a failed hook: a request that nobody takes, and a command of a sidecar', () => {
  const cluster = nodes();
  const refused = sleeper({ lifecycle: { postStart: { httpGet: { path: '/ready', port: 81 } } } });
  cluster.addPod('web', {}, refused);
  const sidecar = {
    name: 's',
    restartPolicy: 'Always',
    ...sleeper({ lifecycle: { postStart: exec('sh', '-c', 'exit 3') } }),
  };
  cluster.addPod('two', { initContainers: [sidecar] }, sleeper());
  cluster.run(8000);
  const patches = cluster.requests('PATCH', /status$/).map(({ body }) => JSON.stringify(body));
  const words = [
    /HTTP lifecycle hook \(\/ready\) for Container \\"c\\" in Pod \\"web_default\([^)]*\)\\" failed - error: Get \\"http:\/\/10\.244\.1\.\d+:81\/ready\\": dial tcp 10\.244\.1\.\d+:81: connect: connection refused/,
    /Exec lifecycle hook \(\[sh -c exit 3\]\) for Container \\"s\\" in Pod \\"two_default\([^)]*\)\\" failed - error: command 'sh -c exit 3' exited with 3/,
  ];
  for (const told of words) expect(patches.some((patch) => told.test(patch))).toBe(true);
});

it.each([
  ['exec', exec('sleep', '6'), 6],
  ['sleep', { sleep: { seconds: 4 } }, 4],
  ['longer than the grace period', exec('sleep', '600'), 10],
])('preStop uses up the grace period: %s', (_, preStop, seconds) => {
  const cluster = nodes();
  cluster.addPod('web', { terminationGracePeriodSeconds: 10 }, sleeper({ lifecycle: { preStop } }));
  cluster.run(5000);
  const took = secondsToDelete(cluster, 'web');
  expect(took).toBeGreaterThanOrEqual(seconds);
  expect(took).toBeLessThanOrEqual(seconds + 2);
});

it('a preStop hook that fails is an Event, and no more', () => {
  const cluster = nodes();
  cluster.addPod('web', {}, sleeper({ lifecycle: { preStop: exec('false') } }));
  cluster.run(5000);
  expect(secondsToDelete(cluster, 'web')).toBeLessThan(3);
  expect(cluster.events('web').slice(-2)).toEqual([
    'Killing: Stopping container c',
    'FailedPreStopHook: PreStopHook failed',
  ]);
});

it('hooks ask over HTTP, and nginx can be told to quit', () => {
  const cluster = nodes();
  const hook = (path: string, port = 80) => ({ httpGet: { path, port } });
  cluster.addPod('good', {}, { lifecycle: { postStart: hook('/'), preStop: exec('/usr/sbin/nginx', '-s', 'quit') } });
  cluster.addPod('bad', {}, { lifecycle: { postStart: hook('/', 81) } });
  cluster.run(10_000);
  expect(cluster.status('good')).toMatchObject({ phase: 'Running' });
  expect(cluster.events('bad')).toContain('FailedPostStartHook: PostStartHook failed');
  expect(secondsToDelete(cluster, 'good')).toBeLessThan(3);
  expect(cluster.events('good')).not.toContain('FailedPreStopHook: PreStopHook failed');
});

it('a pod is failed when its deadline is over', () => {
  const cluster = nodes();
  cluster.addPod('web', { activeDeadlineSeconds: 20 }, sleeper());
  cluster.run(15_000);
  expect(cluster.status('web')).toMatchObject({ phase: 'Running' });
  cluster.run(10_000);
  const message = 'Pod was active on the node longer than the specified deadline';
  expect(cluster.status('web')).toMatchObject({ phase: 'Failed', reason: 'DeadlineExceeded', message });
  expect(cluster.events('web')).toContain(`DeadlineExceeded: ${message}`);
});

it('a readiness gate keeps a pod from being ready', () => {
  const cluster = nodes();
  cluster.addPod('web', { readinessGates: [{ conditionType: 'example.com/open' }] }, sleeper());
  cluster.run(5000);
  const ready = () => cluster.status('web').conditions?.find(({ type }) => type === 'Ready');
  expect(ready()).toMatchObject({
    status: 'False',
    reason: 'ReadinessGatesNotReady',
    message: 'corresponding condition of pod readiness gate "example.com/open" does not exist.',
  });
  const pod = cluster.pod('web');
  const write = (status: string) => {
    const conditions = [...(cluster.status('web').conditions ?? []).filter(({ type }) => type !== 'example.com/open')];
    const own = { type: 'example.com/open', status };
    const body = {
      ...pod,
      metadata: { name: 'web' },
      status: { ...cluster.status('web'), conditions: [...conditions, own] },
    };
    expect(cluster.call('PUT', `${PODS}/web/status`, body as never).status).toBe(200);
    cluster.run(1000);
  };
  write('True');
  expect(ready()?.status).toBe('True');
  write('False');
  expect(ready()?.message).toBe('the status of pod readiness gate "example.com/open" is not "True", but False');
});

it.each([
  ['a file', {}, 'echo bye > /dev/termination-log; exit 2', 'bye\n'],
  ['another file', { terminationMessagePath: '/tmp/why' }, 'echo bye > /tmp/why', 'bye\n'],
  [
    'the log, when it failed',
    { terminationMessagePolicy: 'FallbackToLogsOnError' },
    'echo a; echo b; exit 1',
    'a\nb\n',
  ],
  ['nothing, when it did not', { terminationMessagePolicy: 'FallbackToLogsOnError' }, 'echo a', undefined],
])('the message of an end is %s', (_, more, script, message) => {
  const cluster = nodes();
  cluster.addPod('web', { restartPolicy: 'Never' }, { image: 'busybox:1.36', command: ['sh', '-c', script], ...more });
  cluster.run(8000);
  expect(cluster.status('web').containerStatuses?.[0]?.state?.terminated?.message).toBe(message);
});
