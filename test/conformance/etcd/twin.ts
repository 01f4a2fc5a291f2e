import { etcd } from '../../../sim/etcd/etcd.ts';
import type { EtcdConfig } from '../../../sim/etcd/state.ts';
import type { Component } from '../../../sim/kernel/component.ts';
import type { Address, AnyMessage } from '../../../sim/kernel/message.ts';
import { Simulation } from '../../../sim/kernel/simulation.ts';
import { part } from '../../../sim/kernel/state.ts';
import { createWorld } from '../../../sim/kernel/world.ts';
import type { EtcdClientProtocol, EtcdEvent, EtcdProtocol } from '../../../sim/protocol/etcd.ts';

/** A client that hands over what it hears. */
function listener(hear: (message: AnyMessage) => void): Component {
  return { name: 'listener', init: () => part({}), receive: (_, message) => hear(message), inspect: () => null };
}

type Watched = EtcdClientProtocol['watched'];

/** Our etcd of one member and a client of it, asked like the real one: a request, its answer. */
export class Twin {
  readonly #simulation: Simulation;
  readonly #answers = new Map<string, object>();
  readonly #watches = new Map<string, (watched: Watched) => void>();

  constructor(config: EtcdConfig = {}) {
    const client = listener((message) => this.#hear(message));
    const registry = { etcd: etcd as never, listener: client as never };
    this.#simulation = new Simulation(createWorld(1), registry);
    this.#simulation.spawn({ name: 'etcd', machine: 'a', component: 'etcd', config: config as object });
    this.#simulation.spawn({ name: 'client', machine: 'a', component: 'listener', config: null });
    this.#simulation.runUntil(100);
  }

  /** One request, and its answer. */
  ask<K extends keyof EtcdProtocol & string>(kind: K, body: EtcdProtocol[K]): object {
    const id = this.#send(kind, body, false);
    for (let count = 0; count < 100 && !this.#answers.has(id); count++) this.#run(20);
    const answer = this.#answers.get(id);
    if (answer === undefined) throw new Error(`our etcd does not answer ${kind}`);
    this.#answers.delete(id);
    return answer;
  }

  /** Opens a watch; its events are handed over as they come, and the reason for which it ends. */
  watch(body: EtcdProtocol['watch'], hear: (events: readonly EtcdEvent[], error: string) => void): void {
    const id = this.#send('watch', body, true);
    this.#watches.set(id, ({ events, error = '' }) => hear(events, error));
    this.#run(20);
  }

  #run(ms: number): void {
    this.#simulation.runUntil(this.#simulation.world.now + ms);
  }

  #send<K extends keyof EtcdProtocol & string>(kind: K, body: EtcdProtocol[K], stream: boolean): string {
    const to = 'etcd' as Address<EtcdProtocol>;
    return this.#simulation.send('client', to, kind, body as object, 0, '', { stream });
  }

  #hear({ kind, replyTo, body }: AnyMessage): void {
    if (kind === 'watched') this.#watches.get((body as Watched).watch)?.(body as Watched);
    else if (replyTo !== '') this.#answers.set(replyTo, (body ?? {}) as object);
  }
}
