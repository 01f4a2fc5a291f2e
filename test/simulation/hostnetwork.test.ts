import { expect, it } from 'vitest';
import type { Pod } from '../../sim/api/kinds/pod.ts';
import { Desk } from './desk.ts';

function pod(name: string, container: object, spec: object = {}): object {
  const labels = { app: name };
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, labels },
    spec: { containers: [{ name: 'c', ...container }], ...spec },
  };
}

const HOST = { hostNetwork: true, nodeName: 'node-1' };
const server = {
  image: 'nginx:1.27',
  ports: [{ containerPort: 80 }],
  readinessProbe: { httpGet: { port: 80 }, periodSeconds: 2 },
};

const asks = (target: string) => ({ image: 'harbour/client:1.0', args: [target] });

it('a pod on the network of its node has its address, its ports and its resolver', () => {
  const desk = new Desk([
    pod('host', server, HOST),
    pod('plain', asks('10.0.0.1'), { nodeName: 'node-2' }),
    pod('service', asks('host'), { nodeName: 'node-2' }),
    pod('named', asks('host'), { ...HOST, dnsPolicy: 'ClusterFirstWithHostNet' }),
    pod('unnamed', asks('host'), HOST),
    pod('near', asks('10.0.0.1'), HOST),
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'host' },
      spec: { selector: { app: 'host' }, ports: [{ port: 80 }] },
    },
  ]);
  desk.wait(20);
  const host = desk.get<Pod>('pods', 'host');
  expect(host.spec.containers[0]?.ports).toEqual([{ containerPort: 80, hostPort: 80, protocol: 'TCP' }]);
  expect(host.status).toMatchObject({
    hostIP: '10.0.0.1',
    podIP: '10.0.0.1',
    podIPs: [{ ip: '10.0.0.1' }],
    conditions: expect.arrayContaining([expect.objectContaining({ type: 'Ready', status: 'True' })]),
  });
  expect(
    desk.timeline.past.some(
      (one) => one.type === 'noted' && one.note.what === 'cni/attached' && one.note.about === 'pod/host',
    ),
  ).toBe(false);
  const last = (name: string) => desk.type(`logs ${name} --tail=1`);
  for (const name of ['plain', 'service', 'named', 'near']) expect(last(name)).toMatch(/Welcome to nginx!/);
  expect(last('unnamed')).toMatch(/no Service of that name$/);
  expect(desk.type('exec host -- hostname')).toBe('node-1');
  desk.type('delete pod host --now');
  desk.wait(5);
  expect(last('plain')).toMatch(/refused/);
});

it('the ports of such pods collide, and must be the same on both sides', () => {
  const desk = new Desk([pod('one', server, HOST)], 1);
  desk.create(pod('two', server, { hostNetwork: true }));
  desk.wait(10);
  expect(desk.events('two')[0]).toMatch(/0\/1 nodes are available: 1 node\(s\) didn't have free ports/);
  expect(desk.create(pod('three', { image: 'a', ports: [{ containerPort: 80, hostPort: 81 }] }, HOST))).toMatch(
    /spec\.containers\[0\]\.ports\[0\]\.hostPort: Invalid value: 81: must match `containerPort` when `hostNetwork` is true/,
  );
  const template = {
    spec: { hostNetwork: true, containers: [{ name: 'c', ...server }] },
    metadata: { labels: { a: 'b' } },
  };
  const spec = { replicas: 0, selector: { matchLabels: { a: 'b' } }, template };
  expect(desk.create({ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web' }, spec })).toBe(
    'deployment.apps/web created',
  );
});

it('gRPC probes ask the health service, and say how it failed', () => {
  const agnhost = 'registry.k8s.io/e2e-test-images/agnhost:2.40';
  const grpc = (port: number, service?: string) => ({
    grpc: { port, ...(service ? { service } : {}) },
    periodSeconds: 2,
  });
  const desk = new Desk(
    [
      pod('well', { image: agnhost, args: ['grpc-health-checking'], readinessProbe: grpc(5000) }),
      pod('ill', {
        image: agnhost,
        args: ['grpc-health-checking', '--delay-unhealthy-sec=5'],
        readinessProbe: grpc(5000),
      }),
      pod('other', { image: agnhost, args: ['grpc-health-checking'], readinessProbe: grpc(5000, 'x') }),
      pod('web', { image: 'nginx:1.27', readinessProbe: grpc(80) }),
    ],
    1,
  );
  desk.wait(20);
  const ready = (name: string) => desk.get<Pod>('pods', name).status?.containerStatuses?.[0]?.ready;
  expect(['well', 'ill', 'other', 'web'].map(ready)).toEqual([true, false, false, false]);
  const failed = (name: string) => desk.events(name).find((text) => text.startsWith('Unhealthy'));
  expect(failed('ill')).toBe('Unhealthy: Readiness probe failed: service unhealthy (responded with "NOT_SERVING")');
  expect(failed('other')).toBe('Unhealthy: Readiness probe failed: error: health rpc probe failed: unknown service');
  expect(failed('web')).toMatch(/probe failed: timeout: failed to connect service "10\.244\.1\.\d+:80" within 1s$/);
  expect(desk.type('describe pod well')).toMatch(/Readiness: +grpc <pod>:5000 {2}delay=0s timeout=1s period=2s/);
});
