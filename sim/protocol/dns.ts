import { type Address, address } from '../kernel/message.ts';

/** What CoreDNS understands: one question for the addresses of one whole name. Answered by `resolved`. */
export interface DnsProtocol {
  query: { readonly name: string };
}

/** An answer: no records for NXDOMAIN. `CNAME NAME` and `A ADDRESS`, in the order in which they are followed. */
export interface Resolved {
  readonly name: string;
  readonly records: readonly string[];
}

/** The cluster's DNS server. */
export const COREDNS: Address<DnsProtocol> = address('coredns');
