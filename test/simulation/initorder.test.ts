import { describe, expect, it } from 'vitest';
import type { Pod } from '../../sim/api/kinds/pod.ts';
import { printPod } from '../../sim/api/podspec/printed.ts';
import { addKinds } from '../../sim/packs/kinds.ts';
import { nodes, PODS } from '../node/cluster.ts';

addKinds();

const sh = (script: string) => ({ image: 'busybox:1.36', command: ['sh', '-c', script] });
const init = (name: string, script: string, more: object = {}) => ({ name, ...sh(script), ...more });
const sidecar = (name: string, script = 'sleep 3600', more: object = {}) => {
  return init(name, script, { restartPolicy: 'Always', ...more });
};

/** What STATUS shows, each text once, as a watcher sees it. */
function statuses(cluster: ReturnType<typeof nodes>, name: string, seconds: number): string[] {
  const seen: string[] = [];
  for (let second = 0; second < seconds * 4; second++) {
    cluster.run(250);
    const { status } = printPod(cluster.pod(name), 0);
    if (seen.at(-1) !== status) seen.push(status);
  }
  return seen;
}

const condition = ({ status }: Pod, type: string) => status?.conditions?.find((each) => each.type === type);
const begins = (cluster: ReturnType<typeof nodes>) =>
  cluster.notes('kubelet/started').map(({ note }) => note['container']);

