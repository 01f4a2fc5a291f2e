import { describe, expect, it } from 'vitest';
import type { Node } from '../../sim/api/kinds/node.ts';
import type { PodStatus } from '../../sim/api/kinds/pod.ts';
import { addPack } from '../../sim/cluster/boot.ts';
import { metrics } from '../../sim/packs/metrics.ts';
import { nodes, PODS } from '../node/cluster.ts';

addPack(metrics);

const conditions = (status: PodStatus) => {
  return Object.fromEntries((status.conditions ?? []).map(({ type, status: value }) => [type, value]));
};
const sh = (script: string) => ({ image: 'busybox:1.36', command: ['sh', '-c', script] });

describe('a node', () => {
  it('registers, becomes ready and renews its lease every ten seconds', () => {
    const { get, run, events, requests } = nodes();
    run(60_000);
    const node = get('/api/v1/nodes/node-1') as Node;
    expect(node.status?.conditions?.map(({ type, status }) => `${type}=${status}`)).toEqual([
      'MemoryPressure=False',
      'DiskPressure=False',
      'PIDPressure=False',
      'Ready=True',
    ]);
    expect(node.status?.allocatable).toMatchObject({ cpu: '2', memory: '3996Mi', pods: '110' });
    expect(events('node-1')).toEqual([
      'Starting: Starting kubelet.',
      'NodeHasSufficientMemory: Node node-1 status is now: NodeHasSufficientMemory',
      'NodeHasNoDiskPressure: Node node-1 status is now: NodeHasNoDiskPressure',
      'NodeHasSufficientPID: Node node-1 status is now: NodeHasSufficientPID',
      'NodeReady: Node node-1 status is now: NodeReady',
    ]);
    const renewals = requests('PUT', /leases\/node-1$/).map(({ at }) => at);
    expect(renewals.length).toBeGreaterThanOrEqual(5);
    for (const [index, at] of renewals.slice(1).entries()) {
      expect(at - (renewals[index] ?? 0)).toBeGreaterThanOrEqual(9990);
      expect(at - (renewals[index] ?? 0)).toBeLessThanOrEqual(10_420);
    }
  });

  it('writes its status only when it changes', () => {
    const { run, requests } = nodes();
    run(60_000);
    expect(requests('PATCH', /nodes\/node-1\/status$/)).toHaveLength(1);
  });
});

describe('starting a pod', () => {
  it('patches the status three times, in the order of the book', () => {
    const { addPod, run, requests, events, status } = nodes();
    addPod('web');
    run(10_000);
    const patches = requests('PATCH', /pods\/web\/status$/).map(({ body }) => (body as { status: PodStatus }).status);
    expect(patches.map(conditions)).toEqual([
      {
        PodReadyToStartContainers: 'False',
        Initialized: 'True',
        Ready: 'False',
        ContainersReady: 'False',
        PodScheduled: 'True',
      },
      { PodReadyToStartContainers: 'True' },
      { Ready: 'True', ContainersReady: 'True' },
    ]);
    expect(patches.map(({ phase }) => phase)).toEqual([undefined, undefined, 'Running']);
    expect(patches[0]?.containerStatuses?.[0]?.state).toEqual({ waiting: { reason: 'ContainerCreating' } });
    expect(events('web').map((text) => text.split(':')[0])).toEqual(['Pulling', 'Pulled', 'Created', 'Started']);
    const [, pulled] = events('web');
    const times = /^Pulled: Successfully pulled image "nginx:1\.27" in [\d.]+m?s \([\d.]+m?s including waiting\)\./;
    expect(pulled).toMatch(times);
    expect(pulled).toMatch(/ Image size: \d+ bytes\.$/);
    expect(status('web')).toMatchObject({ phase: 'Running', podIP: '10.244.1.2', hostIP: '10.0.0.1' });
    expect(status('web').conditions?.every(({ reason }) => reason === undefined)).toBe(true);
  });

  it('calls the runtime in order, and does not pull what is there', () => {
    const { addPod, run, records, events } = nodes(1, {}, { images: ['nginx:1.27'] });
    addPod('web');
    run(5000);
    const calls = records.flatMap((record) => {
      if (record.type !== 'delivered' || record.message.routine) return [];
      return record.message.from === 'kubelet/node-1' && record.message.to === 'containerd/node-1'
        ? [record.message.kind]
        : [];
    });
    expect(calls).toEqual(['runPodSandbox', 'imageStatus', 'createContainer', 'startContainer']);
    expect(events('web')[0]).toBe(
      'Pulled: Container image "nginx:1.27" already present on machine and can be accessed by the pod',
    );
  });

  it.each([
    ['cpu', { requests: { cpu: '3' } }, 'OutOfcpu', 'cpu, requested: 3000, used: 0, capacity: 2000'],
    [
      'memory',
      { requests: { memory: '8Gi' } },
      'OutOfmemory',
      'memory, requested: 8589934592, used: 0, capacity: 4190109696',
    ],
  ])('refuses a pod that wants too much %s', (_name, resources, reason, numbers) => {
    const { addPod, run, status, events } = nodes();
    addPod('big', {}, { resources });
    run(1000);
    const message = `Node didn't have enough resource: ${numbers}`;
    expect(status('big')).toMatchObject({ phase: 'Failed', reason, message: `Pod was rejected: ${message}` });
    expect(events('big')).toEqual([`${reason}: ${message}`]);
  });
});

