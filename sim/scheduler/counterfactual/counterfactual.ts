import type { Pod } from '../../api/kinds/pod.ts';
import { REPELLING, tolerates } from '../../api/nodeselector.ts';
import { type Decision, decide, filtersFor, priorityOf, refusalOf } from '../framework.ts';
import type { NodeInfo } from '../nodeinfo.ts';
import type { Plugin } from '../plugin.ts';
import { requestsOf } from '../requests.ts';
import { applied, type Case, type Change, type Droppable } from './changes.ts';

/** Changes after which a node could take the pod. */
export interface Remedy {
  readonly node: string;
  readonly changes: readonly Change[];
}

/** More changes at once are not tried. */
const MOST_CHANGES = 3;
/** Of a node's pods so many are tried without: those of the lowest priority. */
const MOST_REMOVED = 6;
/** In a cluster larger than this only single changes are tried. */
const LARGE_FLEET = 100;
/** So many nodes are tried, in their order. */
const MOST_NODES = 12;

/**
 * The smallest sets of changes that would let the pod go somewhere, found by trying: sets of one change first, then of
 * two, of three, and the filters say whether it fits. All sets of the smallest size are given, none that is larger.
 * None is given for a pod that fits.
 */
export function remediesFor({ pod, view }: Case, plugins: readonly Plugin[]): readonly Remedy[] {
  const nodes = view.nodes.slice(0, MOST_NODES).map((info) => ({ info, candidates: candidatesFor(pod, info) }));
  const most = view.nodes.length > LARGE_FLEET ? 1 : MOST_CHANGES;
  if (nodes.some(({ info }) => doesFit({ pod, view }, info.node.metadata.name, plugins))) return [];
  for (let size = 1; size <= most; size++) {
    const found = nodes.flatMap(({ info, candidates }): readonly Remedy[] => {
      const node = info.node.metadata.name;
      return setsOf(candidates, size).flatMap((changes) =>
        doesFit(changes.reduce(applied, { pod, view }), node, plugins) ? [{ node, changes }] : [],
      );
    });
    if (found.length > 0) return found;
  }
  return [];
}

/** What would have been decided, had this been otherwise. Weights are by plugin. */
export function supposing(
  { pod, view }: Case,
  plugins: readonly Plugin[],
  start: number,
  changes: readonly Change[],
  weights: Readonly<Record<string, number>> = {},
): Decision {
  const other = changes.reduce(applied, { pod, view });
  const weighed = plugins.map((plugin) => {
    const weight = weights[plugin.name];
    return weight === undefined ? plugin : { ...plugin, weight };
  });
  return decide(other.pod, other.view, weighed, start);
}

/** A weight of one plugin at which another node would have won. */
export interface Tipping {
  readonly plugin: string;
  readonly from: number;
  readonly weight: number;
  readonly node: string;
}

/** A node with what each scorer gave it, normalised. */
export interface Scored {
  readonly node: string;
  readonly scores: readonly number[];
}

/** Upstream's most for a weight in practice; 0 takes the plugin out. */
const MOST_WEIGHT = 100;

/** For each scoring plugin the nearest weight, up or down, at which another node would have the highest sum. */
export function tippingWeights(
  nodes: readonly Scored[],
  scorers: readonly { readonly plugin: string; readonly weight: number }[],
  winner: string,
): readonly Tipping[] {
  const leader = nodes.find(({ node }) => node === winner);
  if (leader === undefined) return [];
  return scorers.flatMap(({ plugin, weight: from }, index) => {
    for (let step = 1; step <= MOST_WEIGHT; step++) {
      for (const weight of [from - step, from + step]) {
        if (weight < 0 || weight > MOST_WEIGHT) continue;
        const sum = ({ scores }: Scored) =>
          scores.reduce((total, score, at) => total + score * (at === index ? weight : (scorers[at]?.weight ?? 0)), 0);
        const better = nodes
          .filter((one) => sum(one) > sum(leader))
          .sort((a, b) => sum(b) - sum(a) || (a.node < b.node ? -1 : 1));
        const [first] = better;
        if (first !== undefined) return [{ plugin, from, weight, node: first.node }];
      }
    }
    return [];
  });
}

function doesFit({ pod, view }: Case, node: string, plugins: readonly Plugin[]): boolean {
  const info = view.nodes.find((one) => one.node.metadata.name === node);
  if (info === undefined || plugins.some(({ reject }) => reject?.(pod, view) !== undefined)) return false;
  return refusalOf(pod, info, filtersFor(pod, view, plugins), view) === undefined;
}

/** Everything that could be otherwise between this pod and this node, and that may matter. */
function candidatesFor(pod: Pod, info: NodeInfo): readonly Change[] {
  const { node, pods, requested } = info;
  const { name, labels = {} } = node.metadata;
  const { allocatable } = info;
  const changes: Change[] = [];
  for (const [resource, from] of Object.entries(requestsOf(pod).real)) {
    const to = Math.max(0, (allocatable[resource] ?? 0) - (requested[resource] ?? 0));
    if (from > to) changes.push({ type: 'request', resource, from, to });
  }
  for (const taint of node.spec.taints ?? []) {
    const isRepelling = (REPELLING as readonly string[]).includes(taint.effect);
    if (!isRepelling || tolerates(pod.spec.tolerations, taint)) continue;
    changes.push({ type: 'tolerate', taint }, { type: 'untaint', node: name, taint });
  }
  if (node.spec.unschedulable) changes.push({ type: 'uncordon', node: name });
  for (const [key, value] of Object.entries(pod.spec.nodeSelector ?? {})) {
    if (labels[key] !== value) changes.push({ type: 'label', node: name, key, value });
  }
  changes.push(...droppable(pod).map((field): Change => ({ type: 'drop', field })));
  const removable = pods
    .filter((other) => priorityOf(other) <= priorityOf(pod))
    .toSorted((a, b) => priorityOf(a) - priorityOf(b) || (a.metadata.name < b.metadata.name ? -1 : 1));
  changes.push(
    ...removable.slice(0, MOST_REMOVED).map((other): Change => ({ type: 'remove', node: name, pod: other })),
  );
  return changes;
}

function droppable({ spec }: Pod): readonly Droppable[] {
  const { affinity } = spec;
  const has: Readonly<Record<Droppable, boolean>> = {
    nodeSelector: Object.keys(spec.nodeSelector ?? {}).length > 0,
    nodeAffinity: affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution !== undefined,
    podAffinity: affinity?.podAffinity !== undefined,
    podAntiAffinity: affinity?.podAntiAffinity !== undefined,
    topologySpreadConstraints: (spec.topologySpreadConstraints ?? []).length > 0,
    hostPort: spec.containers.some(({ ports = [] }) => ports.some(({ hostPort = 0 }) => hostPort > 0)),
  };
  return (Object.keys(has) as readonly Droppable[]).filter((field) => has[field]);
}

/** All sets of so many items, in order. */
function setsOf<T>(items: readonly T[], size: number): readonly (readonly T[])[] {
  if (size === 0) return [[]];
  return items.flatMap((item, index) => setsOf(items.slice(index + 1), size - 1).map((rest) => [item, ...rest]));
}
