import type { Address, Millis } from './message.ts';
import { part } from './state.ts';

/** How long messages travel and how often they get lost. */
export interface NetworkOptions {
  /** Between processes of one machine. */
  readonly localMs: Millis;
  /** Between two machines. */
  readonly latencyMs: Millis;
  /** Added at random, 0 to this many milliseconds, to each message between machines. */
  readonly jitterMs: Millis;
  /** Messages lost between machines, out of 1,000. */
  readonly lossPerMille: number;
}

/** The state of the wires. Machines are named; links are unordered pairs of them. */
export interface Network {
  options: NetworkOptions;
  /** Links that carry nothing, as `a|b` in alphabetical order. */
  cut: Set<string>;
  /** Machines that reach no other machine. */
  isolated: Set<string>;
  /** When the last message of an ordered pair of actors arrives, by {@link pairOf}: a connection keeps its order. */
  lastArrival: Map<number, Millis>;
  /** Lasting connections, by both ends, as `client server`. */
  streams: Map<string, readonly [Address, Address]>;
}

/** Wires in good order. */
export function createNetwork(options: Partial<NetworkOptions> = {}): Network {
  return part<Network>({
    options: { localMs: 1, latencyMs: 2, jitterMs: 1, lossPerMille: 0, ...options },
    cut: new Set(),
    isolated: new Set(),
    lastArrival: new Map(),
    streams: new Map(),
  });
}

/** Actors that a world can hold: the number of a pair of them is then a small integer, which engines keep cheaply. */
export const MOST_ACTORS = 0x8000;

/** The number of an ordered pair of actors, by their places in the world. */
export function pairOf(from: number, to: number): number {
  return from * MOST_ACTORS + to;
}

/** Whether a packet gets from one machine to another. A machine always reaches itself. */
export function isConnected(network: Network, a: string, b: string): boolean {
  if (a === b) return true;
  if (network.isolated.size > 0 && (network.isolated.has(a) || network.isolated.has(b))) return false;
  return network.cut.size === 0 || !network.cut.has(linkOf(a, b));
}

/** The name of the link between two machines. */
export function linkOf(a: string, b: string): string {
  return a < b ? `${a}|${b}` : `${b}|${a}`;
}

/** The peers that have a lasting connection with an actor, in the order the connections were opened. */
export function peersOf(network: Network, actor: Address): readonly Address[] {
  const peers: Address[] = [];
  for (const [a, b] of network.streams.values()) {
    if (a === actor) peers.push(b);
    else if (b === actor) peers.push(a);
  }
  return peers;
}

/** Forgets the lasting connections of an actor. */
export function closeStreams(network: Network, actor: Address): void {
  for (const [key, ends] of network.streams) if (ends.includes(actor)) network.streams.delete(key);
}
