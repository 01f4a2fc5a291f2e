import { expect, it } from 'vitest';
import type { Component } from '../kernel/component.ts';
import type { Address } from '../kernel/message.ts';
import { linkOf } from '../kernel/network.ts';
import { Simulation } from '../kernel/simulation.ts';
import { part } from '../kernel/state.ts';
import { createWorld } from '../kernel/world.ts';
import type { EtcdProtocol, Member } from '../protocol/etcd.ts';
import { etcd } from './etcd.ts';

type Heard = { readonly kind: string; readonly from: string; readonly body: { readonly error?: string } | null };

const listener: Component<{ heard: Heard[] }, Record<string, object>> = {
  name: 'listener',
  init: () => part({ heard: [] as Heard[] }),
  receive(state, { kind, from, body }) {
    if (kind !== 'start') state.heard.push({ kind, from, body });
  },
  inspect: (state) => state.heard,
};

interface Inspected {
  readonly member: string;
  readonly role: string;
  readonly term: number;
  readonly leader: string;
  readonly revision: number;
  readonly log: { readonly first: number; readonly last: number; readonly committed: number };
  readonly members: readonly Member[];
}

/** Members, each on its own machine, and a client on another. Every value is frozen. */
function group(size: number, flags: object = {}) {
  const names = Array.from({ length: size }, (_, index) => `etcd-${index}`);
  const registry = { etcd: etcd as never, listener: listener as never };
  const simulation = new Simulation(createWorld(7), registry, { freeze: true });
  for (const name of names) {
    simulation.spawn({ name, machine: name, component: 'etcd', config: { cluster: names, ...flags } });
  }
  simulation.spawn({ name: 'client', machine: 'client', component: 'listener', config: null });
  const run = (ms: number) => simulation.runUntil(simulation.world.now + ms);
  const look = (name: string) => simulation.inspect(name) as Inspected;
  const leaders = () =>
    names.filter((name) => simulation.world.up[simulation.world.index.get(name) ?? -1] && look(name).role === 'leader');
  run(3000);
  return {
    simulation,
    names,
    run,
    look,
    leaders,
    leader: () => leaders().sort((a, b) => look(b).term - look(a).term)[0] ?? '',
    ask<K extends keyof EtcdProtocol & string>(to: string, kind: K, body: EtcdProtocol[K]): void {
      simulation.send('client', to as Address<EtcdProtocol>, kind, body as object, 0, '', {});
    },
    put(to: string, key: string): void {
      const success = [{ type: 'put', key, value: key } as const];
      simulation.send('client', to as Address<EtcdProtocol>, 'txn', { compare: [], success, failure: [] }, 0, '', {});
    },
    heard: (kind: string) => (simulation.inspect('client') as Heard[]).filter((heard) => heard.kind === kind),
    errors: () => (simulation.inspect('client') as Heard[]).map(({ body }) => body?.error).filter(Boolean),
    cut(name: string) {
      for (const other of names) if (other !== name) simulation.world.network.cut.add(linkOf(name, other));
    },
  };
}

it('three members elect one leader, and each of them takes writes and serves reads', () => {
  const { names, leaders, put, run, heard, look, ask } = group(3);
  expect(leaders()).toHaveLength(1);
  for (const name of names) put(name, `/registry/${name}/x`);
  run(100);
  expect(heard('committed')).toHaveLength(3);
  for (const name of names) ask(name, 'range', { key: '/registry/', rangeEnd: '/registry0' });
  run(100);
  expect(heard('ranged').map(({ body }) => body)).toMatchObject([{ count: 3 }, { count: 3 }, { count: 3 }]);
  run(200);
  expect(names.map((name) => look(name).revision)).toEqual([4, 4, 4]);
  expect(
    look('etcd-0')
      .members.map(({ name }) => name)
      .sort(),
  ).toEqual(names);
});

