import { resourceOfWord } from '../api/index.ts';
import type { KubeObject } from '../api/meta.ts';
import { decodeStored, rangeOf } from '../apiserver/storage.ts';
import { range, type Store } from '../etcd/store.ts';
import type { Simulation } from '../kernel/simulation.ts';
import { isUp } from '../kernel/world.ts';
import { ETCD } from '../protocol/etcd.ts';
import type { Peek } from '../view/peek.ts';

/** One instant of a running cluster for pictures, tables and goals. Valid until the next message is delivered. */
export function peekAt(simulation: Simulation): Peek {
  const { world } = simulation;
  return {
    now: world.now,
    queue: world.queue
      .slice()
      .sort((a, b) => a.message.at - b.message.at || a.actor - b.actor || a.count - b.count)
      .map((item) => item.message),
    actors: world.actors,
    inspect: (name) => simulation.inspect(name),
    isUp: (name) => isUp(world, name),
    objects: (plural) => objectsIn(simulation, plural),
    machinesDown: world.machinesDown,
    isolated: world.network.isolated,
    cut: world.network.cut,
    streams: [...world.network.streams.values()],
  };
}

/** The objects of a resource as etcd has them, in key order. */
export function objectsIn(simulation: Simulation, plural: string): readonly KubeObject[] {
  const resource = resourceOfWord(plural);
  const state = simulation.world.states.get(ETCD) as { store: Store } | undefined;
  if (resource === undefined || state === undefined) return [];
  return range(state.store, rangeOf(resource, '')).keyValues.map(decodeStored);
}
