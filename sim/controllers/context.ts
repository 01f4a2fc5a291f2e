import type { KubeObject } from '../api/meta.ts';
import { cacheOf } from '../client/calls.ts';
import { type EventText, recordEvent } from '../client/recorder.ts';
import { addKey } from '../client/workqueue.ts';
import type { IO, Note } from '../kernel/component.ts';
import type { MessageId, Millis } from '../kernel/message.ts';
import type { State } from '../kernel/state.ts';
import type { Context } from './controller.ts';
import type { Frame, Hosted } from './hosted.ts';

/** The frame's side of {@link Context}: one controller, one message in hand, one set of causes. Lives for one call. */
export class Workbench implements Context {
  readonly state: State;
  readonly now: Millis;
  readonly #manager: Frame;
  readonly #name: string;
  readonly #io: IO;
  readonly #causes: readonly MessageId[];

  constructor(manager: Frame, name: string, io: IO, causes: readonly MessageId[]) {
    this.#manager = manager;
    this.#name = name;
    this.#io = io;
    this.#causes = causes;
    this.now = io.now;
    this.state = this.#hosted().own;
  }

  cache<O extends KubeObject>(informer: string): ReadonlyMap<string, O> {
    return cacheOf<O>(this.#manager.client, informer);
  }

  dependents<O extends KubeObject>(informer: string, uid: string | undefined): readonly O[] {
    return this.#lookUp(informer, this.#manager.indexes.byOwner.get(`${informer} ${uid}`));
  }

  orphans<O extends KubeObject>(informer: string, namespace: string | undefined): readonly O[] {
    return this.#lookUp(informer, this.#manager.indexes.orphans.get(`${informer} ${namespace}`));
  }

  podsOn(node: string): Iterable<string> {
    return this.#manager.indexes.byNode.get(node) ?? [];
  }

  add(key: string): void {
    for (const cause of this.#causes) addKey(this.#hosted().queue, key, cause);
  }

  addAfter(key: string, delay: Millis): void {
    const { delayed } = this.#hosted();
    const at = this.now + delay;
    if ((delayed.get(key) ?? Number.MAX_SAFE_INTEGER) <= at) return;
    delayed.set(key, at);
    this.#io.after(delay, 'queue/add', { queue: this.#name, key, at }, { routine: true, causes: this.#causes });
  }

  event(about: KubeObject, text: EventText): void {
    recordEvent(this.#hosted().recorder, this.#manager.client, this.#io, about, text, this.#causes);
  }

  note(note: Note): void {
    this.#io.note(note, { causes: this.#causes });
  }

  #hosted(): Hosted {
    return this.#manager.hosted.get(this.#name) as Hosted;
  }

  #lookUp<O extends KubeObject>(informer: string, keys: ReadonlySet<string> | undefined): readonly O[] {
    const objects: O[] = [];
    const cache = this.cache<O>(informer);
    for (const key of keys ?? []) {
      const object = cache.get(key);
      if (object !== undefined) objects.push(object);
    }
    return objects;
  }
}
