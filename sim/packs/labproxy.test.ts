import { describe, expect, it } from 'vitest';
import type { EndpointSlice } from '../api/kinds/endpointslice.ts';
import type { KubeObject } from '../api/meta.ts';
import { deployment } from '../cluster/commands.ts';
import { peekAt } from '../cluster/peek.ts';
import { createCluster, nodeShape, shapeOf, type Timeline } from '../index.ts';
import type { Value } from '../kernel/value.ts';
import type { NetworkState } from '../net/state.ts';
import type { ChooseInput, ChosenEndpoints, LabCall } from '../protocol/lab.ts';
import { createLanes, lay } from '../view/lanes.ts';
import { project } from '../view/project.ts';
import { lookInside } from './inside/inside.ts';
import { addKinds } from './kinds.ts';
import { addLab } from './lab.ts';

addKinds();
addLab();

/** Two endpoints, ready both: one answers, one listens on another port. A client on node-a asks twice a second. */
const shape = shapeOf({
  etcd: { members: 1 },
  lab: 'kube-proxy',
  nodes: [nodeShape('node-a'), nodeShape('node-b')],
  images: ['harbour/web:1', 'harbour/client:1'],
  objects: [
    podOf('good', 'harbour/web:1', 'node-a', {}),
    podOf('deaf', 'harbour/web:1', 'node-b', { PORT: '9090' }),
    podOf('client', 'harbour/client:1', 'node-a', { INTERVAL_MS: '500' }),
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'web', namespace: 'default' },
      spec: { selector: { app: 'web' }, ports: [{ port: 80, targetPort: 8080 }] },
    } as never,
  ],
});
/** Another Service of the same pods, which nobody calls. */
const twin = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'twin', namespace: 'default' },
  spec: { selector: { app: 'web' }, ports: [{ port: 80, targetPort: 8080 }] },
} as never;

function podOf(name: string, image: string, nodeName: string, env: Readonly<Record<string, string>>) {
  const list = Object.entries(env).map(([key, value]) => ({ name: key, value }));
  const labels = image.includes('web') ? { app: 'web' } : {};
  const spec = { nodeName, containers: [{ name: 'c', image, env: list }] };
  return { apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace: 'default', labels }, spec } as never;
}

type Program = (input: ChooseInput, call: LabCall) => { chosen: ChosenEndpoints[]; againAfterMs: number | null };

/** A cluster whose kube-proxies run a program; when it gives nothing, it crashes. */
function clusterWith(
  program: (...values: Parameters<Program>) => ReturnType<Program> | undefined,
  more: readonly never[] = [],
): Timeline {
  const answer = ({ asks }: { readonly asks: unknown }): Value => {
    const call = asks as LabCall;
    const output = program(call.input as ChooseInput, call);
    if (output !== undefined) return { ok: true, output, state: null, logs: [] } as unknown as Value;
    return { ok: false, failure: { kind: 'thrown', message: 'Error: no', line: 3, stack: [] }, logs: [] };
  };
  const timeline = createCluster({ ...shape, objects: [...shape.objects, ...more] }, { answer });
  timeline.command(deployment('kube-proxy', '0123456789abcdef'));
  return timeline;
}

const addressesOf = ({ slices }: ChooseInput['services'][number]) =>
  (slices as readonly EndpointSlice[])
    .flatMap(({ endpoints }) => (endpoints ?? []).map(({ addresses }) => addresses[0] ?? ''))
    .sort();

const all: Program = ({ services }) => ({
  chosen: services.map((one) => ({ cluster: addressesOf(one), local: [] })),
  againAfterMs: null,
});

function rulesOn(timeline: Timeline, node: string): readonly string[] {
  const { rules } = timeline.world.states.get(`network/${node}`) as unknown as NetworkState;
  const own = rules.filter(({ service }) => service !== 'default/kubernetes:https');
  return own.flatMap(({ service, endpoints }) => endpoints.map(({ ip, port }) => `${service} ${ip}:${port}`));
}

