import { describe, expect, it } from 'vitest';
import { printPod } from '../../sim/api/podspec/printed.ts';
import { addKinds } from '../../sim/packs/kinds.ts';
import { nodes, PODS } from '../node/cluster.ts';

addKinds();

const API = '/api/v1/namespaces/default';
const sh = (script: string) => ({ image: 'busybox:1.36', command: ['sh', '-c', script] });
type Cluster = ReturnType<typeof nodes>;
const status = ({ pod }: Cluster, name: string) => printPod(pod(name), 0).status;
const logOf = ({ call }: Cluster, name: string) => String(call('GET', `${PODS}/${name}/log`).body);
const waiting = ({ status: of }: Cluster, name: string) => of(name).containerStatuses?.[0]?.state?.waiting;

function withObjects() {
  const cluster = nodes();
  const data = { color: 'blue', 'file.txt': 'line\n' };
  cluster.call('POST', `${API}/configmaps`, { metadata: { name: 'config' }, data });
  cluster.call('POST', `${API}/secrets`, { metadata: { name: 'keys' }, stringData: { token: 's3cret' } });
  return cluster;
}

describe('variables', () => {
  it('come from ConfigMaps, Secrets, fields and resources, and name one another', () => {
    const cluster = withObjects();
    const env = [
      { name: 'COLOR', valueFrom: { configMapKeyRef: { name: 'config', key: 'color' } } },
      { name: 'TOKEN', valueFrom: { secretKeyRef: { name: 'keys', key: 'token' } } },
      { name: 'NONE', valueFrom: { configMapKeyRef: { name: 'absent', key: 'x', optional: true } } },
      { name: 'NODE', valueFrom: { fieldRef: { fieldPath: 'spec.nodeName' } } },
      { name: 'APP', valueFrom: { fieldRef: { fieldPath: "metadata.labels['app']" } } },
      { name: 'IP', valueFrom: { fieldRef: { fieldPath: 'status.podIP' } } },
      { name: 'CPU', valueFrom: { resourceFieldRef: { resource: 'limits.cpu', divisor: '1m' } } },
      { name: 'CORES', valueFrom: { resourceFieldRef: { resource: 'limits.cpu' } } },
      { name: 'MEMORY', valueFrom: { resourceFieldRef: { resource: 'limits.memory', divisor: '1Mi' } } },
      { name: 'BOTH', value: '$(COLOR)-$(APP) $$(APP) $(LATER)' },
      { name: 'LATER', value: 'x' },
    ];
    const envFrom = [
      { configMapRef: { name: 'config' }, prefix: 'P_' },
      { secretRef: { name: 'gone', optional: true } },
    ];
    const resources = { limits: { cpu: '250m' } };
    cluster.addPod('web', { restartPolicy: 'Never' }, { ...sh('env'), env, envFrom, resources });
    cluster.run(8000);
    const lines = logOf(cluster, 'web').trim().split('\n');
    const { podIP } = cluster.status('web');
    expect(lines).toEqual(
      [
        'HOSTNAME=web',
        'P_color=blue',
        'P_file.txt=line',
        'COLOR=blue',
        'TOKEN=s3cret',
        'NODE=node-1',
        'APP=web',
        `IP=${podIP}`,
        'CPU=250',
        'CORES=1',
        'MEMORY=3996',
        'BOTH=blue-web $(APP) $(LATER)',
        'LATER=x',
      ].flatMap((line) => (line === 'P_file.txt=line' ? [line, ''] : [line])),
    );
  });

  it.each([
    [
      'a ConfigMap',
      { env: [{ name: 'A', valueFrom: { configMapKeyRef: { name: 'absent', key: 'k' } } }] },
      'configmap "absent" not found',
    ],
    [
      'a Secret',
      { env: [{ name: 'A', valueFrom: { secretKeyRef: { name: 'absent', key: 'k' } } }] },
      'secret "absent" not found',
    ],
    [
      'a key of a ConfigMap',
      { env: [{ name: 'A', valueFrom: { configMapKeyRef: { name: 'config', key: 'k' } } }] },
      "couldn't find key k in ConfigMap default/config",
    ],
    [
      'a key of a Secret',
      { env: [{ name: 'A', valueFrom: { secretKeyRef: { name: 'keys', key: 'k' } } }] },
      "couldn't find key k in Secret default/keys",
    ],
    ['a whole ConfigMap', { envFrom: [{ configMapRef: { name: 'absent' } }] }, 'configmap "absent" not found'],
  ])('that miss %s keep the container waiting', (_, container, message) => {
    const cluster = withObjects();
    cluster.addPod('web', {}, container);
    cluster.run(12_000);
    expect(status(cluster, 'web')).toBe('CreateContainerConfigError');
    expect(waiting(cluster, 'web')).toEqual({ reason: 'CreateContainerConfigError', message });
    expect(cluster.events('web').filter((text) => text.startsWith('Failed'))).toContain(`Failed: Error: ${message}`);
  });

  it('are found once the object is there', () => {
    const cluster = nodes();
    cluster.addPod('web', {}, { envFrom: [{ configMapRef: { name: 'late' } }] });
    cluster.run(12_000);
    expect(status(cluster, 'web')).toBe('CreateContainerConfigError');
    cluster.call('POST', `${API}/configmaps`, { metadata: { name: 'late' }, data: { a: '1' } });
    cluster.run(20_000);
    expect(status(cluster, 'web')).toBe('Running');
    expect(cluster.exec('web', 'printenv', 'a')).toBe('1\n');
  });
});

