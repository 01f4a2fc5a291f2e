import { type Address, address } from '../kernel/message.ts';

/** One TCP request of a program, or its answer, as the node's network carries it. */
export interface Packet {
  /** Unique per sender, to match the answer. */
  readonly flow: string;
  readonly sourceIp: string;
  readonly sourcePort: number;
  /** An address, or `service.namespace` of a program that does not know it: see cni.ts on names. */
  readonly destinationIp: string;
  readonly destinationPort: number;
  /** What the program says: `GET /`; on the way back `200` and the body after a space. */
  readonly payload: string;
  /** True on the way back. */
  readonly isReply: boolean;
  /** On the way back: `ok`, `refused` (nobody listens, or a REJECT rule), `unresolved` (no Service of that name). */
  readonly outcome?: 'ok' | 'refused' | 'unresolved';
  /** Where DNAT sent it, kept by conntrack for the way back. */
  readonly translatedFrom?: { readonly ip: string; readonly port: number };
}

/** One service port as kube-proxy writes it into the node's kernel. */
export interface ServiceRule {
  /** `default/web:http` or `default/web`. */
  readonly service: string;
  readonly protocol: string;
  readonly clusterIp: string;
  readonly port: number;
  readonly nodePort: number;
  /** In order; rule i of n is taken with probability 1/(n-i). */
  readonly endpoints: readonly { readonly ip: string; readonly port: number }[];
  /** Without endpoints: REJECT; or DROP where only local ones may be used (internalTrafficPolicy) and others exist. */
  readonly otherwise: 'REJECT' | 'DROP';
}

/**
 * What a node's kernel (its network stack, netfilter and the CNI plugin's plumbing) understands. kube-proxy only writes
 * rules; packets never pass through it, so they flow on by the last rules when it is gone.
 */
export interface NodeNetworkProtocol {
  /** CNI ADD: plumb a sandbox and give it an address. Answered by `attached`. */
  attach: { readonly sandbox: string; readonly podUid: string; readonly podName: string };
  /** CNI DEL. */
  detach: { readonly sandbox: string };
  /** iptables-restore: the whole rule set. Answered by `restored`. */
  restore: { readonly rules: readonly ServiceRule[] };
  packet: Packet;
  /** iptables-save: the rules that are there. Answered by `rulesSaved`. */
  saveRules: null;
  /** Reads the boot id, which is new each time the machine gets power. Answered by `booted`. */
  boot: null;
}

/** What the users of a node's network understand. */
export interface NodeNetworkClientProtocol {
  attached: { readonly sandbox: string; readonly ip: string };
  detached: { readonly sandbox: string };
  restored: { readonly rules: number };
  rulesSaved: { readonly rules: readonly ServiceRule[] };
  booted: { readonly bootId: string };
  /** A packet for a container on this node; goes to the runtime. */
  packet: Packet;
}

/** The network of a node: `network/node-1`. */
export function networkOf(node: string): Address<NodeNetworkProtocol> {
  return address(`network/${node}`);
}
