import { findByName } from '../api/index.ts';
import type { KubeObject } from '../api/meta.ts';
import { keyPrefix } from '../apiserver/storage.ts';
import { range, type Store, successor } from '../etcd/store.ts';
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
  const resource = findByName(plural);
  const state = simulation.world.states.get(ETCD) as { store: Store } | undefined;
  if (resource === undefined || state === undefined) return [];
  const key = keyPrefix(resource);
  const { keyValues } = range(state.store, { key, rangeEnd: successor(key) });
  return keyValues.map(({ value, modRevision }) => withRevision(value as KubeObject, modRevision));
}

/** etcd keeps no resourceVersion in the value: it is the key's modRevision. */
function withRevision(object: KubeObject, revision: number): KubeObject {
  return { ...object, metadata: { ...object.metadata, resourceVersion: String(revision) } };
}
