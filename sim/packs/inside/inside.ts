import type { Timeline } from '../../kernel/timeline.ts';
import { isUp } from '../../kernel/world.ts';
import { LOAD_BALANCER } from '../../protocol/http.ts';
import { drawnAs, isEtcd } from '../../view/names.ts';
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
  const known = DOORS[drawnAs(part)];
  if (known !== undefined && part !== LOAD_BALANCER) return known(timeline, processOf(timeline, part));
  const node = /^(?:node|kubelet|kube-proxy|containerd|crio|dockerd)\/(.+)$/.exec(part)?.[1];
  if (node !== undefined && timeline.world.index.has(`kubelet/${node}`)) return insideNode(timeline, node);
  return `${part} cannot be opened: there is nothing inside that this course shows.`;
}

const DOORS: Readonly<Record<string, (timeline: Timeline, process: string) => Inside>> = {
  'kube-scheduler': insideScheduler,
  'kube-controller-manager': insideControllers,
  'kube-apiserver': insideApiServer,
};

/** The process that is meant; of several the one that leads, else the first that runs. */
function processOf({ world }: Timeline, part: string): string {
  if (world.index.has(part)) return part;
  const all = world.actors.filter(({ name, component }) => component === part && name !== part).map(({ name }) => name);
  const running = all.filter((name) => isUp(world, name));
  const leads = (name: string) =>
    (world.states.get(name) as { readonly election?: { readonly isLeader: boolean } } | undefined)?.election?.isLeader;
  return running.find(leads) ?? running[0] ?? all[0] ?? part;
}
