import { expect, it } from 'vitest';
import { encodeText } from '../../sim/api/encodetext.ts';
import { addKinds } from '../../sim/packs/kinds.ts';
import { nodes, PODS } from '../node/cluster.ts';

addKinds();

type Cluster = ReturnType<typeof nodes>;
const sh = (script: string, more: object = {}) => ({ image: 'busybox:1.36', command: ['sh', '-c', script], ...more });
const MAPS = '/api/v1/namespaces/default/configmaps';

function store(cluster: Cluster): void {
  const data = { color: 'blue', 'app.conf': 'port=80\n' };
  expect(cluster.call('POST', MAPS, { metadata: { name: 'settings' }, data }).status).toBe(201);
  const secret = { metadata: { name: 'login' }, data: { password: encodeText('s3cret') } };
  expect(cluster.call('POST', '/api/v1/namespaces/default/secrets', secret).status).toBe(201);
}

function log(cluster: Cluster, pod: string): string[] {
  return String(cluster.call('GET', `${PODS}/${pod}/log`, undefined, { container: 'c' }).body ?? '')
    .trimEnd()
    .split('\n');
}

function exec(cluster: Cluster, pod: string, container: string, ...command: string[]): string {
  const body = { namespace: 'default', pod, container, command };
  const id = cluster.simulation.send('client', 'kubelet/node-1' as never, 'exec' as never, body as never, 0, '', {});
  cluster.run(200);
  const answer = cluster.records.find(
    (record) => record.type === 'delivered' && record.message.kind === 'execDone' && record.message.replyTo === id,
  );
  return answer?.type === 'delivered' ? (answer.message.body as { output: string }).output : 'no answer';
}

