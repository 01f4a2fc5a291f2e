import { resourceOfWord } from '../api/index.ts';
import type { KubeObject } from '../api/meta.ts';
import { decodeStored, rangeOf } from '../apiserver/storage.ts';
import type { EtcdState } from '../etcd/state.ts';
import { range, type Store } from '../etcd/store.ts';
import type { Address } from '../kernel/message.ts';
import type { Simulation } from '../kernel/simulation.ts';
import type { Value } from '../kernel/value.ts';
import { type Actor, isUp, type World } from '../kernel/world.ts';
import { ETCD, isMember } from '../protocol/etcd.ts';
import type { Peek } from '../view/peek.ts';
import { spreading } from './spreading.ts';

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
    inspect: (name) =>
      simulation.inspect(name) ?? (name === ETCD ? inspectGroup : spreading.inspect)?.(simulation, name),
    replicas: () => spreading.replicas?.(simulation) ?? [],
    isUp: (name) =>
      world.index.has(name) ? isUp(world, name) : instances(world, name).some((one) => isUp(world, one)),
    objects: (plural) => objectsIn(simulation, plural),
    machinesDown: world.machinesDown,
    isolated: world.network.isolated,
    cut: world.network.cut,
    streams: [...world.network.streams.values()],
  };
}

/** The processes of a component that has several: the members of etcd. */
function instances(world: World, component: string): readonly Address[] {
  const isOne = (actor: Actor) => (component === ETCD ? isMember(actor.name) : actor.component === component);
  return world.actors.filter(isOne).map(({ name }) => name);
}

/** All members in one account: who leads in the latest term, and what each says of itself. */
function inspectGroup(simulation: Simulation): Value {
  const names = instances(simulation.world, ETCD);
  const accounts = names.map((name) => (simulation.inspect(name) ?? {}) as Account);
  const leads = ({ role }: Account, index: number) => role === 'leader' && isUp(simulation.world, names[index] ?? '');
  const leader = accounts
    .filter(leads)
    .reduce<Account | undefined>((best, each) => ((each.term ?? 0) > (best?.term ?? 0) ? each : best), undefined);
  return {
    leader: leader?.leader ?? '',
    term: Math.max(...accounts.map(({ term = 0 }) => term)),
    revision: storeOf(simulation.world)?.revision ?? 0,
    members: Object.fromEntries(names.map((name, index) => [name, accounts[index]])),
  };
}

interface Account {
  readonly role?: string;
  readonly term?: number;
  readonly leader?: string;
}

/** The objects of a resource as etcd has them, in key order: the same list until something is written. */
export function objectsIn({ world }: Simulation, plural: string): readonly KubeObject[] {
  const store = storeOf(world);
  if (store === undefined) return [];
  const { revision } = store;
  if (listed.store !== store || listed.revision !== revision) listed = { store, revision, lists: new Map() };
  const list = listed.lists.get(plural) ?? listIn(store, plural);
  listed.lists.set(plural, list);
  return list;
}

/** What was listed last: goals ask after every message, and few messages write. */
let listed: { readonly store?: Store; readonly revision: number; readonly lists: Map<string, readonly KubeObject[]> } =
  { revision: 0, lists: new Map() };

function listIn(store: Store, plural: string): readonly KubeObject[] {
  const resource = resourceOfWord(plural);
  if (resource !== undefined) return range(store, rangeOf(resource, '')).keyValues.map(decodeStored);
  // PLURAL.GROUP: a kind that a definition describes, or one that comes with definitions.
  const [name = '', ...group] = plural.split('.');
  const [own, shared] = [`${group.join('.')}/${name}`, name].map((directory) => {
    const key = `/registry/${directory}/`;
    return range(store, { key, rangeEnd: `${key.slice(0, -1)}0` }).keyValues;
  });
  return group.length === 0 ? [] : ((own?.length ? own : shared) ?? []).map(decodeStored);
}

/** What etcd has: the leader's store, of the latest term; without one, the store that is furthest. */
function storeOf(world: World): Store | undefined {
  let best: { readonly rank: number; readonly store: Store } | undefined;
  for (const { name } of world.actors) {
    if (!isMember(name)) continue;
    const state = world.states.get(name) as EtcdState | undefined;
    if (state === undefined) continue;
    const isLeader = state.raft.role === 'leader' && isUp(world, name);
    const rank = isLeader ? state.raft.term * LEADER : state.store.revision;
    if (best === undefined || rank > best.rank) best = { rank, store: state.store };
  }
  return best?.store;
}

/** More than any revision: a leader counts before everybody else. */
const LEADER = 2 ** 40;
