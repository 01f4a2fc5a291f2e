import { describe, expect, it } from 'vitest';
import type { Node } from '../../api/kinds/node.ts';
import type { Pod, PodSpec } from '../../api/kinds/pod.ts';
import type { Labels } from '../../api/meta.ts';
import { addKinds } from '../../packs/kinds.ts';
import { decide } from '../framework.ts';
import { type NodeInfo, nodeInfoOf } from '../nodeinfo.ts';
import type { ClusterView } from '../plugin.ts';
import { plugins } from '../plugins/index.ts';
import { scoreNodes } from '../scoring.ts';
import { applied, type Change, wordsOf } from './changes.ts';
import { remediesFor, supposing, tippingWeights } from './counterfactual.ts';

addKinds();

function pod(name: string, cpu: string, spec: Partial<PodSpec> = {}): Pod {
  const containers = [{ name: 'c', resources: { requests: { cpu } } }];
  const metadata = { name, namespace: 'default', uid: `uid-${name}`, labels: { app: name } };
  return { apiVersion: 'v1', kind: 'Pod', metadata, spec: { containers, priority: 0, ...spec } };
}

function node(name: string, pods: readonly Pod[] = [], spec: Node['spec'] = {}, labels: Labels = {}): NodeInfo {
  const status = { allocatable: { cpu: '4', memory: '8Gi', pods: '110' } };
  const metadata = { name, labels: { 'kubernetes.io/hostname': name, ...labels } };
  return nodeInfoOf({ apiVersion: 'v1', kind: 'Node', metadata, spec, status }, pods);
}

function view(...nodes: readonly NodeInfo[]): ClusterView {
  return { nodes, services: new Map(), replicaSets: new Map(), cached: () => new Map() };
}

function remedies(subject: Pod, cluster: ClusterView): readonly string[] {
  return remediesFor({ pod: subject, view: cluster }, plugins).map(
    ({ node: name, changes }) => `${name}: ${changes.map(wordsOf).join(' and ')}`,
  );
}

const TAINT = { key: 'dedicated', value: 'gpu', effect: 'NoSchedule' } as const;

describe('the smallest changes that would let a pod fit', () => {
  const anti = (app: string): Partial<PodSpec> => ({
    affinity: {
      podAntiAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: [
          { topologyKey: 'kubernetes.io/hostname', labelSelector: { matchLabels: { app } } },
        ],
      },
    },
  });
  it.each<[string, Pod, ClusterView, readonly string[]]>([
    ['none is needed', pod('p', '1'), view(node('a')), []],
    [
      'less CPU, or a pod less',
      pod('p', '2'),
      view(node('a', [pod('x', '3')])),
      ['a: ask for 1000m cpu instead of 2000m', 'a: remove pod default/x from a'],
    ],
    [
      'not a pod that gives too little',
      pod('p', '3'),
      view(node('a', [pod('x', '2'), pod('y', '500m')])),
      ['a: ask for 1500m cpu instead of 3000m', 'a: remove pod default/x from a'],
    ],
    [
      'a taint',
      pod('p', '1'),
      view(node('a', [], { taints: [TAINT] })),
      ['a: tolerate dedicated=gpu:NoSchedule', 'a: take dedicated=gpu:NoSchedule off a'],
    ],
    ['a cordon', pod('p', '1'), view(node('a', [], { unschedulable: true })), ['a: uncordon a']],
    [
      'a label',
      pod('p', '1', { nodeSelector: { disk: 'ssd' } }),
      view(node('a')),
      ['a: give a the label disk=ssd', 'a: leave out nodeSelector'],
    ],
    [
      'anti-affinity',
      pod('p', '1', anti('x')),
      view(node('a', [pod('x', '1')])),
      ['a: leave out podAntiAffinity', 'a: remove pod default/x from a'],
    ],
    [
      'two at once where one is not enough',
      pod('p', '1'),
      view(node('a', [], { taints: [TAINT], unschedulable: true })),
      ['a: tolerate dedicated=gpu:NoSchedule and uncordon a', 'a: take dedicated=gpu:NoSchedule off a and uncordon a'],
    ],
    [
      'the node that needs the least',
      pod('p', '1'),
      view(node('a', [], { taints: [TAINT], unschedulable: true }), node('b', [], { unschedulable: true })),
      ['b: uncordon b'],
    ],
    [
      'never a more important pod',
      pod('p', '2'),
      view(node('a', [pod('x', '3', { priority: 5 })])),
      ['a: ask for 1000m cpu instead of 2000m'],
    ],
  ])('%s', (_case, subject, cluster, expected) => {
    expect(remedies(subject, cluster)).toEqual(expected);
  });

  it('really let it fit, and no smaller set does', () => {
    const subject = pod('p', '2', { nodeSelector: { disk: 'ssd' } });
    const cluster = view(node('a', [pod('x', '3')], { taints: [TAINT] }));
    const found = remediesFor({ pod: subject, view: cluster }, plugins);
    expect(found.map(({ changes }) => changes.length)).toEqual(found.map(() => 3));
    for (const { changes } of found) {
      const fits = (list: readonly Change[]) => {
        const other = list.reduce(applied, { pod: subject, view: cluster });
        return decide(other.pod, other.view, plugins, 0).type;
      };
      expect(fits(changes)).toBe('chosen');
      for (const one of changes) expect(fits(changes.filter((change) => change !== one))).toBe('rejected');
    }
  });
});

