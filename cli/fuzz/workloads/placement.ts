import type { Node } from '../../../sim/api/kinds/node.ts';
import type { Pod } from '../../../sim/api/kinds/pod.ts';
import type { SchedulerState } from '../../../sim/scheduler/state.ts';
import { amount, hasEnded } from './readings.ts';
import type { Change, Truth } from './truth.ts';

const RESOURCES = ['cpu', 'memory', 'pods'];

/** A pod is bound once, and a node is never asked for more than it has. Gives a sentence about what is not so. */
export function misplaced({ plural, key, old, now }: Change, truth: Truth): string {
  if (plural !== 'pods' || now === undefined) return '';
  const [before, after] = [old, now].map((pod) => (pod as Pod | undefined)?.spec.nodeName ?? '');
  if (before === after || old?.metadata.uid !== now.metadata.uid) return '';
  if (before !== '') return `pod ${key} was bound to ${before}, and then to ${after}`;
  const node = truth.of<Node>('nodes').get(after ?? '');
  if (node === undefined) return `pod ${key} was bound to ${after}, which is no node`;
  const here = [...truth.of<Pod>('pods').values()].filter((pod) => pod.spec.nodeName === after && !hasEnded(pod));
  return overfilled(node, here, now as Pod);
}

/** What the scheduler knows of a node, bound and assumed, after it has chosen that node for a pod. */
export function overfilledInMind({ nodes, assumed }: SchedulerState, name: string, key: string): string {
  const info = nodes.get(name);
  const pod = assumed.get(key);
  if (info === undefined || pod === undefined) return '';
  const problem = overfilled(info.node, info.pods, pod);
  return problem === '' ? '' : `the scheduler knew it: ${problem}`;
}

/** A node that was too full before may still take a pod that asks for nothing of the resource. */
function overfilled({ metadata, status }: Node, pods: readonly Pod[], added: Pod): string {
  for (const resource of RESOURCES) {
    const most = amount(resource, status?.allocatable?.[resource]);
    const asked = pods.reduce((sum, pod) => sum + requestOf(pod, resource), 0);
    if (asked > most && requestOf(added, resource) > 0)
      return `pod ${added.metadata.name} was put on ${metadata.name}, of which ${asked} ${resource} are asked, and it has ${most}`;
  }
  return '';
}

function requestOf({ spec }: Pod, resource: string): number {
  if (resource === 'pods') return 1;
  return spec.containers.reduce((sum, one) => sum + amount(resource, one.resources?.requests?.[resource]), 0);
}
