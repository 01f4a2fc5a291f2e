import type { Node } from '../../api/kinds/node.ts';
import type { Pod } from '../../api/kinds/pod.ts';
import type { Labels } from '../../api/meta.ts';
import {
  type AffinityTerm,
  type AffinityTerms,
  affinityTermsOf,
  areAllAbout,
  isAbout,
  namespaceLabels,
  withNamespaces,
} from '../affinityterms.ts';
import { changedPlaces } from '../nodechanges.ts';
import type { NodeInfo } from '../nodeinfo.ts';
import { type ClusterChange, type ClusterView, MAX_SCORE, type Plugin } from '../plugin.ts';
import { hasOtherLabels } from '../podhints.ts';

/**
 * InterPodAffinity: pods near, or not near, other pods; near is a node with the same value of a label.
 * Reads: required and preferred terms of the pod and of the pods that run, labels of pods, nodes and namespaces.
 * Refuses: nodes that are not near all pods that the pod must be near (unresolvably), nodes near pods that it must not
 * be near, and nodes near a pod that wants it away. Scores the weights of preferred terms, both ways; a running pod
 * that must be near this one counts with hardPodAffinityWeight.
 * Upstream: `pkg/scheduler/framework/plugins/interpodaffinity/{plugin,filtering,scoring}.go`.
 * Leaves out: nothing.
 */
export const interPodAffinity: Plugin<NearPods, Sums> = interPodAffinityWith({});

/** Upstream InterPodAffinityArgs. */
export interface InterPodAffinityArgs {
  /** 0 to 100; default 1. */
  readonly hardPodAffinityWeight?: number;
  /** Default false. */
  readonly ignorePreferredTermsOfExistingPods?: boolean;
}

/** The plugin with arguments of a profile. */
export function interPodAffinityWith(args: InterPodAffinityArgs): Plugin<NearPods, Sums> {
  return {
    name: 'InterPodAffinity',
    weight: 2,
    configure: (more) => interPodAffinityWith(more) as Plugin,
    preFilter,
    recount,
    filter: (_pod, { node }, cycle) => {
      if (!isNearAll(cycle, node)) return { code: 'UnschedulableAndUnresolvable', reasons: [NOT_NEAR] };
      if (isNearAny(cycle, node)) return { code: 'Unschedulable', reasons: [NOT_AWAY] };
      if (isUnwanted(cycle, node)) return { code: 'Unschedulable', reasons: [UNWANTED] };
      return undefined;
    },
    preScore: (pod, view) => sumsFor(pod, view, args),
    score(_pod, { node }, sums) {
      let score = 0;
      for (const key of sums.keys()) score += at(sums, key, node.metadata.labels);
      return score;
    },
    normalize(scores) {
      const max = scores.reduce((a, b) => Math.max(a, b));
      const min = scores.reduce((a, b) => Math.min(a, b));
      return scores.map((score) => (max === min ? 0 : Math.trunc(MAX_SCORE * ((score - min) / (max - min)))));
    },
    facts,
    requeueOn: [
      { kind: 'Pod', action: 'add', helps: (pod, change) => change.kind === 'Pod' && isComing(pod, change.object) },
      { kind: 'Pod', action: 'update', helps: isRelabelled },
      { kind: 'Pod', action: 'delete', helps: (pod, change) => change.kind === 'Pod' && isGoing(pod, change.object) },
      { kind: 'Self', action: 'update', helps: hasOtherLabels },
      { kind: 'Node', action: 'add', helps: hasPlaces },
      { kind: 'Node', action: 'update', helps: hasPlaces },
    ],
  };
}

const NOT_NEAR = "node(s) didn't match pod affinity rules";
const NOT_AWAY = "node(s) didn't match pod anti-affinity rules";
const UNWANTED = "node(s) didn't satisfy existing pods anti-affinity rules";

/** How much there is at each place: by topology key, then by the value of that label. */
type Sums = ReadonlyMap<string, ReadonlyMap<string, number>>;

/** What is near what, before the pod is placed. */
export interface NearPods {
  readonly terms: Pick<AffinityTerms, 'affinity' | 'antiAffinity'>;
  /** Of the pod's namespace. */
  readonly labels: Labels | undefined;
  /** Pods that all required terms are about; of each place. */
  readonly wanted: Sums;
  /** Pods that a required term against them is about. */
  readonly avoided: Sums;
  /** Terms of running pods against this one. */
  readonly against: Sums;
  /** Whether the pod is one of those it wants to be near: the first of a group may go anywhere. */
  readonly isItsOwn: boolean;
}