const volume = (source: object) => ({ volumes: [{ name: 'v', ...source }] });
const mount = (more: object = {}) => ({ volumeMounts: [{ name: 'v', mountPath: '/etc/v', ...more }] });

describe('volumes', () => {
  it.each([
    ['a ConfigMap', { configMap: { name: 'config' } }, {}, '/etc/v/color', 'blue\n'],
    ['a Secret', { secret: { secretName: 'keys' } }, {}, '/etc/v/token', 's3cret\n'],
    ['items', { configMap: { name: 'config', items: [{ key: 'color', path: 'a/b' }] } }, {}, '/etc/v/a/b', 'blue\n'],
    ['one file of it', { configMap: { name: 'config' } }, { mountPath: '/x', subPath: 'color' }, '/x', 'blue\n'],
    [
      'several sources',
      { projected: { sources: [{ secret: { name: 'keys' } }, { configMap: { name: 'config' } }] } },
      {},
      '/etc/v/token',
      's3cret\n',
    ],
    [
      'fields',
      { downwardAPI: { items: [{ path: 'l', fieldRef: { fieldPath: 'metadata.labels' } }] } },
      {},
      '/etc/v/l',
      'app="web"\n',
    ],
    [
      'an optional one',
      { configMap: { name: 'absent', optional: true } },
      {},
      '/etc/v/x',
      "cat: can't open '/etc/v/x': No such file or directory\n",
    ],
  ])('of %s can be read', (_, source, at, path, text) => {
    const cluster = withObjects();
    cluster.addPod('web', volume(source), mount(at));
    cluster.run(8000);
    expect(status(cluster, 'web')).toBe('Running');
    expect(cluster.exec('web', 'cat', path)).toBe(text);
  });

  it('of ConfigMaps are listed, and cannot be written', () => {
    const cluster = withObjects();
    cluster.addPod('web', volume({ configMap: { name: 'config' } }), mount());
    cluster.run(8000);
    expect(cluster.exec('web', 'ls', '/etc/v')).toBe('color\nfile.txt\n');
    expect(cluster.exec('web', 'sh', '-c', 'echo red > /etc/v/color; cat /etc/v/color')).toBe(
      "sh: can't create /etc/v/color: Read-only file system\nblue\n",
    );
  });

  it('that miss their object make the pod wait, and go on when it is there', () => {
    const cluster = nodes();
    cluster.addPod('web', volume({ configMap: { name: 'late' } }), mount());
    cluster.run(20_000);
    expect(status(cluster, 'web')).toBe('ContainerCreating');
    expect(cluster.events('web')).toEqual([
      'FailedMount: MountVolume.SetUp failed for volume "v" : configmap "late" not found',
    ]);
    const tries = cluster.requests('GET', /configmaps\/late$/).map(({ at }) => at);
    const waits = tries.slice(1).map((at, index) => Math.round((at - (tries[index] ?? 0)) / 500));
    expect(waits).toEqual([1, 2, 4, 8, 16].slice(0, waits.length));
    cluster.run(115_000);
    expect(cluster.events('web')).toContain(
      'FailedMount: Unable to attach or mount volumes: unmounted volumes=[v], unattached volumes=[], ' +
        'failed to process volumes=[]: context deadline exceeded',
    );
    cluster.call('POST', `${API}/configmaps`, { metadata: { name: 'late' }, data: { a: '1' } });
    cluster.run(125_000);
    expect(status(cluster, 'web')).toBe('Running');
  });

  it('whose key is missing say so', () => {
    const cluster = withObjects();
    cluster.addPod('a', volume({ configMap: { name: 'config', items: [{ key: 'k', path: 'k' }] } }), mount());
    cluster.addPod('b', volume({ secret: { secretName: 'keys', items: [{ key: 'k', path: 'k' }] } }), mount());
    cluster.run(3000);
    const failed = 'FailedMount: MountVolume.SetUp failed for volume "v" :';
    expect(cluster.events('a')).toEqual([`${failed} configmap references non-existent config key: k`]);
    expect(cluster.events('b')).toEqual([`${failed} references non-existent secret key: k`]);
  });

  it('follow a change within the sync period; what is mounted by itself does not', () => {
    const cluster = withObjects();
    const volumeMounts = [
      { name: 'v', mountPath: '/etc/v' },
      { name: 'v', mountPath: '/one', subPath: 'color' },
    ];
    cluster.addPod('web', volume({ configMap: { name: 'config' } }), { volumeMounts });
    cluster.run(8000);
    cluster.call('PUT', `${API}/configmaps/config`, { metadata: { name: 'config' }, data: { color: 'red' } });
    expect(cluster.exec('web', 'cat', '/etc/v/color')).toBe('blue\n');
    cluster.run(91_000);
    expect(cluster.exec('web', 'cat', '/etc/v/color', '/one')).toBe('redblue\n');
    cluster.call('DELETE', `${API}/configmaps/config`);
    cluster.run(91_000);
    expect(cluster.exec('web', 'cat', '/etc/v/color')).toBe('red\n');
  });

  it('cost an idle pod nothing when they are empty', () => {
    const cluster = nodes();
    cluster.addPod('web', { ...volume({ emptyDir: {} }), automountServiceAccountToken: false }, mount());
    cluster.run(200_000);
    expect(cluster.requests('GET', /configmaps|secrets/)).toEqual([]);
  });
});

