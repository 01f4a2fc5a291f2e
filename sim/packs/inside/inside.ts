import type { Timeline } from '../../kernel/timeline.ts';
import { isUp } from '../../kernel/world.ts';
import type { CoreDnsState } from '../../net/dns/coredns.ts';
import { LOAD_BALANCER } from '../../protocol/http.ts';
import { LAB_PROCESSES } from '../../protocol/lab.ts';
import { drawnAs, isEtcd } from '../../view/names.ts';
import { insideApiServer } from './apiserver.ts';
import { insideBalancer } from './balancer.ts';
import { insideCloud, insideProvisioner } from './cloud.ts';
import { insideControllers } from './controllers.ts';
import { insideDns } from './dns.ts';
import { insideEtcd } from './etcd.ts';
import { insideLabController, insideLabPlugin, votesOfLab } from './labs.ts';
import { insideMetrics } from './metrics.ts';
import { insideNode } from './node.ts';
import { insidePolicies } from './policies.ts';
import { insideScheduler } from './scheduler.ts';
import type { Inside } from './section.ts';
import { insideKubectl } from './terminal.ts';

/**
 * A component, or a node, opened at this instant: what it holds in memory, read from the world, and what its trace
 * tells. A pure function of world, trace, time and part. A sentence for a part that cannot be opened.
 */
export function lookInside(timeline: Timeline, part: string): Inside | string {
  const opened = open(timeline, part);
  return typeof opened === 'string' ? opened : { ...opened, others: othersOf(timeline) };
}

function open(timeline: Timeline, part: string): Inside | string {
  const { world } = timeline;
  const found = world.actors.find(({ name }) => name === part)?.component;
  if (isEtcd(part)) {
    const etcd = insideEtcd(timeline, part);
    const isAsked = found === LAB_PROCESSES.vote && world.states.has(part);
    return isAsked ? { ...etcd, sections: [...votesOfLab(timeline, part), ...etcd.sections] } : etcd;
  }
  const component = found ?? part;
  const other = OTHERS[component];
  if (other !== undefined) return isUp(world, part) || isLab(part) ? other(timeline, part) : stopped(part);
  const known = DOORS[drawnAs(part)];
  if (known !== undefined) return known(timeline, processOf(timeline, part));
  const node = /^(?:node|kubelet|(?:my-)?kube-proxy|containerd|crio|dockerd|cri-dockerd|network)\/(.+)$/.exec(
    part,
  )?.[1];
  if (node !== undefined && world.index.has(`kubelet/${node}`)) return insideNode(timeline, node);
  return `${part} cannot be opened: there is nothing inside that this course shows.`;
}

type Door = (timeline: Timeline, process: string) => Inside;

const DOORS: Readonly<Record<string, Door>> = {
  'kube-scheduler': insideScheduler,
  'kube-controller-manager': insideControllers,
  'kube-apiserver': insideApiServer,
};

/** By component: what only some clusters have, and the person's own terminal. */
const OTHERS: Readonly<Record<string, Door>> = {
  [LAB_PROCESSES['replicaset-controller']]: insideLabController,
  [LAB_PROCESSES.operator]: insideLabController,
  [LAB_PROCESSES['score-plugin']]: insideLabPlugin,
  [LOAD_BALANCER]: insideBalancer,
  coredns: insideDns,
  'metrics-server': insideMetrics,
  'cloud-controller-manager': insideCloud,
  provisioner: insideProvisioner,
  'policy-agent': insidePolicies,
  kubectl: insideKubectl,
};

/** What a program said before it crashed is wanted just then. */
function isLab(part: string): boolean {
  return (Object.values(LAB_PROCESSES) as readonly string[]).includes(part);
}

/** More of these are too many for a list. */
const MOST_OTHERS = 60;

function othersOf({ world }: Timeline): readonly string[] {
  const all = world.actors
    .filter(({ component }) => OTHERS[component] !== undefined)
    .map(({ name }) => name)
    .filter((name) => !isIdle(world.states.get(name)));
  return all.slice(0, MOST_OTHERS);
}

/** CoreDNS on a node without a container of it. */
function isIdle(state: Partial<CoreDnsState> | undefined): boolean {
  return state?.servers?.size === 0;
}

function stopped(part: string): Inside {
  const summary = 'It is stopped. What it had in its memory is gone; it reads everything anew when it starts.';
  return { part, title: `Inside ${part}`, summary, sections: [] };
}

/** The process that is meant; of several the one that leads, else the first that runs. */
function processOf({ world }: Timeline, part: string): string {
  if (world.index.has(part)) return part;
  const all = world.actors.filter(({ name, component }) => component === part && name !== part).map(({ name }) => name);
  const running = all.filter((name) => isUp(world, name));
  const leads = (name: string) =>
    (world.states.get(name) as { readonly election?: { readonly isLeader: boolean } } | undefined)?.election?.isLeader;
  return running.find(leads) ?? running[0] ?? all[0] ?? part;
}