describe('a kube-proxy that asks the reader’s program', () => {
  it('writes the rules that the program chooses, on each node; without a program it writes none', () => {
    const timeline = createCluster(shape);
    timeline.advance(2000);
    expect(rulesOn(timeline, 'node-a')).toEqual([]);
    const chosen = clusterWith((input) => ({
      chosen: input.services.map((service) => ({ cluster: addressesOf(service as never).slice(0, 1), local: [] })),
      againAfterMs: null,
    }));
    chosen.advance(2000);
    for (const node of ['node-a', 'node-b']) expect(rulesOn(chosen, node)).toEqual(['default/web 10.244.1.2:8080']);
  });

  it('is drawn on its node by its own name, and told of when the node is opened', () => {
    const timeline = clusterWith(all);
    timeline.advance(2000);
    const [node] = project(peekAt(timeline.simulation), [], {}).nodes;
    expect(node?.proxy).toMatchObject({ title: 'my-kube-proxy', isUp: true, line: '2 rules' });
    expect(node?.proxy.port).toBe('your traffic controller of ship A');
    const opened = lookInside(timeline, 'my-kube-proxy/node-a');
    if (typeof opened === 'string') throw new Error(opened);
    expect(opened.title).toBe('Inside node-a');
    const calls = opened.sections.find(({ title }) => title === 'The last calls');
    expect(calls?.type === 'table' && calls.rows[0]?.[1]?.text).toBe('1 of kubernetes, 2 of web');
  });

  it('waits for power where a node has none when it is deployed, and can be looked at all the while', () => {
    const timeline = clusterWith(all);
    timeline.advance(2000);
    timeline.simulation.powerOff('node-b');
    timeline.command(deployment('kube-proxy', 'fedcba9876543210'));
    timeline.advance(4000);
    const drawn = () => project(peekAt(timeline.simulation), [], {}).nodes[1]?.proxy;
    expect(drawn()).toMatchObject({ title: 'my-kube-proxy', isUp: false });
    expect(lookInside(timeline, 'node/node-b')).toMatchObject({ title: 'Inside node-b' });
    timeline.simulation.powerOn('node-b');
    timeline.advance(20_000);
    expect(drawn()).toMatchObject({ title: 'my-kube-proxy', isUp: true, line: '2 rules' });
  });

  it('is deployed by a person, whose lane of the Timeline the answers of the program leave alone', () => {
    const timeline = clusterWith(all);
    timeline.advance(3000);
    const lanes = createLanes();
    for (const record of timeline.past) lay(lanes, record);
    expect(lanes.slices.filter(({ lane }) => lane === 'kubectl')).toEqual([]);
    expect(lanes.marks.filter(({ lane }) => lane === 'kubectl').map(({ shape }) => shape)).toEqual(['decision']);
  });

  it('tells how connections of this node ended since the last call, and calls because of failures', () => {
    const told: string[] = [];
    const timeline = clusterWith((input, { now }) => {
      for (const { connections } of input.services) {
        for (const { address, answered, failed } of connections) {
          told.push(`${input.node} ${address} ${failed > 0 ? 'failed' : ''}${answered > 0 ? 'answered' : ''}`);
        }
      }
      expect(now).toBe(Math.floor(now));
      return all(input, {} as LabCall);
    });
    timeline.advance(20_000);
    expect([...new Set(told)].sort()).toEqual(['node-a 10.244.1.2 answered', 'node-a 10.244.2.2 failed']);
    const counted = timeline.past.filter(
      (record) => record.type === 'noted' && record.note.what === 'netfilter/translated',
    ).length;
    expect(told.length).toBeLessThan(counted);
  });

  it('tells of a connection with the Service that it was made to, and with no other of the same pods', () => {
    const told = new Set<string>();
    const timeline = clusterWith(
      (input) => {
        for (const { service, connections } of input.services) {
          if (connections.length > 0) told.add((service as KubeObject).metadata.name);
        }
        return all(input, {} as LabCall);
      },
      [twin],
    );
    timeline.advance(20_000);
    expect([...told]).toEqual(['web']);
  });

  it('counts a connection that nobody answers once, a second later', () => {
    let failed = 0;
    const timeline = clusterWith((input) => {
      for (const { connections } of input.services) for (const one of connections) failed += one.failed;
      return all(input, {} as LabCall);
    });
    timeline.advance(3000);
    const before = failed;
    timeline.simulation.powerOff('node-b');
    timeline.advance(13_000);
    const sent = timeline.past.filter(
      (record) =>
        record.type === 'noted' &&
        record.note.what === 'netfilter/translated' &&
        String(record.note['to']).startsWith('10.244.2.2') &&
        record.at > 3000 &&
        record.at < 11_000,
    ).length;
    expect(failed - before).toBeGreaterThanOrEqual(sent);
    expect(failed - before).toBeLessThanOrEqual(sent + 4);
  });

  it('calls again when the program asks for it, and only then', () => {
    const calls: string[] = [];
    const timeline = clusterWith((input, { now }) => {
      calls.push(`${input.node} ${now}`);
      const { chosen } = all(input, {} as LabCall);
      const only = chosen.map(({ cluster }) => ({ cluster: cluster.slice(0, 1), local: [] }));
      return { chosen: only, againAfterMs: calls.length < 3 ? 5000 : null };
    });
    timeline.advance(30_000);
    expect(calls).toHaveLength(4);
    const [first, second] = ['node-a', 'node-b'].map((node) =>
      calls.filter((call) => call.startsWith(node)).map((call) => Number(call.split(' ')[1])),
    );
    for (const [before = 0, after = 0] of [first ?? [], second ?? []]) expect(after - before).toBe(5000);
  });

  it('leaves the old rules in the kernel when the program crashes, and tells of it', () => {
    let isWell = true;
    const timeline = clusterWith((input) => (isWell ? all(input, {} as LabCall) : undefined));
    timeline.advance(3000);
    const before = rulesOn(timeline, 'node-a');
    expect(before).toHaveLength(2);
    isWell = false;
    timeline.advance(30_000);
    expect(rulesOn(timeline, 'node-a')).toEqual(before);
    const crash = timeline.past.find((record) => record.type === 'noted' && record.note.what === 'lab/crashed');
    expect(crash).toMatchObject({ by: 'my-kube-proxy/node-a', note: { line: 3, message: 'Error: no' } });
  });
});
