import type { KubeObject } from '../../../sim/api/meta.ts';
import type { EtcdState } from '../../../sim/etcd/state.ts';
import type { Simulation } from '../../../sim/index.ts';

/** One write to etcd: an object came, changed or went. */
export interface Change {
  readonly plural: string;
  /** `ns/name`, or the name alone. */
  readonly key: string;
  readonly old: KubeObject | undefined;
  readonly now: KubeObject | undefined;
  readonly at: number;
}

/** Directories that are not called after the plural. */
const PLURALS: Readonly<Record<string, string>> = { minions: 'nodes', specs: 'services' };

/**
 * What the members of etcd have committed, write by write, as an observer outside the cluster sees it: no cache, no
 * delay. Every member commits the same, so the one that is furthest tells.
 */
export class Truth {
  readonly #objects = new Map<string, Map<string, KubeObject>>();
  #revision = 0;

  /** The objects of a kind now, by key. */
  of<O extends KubeObject>(plural: string): ReadonlyMap<string, O> {
    return (this.#objects.get(plural) ?? new Map()) as ReadonlyMap<string, O>;
  }

  /** The writes since the last call, oldest first; each is in {@link of} when it is handed out. */
  *follow({ world }: Simulation): Generator<Change> {
    for (const { name, component } of world.actors) {
      if (component !== 'etcd') continue;
      const store = (world.states.get(name) as EtcdState | undefined)?.store;
      if (store === undefined || store.revision <= this.#revision) continue;
      let from = store.history.length;
      while (from > 0 && (store.history[from - 1]?.keyValue.modRevision ?? 0) > this.#revision) from--;
      this.#revision = store.revision;
      for (const { type, keyValue } of store.history.slice(from)) {
        const [, , directory = '', ...rest] = keyValue.key.replace('/services/', '/').split('/');
        const value = type === 'put' ? (keyValue.value as KubeObject) : undefined;
        yield this.#apply(PLURALS[directory] ?? directory, rest.join('/'), value, world.now);
      }
    }
  }

  #apply(plural: string, key: string, now: KubeObject | undefined, at: number): Change {
    const objects = this.#objects.get(plural) ?? new Map<string, KubeObject>();
    this.#objects.set(plural, objects);
    const old = objects.get(key);
    if (now === undefined) objects.delete(key);
    else objects.set(key, now);
    return { plural, key, old, now, at };
  }
}
