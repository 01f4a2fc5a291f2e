import { describe, expect, it } from 'vitest';
import { ControlPlane, object } from '../../../test/controllers/controlplane.ts';
import type { Endpoint, EndpointSlice } from '../../api/kinds/endpointslice.ts';
import type { Service } from '../../api/kinds/service.ts';
import { arrange, type Group } from './slices.ts';

const SLICES = '/apis/discovery.k8s.io/v1/namespaces/default/endpointslices';

function serve(plane: ControlPlane, spec: object): void {
  plane.post('/api/v1/namespaces/default/services', { ...object('v1', 'Service', 'web'), spec } as never);
}

describe('EndpointSlices', () => {
  it('follow the pods of a Service through their lives', () => {
    const plane = new ControlPlane({ nodes: ['node-1'] });
    serve(plane, { selector: { app: 'web' }, ports: [{ name: 'http', port: 80, targetPort: 'web' }] });
    plane.run(100);
    const [empty] = plane.list<EndpointSlice>(SLICES);
    expect(empty?.metadata.name).toMatch(/^web-[bcdfghjklmnpqrstvwxz2456789]{5}$/);
    expect(empty?.metadata.labels).toMatchObject({
      'kubernetes.io/service-name': 'web',
      'endpointslice.kubernetes.io/managed-by': 'endpointslice-controller.k8s.io',
    });
    expect(empty?.endpoints).toEqual([]);
    const ports = [{ name: 'web', containerPort: 8080 }];
    const template = { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'c', image: 'i', ports }] } };
    plane.deploy('web', 2, { template });
    plane.run(5000);
    const slices = plane.list<EndpointSlice>(SLICES);
    expect(slices).toHaveLength(1);
    expect(slices[0]?.metadata.name).toBe(empty?.metadata.name);
    expect(slices[0]?.ports).toEqual([{ name: 'http', port: 8080, protocol: 'TCP' }]);
    expect(
      slices[0]?.endpoints?.map(({ conditions, nodeName, targetRef }) => [conditions, nodeName, targetRef?.kind]),
    ).toEqual(Array(2).fill([{ ready: true, serving: true, terminating: false }, 'node-1', 'Pod']));
    plane.merge('/apis/apps/v1/namespaces/default/deployments/web', { spec: { replicas: 1 } });
    plane.run(120);
    const leaving = plane.list<EndpointSlice>(SLICES)[0]?.endpoints?.find(({ conditions }) => conditions?.terminating);
    expect(leaving?.conditions).toEqual({ ready: false, serving: true, terminating: true });
    plane.run(3000);
    expect(plane.list<EndpointSlice>(SLICES)[0]?.endpoints).toHaveLength(1);
    plane.send({ method: 'DELETE', path: '/api/v1/namespaces/default/services/web' });
    plane.run(500);
    expect(plane.list(SLICES)).toEqual([]);
  });

  it('are not made for a Service without a selector', () => {
    const plane = new ControlPlane();
    serve(plane, { ports: [{ port: 80 }] });
    plane.run(2000);
    expect(plane.list(SLICES)).toEqual([]);
  });
});

describe('arranging endpoints', () => {
  const service = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 's', namespace: 'n', uid: 'u' },
    spec: { clusterIP: '10.96.0.1' },
  } as Service;
  const endpoint = (uid: string): Endpoint => ({ addresses: [uid], targetRef: { uid } });
  const group = (count: number): ReadonlyMap<string, Group> => {
    const names = Array.from({ length: count }, (_, index) => `p${index}`);
    return new Map([['', { ports: [], endpoints: new Map(names.map((name) => [name, endpoint(name)])) }]]);
  };
  const apply = (count: number, existing: readonly EndpointSlice[]) => arrange(service, group(count), existing, 'c');
  const stored = (slices: readonly EndpointSlice[]) =>
    slices.map((slice, index) => {
      return { ...slice, metadata: { ...slice.metadata, name: `s-${index}` } };
    });

  it('puts a hundred into a slice', () => {
    expect(apply(250, []).toCreate.map(({ endpoints }) => endpoints?.length)).toEqual([100, 100, 50]);
  });

  it('changes nothing that is right, and fills gaps before it makes a new slice', () => {
    const existing = stored(apply(150, []).toCreate);
    expect(apply(150, existing)).toEqual({ toCreate: [], toUpdate: [], toDelete: [] });
    const more = apply(160, existing);
    expect(more.toCreate).toEqual([]);
    expect(more.toUpdate.map(({ metadata, endpoints }) => [metadata.name, endpoints?.length])).toEqual([['s-1', 60]]);
    const fewer = apply(100, existing);
    expect(fewer.toDelete.map(({ metadata }) => metadata.name)).toEqual(['s-1']);
  });
});
