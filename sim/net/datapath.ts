import type { IO } from '../kernel/component.ts';
import type { Address, AnyMessage, Mark } from '../kernel/message.ts';
import type { Packet } from '../protocol/network.ts';
import type { Flow, NetworkState } from './state.ts';

/** Where a packet enters the kernel: from a pod of the node, from a process of the machine itself, or off the wire. */
export type Entrance = 'pod' | 'host' | 'wire';

/** How a packet came in: where, from which process, '' for another node's kernel, and whether it is routine. */
export interface Way {
  readonly entrance: Entrance;
  readonly origin: Address;
  readonly mark: Routine;
}

/** Whether what follows from a packet is routine, as the packet was. */
export type Routine = Mark & { readonly routine: boolean };

/** What the rules make of the first packet of a connection. */
export interface Passed {
  /** As it came, to the address that its name was found to be. */
  readonly asked: Packet;
  /** As it leaves, with another destination or source. */
  readonly packet: Packet;
  readonly verdict: 'accept' | 'reject' | 'drop' | 'unresolved' | 'wait';
}

/** The rules that other programs write into a node's kernel, and names: a pack's part of it. */
export interface Datapath {
  pass(state: NetworkState, packet: Packet, way: Way, io: IO): Passed;
  /** Whether a policy lets a packet in that has reached its pod's node. */
  admits(state: NetworkState, packet: Packet, io: IO): boolean;
  /** A connection was answered, or refused. */
  answered(state: NetworkState, flow: Flow, packet: Packet): void;
  /** An answer to a question of the node's own resolver. */
  resolved(state: NetworkState, packet: Packet, io: IO): void;
  /** Everything that is no packet and no call of CNI. */
  hear(state: NetworkState, message: AnyMessage, io: IO): void;
}

/** In use: without one a kernel only routes. */
export const datapath: { path: Datapath } = {
  path: {
    pass: (_state, packet) => ({
      asked: packet,
      packet,
      verdict: isAddress(packet.destinationIp) ? 'accept' : 'unresolved',
    }),
    admits: () => true,
    answered: () => undefined,
    resolved: () => undefined,
    hear: () => undefined,
  },
};

/** Whether a destination is an IPv4 address; else it is a name. */
export function isAddress(text: string): boolean {
  return /^\d+\.\d+\.\d+\.\d+$/.test(text);
}