describe('hooks', () => {
  const lifecycle = (hooks: object, container: object = {}) => ({ ...container, lifecycle: hooks });
  const command = (script: string) => ({ exec: { command: ['sh', '-c', script] } });

  it('postStart runs before the container counts as started', () => {
    const cluster = nodes();
    cluster.addPod('web', {}, lifecycle({ postStart: command('sleep 4; echo hi > /tmp/hook') }));
    cluster.run(5000);
    expect(status(cluster, 'web')).toBe('ContainerCreating');
    cluster.run(4000);
    expect(status(cluster, 'web')).toBe('Running');
    expect(cluster.exec('web', 'cat', '/tmp/hook')).toBe('hi\n');
  });

  it('postStart that fails ends the container', () => {
    const cluster = nodes();
    cluster.addPod('web', {}, lifecycle({ postStart: command('echo no; exit 7') }));
    cluster.run(3000);
    expect(cluster.events('web').slice(4, 6)).toEqual([
      'FailedPostStartHook: PostStartHook failed',
      'Killing: FailedPostStartHook',
    ]);
    cluster.run(12_000);
    const { message = '', reason } = waiting(cluster, 'web') ?? {};
    const { uid } = cluster.pod('web').metadata;
    expect(['PostStartHookError', 'CrashLoopBackOff']).toContain(reason);
    if (reason === 'PostStartHookError') {
      expect(message).toBe(
        `Exec lifecycle hook ([sh -c echo no; exit 7]) for Container "c" in Pod "web_default(${uid})" failed - ` +
          `error: command 'sh -c echo no; exit 7' exited with 7: no\n, message: "no\\n"`,
      );
    }
  });

  it('preStop runs within the grace period, before SIGTERM', () => {
    const cluster = nodes();
    cluster.addPod('web', {}, lifecycle({ preStop: { sleep: { seconds: 5 } } }));
    cluster.run(6000);
    cluster.call('DELETE', `${PODS}/web`);
    cluster.run(4000);
    expect(status(cluster, 'web')).toBe('Terminating');
    expect(cluster.notes('containerd/sigterm')).toEqual([]);
    cluster.run(4000);
    const [killing] = cluster.notes('kubelet/killing');
    const [sigterm] = cluster.notes('containerd/sigterm');
    expect(Math.round(((sigterm?.at ?? 0) - (killing?.at ?? 0)) / 1000)).toBe(5);
    expect(sigterm?.note['timeoutMs']).toBe(25_000);
    expect(cluster.pod('web').metadata.name).toBeUndefined();
  });

  it.each([
    ['fails', { exec: { command: ['sh', '-c', 'exit 1'] } }, ['FailedPreStopHook: PreStopHook failed']],
    ['is no command of the image', { exec: { command: ['/bin/absent'] } }, ['FailedPreStopHook: PreStopHook failed']],
    ['asks where nobody listens', { httpGet: { path: '/', port: 81 } }, ['FailedPreStopHook: PreStopHook failed']],
    ['asks the server', { httpGet: { path: '/', port: 80 } }, []],
    ['asks for what the server has not', { httpGet: { path: '/x', port: 80 } }, []],
    ['ends nginx itself', { exec: { command: ['nginx', '-s', 'quit'] } }, []],
  ])('a preStop that %s lets the container end', (_, preStop, expected) => {
    const cluster = nodes();
    cluster.addPod('web', {}, lifecycle({ preStop }));
    cluster.run(6000);
    cluster.call('DELETE', `${PODS}/web`);
    cluster.run(5000);
    expect(cluster.events('web').filter((text) => /Hook/.test(text))).toEqual(expected);
    expect(cluster.pod('web').metadata.name).toBeUndefined();
  });

  it('a preStop longer than the grace period is cut off, and the container gets two seconds', () => {
    const cluster = nodes();
    const spec = { terminationGracePeriodSeconds: 3 };
    cluster.addPod('web', spec, lifecycle({ preStop: command('sleep 60') }, sh('sleep 3600')));
    cluster.run(6000);
    cluster.call('DELETE', `${PODS}/web`);
    cluster.run(9000);
    const times = ['kubelet/killing', 'containerd/sigterm', 'containerd/sigkill'].map(
      (what) => cluster.notes(what)[0]?.at ?? 0,
    );
    const [killing = 0, sigterm = 0, sigkill = 0] = times;
    expect([Math.round((sigterm - killing) / 1000), Math.round((sigkill - sigterm) / 1000)]).toEqual([3, 2]);
  });
});

