import { describe, expect, it } from 'vitest';
import type { Namespace } from '../../api/kinds/namespace.ts';
import type { NetworkPolicy } from '../../api/kinds/networkpolicy.ts';
import type { Pod } from '../../api/kinds/pod.ts';
import { policiesFor } from './compile.ts';
import { isAllowed } from './verdict.ts';

type Spec = NetworkPolicy['spec'];

const pod = (name: string, ip: string, namespace = 'shop', port = 5432): Pod => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, namespace, labels: { app: name } },
  spec: {
    nodeName: 'node-1',
    containers: [{ name: 'c', image: 'i', ports: [{ name: 'main', containerPort: port }] }],
  } as Pod['spec'],
  status: { phase: 'Running', podIP: ip },
});
const pods = [
  pod('db', '10.244.1.2'),
  pod('api', '10.244.1.3', 'shop', 8080),
  pod('web', '10.244.2.4', 'shop', 80),
  pod('spy', '10.244.2.5', 'other'),
  { ...pod('old', '10.244.2.6'), status: { phase: 'Succeeded' as const, podIP: '10.244.2.6' } },
];
const namespaces = new Map(
  ['shop', 'other'].map((name): [string, Namespace] => {
    const labels = { 'kubernetes.io/metadata.name': name };
    return [name, { apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } } as Namespace];
  }),
);
const policy = (spec: Spec, name = 'p'): NetworkPolicy => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'NetworkPolicy',
  metadata: { name, namespace: 'shop' },
  spec: { policyTypes: ['Ingress'], ...spec },
});

/** Who may open a connection: each of `from` to `to:port`. */
function allowed(specs: readonly Spec[], from: readonly string[], to: string, port: number): readonly string[] {
  const policies = specs.map((spec, index) => policy(spec, `p${index}`));
  const all = policiesFor('node-1', { policies, pods, namespaces });
  const ipOf = (name: string) => pods.find(({ metadata }) => metadata.name === name)?.status?.podIP ?? name;
  return from.filter((name) => {
    const ends = { sourceIp: ipOf(name), sourcePort: 1, destinationIp: ipOf(to), destinationPort: port };
    const packet = { flow: '', ...ends, payload: '', isReply: false };
    return isAllowed(all[ends.sourceIp], 'egress', packet) && isAllowed(all[ends.destinationIp], 'ingress', packet);
  });
}

const EVERYBODY = ['api', 'web', 'spy', '203.0.113.9'];
const forDb = { podSelector: { matchLabels: { app: 'db' } } };
const app = (name: string) => ({ podSelector: { matchLabels: { app: name } } });
const space = (name: string) => ({ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': name } } });

describe('who reaches db:5432', () => {
  it.each<[string, readonly Spec[], readonly string[]]>([
    ['no policy', [], EVERYBODY],
    ['a policy about others', [{ ...app('web') }], EVERYBODY],
    ['default deny', [{ podSelector: {} }], []],
    ['allow all', [{ ...forDb, ingress: [{}] }], EVERYBODY],
    ['an empty from is anybody', [{ ...forDb, ingress: [{ from: [] }] }], EVERYBODY],
    ['pods of the namespace', [{ ...forDb, ingress: [{ from: [app('api')] }] }], ['api']],
    [
      'an empty pod selector: all of the namespace',
      [{ ...forDb, ingress: [{ from: [{ podSelector: {} }] }] }],
      ['api', 'web'],
    ],
    ['another namespace', [{ ...forDb, ingress: [{ from: [space('other')] }] }], ['spy']],
    [
      'pods of another namespace, both in one peer',
      [{ ...forDb, ingress: [{ from: [{ ...space('other'), ...app('api') }] }] }],
      [],
    ],
    ['two peers: either', [{ ...forDb, ingress: [{ from: [space('other'), app('api')] }] }], ['api', 'spy']],
    ['policies add up', [{ podSelector: {} }, { ...forDb, ingress: [{ from: [app('web')] }] }], ['web']],
    ['a block', [{ ...forDb, ingress: [{ from: [{ ipBlock: { cidr: '203.0.113.0/24' } }] }] }], ['203.0.113.9']],
    [
      'a block but',
      [{ ...forDb, ingress: [{ from: [{ ipBlock: { cidr: '0.0.0.0/0', except: ['10.244.2.0/24'] } }] }] }],
      ['api', '203.0.113.9'],
    ],
    ['the port', [{ ...forDb, ingress: [{ ports: [{ port: 5432 }] }] }], EVERYBODY],
    ['another port', [{ ...forDb, ingress: [{ ports: [{ port: 5433 }] }] }], []],
    ['a range of ports', [{ ...forDb, ingress: [{ ports: [{ port: 5000, endPort: 6000 }] }] }], EVERYBODY],
    ['the name of the port', [{ ...forDb, ingress: [{ ports: [{ port: 'main' }] }] }], EVERYBODY],
    ['a name nobody gave', [{ ...forDb, ingress: [{ ports: [{ port: 'metrics' }] }] }], []],
    ['another protocol', [{ ...forDb, ingress: [{ ports: [{ protocol: 'UDP', port: 5432 }] }] }], []],
    ['port and peer', [{ ...forDb, ingress: [{ from: [app('api')], ports: [{ port: 5432 }] }] }], ['api']],
    ['egress of one denied', [{ ...app('api'), policyTypes: ['Egress'] }], ['web', 'spy', '203.0.113.9']],
    [
      'egress to db alone',
      [{ ...app('api'), policyTypes: ['Egress'], egress: [{ to: [app('db')], ports: [{ port: 'main' }] }] }],
      EVERYBODY,
    ],
    [
      'egress by a name that is another number there',
      [{ ...app('api'), policyTypes: ['Egress'], egress: [{ ports: [{ port: 'main' }] }] }],
      EVERYBODY,
    ],
    [
      'egress elsewhere',
      [{ ...app('api'), policyTypes: ['Egress'], egress: [{ to: [app('web')] }] }],
      ['web', 'spy', '203.0.113.9'],
    ],
  ])('%s', (_, specs, expected) => {
    expect(allowed(specs, EVERYBODY, 'db', 5432)).toEqual(expected);
  });

  it('by a named port only where that pod has it', () => {
    const egress = [{ ...app('api'), policyTypes: ['Egress'], egress: [{ ports: [{ port: 'main' }] }] }];
    expect(allowed(egress, ['api'], 'web', 80)).toEqual(['api']);
    expect(allowed(egress, ['api'], 'web', 5432)).toEqual([]);
  });

  it('a pod reaches itself, whatever policies say', () => {
    expect(allowed([{ podSelector: {}, policyTypes: ['Ingress', 'Egress'] }], ['db'], 'db', 5432)).toEqual(['db']);
  });
});

it('says nothing of pods that have ended, or of those of other nodes', () => {
  const view = { policies: [policy({ podSelector: {} })], pods, namespaces };
  expect(Object.keys(policiesFor('node-1', view))).toEqual(['10.244.1.2', '10.244.1.3', '10.244.2.4']);
  expect(policiesFor('node-2', view)).toEqual({});
});
