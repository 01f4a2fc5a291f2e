import { beforeAll, describe, expect, it } from 'vitest';
import type { Deployment } from '../api/kinds/deployment.ts';
import { createCluster } from '../cluster/boot.ts';
import { peekAt } from '../cluster/peek.ts';
import { defaultShape } from '../cluster/shape.ts';
import type { Timeline } from '../kernel/timeline.ts';
import { addKinds } from '../packs/kinds.ts';
import { chainTo } from './causes.ts';
import { describe as describeScene } from './describe.ts';
import { logOf } from './log.ts';
import { project } from './project.ts';
import type { Scene, SceneNode } from './scene.ts';
import type { Step } from './step.ts';
import { fold } from './steps.ts';
import { cellsOf, tablesOf } from './tables.ts';

addKinds();

const web: Deployment = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web', namespace: 'default' },
  spec: {
    replicas: 3,
    selector: { matchLabels: { app: 'web' } },
    template: {
      metadata: { labels: { app: 'web' } },
      spec: { containers: [{ name: 'web', image: 'nginx:1.27', resources: { requests: { cpu: '500m' } } }] },
    },
  },
};

/** Three nodes with one crate each; then one loses its power, and ten minutes pass. */
describe('a node without power', () => {
  let cluster: Timeline;
  let steps: readonly Step[];
  const sceneAt = (ms: number): Scene => {
    cluster.seek(ms);
    return project(
      peekAt(cluster.simulation),
      steps.filter((step) => step.sentAt <= ms),
    );
  };
  beforeAll(() => {
    cluster = createCluster(
      { ...defaultShape(3, 1), etcd: { members: 1 }, objects: [web], bootMs: 90_000 },
      { freeze: true },
    );
    cluster.advance(1000);
    cluster.command({ kind: 'fault', fault: { verb: 'kill', target: 'node/node-2' } });
    cluster.advance(600_000);
    steps = fold(cluster.past);
  });
  const find = (part: string): Step | undefined => steps.find(({ plain }) => plain.includes(part));

  it('is told from the fault to the replacement, with real numbers', () => {
    expect(steps[0]?.plain).toBe('You cut the power of node-2. Nothing is sent.');
    expect(find('has not heard of node/node-2 for')?.plain).toMatch(/for 5\d s, and gives it up as NotReady/);
    expect(find('node.kubernetes.io/unreachable:NoExecute')).toBeDefined();
    const evicted = find('evicts pod/web-');
    expect(evicted?.sentAt).toBeGreaterThan(340_000);
    const created = steps.find(
      ({ verb, object, number }) => verb === 'POST' && object.startsWith('pod/web-') && number > (evicted?.number ?? 0),
    );
    expect(created?.object).toMatch(/^pod\/web-[a-z0-9]+-[a-z0-9]{5}$/);
  });

  it('numbers steps from 1, in order, and each follows from earlier ones', () => {
    expect(steps.map(({ number }) => number)).toEqual(steps.map((_, index) => index + 1));
    for (const { number, because } of steps) for (const reason of because) expect(reason).toBeLessThan(number);
  });

  it('leads back from the replacement to the silence', () => {
    const bound = steps.findLast(({ object }) => object.endsWith('/binding'));
    const chain = chainTo(steps, bound?.number ?? 0).map(({ plain }) => plain);
    expect(chain.some((plain) => plain.includes('to delete pod/web-'))).toBe(true);
    expect(chain.at(-1)).toContain('into spec.nodeName of pod/web-');
  });

  it('tells what was written with the revision it got, and folds routine into counts', () => {
    const writes = steps.filter(({ kind }) => kind === 'store');
    expect(writes.length).toBeGreaterThan(10);
    for (const { plain } of writes) expect(plain).toMatch(/: revision \d+\.$/);
    expect(steps.some(({ plain }) => plain.includes('lease'))).toBe(false);
    expect(logOf(steps).reduce((sum, { routine }) => sum + routine, 0)).toBeGreaterThan(500);
  });

  it('tells news to many as one step and keeps etcd off the air', () => {
    const news = steps.find(({ kind, verb, also }) => kind === 'watch' && verb === 'ADDED' && also.length > 0);
    expect(news?.plain).toContain(' and ');
    expect(steps.filter(({ kind }) => kind === 'store').every(({ radio }) => !radio)).toBe(true);
    expect(steps.filter(({ kind }) => kind === 'watch').every(({ radio }) => radio)).toBe(true);
  });

  const ship = (scene: Scene, name: string): SceneNode => scene.nodes.find((node) => node.name === name) as SceneNode;

  it('is drawn as it is, and labelled as the cluster believes', () => {
    const before = ship(sceneAt(500), 'node-2');
    expect(before).toMatchObject({ fault: '', status: 'Ready', isReady: true, cpuUsedMilli: 500, slots: 8 });
    expect(before.pods[0]).toMatchObject({ status: 'Running', shape: 'running', ready: '1/1', cpuMilli: 500 });
    const dark = ship(sceneAt(20_000), 'node-2');
    expect(dark).toMatchObject({ fault: 'power', status: 'Ready', isReady: true });
    expect(dark.kubelet.isUp).toBe(false);
    const lost = ship(sceneAt(120_000), 'node-2');
    expect(lost).toMatchObject({ status: 'NotReady', isReady: false });
    expect(lost.pods[0]).toMatchObject({ status: 'Running', shape: 'lost' });
    const end = sceneAt(600_000);
    expect(ship(end, 'node-2').pods[0]).toMatchObject({ status: 'Terminating', shape: 'leaving' });
    expect(end.nodes.flatMap((node) => node.pods)).toHaveLength(4);
    expect(new Set(end.nodes.flatMap((node) => node.pods.map((pod) => pod.livery))).size).toBe(1);
  });

  it('is plain JSON', () => {
    const scene = sceneAt(361_000);
    expect(JSON.parse(JSON.stringify(scene))).toEqual(scene);
  });

  it('is described in sentences', () => {
    const lines = describeScene(sceneAt(20_000));
    expect(lines[0]).toBe('At 20.000 s, 3 of 3 nodes are Ready. All parts of the control plane run.');
    expect(lines.some((line) => line.startsWith('node-2, ship 2, Ready, without power'))).toBe(true);
  });

  it('marks the cells that changed since, and names the command that prints the table', () => {
    cluster.seek(500);
    const before = cellsOf(peekAt(cluster.simulation));
    cluster.seek(120_000);
    const [pods, nodes] = tablesOf(peekAt(cluster.simulation), before);
    expect(pods?.command).toBe('kubectl get pods -o wide');
    const row = nodes?.rows.find(({ key }) => key === 'node-2');
    expect(row?.cells[nodes?.columns.indexOf('STATUS') ?? -1]).toEqual({ text: 'NotReady', was: 'Ready' });
    expect(nodes?.rows[0]?.cells.every(({ was }) => was === undefined)).toBe(true);
  });
});
