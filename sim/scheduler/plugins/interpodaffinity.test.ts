import { describe, expect, it } from 'vitest';
import type { Affinity, Pod } from '../../api/kinds/pod.ts';
import type { KubeObject, Labels } from '../../api/meta.ts';
import type { PodAffinity, PodAffinityTerm } from '../../api/podspec/affinity.ts';
import { deepFreeze } from '../../kernel/value.ts';
import { placeWith } from '../framework.ts';
import { nodeInfoOf } from '../nodeinfo.ts';
import type { ClusterChange, ClusterView, Plugin } from '../plugin.ts';
import { type InterPodAffinityArgs, interPodAffinity, interPodAffinityWith } from './interpodaffinity.ts';

const ZONE = 'zone';
const NOT_NEAR = "UnschedulableAndUnresolvable: node(s) didn't match pod affinity rules";
const NOT_AWAY = "Unschedulable: node(s) didn't match pod anti-affinity rules";
const UNWANTED = "Unschedulable: node(s) didn't satisfy existing pods anti-affinity rules";

let count = 0;

function pod(labels: Labels, affinity?: Affinity, namespace = 'default'): Pod {
  const metadata = { name: `p${++count}`, namespace, uid: `u${count}`, labels };
  return deepFreeze({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata,
    spec: { containers: [], ...(affinity && { affinity }) },
  });
}

function term(app: string | undefined, topologyKey = ZONE, more: Partial<PodAffinityTerm> = {}): PodAffinityTerm {
  return { topologyKey, ...(app !== undefined && { labelSelector: { matchLabels: { app } } }), ...more };
}

const hard = (...terms: readonly PodAffinityTerm[]): PodAffinity => ({
  requiredDuringSchedulingIgnoredDuringExecution: terms,
});
const soft = (...terms: readonly (readonly [number, PodAffinityTerm])[]): PodAffinity => ({
  preferredDuringSchedulingIgnoredDuringExecution: terms.map(([weight, podAffinityTerm]) => ({
    weight,
    podAffinityTerm,
  })),
});

/** Nodes a and b in zone 1, c in zone 2, d in none, with these pods. */
function view(pods: Readonly<Record<string, readonly Pod[]>>): ClusterView {
  const zones: Readonly<Record<string, Labels>> = { a: { zone: '1' }, b: { zone: '1' }, c: { zone: '2' }, d: {} };
  const nodes = Object.entries(zones).map(([name, labels]) => {
    const metadata = { name, labels: { host: name, ...labels } };
    return deepFreeze(nodeInfoOf({ apiVersion: 'v1', kind: 'Node', metadata, spec: {} }, pods[name] ?? []));
  });
  const namespaces = [
    ['default', { team: 'red' }],
    ['shop', { team: 'blue' }],
  ] as const;
  const objects = namespaces.map(
    ([name, labels]) => [name, { kind: 'Namespace', metadata: { name, labels } }] as const,
  );
  const known = new Map(objects) as unknown as ReadonlyMap<string, KubeObject>;
  return { nodes, services: new Map(), replicaSets: new Map(), cached: () => known as never };
}

function refusals(subject: Pod, cluster: ClusterView): readonly (string | undefined)[] {
  const cycle = interPodAffinity.preFilter?.(subject, cluster);
  if (cycle === undefined) return cluster.nodes.map(() => undefined);
  return cluster.nodes.map((info) => {
    const verdict = interPodAffinity.filter?.(subject, info, cycle);
    return verdict && `${verdict.code}: ${verdict.reasons.join('; ')}`;
  });
}

function scores(subject: Pod, cluster: ClusterView, args: InterPodAffinityArgs = {}) {
  const plugin = interPodAffinityWith(args);
  const cycle = plugin.preScore?.(subject, cluster, cluster.nodes);
  if (cycle === undefined) return 'skipped';
  const raw = cluster.nodes.map((info) => plugin.score?.(subject, info, cycle) ?? 0);
  return { raw, normalized: plugin.normalize?.(raw, cycle) };
}

const web = (affinity?: Affinity, namespace?: string) => pod({ app: 'web' }, affinity, namespace);
const db = (affinity?: Affinity, namespace?: string) => pod({ app: 'db' }, affinity, namespace);

