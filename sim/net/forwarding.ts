import type { IO } from '../kernel/component.ts';
import { type Address, type AnyMessage, address } from '../kernel/message.ts';
import {
  CONTROL_PLANE_PREFIX,
  type NodeNetworkClientProtocol,
  type NodeNetworkProtocol,
  networkOf,
  type Packet,
} from '../protocol/network.ts';
import { datapath, type Routine as Mark } from './datapath.ts';
import type { Flow, NetworkState } from './state.ts';

type Users = Address<NodeNetworkClientProtocol>;

/** conntrack's table is bounded: the oldest connection is forgotten, and its answer is lost. */
const MAX_FLOWS = 4096;

/** A packet from a process of this node, or from another node's kernel. */
export function carry(state: NetworkState, message: AnyMessage, io: IO): void {
  const packet = message.body as Packet;
  state.dialled.delete(message.replyTo);
  const mark = { routine: message.routine };
  if (packet.isReply) bringBack(state, packet, io, mark);
  else open(state, packet, message.from.startsWith('network/') ? '' : message.from, mark, io);
}

/**
 * The first packet of a connection goes through the rules; conntrack remembers what they made of it. `origin` is the
 * process of this node that sent it, this kernel itself for a question of a pod's resolver; '' for another node's.
 */
export function open(state: NetworkState, packet: Packet, origin: Address, mark: Mark, io: IO): void {
  const isPod = (origin === state.engine || origin === io.self) && packet.sourceIp !== state.nodeIp;
  const entrance = origin === '' ? 'wire' : isPod ? 'pod' : 'host';
  const { asked, packet: next, verdict } = datapath.path.pass(state, packet, { entrance, origin, mark }, io);
  if (verdict === 'wait') return;
  if (verdict === 'unresolved') {
    giveUp(state, packet, origin, io, mark);
    return;
  }
  // A datagram that is dropped leaves nothing behind; of a connection it is known that it was tried.
  const isForgotten = verdict === 'drop' && packet.protocol === 'udp';
  if ((origin !== '' || next !== asked) && !isForgotten) remember(state, asked, next, origin, io);
  if (verdict === 'accept') forward(state, next, io, mark);
  else if (verdict === 'reject') turnBack(state, next, 'refused', io, mark);
}

/** The name has no address: whoever sent the packet is told, with the reason if it is that nobody answered. */
export function giveUp(state: NetworkState, packet: Packet, origin: Address, io: IO, mark: Mark, reason = ''): void {
  remember(state, packet, packet, origin, io);
  turnBack(state, packet, 'unresolved', io, mark, reason);
}

function remember(state: NetworkState, asked: Packet, sent: Packet, origin: Address, { now: at }: IO): void {
  const { flow, sourceIp, sourcePort, destinationIp: ip, destinationPort: port, protocol } = asked;
  const answer = endsOf(sent.destinationIp, sent.destinationPort, sent.sourceIp, sent.sourcePort);
  state.flows.set(flow, { origin, ip, port, sourceIp, sourcePort, answer, at, ...(protocol && { protocol }) });
  if (state.flows.size > MAX_FLOWS) state.flows.delete(state.flows.keys().next().value ?? '');
}

function endsOf(fromIp: string, fromPort: number, toIp: string, toPort: number): string {
  return `${fromIp}:${fromPort}>${toIp}:${toPort}`;
}

/** An answer: what was translated here is translated back. */
function bringBack(state: NetworkState, packet: Packet, io: IO, mark: Mark): void {
  const { sourceIp, sourcePort, destinationIp, destinationPort } = packet;
  const flow = state.flows.get(packet.flow);
  if (flow === undefined || flow.answer !== endsOf(sourceIp, sourcePort, destinationIp, destinationPort)) {
    forward(state, packet, io, mark);
    return;
  }
  state.flows.delete(packet.flow);
  datapath.path.answered(state, flow, packet);
  const to = { destinationIp: flow.sourceIp, destinationPort: flow.sourcePort };
  answer(state, flow, { ...packet, sourceIp: flow.ip, sourcePort: flow.port, ...to }, io, mark);
}

function answer(state: NetworkState, { origin }: Flow, packet: Packet, io: IO, mark: Mark): void {
  if (origin === '') forward(state, packet, io, mark);
  else if (origin === io.self) datapath.path.resolved(state, packet, io);
  else io.send(origin as Users, 'packet', packet, mark);
}

/**
 * To the runtime of this node, to the kernel of the node that has the range, or to an API server. Anything else is lost
 * without a word.
 */
function forward(state: NetworkState, packet: Packet, io: IO, mark: Mark): void {
  const ip = packet.destinationIp;
  if (state.sandboxByIp.has(ip)) {
    if (!packet.isReply && !datapath.path.admits(state, packet, io)) return;
    io.send(state.engine, 'packet', packet, mark);
    return;
  }
  if (ip.startsWith(CONTROL_PLANE_PREFIX)) {
    dial(state, packet, io, mark);
    return;
  }
  const node = nodeOf(state, ip);
  if (node !== undefined && node !== state.node) io.send(networkOf(node), 'packet', packet, mark);
  else if (ip === state.nodeIp && hasHostPods(state)) io.send(state.engine, 'packet', packet, mark);
  else if (ip === state.nodeIp && !packet.isReply) turnBack(state, packet, 'refused', io, mark);
}

/** A machine of the control plane: its API server answers there. */
function dial(state: NetworkState, packet: Packet, io: IO, mark: Mark): void {
  const server = state.servers[Number(packet.destinationIp.slice(CONTROL_PLANE_PREFIX.length)) - 1];
  if (server === undefined) return;
  state.dialled.set(io.send(address<NodeNetworkProtocol>(server), 'packet', packet, mark), packet);
  if (state.dialled.size > MAX_FLOWS) state.dialled.delete(state.dialled.keys().next().value ?? '');
}

/** The machine is there, its API server is not. */
export function notListening(state: NetworkState, { replyTo, routine }: AnyMessage, io: IO): void {
  const packet = state.dialled.get(replyTo);
  state.dialled.delete(replyTo);
  if (packet !== undefined) turnBack(state, packet, 'refused', io, { routine });
}

/** Whether a pod is on the network of the node itself. */
function hasHostPods({ sandboxes, nodeIp }: NetworkState): boolean {
  for (const { ip } of sandboxes.values()) if (ip === nodeIp) return true;
  return false;
}

function turnBack(
  state: NetworkState,
  packet: Packet,
  outcome: 'refused' | 'unresolved',
  io: IO,
  mark: Mark,
  payload = '',
): void {
  const { flow, sourceIp, sourcePort, destinationIp, destinationPort, protocol } = packet;
  const ends = { sourceIp: destinationIp, sourcePort: destinationPort, ...(protocol && { protocol }) };
  const to = { destinationIp: sourceIp, destinationPort: sourcePort };
  bringBack(state, { flow, ...ends, ...to, payload, isReply: true, outcome }, io, mark);
}

function nodeOf(state: NetworkState, ip: string): string | undefined {
  const [, second = '', third = '', fourth = ''] = ip.split('.');
  if (second === '0') return state.nodes[Number(third) * 256 + Number(fourth) - 1];
  return state.nodes[(Number(second) - 244) * 256 + Number(third) - 1];
}
