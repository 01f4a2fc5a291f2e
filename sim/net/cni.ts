// A node's kernel as pods see it: addresses for sandboxes, routes to other nodes, netfilter's Service rules and
// conntrack.
// Watches: nothing; the runtime attaches sandboxes, kube-proxy restores rules, programs and probes send packets.
// Writes: nothing in the API; packets and answers only.
// Follows: the CNI plugins bridge and host-local (one /24 a node, addresses in turn), and iptables' nat table, random
// mode.
// Leaves out: MTU, UDP, IPv6, session affinity, SNAT of hairpins, network policy. A packet stands for one short TCP
// connection.
//
// Names: cluster DNS is not modelled. A program may address `service.namespace`, and the node's kernel looks it up
// among the
// rules that kube-proxy wrote; what kube-proxy has not written does not resolve.

import type { Component, IO } from '../kernel/component.ts';
import { type Address, address, type Message, type MessageId } from '../kernel/message.ts';
import { hashText } from '../kernel/random.ts';
import { part } from '../kernel/state.ts';
import {
  type NodeNetworkClientProtocol,
  type NodeNetworkProtocol,
  networkOf,
  type Packet,
  type ServiceRule,
} from '../protocol/network.ts';

/** What the kernel of a node remembers. A power loss leaves only the number of boots and the last address given out. */
export interface NetworkState {
  node: string;
  nodeIp: string;
  /** `10.244.1.`: the first three numbers of every pod address of this node. */
  prefix: string;
  /** The nodes of the cluster in the order of their ranges: routes, as the CNI plugin's daemon would set them. */
  nodes: readonly string[];
  boots: number;
  lastHost: number;
  sandboxes: Map<string, { readonly ip: string; readonly podUid: string }>;
  sandboxByIp: Map<string, string>;
  /** Rules by `clusterIp:port`. */
  rules: Map<string, ServiceRule>;
  /**
   * Connections counted per rule: by `service`, and by `service ip:port`. Begins at 0 with each restore, as iptables'
   * do.
   */
  packets: Map<string, number>;
  /** Connections opened from this node and not answered yet: who asked, and for which address. */
  flows: Map<string, { readonly origin: Address; readonly ip: string; readonly port: number }>;
}

interface NetworkConfig {
  readonly node: string;
  /** 0 for the first node. */
  readonly index: number;
  readonly nodes?: readonly string[];
}

type Users = Address<NodeNetworkClientProtocol>;
type Request = { readonly id: MessageId; readonly from: Address };
type Attach = NodeNetworkProtocol['attach'] & { readonly request: Request };

interface Received extends NodeNetworkProtocol {
  'cni/attached': Attach;
}

/** conntrack's table is bounded: the oldest connection is forgotten, and its answer is lost. */
const MAX_FLOWS = 4096;
const CNI_ADD_MS = 20;

/** The component `network`: actor `network/<node>`. */
export const network: Component<NetworkState, Received> = {
  name: 'network',
  init: (_self, config) => fresh(config as NetworkConfig),
  restart: (state) => part({ ...lost(), ...keep(state), boots: state.boots + 1 }),
  receive(state, message, io) {
    switch (message.kind) {
      case 'attach': {
        const request = { id: message.id, from: message.from };
        io.after(CNI_ADD_MS + io.random('cni', 30), 'cni/attached', { ...message.body, request });
        return;
      }
      case 'cni/attached':
        attach(state, message.body, io);
        return;
      case 'detach':
        detach(state, message.body.sandbox);
        io.reply(message, 'detached', message.body, { routine: message.routine });
        return;
      case 'restore':
        restore(state, message.body.rules);
        io.reply(message, 'restored', { rules: message.body.rules.length }, { routine: message.routine });
        return;
      case 'saveRules':
        io.reply(message, 'rulesSaved', { rules: [...state.rules.values()] });
        return;
      case 'boot':
        io.reply(message, 'booted', { bootId: bootId(state) }, { routine: true });
        return;
      case 'packet':
        carry(state, message, io);
        return;
    }
  },
  inspect: (state) => ({
    bootId: bootId(state),
    nodeIp: state.nodeIp,
    podCidr: `${state.prefix}0/24`,
    ips: [...state.sandboxes].map(([sandbox, { ip, podUid }]) => ({ sandbox, ip, podUid })),
    rules: [...state.rules.values()].map((rule) => withPackets(state, rule)),
    flows: state.flows.size,
  }),
};

