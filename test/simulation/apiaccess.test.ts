import { expect, it } from 'vitest';
import type { ConfigMap } from '../../sim/api/kinds/configmap.ts';
import type { Pod } from '../../sim/api/kinds/pod.ts';
import { act } from '../../sim/index.ts';
import { Desk } from './desk.ts';

const DIR = '/var/run/secrets/kubernetes.io/serviceaccount';
const base = { image: 'busybox', command: ['sleep', '99999'] };

function pod(name: string, spec: object = {}, container: object = {}): object {
  const containers = [{ name: 'c', ...base, ...container }];
  return { apiVersion: 'v1', kind: 'Pod', metadata: { name }, spec: { containers, ...spec } };
}

it('every pod finds a token, the authority and its namespace as files', () => {
  const desk = new Desk([], 1);
  const before = { name: 'before', ...base, command: ['sh', '-c', 'exit 0'] };
  expect(desk.create(pod('plain', { initContainers: [before] }))).toBe('pod/plain created');
  desk.wait(5);
  const { spec } = desk.get<Pod>('pods', 'plain');
  const name = spec.volumes?.[0]?.name ?? '';
  expect(name).toMatch(/^kube-api-access-[bcdfghjklmnpqrstvwxz2456789]{5}$/);
  const mount = { name, readOnly: true, mountPath: DIR };
  expect([...(spec.initContainers ?? []), ...spec.containers].map(({ volumeMounts }) => volumeMounts)).toEqual([
    [mount],
    [mount],
  ]);
  expect(spec.volumes).toEqual([
    {
      name,
      projected: {
        defaultMode: 420,
        sources: [
          { serviceAccountToken: { expirationSeconds: 3607, path: 'token' } },
          { configMap: { items: [{ key: 'ca.crt', path: 'ca.crt' }], name: 'kube-root-ca.crt' } },
          {
            downwardAPI: {
              items: [{ fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.namespace' }, path: 'namespace' }],
            },
          },
        ],
      },
    },
  ]);
  expect(desk.type(`exec plain -c c -- ls ${DIR}`)).toMatch(/ca\.crt\s+namespace\s+token/);
  expect(desk.type(`exec plain -c c -- cat ${DIR}/namespace`)).toBe('default');
  const map = desk.get<ConfigMap>('configmaps', 'kube-root-ca.crt');
  expect(`${desk.type(`exec plain -c c -- cat ${DIR}/ca.crt`)}\n`).toBe(map.data?.['ca.crt']);
  const told = desk.type('describe pod plain');
  expect(told).toContain(`    Mounts:\n      ${DIR} from ${name} (ro)\n`);
  expect(told).toContain(`Volumes:
  ${name}:
    Type:                    Projected (a volume that contains injected data from multiple sources)
    TokenExpirationSeconds:  3607
    ConfigMapName:           kube-root-ca.crt
    Optional:                false
    DownwardAPI:             true
`);
});

it('the token is bound to its pod, is renewed after four fifths of an hour and seven seconds, and lives a year', () => {
  const desk = new Desk([pod('plain')], 1);
  const read = () => desk.type(`exec plain -c c -- cat ${DIR}/token`);
  const first = desk.wait(5) && read();
  const claims = claimsOf(first);
  const { metadata } = desk.get<Pod>('pods', 'plain');
  expect(claims['sub']).toBe('system:serviceaccount:default:default');
  expect(claims['kubernetes.io'].pod).toEqual({ name: 'plain', uid: metadata.uid });
  expect(claims['kubernetes.io'].warnafter - claims.iat).toBe(3607);
  expect(claims.exp - claims.iat).toBe(365 * 86_400);
  expect(desk.wait(2800).type(`exec plain -c c -- cat ${DIR}/token`)).toBe(first);
  expect(claimsOf(desk.wait(200) && read()).iat).toBeGreaterThan(claims.iat + 2885);
});

it('a kubelet that begins anew keeps the files of running pods up to date again', () => {
  const desk = new Desk([pod('plain')], 1).wait(5);
  const read = () => desk.type(`exec plain -c c -- cat ${DIR}/token`);
  act(desk.timeline, 'stop kubelet/node-1', '', {});
  desk.wait(5);
  act(desk.timeline, 'start kubelet/node-1', '', {});
  const first = desk.wait(20) && read();
  expect(claimsOf(desk.wait(3000) && read()).iat).toBeGreaterThan(claimsOf(first).iat + 2885);
  expect(desk.get<Pod>('pods', 'plain').status?.containerStatuses?.[0]?.restartCount).toBe(0);
});

it.each([
  ['the pod', pod('quiet', { automountServiceAccountToken: false })],
  ['the account', pod('quiet', { serviceAccountName: 'quiet' })],
  [
    'a mount of the same place',
    pod('quiet', { volumes: [{ name: 'own', emptyDir: {} }] }, { volumeMounts: [{ name: 'own', mountPath: DIR }] }),
  ],
])('%s can do without', (_who, object) => {
  const account = {
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: { name: 'quiet' },
    automountServiceAccountToken: false,
  };
  const desk = new Desk([account, object], 1).wait(5);
  const { spec, status } = desk.get<Pod>('pods', 'quiet');
  expect(status?.phase).toBe('Running');
  expect(spec.volumes?.some(({ projected }) => projected) ?? false).toBe(false);
});

it('a pod that says so gets it although its account says no', () => {
  const account = {
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: { name: 'quiet' },
    automountServiceAccountToken: false,
  };
  const desk = new Desk([account, pod('loud', { serviceAccountName: 'quiet', automountServiceAccountToken: true })], 1);
  expect(desk.get<Pod>('pods', 'loud').spec.volumes).toHaveLength(1);
});

it('a pod of an account that is not there is refused; `default` is waited for', () => {
  const desk = new Desk([], 1);
  expect(desk.create(pod('lost', { serviceAccountName: 'nobody' }))).toBe(
    'Error from server (Forbidden): error when creating "object.yaml": pods "lost" is forbidden: error looking up ' +
      'service account default/nobody: serviceaccount "nobody" not found',
  );
  desk.type('delete serviceaccount default');
  expect(desk.create(pod('comes'))).toBe('pod/comes created');
  act(desk.timeline, 'stop kube-controller-manager', '', {});
  desk.wait(1).type('delete serviceaccount default');
  const since = desk.timeline.now;
  expect(desk.create(pod('waits'))).toContain('error looking up service account default/default');
  expect(desk.timeline.now - since).toBeGreaterThan(900);
  expect(desk.timeline.now - since).toBeLessThan(2000);
});

it('each namespace has the ConfigMap, which comes back, and is as it was', () => {
  const desk = new Desk([], 1);
  expect(desk.type('get configmaps')).toMatch(/^NAME +DATA +AGE\nkube-root-ca\.crt +1 +\S+$/);
  desk.type('create namespace more');
  desk.wait(1);
  expect(
    desk
      .type('get cm -A --no-headers')
      .split('\n')
      .map((line) => line.split(/ +/)[0]),
  ).toEqual(['default', 'kube-node-lease', 'kube-public', 'kube-system', 'more']);
  const { metadata, data } = desk.get<ConfigMap>('configmaps', 'kube-root-ca.crt');
  expect(metadata.annotations).toEqual({
    'kubernetes.io/description':
      'Contains a CA bundle that can be used to verify the kube-apiserver when using internal endpoints such as the internal service IP or kubernetes.default.svc. No other usage is guaranteed across distributions of Kubernetes clusters.',
  });
  const published = () => desk.wait(1).type("get configmap kube-root-ca.crt -o jsonpath='{.data.ca\\.crt}'");
  const before = published();
  expect(`${before}\n`).toBe(data?.['ca.crt']);
  desk.type('delete configmap kube-root-ca.crt');
  expect(published()).toBe(before);
  desk.type(`patch configmap kube-root-ca.crt -p '{"data":{"ca.crt":"mine"}}'`);
  expect(published()).toBe(before);
});

it('without the ConfigMap a pod does not start, and says why', () => {
  const desk = new Desk([], 1);
  act(desk.timeline, 'stop kube-controller-manager', '', {});
  desk.wait(1).type('delete configmap kube-root-ca.crt');
  desk.create(pod('waits'));
  desk.wait(10);
  const name = desk.get<Pod>('pods', 'waits').spec.volumes?.[0]?.name;
  expect(desk.events('waits')).toContain(
    `FailedMount: MountVolume.SetUp failed for volume "${name}" : configmap "kube-root-ca.crt" not found`,
  );
  expect(desk.phase('waits')).toBe('Pending');
});

it('a kubelet watches the ConfigMap of a namespace once, as long as it has a pod there', () => {
  const desk = new Desk([], 1);
  desk.create(pod('one'));
  desk.create(pod('two'));
  desk.wait(5);
  expect(asked(desk)).toEqual(['list', 'watch']);
  desk.type('delete pod one --now');
  expect(asked(desk.wait(2))).toEqual(['list', 'watch']);
  desk.type('delete pod two --now');
  expect(asked(desk.wait(2))).toEqual(['list', 'watch', 'cancel']);
});

/** What the kubelet has asked about ConfigMaps. */
function asked({ timeline }: Desk): readonly string[] {
  const watches = new Set<string>();
  return timeline.past.flatMap((record) => {
    if (record.type !== 'delivered' || record.message.from !== 'kubelet/node-1') return [];
    const { id, kind, body } = record.message;
    const {
      path = '',
      query,
      watch = '',
    } = (body ?? {}) as { path?: string; query?: Record<string, string>; watch?: string };
    if (kind === 'cancel') return watches.has(watch) ? ['cancel'] : [];
    if (!path.endsWith('/configmaps')) return [];
    watches.add(id);
    return [query?.['watch'] ? 'watch' : 'list'];
  });
}

interface Claims {
  readonly sub: string;
  readonly iat: number;
  readonly exp: number;
  readonly 'kubernetes.io': { readonly pod: object; readonly warnafter: number };
}

function claimsOf(token: string): Claims {
  return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as Claims;
}
