import type { Pod } from '../api/kinds/pod.ts';
import { refusalByAll, sortFilters } from './likeness.ts';
import { addPod, type NodeInfo, removePod } from './nodeinfo.ts';
import type { ClusterView, FailedSearch, Participant, Plugin, Preemption, Refusal } from './plugin.ts';
import { totalScores } from './scoring.ts';

/** How often each reason was given. */
export type ReasonCounts = { readonly [reason: string]: number };

/** What one scheduling cycle decided. */
export type Decision = Chosen | Rejected;

/** A node was found. */
export interface Chosen {
  readonly type: 'chosen';
  readonly node: string;
  /** The weighted sum; 0 when only one node was feasible, for then nothing is scored. */
  readonly score: number;
  /** Nodes that passed, and nodes with the highest score. */
  readonly feasible: number;
  readonly tied: number;
  /** Nodes that were looked at. */
  readonly examined: number;
  readonly reasons: ReasonCounts;
}

/** No node was found. */
export interface Rejected {
  readonly type: 'rejected';
  /** The text of the FailedScheduling event and the PodScheduled condition. */
  readonly message: string;
  /** Who refused: their `requeueOn` decides what may help. Nobody when there are no nodes. */
  readonly plugins: readonly string[];
  readonly examined: number;
  readonly reasons: ReasonCounts;
  /** What PostFilter found: the node that is to be made free, '' to give an earlier one up. */
  readonly nominated?: string;
  readonly plan?: Preemption;
}

/** What the filters left. */
export interface Filtered {
  readonly feasible: readonly NodeInfo[];
  readonly examined: number;
  readonly reasons: ReasonCounts;
  /** Only the node that was made free for the pod was looked at. */
  readonly isNominated?: true;
}

/**
 * One scheduling cycle: PreFilter, Filter, PreScore, Score, NormalizeScore, and the choice; or PostFilter. The search
 * begins at node `start` of the list and ends when enough are feasible. Of several nodes with the highest sum the first
 * one found is taken (upstream: whichever its heap yields). Follows `pkg/scheduler/schedule_one.go`. Leaves out:
 * extenders.
 */
export function decide(pod: Pod, view: ClusterView, plugins: readonly Plugin[], start: number): Decision {
  const filtered = filterNodes(pod, view, plugins, start);
  return 'type' in filtered ? filtered : scoreAndChoose(pod, view, plugins, filtered);
}

/** PreScore, Score and NormalizeScore of all plugins, and the choice. */
export function scoreAndChoose(pod: Pod, view: ClusterView, plugins: readonly Plugin[], filtered: Filtered): Chosen {
  const { feasible } = filtered;
  const totals = feasible.length === 1 ? [] : totalScores(pod, view, plugins, feasible);
  return choose(filtered, (index) => totals[index] ?? 0);
}

/**
 * PreFilter and Filter: the nodes that are left; or PostFilter and the refusal, when none is. `percentage` is
 * upstream's percentageOfNodesToScore, 0 for the adaptive share.
 */
export function filterNodes(
  pod: Pod,
  view: ClusterView,
  plugins: readonly Plugin[],
  start: number,
  percentage = 0,
): Filtered | Rejected {
  const { nodes } = view;
  if (nodes.length === 0) return rejected('no nodes available to schedule pods', [], [], {});
  for (const { name, reject } of plugins) {
    const why = reject?.(pod, view);
    if (why !== undefined) return rejectedByAll(pod, view, plugins, name, why, start);
  }
  const filters = filtersFor(pod, view, plugins);
  const freed = freedFor(pod, view);
  if (freed !== undefined && refusalOf(pod, freed, filters, view) === undefined) {
    return { feasible: [freed], examined: 1, reasons: {}, isNominated: true };
  }
  const wanted = nodesToFind(nodes.length, percentage);
  const sorted = sortFilters(pod, plugins, filters);
  const feasible: NodeInfo[] = [];
  const refusals = new Map<NodeInfo, Refusal>();
  const refusedBy = new Set<string>();
  let examined = 0;
  for (; examined < nodes.length && feasible.length < wanted; examined++) {
    const info = nodes[(start + examined) % nodes.length] as NodeInfo;
    const isAwaited = view.nominated?.has(info.node.metadata.name);
    const refusal = isAwaited
      ? refusalOf(pod, info, filters, view, refusedBy)
      : refusalByAll(pod, info, sorted, refusedBy);
    if (refusal === undefined) feasible.push(info);
    else refusals.set(info, refusal);
  }
  const reasons = countReasons(refusals.values());
  if (feasible.length > 0) return { feasible, examined, reasons };
  const after = afterFilters(plugins, { pod, view, filters, refusals, start });
  return { ...rejected(available(nodes.length, reasons), [...refusedBy], nodes, reasons, after.text), ...after.found };
}

/** A plugin's PreFilter has refused the pod: its reason stands once, for all nodes. */
function rejectedByAll(
  pod: Pod,
  view: ClusterView,
  plugins: readonly Plugin[],
  plugin: string,
  why: string,
  start: number,
): Rejected {
  const { nodes } = view;
  const refusal: Refusal = { code: 'UnschedulableAndUnresolvable', reasons: [why] };
  const refusals = new Map(nodes.map((info) => [info, refusal]));
  const after = afterFilters(plugins, { pod, view, filters: [], refusals, start });
  const head = `0/${nodes.length} nodes are available: ${why}.`;
  return { ...rejected(head, [plugin], nodes, countReasons(refusals.values()), after.text), ...after.found };
}

