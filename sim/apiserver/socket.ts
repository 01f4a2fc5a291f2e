import { API_PORT } from '../protocol/http.ts';
import type { Packet } from '../protocol/network.ts';

/** What Go's TLS server says to somebody who speaks plain HTTP to it. */
const PLAIN = '400 Client sent an HTTP request to an HTTPS server.\n';

/**
 * A connection that a program on a node opened, by the Service `kubernetes` perhaps. The simulated programs speak no
 * TLS, so it gets as far as that. Clients of the API send their requests as messages of their own.
 */
export function answerPacket(packet: Packet, reply: (back: Packet) => void): void {
  if (packet.isReply) return;
  const { flow, sourceIp, sourcePort, destinationIp, destinationPort, payload } = packet;
  const from = { sourceIp: destinationIp, sourcePort: destinationPort };
  const to = { destinationIp: sourceIp, destinationPort: sourcePort };
  const isHeard = destinationPort === API_PORT;
  const outcome = isHeard ? 'ok' : 'refused';
  reply({ flow, ...from, ...to, payload: isHeard && payload !== '' ? PLAIN : '', isReply: true, outcome });
}
