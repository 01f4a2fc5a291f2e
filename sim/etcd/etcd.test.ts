import { describe, expect, it } from 'vitest';
import type { Component } from '../kernel/component.ts';
import type { Address } from '../kernel/message.ts';
import { Simulation } from '../kernel/simulation.ts';
import { part } from '../kernel/state.ts';
import { createWorld, forkWorld, parseWorld, serializeWorld } from '../kernel/world.ts';
import type { EtcdProtocol, Operation, TxnRequest } from '../protocol/etcd.ts';
import { etcd } from './etcd.ts';

type Heard = { readonly at: number; readonly kind: string; readonly body: object | null; readonly replyTo: string };

/** A client that remembers what it hears. */
const listener: Component<{ heard: Heard[] }, Record<string, object>> = {
  name: 'listener',
  init: () => part({ heard: [] as Heard[] }),
  receive(state, message, io) {
    if (message.kind === 'start') return;
    const { kind, body, replyTo } = message;
    state.heard.push({ at: io.now, kind, body, replyTo });
  },
  inspect: (state) => state.heard,
};

const ETCD = 'etcd' as Address<EtcdProtocol>;

function harness() {
  const world = createWorld(1, { localMs: 1 });
  const simulation = new Simulation(world, { etcd: etcd as never, listener: listener as never }, { freeze: true });
  simulation.spawn({ name: 'etcd', machine: 'a', component: 'etcd', config: {} });
  simulation.spawn({ name: 'client', machine: 'a', component: 'listener', config: null });
  simulation.runUntil(10);
  return {
    simulation,
    ask<K extends keyof EtcdProtocol & string>(kind: K, body: EtcdProtocol[K]): string {
      return simulation.send('client', ETCD, kind, body, 0, '', { stream: kind === 'watch' });
    },
    run(ms = 20) {
      simulation.runUntil(world.now + ms);
    },
    heard: (kind: string) => (simulation.inspect('client') as Heard[]).filter((heard) => heard.kind === kind),
    last: (kind: string) => (simulation.inspect('client') as Heard[]).findLast((heard) => heard.kind === kind)?.body,
  };
}

function write(...success: Operation[]): TxnRequest {
  return { compare: [], success, failure: [] };
}

const put = (key: string, value: string, lease = 0): Operation => ({ type: 'put', key, value, lease });

describe('transactions', () => {
  it('starts at revision 1 and counts one for each that writes', () => {
    const { ask, run, last } = harness();
    ask('txn', write(put('/registry/pods/a/x', '1'), put('/registry/pods/a/y', '1')));
    ask('txn', write({ type: 'range', key: '/registry/pods/a/x' }));
    run();
    expect(last('committed')).toMatchObject({ revision: 2, succeeded: true });
    ask('txn', write(put('/registry/pods/a/x', '2')));
    ask('range', { key: '/registry/pods/a/x' });
    run();
    ask('range', { key: '/registry/pods/a/x' });
    run();
    const keyValue = { createRevision: 2, modRevision: 3, version: 2, value: '2' };
    expect(last('ranged')).toMatchObject({ revision: 3, keyValues: [keyValue] });
  });

  it('writes only if the comparison holds, and says what is there otherwise', () => {
    const { ask, run, last } = harness();
    const key = '/registry/pods/a/x';
    const create: TxnRequest = {
      compare: [{ key, target: 'mod', result: '=', value: 0 }],
      success: [put(key, 'mine')],
      failure: [{ type: 'range', key }],
    };
    ask('txn', create);
    run();
    ask('txn', create);
    run();
    expect(last('committed')).toMatchObject({
      revision: 2,
      succeeded: false,
      results: [{ keyValues: [{ value: 'mine' }] }],
    });
  });

  it.each<[string, TxnRequest, string]>([
    ['a key put twice', write(put('/a', '1'), put('/a', '2')), 'etcdserver: duplicate key given in txn request'],
    ['a range without a key', write({ type: 'range', key: '' }), 'etcdserver: key is not provided'],
    [
      '129 operations',
      write(...Array(129).fill({ type: 'range', key: '/a' })),
      'etcdserver: too many operations in txn request',
    ],
    ['2 MiB', write(put('/a', 'x'.repeat(2 ** 21))), 'etcdserver: request is too large'],
    [
      'a lease that is not',
      write(put('/a', '1', 9), { type: 'range', key: '/a', revision: 9 }),
      'etcdserver: requested lease not found',
    ],
  ])('%s is refused', (_name, request, error) => {
    const { ask, run, last } = harness();
    ask('txn', request);
    run();
    expect(last('committed')).toMatchObject({ error, revision: 1 });
  });

  it('nest, and a watch is told of a key that one of them changed twice what was before it', () => {
    const { ask, run, last, heard } = harness();
    ask('txn', write(put('/registry/a', 'old')));
    ask('watch', { key: '/registry/', rangeEnd: '/registry0', fromRevision: 2 });
    run();
    const inner: TxnRequest = {
      compare: [{ key: '/registry/a', target: 'value', result: '=', value: 'old' }],
      success: [put('/registry/a', 'new')],
      failure: [],
    };
    ask(
      'txn',
      write({ type: 'txn', request: inner }, { type: 'txn', request: write({ type: 'delete', key: '/registry/a' }) }),
    );
    run();
    const results = [{ txn: { succeeded: true } }, { txn: { results: [{ deleted: 1 }] } }];
    expect(last('committed')).toMatchObject({ revision: 3, results });
    const previous = { value: 'old', version: 1 };
    expect(heard('watched').at(-1)?.body).toMatchObject({
      events: [
        { type: 'put', keyValue: { value: 'new' }, previous },
        { type: 'delete', previous },
      ],
    });
  });

  it('answers after its fsync; writes that come meanwhile share the next', () => {
    const { ask, run, heard } = harness();
    ask('txn', write(put('/registry/pods/a/x', '1')));
    run(1);
    ask('txn', write(put('/registry/pods/a/y', '1')));
    ask('txn', write(put('/registry/pods/a/z', '1')));
    run();
    expect(heard('committed').map(({ at }) => at)).toEqual([14, 16, 16]);
  });
});

