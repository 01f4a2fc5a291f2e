import { describe, expect, it } from 'vitest';
import { PODS, podBody, withDefault } from '../../test/apiserver/cluster.ts';
import type { Pod } from '../api/kinds/pod.ts';

const MERGE = { 'content-type': 'application/merge-patch+json' };
const TARGET = { target: { kind: 'Node', name: 'node-1' } };

function bound(more: object = {}) {
  const made = withDefault();
  made.call('POST', PODS, { body: podBody('web', more) });
  made.call('POST', `${PODS}/web/binding`, { body: TARGET });
  return made;
}

describe('binding', () => {
  it('sets the node and PodScheduled in one write, and leaves the generation', () => {
    const { call } = withDefault();
    call('POST', PODS, { body: podBody('web') });
    const answer = call('POST', `${PODS}/web/binding`, { body: TARGET });
    expect(answer).toMatchObject({ status: 201, body: { kind: 'Status', status: 'Success', code: 201 } });
    expect(call('GET', `${PODS}/web`).body).toMatchObject({
      metadata: { resourceVersion: '5', generation: 1 },
      spec: { nodeName: 'node-1' },
      status: { conditions: [{ type: 'PodScheduled', status: 'True', lastTransitionTime: '2026-01-01T00:00:00Z' }] },
    });
  });

  it.each([
    ['no target', {}, 422, 'Binding "web" is invalid: target.name: Required value'],
    [
      'a second one',
      TARGET,
      409,
      'Operation cannot be fulfilled on pods/binding "web": pod web is already assigned to node "node-1"',
    ],
  ])('is refused: %s', (_what, body, status, message) => {
    const { call } = bound();
    expect(call('POST', `${PODS}/web/binding`, { body })).toMatchObject({ status, body: { message } });
  });

  it('is refused for a pod that is going away', () => {
    const { call } = withDefault();
    const body = podBody('web');
    call('POST', PODS, { body: { ...body, metadata: { ...body.metadata, finalizers: ['example.com/hold'] } } });
    call('DELETE', `${PODS}/web`);
    expect(call('POST', `${PODS}/web/binding`, { body: TARGET }).body.message).toBe(
      'Operation cannot be fulfilled on pods/binding "web": pod web is being deleted, cannot be assigned to a host',
    );
  });
});

describe('replacing a pod', () => {
  it('keeps the tolerations and the priority that admission gave it', () => {
    const { call } = withDefault();
    call('POST', PODS, { body: podBody('web') });
    const { body } = call('GET', `${PODS}/web`);
    const { tolerations, priority, preemptionPolicy, ...spec } = (body as unknown as Pod).spec;
    expect(tolerations).toHaveLength(2);
    const answer = call('PUT', `${PODS}/web`, { body: { ...body, spec } });
    expect(answer).toMatchObject({ status: 200, body: { spec: { tolerations, priority, preemptionPolicy } } });
  });
});

describe('deleting a pod', () => {
  it('that runs says until when, and a second time may only shorten that', () => {
    const { call, run } = bound();
    const first = call('DELETE', `${PODS}/web`);
    expect(first).toMatchObject({
      status: 200,
      body: {
        kind: 'Pod',
        metadata: { deletionTimestamp: '2026-01-01T00:00:30Z', deletionGracePeriodSeconds: 30, generation: 2 },
      },
    });
    run(3000);
    const longer = call('DELETE', `${PODS}/web`, { body: { gracePeriodSeconds: 60 } });
    expect(longer.body).toEqual(first.body);
    expect(call('DELETE', `${PODS}/web`, { body: { gracePeriodSeconds: 5 } }).body.metadata).toMatchObject({
      deletionTimestamp: '2026-01-01T00:00:05Z',
      deletionGracePeriodSeconds: 5,
      generation: 2,
    });
    const ended = call('DELETE', `${PODS}/web`, { body: { gracePeriodSeconds: 0 } });
    expect(ended).toMatchObject({ status: 200, body: { kind: 'Pod', metadata: { deletionGracePeriodSeconds: 0 } } });
    expect(call('GET', `${PODS}/web`).status).toBe(404);
  });

  it.each([
    ['that runs nowhere', {}, {}],
    ['that has ended', { nodeName: 'node-1' }, { phase: 'Succeeded' }],
  ])('%s happens at once', (_what, spec, status) => {
    const { call } = withDefault();
    call('POST', PODS, { body: podBody('web', spec) });
    call('PATCH', `${PODS}/web/status`, { headers: MERGE, body: { status } });
    expect(call('DELETE', `${PODS}/web`).status).toBe(200);
    expect(call('GET', `${PODS}/web`).status).toBe(404);
  });
});

describe('a pod that was marked, and then the API server ended', () => {
  it.each([
    ['asked again without a grace period', {}],
    ['asked again as kubelet asks', { gracePeriodSeconds: 0 }],
  ])('is removed: %s', (_what, body) => {
    const { simulation, send, call, run } = bound();
    send('DELETE', `${PODS}/web`, { body: { gracePeriodSeconds: 0 } });
    const isMarked = () => (simulation.inspect('etcd') as { revision: number }).revision > before;
    const before = (simulation.inspect('etcd') as { revision: number }).revision;
    for (let step = 0; step < 200 && !isMarked(); step++) run(1);
    simulation.crash('kube-apiserver');
    run(50);
    simulation.restart('kube-apiserver');
    run(2000);
    expect(call('GET', `${PODS}/web`).body.metadata).toMatchObject({ deletionGracePeriodSeconds: 0 });
    call('DELETE', `${PODS}/web`, { body });
    expect(call('GET', `${PODS}/web`).status).toBe(404);
  });
});

