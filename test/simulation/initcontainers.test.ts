import { expect, it } from 'vitest';
import { neededBy } from '../../sim/api/podspec/initcontainers.ts';
import { printPod } from '../../sim/api/podspec/printed.ts';
import { wholeValue } from '../../sim/api/quantity.ts';
import { addKinds } from '../../sim/packs/kinds.ts';
import { nodes, PODS } from '../node/cluster.ts';

addKinds();

const sh = (name: string, script: string, more: object = {}) => {
  return { name, image: 'busybox:1.36', command: ['sh', '-c', script], ...more };
};
const sidecar = (name: string, more: object = {}) => sh(name, 'sleep 100000', { restartPolicy: 'Always', ...more });

/** The STATUS cell of a pod, each time it changed, looked at every half second. */
function statuses(cluster: ReturnType<typeof nodes>, name: string, seconds: number): string[] {
  const seen: string[] = [];
  for (let at = 0; at < seconds * 2; at++) {
    cluster.run(440);
    const { ready, status } = printPod(cluster.pod(name), cluster.simulation.world.now);
    const text = `${ready} ${status}`;
    if (seen.at(-1) !== text) seen.push(text);
  }
  return seen;
}

it('init containers run one after the other, and only then the others', () => {
  const cluster = nodes();
  cluster.addPod('web', { initContainers: [sh('one', 'sleep 5'), sh('two', 'sleep 5')] });
  expect(statuses(cluster, 'web', 30)).toEqual(['0/1 Init:0/2', '0/1 Init:1/2', '0/1 PodInitializing', '1/1 Running']);
  const { initContainerStatuses = [], conditions = [] } = cluster.status('web');
  expect(initContainerStatuses.map(({ name, ready, state }) => [name, ready, state?.terminated?.reason])).toEqual([
    ['one', true, 'Completed'],
    ['two', true, 'Completed'],
  ]);
  expect(conditions.find(({ type }) => type === 'Initialized')?.status).toBe('True');
  const paths = cluster
    .requests('POST', /\/events$/)
    .map(({ body }) => body as { reason: string; involvedObject: { fieldPath?: string } })
    .filter(({ reason }) => reason === 'Started')
    .map(({ involvedObject }) => involvedObject.fieldPath);
  expect(paths).toEqual(['spec.initContainers{one}', 'spec.initContainers{two}', 'spec.containers{c}']);
});

it('says which are not done', () => {
  const cluster = nodes();
  cluster.addPod('web', { initContainers: [sh('one', 'sleep 5'), sidecar('two')] });
  cluster.run(4000);
  const condition = cluster.status('web').conditions?.find(({ type }) => type === 'Initialized');
  expect(condition).toMatchObject({
    status: 'False',
    reason: 'ContainersNotInitialized',
    message: 'containers with incomplete status: [one two]',
  });
  expect(cluster.status('web').containerStatuses?.[0]?.state?.waiting?.reason).toBe('PodInitializing');
});

it.each([
  ['Always', ['0/1 Init:0/1', '0/1 Init:Error', '0/1 Init:CrashLoopBackOff'], 'Pending'],
  ['Never', ['0/1 Init:0/1', '0/1 Init:Error'], 'Failed'],
])('one that fails, with restartPolicy %s', (restartPolicy, expected, phase) => {
  const cluster = nodes();
  cluster.addPod('web', { restartPolicy, initContainers: [sh('one', 'exit 3')] });
  const seen = statuses(cluster, 'web', 20);
  expect([...new Set(seen)]).toEqual(expected);
  expect(cluster.status('web')).toMatchObject({ phase });
});

