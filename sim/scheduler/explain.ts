import type { Pod } from '../api/kinds/pod.ts';
import { filtersFor, scoreNodes, totalOf } from './framework.ts';
import { removePod } from './nodeinfo.ts';
import type { ClusterView, Verdict } from './plugin.ts';
import { plugins } from './plugins/index.ts';

/** One node's row of the table behind a decision. */
export interface ExplainedNode {
  readonly node: string;
  readonly isFeasible: boolean;
  /** Every filter's verdict, also those that the real cycle does not reach after the first refusal. */
  readonly filters: readonly { readonly plugin: string; readonly verdict: Verdict }[];
  /** Empty for a node that is not feasible. */
  readonly scores: readonly ExplainedScore[];
  readonly total: number;
}

/** One plugin's part in a node's total, which is the sum of weight × normalized. */
export interface ExplainedScore {
  readonly plugin: string;
  readonly raw: number;
  readonly normalized: number;
  readonly weight: number;
}

/**
 * The full table for a pod by the same code that decides: nothing is kept for it, it is computed when somebody asks.
 */
export function explainPod(view: ClusterView, pod: Pod): readonly ExplainedNode[] {
  const nodes = view.nodes.map((info) => removePod(info, pod));
  const cluster = { ...view, nodes };
  const unbound = { ...pod, spec: { ...pod.spec, nodeName: undefined } };
  const filters = filtersFor(unbound, cluster, plugins);
  const rows = nodes.map((info) => ({
    info,
    filters: filters.map(({ plugin, cycle }) => ({
      plugin: plugin.name,
      verdict: plugin.filter?.(unbound, info, cycle),
    })),
  }));
  const isFeasible = (row: (typeof rows)[number]) => row.filters.every(({ verdict }) => verdict === undefined);
  const feasible = rows.filter(isFeasible).map(({ info }) => info);
  const scores = scoreNodes(unbound, cluster, plugins, feasible);
  return rows.map((row) => {
    const index = feasible.indexOf(row.info);
    return {
      node: row.info.node.metadata.name,
      isFeasible: index >= 0,
      filters: row.filters,
      scores: index < 0 ? [] : scores.map((score) => explainScore(score, index)),
      total: index < 0 ? 0 : totalOf(scores, index),
    };
  });
}

function explainScore(
  { plugin, raw, normalized }: ReturnType<typeof scoreNodes>[number],
  index: number,
): ExplainedScore {
  return { plugin: plugin.name, raw: raw[index] ?? 0, normalized: normalized[index] ?? 0, weight: plugin.weight };
}
