// A node's kernel as pods see it: addresses for sandboxes, routes to other nodes, and conntrack.
// Watches: nothing; the runtime attaches sandboxes, kube-proxy restores rules, programs and probes send packets.
// Writes: nothing in the API; packets and answers only.
// Follows: the CNI plugins bridge and host-local (one /24 a node, addresses in turn).
// Leaves out: MTU, IPv6. A packet stands for one short TCP connection, or for one UDP datagram. Rules of Services,
// policies and names are a pack's part: sim/net/netfilter.

import type { Component, IO } from '../kernel/component.ts';
import { type Address, type AnyMessage, address, type MessageId } from '../kernel/message.ts';
import { hashText } from '../kernel/random.ts';
import { part } from '../kernel/state.ts';
import { engineOf, type RuntimeName } from '../protocol/cri.ts';
import { API_SERVER } from '../protocol/http.ts';
import type { NodeNetworkClientProtocol, NodeNetworkProtocol, ServiceRule } from '../protocol/network.ts';
import { datapath } from './datapath.ts';
import { carry, notListening } from './forwarding.ts';
import type { NetworkState } from './state.ts';

interface NetworkConfig {
  readonly node: string;
  /** 0 for the first node. */
  readonly index: number;
  readonly nodes?: readonly string[];
  readonly apiServers?: number;
  readonly hasDns?: boolean;
  readonly shape?: { readonly runtime?: RuntimeName };
}

type Request = { readonly id: MessageId; readonly from: Address };
type Attach = NodeNetworkProtocol['attach'] & { readonly request: Request };

interface Received extends NodeNetworkProtocol {
  'cni/attached': Attach;
}

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
      case 'joinHost': {
        const { sandbox, podUid } = message.body;
        state.sandboxes.set(sandbox, { ip: state.nodeIp, podUid });
        io.reply(message, 'attached', { sandbox, ip: state.nodeIp });
        return;
      }
      case 'leaveHost':
        state.sandboxes.delete(message.body.sandbox);
        return;
      case 'detach':
        detach(state, message.body.sandbox);
        io.reply(message, 'detached', message.body, { routine: message.routine });
        return;
      case 'boot':
        io.reply(message, 'booted', { bootId: bootId(state) }, { routine: true });
        return;
      case 'packet':
        carry(state, message as AnyMessage, io);
        return;
      case 'refused':
        notListening(state, message as AnyMessage, io);
        return;
      default:
        datapath.path.hear(state, message as AnyMessage, io);
    }
  },
  inspect: (state) => ({
    bootId: bootId(state),
    nodeIp: state.nodeIp,
    podCidr: `${state.prefix}0/24`,
    ips: [...state.sandboxes].map(([sandbox, { ip, podUid }]) => ({ sandbox, ip, podUid })),
    rules: state.rules.map((rule) => withPackets(state, rule)),
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

/** One is `kube-apiserver`; several have numbers. */
function serverNames(count: number): readonly string[] {
  if (count === 1) return [API_SERVER];
  return Array.from({ length: count }, (_, index) => `${API_SERVER}-${index + 1}`);
}

function fresh({
  node,
  index = 0,
  nodes = [],
  apiServers = 0,
  hasDns = false,
  shape = {},
}: NetworkConfig): NetworkState {
  const engine = address<NodeNetworkClientProtocol>(engineOf(node, shape.runtime));
  const own = {
    node,
    engine,
    nodeIp: nodeIpOf(index),
    prefix: podPrefixOf(index),
    nodes,
    servers: serverNames(apiServers),
    hasDns,
    boots: 1,
    lastHost: 1,
  };
  return part({ ...own, ...lost() });
}

function keep({ node, engine, nodeIp, prefix, nodes, servers, hasDns, lastHost }: NetworkState) {
  return { node, engine, nodeIp, prefix, nodes, servers, hasDns, lastHost };
}

/** What is gone when the power goes. */
function lost() {
  return {
    sandboxes: new Map(),
    sandboxByIp: new Map(),
    mode: 'iptables' as const,
    rules: [],
    packets: new Map(),
    seen: new Map(),
    turns: new Map(),
    policies: new Map(),
    turnedAway: new Map(),
    flows: new Map(),
    dialled: new Map(),
    endings: null,
    lookups: new Map(),
  };
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
