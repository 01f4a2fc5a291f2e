import { describe, expect, it } from 'vitest';
import type { Node } from '../api/kinds/node.ts';
import type { Pod } from '../api/kinds/pod.ts';
import type { KubeObject, ResourceList } from '../api/meta.ts';
import type { Component } from '../kernel/component.ts';
import { address } from '../kernel/message.ts';
import { Simulation } from '../kernel/simulation.ts';
import { part } from '../kernel/state.ts';
import type { TraceRecord } from '../kernel/trace.ts';
import { createWorld, forkWorld, parseWorld, serializeWorld } from '../kernel/world.ts';
import { API_SERVER, type HttpClientProtocol, type HttpRequest, type HttpServerProtocol } from '../protocol/http.ts';
import { decide, nodesToFind } from './framework.ts';
import { nodeInfoOf } from './nodeinfo.ts';
import type { Plugin } from './plugin.ts';
import { defaultPreemption } from './plugins/defaultpreemption.ts';
import { dynamicResources } from './plugins/dynamicresources.ts';
import { addSchedulerPlugins, plugins } from './plugins/index.ts';
import { nodeResourcesFit } from './plugins/noderesourcesfit.ts';
import { schedulingGates } from './plugins/schedulinggates.ts';
import { backOffMs } from './queue.ts';
import { type scheduler as Scheduler, scheduler } from './scheduler.ts';

addSchedulerPlugins([schedulingGates, nodeResourcesFit as Plugin, dynamicResources, defaultPreemption]);

interface FakeState {
  objects: Map<string, KubeObject>;
  /** Watch id and number of frames, by path. */
  watches: Map<string, { readonly id: string; readonly sent: number }>;
  requests: string[];
  revision: number;
  isBindingBroken: boolean;
}

type FakeProtocol = HttpServerProtocol & { put: KubeObject; remove: KubeObject; breakBinding: boolean };

/** As much of an API server as the scheduler notices: lists, watches, bindings, and an ear for the rest. */
const fake: Component<FakeState, FakeProtocol> = {
  name: 'fake',
  init: () =>
    part<FakeState>({ objects: new Map(), watches: new Map(), requests: [], revision: 1, isBindingBroken: false }),
  receive(state, message, io) {
    if (message.kind === 'put') push(message.body, 'put');
    if (message.kind === 'remove') push(message.body, 'remove');
    if (message.kind === 'breakBinding') state.isBindingBroken = message.body;
    if (message.kind !== 'request') return;
    const request = message.body;
    if (request.path.includes('/kube-system/leases')) {
      const lease = { metadata: { resourceVersion: '1' }, spec: {} };
      io.reply(message, 'response', { status: 200, body: lease });
    } else if (request.method !== 'GET') {
      state.requests.push(describeRequest(request));
      const isRefused = state.isBindingBroken && request.path.endsWith('/binding');
      if (request.path.endsWith('/binding') && !isRefused) bind(request);
      io.reply(message, 'response', isRefused ? { status: 500, body: { message: 'etcd is tired' } } : { status: 201 });
    } else if (request.query?.watch) {
      state.watches.set(request.path, { id: message.id, sent: 0 });
      io.reply(message, 'response', { status: 200, streaming: true });
    } else {
      const items = [...state.objects.values()].filter(({ kind }) => pathOf(kind) === request.path);
      io.reply(message, 'response', { status: 200, body: { metadata: { resourceVersion: '1' }, items } });
    }

    function push(object: KubeObject, verb: 'put' | 'remove'): void {
      const key = `${object.kind} ${object.metadata.name}`;
      const type = verb === 'remove' ? 'DELETED' : state.objects.has(key) ? 'MODIFIED' : 'ADDED';
      const next = { ...object, metadata: { ...object.metadata, resourceVersion: String(++state.revision) } };
      if (verb === 'put') state.objects.set(key, next);
      else state.objects.delete(key);
      const path = pathOf(object.kind);
      const watch = state.watches.get(path);
      if (watch === undefined) return;
      state.watches.set(path, { id: watch.id, sent: watch.sent + 1 });
      io.send(address<HttpClientProtocol>('kube-scheduler'), 'event', {
        watch: watch.id,
        sequence: watch.sent + 1,
        type,
        object: next,
      });
    }

    function bind(request: HttpRequest): void {
      const { metadata, target } = request.body as { metadata: { name: string }; target: { name: string } };
      const pod = state.objects.get(`Pod ${metadata.name}`) as Pod;
      push({ ...pod, spec: { ...pod.spec, nodeName: target.name } }, 'put');
    }
  },
  inspect: ({ requests }) => requests.slice(),
};

function pathOf(kind: string): string {
  const plural = `${kind.toLowerCase()}s`;
  return kind === 'ReplicaSet' ? `/apis/apps/v1/${plural}` : `/api/v1/${plural}`;
}

function describeRequest({ method, path, body }: HttpRequest): string {
  const { reason, message, target, status } = body as Record<string, { name: string; conditions: object[] }>;
  const detail = target?.name ?? (reason ? `${reason}: ${message}` : JSON.stringify(status?.conditions));
  return `${method} ${path.replace('/api/v1/namespaces/default/', '').replace(/events\/?.*/, 'events')} ${detail}`;
}

