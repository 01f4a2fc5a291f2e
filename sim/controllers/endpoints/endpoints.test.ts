import { describe, expect, it } from 'vitest';
import { ControlPlane, object } from '../../../test/controllers/controlplane.ts';
import type { Endpoints } from '../../api/kinds/endpoints.ts';
import type { EndpointSlice } from '../../api/kinds/endpointslice.ts';
import { repackSubsets } from '../../api/servicespec/subsets.ts';
import { truncated } from './capacity.ts';

const CORE = '/api/v1/namespaces/default';
const SLICES = '/apis/discovery.k8s.io/v1/namespaces/default/endpointslices';

function serve(plane: ControlPlane, spec: object, labels: object = {}): void {
  const service = object('v1', 'Service', 'web');
  plane.post(`${CORE}/services`, { ...service, metadata: { ...service.metadata, labels }, spec } as never);
}

function listed(plane: ControlPlane): Endpoints | undefined {
  return plane.list<Endpoints>(`${CORE}/endpoints`).find(({ metadata }) => metadata.name === 'web');
}

describe('Endpoints', () => {
  it('follow the pods of a Service through their lives', () => {
    const plane = new ControlPlane({ nodes: ['node-1'] });
    serve(plane, { selector: { app: 'web' }, ports: [{ port: 80 }] }, { team: 'a' });
    plane.run(100);
    expect(listed(plane)?.metadata.labels).toEqual({
      team: 'a',
      'endpoints.kubernetes.io/managed-by': 'endpoint-controller',
    });
    expect(listed(plane)?.subsets).toBeUndefined();
    const template = { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'c', image: 'i' }] } };
    plane.deploy('web', 2, { template });
    plane.run(5000);
    expect(listed(plane)?.subsets?.[0]?.addresses?.map(({ nodeName }) => nodeName)).toEqual(['node-1', 'node-1']);
    expect(listed(plane)?.subsets?.[0]?.ports).toEqual([{ port: 80, protocol: 'TCP' }]);
    plane.merge('/apis/apps/v1/namespaces/default/deployments/web', { spec: { replicas: 1 } });
    plane.run(120);
    // Pods on their way out are in the slice still, as terminating, but not here.
    expect(listed(plane)?.subsets?.[0]?.addresses).toHaveLength(1);
    plane.send({ method: 'DELETE', path: `${CORE}/endpoints/web` });
    plane.run(100);
    expect(listed(plane)?.subsets?.[0]?.addresses).toHaveLength(1);
    plane.send({ method: 'DELETE', path: `${CORE}/services/web` });
    plane.run(500);
    expect(listed(plane)).toBeUndefined();
  });

  it('of one’s own for a Service without a selector are mirrored in slices, and go with them', () => {
    const plane = new ControlPlane();
    serve(plane, { ports: [{ port: 80 }] });
    const subsets = [
      { addresses: [{ ip: '10.9.9.9' }], ports: [{ port: 80 }] },
      { notReadyAddresses: [{ ip: '10.9.9.8' }], ports: [{ port: 80 }] },
    ];
    plane.post(`${CORE}/endpoints`, { ...object('v1', 'Endpoints', 'web'), subsets } as never);
    plane.run(500);
    const [slice, ...more] = plane.list<EndpointSlice>(SLICES);
    expect(more).toEqual([]);
    expect(slice?.metadata.labels).toEqual({
      'kubernetes.io/service-name': 'web',
      'endpointslice.kubernetes.io/managed-by': 'endpointslicemirroring-controller.k8s.io',
    });
    expect(slice?.endpoints?.map(({ addresses, conditions }) => [addresses[0], conditions?.ready])).toEqual([
      ['10.9.9.9', true],
      ['10.9.9.8', false],
    ]);
    plane.merge(`${CORE}/endpoints/web`, { subsets: [{ addresses: [{ ip: '10.9.9.7' }], ports: [{ port: 81 }] }] });
    plane.run(500);
    const [next] = plane.list<EndpointSlice>(SLICES);
    expect([next?.metadata.name, next?.ports?.[0]?.port]).toEqual([slice?.metadata.name, 81]);
    plane.merge(`${CORE}/services/web`, { spec: { selector: { app: 'web' } } });
    plane.run(1500);
    const keepers = plane.list<EndpointSlice>(SLICES).map(({ metadata }) => Object.values(metadata.labels ?? {}));
    expect(keepers).toEqual([expect.arrayContaining(['endpointslice-controller.k8s.io'])]);
  });
});

const address = (ip: string) => ({ ip });
const port = (number: number) => ({ name: `p${number}`, port: number });

describe('subsets', () => {
  it('are as few as can be, and ready wins', () => {
    const [one, two] = [address('10.0.0.1'), address('10.0.0.2')];
    expect(
      repackSubsets([
        { addresses: [two], ports: [port(1)] },
        { addresses: [one, two], ports: [port(2)] },
        { notReadyAddresses: [two, one], ports: [port(1)] },
        { addresses: [one], ports: [port(3)] },
      ]),
    ).toEqual([
      { addresses: [two], notReadyAddresses: [one], ports: [port(1)] },
      { addresses: [one, two], ports: [port(2)] },
      { addresses: [one], ports: [port(3)] },
    ]);
    expect(
      repackSubsets([
        { addresses: [one], ports: [port(1)] },
        { addresses: [one], ports: [port(2)] },
      ]),
    ).toEqual([{ addresses: [one], ports: [port(1), port(2)] }]);
  });

  it.each([
    [
      [1200, 0],
      [1000, 0],
    ],
    [
      [900, 300],
      [900, 100],
    ],
    [
      [600, 400],
      [600, 400],
    ],
  ])('of %j addresses, ready or not, keep %j', ([ready = 0, not = 0], wanted) => {
    const addresses = (count: number) => Array.from({ length: count }, (_, index) => address(`10.0.0.${index}`));
    const [[kept], isCut] = truncated([{ addresses: addresses(ready), notReadyAddresses: addresses(not) }]);
    expect([kept?.addresses?.length, kept?.notReadyAddresses?.length ?? 0]).toEqual(wanted);
    expect(isCut).toBe(ready + not > 1000);
  });
});
