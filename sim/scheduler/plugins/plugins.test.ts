import { describe, expect, it } from 'vitest';
import type { Node } from '../../api/kinds/node.ts';
import type { Pod, PodSpec, TopologySpreadConstraint } from '../../api/kinds/pod.ts';
import type { Service } from '../../api/kinds/service.ts';
import type { Labels } from '../../api/meta.ts';
import { deepFreeze } from '../../kernel/value.ts';
import { addKinds } from '../../packs/kinds.ts';
import { naturalLogarithm } from '../logarithm.ts';
import { type NodeInfo, nodeInfoOf } from '../nodeinfo.ts';
import type { ClusterView, Plugin, Verdict } from '../plugin.ts';
import { imageLocality } from './imagelocality.ts';
import { plugins } from './index.ts';
import { nodeAffinity } from './nodeaffinity.ts';
import { nodeName } from './nodename.ts';
import { nodePorts } from './nodeports.ts';
import { nodeResourcesBalancedAllocation } from './noderesourcesbalancedallocation.ts';
import { nodeResourcesFit } from './noderesourcesfit.ts';
import { nodeUnschedulable } from './nodeunschedulable.ts';
import { podTopologySpread } from './podtopologyspread.ts';
import { taintToleration } from './tainttoleration.ts';

let count = 0;

function pod(spec: Partial<PodSpec> = {}, labels: Labels = {}): Pod {
  const metadata = { name: `p${++count}`, namespace: 'default', uid: `u${count}`, labels };
  return deepFreeze({ apiVersion: 'v1', kind: 'Pod', metadata, spec: { containers: [{ name: 'c' }], ...spec } });
}

function asking(cpu: string, memory: string): Pod {
  return pod({ containers: [{ name: 'c', resources: { requests: { cpu, memory } } }] });
}

function node(name: string, labels: Labels = {}, spec: Node['spec'] = {}, status: Node['status'] = {}): Node {
  const allocatable = { cpu: '4', memory: '8Gi', pods: '110' };
  const metadata = { name, labels: { 'kubernetes.io/hostname': name, ...labels } };
  return deepFreeze({ apiVersion: 'v1', kind: 'Node', metadata, spec, status: { allocatable, ...status } });
}

function viewOf(nodes: readonly NodeInfo[], services: readonly Service[] = []): ClusterView {
  const byKey = new Map(services.map((service) => [`default/${service.metadata.name}`, service]));
  return { nodes: nodes.map(deepFreeze), services: byKey, replicaSets: new Map(), cached: () => new Map() };
}

function refusals<F, S>(plugin: Plugin<F, S>, subject: Pod, view: ClusterView): readonly (string | undefined)[] {
  const cycle = plugin.preFilter?.(subject, view);
  if (plugin.preFilter !== undefined && cycle === undefined) return view.nodes.map(() => undefined);
  return view.nodes.map((info) => {
    const verdict: Verdict = plugin.filter?.(subject, info, cycle as F);
    return verdict && `${verdict.code}: ${verdict.reasons.join('; ')}`;
  });
}

function scores<F, S>(plugin: Plugin<F, S>, subject: Pod, view: ClusterView) {
  const cycle = plugin.preScore?.(subject, view, view.nodes) as S;
  const raw = view.nodes.map((info) => plugin.score?.(subject, info, cycle) ?? 0);
  return { raw, normalized: plugin.normalize?.(raw, cycle) ?? raw };
}

describe('a change of a node is worth another try only when it turns a no into a yes', () => {
  const hintOf = ({ requeueOn }: Plugin<never, never>, subject: Pod, object: Node, old?: Node) => {
    const action = old === undefined ? 'add' : 'update';
    const helps = requeueOn.find((on) => on.kind === 'Node' && on.action === action)?.helps;
    return helps?.(subject, { kind: 'Node', action, object, ...(old && { old }) });
  };
  const taints = [{ key: 'dedicated', value: 'gpu', effect: 'NoSchedule' as const }];
  const plain = node('a');
  const labelled = node('a', { disk: 'ssd' });
  it.each([
    ['a taint that goes', taintToleration, pod(), plain, node('a', {}, { taints }), true],
    ['a label of a node without taints', taintToleration, pod(), labelled, plain, false],
    [
      'a taint that stays',
      taintToleration,
      pod(),
      node('a', { disk: 'ssd' }, { taints }),
      node('a', {}, { taints }),
      false,
    ],
    ['a new node', taintToleration, pod(), plain, undefined, true],
    ['the label that is asked for', nodeAffinity, pod({ nodeSelector: { disk: 'ssd' } }), labelled, plain, true],
    [
      'another label',
      nodeAffinity,
      pod({ nodeSelector: { disk: 'ssd' } }),
      node('a', { disk: 'ssd', x: '' }),
      labelled,
      false,
    ],
    ['uncordon', nodeUnschedulable, pod(), plain, node('a', {}, { unschedulable: true }), true],
    ['a label of an open node', nodeUnschedulable, pod(), labelled, plain, false],
  ] as const)('%s', (_what, plugin, subject, object, old, helps) => {
    expect(hintOf(plugin as unknown as Plugin<never, never>, subject, object, old)).toBe(helps);
  });
});