function pod(name: string, requests?: ResourceList, spec: Partial<Pod['spec']> = {}): Pod {
  const metadata = { name, namespace: 'default', uid: `uid-${name}`, generation: 1 };
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata,
    spec: { containers: [{ name: 'c', resources: { requests } }], ...spec },
  };
}

function node(name: string, spec: Node['spec'] = {}, cpu = '2'): Node {
  const status = { allocatable: { cpu, memory: '4Gi', pods: '110' } };
  return { apiVersion: 'v1', kind: 'Node', metadata: { name }, spec, status };
}

class Bench {
  readonly trace: TraceRecord[] = [];
  readonly world = createWorld(1);
  readonly simulation = new Simulation(
    this.world,
    { fake, 'kube-scheduler': scheduler },
    { freeze: true, record: (record) => this.trace.push(record) },
  );

  constructor(...objects: readonly KubeObject[]) {
    this.simulation.spawn({ name: API_SERVER, machine: 'm', component: 'fake', config: null });
    this.simulation.runUntil(1);
    for (const object of objects) this.put(object);
    this.simulation.runUntil(5);
    this.simulation.spawn({ name: address('kube-scheduler'), machine: 'm', component: 'kube-scheduler', config: {} });
    this.simulation.runUntil(100);
  }

  put(object: KubeObject): void {
    this.simulation.inject(address<FakeProtocol>(API_SERVER), 'put', object, []);
  }

  say(kind: 'remove' | 'breakBinding', body: never): void {
    this.simulation.inject(address<FakeProtocol>(API_SERVER), kind, body, []);
  }

  run(ms: number): readonly string[] {
    this.simulation.runUntil(this.world.now + ms);
    return this.simulation.inspect(API_SERVER) as readonly string[];
  }

  get inside(): ReturnType<typeof Scheduler.inspect> & Record<string, unknown> {
    return this.simulation.inspect(address('kube-scheduler')) as never;
  }

  get notes(): readonly string[] {
    return this.trace.flatMap((record) => (record.type === 'noted' ? [record.note.what] : []));
  }
}

const TAINT = [{ key: 'gpu', effect: 'NoSchedule' }] as const;
const C5 =
  '0/3 nodes are available: 1 node(s) had untolerated taint(s), 2 Insufficient cpu. no new claims to deallocate, ' +
  'preemption: 0/3 nodes are available: 1 Preemption is not helpful for scheduling, ' +
  '2 No preemption victims found for incoming pod.';

describe('the decision', () => {
  const busy = (name: string) => nodeInfoOf(node(name), [pod(`${name}-busy`, { cpu: '1500m' })]);
  const view = { services: new Map(), replicaSets: new Map(), cached: () => new Map() };

  it('says why nothing fits, word for word', () => {
    const nodes = [nodeInfoOf(node('a', { taints: TAINT }), []), busy('b'), busy('c')];
    const decision = decide(pod('big', { cpu: '1' }), { ...view, nodes }, plugins, 0);
    expect(decision).toMatchObject({ type: 'rejected', message: C5, plugins: ['TaintToleration', 'NodeResourcesFit'] });
    const none = decide(pod('big'), { ...view, nodes: [] }, plugins, 0);
    expect(none).toMatchObject({ message: 'no nodes available to schedule pods', plugins: [] });
  });

  it('takes the emptier node, and of equal ones the first after the start', () => {
    const nodes = [busy('a'), nodeInfoOf(node('b'), []), nodeInfoOf(node('c'), [])];
    const small = pod('small', { cpu: '100m' });
    expect(decide(small, { ...view, nodes }, plugins, 0)).toMatchObject({ node: 'b', feasible: 3, tied: 2 });
    expect(decide(small, { ...view, nodes }, plugins, 2)).toMatchObject({ node: 'c', tied: 2 });
  });

  it.each([
    [3, 3],
    [99, 99],
    [100, 100],
    [250, 120],
    [500, 230],
    [1000, 420],
    [2000, 680],
    [5000, 500],
    [6000, 300],
    [15000, 750],
  ])('of %d nodes looks for %d', (nodes, wanted) => expect(nodesToFind(nodes)).toBe(wanted));

  it('backs off 1, 2, 4, 8, 10, 10 seconds', () => {
    expect([1, 2, 3, 4, 5, 60].map(backOffMs)).toEqual([1000, 2000, 4000, 8000, 10_000, 10_000]);
  });
});

