import { describe, expect, it } from 'vitest';
import type { EndpointSlice } from '../../api/kinds/endpointslice.ts';
import type { Service } from '../../api/kinds/service.ts';
import { categorizeEndpoints } from './categorizeendpoints.ts';
import { proxiedIn, serviceRules } from './servicerules.ts';

const HERE = { node: 'node-1', zone: 'a' };

describe('choice of endpoints', () => {
  const service = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'web', namespace: 'default' },
    spec: { clusterIP: '10.96.0.10', ports: [{ port: 80 }] },
  } as const satisfies Service;
  const slice = (endpoints: EndpointSlice['endpoints']): EndpointSlice => ({
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { name: 'web-abc', namespace: 'default', labels: { 'kubernetes.io/service-name': 'web' } },
    addressType: 'IPv4',
    endpoints,
    ports: [{ name: '', port: 8080, protocol: 'TCP' }],
  });
  const at = (ip: string, ready: boolean, terminating = false, nodeName = 'node-1') => ({
    addresses: [ip],
    conditions: { ready, serving: ready || terminating, terminating },
    nodeName,
  });
  const rulesFor = (services: ReadonlyMap<string, Service>, slices: ReadonlyMap<string, EndpointSlice>) =>
    serviceRules(proxiedIn(services, slices), HERE, categorizeEndpoints);
  const choose = (endpoints: EndpointSlice['endpoints'], spec: Partial<Service['spec']> = {}) => {
    const services = new Map([['default/web', { ...service, spec: { ...service.spec, ...spec } }]]);
    const [first] = rulesFor(services, new Map([['default/web-abc', slice(endpoints)]]));
    return { ips: first?.endpoints.map(({ ip }) => ip), local: first?.localEndpoints?.map(({ ip }) => ip) };
  };

  it('takes the ready ones, in order', () => {
    const endpoints = [
      at('10.244.2.2', true),
      at('10.244.1.2', true),
      at('10.244.3.2', false),
      at('10.244.1.9', false, true),
    ];
    expect(choose(endpoints).ips).toEqual(['10.244.1.2', '10.244.2.2']);
  });

  it.each([
    [
      'its own zone',
      [
        ['1', 'a'],
        ['2', 'b'],
      ],
      ['1'],
    ],
    [
      'all, when one has no hint',
      [
        ['1', 'a'],
        ['2', ''],
      ],
      ['1', '2'],
    ],
    [
      'all, when none is for its zone',
      [
        ['1', 'b'],
        ['2', 'c'],
      ],
      ['1', '2'],
    ],
    [
      'its own node before its zone',
      [
        ['1', 'a', 'node-2'],
        ['2', 'a', 'node-1'],
      ],
      ['2'],
    ],
    [
      'its zone, when none is for its node',
      [
        ['1', 'a', 'node-2'],
        ['2', 'b', 'node-3'],
      ],
      ['1'],
    ],
  ])('hints: %s', (_name, rows, expected) => {
    const endpoints = rows.map(([last, zone, node]) => {
      const forZones = zone ? { forZones: [{ name: zone }] } : {};
      return {
        ...at(`10.244.1.${last}`, true),
        hints: { ...forZones, ...(node ? { forNodes: [{ name: node }] } : {}) },
      };
    });
    expect(choose(endpoints).ips).toEqual(expected.map((last) => `10.244.1.${last}`));
  });

  it('falls back to those that end but still serve', () => {
    expect(choose([at('10.244.1.9', false, true), at('10.244.3.2', false)]).ips).toEqual(['10.244.1.9']);
  });

  it('knows those of the node when a policy is Local, and falls back on the node alone', () => {
    const both = [at('10.244.1.2', true), at('10.244.2.2', true, false, 'node-2')];
    expect(choose(both, { internalTrafficPolicy: 'Local' })).toEqual({
      ips: ['10.244.1.2', '10.244.2.2'],
      local: ['10.244.1.2'],
    });
    const ending = [at('10.244.1.2', false, true), at('10.244.2.2', true, false, 'node-2')];
    expect(choose(ending, { type: 'NodePort', externalTrafficPolicy: 'Local' })).toEqual({
      ips: ['10.244.2.2'],
      local: ['10.244.1.2'],
    });
    const elsewhere = choose([at('10.244.2.2', true, false, 'node-2')], { internalTrafficPolicy: 'Local' });
    expect(elsewhere).toEqual({ ips: ['10.244.2.2'], local: [] });
  });

  it('counts an endpoint once that is in two slices', () => {
    const slices = new Map(['abc', 'def'].map((name) => [`default/web-${name}`, slice([at('10.244.1.2', true)])]));
    expect(rulesFor(new Map([['default/web', service]]), slices)[0]?.endpoints).toHaveLength(1);
  });

  it('takes the addresses of a load balancer that are its own, and leaves out what it proxies', () => {
    const status = { loadBalancer: { ingress: [{ ip: '192.0.2.1' }, { ip: '192.0.2.2', ipMode: 'Proxy' }] } };
    const services = new Map([['default/web', { ...service, status }]]);
    expect(rulesFor(services, new Map())[0]?.loadBalancerIps).toEqual(['192.0.2.1']);
  });

  it('writes nothing for a headless service', () => {
    expect(choose([at('10.244.1.2', true)], { clusterIP: 'None' }).ips).toBeUndefined();
  });
});