describe('filters', () => {
  const near = (...terms: readonly PodAffinityTerm[]): Affinity => ({ podAffinity: hard(...terms) });
  const away = (...terms: readonly PodAffinityTerm[]): Affinity => ({ podAntiAffinity: hard(...terms) });
  const ok = undefined;
  it.each<[string, Pod, Readonly<Record<string, readonly Pod[]>>, readonly (string | undefined)[]]>([
    ['a pod without affinity', web(), { a: [db()] }, [ok, ok, ok, ok]],
    ['near a pod, by zone', web(near(term('db'))), { a: [db()] }, [ok, ok, NOT_NEAR, NOT_NEAR]],
    ['near a pod, by host', web(near(term('db', 'host'))), { a: [db()] }, [ok, NOT_NEAR, NOT_NEAR, NOT_NEAR]],
    ['near nobody yet', web(near(term('db'))), {}, [NOT_NEAR, NOT_NEAR, NOT_NEAR, NOT_NEAR]],
    ['the first of its kind goes anywhere with the label', web(near(term('web'))), {}, [ok, ok, ok, NOT_NEAR]],
    ['the second follows it', web(near(term('web'))), { c: [web()] }, [NOT_NEAR, NOT_NEAR, ok, NOT_NEAR]],
    [
      'a first one of another namespace is not counted',
      web(near(term('web')), 'shop'),
      { c: [web()] },
      [ok, ok, ok, NOT_NEAR],
    ],
    [
      'all terms are about the same pods',
      web(near(term('db'), term(undefined, 'host', { labelSelector: { matchLabels: { tier: 'x' } } }))),
      { a: [db(), pod({ tier: 'x' })] },
      [NOT_NEAR, NOT_NEAR, NOT_NEAR, NOT_NEAR],
    ],
    [
      'a pod that all terms are about',
      web(near(term('db'), term(undefined, 'host', { labelSelector: { matchLabels: { tier: 'x' } } }))),
      { a: [pod({ app: 'db', tier: 'x' })] },
      [ok, NOT_NEAR, NOT_NEAR, NOT_NEAR],
    ],
    [
      'no selector is about no pod',
      web(near(term(undefined))),
      { a: [db()] },
      [NOT_NEAR, NOT_NEAR, NOT_NEAR, NOT_NEAR],
    ],
    ['away from a pod, by zone', web(away(term('db'))), { a: [db()] }, [NOT_AWAY, NOT_AWAY, ok, ok]],
    [
      'away from a pod, by host',
      web(away(term('web', 'host'))),
      { a: [web()], c: [web()] },
      [NOT_AWAY, ok, NOT_AWAY, ok],
    ],
    [
      'any of several',
      web(away(term('db'), term('x', 'host'))),
      { a: [db()], c: [pod({ app: 'x' })] },
      [NOT_AWAY, NOT_AWAY, NOT_AWAY, ok],
    ],
    ['a running pod wants it away', web(), { a: [db(away(term('web')))] }, [UNWANTED, UNWANTED, ok, ok]],
    ['a running pod of another namespace does not', web(), { a: [db(away(term('web')), 'shop')] }, [ok, ok, ok, ok]],
    [
      'unless it names ours',
      web(),
      { a: [db(away(term('web', ZONE, { namespaces: ['default'] })), 'shop')] },
      [UNWANTED, UNWANTED, ok, ok],
    ],
    [
      'or selects it by its labels',
      web(),
      { a: [db(away(term('web', ZONE, { namespaceSelector: { matchLabels: { team: 'red' } } })), 'shop')] },
      [UNWANTED, UNWANTED, ok, ok],
    ],
    [
      'a namespace by its labels',
      web(near(term('db', ZONE, { namespaceSelector: { matchLabels: { team: 'blue' } } }))),
      { a: [db()], c: [db(undefined, 'shop')] },
      [NOT_NEAR, NOT_NEAR, ok, NOT_NEAR],
    ],
    [
      'every namespace',
      web(away(term('db', ZONE, { namespaceSelector: {} }))),
      { c: [db(undefined, 'shop')] },
      [ok, ok, NOT_AWAY, ok],
    ],
    [
      'its own refusal counts first',
      web(away(term('db'))),
      { a: [db(away(term('web')))] },
      [NOT_AWAY, NOT_AWAY, ok, ok],
    ],
  ])('%s', (_case, subject, pods, expected) => {
    expect(refusals(subject, view(pods))).toEqual(expected);
  });

  it('counts pods that come and go as if it had counted anew', () => {
    const guard = db(away(term('web')));
    const friend = pod({ app: 'cache' });
    const subject = web({ ...near(term('cache')), ...away(term('db')) });
    const full = view({ a: [guard, friend], c: [friend] });
    const cycle = interPodAffinity.preFilter?.(subject, full);
    const [a] = full.nodes;
    if (a === undefined) throw new Error('there is a node a');
    const start = { info: a, filters: [{ plugin: interPodAffinity as Plugin, cycle }] };
    const without = placeWith(placeWith(start, subject, guard, -1), subject, friend, -1);
    expect(without.filters[0]?.cycle).toEqual(interPodAffinity.preFilter?.(subject, view({ c: [friend] })));
    const again = placeWith(placeWith(without, subject, guard, 1), subject, friend, 1);
    expect(again.filters[0]?.cycle).toEqual(cycle);
  });
});