describe('deleting other things', () => {
  const maps = '/api/v1/namespaces/default/configmaps';

  it('answers with a Status that names what was deleted', () => {
    const { call } = withDefault();
    const { uid } = call('POST', maps, { body: { metadata: { name: 'a' } } }).body.metadata;
    expect(call('DELETE', `${maps}/a`)).toMatchObject({
      status: 200,
      body: { kind: 'Status', status: 'Success', details: { name: 'a', kind: 'configmaps', uid } },
    });
  });

  it('waits for finalizers, and happens with the update that takes the last one away', () => {
    const { call } = withDefault();
    call('POST', maps, { body: { metadata: { name: 'a', finalizers: ['example.com/hold'] } } });
    const orphaned = call('DELETE', `${maps}/a`, { body: { propagationPolicy: 'Orphan' } });
    expect(orphaned.body.metadata).toMatchObject({
      deletionTimestamp: '2026-01-01T00:00:00Z',
      finalizers: ['example.com/hold', 'orphan'],
    });
    const add = { metadata: { finalizers: ['example.com/hold', 'orphan', 'example.com/late'] } };
    expect(call('PATCH', `${maps}/a`, { headers: MERGE, body: add }).body.message).toBe(
      'ConfigMap "a" is invalid: metadata.finalizers: Forbidden: no new finalizers can be added if the object is being ' +
        'deleted, found new finalizers []string{"example.com/late"}',
    );
    call('PATCH', `${maps}/a`, { headers: MERGE, body: { metadata: { finalizers: ['orphan'] } } });
    expect(call('GET', `${maps}/a`).status).toBe(200);
    expect(call('PATCH', `${maps}/a`, { headers: MERGE, body: { metadata: { finalizers: null } } }).status).toBe(200);
    expect(call('GET', `${maps}/a`).status).toBe(404);
  });

  it('as a collection deletes what the selector holds', () => {
    const { call } = withDefault();
    for (const name of ['a', 'b', 'c']) {
      call('POST', maps, { body: { metadata: { name, labels: { keep: String(name === 'b') } } } });
    }
    const deleted = call('DELETE', maps, { query: { labelSelector: 'keep=false' } });
    expect(deleted.body.items.map(({ metadata }) => metadata.name)).toEqual(['a', 'c']);
    expect(call('GET', maps).body.items.map(({ metadata }) => metadata.name)).toEqual(['b']);
    expect(call('DELETE', maps, { query: { labelSelector: 'keep=never' } }).body.items).toEqual([]);
  });
});

describe('events', () => {
  const events = '/api/v1/namespaces/default/events';
  const body = (name: string) => ({
    metadata: { name },
    involvedObject: { kind: 'Pod', namespace: 'default', name: 'web' },
    reason: 'Scheduled',
  });

  it('vanish an hour after their last write', () => {
    const { call, run } = withDefault();
    for (const name of ['a', 'b']) expect(call('POST', events, { body: body(name) }).status).toBe(201);
    run(1_800_000);
    expect(call('PATCH', `${events}/b`, { headers: MERGE, body: { count: 2 } }).status).toBe(200);
    const left = () => call('GET', events).body.items.map(({ metadata }) => metadata.name);
    run(1_790_000);
    expect(left()).toEqual(['a', 'b']);
    run(15_000);
    expect(left()).toEqual(['b']);
    run(1_800_000);
    expect(left()).toEqual([]);
  });

  it('are selected by what they are about', () => {
    const { call } = withDefault();
    call('POST', events, { body: body('a') });
    const items = (name: string) =>
      call('GET', events, { query: { fieldSelector: `involvedObject.name=${name},involvedObject.kind=Pod` } }).body
        .items;
    expect([items('web').length, items('api').length]).toEqual([1, 0]);
  });
});

describe('logs', () => {
  const node = {
    metadata: { name: 'node-1' },
    status: { addresses: [{ type: 'InternalIP', address: '10.0.0.1' }] },
  };

  it('come from the kubelet of the node', () => {
    const { call } = bound();
    call('POST', '/api/v1/nodes', { body: node });
    call('PATCH', '/api/v1/nodes/node-1/status', { headers: MERGE, body: { status: node.status } });
    const answer = call('GET', `${PODS}/web/log`, { query: { tailLines: '5' } });
    expect(answer).toMatchObject({ status: 200, headers: { 'content-type': 'text/plain' }, body: 'hello\n' });
  });

  it('cannot come from a kubelet that does not run', () => {
    const { call, simulation, send, run, answerTo } = bound();
    call('POST', '/api/v1/nodes', { body: node });
    call('PATCH', '/api/v1/nodes/node-1/status', { headers: MERGE, body: { status: node.status } });
    simulation.crash('kubelet/node-1');
    expect(call('GET', `${PODS}/web/log`)).toMatchObject({
      status: 500,
      body: {
        message:
          'Get "https://10.0.0.1:10250/containerLogs/default/web/c": dial tcp 10.0.0.1:10250: connect: connection refused',
      },
    });
    simulation.powerOff('b');
    const id = send('GET', `${PODS}/web/log`);
    run(31_000);
    expect(answerTo(id)?.body.message).toContain('dial tcp 10.0.0.1:10250: i/o timeout');
  });

  it.each([
    [{ container: 'x' }, 400, 'container x is not valid for pod web'],
    [{}, 400, 'a container name must be specified for pod web, choose one of: [c d]'],
    [{ container: 'c' }, 404, 'nodes "node-1" not found'],
    [{ container: 'c', follow: 'true' }, 501, 'The option follow of logs is not simulated here: leave it out'],
  ])('%o', (query, status, message) => {
    const containers = ['c', 'd'].map((name) => ({ name, image: 'nginx' }));
    const { call } = bound({ containers });
    expect(call('GET', `${PODS}/web/log`, { query: { ...query } })).toMatchObject({ status, body: { message } });
  });
});
