import type { Pod } from '../../../sim/api/kinds/pod.ts';
import { type ClusterShape, nodeShape, shapeOf } from '../../../sim/index.ts';
import type { Dice } from '../draw.ts';
import { BAD_IMAGES, drawJob, drawUrgent, GOOD_IMAGES, type Manifest, URGENT, type Workloads } from './manifests.ts';
import { isActive } from './readings.ts';
import type { Truth } from './truth.ts';

/** What is to be done next: a line of the terminal or a fault, with the file it reads, or evictions. */
export interface Act {
  readonly line: string;
  readonly file?: Manifest;
  /** `ns/name` of each pod, all at the same moment. */
  readonly evicts?: readonly string[];
}

/** Draws a cluster: three to five nodes, one, three or five members of etcd, a network that dawdles. */
export function drawShape(seed: number, roll: Dice): ClusterShape {
  const nodes = Array.from({ length: 3 + roll(3) }, (_, index) => nodeShape(`node-${index + 1}`));
  const members = ([1, 1, 1, 3, 3, 5] as const)[roll(6)] ?? 1;
  return shapeOf({ seed, nodes, etcd: { members }, network: { jitterMs: roll(4), latencyMs: 1 + roll(4) } });
}

/** Draws what people do: most of the time they change workloads. */
export function drawAct(roll: Dice, workloads: Workloads, { nodes, etcd }: ClusterShape, truth: Truth): Act {
  const node = pick(roll, nodes).name;
  const what = roll(100);
  if (what < 45) return drawChange(roll, workloads, truth);
  if (what < 62) return drawPodAct(roll, truth);
  if (what < 76) return { line: drawNodeCare(roll, node) };
  return { line: drawFault(roll, node, etcd.members) };
}

function drawChange(roll: Dice, { deployments, statefulSets, daemonSets }: Workloads, truth: Truth): Act {
  const deployment = `deployment/${pick(roll, deployments)}`;
  const owners = [
    deployment,
    ...deployments.map((name) => `deployment/${name}`),
    ...statefulSets.map((name) => `statefulset/${name}`),
  ];
  const owner = pick(roll, owners);
  const rolled = pick(roll, [...owners, ...daemonSets.map((name) => `daemonset/${name}`)]);
  const jobs = [...truth.of('jobs').values()];
  switch (roll(12)) {
    case 0:
    case 1:
    case 2:
      return { line: `kubectl scale ${owner} --replicas=${roll(7)}` };
    case 3:
    case 4:
      return { line: `kubectl set image ${rolled} main=${pick(roll, GOOD_IMAGES)}` };
    case 5:
      return { line: `kubectl set image ${rolled} main=${pick(roll, BAD_IMAGES)}` };
    case 6:
      return { line: `kubectl rollout undo ${deployment}` };
    case 7:
      return { line: `kubectl rollout restart ${rolled}` };
    case 8:
      return { line: `kubectl rollout ${pick(roll, ['pause', 'resume'])} ${deployment}` };
    case 9:
      return jobs.length > 2 && roll(2) === 0
        ? { line: `kubectl delete job ${pick(roll, jobs).metadata.name} --wait=false` }
        : apply(drawJob(`job-${roll(1000)}`, roll));
    case 10:
      return apply(drawUrgent(roll));
    default:
      return roll(2) === 0
        ? { line: `kubectl delete deployment ${URGENT} --wait=false --ignore-not-found` }
        : {
            line: `kubectl delete ${owner} --wait=false --cascade=${pick(roll, ['background', 'foreground', 'orphan'])}`,
          };
  }
}

function drawPodAct(roll: Dice, truth: Truth): Act {
  const pods = [...truth.of<Pod>('pods')].filter(([key, pod]) => key.startsWith('default/') && isActive(pod));
  const chosen = pods[roll(Math.max(1, pods.length))];
  if (chosen === undefined) return { line: 'kubectl get pods' };
  const [key, { metadata, spec }] = chosen;
  const { name } = metadata;
  switch (roll(8)) {
    case 0:
      return { line: `kubectl delete pod ${name} --wait=false` };
    case 1:
      return { line: `kubectl delete pods -l app=${name.split('-')[0]} --wait=false` };
    case 2:
      return { line: `kubectl delete pod ${name} --force --grace-period=0` };
    case 3:
      return { line: spec.nodeName ? `crash pod/default/${name}` : 'kubectl get pods' };
    case 4:
    case 5: {
      const app = metadata.labels?.['app'];
      const evicts = pods.filter(([, pod]) => pod.metadata.labels?.['app'] === app).map(([one]) => one);
      return { line: `evict app=${app}`, evicts };
    }
    default:
      return { line: `evict pod/${name}`, evicts: [key] };
  }
}

function drawNodeCare(roll: Dice, node: string): string {
  const lines = [
    `kubectl drain ${node} --ignore-daemonsets --force`,
    `kubectl drain ${node} --ignore-daemonsets --force`,
    `kubectl uncordon ${node}`,
    `kubectl uncordon ${node}`,
    `kubectl taint nodes ${node} fuzz=yes:${roll(2) === 0 ? 'NoSchedule' : 'NoExecute'} --overwrite`,
    `kubectl taint nodes ${node} fuzz-`,
  ];
  return pick(roll, lines);
}

function drawFault(roll: Dice, node: string, members: number): string {
  const member = members === 1 ? 'etcd' : `etcd-${roll(members)}`;
  const process = pick(roll, [
    'kube-scheduler',
    'kube-controller-manager',
    'kube-apiserver',
    member,
    `kubelet/${node}`,
  ]);
  switch (roll(9)) {
    case 0:
    case 1:
      return `kill node/${node}`;
    case 2:
      return `start node/${node}`;
    case 3:
      return `cut node/${node}`;
    case 4:
      return members > 1 && roll(2) === 0 ? `cut link/control-plane/${member}` : `cut link/control-plane/${node}`;
    case 5:
    case 6:
      return `stop ${process}`;
    case 7:
      return `start ${process}`;
    default:
      return 'repair';
  }
}

/** A file of one object. */
export function apply(file: Manifest): Act {
  return { line: `kubectl apply -f ${file.metadata.name}.yaml`, file };
}

function pick<T>(roll: Dice, items: readonly T[]): T {
  return items[roll(items.length)] as T;
}