/** The address of a node's machine: 10.0.0.1 for the first. */
function nodeIpOf(index: number): string {
  const number = index + 1;
  return `10.0.${number >> 8}.${number & 255}`;
}

/** The pod addresses of a node without their last number: `10.244.1.` for the first. */
function podPrefixOf(index: number): string {
  const number = index + 1;
  return `10.${244 + (number >> 8)}.${number & 255}.`;
}

function fresh({ node, index = 0, nodes = [] }: NetworkConfig): NetworkState {
  const own = { node, nodeIp: nodeIpOf(index), prefix: podPrefixOf(index), nodes, boots: 1, lastHost: 1 };
  return part({ ...own, ...lost() });
}

function keep({ node, nodeIp, prefix, nodes, lastHost }: NetworkState) {
  return { node, nodeIp, prefix, nodes, lastHost };
}

/** What is gone when the power goes. */
function lost() {
  return { sandboxes: new Map(), sandboxByIp: new Map(), rules: new Map(), packets: new Map(), flows: new Map() };
}

function attach(state: NetworkState, { request, sandbox, podUid, podName }: Attach, io: IO): void {
  let ip = '';
  for (let tries = 0; tries < 254 && (ip === '' || state.sandboxByIp.has(ip)); tries++) {
    state.lastHost = state.lastHost >= 254 ? 2 : state.lastHost + 1;
    ip = state.prefix + state.lastHost;
  }
  state.sandboxes.set(sandbox, { ip, podUid });
  state.sandboxByIp.set(ip, sandbox);
  io.note({ what: 'cni/attached', about: `pod/${podName}`, ip });
  io.reply(request, 'attached', { sandbox, ip });
}

function detach(state: NetworkState, sandbox: string): void {
  const { ip } = state.sandboxes.get(sandbox) ?? { ip: '' };
  state.sandboxes.delete(sandbox);
  if (state.sandboxByIp.get(ip) === sandbox) state.sandboxByIp.delete(ip);
}

function restore(state: NetworkState, rules: readonly ServiceRule[]): void {
  state.rules.clear();
  state.packets.clear();
  for (const rule of rules) state.rules.set(`${rule.clusterIp}:${rule.port}`, rule);
}

function carry(state: NetworkState, message: Message<Received> & { readonly kind: 'packet' }, io: IO): void {
  const packet = message.body;
  const mark = { routine: message.routine };
  const flow = state.flows.get(packet.flow);
  if (packet.isReply) {
    if (flow === undefined) forward(state, packet, io, mark);
    else {
      state.flows.delete(packet.flow);
      const { origin, ip, port } = flow;
      io.send(origin as Users, 'packet', { ...packet, sourceIp: ip, sourcePort: port }, mark);
    }
    return;
  }
  if (message.from.startsWith('network/')) {
    forward(state, packet, io, mark);
    return;
  }
  const rule = ruleFor(state, packet);
  const ip = rule !== undefined && !isAddress(packet.destinationIp) ? rule.clusterIp : packet.destinationIp;
  state.flows.set(packet.flow, { origin: message.from, ip, port: packet.destinationPort });
  if (state.flows.size > MAX_FLOWS) state.flows.delete(state.flows.keys().next().value ?? '');
  if (rule === undefined && !isAddress(ip)) turnBack(state, packet, 'unresolved', io, mark);
  else if (rule === undefined) forward(state, packet, io, mark);
  else translate(state, { ...packet, destinationIp: ip }, rule, io, mark);
}

/**
 * DNAT: one endpoint by the dice, each rule tried in turn as iptables does, so that counters and draws mean what they
 * say.
 */