describe('the component', () => {
  it('binds a pod, says so, and counts it at once for the next', () => {
    const bench = new Bench(node('node-1'), node('node-2'));
    bench.put(pod('one', { cpu: '1' }));
    bench.put(pod('two', { cpu: '1' }));
    expect(bench.run(100)).toEqual([
      'POST pods/one/binding node-1',
      'POST events Scheduled: Successfully assigned default/one to node-1',
      'POST pods/two/binding node-2',
      'POST events Scheduled: Successfully assigned default/two to node-2',
    ]);
    expect(bench.notes.filter((what, index, all) => all.indexOf(what) === index)).toEqual([
      'scheduler/queued',
      'scheduler/popped',
      'scheduler/filtered',
      'scheduler/scored',
      'scheduler/assumed',
      'scheduler/bound',
    ]);
    expect(bench.inside).toMatchObject({ activeQ: [], binding: [], current: null, unschedulable: [] });
  });

  it('reports an unschedulable pod, and tries again when a change helps', () => {
    const bench = new Bench(node('node-1', { taints: TAINT }));
    bench.put(pod('web'));
    const message =
      '0/1 nodes are available: 1 node(s) had untolerated taint(s). no new claims to deallocate, ' +
      'preemption: 0/1 nodes are available: 1 Preemption is not helpful for scheduling.';
    const requests = bench.run(100);
    expect(requests[0]).toBe(`POST events FailedScheduling: ${message}`);
    expect(requests[1]).toContain('PATCH pods/web/status [{"type":"PodScheduled","status":"False"');
    expect(requests[1]).toContain('"reason":"Unschedulable"');
    expect(bench.inside).toMatchObject({ unschedulable: [{ pod: 'default/web', attempts: 1 }] });
    bench.put({ ...node('node-1', { taints: TAINT }), metadata: { name: 'node-1', annotations: { a: 'b' } } });
    expect(bench.run(2000)).toHaveLength(2);
    bench.put(node('node-1'));
    expect(bench.run(100)[2]).toBe('POST pods/web/binding node-1');
  });

  it('tries after five minutes even if nothing seems to have helped, on a tick of 30 s', () => {
    const bench = new Bench(node('node-1', { taints: TAINT }));
    bench.put(pod('web'));
    bench.run(299_000);
    const popped = () => bench.notes.filter((what) => what === 'scheduler/popped').length;
    expect(popped()).toBe(1);
    bench.run(32_000);
    expect(popped()).toBe(2);
  });

  it('takes a pod back when the binding fails, and waits out the back-off', () => {
    const bench = new Bench(node('node-1'));
    bench.say('breakBinding', true as never);
    bench.put(pod('web', { cpu: '2' }));
    const requests = bench.run(500);
    expect(requests[1]).toBe('POST events FailedScheduling: running Bind plugin "DefaultBinder": etcd is tired');
    expect(bench.inside).toMatchObject({ backoffQ: [{ pod: 'default/web' }], binding: [] });
    bench.say('breakBinding', false as never);
    expect(bench.run(2500)).toContain('POST events Scheduled: Successfully assigned default/web to node-1');
  });

  it('frees the room of a deleted pod, and forgets a deleted waiting one', () => {
    const bench = new Bench(node('node-1'));
    bench.put(pod('first', { cpu: '2' }, { nodeName: 'node-1' }));
    bench.put(pod('second', { cpu: '2' }));
    bench.put(pod('third', { cpu: '2' }));
    bench.run(100);
    expect(bench.inside).toMatchObject({ unschedulable: [{ pod: 'default/second' }, { pod: 'default/third' }] });
    bench.say('remove', pod('second') as never);
    bench.say('remove', pod('first', {}, { nodeName: 'node-1' }) as never);
    expect(bench.run(100)).toContain('POST pods/third/binding node-1');
  });

  it('leaves pods of other schedulers, gated pods and bound pods alone', () => {
    const bench = new Bench(node('node-1'));
    bench.put(pod('other', {}, { schedulerName: 'mine' }));
    bench.put(pod('bound', {}, { nodeName: 'node-9' }));
    bench.put(pod('gated', {}, { schedulingGates: [{ name: 'wait' }] }));
    expect(bench.run(100)).toEqual([]);
    bench.put(pod('gated'));
    expect(bench.run(100)[0]).toBe('POST pods/gated/binding node-1');
  });

  it('serves the higher priority first', () => {
    const bench = new Bench();
    for (const [name, priority] of [
      ['low', 0],
      ['high', 10],
    ] as const)
      bench.put(pod(name, {}, { priority }));
    bench.put(pod('first', {}, {}));
    bench.run(3);
    bench.put(node('node-1'));
    const bound = bench.run(5000).filter((text) => text.startsWith('POST pods'));
    expect(bound[0]).toContain('high');
  });

  it('goes on alike from a fork and from JSON text', () => {
    const bench = new Bench(node('node-1'), node('node-2'));
    bench.put(pod('one', { cpu: '1' }));
    bench.put(pod('two', { cpu: '1' }));
    bench.simulation.runUntil(bench.world.now + 4);
    const registry = { fake, 'kube-scheduler': scheduler };
    const twins = [forkWorld(bench.world), parseWorld(serializeWorld(bench.world))].map(
      (world) => new Simulation(world, registry, { freeze: true }),
    );
    bench.run(500);
    for (const twin of twins) {
      twin.runUntil(bench.world.now);
      expect(serializeWorld(twin.world)).toBe(serializeWorld(bench.world));
    }
  });
});