describe('scores', () => {
  const near = (...terms: readonly (readonly [number, PodAffinityTerm])[]): Affinity => ({
    podAffinity: soft(...terms),
  });
  const away = (...terms: readonly (readonly [number, PodAffinityTerm])[]): Affinity => ({
    podAntiAffinity: soft(...terms),
  });
  type Expected = 'skipped' | { readonly raw: readonly number[]; readonly normalized: readonly number[] };
  it.each<[string, Pod, Readonly<Record<string, readonly Pod[]>>, Expected]>([
    ['nothing to weigh', web(), { a: [db()] }, 'skipped'],
    ['a wish about nobody', web(near([5, term('db')])), { a: [web()] }, 'skipped'],
    [
      'near, once for each pod',
      web(near([5, term('db')])),
      { a: [db(), db()], c: [db()] },
      { raw: [10, 10, 5, 0], normalized: [100, 100, 50, 0] },
    ],
    ['away', web(away([7, term('db')])), { a: [db()] }, { raw: [-7, -7, 0, 0], normalized: [0, 0, 100, 100] }],
    [
      'both',
      web({ ...near([5, term('db')]), ...away([2, term('web', 'host')]) }),
      { a: [db(), web()] },
      { raw: [3, 5, 0, 0], normalized: [60, 100, 0, 0] },
    ],
    [
      'all equal',
      web(near([5, term('db', 'host')])),
      { a: [db()], b: [db()], c: [db()], d: [db()] },
      { raw: [5, 5, 5, 5], normalized: [0, 0, 0, 0] },
    ],
    [
      'a running pod must be near it',
      web(),
      { a: [db({ podAffinity: hard(term('web')) })] },
      { raw: [1, 1, 0, 0], normalized: [100, 100, 0, 0] },
    ],
    [
      'a running pod would like to be',
      web(),
      { a: [db(near([30, term('web', 'host')]))] },
      { raw: [30, 0, 0, 0], normalized: [100, 0, 0, 0] },
    ],
    [
      'a running pod would rather not',
      web(),
      { c: [db(away([30, term('web')]))] },
      { raw: [0, 0, -30, 0], normalized: [100, 100, 0, 100] },
    ],
    [
      'cut to a whole number, as Go cuts it',
      web({ ...near([29, term('db', 'host')], [100, term('x', 'host')]) }),
      { a: [db()], b: [pod({ app: 'x' })] },
      { raw: [29, 100, 0, 0], normalized: [28, 100, 0, 0] },
    ],
  ])('%s', (_case, subject, pods, expected) => {
    expect(scores(subject, view(pods))).toEqual(expected);
  });

  it('takes the arguments of a profile', () => {
    const cluster = view({ a: [db({ podAffinity: hard(term('web')) })] });
    expect(scores(web(), cluster, { hardPodAffinityWeight: 40 })).toMatchObject({ raw: [40, 40, 0, 0] });
    expect(scores(web(), cluster, { ignorePreferredTermsOfExistingPods: true })).toBe('skipped');
  });
});

describe('another try', () => {
  const helps = (subject: Pod, change: ClusterChange) =>
    interPodAffinity.requeueOn.some(
      (on) => on.kind === change.kind && on.action === change.action && (on.helps?.(subject, change) ?? true),
    );
  const wantsDb = web({ podAffinity: hard(term('db')) });
  const avoidsDb = web({ podAntiAffinity: hard(term('db')) });
  const node = (labels: Labels) =>
    ({ apiVersion: 'v1', kind: 'Node', metadata: { name: 'n', labels }, spec: {} }) as const;
  it.each<[string, Pod, ClusterChange, boolean]>([
    ['a wanted pod comes', wantsDb, { kind: 'Pod', action: 'add', object: db() }, true],
    ['another pod comes', wantsDb, { kind: 'Pod', action: 'add', object: web() }, false],
    ['a wanted pod goes', wantsDb, { kind: 'Pod', action: 'delete', object: db() }, false],
    ['an avoided pod goes', avoidsDb, { kind: 'Pod', action: 'delete', object: db() }, true],
    ['a pod that wanted it away goes', web(), { kind: 'Pod', action: 'delete', object: avoiding('web') }, true],
    ['a pod gets the wanted label', wantsDb, { kind: 'Pod', action: 'update', object: db(), old: web() }, true],
    ['a pod loses the avoided label', avoidsDb, { kind: 'Pod', action: 'update', object: web(), old: db() }, true],
    ['its own labels stay', avoidsDb, { kind: 'Self', action: 'update', object: avoidsDb, old: web() }, false],
    ['its own labels change', avoidsDb, { kind: 'Self', action: 'update', object: avoidsDb, old: db() }, true],
    ['a node with the label', wantsDb, { kind: 'Node', action: 'add', object: node({ zone: '3' }) }, true],
    ['a node without it', wantsDb, { kind: 'Node', action: 'add', object: node({}) }, false],
    [
      'a node gets another',
      wantsDb,
      { kind: 'Node', action: 'update', object: node({ zone: '3' }), old: node({}) },
      true,
    ],
    [
      'a node gets something else',
      wantsDb,
      { kind: 'Node', action: 'update', object: node({ zone: '3', x: '' }), old: node({ zone: '3' }) },
      false,
    ],
  ])('%s', (_case, subject, change, expected) => expect(helps(subject, change)).toBe(expected));

  function avoiding(app: string): Pod {
    return db({ podAntiAffinity: hard(term(app)) });
  }
});