describe('ranges', () => {
  it('come in key order, limited, and as of an older revision', () => {
    const { ask, run, last } = harness();
    for (const name of ['b', 'a', 'c/z', 'c']) ask('txn', write(put(`/registry/pods/${name}`, name)));
    ask('txn', write(put('/registry/podsets/x', 'x')));
    run();
    ask('txn', write({ type: 'delete', key: '/registry/pods/a' }));
    run();
    const all = { key: '/registry/pods/', rangeEnd: '/registry/pods0' };
    ask('range', all);
    run();
    expect(last('ranged')).toMatchObject({ count: 3, keyValues: [{ value: 'b' }, { value: 'c' }, { value: 'c/z' }] });
    ask('range', { ...all, revision: 4, limit: 2 });
    run();
    expect(last('ranged')).toMatchObject({ more: true, count: 3, keyValues: [{ value: 'a' }, { value: 'b' }] });
    ask('range', { key: '/registry/', rangeEnd: '/registry0', countOnly: true });
    run();
    expect(last('ranged')).toMatchObject({ count: 4, keyValues: [] });
  });
});

describe('watches', () => {
  it('replay what was missed and then follow, in numbered frames', () => {
    const { ask, run, heard } = harness();
    ask('txn', write(put('/registry/pods/a/x', '1')));
    ask('txn', write(put('/registry/nodes/n', '1')));
    run();
    ask('watch', { key: '/registry/pods/', rangeEnd: '/registry/pods0', fromRevision: 2 });
    run();
    ask('txn', write({ type: 'delete', key: '/registry/pods/a/x' }));
    ask('txn', write(put('/registry/nodes/n', '2')));
    run();
    expect(heard('watched').map(({ body }) => body)).toMatchObject([
      { sequence: 1, events: [{ type: 'put', keyValue: { modRevision: 2 } }] },
      { sequence: 2, events: [{ type: 'delete', keyValue: { modRevision: 4 }, previous: { value: '1' } }] },
    ]);
  });

  it('cannot begin before the compacted revision, nor can a range', () => {
    const { ask, run, last, heard } = harness();
    for (let count = 0; count < 4; count++) ask('txn', write(put('/registry/pods/a/x', String(count))));
    run();
    ask('compact', { revision: 4 });
    run();
    ask('watch', { key: '/registry/pods/', rangeEnd: '/registry/pods0', fromRevision: 3 });
    ask('range', { key: '/registry/pods/a/x', revision: 3 });
    ask('compact', { revision: 4 });
    run();
    const error = 'etcdserver: mvcc: required revision has been compacted';
    expect([last('watched'), last('ranged'), last('compacted')]).toMatchObject([{ error }, { error }, { error }]);
    ask('watch', { key: '/registry/pods/', rangeEnd: '/registry/pods0', fromRevision: 4 });
    ask('range', { key: '/registry/pods/a/x', revision: 4 });
    ask('compact', { revision: 99 });
    run();
    expect(heard('watched').at(-1)?.body).toMatchObject({
      events: [{ keyValue: { value: '2' } }, { keyValue: { value: '3' } }],
    });
    expect(last('ranged')).toMatchObject({ keyValues: [{ value: '2' }] });
    expect(last('compacted')).toMatchObject({ error: 'etcdserver: mvcc: required revision is a future revision' });
  });
});

