import { expect, it } from 'vitest';
import type { EndpointSlice } from '../../sim/api/kinds/endpointslice.ts';
import { act, createCluster, defaultShape, peekAt, type Timeline } from '../../sim/index.ts';
import { addKinds } from '../../sim/packs/kinds.ts';
import { addReplicas } from '../../sim/packs/replicas.ts';
import { Desk } from './desk.ts';

addKinds();
addReplicas();

function asker(): object {
  const env = [{ name: 'TARGET', value: '10.96.0.1:443' }];
  const containers = [{ name: 'c', image: 'harbour/client:1.0', env }];
  return { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'asker' }, spec: { containers } };
}

/** The addresses behind the Service `kubernetes`. */
function addresses(timeline: Timeline): readonly string[] {
  const slices = peekAt(timeline.simulation).objects('endpointslices.discovery.k8s.io') as unknown as EndpointSlice[];
  const slice = slices.find(({ metadata }) => metadata.name === 'kubernetes');
  return (slice?.endpoints ?? []).flatMap((endpoint) => endpoint.addresses);
}

it('the Service and its slice are there, and lead to the API server', () => {
  const desk = new Desk([asker()], 1).wait(8);
  expect(desk.type('get service')).toMatch(/^NAME .*\nkubernetes +ClusterIP +10\.96\.0\.1 +<none> +443\/TCP +\S+$/);
  expect(desk.type('get endpointslices')).toMatch(/^NAME .*\nkubernetes +IPv4 +6443 +10\.0\.255\.1 +\S+$/);
  const rules = desk.type('get service kubernetes -o jsonpath={.metadata.labels}{.spec.ports}');
  expect(rules).toBe(
    '{"component":"apiserver","provider":"kubernetes"}[{"name":"https","port":443,"protocol":"TCP","targetPort":6443}]',
  );
  expect(desk.type('exec asker -- env')).toContain('KUBERNETES_SERVICE_HOST=10.96.0.1');
  expect(desk.type('logs asker --tail=1')).toMatch(/: Client sent an HTTP request to an HTTPS server\. \(\d+ ms\)$/);
  act(desk.timeline, 'stop kube-apiserver', '', {});
  desk.wait(30);
  act(desk.timeline, 'start kube-apiserver', '', {});
  expect(addresses(desk.wait(5).timeline)).toEqual(['10.0.255.1']);
  expect(desk.type('logs asker')).toMatch(/connection refused/);
});

it('what is deleted or changed comes back with the next round', () => {
  const desk = new Desk([], 1);
  desk.type('delete service kubernetes');
  desk.type(`patch endpointslice kubernetes --type=merge -p '{"endpoints":[]}'`);
  desk.wait(11);
  expect(desk.type('get service kubernetes')).toContain('10.96.0.1');
  expect(addresses(desk.timeline)).toEqual(['10.0.255.1']);
});

it('of three API servers each is an endpoint, until its lease is over', () => {
  const timeline = createCluster({ ...defaultShape(1, 1), apiServers: 3 }, { freeze: true });
  const all = ['10.0.255.1', '10.0.255.2', '10.0.255.3'];
  expect(addresses(timeline)).toEqual(all);
  act(timeline, 'stop kube-apiserver-2', '', {});
  timeline.advance(4_000);
  expect(addresses(timeline)).toEqual(all);
  timeline.advance(26_000);
  expect(addresses(timeline)).toEqual(['10.0.255.1', '10.0.255.3']);
  act(timeline, 'start kube-apiserver-2', '', {});
  timeline.advance(28_000);
  expect(addresses(timeline)).toEqual(all);
});