describe('what would have won', () => {
  const small = pod('small', '500m');
  const cluster = view(node('a', [pod('x', '2')], {}, { disk: 'ssd' }), node('b'));
  const wins = (changes: readonly Change[], weights = {}, subject = small) => {
    const decision = supposing({ pod: subject, view: cluster }, plugins, 0, changes, weights);
    return decision.type === 'chosen' ? decision.node : decision.message.slice(0, 30);
  };
  const prefer = pod('wish', '500m', {
    affinity: {
      nodeAffinity: {
        preferredDuringSchedulingIgnoredDuringExecution: [
          { weight: 1, preference: { matchExpressions: [{ key: 'disk', operator: 'Exists' }] } },
        ],
      },
    },
  });

  it('had a taint, a label, a request or a weight been different', () => {
    expect(wins([])).toBe('b');
    expect(wins([{ type: 'taint', node: 'b', taint: TAINT }])).toBe('a');
    expect(wins([{ type: 'request', resource: 'cpu', from: 500, to: 5000 }])).toBe('0/2 nodes are available: 2 Ins');
    expect(wins([], {}, prefer)).toBe('a');
    expect(wins([{ type: 'label', node: 'b', key: 'disk', value: 'hdd' }], {}, prefer)).toBe('b');
    expect(wins([], { NodeAffinity: 0 }, prefer)).toBe('b');
  });

  it('names the nearest weights at which another node wins', () => {
    const scores = scoreNodes(prefer, cluster, plugins, cluster.nodes);
    const scorers = scores.map(({ plugin }) => ({ plugin: plugin.name, weight: plugin.weight }));
    const rows = cluster.nodes.map((info, index) => ({
      node: info.node.metadata.name,
      scores: scores.map(({ normalized }) => normalized[index] ?? 0),
    }));
    const found = tippingWeights(rows, scorers, 'a');
    expect(found.map(({ plugin, node: name }) => `${plugin} ${name}`)).toEqual([
      'NodeAffinity b',
      'NodeResourcesFit b',
    ]);
    for (const { plugin, weight, from, node: name } of found) {
      expect(wins([], { [plugin]: weight }, prefer)).toBe(name);
      expect(wins([], { [plugin]: weight + (weight > from ? -1 : 1) }, prefer)).toBe('a');
    }
  });
});
