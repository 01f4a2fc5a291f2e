import type { Pod } from '../api/kinds/pod.ts';
import type { NodeInfo } from './nodeinfo.ts';
import { NodeMemo } from './nodememo.ts';
import type { Participant, Plugin, Refusal } from './plugin.ts';

/**
 * What a node said to the last pod, for pods that are like it: hundreds of replicas ask thousands of nodes the same
 * questions, and a node changes only when a pod comes or goes. Only plugins that {@link Plugin.sign} are remembered.
 */
interface Answers {
  /** Whom the answers are of: which plugins, and pods of which likeness. */
  readonly plugins: readonly Plugin[];
  readonly likeness: string;
  /** The first refusal by a plugin that signs; absent when all let the pod in. */
  readonly refused: { readonly by: Plugin; readonly refusal: Refusal } | undefined;
  /** Raw scores, by the plugin's place in `plugins`, as far as they were asked for. */
  readonly raw: (number | undefined)[];
  /** The weighted sum of the plugins that do not normalise. */
  settled: number | undefined;
}

const known = new NodeMemo<Answers>();

/** The filters of one cycle: those whose answers may be remembered, and the others with their places in the order. */
export interface Filters {
  readonly plugins: readonly Plugin[];
  readonly likeness: string;
  readonly signing: readonly Participant[];
  readonly others: readonly Participant[];
}

/** Everything of a pod that signing plugins look at: pods with equal texts are alike. */
export function likenessOf(pod: Pod, plugins: readonly Plugin[]): string {
  const before = likenesses.get(pod);
  if (before?.plugins === plugins) return before.likeness;
  let likeness = '';
  for (const { sign } of plugins) if (sign !== undefined) likeness += `${sign(pod)}\n`;
  likenesses.set(pod, { plugins, likeness });
  return likeness;
}

const likenesses = new WeakMap<Pod, { readonly plugins: readonly Plugin[]; readonly likeness: string }>();

/** The filters, sorted by whether they sign. */
export function sortFilters(pod: Pod, plugins: readonly Plugin[], filters: readonly Participant[]): Filters {
  return {
    plugins,
    likeness: likenessOf(pod, plugins),
    signing: filters.filter(({ plugin }) => plugin.sign !== undefined),
    others: filters.filter(({ plugin }) => plugin.sign === undefined),
  };
}

/** The first refusal of a node in the order of the plugins, as if all had been asked. */
export function refusalByAll(pod: Pod, info: NodeInfo, filters: Filters, refusedBy: Set<string>): Refusal | undefined {
  const { plugins, likeness, signing, others } = filters;
  const { refused } = answersOf(pod, info, plugins, likeness, signing);
  for (const { plugin, cycle } of others) {
    if (refused !== undefined && plugins.indexOf(plugin) > plugins.indexOf(refused.by)) break;
    const refusal = plugin.filter?.(pod, info, cycle);
    if (refusal === undefined) continue;
    refusedBy.add(plugin.name);
    return refusal;
  }
  if (refused !== undefined) refusedBy.add(refused.by.name);
  return refused?.refusal;
}

/** A signing plugin's raw scores of nodes that the filters have just let through. */
export function rawScores(
  pod: Pod,
  nodes: readonly NodeInfo[],
  plugins: readonly Plugin[],
  likeness: string,
  { plugin, cycle }: Participant,
): readonly number[] {
  const place = plugins.indexOf(plugin);
  return nodes.map((info) => {
    const answers = recall(info, plugins, likeness);
    const raw = answers?.raw[place] ?? plugin.score?.(pod, info, cycle) ?? 0;
    if (answers !== undefined) answers.raw[place] = raw;
    return raw;
  });
}

/** The weighted sums of the plugins that sign and do not normalise: they hang on the one node alone. */
export function settledScores(
  pod: Pod,
  nodes: readonly NodeInfo[],
  plugins: readonly Plugin[],
  likeness: string,
  scorers: readonly Participant[],
): number[] {
  const sumOn = (info: NodeInfo) => {
    let sum = 0;
    for (const { plugin, cycle } of scorers) sum += plugin.weight * (plugin.score?.(pod, info, cycle) ?? 0);
    return sum;
  };
  return nodes.map((info) => {
    const answers = recall(info, plugins, likeness);
    const sum = answers?.settled ?? sumOn(info);
    if (answers !== undefined) answers.settled = sum;
    return sum;
  });
}

function recall(info: NodeInfo, plugins: readonly Plugin[], likeness: string): Answers | undefined {
  const answers = known.get(info);
  return answers?.plugins === plugins && answers.likeness === likeness ? answers : undefined;
}

function answersOf(
  pod: Pod,
  info: NodeInfo,
  plugins: readonly Plugin[],
  likeness: string,
  signing: readonly Participant[],
): Answers {
  const before = recall(info, plugins, likeness);
  if (before !== undefined) return before;
  let refused: Answers['refused'];
  for (const { plugin, cycle } of signing) {
    const refusal = plugin.filter?.(pod, info, cycle);
    if (refusal === undefined) continue;
    refused = { by: plugin, refusal };
    break;
  }
  const answers = { plugins, likeness, refused, raw: [], settled: undefined };
  known.set(info, answers);
  return answers;
}
