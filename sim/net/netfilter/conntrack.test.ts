import { expect, it } from 'vitest';
import type { Packet, ServiceRule } from '../../protocol/network.ts';
import { network } from '../cni.ts';
import type { Flow, NetworkState } from '../state.ts';
import { continued, forgetStale } from './conntrack.ts';

const ENDS = { sourceIp: '10.244.1.9', sourcePort: 40_000, destinationIp: '10.96.0.10', destinationPort: 53 };
const question: Packet = { flow: 'f', ...ENDS, protocol: 'udp', payload: 'A web', isReply: false };
const flow: Flow = {
  origin: 'network/node-1',
  ip: '10.96.0.10',
  port: 53,
  sourceIp: '10.244.1.9',
  sourcePort: 40_000,
  answer: '10.244.2.2:53>10.244.1.9:40000',
  at: 0,
  protocol: 'udp',
};
const dns = (...ips: readonly string[]): ServiceRule => ({
  service: 'kube-system/kube-dns:dns',
  protocol: 'UDP',
  clusterIp: '10.96.0.10',
  port: 53,
  nodePort: 0,
  endpoints: ips.map((ip) => ({ ip, port: 53 })),
});

function knowing(known: Flow): NetworkState {
  const state = network.init('network/node-1', { node: 'node-1', index: 0 }) as NetworkState;
  state.flows.set('f', known);
  return state;
}

it('sends a datagram of a flow where the one before it went; a connection begins once', () => {
  const sent = { ...question, destinationIp: '10.244.2.2' };
  expect(continued(knowing(flow), question)).toEqual({ asked: question, packet: sent, verdict: 'accept' });
  expect(continued(knowing(flow), { ...question, flow: 'other' })).toBeUndefined();
  const { protocol: _udp, ...connection } = question;
  expect(continued(knowing(flow), connection)).toBeUndefined();
});

it.each<[string, Flow, ServiceRule, number]>([
  ['keeps a flow to an endpoint that is still there', flow, dns('10.244.1.2', '10.244.2.2'), 1],
  ['forgets one to an endpoint that is gone', flow, dns('10.244.1.2'), 0],
  ['forgets all when none is left', flow, dns(), 0],
  ['forgets one that was sent before there was a rule', { ...flow, answer: '10.96.0.10:53>x' }, dns('10.244.2.2'), 0],
  ['leaves other Services alone', flow, { ...dns(), clusterIp: '10.96.0.11' }, 1],
  ['leaves TCP alone', flow, { ...dns(), protocol: 'TCP' }, 1],
])('%s', (_, known, rule, left) => {
  const state = knowing(known);
  forgetStale(state, [rule]);
  expect(state.flows.size).toBe(left);
});
