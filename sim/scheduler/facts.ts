import type { Pod } from '../api/kinds/pod.ts';
import { REPELLING, untoleratedTaint } from '../api/nodeselector.ts';
import type { NodeInfo } from './nodeinfo.ts';
import type { Plugin } from './plugin.ts';

/**
 * What a filter compared on one node, in words with both sides. They explain a verdict and never make one: the filters
 * do not read them, and a test holds the two together.
 */
export function factsOf(plugin: Plugin, pod: Pod, info: NodeInfo, cycle: unknown): readonly string[] {
  return plugin.facts?.(pod, info, cycle) ?? FACTS[plugin.name]?.(pod, info, cycle) ?? [];
}

type Facts = (pod: Pod, info: NodeInfo, cycle: unknown) => readonly string[];

const FACTS: Readonly<Record<string, Facts>> = {
  NodeUnschedulable: (_pod, { node }) => [node.spec.unschedulable ? 'cordoned' : 'not cordoned'],
  NodeName: () => ['the pod names no node'],
  TaintToleration: taintFacts,
  NodeAffinity: affinityFacts,
};

function taintFacts(pod: Pod, { node }: NodeInfo): readonly string[] {
  const text = ({ key, value, effect }: { key: string; value?: string; effect: string }) =>
    `${key}${value ? `=${value}` : ''}:${effect}`;
  const untolerated = untoleratedTaint(pod, node, REPELLING);
  if (untolerated !== undefined) return [`taint ${text(untolerated)}, not tolerated`];
  const taints = (node.spec.taints ?? []).filter(({ effect }) => (REPELLING as readonly string[]).includes(effect));
  return taints.length === 0 ? ['no taint that keeps pods away'] : taints.map((taint) => `tolerates ${text(taint)}`);
}

function affinityFacts({ spec }: Pod, { node }: NodeInfo): readonly string[] {
  const has = (key: string) => `${key}=${node.metadata.labels?.[key] ?? ''}`;
  const selected = Object.entries(spec.nodeSelector ?? {}).map(([key, value]) => {
    const own = node.metadata.labels?.[key];
    return `asks ${key}=${value}, ${own === undefined ? 'has no such label' : `has ${has(key)}`}`;
  });
  const terms = spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms ?? [];
  const alternatives = terms.map(({ matchExpressions = [], matchFields = [] }) =>
    [...matchExpressions, ...matchFields]
      .map(({ key, operator, values = [] }) => `${key} ${operator} ${values.join(', ')}`.trim())
      .join(' and '),
  );
  return alternatives.length === 0 ? selected : [...selected, `asks ${alternatives.join(', or ')}`];
}
