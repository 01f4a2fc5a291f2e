import type { Packet, PodPolicy, PolicyAllow } from '../../protocol/network.ts';
import { inBlock } from '../netfilter/blocks.ts';

/** Whether a pod's policy lets the first packet of a connection pass. The other end is its source, or destination. */
export function isAllowed(policy: PodPolicy | undefined, direction: 'ingress' | 'egress', packet: Packet): boolean {
  const allowed = policy?.[direction];
  if (allowed === undefined || packet.sourceIp === packet.destinationIp) return true;
  const other = direction === 'ingress' ? packet.sourceIp : packet.destinationIp;
  return allowed.some((rule) => isMet(rule, other, packet));
}

function isMet({ blocks, ports }: PolicyAllow, other: string, packet: Packet): boolean {
  const { destinationIp, destinationPort: port, protocol } = packet;
  const isPeer =
    blocks === undefined ||
    blocks.some(({ cidr, except }) => inBlock(other, cidr) && !except.some((one) => inBlock(other, one)));
  const isPort =
    ports === undefined ||
    ports.some((range) => {
      const { from, to, at = destinationIp } = range;
      const isProtocol = (range.protocol === 'UDP') === (protocol === 'udp');
      return isProtocol && port >= from && port <= to && at === destinationIp;
    });
  return isPeer && isPort;
}