it('a sidecar starts first, keeps running, is restarted, and ends last', () => {
  const cluster = nodes();
  const first = sidecar('log', { command: ['sleeper'], image: 'harbour/sleeper:1.0' });
  const second = sidecar('mesh', { command: ['sleeper'], image: 'harbour/sleeper:1.0' });
  cluster.addPod('web', { initContainers: [first, second] });
  cluster.run(10_000);
  expect(printPod(cluster.pod('web'), cluster.simulation.world.now)).toMatchObject({ ready: '3/3', status: 'Running' });
  const started = () => cluster.notes('kubelet/started').map(({ note }) => note['container']);
  expect(started()).toEqual(['log', 'mesh', 'c']);
  const body = { namespace: 'default', pod: 'web', container: 'log', exitCode: 1 };
  cluster.simulation.send('client', 'containerd/node-1' as never, 'crash' as never, body as never, 0, '', {});
  cluster.run(5000);
  expect(started()).toEqual(['log', 'mesh', 'c', 'log']);
  expect(printPod(cluster.pod('web'), cluster.simulation.world.now)).toMatchObject({ ready: '3/3', status: 'Running' });
  cluster.call('DELETE', `${PODS}/web`);
  cluster.run(5000);
  expect(cluster.notes('kubelet/killing').map(({ note }) => note['container'])).toEqual(['c', 'mesh', 'log']);
  expect(cluster.call('GET', `${PODS}/web`).status).toBe(404);
});

it('a sidecar does not keep a finished pod', () => {
  const cluster = nodes();
  const spec = {
    restartPolicy: 'Never',
    initContainers: [sidecar('log', { command: ['sleeper'], image: 'harbour/sleeper:1.0' })],
  };
  cluster.addPod('job', spec, sh('c', 'sleep 3'));
  cluster.run(20_000);
  expect(cluster.status('job')).toMatchObject({ phase: 'Succeeded' });
  expect(cluster.notes('kubelet/killing').map(({ note }) => note['container'])).toEqual(['log']);
});

it('the pod waits for the startup probe of a sidecar', () => {
  const cluster = nodes();
  const startupProbe = { exec: { command: ['test', '-e', '/up'] }, periodSeconds: 1, failureThreshold: 30 };
  const slow = sh('slow', 'sleep 8; touch /up; sleep 100000', { restartPolicy: 'Always', startupProbe });
  cluster.addPod('web', { initContainers: [slow] });
  cluster.run(7000);
  expect(cluster.notes('kubelet/started')).toHaveLength(1);
  cluster.run(9000);
  expect(printPod(cluster.pod('web'), cluster.simulation.world.now)).toMatchObject({ ready: '2/2', status: 'Running' });
});

it('a rule of a container restarts it in a pod that never does', () => {
  const cluster = nodes();
  const rules = [{ action: 'Restart', exitCodes: { operator: 'In', values: [42] } }];
  const own = { restartPolicy: 'Never', restartPolicyRules: rules };
  cluster.addPod('ruled', { restartPolicy: 'Never' }, sh('c', 'sleep 2; exit 42', own));
  cluster.addPod('plain', { restartPolicy: 'Never' }, sh('c', 'sleep 2; exit 41', own));
  cluster.run(12_000);
  expect(cluster.status('ruled').containerStatuses?.[0]?.restartCount).toBeGreaterThan(0);
  expect(cluster.status('plain')).toMatchObject({ phase: 'Failed' });
});

it.each([
  [
    'the largest init container',
    [
      ['8', ''],
      ['5', ''],
    ],
    ['3', '3'],
    8,
  ],
  ['the sum, when it is larger', [['2', '']], ['3', '3'], 6],
  [
    'sidecars count with the others',
    [
      ['2', 'Always'],
      ['5', ''],
    ],
    ['3'],
    7,
  ],
  [
    'an init container has the sidecars before it',
    [
      ['2', 'Always'],
      ['9', ''],
      ['4', 'Always'],
    ],
    ['3'],
    11,
  ],
])('requests: %s', (_, init, own, expected) => {
  const of = ([cpu = '', restartPolicy = '']: readonly string[]) => ({ name: cpu, restartPolicy });
  const spec = { initContainers: init.map(of), containers: own.map((cpu) => of([cpu])) };
  const sums = { zero: 0, of: ({ name }: { name: string }) => wholeValue(name), add: (a: number, b: number) => a + b };
  expect(neededBy(spec, { ...sums, most: Math.max })).toBe(expected);
});
