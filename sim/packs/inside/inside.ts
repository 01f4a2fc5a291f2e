import type { Timeline } from '../../kernel/timeline.ts';
import { isEtcd } from '../../view/names.ts';
import { insideApiServer } from './apiserver.ts';
import { insideControllers } from './controllers.ts';
import { insideEtcd } from './etcd.ts';
import { insideNode } from './node.ts';
import { insideScheduler } from './scheduler.ts';
import type { Inside } from './section.ts';

/**
 * A component, or a node, opened at this instant: what it holds in memory, read from the world, and what its trace
 * tells. A pure function of world, trace, time and part. A sentence for a part that cannot be opened.
 */
export function lookInside(timeline: Timeline, part: string): Inside | string {
  if (isEtcd(part)) return insideEtcd(timeline, part);
  if (part === 'kube-scheduler') return insideScheduler(timeline);
  if (part === 'kube-controller-manager') return insideControllers(timeline);
  if (part === 'kube-apiserver') return insideApiServer(timeline);
  const node = /^(?:node|kubelet|kube-proxy|containerd|crio|dockerd)\/(.+)$/.exec(part)?.[1];
  if (node !== undefined && timeline.world.index.has(`kubelet/${node}`)) return insideNode(timeline, node);
  return `${part} cannot be opened: there is nothing inside that this course shows.`;
}
