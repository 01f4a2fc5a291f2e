import { broken } from './assert.ts';
import type { IO, Note } from './component.ts';
import { Delivery } from './delivery.ts';
import type { Address, AnyMessage, Mark, MessageId, Millis } from './message.ts';
import { closeStreams, isConnected, pairOf, peersOf } from './network.ts';
import { pop, push, type Queued } from './queue.ts';
import { draw, streamOf } from './random.ts';
import { freezeState, type State } from './state.ts';
import type { DropReason, TraceRecord } from './trace.ts';
import { deepFreeze, type Value } from './value.ts';
import { type Actor, enlist, indexOf, isUp, nextId, READER, type Registry, type World } from './world.ts';

/** How a simulation runs, beside what it simulates. */
export interface SimulationOptions {
  /** Freeze every value: tests always do, pages never. */
  readonly freeze?: boolean;
  /** Called with each record, in order. Without it nothing is recorded. */
  readonly record?: ((record: TraceRecord) => void) | undefined;
  /** Records what is marked silent as well: for those who look at every single delivery. */
  readonly isThorough?: boolean;
}

/** A program as the simulation runs it; which state belongs to which program, the registry guarantees. */
interface Runnable {
  init(self: Address, config: Value): State;
  receive(state: State, message: AnyMessage, io: IO): void;
  ask?(state: State, message: AnyMessage): Value;
  restart?(state: State): State;
  reinstall?(state: State, config: Value): State;
  offline?(disk: State, message: AnyMessage, io: IO): State | undefined;
  readonly orphans?: readonly string[];
  inspect(state: State): Value;
}

/** What the world outside has to say before a message can be delivered. */
export interface Question {
  /** The message that waits. */
  readonly message: MessageId;
  /** The process it is for. */
  readonly actor: Address;
  readonly at: Millis;
  /** In the terms of that process. */
  readonly asks: Value;
}

/** Delivers messages in their one order. Holds no truth of its own: all of that is in the world. */
export class Simulation {
  readonly world: World;
  readonly #registry: Registry;
  readonly #options: SimulationOptions;

  constructor(world: World, registry: Registry, options: SimulationOptions = {}) {
    this.world = world;
    this.#registry = registry;
    this.#options = options;
  }

  /** Adds a process and starts it. */
  spawn(actor: Actor, causes: readonly MessageId[] = []): void {
    enlist(this.world, actor);
    this.#begin(actor, undefined, causes);
  }

  /** Starts an enlisted process that has never run; one that has is left alone. */
  wake(name: Address, causes: readonly MessageId[] = []): void {
    if (this.world.states.has(name)) return;
    this.#begin(this.world.actors[indexOf(this.world, name)] as Actor, undefined, causes);
  }

