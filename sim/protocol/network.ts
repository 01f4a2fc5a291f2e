import { type Address, address } from '../kernel/message.ts';

/** One TCP request of a program or one UDP datagram, or its answer, as the node's network carries it. */
export interface Packet {
  /** Unique per sender, to match the answer. */
  readonly flow: string;
  readonly sourceIp: string;
  readonly sourcePort: number;
  /** An address, or the name that the program knows: see sim/net/netfilter/names.ts. */
  readonly destinationIp: string;
  readonly destinationPort: number;
  /** Absent for TCP. */
  readonly protocol?: 'udp';
  /** What the program says: `GET /`; on the way back `200` and the body after a space. */
  readonly payload: string;
  /** True on the way back. */
  readonly isReply: boolean;
  /**
   * On the way back: `ok`, `refused` (nobody listens, or a REJECT rule), `unresolved` (no Service of that name; with
   * the payload {@link NO_NAME_SERVER} nobody has said so).
   */
  readonly outcome?: 'ok' | 'refused' | 'unresolved';
  /** The namespace of the program, when the destination is a name that the cluster's resolver is asked for. */
  readonly namespace?: string;
  /** The kernel tells which rules it meets: iptables' TRACE, nft's `meta nftrace set 1`. */
  readonly isTraced?: boolean;
}

/** What glibc says when no name server has answered: EAI_AGAIN. */
export const NO_NAME_SERVER = 'Temporary failure in name resolution';

/** How a question of grpc.health.v1 begins, and its answer: `GRPC SERVING`. */
export const GRPC = 'GRPC ';

/** The three ways in which kube-proxy gives the kernel of Linux its rules. */
export type ProxyMode = 'iptables' | 'ipvs' | 'nftables';

/** One endpoint of a service port. */
export interface Backend {
  readonly ip: string;
  readonly port: number;
}

/**
 * One service port as kube-proxy decided about it for one node. Its rules in each mode follow from this alone, and the
 * kernel spells them out when a packet or a reader comes. What is absent does not apply.
 */
export interface ServiceRule {
  /** `default/web:http` or `default/web`. */
  readonly service: string;
  readonly protocol: string;
  readonly clusterIp: string;
  readonly port: number;
  readonly nodePort: number;
  /** In order, wherever they are; rule i of n is taken with probability 1/(n-i). */
  readonly endpoints: readonly Backend[];
  /** Those of this node, for a policy Local. */
  readonly localEndpoints?: readonly Backend[];
  /** internalTrafficPolicy and externalTrafficPolicy Local. */
  readonly isInternalLocal?: boolean;
  readonly isExternalLocal?: boolean;
  readonly externalIps?: readonly string[];
  readonly loadBalancerIps?: readonly string[];
  /** Who may use the load balancer's addresses. */
  readonly sourceRanges?: readonly string[];
  /** sessionAffinity ClientIP: for how long a client stays. */
  readonly affinitySeconds?: number;
  readonly healthCheckNodePort?: number;
}

/** How connections to one endpoint ended: answered; or refused, or without an answer. */
export interface Endings {
  readonly answered: number;
  readonly failed: number;
}

/** What policies allow in one direction: each of these is enough. */
export interface PolicyAllow {
  /** Blocks and single addresses; absent: anybody. */
  readonly blocks?: readonly { readonly cidr: string; readonly except: readonly string[] }[];
  /** Ports of the pod that is reached; absent: all of them. */
  readonly ports?: readonly PolicyPorts[];
}

/** Ports of TCP, or of UDP, from one to another; for named ports of other pods, only at one address. */
export interface PolicyPorts {
  readonly protocol?: 'UDP';
  readonly from: number;
  readonly to: number;
  readonly at?: string;
}

/** What holds for one pod. An absent direction is not restricted; an empty list allows nothing. */
export interface PodPolicy {
  readonly pod: string;
  readonly ingress?: readonly PolicyAllow[];
  readonly egress?: readonly PolicyAllow[];
}

/**
 * What a node's kernel (its network stack, netfilter and the CNI plugin's plumbing) understands. kube-proxy only writes
 * rules; packets never pass through it, so they flow on by the last rules when it is gone.
 */
export interface NodeNetworkProtocol {
  /** CNI ADD: plumb a sandbox and give it an address. Answered by `attached`. */
  attach: { readonly sandbox: string; readonly podUid: string; readonly podName: string };
  /** A sandbox on the network of the node itself: no plugin is called. Answered by `attached`. */
  joinHost: { readonly sandbox: string; readonly podUid: string; readonly podName: string };
  leaveHost: { readonly sandbox: string };
  /** CNI DEL. */
  detach: { readonly sandbox: string };
  /** The whole rule set of kube-proxy at once, as iptables-restore takes it. Answered by `restored`. */
  restore: { readonly mode?: ProxyMode; readonly rules: readonly ServiceRule[] };
  /** The network plugin's rules about the pods of the node, by pod address. */
  restorePolicies: { readonly policies: Readonly<Record<string, PodPolicy>> };
  packet: Packet;
  /** A command that prints rules: `iptables-save -t nat`. Answered by `rulesSaved`. */
  saveRules: { readonly command: string };
  /** How connections to endpoints of Services have ended since the last question. Answered by `endings`. */
  readEndings: null;
  /** Reads the boot id, which is new each time the machine gets power. Answered by `booted`. */
  boot: null;
}

/** What the users of a node's network understand. */
export interface NodeNetworkClientProtocol {
  attached: { readonly sandbox: string; readonly ip: string };
  detached: { readonly sandbox: string };
  restored: { readonly rules: number };
  rulesSaved: { readonly lines: readonly string[]; readonly exit: number };
  /** By what was asked and the endpoint it was sent to: `ip:port>ip:port`. Those without a connection are left out. */
  endings: Readonly<Record<string, Endings>>;
  booted: { readonly bootId: string };
  /** A packet for a container on this node; goes to the runtime. */
  packet: Packet;
}

/** The network of a node: `network/node-1`. */
export function networkOf(node: string): Address<NodeNetworkProtocol> {
  return address(`network/${node}`);
}

/** The first numbers of the addresses of the control plane's machines. */
export const CONTROL_PLANE_PREFIX = '10.0.255.';

/** The address of a machine of the control plane, from 1. */
export function controlPlaneIp(number: number): string {
  return `${CONTROL_PLANE_PREFIX}${number}`;
}
