import { describe, expect, it } from 'vitest';
import type { IO, Note } from '../../kernel/component.ts';
import type { Address } from '../../kernel/message.ts';
import type { ProxyMode, ServiceRule } from '../../protocol/network.ts';
import { network } from '../cni.ts';
import type { Entrance } from '../datapath.ts';
import type { NetworkState } from '../state.ts';
import { searchPath } from './names.ts';
import { netfilter } from './netfilter.ts';

const NODE = '10.0.0.1';
const [NEAR, FAR] = [
  { ip: '10.244.1.2', port: 8080 },
  { ip: '10.244.2.2', port: 8080 },
];
const plain: ServiceRule = {
  service: 'default/web',
  protocol: 'TCP',
  clusterIp: '10.96.0.10',
  port: 80,
  nodePort: 0,
  endpoints: [NEAR, FAR],
};
const nodePort = { ...plain, nodePort: 30_080 };
const balanced = { ...nodePort, loadBalancerIps: ['192.0.2.1'] };
const local = { isExternalLocal: true, localEndpoints: [NEAR] };
const noneHere = { isExternalLocal: true, localEndpoints: [] };

/** A node whose dice fall in turn, so that every endpoint comes up; time stands still unless it is set. */
function node(mode: ProxyMode, rules: readonly ServiceRule[]) {
  const config = { node: 'node-1', index: 0, nodes: ['node-1', 'node-2'] };
  const state = network.init('network/node-1', config) as NetworkState;
  state.mode = mode;
  state.rules = rules;
  state.sandboxByIp.set(NEAR.ip, 'sandbox');
  const notes: Note[] = [];
  const turns = new Map<string, number>();
  const clock = { now: 0 };
  const io = {
    get now() {
      return clock.now;
    },
    random(purpose: string, bound: number) {
      const turn = turns.get(`${purpose} ${bound}`) ?? 0;
      turns.set(`${purpose} ${bound}`, turn + 1);
      return turn % bound;
    },
    note: (note: Note) => notes.push(note),
  } as unknown as IO;
  const send = (source: string, to: string, from: Entrance = 'pod') => {
    const [destinationIp = '', port] = to.split(':');
    const ends = { sourceIp: source, sourcePort: 40_000, destinationIp, destinationPort: Number(port) };
    const way = { entrance: from, origin: '' as Address, mark: { routine: true } };
    const packet = { flow: 'f', ...ends, payload: 'GET /', isReply: false, namespace: 'default' };
    const { packet: sent, verdict } = netfilter.pass(state, packet, way, io);
    if (verdict !== 'accept') return verdict;
    const isMasqueraded = sent.sourceIp !== source;
    return `${sent.destinationIp}:${sent.destinationPort}${isMasqueraded ? ` from ${sent.sourceIp}` : ''}`;
  };
  return { send, notes, clock };
}

const POD = '10.244.1.9';
const OTHER = '10.244.2.9';
const OUTSIDE = '203.0.113.2';
const both = (suffix = '') => ['10.244.1.2:8080', '10.244.2.2:8080'].map((to) => `${to}${suffix}`);
const MASKED = ['10.244.1.2:8080 from 10.244.1.1', '10.244.2.2:8080 from 10.0.0.1'];
const sticky = { ...plain, affinitySeconds: 60 };

type Case = readonly [string, readonly ServiceRule[], string, string, Entrance, readonly string[], string?, string?];

/** What becomes of connections; the last two: where IPVS, or nftables, differs. */
const cases: readonly Case[] = [
  ['a pod to a cluster IP', [plain], POD, '10.96.0.10:80', 'pod', both()],
  ['a pod by name', [plain], POD, 'web:80', 'pod', both()],
  ['a pod by its whole name', [plain], POD, 'web.default.svc.cluster.local:80', 'pod', both()],
  ['a name nobody bears', [plain], POD, 'nobody:80', 'pod', ['unresolved']],
  ['the machine to a cluster IP', [plain], NODE, '10.96.0.10:80', 'host', [MASKED[0] as string, '10.244.2.2:8080']],
  ['a pod to itself', [{ ...plain, endpoints: [NEAR] }], NEAR.ip, '10.96.0.10:80', 'pod', [MASKED[0] as string]],
  ['another port', [plain], POD, '10.96.0.10:81', 'pod', ['10.96.0.10:81'], 'reject', 'reject'],
  ['an address nobody has', [plain], POD, '10.96.0.99:80', 'pod', ['10.96.0.99:80'], '10.96.0.99:80', 'drop'],
  ['no endpoints', [{ ...nodePort, endpoints: [] }], POD, '10.96.0.10:80', 'pod', ['reject']],
  ['no endpoints, by node port', [{ ...nodePort, endpoints: [] }], OTHER, `${NODE}:30080`, 'wire', ['reject']],
  ['a node port from another node', [nodePort], OTHER, `${NODE}:30080`, 'wire', MASKED],
  ['a node port of another node', [nodePort], POD, '10.0.0.2:30080', 'pod', ['10.0.0.2:30080']],
  ['a load balancer from a pod', [balanced], POD, '192.0.2.1:80', 'pod', MASKED],
  ['an external IP', [{ ...plain, externalIps: ['192.0.2.7'] }], OUTSIDE, '192.0.2.7:80', 'wire', MASKED],
  [
    'external Local keeps the source',
    [{ ...balanced, ...local }],
    OUTSIDE,
    '192.0.2.1:80',
    'wire',
    ['10.244.1.2:8080'],
  ],
  [
    'external Local without endpoints here',
    [{ ...balanced, ...noneHere }],
    OUTSIDE,
    '192.0.2.1:80',
    'wire',
    ['drop'],
    'reject',
  ],
  [
    'internal Local',
    [{ ...plain, isInternalLocal: true, localEndpoints: [NEAR] }],
    POD,
    '10.96.0.10:80',
    'pod',
    ['10.244.1.2:8080'],
  ],
  [
    'internal Local, none here',
    [{ ...plain, isInternalLocal: true, localEndpoints: [] }],
    POD,
    '10.96.0.10:80',
    'pod',
    ['drop'],
    'reject',
  ],
  [
    'internal Local, none anywhere',
    [{ ...plain, isInternalLocal: true, localEndpoints: [], endpoints: [] }],
    POD,
    '10.96.0.10:80',
    'pod',
    ['reject'],
  ],
  ['a pod’s own address', [plain], POD, '10.244.2.2:8080', 'pod', ['10.244.2.2:8080']],
  ['a client that stays', [sticky], POD, '10.96.0.10:80', 'pod', ['10.244.1.2:8080']],
];