describe('leases', () => {
  it('delete their keys when their time is over, unless the key has moved on', () => {
    const { ask, run, last, heard } = harness();
    ask('grantLease', { ttlSeconds: 10 });
    ask('grantLease', { ttlSeconds: 1 });
    run();
    expect(heard('leaseGranted').map(({ body }) => body)).toEqual([
      { lease: 1, ttlSeconds: 10 },
      { lease: 2, ttlSeconds: 2 },
    ]);
    ask('watch', { key: '/registry/', rangeEnd: '/registry0', fromRevision: 0 });
    for (const name of ['a', 'b', 'c']) ask('txn', write(put(`/registry/events/${name}`, name, name === 'c' ? 2 : 1)));
    ask('txn', write(put('/registry/events/b', 'kept')));
    run(3000);
    expect(last('watched')).toMatchObject({ events: [{ type: 'delete', keyValue: { key: '/registry/events/c' } }] });
    run(10_000);
    ask('range', { key: '/registry/', rangeEnd: '/registry0' });
    run();
    expect(last('ranged')).toMatchObject({ count: 1, keyValues: [{ value: 'kept' }] });
    ask('txn', write(put('/registry/events/d', 'd', 1)));
    run();
    expect(last('committed')).toMatchObject({ error: 'etcdserver: requested lease not found' });
  });
});

describe('a crash', () => {
  it('gives leases their full time again', () => {
    const { simulation, ask, run, last } = harness();
    ask('grantLease', { ttlSeconds: 10 });
    run();
    ask('txn', write(put('/registry/events/a', 'a', 1)));
    run(8000);
    simulation.crash('etcd');
    simulation.restart('etcd');
    const left = (ms: number) => {
      run(ms);
      ask('range', { key: '/registry/events/a' });
      run();
      return (last('ranged') as { count: number }).count;
    };
    expect([left(9000), left(2000)]).toEqual([1, 0]);
  });

  it('keeps what was committed, loses what was not, and forgets who watched', () => {
    const { simulation, ask, run, last, heard } = harness();
    ask('watch', { key: '/registry/', rangeEnd: '/registry0', fromRevision: 0 });
    ask('txn', write(put('/registry/pods/a/x', '1')));
    run();
    ask('txn', write(put('/registry/pods/a/lost', '1')));
    run(2);
    simulation.crash('etcd');
    simulation.restart('etcd');
    ask('txn', write(put('/registry/pods/a/y', '1')));
    run();
    ask('range', { key: '/registry/pods/', rangeEnd: '/registry/pods0' });
    run();
    const keys = [{ key: '/registry/pods/a/x' }, { key: '/registry/pods/a/y' }];
    expect(last('ranged')).toMatchObject({ revision: 3, keyValues: keys });
    expect([heard('watched').length, heard('disconnected').length]).toEqual([1, 1]);
    expect(simulation.inspect('etcd')).toMatchObject({ term: 3, keys: 2, watchers: 0, revision: 3 });
  });
});

it('survives a fork and a round trip through JSON', () => {
  const { simulation, ask, run } = harness();
  ask('grantLease', { ttlSeconds: 5 });
  ask('txn', write(put('/registry/pods/a/x', '1')));
  run(3);
  const registry = { etcd: etcd as never, listener: listener as never };
  const worlds = [forkWorld(simulation.world), parseWorld(serializeWorld(simulation.world)), simulation.world];
  const texts = worlds.map((world) => {
    new Simulation(world, registry, { freeze: true }).runUntil(100);
    return serializeWorld(world);
  });
  expect(texts[0]).toBe(texts[2]);
  expect(texts[1]).toBe(texts[2]);
});
