import type { IO } from '../kernel/component.ts';
import { networkOf, type Packet } from '../protocol/network.ts';
import type { Connection, Outgoing } from './programs/program.ts';
import type { Process, RuntimeState } from './state.ts';

/**
 * Sends a program's requests through the node's kernel and remembers whom the answers belong to; `command` is the id of
 * one that runs beside the container's own process.
 */
export function sendRequests(
  state: RuntimeState,
  process: Process,
  requests: readonly Outgoing[],
  io: IO,
  command = '',
): void {
  const sandbox = state.sandboxes.get(process.sandbox);
  if (sandbox === undefined) return;
  for (const { tag, host, port, payload, timeoutMs, protocol } of requests) {
    const flow = `${(command || process.id).slice(0, 12)}:${tag}`;
    const isAddress = /^\d+\.\d+\.\d+\.\d+$/.test(host);
    const packet = {
      flow,
      sourceIp: sandbox.ip,
      sourcePort: 32768 + io.random('port', 28232),
      destinationIp: host,
      destinationPort: port,
      ...(protocol === undefined ? {} : { protocol }),
      payload,
      isReply: false,
      ...(isAddress || sandbox.usesNodeResolver ? {} : { namespace: process.namespace }),
    };
    const asked = { container: process.id, tag, sentAt: io.now, until: io.now + timeoutMs };
    state.requests.set(flow, command === '' ? asked : { ...asked, command });
    io.send(networkOf(state.node), 'packet', packet, { routine: true });
    io.after(timeoutMs, 'program/timeout', { flow }, { routine: true });
  }
}

/** Answers a request. Every answer but the one that opens a connection is a line of traffic of its own. */
export function reply(
  { node }: RuntimeState,
  { flow, sourceIp, sourcePort, destinationIp, destinationPort, protocol }: Connection,
  answer: { readonly outcome: 'ok' | 'refused'; readonly payload: string },
  routine: boolean,
  io: IO,
): void {
  const ends = { sourceIp: destinationIp, sourcePort: destinationPort, destinationIp: sourceIp };
  const over = protocol === undefined ? {} : { protocol };
  const back: Packet = { flow, ...ends, destinationPort: sourcePort, ...over, isReply: true, ...answer };
  io.send(networkOf(node), 'packet', back, { routine });
}