describe('resources', () => {
  const small = () => asking('500m', '512Mi');
  it.each([
    ['empty', [], small, 90, 73],
    ['used 2000m/2Gi', [asking('2', '2Gi')], small, 52, 73],
    ['used 1000m/6Gi', [asking('1', '6Gi')], small, 40, 76],
    ['used 2000m/4Gi', [asking('2', '4Gi')], () => asking('2', '4Gi'), 0, 75],
  ])('scores a node of 4000m and 8 GiB: %s', (_case, used, incoming, least, balanced) => {
    const view = viewOf([nodeInfoOf(node('a'), used)]);
    expect(scores(nodeResourcesFit, incoming(), view).raw).toEqual([least]);
    expect(scores(nodeResourcesBalancedAllocation, incoming(), view).raw).toEqual([balanced]);
  });

  it('counts 100m and 200 MiB for a container without requests, and does not balance best-effort pods', () => {
    const view = viewOf([nodeInfoOf(node('a'), [pod(), pod()])]);
    expect(view.nodes[0]?.scored).toEqual({ cpu: 200, memory: 2 * 200 * 1024 * 1024 });
    expect(view.nodes[0]?.requested).toEqual({});
    expect(scores(nodeResourcesFit, pod(), view).raw).toEqual([92]);
    expect(nodeResourcesBalancedAllocation.preScore?.(pod(), view, view.nodes)).toBeUndefined();
  });

  it('refuses what does not fit, unresolvably what never could', () => {
    const tiny = nodeInfoOf(node('tiny', {}, {}, { allocatable: { cpu: '1', memory: '1Gi', pods: '1' } }), [pod()]);
    const busy = nodeInfoOf(node('busy'), [asking('3', '1Gi')]);
    const view = viewOf([tiny, busy, nodeInfoOf(node('free'), [])]);
    expect(refusals(nodeResourcesFit, asking('2', '2Gi'), view)).toEqual([
      'UnschedulableAndUnresolvable: Too many pods; Insufficient cpu; Insufficient memory',
      'Unschedulable: Insufficient cpu',
      undefined,
    ]);
  });

  it('takes requeueing hints from node size: a heartbeat does not help, growth does', () => {
    const big = asking('6', '1Gi');
    const old = node('a');
    const grown = node('a', {}, {}, { allocatable: { cpu: '8', memory: '8Gi', pods: '110' } });
    const helps = nodeResourcesFit.requeueOn.find((on) => on.kind === 'Node' && on.action === 'update')?.helps;
    expect(helps?.(big, { kind: 'Node', action: 'update', object: node('a'), old })).toBe(false);
    expect(helps?.(big, { kind: 'Node', action: 'update', object: grown, old })).toBe(true);
  });
});

describe('taints, cordons, names and ports', () => {
  const taint = { key: 'dedicated', value: 'gpu', effect: 'NoSchedule' } as const;
  it.each([
    ['no toleration', [], false],
    ['equal', [{ key: 'dedicated', operator: 'Equal', value: 'gpu', effect: 'NoSchedule' }], true],
    ['other value', [{ key: 'dedicated', value: 'ssd' }], false],
    ['exists', [{ key: 'dedicated', operator: 'Exists' }], true],
    ['everything', [{ operator: 'Exists' }], true],
    ['other effect', [{ key: 'dedicated', operator: 'Exists', effect: 'NoExecute' }], false],
  ] as const)('a NoSchedule taint and a pod with %s', (_case, tolerations, isTolerated) => {
    const view = viewOf([nodeInfoOf(node('a', {}, { taints: [taint] }), [])]);
    const text = 'UnschedulableAndUnresolvable: node(s) had untolerated taint(s)';
    expect(refusals(taintToleration, pod({ tolerations }), view)).toEqual([isTolerated ? undefined : text]);
  });

  it('scores by untolerated soft taints: [0,1,2] becomes [100,50,0]', () => {
    const soft = (key: string) => ({ key, effect: 'PreferNoSchedule' }) as const;
    const taints = [[], [soft('x')], [soft('x'), soft('y')]];
    const view = viewOf(taints.map((list, i) => nodeInfoOf(node(`n${i}`, {}, { taints: list }), [])));
    expect(scores(taintToleration, pod(), view)).toEqual({ raw: [0, 1, 2], normalized: [100, 50, 0] });
    expect(scores(taintToleration, pod({ tolerations: [{ operator: 'Exists' }] }), view).normalized).toEqual([
      100, 100, 100,
    ]);
  });

  it('refuses cordoned nodes, other names and taken ports', () => {
    const port = (hostPort: number, hostIP = '') => {
      return pod({ containers: [{ name: 'c', ports: [{ containerPort: 80, hostPort, hostIP }] }] });
    };
    const cordoned = nodeInfoOf(node('a', {}, { unschedulable: true }), [port(8080)]);
    const view = viewOf([cordoned, nodeInfoOf(node('b'), [])]);
    const refused = 'UnschedulableAndUnresolvable: ';
    expect(refusals(nodeUnschedulable, pod(), view)).toEqual([`${refused}node(s) were unschedulable`, undefined]);
    expect(refusals(nodeName, pod({ nodeName: 'a' }), view)).toEqual([
      undefined,
      `${refused}node(s) didn't match the requested node name`,
    ]);
    const taken = "Unschedulable: node(s) didn't have free ports for the requested pod ports";
    expect(refusals(nodePorts, port(8080, '10.0.0.1'), view)).toEqual([taken, undefined]);
    expect(refusals(nodePorts, port(8081), view)).toEqual([undefined, undefined]);
  });
});

