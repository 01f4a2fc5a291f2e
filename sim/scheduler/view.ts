import type { Pod } from '../api/kinds/pod.ts';
import type { ReplicaSet } from '../api/kinds/replicaset.ts';
import type { Service } from '../api/kinds/service.ts';
import { cacheOf } from '../client/calls.ts';
import type { ClusterView } from './plugin.ts';
import type { SchedulerState } from './state.ts';

/** What plugins may look at, as the scheduler sees it now. */
export function viewOf(state: SchedulerState): ClusterView {
  const { client, nodes } = state;
  return {
    nodes: [...nodes.values()],
    services: cacheOf<Service>(client, 'services'),
    replicaSets: cacheOf<ReplicaSet>(client, 'replicasets'),
    ...(state.nominated.size > 0 && { nominated: nominatedPods(state) }),
    cached: (informer) => cacheOf(client, informer),
  };
}

function nominatedPods({ client, nominated }: SchedulerState): ReadonlyMap<string, readonly Pod[]> {
  const byNode = new Map<string, readonly Pod[]>();
  const pods = cacheOf<Pod>(client, 'pods');
  for (const [key, node] of nominated) {
    const pod = pods.get(key);
    if (pod !== undefined) byNode.set(node, [...(byNode.get(node) ?? []), pod]);
  }
  return byNode;
}