function rejected(
  head: string,
  plugins: readonly string[],
  nodes: readonly NodeInfo[],
  reasons: ReasonCounts,
  tail = '',
): Rejected {
  const message = tail === '' ? head : `${head} ${tail}`;
  return { type: 'rejected', message, plugins, examined: nodes.length, reasons };
}

/** PostFilter: the plugins are asked until one finds a way; else what they said ends the message. */
function afterFilters(
  plugins: readonly Plugin[],
  search: FailedSearch,
): { readonly text: string; readonly found: Pick<Rejected, 'nominated' | 'plan'> } {
  const texts: string[] = [];
  let found: Pick<Rejected, 'nominated' | 'plan'> = {};
  for (const plugin of plugins) {
    const result = plugin.postFilter?.(search);
    if (result === undefined) continue;
    const { isSuccess, reasons, nominated, plan } = result;
    if (nominated !== undefined) found = { nominated, ...(plan && { plan }) };
    if (isSuccess) return { text: '', found };
    texts.push(...reasons);
  }
  return { text: texts.join(', '), found };
}

/** The node that was made free for the pod, which is tried before all others. */
function freedFor({ status }: Pod, { nodes }: ClusterView): NodeInfo | undefined {
  const name = status?.nominatedNodeName;
  return name ? nodes.find(({ node }) => node.metadata.name === name) : undefined;
}

/** The node with the highest total; of several, the first. A single node is not scored. */
export function choose({ feasible, examined, reasons }: Filtered, total: (index: number) => number): Chosen {
  let winner = { index: 0, score: 0, tied: 1 };
  for (let index = 0; index < feasible.length && feasible.length > 1; index++) {
    const score = total(index);
    if (index === 0 || score > winner.score) winner = { index, score, tied: 1 };
    else if (score === winner.score) winner = { ...winner, tied: winner.tied + 1 };
  }
  const node = (feasible[winner.index] as NodeInfo).node.metadata.name;
  const { score, tied } = winner;
  return { type: 'chosen', node, score, feasible: feasible.length, tied, examined, reasons };
}

/**
 * How many feasible nodes end the search (upstream numFeasibleNodesToFind): all below 100, else a share, which shrinks
 * as the cluster grows when no percentage is set.
 */
export function nodesToFind(nodes: number, percentage = 0): number {
  if (nodes < 100) return nodes;
  const share = percentage || Math.max(50 - Math.trunc(nodes / 125), 5);
  return Math.max(Math.trunc((nodes * share) / 100), 100);
}

/** The plugins that filter for this pod. */
export function filtersFor(pod: Pod, view: ClusterView, plugins: readonly Plugin[]): readonly Participant[] {
  const participants: Participant[] = [];
  for (const plugin of plugins) {
    if (plugin.filter === undefined) continue;
    const cycle = plugin.preFilter?.(pod, view);
    if (plugin.preFilter === undefined || cycle !== undefined) participants.push({ plugin, cycle });
  }
  return participants;
}

/**
 * The first refusal of a node. Pods for which room is being made there count as if they had come, unless they are less
 * important; and since they may never come, the pod has to fit without them too. Upstream:
 * RunFilterPluginsWithNominatedPods.
 */
export function refusalOf(
  pod: Pod,
  info: NodeInfo,
  filters: readonly Participant[],
  view: ClusterView,
  refusedBy?: Set<string>,
): Refusal | undefined {
  const expected = view.nominated?.get(info.node.metadata.name)?.filter((other) => isExpected(other, pod)) ?? [];
  if (expected.length > 0) {
    const later = expected.reduce((place, other) => placeWith(place, pod, other, 1), { info, filters });
    const refusal = firstRefusal(pod, later.info, later.filters, refusedBy);
    if (refusal !== undefined) return refusal;
  }
  return firstRefusal(pod, info, filters, refusedBy);
}

/** A node, and what the filters computed, as if pods had come or gone. */
export interface Place {
  readonly info: NodeInfo;
  readonly filters: readonly Participant[];
}

/** The place with another pod (1) or without it (-1). */
export function placeWith({ info, filters }: Place, pod: Pod, other: Pod, sign: 1 | -1): Place {
  return {
    info: sign === 1 ? addPod(info, other) : removePod(info, other),
    filters: filters.map(({ plugin, cycle }) => ({
      plugin,
      cycle: plugin.recount === undefined ? cycle : plugin.recount(cycle, pod, other, info.node, sign),
    })),
  };
}

/** A pod's priority; one without is as good as 0. */
export function priorityOf({ spec }: Pod): number {
  return spec.priority ?? 0;
}

function isExpected(other: Pod, pod: Pod): boolean {
  return other.metadata.uid !== pod.metadata.uid && priorityOf(other) >= priorityOf(pod);
}

function firstRefusal(
  pod: Pod,
  info: NodeInfo,
  filters: readonly Participant[],
  refusedBy: Set<string> | undefined,
): Refusal | undefined {
  for (const { plugin, cycle } of filters) {
    const verdict = plugin.filter?.(pod, info, cycle);
    if (verdict === undefined) continue;
    refusedBy?.add(plugin.name);
    return verdict;
  }
  return undefined;
}

/** How often each reason was given. */
export function countReasons(refusals: Iterable<Refusal>): ReasonCounts {
  const counts: Record<string, number> = {};
  for (const { reasons } of refusals) for (const reason of reasons) counts[reason] = (counts[reason] ?? 0) + 1;
  return counts;
}

/** Upstream's FitError. */
export function available(nodes: number, reasons: ReasonCounts): string {
  const parts = Object.entries(reasons).map(([reason, count]) => `${count} ${reason}`);
  return `0/${nodes} nodes are available: ${parts.sort().join(', ')}.`;
}
