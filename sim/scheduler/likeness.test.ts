import { describe, expect, it } from 'vitest';
import type { Node } from '../api/kinds/node.ts';
import type { Pod } from '../api/kinds/pod.ts';
import { addKinds } from '../packs/kinds.ts';
import { decide } from './framework.ts';
import { addPod, type NodeInfo, nodeInfoOf, removePod } from './nodeinfo.ts';
import type { ClusterView, Plugin } from './plugin.ts';
import { plugins } from './plugins/index.ts';

addKinds();

/** Whole numbers below a bound, the same in every run. */
function drawing(seed: number): (bound: number) => number {
  let state = seed;
  return (bound) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * bound);
  };
}

function nodeOf(name: string, draw: (bound: number) => number): Node {
  const taints = [
    [],
    [{ key: 'a', effect: 'NoSchedule' as const }],
    [{ key: 'b', effect: 'PreferNoSchedule' as const }],
  ];
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name, labels: { 'kubernetes.io/hostname': name, zone: 'xyz'[draw(3)] ?? 'x' } },
    spec: { taints: taints[draw(3)] ?? [], ...(draw(8) === 0 && { unschedulable: true }) },
    status: {
      allocatable: { cpu: String(1 + draw(4)), memory: `${1 + draw(8)}Gi`, pods: '8' },
      images: draw(2) === 0 ? [] : [{ names: ['web:1'], sizeBytes: 100_000_000 * (1 + draw(5)) }],
    },
  } as Node;
}

/** Pods that differ in one thing only: what a plugin does not sign, another must not make up for. */
const TRAITS = ['requests', 'ports', 'tolerations', 'selector', 'preference', 'spread'] as const;

function podOf(name: string, trait: (typeof TRAITS)[number], draw: (bound: number) => number): Pod {
  const is = (wanted: (typeof TRAITS)[number], bound: number) => trait === wanted && draw(bound) === 0;
  const requests = is('requests', 2) ? { cpu: '700m', memory: '64Mi' } : { cpu: '100m', memory: '100Mi' };
  const ports = is('ports', 2) ? [{ containerPort: 80, hostPort: 8000 + draw(2), protocol: 'TCP' }] : [];
  const terms = [{ weight: 9, preference: { matchExpressions: [{ key: 'zone', operator: 'In', values: ['y'] }] } }];
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, uid: name, namespace: 'default', labels: { app: 'ab'[draw(2)] ?? 'a' } },
    spec: {
      containers: [{ name: 'c', image: 'web:1', resources: { requests }, ports }],
      ...(is('tolerations', 2) && { tolerations: [{ key: 'a', operator: 'Exists' }] }),
      ...(is('selector', 2) && { nodeSelector: { zone: 'x' } }),
      ...(is('preference', 2) && {
        affinity: { nodeAffinity: { preferredDuringSchedulingIgnoredDuringExecution: terms } },
      }),
      ...(is('spread', 2) && {
        topologySpreadConstraints: [
          {
            topologyKey: 'zone',
            maxSkew: 1,
            whenUnsatisfiable: draw(2) === 0 ? 'DoNotSchedule' : 'ScheduleAnyway',
            labelSelector: { matchLabels: { app: 'a' } },
          },
        ],
      }),
    },
  } as Pod;
}

const forgetful: readonly Plugin[] = plugins.map(({ sign: _, ...plugin }) => plugin);

describe('what nodes said to pods alike', () => {
  it.each(TRAITS)('changes no decision about pods that differ in %s', (trait) => {
    const draw = drawing(trait.length);
    const nodes = new Map<string, NodeInfo>();
    for (let index = 0; index < 12; index++) nodes.set(`n${index}`, nodeInfoOf(nodeOf(`n${index}`, draw), []));
    const placed: [string, Pod][] = [];
    const found = { chosen: 0, rejected: 0 };
    for (let turn = 0; turn < 150; turn++) {
      const pod = podOf(`p${turn}`, trait, draw);
      const none = new Map<string, never>();
      const view: ClusterView = { nodes: [...nodes.values()], services: none, replicaSets: none, cached: () => none };
      const decision = decide(pod, view, plugins, turn % 12);
      // Copies of the nodes: each remembers the last pod only, and that would always be one of the forgetful.
      const copies = { ...view, nodes: view.nodes.map((info) => ({ ...info })) };
      expect(decision).toEqual(decide(pod, copies, forgetful, turn % 12));
      found[decision.type]++;
      if (decision.type === 'chosen') {
        const bound = { ...pod, spec: { ...pod.spec, nodeName: decision.node } };
        nodes.set(decision.node, addPod(nodes.get(decision.node) as NodeInfo, bound));
        placed.push([decision.node, bound]);
      }
      const [name, leaving] = draw(3) === 0 ? (placed.shift() ?? []) : [];
      if (name !== undefined && leaving !== undefined) nodes.set(name, removePod(nodes.get(name) as NodeInfo, leaving));
    }
    expect(found.chosen).toBeGreaterThan(30);
    expect(found.rejected).toBeGreaterThan(5);
  });
});
