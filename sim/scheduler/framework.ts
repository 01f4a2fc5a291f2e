import type { Pod } from '../api/kinds/pod.ts';
import type { NodeInfo } from './nodeinfo.ts';
import type { ClusterView, Plugin, Refusal } from './plugin.ts';

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
}

/** What the filters left. */
export interface Filtered {
  readonly feasible: readonly NodeInfo[];
  readonly examined: number;
  readonly reasons: ReasonCounts;
}

/** A plugin that takes part, with what it computed for this pod. */
export interface Participant {
  readonly plugin: Plugin;
  readonly cycle: unknown;
}

/** A plugin's scores of the feasible nodes, in their order. */
export interface PluginScores {
  readonly plugin: Pick<Plugin, 'name' | 'weight'>;
  readonly raw: readonly number[];
  readonly normalized: readonly number[];
}

/**
 * One scheduling cycle: PreFilter, Filter, PreScore, Score, NormalizeScore, and the choice. The search begins at node
 * `start`
 * of the list and ends when enough are feasible. Of several nodes with the highest sum the first one found is taken
 * (upstream:
 * whichever its heap yields). Follows `pkg/scheduler/schedule_one.go`. Leaves out: extenders, preemption, nominated
 * nodes.
 */
export function decide(pod: Pod, view: ClusterView, plugins: readonly Plugin[], start: number): Decision {
  const filtered = filterNodes(pod, view, plugins, start);
  return 'type' in filtered ? filtered : scoreAndChoose(pod, view, plugins, filtered);
}

/** PreScore, Score and NormalizeScore of all plugins, and the choice. */
export function scoreAndChoose(pod: Pod, view: ClusterView, plugins: readonly Plugin[], filtered: Filtered): Chosen {
  const { feasible } = filtered;
  const scores = feasible.length === 1 ? [] : scoreNodes(pod, view, plugins, feasible);
  return choose(filtered, (index) => totalOf(scores, index));
}

/** PreFilter and Filter: the nodes that are left, or the refusal when none is. */
export function filterNodes(
  pod: Pod,
  view: ClusterView,
  plugins: readonly Plugin[],
  start: number,
): Filtered | Rejected {
  if (view.nodes.length > 0) {
    for (const { name, reject } of plugins) {
      const why = reject?.(pod, view);
      if (why !== undefined) return rejectedByAll(pod, view, name, why);
    }
  }
  const filters = filtersFor(pod, view, plugins);
  const wanted = nodesToFind(view.nodes.length);
  const feasible: NodeInfo[] = [];
  const refusals: Refusal[] = [];
  const refusedBy = new Set<string>();
  let examined = 0;
  for (; examined < view.nodes.length && feasible.length < wanted; examined++) {
    const info = view.nodes[(start + examined) % view.nodes.length] as NodeInfo;
    const refusal = firstRefusal(pod, info, filters, refusedBy);
    if (refusal === undefined) feasible.push(info);
    else refusals.push(refusal);
  }
  const reasons = countReasons(refusals);
  if (feasible.length === 0) {
    const message = fitError(pod, refusals, reasons);
    return { type: 'rejected', message, plugins: [...refusedBy], examined, reasons };
  }
  return { feasible, examined, reasons };
}

/** A plugin's PreFilter has refused the pod: its reason stands once, for all nodes. */
function rejectedByAll(pod: Pod, { nodes }: ClusterView, plugin: string, why: string): Rejected {
  const refusals = nodes.map((): Refusal => ({ code: 'UnschedulableAndUnresolvable', reasons: [why] }));
  const message = `0/${nodes.length} nodes are available: ${why}. ${afterFilters(pod, refusals)}`;
  return { type: 'rejected', message, plugins: [plugin], examined: nodes.length, reasons: countReasons(refusals) };
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

/** How many feasible nodes end the search (upstream numFeasibleNodesToFind): all below 100, else a shrinking share. */
export function nodesToFind(nodes: number): number {
  if (nodes < 100) return nodes;
  const percentage = Math.max(50 - Math.trunc(nodes / 125), 5);
  return Math.max(Math.trunc((nodes * percentage) / 100), 100);
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

/** Every scoring plugin's scores of the feasible nodes. */
export function scoreNodes(
  pod: Pod,
  view: ClusterView,
  plugins: readonly Plugin[],
  feasible: readonly NodeInfo[],
): readonly PluginScores[] {
  const scores: PluginScores[] = [];
  for (const plugin of plugins) {
    if (plugin.score === undefined) continue;
    const cycle = plugin.preScore?.(pod, view, feasible);
    if (plugin.preScore !== undefined && cycle === undefined) continue;
    const raw = feasible.map((info) => plugin.score?.(pod, info, cycle) ?? 0);
    scores.push({ plugin, raw, normalized: plugin.normalize?.(raw, cycle) ?? raw });
  }
  return scores;
}

/** The weighted sum of one node's scores. */
export function totalOf(scores: readonly PluginScores[], index: number): number {
  let total = 0;
  for (const { plugin, normalized } of scores) total += plugin.weight * (normalized[index] ?? 0);
  return total;
}

function firstRefusal(
  pod: Pod,
  info: NodeInfo,
  filters: readonly Participant[],
  refusedBy: Set<string>,
): Refusal | undefined {
  for (const { plugin, cycle } of filters) {
    const verdict = plugin.filter?.(pod, info, cycle);
    if (verdict === undefined) continue;
    refusedBy.add(plugin.name);
    return verdict;
  }
  return undefined;
}

function countReasons(refusals: readonly Refusal[]): ReasonCounts {
  const counts: Record<string, number> = {};
  for (const { reasons } of refusals) for (const reason of reasons) counts[reason] = (counts[reason] ?? 0) + 1;
  return counts;
}

/** Upstream's FitError with the messages of the PostFilter plugins DynamicResources and DefaultPreemption. */
function fitError(pod: Pod, refusals: readonly Refusal[], reasons: ReasonCounts): string {
  const nodes = refusals.length;
  if (nodes === 0) return 'no nodes available to schedule pods';
  return `${available(nodes, reasons)} ${afterFilters(pod, refusals)}`;
}

function afterFilters({ spec }: Pod, refusals: readonly Refusal[]): string {
  const isMeek = spec.preemptionPolicy === 'Never';
  const tail = isMeek ? 'not eligible due to preemptionPolicy=Never.' : noVictims(refusals);
  return `no new claims to deallocate, preemption: ${tail}`;
}

/** All pods have the same priority here, so preemption never finds a victim. */
function noVictims(refusals: readonly Refusal[]): string {
  const hopeful = refusals.filter(({ code }) => code === 'Unschedulable').length;
  const reasons: Record<string, number> = {};
  if (hopeful > 0) reasons['No preemption victims found for incoming pod'] = hopeful;
  if (hopeful < refusals.length) reasons['Preemption is not helpful for scheduling'] = refusals.length - hopeful;
  return available(refusals.length, reasons);
}

function available(nodes: number, reasons: ReasonCounts): string {
  const parts = Object.entries(reasons).map(([reason, count]) => `${count} ${reason}`);
  return `0/${nodes} nodes are available: ${parts.sort().join(', ')}.`;
}