function preFilter(pod: Pod, view: ClusterView): NearPods | undefined {
  const own = affinityTermsOf(pod);
  const affinity = own.affinity.map((term) => withNamespaces(term, view));
  const antiAffinity = own.antiAffinity.map((term) => withNamespaces(term, view));
  const labels = namespaceLabels(pod, view);
  const against = new Tally();
  for (const { node, affine } of affineNodes(view)) {
    for (const other of affine) {
      for (const term of affinityTermsOf(other).antiAffinity)
        if (isAbout(term, pod, labels)) against.add(node, term, 1);
    }
  }
  if (against.sums.size === 0 && affinity.length === 0 && antiAffinity.length === 0) return undefined;
  const wanted = new Tally();
  const avoided = new Tally();
  for (const info of affinity.length + antiAffinity.length === 0 ? [] : view.nodes) {
    const near = affinity.length === 0 ? 0 : countPods(info, affinity);
    if (near > 0) for (const term of affinity) wanted.add(info.node, term, near);
    for (const term of antiAffinity) {
      const found = countPods(info, [term]);
      if (found > 0) avoided.add(info.node, term, found);
    }
  }
  return {
    terms: { affinity, antiAffinity },
    labels,
    wanted: wanted.sums,
    avoided: avoided.sums,
    against: against.sums,
    isItsOwn: areAllAbout(affinity, pod),
  };
}

/** The counts, had another pod come to a node or left it. */
function recount(cycle: NearPods, pod: Pod, other: Pod, node: Node, sign: 1 | -1): NearPods {
  const { terms, labels } = cycle;
  const [wanted, avoided, against] = [new Tally(cycle.wanted), new Tally(cycle.avoided), new Tally(cycle.against)];
  if (areAllAbout(terms.affinity, other)) for (const term of terms.affinity) wanted.add(node, term, sign);
  for (const term of terms.antiAffinity) if (isAbout(term, other, undefined)) avoided.add(node, term, sign);
  for (const term of affinityTermsOf(other).antiAffinity) if (isAbout(term, pod, labels)) against.add(node, term, sign);
  return { ...cycle, wanted: wanted.some, avoided: avoided.some, against: against.some };
}

/** Every label of the terms must be there. Where no pod at all is wanted yet, a pod that wants its like begins. */
function isNearAll({ terms: { affinity }, wanted, isItsOwn }: NearPods, { metadata: { labels } }: Node): boolean {
  if (affinity.some(({ topologyKey }) => labels?.[topologyKey] === undefined)) return false;
  if (affinity.every(({ topologyKey }) => at(wanted, topologyKey, labels) > 0)) return true;
  return isItsOwn && wanted.size === 0;
}

function isNearAny({ terms, avoided }: NearPods, { metadata: { labels } }: Node): boolean {
  return avoided.size > 0 && terms.antiAffinity.some(({ topologyKey }) => at(avoided, topologyKey, labels) > 0);
}

function isUnwanted({ against }: NearPods, { metadata: { labels } }: Node): boolean {
  for (const key of against.keys()) if (at(against, key, labels) > 0) return true;
  return false;
}

function at(sums: Sums, key: string, labels: Labels | undefined): number {
  const value = labels?.[key];
  return value === undefined ? 0 : (sums.get(key)?.get(value) ?? 0);
}

/** The weights at each place, or undefined when nothing speaks for or against any. */
function sumsFor(pod: Pod, view: ClusterView, args: InterPodAffinityArgs): Sums | undefined {
  const { hardPodAffinityWeight: hard = 1, ignorePreferredTermsOfExistingPods: isOneWay = false } = args;
  const own = affinityTermsOf(pod);
  const near = own.preferred.map((term) => withNamespaces(term, view));
  const away = own.preferredAnti.map((term) => withNamespaces(term, view));
  const hasWishes = near.length + away.length > 0;
  if (isOneWay && !hasWishes) return undefined;
  const labels = namespaceLabels(pod, view);
  const tally = new Tally();
  for (const info of hasWishes ? view.nodes : affineNodes(view)) {
    const { node, affine } = info;
    if (hasWishes && info.pods.length > 0) {
      for (const term of near) tally.add(node, term, term.weight * countPods(info, [term]));
      for (const term of away) tally.add(node, term, -term.weight * countPods(info, [term]));
    }
    for (const other of affine) {
      const theirs = affinityTermsOf(other);
      for (const term of theirs.affinity) if (isAbout(term, pod, labels)) tally.add(node, term, hard);
      for (const term of theirs.preferred) if (isAbout(term, pod, labels)) tally.add(node, term, term.weight);
      for (const term of theirs.preferredAnti) if (isAbout(term, pod, labels)) tally.add(node, term, -term.weight);
    }
  }
  return tally.sums.size === 0 ? undefined : tally.sums;
}

const last: { nodes: readonly NodeInfo[]; affine: readonly NodeInfo[] } = { nodes: [], affine: [] };

/**
 * The nodes with affine pods: none in most clusters. Between two cycles hardly a node changes; while those that do have
 * no such pods before or after, the list stays.
 */
