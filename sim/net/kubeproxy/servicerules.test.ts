import { describe, expect, it } from 'vitest';
import type { EndpointSlice } from '../../api/kinds/endpointslice.ts';
import type { Service } from '../../api/kinds/service.ts';
import { serviceRules } from './servicerules.ts';

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
  const choose = (endpoints: EndpointSlice['endpoints'], spec: Partial<Service['spec']> = {}) => {
    const services = new Map([['default/web', { ...service, spec: { ...service.spec, ...spec } }]]);
    const [first] = serviceRules(services, new Map([['default/web-abc', slice(endpoints)]]), 'node-1');
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

  it('takes the addresses of a load balancer that are its own, and leaves out what it proxies', () => {
    const status = { loadBalancer: { ingress: [{ ip: '192.0.2.1' }, { ip: '192.0.2.2', ipMode: 'Proxy' }] } };
    const services = new Map([['default/web', { ...service, status }]]);
    expect(serviceRules(services, new Map(), 'node-1')[0]?.loadBalancerIps).toEqual(['192.0.2.1']);
  });

  it('writes nothing for a headless service', () => {
    expect(choose([at('10.244.1.2', true)], { clusterIP: 'None' }).ips).toBeUndefined();
  });
});
