import { assert, broken } from './assert.ts';
import type { IO } from './component.ts';
import type { Address, MessageId, Millis } from './message.ts';
import { createNetwork, MOST_ACTORS, type Network, type NetworkOptions } from './network.ts';
import type { Queued } from './queue.ts';
import type { RandomCounts } from './random.ts';
import { cloneState, part, type State, stateFromJson, stateToJson } from './state.ts';
import type { Value } from './value.ts';

/** A process as the world knows it. */
export interface Actor {
  readonly name: Address;
  readonly machine: string;
  /** The component it runs, by name in the registry; '' for the reader, who runs nothing. */
  readonly component: string;
  readonly config: Value;
}

/** Everything that is true at one instant. A fork copies its containers and shares its values. */
export interface World {
  seed: number;
  now: Millis;
  /** Messages delivered so far: the finest position in history. */
  delivered: number;
  /** Records written so far. */
  recorded: number;
  /** Commands applied so far. */
  commanded: number;
  actors: Actor[];
  /** By actor: its place in `actors`, `up`, `epoch` and `sent`. */
  index: Map<string, number>;
  up: boolean[];
  /** Counts a process's lives: timers of an earlier life are not delivered. */
  epoch: number[];
  /** Messages sent, per actor: the count in its message ids. */
  sent: number[];
  states: Map<string, State>;
  machinesDown: Set<string>;
  network: Network;
  random: RandomCounts;
  queue: Queued[];
  /** What was said to the question about the next message, until that message is delivered. */
  answer: { readonly message: MessageId; readonly value: Value } | null;
}

/** A component of whatever state and protocol: all that the registry has to know. */
export interface Program {
  readonly name: string;
  init(self: Address, config: Value): State;
  receive(state: never, message: never, io: IO): void;
  ask?(state: never, message: never): Value;
  restart?(state: never): State;
  offline?(disk: never, message: never, io: IO): State | undefined;
  readonly orphans?: readonly string[];
  inspect(state: never): Value;
}

/** The programs that actors may run. Shared by all forks. */
export type Registry = Readonly<Record<string, Program>>;

/** The person who types: an actor that only sends. */
export const READER: Address = 'reader';

/** An empty world with only the reader in it. */
export function createWorld(seed: number, network: Partial<NetworkOptions> = {}): World {
  const world = part<World>({
    seed,
    now: 0,
    delivered: 0,
    recorded: 0,
    commanded: 0,
    actors: [],
    index: new Map(),
    up: [],
    epoch: [],
    sent: [],
    states: new Map(),
    machinesDown: new Set(),
    network: createNetwork(network),
    random: new Map(),
    queue: [],
    answer: null,
  });
  enlist(world, { name: READER, machine: READER, component: '', config: null });
  return world;
}

/** Adds an actor, up, without a state: the simulation starts it. */
export function enlist(world: World, actor: Actor): void {
  assert(!world.index.has(actor.name), `there is only one actor ${actor.name}`);
  assert(world.actors.length < MOST_ACTORS, `a world has at most ${MOST_ACTORS} actors`);
  world.index.set(actor.name, world.actors.length);
  world.actors.push(actor);
  world.up.push(true);
  world.epoch.push(0);
  world.sent.push(0);
}

/** The number of an actor; the actor must exist. */
export function indexOf(world: World, name: Address): number {
  const index = world.index.get(name);
  if (index === undefined) throw broken(`there is an actor called ${name}`);
  return index;
}

/** Whether the process runs: it has not crashed and its machine has power. */
export function isUp(world: World, name: Address): boolean {
  const index = world.index.get(name);
  return index !== undefined && (world.up[index] ?? false);
}

/** The next message id of an actor. */
export function nextId(world: World, index: number): MessageId {
  const count = (world.sent[index] ?? 0) + 1;
  world.sent[index] = count;
  return `${world.actors[index]?.name}#${count}`;
}

/** An independent copy: acting on one does not change the other. */
export function forkWorld(world: World): World {
  return cloneState(world);
}

/** The whole world as JSON text, and back. */
export function serializeWorld(world: World): string {
  return JSON.stringify(stateToJson(world));
}

/** Reads what {@link serializeWorld} wrote. */
export function parseWorld(text: string): World {
  return stateFromJson(JSON.parse(text)) as World;
}
