import { describe, expect, it } from 'vitest';
import { PODS, podBody, withDefault } from '../../test/apiserver/cluster.ts';
import type { WatchFrame } from '../protocol/http.ts';

const MERGE = { 'content-type': 'application/merge-patch+json' };

function setup(etcdMachine?: string) {
  const made = withDefault({}, etcdMachine);
  const { call, send, run, frames } = made;
  return {
    ...made,
    label: (name: string, app: string | null) =>
      call('PATCH', `${PODS}/${name}`, { headers: MERGE, body: { metadata: { labels: { app } } } }),
    watch(query: Record<string, string> = {}, path = PODS, headers = {}) {
      const id = send('GET', path, { query: { watch: 'true', ...query }, headers });
      run();
      return id;
    },
    seen: (watch: string) => frames(watch).map(({ type, object }) => `${type} ${object.metadata.name}`),
  };
}

describe('a watch', () => {
  it('without resourceVersion begins with what there is, and goes on', () => {
    const { call, watch, seen, frames, label } = setup();
    for (const name of ['b', 'a']) call('POST', PODS, { body: podBody(name) });
    const id = watch();
    call('POST', PODS, { body: podBody('c') });
    label('a', 'new');
    call('DELETE', `${PODS}/b`);
    expect(seen(id)).toEqual(['ADDED a', 'ADDED b', 'ADDED c', 'MODIFIED a', 'MODIFIED b', 'DELETED b']);
    expect(frames(id).map(({ sequence }) => sequence)).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it('from a list shows each later change exactly once', () => {
    const { call, watch, seen, label } = setup();
    call('POST', PODS, { body: podBody('a') });
    const { resourceVersion } = call('GET', PODS).body.metadata;
    label('a', 'new');
    const id = watch({ resourceVersion });
    label('a', 'newer');
    expect(seen(id)).toEqual(['MODIFIED a', 'MODIFIED a']);
    const later = watch({ resourceVersion: String(Number(resourceVersion) + 3) });
    label('a', 'unseen');
    label('a', 'seen');
    expect(seen(later)).toEqual(['MODIFIED a']);
  });

  it('sees an object arrive in its selector and leave it', () => {
    const { call, watch, seen, frames, label } = setup();
    const id = watch({ labelSelector: 'app=x' });
    call('POST', PODS, { body: podBody('a') });
    label('a', 'x');
    const last = label('a', null);
    expect(seen(id)).toEqual(['ADDED a', 'DELETED a']);
    expect(frames(id)[1]?.object.metadata).toMatchObject({
      labels: { app: 'x' },
      resourceVersion: last.body.metadata.resourceVersion,
    });
  });

  it('of one node hears of its pods from the binding on, and of no others', () => {
    const { call, watch, seen } = setup();
    const mine = watch({ fieldSelector: 'spec.nodeName=node-1' });
    const other = watch({ fieldSelector: 'spec.nodeName=node-2' }, '/api/v1/pods');
    call('POST', PODS, { body: podBody('a') });
    call('POST', `${PODS}/a/binding`, { body: { target: { kind: 'Node', name: 'node-1' } } });
    call('DELETE', `${PODS}/a`, { body: { gracePeriodSeconds: 0 } });
    expect([seen(mine), seen(other)]).toEqual([['ADDED a', 'MODIFIED a', 'DELETED a'], []]);
  });

  it('gives tables whose columns come once', () => {
    const { call, watch, frames } = setup();
    call('POST', PODS, { body: podBody('a') });
    call('POST', PODS, { body: podBody('b') });
    const id = watch({}, PODS, { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io' });
    type Table = {
      columnDefinitions: readonly { name: string }[] | null;
      rows: readonly { cells: readonly string[] }[];
    };
    const tables = frames(id).map(({ object }) => object as unknown as Table);
    expect(tables.map(({ rows }) => rows.map(({ cells }) => cells[0]))).toEqual([['a'], ['b']]);
    expect(tables.map(({ columnDefinitions }) => columnDefinitions?.[0]?.name)).toEqual(['Name', undefined]);
  });

  it('sends a bookmark each minute and at its end, to those who allow it', () => {
    const { watch, run, frames, heard } = setup();
    const id = watch({ allowWatchBookmarks: 'true', timeoutSeconds: '90', resourceVersion: '2' });
    const quiet = watch({ timeoutSeconds: '90', resourceVersion: '2' });
    run(100_000);
    expect(frames(id).map(({ type }) => type)).toEqual(['BOOKMARK', 'BOOKMARK', 'BOOKMARK']);
    expect(frames(id)[0]?.object).toMatchObject({ kind: 'Pod', metadata: { resourceVersion: '2' } });
    expect(frames(quiet)).toEqual([]);
    const closed = heard().filter(({ kind }) => kind === 'closed');
    expect(closed.map(({ body }) => (body as WatchFrame).watch)).toEqual([id, quiet]);
  });

  it('from before the window is told that its version is too old', () => {
    const { call, send, run, watch, frames } = setup();
    call('POST', PODS, { body: podBody('a') });
    for (let count = 0; count < 1300; count++) {
      send('PATCH', `${PODS}/a`, { headers: MERGE, body: { metadata: { labels: { count: String(count) } } } });
      run(10);
    }
    const id = watch({ resourceVersion: '3' });
    const [frame] = frames(id);
    expect(frames(id)).toHaveLength(1);
    expect(frame).toMatchObject({ type: 'ERROR', object: { code: 410, reason: 'Expired' } });
    expect(frame?.object.message).toBe('too old resource version: 3 (253)');
  });

  it('ends when the client cancels it, or is gone', () => {
    const { call, watch, simulation, run, frames } = setup();
    const id = watch();
    simulation.send('client', 'kube-apiserver', 'cancel', { watch: id }, 0, '', {});
    call('POST', PODS, { body: podBody('a') });
    expect(frames(id)).toEqual([]);
    watch();
    simulation.crash('client');
    run();
    expect(simulation.inspect('kube-apiserver')).toMatchObject({ watchers: 0 });
  });

  it('passes the mark of routine traffic on, end to end', () => {
    const { send, run, watch, heard } = setup();
    const leases = '/apis/coordination.k8s.io/v1/namespaces/default/leases';
    const id = watch({}, leases);
    send('POST', leases, { body: { metadata: { name: 'l' } } }, true);
    run();
    const [frame] = heard().filter(({ kind, body }) => kind === 'event' && (body as WatchFrame).watch === id);
    expect(frame).toMatchObject({ routine: true, body: { type: 'ADDED' } });
    expect(heard().findLast(({ kind }) => kind === 'response')?.routine).toBe(true);
  });
});

describe('history in etcd', () => {
  it('older than two compactions is gone: a late page of a list says so and offers to go on', () => {
    const { call, run } = setup();
    for (const name of ['a', 'b']) call('POST', PODS, { body: podBody(name) });
    const first = call('GET', PODS, { query: { limit: '1' } }).body.metadata;
    call('POST', PODS, { body: podBody('c') });
    run(600_000);
    const late = call('GET', PODS, { query: { limit: '1', continue: first.continue } });
    expect(late).toMatchObject({ status: 410, body: { reason: 'Expired' } });
    expect(late.body.message).toContain('The provided continue parameter is too old to display a consistent list');
    const next = call('GET', PODS, { query: { continue: late.body.metadata.continue } });
    expect(next.body.items.map(({ metadata }) => metadata.name)).toEqual(['b', 'c']);
  });
});

describe('the watch cache', () => {
  it('notices a lost frame of etcd by its number, and catches up', () => {
    const { simulation, call, run, watch, seen, putPod } = setup('e');
    const id = watch();
    simulation.world.network.cut.add('a|e');
    putPod('a');
    run();
    simulation.world.network.cut.clear();
    call('POST', PODS, { body: podBody('b') });
    expect(seen(id)).toEqual(['ADDED a', 'ADDED b']);
  });

  it('lists again when etcd has forgotten what it missed, and its watchers must do the same', () => {
    const { simulation, call, run, watch, seen, putPod, heard } = setup();
    call('POST', PODS, { body: podBody('a') });
    const id = watch();
    simulation.crash('etcd');
    run();
    simulation.restart('etcd');
    for (const name of ['b', 'c', 'd']) putPod(name);
    run();
    simulation.send('client', 'etcd', 'compact', { revision: 6 }, 0, '', {});
    run(3000);
    expect(seen(id)).toEqual(['ADDED a']);
    expect(heard().filter(({ kind }) => kind === 'closed')).toMatchObject([{ body: { watch: id } }]);
    expect(seen(watch())).toEqual(['ADDED a', 'ADDED b', 'ADDED c', 'ADDED d']);
  });
});
