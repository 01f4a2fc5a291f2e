import type { ReplicaSet } from '../api/kinds/replicaset.ts';
import type { Service } from '../api/kinds/service.ts';
import { cacheOf } from '../client/calls.ts';
import type { ClusterView } from './plugin.ts';
import type { SchedulerState } from './state.ts';

/** What plugins may look at, as the scheduler sees it now. */
export function viewOf({ client, nodes }: SchedulerState): ClusterView {
  return {
    nodes: [...nodes.values()],
    services: cacheOf<Service>(client, 'services'),
    replicaSets: cacheOf<ReplicaSet>(client, 'replicasets'),
    cached: (informer) => cacheOf(client, informer),
  };
}
