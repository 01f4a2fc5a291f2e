import type { Plugin } from '../plugin.ts';
import { imageLocality } from './imagelocality.ts';
import { nodeAffinity } from './nodeaffinity.ts';
import { nodeName } from './nodename.ts';
import { nodePorts } from './nodeports.ts';
import { nodeResourcesBalancedAllocation } from './noderesourcesbalancedallocation.ts';
import { nodeResourcesFit } from './noderesourcesfit.ts';
import { nodeUnschedulable } from './nodeunschedulable.ts';
import { podTopologySpread } from './podtopologyspread.ts';
import { taintToleration } from './tainttoleration.ts';

const known: Plugin[] = [
  nodeUnschedulable,
  nodeName,
  taintToleration,
  nodeAffinity,
  nodePorts,
  nodeResourcesFit,
  podTopologySpread,
  nodeResourcesBalancedAllocation,
  imageLocality,
];

/** The default profile's plugins that exist here, in upstream's order, which decides whose refusal is counted. */
export const plugins: readonly Plugin[] = known;

/** Plugins of a pack, before the first cluster boots: those about volumes come before PodTopologySpread. */
export function addSchedulerPlugins(more: readonly Plugin[]): void {
  const fresh = more.filter((plugin) => !known.includes(plugin));
  known.splice(known.indexOf(podTopologySpread as Plugin), 0, ...fresh);
}
