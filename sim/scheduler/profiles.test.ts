import { describe, expect, it } from 'vitest';
import type { Node } from '../api/kinds/node.ts';
import type { Pod } from '../api/kinds/pod.ts';
import type { JsonObject, ResourceList } from '../api/meta.ts';
import { addKinds } from '../packs/kinds.ts';
import { decide, nodesToFind } from './framework.ts';
import { nodeInfoOf } from './nodeinfo.ts';
import type { ClusterView } from './plugin.ts';
import { nodeResourcesFit } from './plugins/noderesourcesfit.ts';
import { frameworkFor, type SchedulerConfiguration, type SchedulerProfile } from './profiles.ts';
import { scoreNodes } from './scoring.ts';
import type { ScoringStrategy } from './strategies.ts';

addKinds();

let count = 0;

function pod(requests: ResourceList, schedulerName?: string): Pod {
  const metadata = { name: `p${++count}`, namespace: 'default', uid: `u${count}` };
  const containers = [{ name: 'c', resources: { requests } }];
  return { apiVersion: 'v1', kind: 'Pod', metadata, spec: { containers, ...(schedulerName && { schedulerName }) } };
}

function view(...used: readonly (readonly Pod[])[]): ClusterView {
  const nodes = used.map((pods, index) => {
    const status = { allocatable: { cpu: '4', memory: '8Gi', pods: '110', 'a.io/gpu': '4' } };
    const node: Node = { apiVersion: 'v1', kind: 'Node', metadata: { name: `n${index}` }, spec: {}, status };
    return nodeInfoOf(node, pods);
  });
  return { nodes, services: new Map(), replicaSets: new Map(), cached: () => new Map() };
}

describe('strategies of NodeResourcesFit', () => {
  const small = { cpu: '500m', memory: '512Mi' };
  const score = (scoringStrategy: ScoringStrategy, used: readonly Pod[], asked: ResourceList) => {
    const plugin =
      nodeResourcesFit.configure?.({ scoringStrategy: scoringStrategy as unknown as JsonObject }) ?? nodeResourcesFit;
    const cluster = view(used, used);
    return scoreNodes(pod(asked), cluster, [plugin], cluster.nodes)[0]?.raw[0];
  };
  const ratio = (...points: readonly (readonly [number, number])[]): ScoringStrategy => {
    const shape = points.map(([utilization, mark]) => ({ utilization, score: mark }));
    return { type: 'RequestedToCapacityRatio', requestedToCapacityRatio: { shape } };
  };
  const most: ScoringStrategy = { type: 'MostAllocated' };
  it.each<[string, ScoringStrategy, readonly Pod[], ResourceList, number]>([
    ['the most used: empty', most, [], small, 9],
    ['the most used: 2000m/2Gi', most, [pod({ cpu: '2', memory: '2Gi' })], small, 46],
    ['the most used: 1000m/6Gi', most, [pod({ cpu: '1', memory: '6Gi' })], small, 59],
    ['the most used: full', most, [pod({ cpu: '2', memory: '4Gi' })], { cpu: '2', memory: '4Gi' }, 100],
    ['the least used, by CPU alone', { resources: [{ name: 'cpu' }] }, [], small, 87],
    ['CPU counts three times', { resources: [{ name: 'cpu', weight: 3 }, { name: 'memory' }] }, [], small, 88],
    ['a resource that is not asked for', { resources: [{ name: 'cpu' }, { name: 'a.io/gpu' }] }, [], small, 87],
    ['one that is', { resources: [{ name: 'a.io/gpu' }] }, [], { 'a.io/gpu': '1' }, 75],
    ['a rising line', ratio([0, 0], [100, 10]), [], { cpu: '2', memory: '4Gi' }, 50],
    ['a falling line', ratio([0, 10], [100, 0]), [], { cpu: '1', memory: '4Gi' }, 63],
    ['before the first point', ratio([50, 2], [100, 10]), [], { cpu: '1', memory: '2Gi' }, 20],
    ['after the last point', ratio([0, 0], [50, 3]), [], { cpu: '3', memory: '6Gi' }, 30],
    ['what scores nothing does not count', ratio([0, 0], [50, 0], [100, 10]), [], { cpu: '3', memory: '1Gi' }, 50],
  ])('%s', (_case, strategy, used, asked, expected) => expect(score(strategy, used, asked)).toBe(expected));
});

describe('profiles', () => {
  const of = (profile: SchedulerProfile) => {
    const framework = frameworkFor(pod({}), { profiles: [profile] });
    return framework?.plugins.flatMap(({ name, weight, score }) => (score === undefined ? [] : [`${name} ${weight}`]));
  };
  const usual = of({});

  it('are the default one when none is configured, and only for its name', () => {
    const names = (schedulerName: string | undefined, configuration: SchedulerConfiguration | null) =>
      frameworkFor(pod({}, schedulerName), configuration)?.plugins.length ?? 0;
    expect(names(undefined, null)).toBeGreaterThan(10);
    expect(names('mine', null)).toBe(0);
    expect(names('mine', { profiles: [{ schedulerName: 'mine' }] })).toBe(names(undefined, null));
    expect(names(undefined, { profiles: [{ schedulerName: 'mine' }] })).toBe(0);
    expect(usual).toContain('TaintToleration 3');
  });

  it('take plugins away, keep some, and weigh them otherwise', () => {
    expect(
      of({ plugins: { score: { disabled: [{ name: '*' }], enabled: [{ name: 'ImageLocality', weight: 7 }] } } }),
    ).toEqual(['ImageLocality 7']);
    const without = of({ plugins: { multiPoint: { disabled: [{ name: 'ImageLocality' }] } } });
    expect(without).toEqual(usual?.filter((text) => text !== 'ImageLocality 1'));
    const twice = { disabled: [{ name: 'NodeAffinity' }], enabled: [{ name: 'NodeAffinity', weight: 9 }] };
    expect(of({ plugins: { multiPoint: twice } })).toContain('NodeAffinity 9');
    const filters = frameworkFor(pod({}), { profiles: [{ plugins: { score: { disabled: [{ name: '*' }] } } }] });
    expect(filters?.plugins.filter(({ filter }) => filter !== undefined).length).toBeGreaterThan(5);
  });

  it('decide otherwise: one packs where the other spreads', () => {
    const cluster = view([pod({ cpu: '2', memory: '4Gi' })], []);
    const args = { scoringStrategy: { type: 'MostAllocated' } };
    const packing: SchedulerConfiguration = {
      profiles: [
        {},
        {
          schedulerName: 'packer',
          plugins: { score: { disabled: [{ name: 'NodeResourcesBalancedAllocation' }] } },
          pluginConfig: [{ name: 'NodeResourcesFit', args }],
        },
      ],
    };
    const place = (schedulerName?: string) => {
      const subject = pod({ cpu: '500m', memory: '1Gi' }, schedulerName);
      return decide(subject, cluster, frameworkFor(subject, packing)?.plugins ?? [], 0);
    };
    expect(place()).toMatchObject({ node: 'n1' });
    expect(place('packer')).toMatchObject({ node: 'n0' });
  });

  it.each([
    [99, 10, 99],
    [1000, 5, 100],
    [1000, 30, 300],
    [5000, 100, 5000],
  ])('of %d nodes %d percent are %d', (nodes, percentage, wanted) =>
    expect(nodesToFind(nodes, percentage)).toBe(wanted),
  );
});