function affineNodes({ nodes }: ClusterView): readonly NodeInfo[] {
  const before = last.nodes;
  const has = (info?: NodeInfo) => (info?.affine.length ?? 0) > 0;
  const isSame =
    before.length === nodes.length && !changedPlaces(before, nodes).some((at) => has(before[at]) || has(nodes[at]));
  if (!isSame) last.affine = nodes.filter(has);
  last.nodes = nodes;
  return last.affine;
}

/** Counts under construction. */
class Tally {
  readonly sums: Map<string, Map<string, number>>;

  constructor(start: Sums = new Map()) {
    this.sums = new Map([...start].map(([key, values]) => [key, new Map(values)]));
  }

  /** Adds to the place that a node is in by a term. */
  add({ metadata: { labels } }: Node, { topologyKey }: AffinityTerm, amount: number): void {
    const value = labels?.[topologyKey];
    if (value === undefined || amount === 0) return;
    const values = this.sums.get(topologyKey) ?? new Map<string, number>();
    this.sums.set(topologyKey, values.set(value, (values.get(value) ?? 0) + amount));
  }

  /** The counts without the places where nothing is left. */
  get some(): Sums {
    const left = [...this.sums].map(
      ([key, values]) => [key, new Map([...values].filter(([, sum]) => sum !== 0))] as const,
    );
    return new Map(left.filter(([, values]) => values.size > 0));
  }
}

const counted = new WeakMap<readonly Pod[], Map<string, number>>();

/** How many pods of a node all terms are about. Remembered by the list of pods, which is replaced when one changes. */
function countPods({ pods }: NodeInfo, terms: readonly AffinityTerm[]): number {
  if (pods.length === 0) return 0;
  let counts = counted.get(pods);
  if (counts === undefined) {
    counts = new Map();
    counted.set(pods, counts);
  }
  const name = terms.length === 1 ? (terms[0]?.id ?? '') : terms.map(({ id }) => id).join('\n');
  let found = counts.get(name);
  if (found === undefined) {
    found = 0;
    for (const pod of pods) if (areAllAbout(terms, pod)) found++;
    counts.set(name, found);
  }
  return found;
}

function facts(_pod: Pod, { node: { metadata } }: NodeInfo, cycle: NearPods): readonly string[] {
  const { labels } = metadata;
  const { terms, wanted, avoided, against } = cycle;
  const place = (key: string) => `${key}=${labels?.[key]}`;
  const near = terms.affinity.map(({ topologyKey: key }) => {
    if (labels?.[key] === undefined) return `has no label ${key}`;
    const found = at(wanted, key, labels);
    const first = found === 0 && cycle.isItsOwn && wanted.size === 0 ? ', so the first of its kind may begin' : '';
    return `must be near: ${place(key)} has ${found}${first}`;
  });
  const away = terms.antiAffinity.map(({ topologyKey: key }) =>
    labels?.[key] === undefined ? `has no label ${key}` : `must be away: ${place(key)} has ${at(avoided, key, labels)}`,
  );
  const others = [...against.keys()].map((key) => `${at(against, key, labels)} pods of ${place(key)} want it away`);
  return [...near, ...away, ...others];
}

/** A pod that all required terms are about has come. */
function isComing(pod: Pod, other: Pod): boolean {
  return areAllAbout(affinityTermsOf(pod).affinity, other);
}

/** A pod has gone that this one had to be away from, or that wanted this one away. */
function isGoing(pod: Pod, other: Pod): boolean {
  const isEither = (terms: readonly AffinityTerm[], about: Pod) =>
    terms.some((term) => term.namespaceSelector !== undefined || isAbout(term, about, undefined));
  return isEither(affinityTermsOf(pod).antiAffinity, other) || isEither(affinityTermsOf(other).antiAffinity, pod);
}

function isRelabelled(pod: Pod, change: ClusterChange): boolean {
  if (change.kind !== 'Pod' || change.old === undefined) return false;
  const { affinity, antiAffinity } = affinityTermsOf(pod);
  const { object, old } = change;
  if (areAllAbout(affinity, object) && !areAllAbout(affinity, old)) return true;
  return antiAffinity.some((term) => isAbout(term, old, undefined) && !isAbout(term, object, undefined));
}

/** A node with the labels that the pod asks for, if they are not the old ones. */
function hasPlaces(pod: Pod, { object, old }: ClusterChange): boolean {
  const { affinity, antiAffinity } = affinityTermsOf(pod);
  const [now, before] = [object.metadata.labels, old?.metadata.labels];
  const isOther = ({ topologyKey }: AffinityTerm) => old === undefined || now?.[topologyKey] !== before?.[topologyKey];
  if (affinity.some(({ topologyKey }) => now?.[topologyKey] === undefined)) return false;
  const own = [...affinity, ...antiAffinity];
  return own.length === 0 ? old === undefined || now !== before : own.some(isOther);
}
