import type { Pod } from '../api/kinds/pod.ts';
import { controllerOf, type KubeObject, objectKey } from '../api/meta.ts';
import { printPod } from '../api/podspec/printed.ts';
import { milliValue, wholeValue } from '../api/quantity.ts';
import type { Millis } from '../kernel/message.ts';
import type { Livery, PodShape, ScenePod } from './scene.ts';

/** Who owns each pod in the end: `deployment/default/web` rather than its ReplicaSet; a pod that nobody owns owns itself. */
export function ownersOf(pods: readonly Pod[], replicaSets: readonly KubeObject[]): ReadonlyMap<Pod, string> {
  const above = new Map(replicaSets.map((set) => [set.metadata.uid ?? '', controllerOf(set)]));
  return new Map(
    pods.map((pod) => {
      const direct = controllerOf(pod);
      const owner = (direct && above.get(direct.uid)) ?? direct;
      const kind = owner?.kind.toLowerCase() ?? 'pod';
      return [pod, `${kind}/${pod.metadata.namespace ?? ''}/${owner?.name ?? pod.metadata.name}`];
    }),
  );
}

const LIVERIES: readonly Livery[] = ['B', 'D', 'A', 'C'];

/** One livery for each owner, which it keeps as others come and go; the fifth owner shares one. */
export function liveriesOf(owners: Iterable<string>): ReadonlyMap<string, Livery> {
  const liveries = new Map<string, Livery>();
  const taken = new Set<Livery>();
  for (const owner of new Set(owners)) {
    let index = 0;
    for (const letter of owner) index = (index * 31 + (letter.codePointAt(0) ?? 0)) % 1009;
    const wishes = LIVERIES.map((_, shift) => LIVERIES[(index + shift) % LIVERIES.length] as Livery);
    const livery = wishes.find((wish) => !taken.has(wish)) ?? (wishes[0] as Livery);
    taken.add(livery);
    liveries.set(owner, livery);
  }
  return liveries;
}

/** A pod as a crate. `isLost`: the node controller has lost contact with its node. */
export function scenePod(pod: Pod, owner: string, livery: Livery, now: Millis, isLost: boolean): ScenePod {
  const { metadata, spec, status } = pod;
  const printed = printPod(pod, now);
  const prefix = metadata.generateName ?? '';
  return {
    id: `pod/${objectKey(pod)}`,
    short: prefix !== '' && metadata.name.startsWith(prefix) ? metadata.name.slice(prefix.length) : metadata.name,
    name: metadata.name,
    namespace: metadata.namespace ?? '',
    owner,
    livery,
    cpuMilli: requestsOf(pod, 'cpu'),
    memoryBytes: requestsOf(pod, 'memory'),
    status: printed.status,
    shape: shapeOf(printed.status, printed.ready, isLost),
    ready: printed.ready,
    restarts: (status?.containerStatuses ?? []).reduce((sum, container) => sum + container.restartCount, 0),
    image: spec.containers[0]?.image ?? '',
    ip: status?.podIP ?? '',
  };
}

/** How many of these pods stand how. */
export function tallyOf(
  pods: readonly Pod[],
  now: Millis,
  isLost: boolean,
): Readonly<Partial<Record<PodShape, number>>> {
  const tally: Partial<Record<PodShape, number>> = {};
  for (const pod of pods) {
    const { status, ready } = printPod(pod, now);
    const shape = shapeOf(status, ready, isLost);
    tally[shape] = (tally[shape] ?? 0) + 1;
  }
  return tally;
}

/** What a pod's containers ask for: cpu in thousandths, memory in bytes. */
export function requestsOf(pod: Pod, resource: 'cpu' | 'memory'): number {
  const read = resource === 'cpu' ? milliValue : wholeValue;
  return pod.spec.containers.reduce((sum, container) => sum + read(container.resources?.requests?.[resource]), 0);
}

/** Whether it still takes room on its node: not when it has finished. */
export function takesRoom(pod: Pod): boolean {
  return pod.status?.phase !== 'Succeeded' && pod.status?.phase !== 'Failed';
}

const STARTING = ['ContainerCreating', 'PodInitializing'];
const FINISHED = ['Completed', 'Succeeded'];

function shapeOf(status: string, ready: string, isLost: boolean): PodShape {
  if (status === 'Terminating') return 'leaving';
  if (FINISHED.includes(status)) return 'done';
  if (isLost || status === 'Unknown') return 'lost';
  if (status === 'Pending' || status === 'SchedulingGated') return 'pending';
  if (STARTING.includes(status) || status.startsWith('Init:')) return 'creating';
  if (status !== 'Running') return 'failed';
  const [up, all] = ready.split('/');
  return up === all ? 'running' : 'creating';
}