  /** The unanswered question about the message that is next, if that is due at or before `until`. */
  question(until: Millis): Question | undefined {
    const first = this.world.queue[0];
    if (first === undefined || first.message.at > until) return undefined;
    const program = this.#programOf(this.world.actors[first.receiver] as Actor);
    if (program?.ask === undefined) return undefined;
    const { id, to, at, kind } = first.message;
    const state = this.world.states.get(to);
    if (state === undefined || kind === RESTART || this.world.answer?.message === id) return undefined;
    if (this.#isOfEarlierLife(first) || this.#obstacle(first) !== undefined) return undefined;
    const asks = program.ask(state, first.message);
    return asks === undefined ? undefined : { message: id, actor: to, at, asks };
  }

  /** Delivers the earliest message due at or before `until`. False when there is none, or it has an open question. */
  step(until: Millis): boolean {
    const first = this.world.queue[0];
    if (first === undefined || first.message.at > until || this.question(until) !== undefined) return false;
    pop(this.world.queue);
    this.world.now = first.message.at;
    this.world.delivered++;
    this.#deliver(first);
    return true;
  }

  /** Delivers all that is due until then; the clock ends there. */
  runUntil(until: Millis): void {
    while (this.step(until));
    if (this.world.now < until) this.world.now = until;
  }

  /** Says something from outside the cluster, in the reader's name. */
  inject<P, K extends keyof P & string>(to: Address<P>, kind: K, body: P[K], causes: readonly MessageId[]): MessageId {
    return this.send(READER, to, kind, body as Value, 0, '', { causes });
  }

  /** Ends a process. Its memory and timers are lost; peers on a lasting connection are told at once. */
  crash(name: Address, causes: readonly MessageId[] = []): void {
    if (!isUp(this.world, name)) return;
    const index = indexOf(this.world, name);
    this.world.up[index] = false;
    this.world.epoch[index] = (this.world.epoch[index] ?? 0) + 1;
    this.#breakStreams(name, causes);
    if (this.#orphansOf(name).length > 0) this.send(name, name, ORPHANED, null, 0, '', { causes, silent: true });
  }

  /** Ends a process that wants to end, and starts it again later, as a supervisor does; null: nobody does. */
  exit(name: Address, restartAfterMs: Millis | null, causes: readonly MessageId[]): void {
    this.crash(name, causes);
    if (restartAfterMs !== null) this.send(name, name, RESTART, null, restartAfterMs, '', { causes, routine: true });
  }

  /** Starts a process again from what its disk kept. */
  restart(name: Address, causes: readonly MessageId[] = []): void {
    const index = indexOf(this.world, name);
    const actor = this.world.actors[index] as Actor;
    if (this.world.up[index] || this.world.machinesDown.has(actor.machine)) return;
    this.world.up[index] = true;
    this.#breakStreams(name, causes);
    this.#begin(actor, this.world.states.get(name), causes);
  }

  /**
   * Puts another program or configuration in the place of a process, and starts it with what its disk kept, if it has
   * one; where its machine has no power, it is there and waits.
   */
  reinstall(name: Address, config: Value, causes: readonly MessageId[]): void {
    this.crash(name, causes);
    const index = indexOf(this.world, name);
    this.world.actors[index] = { ...(this.world.actors[index] as Actor), config };
    const old = this.world.states.get(name);
    const program = this.#program(name);
    this.world.states.set(name, (old && program.reinstall?.(old, config)) ?? program.init(name, config));
    this.restart(name, causes);
  }

  /** Ends a process and empties its disk: when it starts again it is a new one. */
  wipe(name: Address, causes: readonly MessageId[] = []): void {
    this.crash(name, causes);
    this.world.states.delete(name);
  }

  /** Cuts a machine's power: its processes end, and nobody is told. */
  powerOff(machine: string): void {
    this.world.machinesDown.add(machine);
    this.world.actors.forEach((actor, index) => {
      if (actor.machine !== machine || !this.world.up[index]) return;
      this.world.up[index] = false;
      this.world.epoch[index] = (this.world.epoch[index] ?? 0) + 1;
    });
  }

  /** Gives a machine power again and starts its processes in the order they were added. */
  powerOn(machine: string, causes: readonly MessageId[] = []): void {
    if (!this.world.machinesDown.delete(machine)) return;
    for (const actor of this.world.actors) if (actor.machine === machine) this.restart(actor.name, causes);
  }

  /** A component's own account of itself, or undefined for an unknown actor. */
  inspect(name: Address): Value {
    const state = this.world.states.get(name);
    return state === undefined ? undefined : this.#program(name).inspect(state);
  }

  /** Records a fact in the name of an actor. */
  note(by: Address, note: Note, causes: readonly MessageId[], routine: boolean): void {
    if (this.#options.freeze) deepFreeze(note);
    this.record({ type: 'noted', seq: 0, at: this.world.now, by, note, causes, routine });
  }

  /** Writes one record with the next sequence number. */
  record(record: TraceRecord): void {
    this.world.recorded++;
    this.#options.record?.({ ...record, seq: this.world.recorded });
  }

  /**
   * Puts a message on its way. `delay` is for timers; the network decides about the rest. `inHand` is the message that
   * is being handled, the cause of this one unless the mark names others.
   */
  send(
    from: Address,
    to: Address,
    kind: string,
    body: Value,
    delay: Millis,
    replyTo: MessageId,
    mark: Mark,
    inHand: MessageId = '',
  ): MessageId {
    const { world } = this;
    const receiver = world.index.get(to);
    if (receiver === undefined) throw broken(`${from} sends ${kind} to an actor that exists, not to ${to}`);
    const actor = indexOf(world, from);
    const id = nextId(world, actor);
    const travel = from === to ? { at: world.now + delay, lost: false } : this.#travel(actor, receiver, delay);
    if (!Number.isInteger(travel.at)) throw broken(`${from} sends ${kind} at a whole millisecond, not at ${travel.at}`);
    if (this.#options.freeze) deepFreeze(body);
    const message: AnyMessage = {
      id,
      from,
      to,
      kind,
      body,
      sentAt: world.now,
      at: travel.at,
      causes: mark.causes ?? (inHand === '' ? [] : [inHand]),
      replyTo,
      routine: mark.routine ?? false,
    };
    if (mark.stream) world.network.streams.set(`${from} ${to}`, [from, to]);
    push(world.queue, {
      message,
      actor,
      receiver,
      count: world.sent[actor] ?? 0,
      epoch: world.epoch[actor] ?? 0,
      lost: travel.lost,
      silent: mark.silent ?? false,
    });
    if (this.#leavesRecord(mark.silent)) this.record({ type: 'sent', seq: 0, at: world.now, message });
    return id;
  }

  #travel(from: number, to: number, delay: Millis): { at: Millis; lost: boolean } {
    const { world } = this;
    const { options, lastArrival } = world.network;
    const [sender, receiver] = [world.actors[from] as Actor, world.actors[to] as Actor];
    let time = options.localMs;
    let lost = false;
    if (sender.machine !== receiver.machine) {
      const { random, seed } = world;
      const { latencyMs, jitterMs, lossPerMille } = options;
      time = latencyMs;
      if (jitterMs > 0) time += draw(random, seed, streamOf(sender.name, 'latency'), jitterMs + 1);
      if (lossPerMille > 0) lost = draw(random, seed, streamOf(sender.name, 'loss'), 1000) < lossPerMille;
    }
    const pair = pairOf(from, to);
    const at = Math.max(world.now + delay + time, lastArrival.get(pair) ?? Number.NEGATIVE_INFINITY);
    lastArrival.set(pair, at);
    return { at, lost };
  }

  #deliver(item: Queued): void {
    const { message } = item;
    const { world } = this;
    const answer = world.answer?.message === message.id ? world.answer.value : undefined;
    if (answer !== undefined) world.answer = null;
    if (this.#isOfEarlierLife(item)) return;
    if (message.kind === RESTART && message.from === message.to) {
      this.restart(message.to, message.causes);
      return;
    }
    const reason = this.#obstacle(item);
    if (reason !== undefined && !(reason === 'receiver-down' && this.#isForOrphan(message))) {
      if (reason !== 'receiver-down' || !this.#handleOffline(message)) this.#drop(item, reason);
      return;
    }
    if (this.#leavesRecord(item.silent)) this.record({ type: 'delivered', seq: 0, at: world.now, message });
    const state = world.states.get(message.to);
    if (state === undefined) return;
    try {
      const program = this.#programOf(world.actors[item.receiver] as Actor) as Runnable;
      program.receive(state, message, new Delivery(this, message, answer));
    } catch (error) {
      const text = error instanceof Error ? error.message : String(error);
      throw new Error(
        `${text}\n  seed ${world.seed}, ${world.now} ms, ${message.to} handling ${message.kind} ${message.id}`,
        {
          cause: error,
        },
      );
    }
    if (this.#options.freeze) freezeState(state);
  }

  /** Programs go on that the stopped process has begun, while their machine has power. */
  #isForOrphan({ to, kind }: AnyMessage): boolean {
    if (this.world.machinesDown.has(this.#machine(to))) return false;
    return kind === ORPHANED || this.#orphansOf(to).includes(kind);
  }

  #orphansOf(name: Address): readonly string[] {
    const actor = this.world.actors[indexOf(this.world, name)] as Actor;
    return (actor.component === '' ? undefined : this.#program(name).orphans) ?? [];
  }

  /** A machine with power has other programs too, and one of them may be meant. */
  #handleOffline(message: AnyMessage): boolean {
    const { world } = this;
    const actor = world.actors[indexOf(world, message.to)] as Actor;
    if (actor.component === '' || world.machinesDown.has(actor.machine)) return false;
    const program = this.#program(message.to);
    if (program.offline === undefined) return false;
    const disk = world.states.get(message.to) ?? program.init(actor.name, actor.config);
    const kept = program.offline(disk, message, new Delivery(this, message, undefined));
    if (kept === undefined) return false;
    if (this.#options.freeze) freezeState(kept);
    world.states.set(message.to, kept);
    return true;
  }

  /** Timers die with the process. */
  #isOfEarlierLife({ message, epoch, actor }: Queued): boolean {
    return message.from === message.to && epoch !== this.world.epoch[actor];
  }

  #obstacle(item: Queued): DropReason | undefined {
    const { message } = item;
    if (message.from !== message.to) {
      if (item.lost) return 'loss';
      const { actors, network } = this.world;
      const [from, to] = [actors[item.actor] as Actor, actors[item.receiver] as Actor];
      if (!isConnected(network, from.machine, to.machine)) return 'partition';
    }
    return this.world.up[item.receiver] ? undefined : 'receiver-down';
  }

  /** A machine with power but no such process answers "connection refused"; a dead or cut-off one says nothing. */
  #drop({ message, silent }: Queued, reason: DropReason): void {
    if (this.#leavesRecord(silent)) this.record({ type: 'dropped', seq: 0, at: this.world.now, message, reason });
    const hasPower = !this.world.machinesDown.has(this.#machine(message.to));
    if (reason !== 'receiver-down' || !hasPower || message.replyTo !== '' || message.from === message.to) return;
    this.send(message.to, message.from, 'refused', null, 0, message.id, {
      causes: [message.id],
      routine: message.routine,
      silent,
    });
  }

  #leavesRecord(silent: boolean | undefined): boolean {
    return !silent || (this.#options.isThorough ?? false);
  }

  #breakStreams(name: Address, causes: readonly MessageId[]): void {
    const peers = peersOf(this.world.network, name);
    closeStreams(this.world.network, name);
    for (const peer of peers) {
      if (isUp(this.world, peer)) this.send(name, peer, 'disconnected', { peer: name }, 0, '', { causes });
    }
  }

  #begin(actor: Actor, old: State | undefined, causes: readonly MessageId[]): void {
    if (actor.component === '') return;
    const program = this.#program(actor.name);
    const state = old !== undefined && program.restart ? program.restart(old) : program.init(actor.name, actor.config);
    this.world.states.set(actor.name, state);
    this.send(actor.name, actor.name, 'start', null, 0, '', { causes });
  }

  #machine(name: Address): string {
    return (this.world.actors[indexOf(this.world, name)] as Actor).machine;
  }

  #program(name: Address): Runnable {
    const actor = this.world.actors[indexOf(this.world, name)] as Actor;
    const program = this.#programOf(actor);
    if (program === undefined) throw broken(`the registry has the component ${actor.component}`);
    return program;
  }

  /** What an actor runs; undefined for the reader. */
  #programOf({ component }: Actor): Runnable | undefined {
    return this.#registry[component] as unknown as Runnable | undefined;
  }
}

/** The programs of a process that has ended hear of it first: see `orphans` in component.ts. */
const ORPHANED = 'orphaned';
/** A supervisor's note to itself: start this process. Delivered although the process is down. */
const RESTART = 'kernel/restart';