describe('NodeAffinity', () => {
  const view = viewOf([
    nodeInfoOf(node('a'), []),
    nodeInfoOf(node('b', { disk: 'ssd', size: '3' }), []),
    nodeInfoOf(node('c', { disk: 'ssd', zone: 'z', size: '12' }), []),
  ]);
  const text = "UnschedulableAndUnresolvable: node(s) didn't match Pod's node affinity/selector";
  const required = (...nodeSelectorTerms: readonly object[]): Partial<PodSpec> => ({
    affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms } } },
  });
  const expression = (key: string, operator: string, ...values: string[]) => ({ key, operator, values });
  it.each<[string, Partial<PodSpec>, readonly boolean[]]>([
    ['nothing', {}, [true, true, true]],
    ['nodeSelector', { nodeSelector: { disk: 'ssd' } }, [false, true, true]],
    ['In', required({ matchExpressions: [expression('disk', 'In', 'ssd', 'nvme')] }), [false, true, true]],
    ['NotIn', required({ matchExpressions: [expression('disk', 'NotIn', 'ssd')] }), [true, false, false]],
    ['Gt', required({ matchExpressions: [expression('size', 'Gt', '3')] }), [false, false, true]],
    ['Lt', required({ matchExpressions: [expression('size', 'Lt', '4')] }), [false, true, false]],
    [
      'terms are alternatives',
      required(
        { matchExpressions: [expression('zone', 'Exists')] },
        {
          matchFields: [expression('metadata.name', 'In', 'a')],
        },
      ),
      [true, false, true],
    ],
    ['an empty term', required({}), [false, false, false]],
  ])('filters by %s', (_case, spec, expected) => {
    expect(refusals(nodeAffinity, pod(spec), view)).toEqual(expected.map((fits) => (fits ? undefined : text)));
  });

  it('scores preferred terms: [0,20,80] becomes [0,25,100]', () => {
    const prefer = (weight: number, key: string) => ({
      weight,
      preference: { matchExpressions: [{ key, operator: 'Exists' as const }] },
    });
    const preferred = [prefer(20, 'disk'), prefer(60, 'zone')];
    const subject = pod({ affinity: { nodeAffinity: { preferredDuringSchedulingIgnoredDuringExecution: preferred } } });
    expect(scores(nodeAffinity, subject, view)).toEqual({ raw: [0, 20, 80], normalized: [0, 25, 100] });
  });
});