it('variables come from ConfigMaps, Secrets, the pod and its resources', () => {
  const cluster = nodes();
  store(cluster);
  const env = [
    { name: 'COLOR', valueFrom: { configMapKeyRef: { name: 'settings', key: 'color' } } },
    { name: 'PASSWORD', valueFrom: { secretKeyRef: { name: 'login', key: 'password' } } },
    { name: 'NONE', valueFrom: { secretKeyRef: { name: 'login', key: 'none', optional: true } } },
    { name: 'POD', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
    { name: 'APP', valueFrom: { fieldRef: { fieldPath: "metadata.labels['app']" } } },
    { name: 'NODE', valueFrom: { fieldRef: { fieldPath: 'spec.nodeName' } } },
    { name: 'IP', valueFrom: { fieldRef: { fieldPath: 'status.podIP' } } },
    { name: 'CPU', valueFrom: { resourceFieldRef: { resource: 'limits.cpu' } } },
    { name: 'MILLI', valueFrom: { resourceFieldRef: { resource: 'limits.cpu', divisor: '1m' } } },
    { name: 'MEGA', valueFrom: { resourceFieldRef: { resource: 'requests.memory', divisor: '1Mi' } } },
    { name: 'URL', value: 'http://$(POD)/$$(POD)/$(NOBODY)' },
  ];
  const envFrom = [
    { prefix: 'S_', configMapRef: { name: 'settings' } },
    { secretRef: { name: 'gone', optional: true } },
  ];
  const resources = { limits: { cpu: '250m', memory: '64Mi' } };
  cluster.addPod('web', {}, sh('env; sleep 1000', { env, envFrom, resources }));
  cluster.run(5000);
  const ip = cluster.status('web').podIP;
  expect(log(cluster, 'web')).toEqual([
    'HOSTNAME=web',
    'S_app.conf=port=80',
    '',
    'S_color=blue',
    'COLOR=blue',
    'PASSWORD=s3cret',
    'POD=web',
    'APP=web',
    'NODE=node-1',
    `IP=${ip}`,
    'CPU=1',
    'MILLI=250',
    'MEGA=64',
    'URL=http://web/$(POD)/$(NOBODY)',
  ]);
});

it.each([
  ['a ConfigMap', { configMapKeyRef: { name: 'gone', key: 'k' } }, 'configmap "gone" not found'],
  [
    'a key of one',
    { configMapKeyRef: { name: 'settings', key: 'k' } },
    "couldn't find key k in ConfigMap default/settings",
  ],
  ['a Secret', { secretKeyRef: { name: 'gone', key: 'k' } }, 'secret "gone" not found'],
  ['a key of one', { secretKeyRef: { name: 'login', key: 'k' } }, "couldn't find key k in Secret default/login"],
])('without %s there is no container', (_, valueFrom, message) => {
  const cluster = nodes();
  store(cluster);
  cluster.addPod('web', {}, sh('sleep 1000', { env: [{ name: 'A', valueFrom }] }));
  cluster.run(5000);
  const waiting = { reason: 'CreateContainerConfigError', message };
  expect(cluster.status('web').containerStatuses?.[0]?.state?.waiting).toEqual(waiting);
  expect(cluster.events('web')).toContain(`Failed: Error: ${message}`);
});

it('what was missing is found by the next try', () => {
  const cluster = nodes();
  cluster.addPod('web', {}, sh('env; sleep 1000', { envFrom: [{ configMapRef: { name: 'settings' } }] }));
  cluster.run(5000);
  store(cluster);
  cluster.run(20_000);
  expect(log(cluster, 'web')).toContain('color=blue');
});

it('volumes hold files', () => {
  const cluster = nodes();
  store(cluster);
  const items = [{ key: 'color', path: 'looks/color' }];
  const volumes = [
    { name: 'all', configMap: { name: 'settings' } },
    { name: 'some', configMap: { name: 'settings', items } },
    { name: 'secret', secret: { secretName: 'login' } },
    { name: 'pod', downwardAPI: { items: [{ path: 'labels', fieldRef: { fieldPath: 'metadata.labels' } }] } },
    { name: 'both', projected: { sources: [{ configMap: { name: 'settings' } }, { secret: { name: 'login' } }] } },
    { name: 'none', configMap: { name: 'gone', optional: true } },
  ];
  const volumeMounts = [
    ...volumes.map(({ name }) => ({ name, mountPath: `/v/${name}` })),
    { name: 'all', mountPath: '/etc/app.conf', subPath: 'app.conf' },
  ];
  cluster.addPod('web', { volumes }, sh('sleep 1000', { volumeMounts }));
  cluster.run(5000);
  const cat = (path: string) => exec(cluster, 'web', 'c', 'cat', path);
  expect(exec(cluster, 'web', 'c', 'ls', '/v/all')).toBe('app.conf\ncolor\n');
  expect(exec(cluster, 'web', 'c', 'ls', '/v/none')).toBe('');
  expect(exec(cluster, 'web', 'c', 'ls', '/v/other')).toBe('ls: /v/other: No such file or directory\n');
  expect(['/v/all/color', '/v/some/looks/color', '/v/secret/password', '/v/pod/labels'].map(cat)).toEqual([
    'blue\n',
    'blue\n',
    's3cret\n',
    'app="web"\n',
  ]);
  expect(cat('/v/both/password')).toBe('s3cret\n');
  expect(cat('/etc/app.conf')).toBe('port=80\n');
  expect(exec(cluster, 'web', 'c', 'sh', '-c', 'echo red > /v/all/color')).toContain('Read-only file system');
  cluster.call('PUT', `${MAPS}/settings`, {
    metadata: { name: 'settings' },
    data: { color: 'red', 'app.conf': 'new' },
  });
  cluster.run(95_000);
  expect([cat('/v/all/color'), cat('/etc/app.conf')]).toEqual(['red\n', 'port=80\n']);
});

it.each([
  ['a ConfigMap', { configMap: { name: 'gone' } }, 'configmap "gone" not found'],
  [
    'a key',
    { configMap: { name: 'settings', items: [{ key: 'k', path: 'k' }] } },
    'configmap references non-existent config key: k',
  ],
  ['a Secret', { secret: { secretName: 'gone' } }, 'secret "gone" not found'],
])('without %s its volume is not mounted', (_, source, problem) => {
  const cluster = nodes();
  store(cluster);
  cluster.addPod('web', { volumes: [{ name: 'v', ...source }] });
  cluster.run(5000);
  expect(cluster.events('web')).toEqual([`FailedMount: MountVolume.SetUp failed for volume "v" : ${problem}`]);
  expect(cluster.status('web').containerStatuses?.[0]?.state?.waiting?.reason).toBe('ContainerCreating');
});

it('the containers of a pod share an emptyDir, which ends with the pod', () => {
  const cluster = nodes();
  const volumeMounts = [{ name: 'work', mountPath: '/work' }];
  const writer = { name: 'writer', ...sh('echo one > /work/a; echo x > /own; sleep 1000', { volumeMounts }) };
  const reader = {
    name: 'reader',
    ...sh('sleep 1000', { volumeMounts: [{ name: 'work', mountPath: '/in', readOnly: true }] }),
  };
  const spec = {
    volumes: [{ name: 'work', emptyDir: {} }],
    initContainers: [{ ...writer, ...sh('echo zero > /work/z', { volumeMounts }), name: 'first' }],
  };
  cluster.call('POST', PODS, {
    metadata: { name: 'web' },
    spec: { ...spec, nodeName: 'node-1', containers: [writer, reader] },
  });
  cluster.run(8000);
  expect(exec(cluster, 'web', 'reader', 'ls', '/in')).toBe('a\nz\n');
  expect(exec(cluster, 'web', 'reader', 'cat', '/own')).toContain("can't open '/own'");
  exec(cluster, 'web', 'writer', 'rm', '/work/z');
  expect(exec(cluster, 'web', 'reader', 'ls', '/in')).toBe('a\n');
  const disk = cluster.inspect('containerd/node-1')['disk'] as readonly object[];
  expect(disk.filter((file) => JSON.stringify(file).includes('empty-dir/work'))).toHaveLength(1);
  cluster.call('DELETE', `${PODS}/web`, { gracePeriodSeconds: 1 });
  cluster.run(10_000);
  expect(cluster.call('GET', `${PODS}/web`).status).toBe(404);
  expect(cluster.inspect('containerd/node-1')['disk']).toEqual([]);
});

it('nginx serves what its volume holds', () => {
  const cluster = nodes();
  cluster.call('POST', MAPS, { metadata: { name: 'site' }, data: { 'index.html': 'ahoy\n' } });
  const volumes = [{ name: 'site', configMap: { name: 'site' } }];
  cluster.addPod('web', { volumes }, { volumeMounts: [{ name: 'site', mountPath: '/usr/share/nginx/html' }] });
  cluster.run(9000);
  const ip = cluster.status('web').podIP;
  cluster.addPod('ask', {}, sh(`wget -qO- http://${ip}/; sleep 1000`));
  cluster.run(5000);
  expect(log(cluster, 'ask')).toEqual(['ahoy']);
});