describe('init containers', () => {
  it('run one after the other, before the others', () => {
    const cluster = nodes();
    cluster.addPod('web', { initContainers: [init('one', 'sleep 2'), init('two', 'sleep 2')] });
    expect(statuses(cluster, 'web', 12)).toEqual(['Init:0/2', 'Init:1/2', 'PodInitializing', 'Running']);
    expect(begins(cluster)).toEqual(['one', 'two', 'c']);
    const pod = cluster.pod('web');
    expect(
      pod.status?.initContainerStatuses?.map(({ ready, started, state }) => [
        ready,
        started,
        state?.terminated?.reason,
      ]),
    ).toEqual([
      [true, false, 'Completed'],
      [true, false, 'Completed'],
    ]);
    expect(condition(pod, 'Initialized')).toMatchObject({ status: 'True' });
    const started = cluster
      .requests('POST', /events$/)
      .map(({ body }) => body as { reason: string; involvedObject: { fieldPath: string } });
    expect(
      started.filter(({ reason }) => reason === 'Started').map(({ involvedObject }) => involvedObject.fieldPath),
    ).toEqual(['spec.initContainers{one}', 'spec.initContainers{two}', 'spec.containers{c}']);
  });

  it('say which of them is not done', () => {
    const { addPod, run, pod } = nodes();
    addPod('web', { initContainers: [init('one', 'true'), init('two', 'sleep 3600')] });
    run(8000);
    expect(pod('web').status?.phase).toBe('Pending');
    expect(condition(pod('web'), 'Initialized')).toMatchObject({
      status: 'False',
      reason: 'ContainersNotInitialized',
      message: 'containers with incomplete status: [two]',
    });
    expect(pod('web').status?.containerStatuses?.[0]?.state).toEqual({ waiting: { reason: 'PodInitializing' } });
  });

  it('are tried again with back-off when one fails', () => {
    const cluster = nodes();
    cluster.addPod('web', { initContainers: [init('one', 'sleep 2; exit 3')] });
    const seen = statuses(cluster, 'web', 40);
    expect(seen.slice(0, 4)).toEqual(['Init:0/1', 'Init:Error', 'Init:0/1', 'Init:Error']);
    expect(seen).toContain('Init:CrashLoopBackOff');
    expect(cluster.events('web').at(-1)).toMatch(
      /^BackOff: Back-off restarting failed container one in pod web_default\(/,
    );
    expect(cluster.pod('web').status?.phase).toBe('Pending');
  });

  it('fail the pod for good with the restart policy Never', () => {
    const { addPod, run, pod } = nodes();
    addPod('web', { restartPolicy: 'Never', initContainers: [init('one', 'exit 3')] });
    run(8000);
    expect(pod('web').status?.phase).toBe('Failed');
    expect(printPod(pod('web'), 0)).toMatchObject({ status: 'Init:Error', ready: '0/1' });
    expect(condition(pod('web'), 'Ready')).toMatchObject({ status: 'False', reason: 'PodFailed' });
  });

  it('share files with the others in an emptyDir', () => {
    const { addPod, run, exec } = nodes();
    const volumes = [{ name: 'work', emptyDir: {} }];
    const write = init('one', 'echo hello > /work/index.html', {
      volumeMounts: [{ name: 'work', mountPath: '/work' }],
    });
    const read = { volumeMounts: [{ name: 'work', mountPath: '/usr/share/nginx/html' }] };
    addPod('web', { volumes, initContainers: [write] }, read);
    run(8000);
    expect(exec('web', 'cat', '/usr/share/nginx/html/index.html')).toBe('hello\n');
  });

  it('run again after a power loss', () => {
    const cluster = nodes();
    cluster.addPod('web', { initContainers: [init('one', 'true'), init('two', 'true')] });
    cluster.run(8000);
    expect(begins(cluster)).toEqual(['one', 'two', 'c']);
    cluster.simulation.powerOff('node-1');
    cluster.run(2000);
    cluster.simulation.powerOn('node-1');
    cluster.run(15_000);
    expect(begins(cluster)).toEqual(['one', 'two', 'c', 'one', 'two', 'c']);
    expect(printPod(cluster.pod('web'), 0)).toMatchObject({ status: 'Running', ready: '1/1' });
  });

  it('have a log of their own', () => {
    const { addPod, run, call } = nodes();
    addPod('web', { initContainers: [init('one', 'echo first')] });
    run(8000);
    expect(call('GET', `${PODS}/web/log`, undefined, { container: 'one' }).body).toBe('first\n');
  });
});

describe('sidecars', () => {
  it('start in order, are counted, and are started again', () => {
    const cluster = nodes();
    cluster.addPod('web', { initContainers: [sidecar('proxy'), init('one', 'sleep 1')] });
    cluster.run(9000);
    expect(begins(cluster)).toEqual(['proxy', 'one', 'c']);
    expect(printPod(cluster.pod('web'), 0)).toMatchObject({ status: 'Running', ready: '2/2' });
    cluster.simulation.send(
      'client',
      'containerd/node-1' as never,
      'crash' as never,
      { namespace: 'default', pod: 'web', container: 'proxy', exitCode: 1 } as never,
      0,
      '',
      {},
    );
    cluster.run(4000);
    expect(begins(cluster)).toEqual(['proxy', 'one', 'c', 'proxy']);
    expect(cluster.pod('web').status?.phase).toBe('Running');
  });

  it('hold the next until their startup probe has succeeded', () => {
    const cluster = nodes();
    const probe = { startupProbe: { exec: { command: ['cat', '/tmp/up'] }, periodSeconds: 1, failureThreshold: 30 } };
    cluster.addPod('web', { initContainers: [sidecar('proxy', 'sleep 6; touch /tmp/up; sleep 3600', probe)] });
    expect(statuses(cluster, 'web', 14)).toEqual(['Init:0/1', 'PodInitializing', 'Running']);
    const [proxy, c] = cluster.notes('kubelet/started').map(({ at }) => at);
    expect((c ?? 0) - (proxy ?? 0)).toBeGreaterThanOrEqual(6000);
  });

  it('do not keep a pod alive whose work is done, and end after it', () => {
    const cluster = nodes();
    const spec = { restartPolicy: 'Never', terminationGracePeriodSeconds: 3 };
    cluster.addPod('job', { ...spec, initContainers: [sidecar('a'), sidecar('b')] }, sh('sleep 2'));
    cluster.run(25_000);
    expect(cluster.pod('job').status?.phase).toBe('Succeeded');
    const ended = cluster.notes('containerd/exited').map(({ note }) => note['container']);
    expect(ended).toEqual(['c', 'b', 'a']);
    expect(printPod(cluster.pod('job'), 0).status).toBe('Completed');
  });
});