it('without the leader there is a pause for an election, and nothing acknowledged is lost', () => {
  const { simulation, leader, put, run, heard, look } = group(3);
  const first = leader();
  put(first, '/registry/a/x');
  run(100);
  simulation.crash(first);
  run(3500);
  const second = leader();
  expect([second !== first, second !== '']).toEqual([true, true]);
  put(second, '/registry/a/y');
  run(100);
  expect(heard('committed')).toHaveLength(2);
  simulation.restart(first);
  run(1000);
  expect(look(first)).toMatchObject({ role: 'follower', leader: second, revision: 3 });
});

it('a leader that is cut off steps down, commits nothing, and takes the new truth when it is back', () => {
  const { simulation, leader, leaders, put, run, heard, errors, cut, look } = group(3);
  const old = leader();
  cut(old);
  put(old, '/registry/a/never');
  run(4000);
  expect(heard('committed')).toHaveLength(0);
  expect(look(old).role).not.toBe('leader');
  expect(leaders()).toHaveLength(1);
  put(leader(), '/registry/a/other');
  run(6000);
  expect(errors()).toEqual(['etcdserver: request timed out']);
  simulation.world.network.cut.clear();
  run(3000);
  expect([look(old).revision, look(old).leader]).toEqual([2, leader()]);
});

it('without a majority neither writes nor ordinary reads are answered, but serializable ones are', () => {
  const { simulation, names, leader, put, run, heard, errors, ask } = group(3);
  put(leader(), '/registry/a/x');
  run(100);
  const [left = '', ...others] = names;
  for (const name of others) simulation.crash(name);
  run(3000);
  put(left, '/registry/a/y');
  ask(left, 'range', { key: '/registry/a/x' });
  ask(left, 'range', { key: '/registry/a/x', serializable: true });
  run(8000);
  expect(heard('committed')).toHaveLength(2);
  expect(heard('ranged').map(({ body }) => body)).toMatchObject([
    { count: 1 },
    { error: 'etcdserver: request timed out' },
  ]);
  expect(errors()).toEqual(['etcdserver: request timed out', 'etcdserver: request timed out']);
});

it('a member that lost its disk is refused under its old identity, and joins under a new one', () => {
  const { simulation, names, leader, put, run, look, ask, errors } = group(3);
  const lost = names.find((name) => name !== leader()) ?? '';
  const oldId = look(lost).member;
  simulation.wipe(lost);
  put(leader(), '/registry/a/x');
  simulation.restart(lost);
  run(500);
  expect(simulation.world.up[simulation.world.index.get(lost) ?? -1]).toBe(false);
  ask(leader(), 'removeMember', { id: oldId });
  run(500);
  ask(leader(), 'addMember', { process: lost, isLearner: true });
  run(12_000);
  const newId = look(lost).member;
  ask(leader(), 'promoteMember', { id: newId });
  run(500);
  expect(errors()).toEqual([]);
  expect(newId).not.toBe(oldId);
  expect(look(lost)).toMatchObject({ role: 'follower', revision: 2, leader: leader() });
  expect(look(lost).members).toHaveLength(3);
});

it('who was away too long gets a snapshot, because the log before it is compacted', () => {
  const { simulation, names, leader, put, run, look } = group(3, { snapshotCount: 20 });
  const away = names.find((name) => name !== leader()) ?? '';
  simulation.crash(away);
  for (let count = 0; count < 100; count++) put(leader(), `/registry/a/${count}`);
  run(1000);
  expect(look(leader()).log.first).toBeGreaterThan(50);
  simulation.restart(away);
  run(3000);
  expect(look(away)).toMatchObject({ revision: 101, leader: leader() });
  expect(look(away).log.first).toBeGreaterThan(50);
});

it('the leader hands over when asked, without an election timeout', () => {
  const { names, leader, look, ask, run } = group(3);
  const target = names.find((name) => name !== leader()) ?? '';
  ask(leader(), 'moveLeader', { target: look(target).member });
  run(60);
  expect(leader()).toBe(target);
});
