import { interPodAffinity as affinityRules } from '../api/podspec/affinity.ts';
import { schedulingGates as gateRules } from '../api/podspec/gates.ts';
import { topologySpread as spreadRules } from '../api/podspec/spread.ts';
import type { ClusterPack } from '../cluster/boot.ts';
import type { Plugin } from '../scheduler/plugin.ts';
import { defaultPreemption } from '../scheduler/plugins/defaultpreemption.ts';
import { dynamicResources } from '../scheduler/plugins/dynamicresources.ts';
import { imageLocality } from '../scheduler/plugins/imagelocality.ts';
import { interPodAffinity } from '../scheduler/plugins/interpodaffinity.ts';
import { nodePorts } from '../scheduler/plugins/nodeports.ts';
import { nodeResourcesBalancedAllocation } from '../scheduler/plugins/noderesourcesbalancedallocation.ts';
import { nodeResourcesFit } from '../scheduler/plugins/noderesourcesfit.ts';
import { podTopologySpread } from '../scheduler/plugins/podtopologyspread.ts';
import { schedulingGates } from '../scheduler/plugins/schedulinggates.ts';

const plugins: readonly unknown[] = [
  schedulingGates,
  nodePorts,
  nodeResourcesFit,
  podTopologySpread,
  interPodAffinity,
  dynamicResources,
  defaultPreemption,
  nodeResourcesBalancedAllocation,
  imageLocality,
];

/** The scheduler's plugins beside the simplest, with the rules for the fields that they read. */
export const scheduling: ClusterPack = {
  podParts: [affinityRules, spreadRules, gateRules],
  schedulerPlugins: plugins as readonly Plugin[],
  schedulerWatched: ['namespaces', 'poddisruptionbudgets.policy'],
};