describe('containers that end', () => {
  it('restarts at once, then after 10, 20, 40, 80 and 160 s, and at most half as much again', () => {
    const { addPod, run, notes, status, events } = nodes();
    addPod('crash', {}, sh('exit 1'));
    run(700_000);
    const ends = notes('containerd/exited').map(({ at }) => at);
    const starts = notes('kubelet/started').map(({ at }) => at);
    const delays = starts.slice(1, 7).map((at, index) => at - (ends[index] ?? 0));
    expect(delays[0]).toBeLessThan(1300);
    for (const [index, wanted] of [10_000, 20_000, 40_000, 80_000, 160_000].entries()) {
      const delay = delays[index + 1] ?? 0;
      expect(delay).toBeGreaterThanOrEqual(wanted);
      expect(delay).toBeLessThan(wanted * 1.5 + 60_000);
    }
    expect(status('crash').phase).toBe('Running');
    expect(status('crash').containerStatuses?.[0]?.lastState?.terminated).toMatchObject({
      exitCode: 1,
      reason: 'Error',
    });
    expect(
      events('crash').some((text) =>
        /^BackOff: Back-off restarting failed container c in pod crash_default\(/.test(text),
      ),
    ).toBe(true);
    const waiting = notes('kubelet/back-off').map(({ note }) => note['delayMs']);
    expect(new Set(waiting)).toEqual(
      new Set([10_000, 20_000, 40_000, 80_000, 160_000, 300_000].slice(0, new Set(waiting).size)),
    );
  });

  it.each([
    ['Never', 'exit 0', 'Succeeded', 0],
    ['Never', 'exit 3', 'Failed', 0],
    ['OnFailure', 'exit 0', 'Succeeded', 0],
    ['OnFailure', 'test -f /again || { touch /again; exit 1; }', 'Running', 1],
  ])('with restartPolicy %s and %s is %s', (restartPolicy, script, phase, restarts) => {
    const { addPod, run, status } = nodes();
    addPod('job', { restartPolicy }, sh(script.includes('{') ? 'exit 1' : script));
    run(8000);
    expect(status('job').phase).toBe(phase);
    expect(status('job').containerStatuses?.[0]?.restartCount).toBe(restarts);
  });

  it('is killed when it uses more memory than its limit', () => {
    const { addPod, run, status } = nodes();
    const args = ['--vm', '1', '--vm-bytes', '250M'];
    addPod(
      'stress',
      {},
      { image: 'polinux/stress', command: ['stress'], args, resources: { limits: { memory: '100Mi' } } },
    );
    run(6000);
    const [c] = status('stress').containerStatuses ?? [];
    expect(c?.lastState?.terminated).toMatchObject({ exitCode: 137, reason: 'OOMKilled' });
  });

  it('says so when the image has no such command', () => {
    const { addPod, run, status, events } = nodes();
    addPod('typo', {}, { image: 'busybox:1.36', command: ['slep', '5'] });
    run(2500);
    const [c] = status('typo').containerStatuses ?? [];
    const known = c?.state?.terminated ?? c?.lastState?.terminated;
    expect(known).toMatchObject({ exitCode: 128, reason: 'StartError' });
    expect(events('typo').find((text) => text.startsWith('Failed: Error:'))).toContain(
      'executable file not found in $PATH',
    );
  });
});

describe('another image', () => {
  const patch = (made: ReturnType<typeof nodes>, image: string) => {
    const pod = made.pod('web');
    const containers = pod.spec.containers.map((container) => ({ ...container, image }));
    expect(made.call('PUT', `${PODS}/web`, { ...pod, spec: { ...pod.spec, containers } }).status).toBe(200);
  };

  it('restarts the container in its place', () => {
    const made = nodes();
    made.addPod('web');
    made.run(5000);
    patch(made, 'nginx:1.28');
    made.run(8000);
    expect(made.events('web')).toContain('Killing: Container c definition changed, will be restarted');
    const [c] = made.status('web').containerStatuses ?? [];
    expect(c).toMatchObject({ image: 'docker.io/library/nginx:1.28', restartCount: 1, ready: true });
    expect(made.status('web').podIP).toBe('10.244.1.2');
  });

  it('in the middle of a start waits for it to end, and nothing is started twice', () => {
    const made = nodes();
    made.addPod('web');
    made.run(1000);
    patch(made, 'nginx:1.28');
    made.run(10_000);
    const names = made.notes('kubelet/started');
    expect(names).toHaveLength(2);
    expect(made.status('web').containerStatuses?.[0]).toMatchObject({ restartCount: 1, ready: true });
  });
});

describe('images that do not come', () => {
  it('is ErrImagePull, then ImagePullBackOff', () => {
    const { addPod, run, status, events } = nodes();
    addPod('bad', {}, { image: 'nginx:1.161' });
    run(3000);
    const waiting = () => status('bad').containerStatuses?.[0]?.state?.waiting;
    expect(waiting()).toMatchObject({ reason: 'ErrImagePull' });
    run(14_000);
    expect(events('bad')).toEqual([
      'Pulling: Pulling image "nginx:1.161"',
      expect.stringMatching(/^Failed: Failed to pull image "nginx:1\.161": rpc error: code = NotFound .*: not found$/),
      'Failed: Error: ErrImagePull',
      'BackOff: Back-off pulling image "nginx:1.161"',
      'Failed: Error: ImagePullBackOff',
    ]);
    expect(waiting()?.reason).toMatch(/^(ErrImagePull|ImagePullBackOff)$/);
    expect(status('bad').phase).toBe('Pending');
  });

  it('never pulls with the policy Never', () => {
    const { addPod, run, status, records } = nodes();
    addPod('never', {}, { imagePullPolicy: 'Never' });
    run(3000);
    expect(status('never').containerStatuses?.[0]?.state?.waiting?.reason).toBe('ErrImageNeverPull');
    expect(records.some((record) => record.type === 'sent' && record.message.kind === 'pullImage')).toBe(false);
  });
});

describe('probes', () => {
  it('is not ready before its readiness probe has succeeded', () => {
    const { addPod, run, status } = nodes();
    addPod('r', {}, { readinessProbe: { httpGet: { path: '/', port: 80 }, initialDelaySeconds: 5 } });
    run(5000);
    expect(conditions(status('r'))).toMatchObject({ Ready: 'False', ContainersReady: 'False' });
    expect(status('r').phase).toBe('Running');
    run(6000);
    expect(conditions(status('r'))).toMatchObject({ Ready: 'True' });
  });

  it('tells why it is not ready', () => {
    const { addPod, run, events, status } = nodes();
    addPod('r', {}, { readinessProbe: { httpGet: { path: '/', port: 81 }, periodSeconds: 2 } });
    run(12_000);
    const reason = 'dial tcp 10.244.1.2:81: connect: connection refused';
    expect(events('r')).toContain(`Unhealthy: Readiness probe failed: Get "http://10.244.1.2:81/": ${reason}`);
    expect(status('r').containerStatuses?.[0]?.restartCount).toBe(0);
  });

  it('restarts a container whose liveness probe fails three times', () => {
    const { addPod, run, events, status } = nodes();
    const script = 'touch /tmp/healthy; sleep 5; rm -f /tmp/healthy; sleep 600';
    const livenessProbe = { exec: { command: ['cat', '/tmp/healthy'] }, initialDelaySeconds: 1, periodSeconds: 2 };
    addPod('l', { terminationGracePeriodSeconds: 3 }, { ...sh(script), livenessProbe });
    run(20_000);
    expect(events('l')).toContain(
      "Unhealthy: Liveness probe failed: cat: can't open '/tmp/healthy': No such file or directory\n",
    );
    expect(events('l')).toContain('Killing: Container c failed liveness probe, will be restarted');
    const [c] = status('l').containerStatuses ?? [];
    expect(c?.restartCount).toBe(1);
    expect(c?.lastState?.terminated).toMatchObject({ exitCode: 137 });
  });

  it('lets a startup probe hold the others', () => {
    const { addPod, run, status, notes } = nodes();
    const startupProbe = { exec: { command: ['cat', '/up'] }, periodSeconds: 1, failureThreshold: 30 };
    const readinessProbe = { exec: { command: ['true'] }, periodSeconds: 1 };
    addPod('s', {}, { ...sh('sleep 6; touch /up; sleep 600'), startupProbe, readinessProbe });
    run(5000);
    expect(status('s').containerStatuses?.[0]).toMatchObject({ started: false, ready: false });
    run(8000);
    expect(status('s').containerStatuses?.[0]).toMatchObject({ started: true, ready: true });
    expect(notes('kubelet/readiness-success')[0]?.at).toBeGreaterThan(notes('kubelet/startup-success')[0]?.at ?? 0);
  });
});

describe('ending a pod', () => {
  it('asks kindly, waits for the end, tells the API and lets go', () => {
    const { addPod, run, call, events, requests, notes, inspect } = nodes();
    addPod('web');
    run(5000);
    call('DELETE', `${PODS}/web`);
    run(3000);
    expect(events('web').at(-1)).toBe('Killing: Stopping container c');
    const [last] = requests('DELETE', /pods\/web$/);
    expect(last?.body).toMatchObject({ gracePeriodSeconds: 0, preconditions: { uid: expect.any(String) } });
    expect(call('GET', `${PODS}/web`).status).toBe(404);
    expect(notes('containerd/sigkill')).toEqual([]);
    expect(inspect('kubelet/node-1')['pods']).toEqual([]);
    expect(inspect('containerd/node-1')['sandboxes']).toEqual([]);
    expect(inspect('network/node-1')['ips']).toEqual([]);
  });

  it('kills what does not listen when the grace period is over', () => {
    const { addPod, run, call, notes, requests } = nodes();
    addPod('deaf', {}, sh('sleep 3600'));
    run(5000);
    call('DELETE', `${PODS}/deaf`);
    run(40_000);
    const grace = (notes('containerd/sigkill')[0]?.at ?? 0) - (notes('containerd/sigterm')[0]?.at ?? 0);
    expect(grace).toBe(30_000);
    const final = requests('PATCH', /pods\/deaf\/status$/).at(-1)?.body as { status: PodStatus };
    expect(final.status).toMatchObject({ phase: 'Failed' });
    expect(final.status.containerStatuses?.[0]?.state?.terminated).toMatchObject({ exitCode: 137, reason: 'Error' });
    expect(call('GET', `${PODS}/deaf`).status).toBe(404);
  });

  it('hurries when a second deletion gives less time', () => {
    const { addPod, run, call, notes } = nodes();
    addPod('deaf', {}, sh('sleep 3600'));
    run(5000);
    call('DELETE', `${PODS}/deaf`);
    run(1000);
    call('DELETE', `${PODS}/deaf`, { gracePeriodSeconds: 4 });
    run(8000);
    const grace = (notes('containerd/sigkill')[0]?.at ?? 0) - (notes('containerd/sigterm')[0]?.at ?? 0);
    expect(grace).toBeGreaterThan(4500);
    expect(grace).toBeLessThan(6000);
  });

  it('ends what the API has forgotten', () => {
    const { addPod, run, call, inspect } = nodes();
    addPod('deaf', {}, sh('sleep 3600'));
    run(5000);
    expect(call('DELETE', `${PODS}/deaf`, { gracePeriodSeconds: 0 }).status).toBe(200);
    expect(call('GET', `${PODS}/deaf`).status).toBe(404);
    run(35_000);
    expect(inspect('containerd/node-1')['containers']).toEqual([]);
    expect(inspect('kubelet/node-1')['pods']).toEqual([]);
  });

  it('stops pulling for a pod that is deleted', () => {
    const { addPod, run, call } = nodes();
    addPod('slow', {}, { image: 'gcr.io/google-samples/gb-frontend:v5' });
    run(1500);
    call('DELETE', `${PODS}/slow`);
    run(2500);
    expect(call('GET', `${PODS}/slow`).status).toBe(404);
  });
});

describe('faults', () => {
  it('a restart of kubelet leaves containers alone', () => {
    const { simulation, addPod, run, status, inspect, records } = nodes();
    addPod('web', {}, { readinessProbe: { tcpSocket: { port: 80 } } });
    run(8000);
    const before = inspect('containerd/node-1')['containers'];
    simulation.crash('kubelet/node-1');
    run(3000);
    simulation.restart('kubelet/node-1');
    const from = records.length;
    run(20_000);
    const now = inspect('containerd/node-1')['containers'] as { id: string; attempt: number }[];
    expect(now.map(({ id }) => id)).toEqual((before as { id: string }[]).map(({ id }) => id));
    expect(conditions(status('web'))).toMatchObject({ Ready: 'True' });
    const changes = records.slice(from).filter((record) => {
      return (
        record.type === 'delivered' &&
        record.message.kind === 'request' &&
        JSON.stringify(record.message.body).includes('pods/web/status')
      );
    });
    expect(changes).toEqual([]);
  });

  it('a kubelet that was away removes pods that were deleted meanwhile', () => {
    const { simulation, addPod, run, call, inspect } = nodes();
    addPod('web');
    run(5000);
    simulation.crash('kubelet/node-1');
    call('DELETE', `${PODS}/web`, { gracePeriodSeconds: 0 });
    simulation.restart('kubelet/node-1');
    run(10_000);
    expect(inspect('containerd/node-1')['containers']).toEqual([]);
    expect(inspect('containerd/node-1')['sandboxes']).toEqual([]);
  });

  it('a power loss ends all containers; they come back in new sandboxes', () => {
    const { simulation, addPod, run, status, events } = nodes();
    addPod('web');
    run(5000);
    simulation.powerOff('node-1');
    run(5000);
    simulation.powerOn('node-1');
    run(20_000);
    const [c] = status('web').containerStatuses ?? [];
    expect(c).toMatchObject({ restartCount: 1, ready: true });
    expect(c?.lastState?.terminated).toMatchObject({ exitCode: 255, reason: 'Unknown' });
    expect(status('web').podIP).toBe('10.244.1.3');
    expect(status('web').podIPs).toEqual([{ ip: '10.244.1.3' }]);
    expect(events('web')).toContain('SandboxChanged: Pod sandbox changed, it will be killed and re-created.');
    expect(events('node-1').some((text) => /^Rebooted: Node node-1 has been rebooted, boot id: /.test(text))).toBe(
      true,
    );
  });

  it('a restart of containerd leaves its containers running', () => {
    const { simulation, addPod, run, status, call } = nodes();
    addPod('web', {}, sh('while true; do echo tick; sleep 1; done'));
    run(5000);
    simulation.crash('containerd/node-1');
    run(2000);
    simulation.restart('containerd/node-1');
    run(15_000);
    expect(status('web').containerStatuses?.[0]).toMatchObject({ restartCount: 0, ready: true });
    const log = String(call('GET', `${PODS}/web/log`).body).split('\n');
    expect(log.length).toBeGreaterThan(15);
  });

  it('a crash from outside is a crash like any other', () => {
    const { simulation, addPod, run, status } = nodes();
    addPod('web');
    run(5000);
    const crash = { namespace: 'default', pod: 'web', container: '', exitCode: 1 };
    simulation.inject('containerd/node-1' as never, 'crash' as never, crash as never, []);
    run(5000);
    expect(status('web').containerStatuses?.[0]).toMatchObject({ restartCount: 1, ready: true });
  });
});

describe('logs', () => {
  it('come from the runtime, or are refused in the words of kubelet', () => {
    const { addPod, run, call } = nodes();
    addPod('talk', {}, sh('echo one; echo two; sleep 600'));
    expect(call('GET', `${PODS}/talk/log`)).toMatchObject({
      status: 400,
      body: { message: 'container "c" in pod "talk" is waiting to start: ContainerCreating' },
    });
    run(4000);
    expect(call('GET', `${PODS}/talk/log`).body).toBe('one\ntwo\n');
    expect(call('GET', `${PODS}/talk/log`, undefined, { tailLines: '1' }).body).toBe('two\n');
  });
});
