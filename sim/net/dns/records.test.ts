import { expect, it } from 'vitest';
import type { EndpointSlice } from '../../api/kinds/endpointslice.ts';
import type { Service } from '../../api/kinds/service.ts';
import { recordsOf } from './records.ts';

const service = (name: string, spec: Service['spec'], namespace = 'shop'): [string, Service] => {
  return [`${namespace}/${name}`, { apiVersion: 'v1', kind: 'Service', metadata: { name, namespace }, spec }];
};
const services = new Map([
  service('web', { clusterIP: '10.96.0.10' }),
  service('db', { clusterIP: 'None' }),
  service('empty', { clusterIP: 'None' }),
  service('alias', { type: 'ExternalName', externalName: 'web.shop.svc.cluster.local' }),
  service('twice', { type: 'ExternalName', externalName: 'alias.shop.svc.cluster.local.' }),
  service('away', { type: 'ExternalName', externalName: 'db.example.com' }),
  service('ring', { type: 'ExternalName', externalName: 'ring.shop.svc.cluster.local' }),
]);
const slices: EndpointSlice[] = [
  {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { name: 'db-1', namespace: 'shop', labels: { 'kubernetes.io/service-name': 'db' } },
    addressType: 'IPv4',
    endpoints: [
      { addresses: ['10.244.1.2'], hostname: 'db-0', conditions: { ready: true } },
      { addresses: ['10.244.2.2'], conditions: { ready: true } },
      { addresses: ['10.244.3.2'], hostname: 'db-2', conditions: { ready: false } },
    ],
    ports: [],
  },
];

it.each<[string, readonly string[]]>([
  ['web.shop.svc.cluster.local', ['A 10.96.0.10']],
  ['WEB.shop.svc.cluster.local.', ['A 10.96.0.10']],
  ['web.svc.cluster.local', []],
  ['web.other.svc.cluster.local', []],
  ['x.web.shop.svc.cluster.local', []],
  ['web.shop.svc.example.com', []],
  ['web', []],
  ['db.shop.svc.cluster.local', ['A 10.244.1.2', 'A 10.244.2.2']],
  ['db-0.db.shop.svc.cluster.local', ['A 10.244.1.2']],
  ['10-244-2-2.db.shop.svc.cluster.local', ['A 10.244.2.2']],
  ['10-244-1-2.db.shop.svc.cluster.local', []],
  ['db-2.db.shop.svc.cluster.local', []],
  ['empty.shop.svc.cluster.local', []],
  ['10-244-9-9.shop.pod.cluster.local', ['A 10.244.9.9']],
  ['alias.shop.svc.cluster.local', ['CNAME web.shop.svc.cluster.local', 'A 10.96.0.10']],
  [
    'twice.shop.svc.cluster.local',
    ['CNAME alias.shop.svc.cluster.local.', 'CNAME web.shop.svc.cluster.local', 'A 10.96.0.10'],
  ],
  ['away.shop.svc.cluster.local', ['CNAME db.example.com']],
])('%s', (name, records) => {
  expect(recordsOf(name, { services, slices })).toEqual(records);
});

it('ends a ring of names', () => {
  expect(recordsOf('ring.shop.svc.cluster.local', { services, slices })).toHaveLength(8);
});