describe('PodTopologySpread', () => {
  const app = { app: 'web' };
  const web = () => pod({}, app);
  const service: Service = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'web', namespace: 'default' },
    spec: { selector: app },
  };
  const spread = (counts: readonly number[], labels: (index: number) => Labels = () => ({})) => {
    return counts.map((many, i) => nodeInfoOf(node(`n${i}`, labels(i)), Array.from({ length: many }, web)));
  };
  const zoneKey = 'topology.kubernetes.io/zone';

  it.each([
    ['hostname only', [2, 1, 0], () => ({}), [5, 4, 2], [40, 60, 100]],
    ['two zones', [1, 1, 0], (i: number) => ({ [zoneKey]: i < 2 ? 'z1' : 'z2' }), [10, 10, 6], [60, 60, 100]],
  ])('scores the system defaults for a Service: %s', (_case, counts, labels, raw, normalized) => {
    const view = viewOf(spread(counts, labels), [service]);
    expect(scores(podTopologySpread, web(), view)).toEqual({ raw, normalized });
  });

  it.each([
    ['StatefulSet', 'apps/v1', { matchLabels: app }],
    ['ReplicationController', 'v1', app],
  ])('scores the system defaults for the pods of a %s', (kind, apiVersion, selector) => {
    const owner = { apiVersion, kind, name: 'web', uid: 'u', controller: true, blockOwnerDeletion: true };
    const owned = { ...web(), metadata: { ...web().metadata, ownerReferences: [owner] } };
    const set = { apiVersion, kind, metadata: { name: 'web', namespace: 'default' }, spec: { selector } };
    const informer = kind === 'StatefulSet' ? 'statefulsets' : 'replicationcontrollers';
    const known = new Map([['default/web', set]]) as never;
    const cached = (name: string) => (name === informer ? known : new Map());
    const view = { ...viewOf(spread([2, 1, 0])), cached };
    expect(scores(podTopologySpread, owned, view)).toEqual({ raw: [5, 4, 2], normalized: [40, 60, 100] });
  });

  it('gives everyone 100 when all scores are 0, and does not score a pod that nothing selects', () => {
    expect(podTopologySpread.normalize?.([0, 0, 0], { constraints: [], needsAllKeys: false })).toEqual([100, 100, 100]);
    expect(podTopologySpread.preScore?.(web(), viewOf(spread([0, 0])), [])).toBeUndefined();
  });

  const hard = (fields: Partial<TopologySpreadConstraint> = {}): TopologySpreadConstraint => {
    const base = { maxSkew: 1, topologyKey: zoneKey, whenUnsatisfiable: 'DoNotSchedule' as const };
    return { ...base, labelSelector: { matchLabels: app }, ...fields };
  };
  const full = "Unschedulable: node(s) didn't match pod topology spread constraints";
  const unlabelled =
    "UnschedulableAndUnresolvable: node(s) didn't match pod topology spread constraints (missing required label)";
  it.each<[string, TopologySpreadConstraint, readonly (string | undefined)[]]>([
    ['maxSkew 1', hard(), [full, full, undefined, unlabelled]],
    ['maxSkew 3', hard({ maxSkew: 3 }), [undefined, undefined, undefined, unlabelled]],
    ['too few domains', hard({ maxSkew: 2, minDomains: 3 }), [full, full, undefined, unlabelled]],
    ['no selector', hard({ labelSelector: undefined }), [undefined, undefined, undefined, unlabelled]],
  ])('filters zones holding 2 and 0 pods: %s', (_case, constraint, expected) => {
    const zones = ['z1', 'z1', 'z2'];
    const view = viewOf(spread([1, 1, 0, 0], (i): Labels => (zones[i] ? { [zoneKey]: zones[i] } : {})));
    expect(refusals(podTopologySpread, pod({ topologySpreadConstraints: [constraint] }, app), view)).toEqual(expected);
  });

  it.each([
    [1, 0],
    [2, Math.LN2],
    [3, 1.0986122886681098],
    [5, 1.6094379124341003],
    [102, 4.624972813284271],
    [5002, 8.517593111437565],
  ])('has the natural logarithm of %d', (value, expected) => {
    expect(Math.abs(naturalLogarithm(value) - expected)).toBeLessThan(2e-15);
  });
});

describe('ImageLocality', () => {
  const image = (sizeMiB: number) => ({ images: [{ names: ['app:1'], sizeBytes: sizeMiB * 1024 * 1024 }] });
  it.each([
    ['200 MiB on 1 of 3', [200, 0, 0], [4, 0, 0]],
    ['200 MiB on 3 of 3', [200, 200, 200], [18, 18, 18]],
    ['1000 MiB on 1 of 3', [1000, 0, 0], [31, 0, 0]],
    ['absent', [0, 0, 0], [0, 0, 0]],
  ])('%s', (_case, sizes, expected) => {
    const view = viewOf(sizes.map((size, i) => nodeInfoOf(node(`n${i}`, {}, {}, size ? image(size) : {}), [])));
    expect(scores(imageLocality, pod({ containers: [{ name: 'c', image: 'app:1' }] }), view).raw).toEqual(expected);
  });
});

it('has upstream’s weights', () => {
  addKinds();
  const weights = plugins.filter(({ score }) => score !== undefined).map(({ name, weight }) => `${name} ${weight}`);
  expect(weights).toEqual([
    'TaintToleration 3',
    'NodeAffinity 2',
    'NodeResourcesFit 1',
    'PodTopologySpread 2',
    'InterPodAffinity 2',
    'NodeResourcesBalancedAllocation 1',
    'ImageLocality 1',
  ]);
});
