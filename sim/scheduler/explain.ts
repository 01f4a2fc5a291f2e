import type { Pod } from '../api/kinds/pod.ts';
import { wordsOf } from './counterfactual/changes.ts';
import { type Remedy, remediesFor, tippingWeights } from './counterfactual/counterfactual.ts';
import { factsOf } from './facts.ts';
import { choose, type Decision, type Filtered, filterNodes, filtersFor } from './framework.ts';
import type { RecordedScores } from './lab/recorded.ts';
import { type NodeInfo, removePod } from './nodeinfo.ts';
import type { ClusterView, Participant, Plugin } from './plugin.ts';
import { byDefault, type Framework } from './profiles.ts';
import { type PluginScores, scoreNodes, totalOf } from './scoring.ts';

/** The tables behind one decision. */
export interface ExplainedDecision {
  readonly decision: Decision | Unscored;
  /** Filter plugins that took part, in the order in which they are asked. */
  readonly filters: readonly string[];
  /** Filter plugins that this pod gives nothing to do. */
  readonly skipped: readonly string[];
  /** Scoring plugins that took part, with their weights. Empty when nothing was scored. */
  readonly scorers: readonly { readonly plugin: string; readonly weight: number }[];
  /** In the order of the search. */
  readonly nodes: readonly ExplainedNode[];
  /** What would have changed the outcome: found by trying, in sentences. */
  readonly otherwise: readonly string[];
}

/** Nodes passed the filters, but the plugin of the profile gave no numbers: nothing can be said of the best. */
export interface Unscored {
  readonly type: 'unscored';
  readonly sentence: string;
  readonly feasible: number;
  readonly examined: number;
}

/** One node's rows of both tables. */
export interface ExplainedNode {
  readonly node: string;
  /** False for a node that the search did not come to, because enough were found. */
  readonly isExamined: boolean;
  readonly isFeasible: boolean;
  /** One for each of the filters that took part. */
  readonly filters: readonly ExplainedVerdict[];
  /** One for each of the scorers; empty for a node that was not scored. */
  readonly scores: readonly ExplainedScore[];
  /** The sum of weight × normalized. */
  readonly total: number;
}

/** What one filter said of one node, and what it compared. */
export interface ExplainedVerdict {
  /** Of several refusals only the first is asked for: the others are `not asked`. */
  readonly verdict: 'passes' | 'refuses' | 'not asked';
  /** Upstream's reasons, also those of a refusal that nobody asked for. */
  readonly reasons: readonly string[];
  /** Both sides of each comparison: `asks 1000m cpu, 500m free of 2000m`. */
  readonly facts: readonly string[];
}

/** One plugin's part in a node's sum. */
export interface ExplainedScore {
  readonly raw: number;
  readonly normalized: number;
}

/**
 * The full tables for a pod by the same code that decides: nothing is kept for them, they are computed when somebody
 * asks. `start` is where the search begins in the list of nodes. Where a profile has a plugin of its own, `recorded` is
 * what that said: no default plugin scores then. Pure: changes nothing.
 */
export function explainPod(
  view: ClusterView,
  pod: Pod,
  start: number,
  recorded?: RecordedScores,
  { plugins, percentage }: Framework = byDefault,
): ExplainedDecision {
  const nodes = view.nodes.map((info) => removePod(info, pod));
  const cluster = { ...view, nodes };
  const unbound = { ...pod, spec: { ...pod.spec, nodeName: undefined } };
  const filtered = filterNodes(unbound, cluster, plugins, start, percentage);
  const feasible = 'feasible' in filtered ? filtered.feasible : [];
  const scores = feasible.length > 1 ? scoresOf(unbound, cluster, feasible, plugins, recorded) : [];
  const filters = filtersFor(unbound, cluster, plugins);
  const rows = nodes.map((_, index) => {
    const info = nodes[(start + index) % nodes.length] as NodeInfo;
    const isExamined = 'isNominated' in filtered ? feasible[0] === info : index < filtered.examined;
    return { info, isExamined, verdicts: verdictsOf(unbound, info, filters) };
  });
  const names = filters.map(({ plugin }) => plugin.name);
  const decision = 'feasible' in filtered ? settle(filtered, scores, recorded) : filtered;
  const scorers = scores.map(({ plugin }) => ({ plugin: plugin.name, weight: plugin.weight }));
  const explained = rows.map((row) => explainedNode(row, feasible, scores));
  return {
    decision,
    filters: names,
    skipped: plugins
      .filter(({ filter, name }) => filter !== undefined && !names.includes(name))
      .map(({ name }) => name),
    scorers,
    nodes: explained,
    otherwise:
      decision.type === 'rejected'
        ? remedyTexts(remediesFor({ pod: unbound, view: cluster }, plugins))
        : decision.type === 'chosen'
          ? tippingTexts(explained, scorers, decision.node)
          : [],
  };
}