function translate(state: NetworkState, packet: Packet, rule: ServiceRule, io: IO, mark: { routine: boolean }): void {
  count(state, rule.service);
  const { endpoints } = rule;
  if (endpoints.length === 0) {
    if (rule.otherwise === 'REJECT') turnBack(state, packet, 'refused', io, mark);
    return;
  }
  const last = endpoints.length - 1;
  let chosen = 0;
  while (chosen < last && io.random('statistic', endpoints.length - chosen) !== 0) chosen++;
  const endpoint = endpoints[chosen];
  if (endpoint === undefined) return;
  count(state, `${rule.service} ${endpoint.ip}:${endpoint.port}`);
  const translatedFrom = { ip: packet.destinationIp, port: packet.destinationPort };
  const translated = { ...packet, destinationIp: endpoint.ip, destinationPort: endpoint.port, translatedFrom };
  forward(state, translated, io, mark);
}

/**
 * To the runtime of this node, or to the kernel of the node that has the range. Anything else is lost without a word.
 */
function forward(state: NetworkState, packet: Packet, io: IO, mark: { routine: boolean }): void {
  const ip = packet.destinationIp;
  if (state.sandboxByIp.has(ip)) {
    io.send(address<NodeNetworkClientProtocol>(`containerd/${state.node}`), 'packet', packet, mark);
    return;
  }
  const node = nodeOf(state, ip);
  if (node !== undefined && node !== state.node) io.send(networkOf(node), 'packet', packet, mark);
}

function turnBack(
  state: NetworkState,
  packet: Packet,
  outcome: 'refused' | 'unresolved',
  io: IO,
  mark: { routine: boolean },
): void {
  const origin = state.flows.get(packet.flow)?.origin as Users;
  state.flows.delete(packet.flow);
  io.send(origin, 'packet', answerTo(packet, outcome, ''), mark);
}

function answerTo(packet: Packet, outcome: 'ok' | 'refused' | 'unresolved', payload: string): Packet {
  const { flow, sourceIp, sourcePort, destinationIp, destinationPort } = packet;
  const back = { sourceIp: destinationIp, sourcePort: destinationPort };
  return { flow, ...back, destinationIp: sourceIp, destinationPort: sourcePort, payload, isReply: true, outcome };
}

function ruleFor(state: NetworkState, { destinationIp, destinationPort }: Packet): ServiceRule | undefined {
  if (isAddress(destinationIp)) {
    const rule = state.rules.get(`${destinationIp}:${destinationPort}`);
    if (rule !== undefined || !destinationIp.startsWith('10.0.')) return rule;
    for (const each of state.rules.values()) if (each.nodePort === destinationPort) return each;
    return undefined;
  }
  const [service = '', namespace = ''] = destinationIp.split('.');
  const name = `${namespace}/${service}`;
  for (const rule of state.rules.values()) {
    if (rule.port !== destinationPort) continue;
    if (rule.service === name || rule.service.startsWith(`${name}:`)) return rule;
  }
  return undefined;
}

function nodeOf(state: NetworkState, ip: string): string | undefined {
  const [, second = '', third = '', fourth = ''] = ip.split('.');
  if (second === '0') return state.nodes[Number(third) * 256 + Number(fourth) - 1];
  return state.nodes[(Number(second) - 244) * 256 + Number(third) - 1];
}

function isAddress(text: string): boolean {
  return /^\d+\.\d+\.\d+\.\d+$/.test(text);
}

function count(state: NetworkState, rule: string): void {
  state.packets.set(rule, (state.packets.get(rule) ?? 0) + 1);
}

function withPackets(state: NetworkState, rule: ServiceRule) {
  const packets = (name: string) => state.packets.get(name) ?? 0;
  const endpoints = rule.endpoints.map((endpoint) => {
    return { ...endpoint, packets: packets(`${rule.service} ${endpoint.ip}:${endpoint.port}`) };
  });
  return { ...rule, endpoints, packets: packets(rule.service) };
}

/** Shaped like Linux' boot id: new with each boot, the same for all who ask. */
function bootId({ node, boots }: NetworkState): string {
  const hex = [0, 1, 2, 3]
    .map((part) => hashText(`${node} boot ${boots}`, part).toString(16).padStart(8, '0'))
    .join('');
  const cut = [hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`, hex.slice(20)];
  return cut.join('-');
}