describe.each(['iptables', 'nftables', 'ipvs'] as const)('%s', (mode) => {
  it.each(cases)('%s', (...row: unknown[]) => {
    const [, rules, source, to, from, anyOf, ipvs, nftables] = row as unknown as Case;
    const { send } = node(mode, rules);
    const wanted = mode === 'ipvs' && ipvs ? [ipvs] : mode === 'nftables' && nftables ? [nftables] : anyOf;
    const seen = new Set(Array.from({ length: 12 }, () => send(source, to, from)));
    expect([...seen].sort()).toEqual([...wanted].sort());
  });

  it('lets a client go when it has been away for too long', () => {
    const { send, clock } = node(mode, [sticky]);
    const first = send(POD, '10.96.0.10:80');
    clock.now = 59_000;
    expect(send(POD, '10.96.0.10:80')).toBe(first);
    const later = new Set<string>();
    for (let round = 0; round < 8; round++) {
      clock.now += 61_000;
      later.add(send(POD, '10.96.0.10:80'));
    }
    expect(later.size).toBe(2);
  });
});

describe('source ranges of a load balancer', () => {
  const fenced = [{ ...balanced, sourceRanges: ['203.0.113.0/25'] }];
  it.each(['iptables', 'nftables'] as const)('%s', (mode) => {
    const { send } = node(mode, fenced);
    expect(MASKED).toContain(send(OUTSIDE, '192.0.2.1:80', 'wire'));
    expect(send('203.0.113.130', '192.0.2.1:80', 'wire')).toBe('drop');
    expect(MASKED).toContain(send('203.0.113.130', `${NODE}:30080`, 'wire'));
  });
});

describe('external Local from a pod', () => {
  it.each(['iptables', 'nftables'] as const)('is short-circuited to all endpoints in %s', (mode) => {
    const { send } = node(mode, [{ ...balanced, ...local }]);
    expect(new Set(Array.from({ length: 12 }, () => send(POD, '192.0.2.1:80')))).toEqual(new Set(both()));
  });
});

describe('the way of a connection', () => {
  it('is told chain by chain', () => {
    const { send, notes } = node('iptables', [nodePort]);
    send(OTHER, `${NODE}:30080`, 'wire');
    const [note] = notes as (Note & { hops: readonly string[] })[];
    expect(note).toMatchObject({ what: 'netfilter/translated', about: 'service/web', from: `${NODE}:30080` });
    expect(note?.hops.map((hop) => hop.replace(/-[A-Z2-7]{16}$/, '')).join(' ')).toBe(
      'PREROUTING KUBE-SERVICES KUBE-NODEPORTS KUBE-EXT KUBE-MARK-MASQ KUBE-SVC KUBE-SEP FORWARD KUBE-PROXY-FIREWALL ' +
        'KUBE-FORWARD POSTROUTING KUBE-POSTROUTING',
    );
  });

  it('is told when it ends', () => {
    const { send, notes } = node('nftables', [{ ...plain, endpoints: [] }]);
    send(POD, '10.96.0.10:80');
    expect(notes[0]).toMatchObject({ what: 'netfilter/rejected', about: 'service/web', service: 'default/web' });
  });
});

it('searches as a resolver with ndots 5 does', () => {
  expect(searchPath('web', 'shop')).toEqual([
    'web.shop.svc.cluster.local',
    'web.svc.cluster.local',
    'web.cluster.local',
    'web',
  ]);
  expect(searchPath('web.shop.svc.cluster.local', 'x')[0]).toBe('web.shop.svc.cluster.local.x.svc.cluster.local');
  expect(searchPath('example.com.', 'x')).toEqual(['example.com']);
  expect(searchPath('a.b.c.d.e.f', 'x')[0]).toBe('a.b.c.d.e.f');
});