describe('the end of a pod', () => {
  it('comes when its active deadline is over', () => {
    const cluster = nodes();
    cluster.addPod('web', { activeDeadlineSeconds: 20, terminationGracePeriodSeconds: 6 }, sh('sleep 3600'));
    cluster.run(15_000);
    expect(status(cluster, 'web')).toBe('Running');
    cluster.run(7000);
    expect(status(cluster, 'web')).toBe('Running');
    cluster.run(6000);
    expect(status(cluster, 'web')).toBe('Error');
    const message = 'Pod was active on the node longer than the specified deadline';
    expect(cluster.status('web')).toMatchObject({ phase: 'Failed', reason: 'DeadlineExceeded', message });
    expect(cluster.events('web').slice(-2)).toEqual([`DeadlineExceeded: ${message}`, 'Killing: Stopping container c']);
  });

  it('may be told in a file, or in the end of the log', () => {
    const cluster = nodes();
    const never = { restartPolicy: 'Never' };
    cluster.addPod('file', never, sh('echo because > /dev/termination-log; exit 1'));
    cluster.addPod('log', never, {
      ...sh('echo from the log; exit 1'),
      terminationMessagePolicy: 'FallbackToLogsOnError',
    });
    cluster.addPod('well', never, { ...sh('echo fine'), terminationMessagePolicy: 'FallbackToLogsOnError' });
    cluster.run(8000);
    const word = (name: string) => cluster.status(name).containerStatuses?.[0]?.state?.terminated?.message;
    expect([word('file'), word('log'), word('well')]).toEqual(['because\n', 'from the log\n', undefined]);
  });
});
