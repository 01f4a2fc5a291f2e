import type { Plugin } from '../plugin.ts';
import { defaultBinder } from './defaultbinder.ts';
import { nodeAffinity } from './nodeaffinity.ts';
import { nodeName } from './nodename.ts';
import { nodeUnschedulable } from './nodeunschedulable.ts';
import { prioritySort } from './prioritysort.ts';
import { taintToleration } from './tainttoleration.ts';

/** Upstream's order (`default_plugins.go`), which decides who is asked first and whose refusal is counted. */
const ORDER = [
  'SchedulingGates',
  'PrioritySort',
  'NodeUnschedulable',
  'NodeName',
  'TaintToleration',
  'NodeAffinity',
  'NodePorts',
  'NodeResourcesFit',
  'VolumeRestrictions',
  'VolumeBinding',
  'PodTopologySpread',
  'InterPodAffinity',
  'DynamicResources',
  'DefaultPreemption',
  'NodeResourcesBalancedAllocation',
  'ImageLocality',
  'DefaultBinder',
];

const known: Plugin[] = [prioritySort, nodeUnschedulable, nodeName, taintToleration, nodeAffinity, defaultBinder];

/** The default profile's plugins that exist here, in upstream's order. */
export const plugins: readonly Plugin[] = known;

/** Plugins of a pack, before the first cluster boots; adding one again changes nothing. */
export function addSchedulerPlugins(more: readonly Plugin[]): void {
  known.push(...more.filter((plugin) => !known.includes(plugin)));
  const placeOf = ({ name }: Plugin) => ORDER.indexOf(name);
  known.sort((a, b) => placeOf(a) - placeOf(b) || (a.name < b.name ? -1 : 1));
}
