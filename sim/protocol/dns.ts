import { type Address, address } from '../kernel/message.ts';
import type { Packet } from './network.ts';

/** What the CoreDNS processes of a node understand; their containers are the runtime's, which passes packets on. */
export interface CoreDnsProtocol {
  /** A container of CoreDNS has begun: it connects to the API by the token of its pod. */
  serve: { readonly container: string; readonly pod: string; readonly ip: string; readonly token?: string };
  /** It has ended, however that was. */
  quit: { readonly container: string };
  /** For a port of one of their pods; answered by a packet to the node's network. */
  packet: Packet;
}

/** The CoreDNS processes of a node: `coredns/node-1`. */
export function coreDnsOf(node: string): Address<CoreDnsProtocol> {
  return address(`coredns/${node}`);
}

/** The address of the Service kube-dns: the tenth of kubeadm's range. kubelet writes it into each pod's resolv.conf. */
export const CLUSTER_DNS = '10.96.0.10';

/** By UDP, and by TCP where an answer is too long for a datagram. */
export const DNS_PORT = 53;

/** How a question for the addresses of one whole name begins. */
export const QUESTION = 'A ';

/** What a server makes of a question: `NOERROR` with or without records, `NXDOMAIN` for a name that nobody bears. */
export type DnsCode = 'NOERROR' | 'NXDOMAIN' | 'SERVFAIL';
