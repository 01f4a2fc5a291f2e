import type { Packet, ServiceRule } from '../../protocol/network.ts';
import type { Passed } from '../datapath.ts';
import type { Flow, NetworkState } from '../state.ts';

/**
 * A datagram of a flow that conntrack knows goes where the one before it went: rules are for the first alone. That is
 * why a question that is asked again reaches the same endpoint, alive or not.
 */
export function continued(state: NetworkState, asked: Packet): Passed | undefined {
  const flow = asked.protocol === 'udp' ? state.flows.get(asked.flow) : undefined;
  if (flow === undefined) return undefined;
  const [to = '', from = ''] = flow.answer.split('>');
  const [destinationIp, destinationPort] = endOf(to);
  const [sourceIp, sourcePort] = endOf(from);
  const packet = { ...asked, destinationIp, destinationPort, sourceIp, sourcePort };
  return { asked, packet, verdict: 'accept' };
}

/**
 * kube-proxy deletes what conntrack knows of UDP flows to a cluster IP that end nowhere its rules lead to now: else
 * they would go there for as long as anybody sends. Upstream: `pkg/proxy/conntrack/cleanup.go`.
 */
export function forgetStale({ flows }: NetworkState, rules: readonly ServiceRule[]): void {
  const known = new Map<string, readonly string[]>();
  for (const { protocol, clusterIp: ip, port, endpoints } of rules) {
    if (protocol === 'UDP') known.set(textOf({ ip, port }), endpoints.map(textOf));
  }
  for (const [key, flow] of flows) {
    const endpoints = flow.protocol === 'udp' ? known.get(textOf(flow)) : undefined;
    if (endpoints?.includes(answerer(flow)) === false) flows.delete(key);
  }
}

function answerer({ answer }: Flow): string {
  return answer.slice(0, answer.indexOf('>'));
}

function textOf({ ip, port }: { readonly ip: string; readonly port: number }): string {
  return `${ip}:${port}`;
}

function endOf(text: string): readonly [string, number] {
  const [ip = '', port] = text.split(':');
  return [ip, Number(port)];
}
