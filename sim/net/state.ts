import type { Address, MessageId, Millis } from '../kernel/message.ts';
import type {
  Endings,
  NodeNetworkClientProtocol,
  Packet,
  PodPolicy,
  ProxyMode,
  ServiceRule,
} from '../protocol/network.ts';

/** A connection that conntrack knows: opened here, or translated here. */
export interface Flow {
  /** The process of this node that opened it; '' when it came from another node. */
  readonly origin: Address;
  /** As its sender addressed it. */
  readonly ip: string;
  readonly port: number;
  readonly sourceIp: string;
  readonly sourcePort: number;
  /** The ends of its answer as it comes back here: `from>to`. */
  readonly answer: string;
  readonly at: Millis;
  /** Absent for TCP. */
  readonly protocol?: 'udp';
  /** It was counted as failed, since no answer came in time. */
  readonly isLate?: boolean;
}

/** A connection that waits for the address of a name, and the question about it that is under way. */
export interface Lookup {
  readonly packet: Packet;
  readonly origin: Address;
  readonly routine: boolean;
  /** How many names of the search path were asked for before. */
  readonly tried: number;
  /** How often this name was asked for before. */
  readonly attempt: number;
  /** The datagram, which is sent again as it was. */
  readonly question: Packet;
}

/** What the kernel of a node remembers. A power loss leaves only the number of boots and the last address given out. */
export interface NetworkState {
  node: string;
  nodeIp: string;
  /** The process that has the containers. */
  engine: Address<NodeNetworkClientProtocol>;
  /** `10.244.1.`: the first three numbers of every pod address of this node. */
  prefix: string;
  /** The nodes of the cluster in the order of their ranges: routes, as the CNI plugin's daemon would set them. */
  nodes: readonly string[];
  /** API servers by their machines: the first is at 10.0.255.1. */
  servers: readonly string[];
  /** Connections to them that they have not answered, by the message that opened each. */
  dialled: Map<MessageId, Packet>;
  /** Whether the resolvers of pods ask the Service kube-dns for the addresses of names. */
  hasDns: boolean;
  boots: number;
  lastHost: number;
  sandboxes: Map<string, { readonly ip: string; readonly podUid: string }>;
  sandboxByIp: Map<string, string>;
  /** In which form kube-proxy wrote its rules, and what they say. */
  mode: ProxyMode;
  rules: readonly ServiceRule[];
  /**
   * Connections counted per rule: by `service`, and by `service ip:port`. Begins at 0 with each restore, as iptables'
   * do.
   */
  packets: Map<string, number>;
  /** Which endpoint a client was sent to, where a Service keeps its clients: when, by `set client`. */
  seen: Map<string, number>;
  /** Whose turn it is at a virtual server of IPVS. */
  turns: Map<string, number>;
  /** What the network plugin wrote about pods of this node, by pod address. */
  policies: Map<string, PodPolicy>;
  /** Between which ends policies have dropped a packet since they were last written, and when first. */
  turnedAway: Map<string, Millis>;
  /** Connections opened from this node or translated by it, and not answered yet. */
  flows: Map<string, Flow>;
  /** How they ended since somebody asked, by what was asked and the endpoint; null while nobody has ever asked. */
  endings: Map<string, Endings> | null;
  /** By the flow of the question. */
  lookups: Map<string, Lookup>;
}
