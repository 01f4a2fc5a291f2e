import type { Pod } from '../api/kinds/pod.ts';
import { likenessOf, rawScores, settledScores } from './likeness.ts';
import type { NodeInfo } from './nodeinfo.ts';
import type { ClusterView, Participant, Plugin } from './plugin.ts';

/** A plugin's scores of the feasible nodes, in their order. */
export interface PluginScores {
  readonly plugin: Pick<Plugin, 'name' | 'weight'>;
  readonly raw: readonly number[];
  readonly normalized: readonly number[];
}

/** PreScore, Score and NormalizeScore: every scoring plugin's scores of the feasible nodes. */
export function scoreNodes(
  pod: Pod,
  view: ClusterView,
  plugins: readonly Plugin[],
  feasible: readonly NodeInfo[],
): readonly PluginScores[] {
  return scorersFor(pod, view, plugins, feasible).map(({ plugin, cycle }) => {
    const raw = feasible.map((info) => plugin.score?.(pod, info, cycle) ?? 0);
    return { plugin, raw, normalized: plugin.normalize?.(raw, cycle) ?? raw };
  });
}

/** The weighted sum of one node's scores. */
export function totalOf(scores: readonly PluginScores[], index: number): number {
  let total = 0;
  for (const { plugin, normalized } of scores) total += plugin.weight * (normalized[index] ?? 0);
  return total;
}

/** The weighted sums of all plugins, as {@link totalOf} would add them up, with what nodes said to pods alike. */
export function totalScores(
  pod: Pod,
  view: ClusterView,
  plugins: readonly Plugin[],
  feasible: readonly NodeInfo[],
): readonly number[] {
  const likeness = likenessOf(pod, plugins);
  const scorers = scorersFor(pod, view, plugins, feasible);
  const isSettled = ({ plugin }: Participant) => plugin.sign !== undefined && plugin.normalize === undefined;
  const totals = settledScores(pod, feasible, plugins, likeness, scorers.filter(isSettled));
  for (const scorer of scorers) {
    if (isSettled(scorer)) continue;
    const { plugin, cycle } = scorer;
    const raw =
      plugin.sign === undefined
        ? feasible.map((info) => plugin.score?.(pod, info, cycle) ?? 0)
        : rawScores(pod, feasible, plugins, likeness, scorer);
    const normalized = plugin.normalize?.(raw, cycle) ?? raw;
    for (let index = 0; index < totals.length; index++) {
      totals[index] = (totals[index] ?? 0) + plugin.weight * (normalized[index] ?? 0);
    }
  }
  return totals;
}

/** The plugins that score this pod. */
function scorersFor(
  pod: Pod,
  view: ClusterView,
  plugins: readonly Plugin[],
  feasible: readonly NodeInfo[],
): readonly Participant[] {
  const participants: Participant[] = [];
  for (const plugin of plugins) {
    if (plugin.score === undefined) continue;
    const cycle = plugin.preScore?.(pod, view, feasible);
    if (plugin.preScore === undefined || cycle !== undefined) participants.push({ plugin, cycle });
  }
  return participants;
}