interface Row {
  readonly info: NodeInfo;
  readonly isExamined: boolean;
  readonly verdicts: readonly ExplainedVerdict[];
}

function explainedNode(
  { info, isExamined, verdicts }: Row,
  feasible: readonly NodeInfo[],
  scores: readonly PluginScores[],
): ExplainedNode {
  const index = feasible.indexOf(info);
  const of = ({ raw, normalized }: PluginScores) => ({ raw: raw[index] ?? 0, normalized: normalized[index] ?? 0 });
  return {
    node: info.node.metadata.name,
    isExamined,
    isFeasible: index >= 0,
    filters: verdicts,
    scores: index < 0 ? [] : scores.map(of),
    total: index < 0 ? 0 : totalOf(scores, index),
  };
}

/** So many ways are told. */
const MOST_TOLD = 6;

function remedyTexts(remedies: readonly Remedy[]): readonly string[] {
  const texts = remedies
    .slice(0, MOST_TOLD)
    .map(({ node, changes }) => `${node}: ${changes.map(wordsOf).join(' and ')}.`);
  const more = remedies.length - texts.length;
  return more === 0 ? texts : [...texts, `${more} more ways are as small.`];
}

function tippingTexts(
  nodes: readonly ExplainedNode[],
  scorers: ExplainedDecision['scorers'],
  winner: string,
): readonly string[] {
  const rows = nodes
    .filter(({ isFeasible }) => isFeasible)
    .map(({ node, scores }) => ({ node, scores: scores.map(({ normalized }) => normalized) }));
  return tippingWeights(rows, scorers, winner).map(
    ({ plugin, from, weight, node }) => `${node}, had ${plugin} the weight ${weight} and not ${from}.`,
  );
}

/** The scores of the default profile's plugins, or of the one of another profile as it was recorded. */
function scoresOf(
  pod: Pod,
  view: ClusterView,
  feasible: readonly NodeInfo[],
  plugins: readonly Plugin[],
  recorded: RecordedScores | undefined,
): readonly PluginScores[] {
  if (recorded === undefined) return scoreNodes(pod, view, plugins, feasible);
  if ('sentence' in recorded) return [];
  const { plugin: name, weight, scores } = recorded;
  return [{ plugin: { name, weight }, raw: scores, normalized: scores }];
}

function settle(
  filtered: Filtered,
  scores: readonly PluginScores[],
  recorded: RecordedScores | undefined,
): Decision | Unscored {
  const { feasible, examined } = filtered;
  if (feasible.length > 1 && recorded !== undefined && 'sentence' in recorded) {
    return { type: 'unscored', sentence: recorded.sentence, feasible: feasible.length, examined };
  }
  return choose(filtered, (index) => totalOf(scores, index));
}

function verdictsOf(pod: Pod, info: NodeInfo, filters: readonly Participant[]): readonly ExplainedVerdict[] {
  let isRefused = false;
  return filters.map(({ plugin, cycle }) => {
    const refusal = plugin.filter?.(pod, info, cycle);
    const verdict = isRefused ? 'not asked' : refusal === undefined ? 'passes' : 'refuses';
    isRefused ||= refusal !== undefined;
    return { verdict, reasons: refusal?.reasons ?? [], facts: factsOf(plugin, pod, info, cycle) };
  });
}
