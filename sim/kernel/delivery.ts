import type { IO, Note } from './component.ts';
import type { Address, AnyMessage, Mark, Message, MessageId, Millis } from './message.ts';
import { draw, streamOf } from './random.ts';
import type { Simulation } from './simulation.ts';
import type { Value } from './value.ts';

/** What one handler can do while it handles one message. */
export class Delivery implements IO {
  readonly #simulation: Simulation;
  readonly #message: Message;
  readonly answer: Value;

  constructor(simulation: Simulation, message: AnyMessage, answer: Value) {
    this.#simulation = simulation;
    this.#message = message as Message;
    this.answer = answer;
  }

  get self(): Address {
    return this.#message.to;
  }

  get now(): Millis {
    return this.#simulation.world.now;
  }

  send<P, K extends keyof P & string>(to: Address<P>, kind: K, body: P[K], mark: Mark = {}): MessageId {
    return this.#simulation.send(this.self, to, kind, body as Value, 0, '', mark, this.#message.id);
  }

  reply(
    request: { readonly id: MessageId; readonly from: Address },
    kind: string,
    body: Value,
    mark: Mark = {},
  ): MessageId {
    return this.#simulation.send(this.self, request.from, kind, body, 0, request.id, mark, this.#message.id);
  }

  after(delay: Millis, kind: string, body: Value = null, mark: Mark = {}): MessageId {
    return this.#simulation.send(this.self, this.self, kind, body, delay, '', mark, this.#message.id);
  }

  random(purpose: string, bound: number): number {
    const { world } = this.#simulation;
    return draw(world.random, world.seed, streamOf(this.self, purpose), bound);
  }

  exit(restartAfterMs: Millis | null): void {
    this.#simulation.exit(this.self, restartAfterMs, [this.#message.id]);
  }

  note(note: Note, mark: Mark = {}): void {
    this.#simulation.note(this.self, note, mark.causes ?? [this.#message.id], mark.routine ?? false);
  }
}
