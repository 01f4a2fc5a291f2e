import { type ClusterShape, defaultShape, nodeShape, shapeOf } from '../../sim/index.ts';

/** The next whole number below a bound. */
export type Dice = (bound: number) => number;

/** A stream of whole numbers from a seed (Mulberry32): the same seed draws the same run for ever. */
export function dice(seed: number): Dice {
  let state = seed >>> 0;
  return (bound) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let bits = Math.imul(state ^ (state >>> 15), state | 1);
    bits = (bits + Math.imul(bits ^ (bits >>> 7), bits | 61)) ^ bits;
    return Math.floor((((bits ^ (bits >>> 14)) >>> 0) / 0x1_0000_0000) * bound);
  };
}

/** What a run does: act, then wait. */
export interface FuzzStep {
  /** A kubectl line or a fault. */
  readonly line: string;
  readonly waitMs: number;
}

/** A whole run: the safety phase's steps, and the lines after which everything has to come right. */
export interface FuzzPlan {
  readonly seed: number;
  readonly shape: ClusterShape;
  readonly steps: readonly FuzzStep[];
  readonly mending: readonly string[];
}

const APPS = ['api', 'web', 'shop'];
const PROCESSES = ['kube-scheduler', 'kube-controller-manager', 'kube-apiserver', 'etcd'];

/** Draws shape, workload and faults from a seed. */
export function drawPlan(seed: number, length = 20): FuzzPlan {
  const roll = dice(seed);
  const nodes = Array.from({ length: 2 + roll(3) }, (_, index) => `node-${index + 1}`);
  const shape = shapeOf({
    ...defaultShape(),
    etcd: { members: 1 },
    seed,
    nodes: nodes.map((name) => nodeShape(name)),
    network: { jitterMs: roll(4), latencyMs: 1 + roll(4) },
  });
  const steps: FuzzStep[] = [{ line: create(APPS[0] ?? '', 1 + roll(4)), waitMs: 1000 + roll(5000) }];
  while (steps.length < length) {
    const waits = [20, 500, 5000, 30_000, 90_000];
    const line = roll(3) === 0 ? drawFault(roll, nodes) : drawCommand(roll, nodes);
    steps.push({ line, waitMs: roll(waits[roll(waits.length)] ?? 1000) });
  }
  const mending = [
    'repair',
    ...nodes.flatMap((node) => [`kubectl uncordon ${node}`, `kubectl taint nodes ${node} fuzz-`]),
  ];
  return { seed, shape, steps, mending };
}

function create(app: string, replicas: number): string {
  return `kubectl create deployment ${app} --image=nginx:1.27 --replicas=${replicas}`;
}

function drawCommand(roll: (bound: number) => number, nodes: readonly string[]): string {
  const app = APPS[roll(APPS.length)] ?? '';
  const node = nodes[roll(nodes.length)] ?? '';
  const lines = [
    create(app, 1 + roll(4)),
    `kubectl scale deployment ${app} --replicas=${roll(7)}`,
    `kubectl set image deployment/${app} nginx=nginx:1.${25 + roll(4)}`,
    `kubectl delete pods -l app=${app} --wait=false`,
    `kubectl delete deployment ${app} --wait=false`,
    `kubectl cordon ${node}`,
    `kubectl uncordon ${node}`,
    `kubectl taint nodes ${node} fuzz=yes:${roll(2) ? 'NoSchedule' : 'NoExecute'} --overwrite`,
    `kubectl taint nodes ${node} fuzz-`,
    `kubectl run lone-${roll(3)} --image=nginx:1.27`,
    `kubectl delete pod lone-${roll(3)} --wait=false`,
  ];
  return lines[roll(lines.length)] ?? '';
}

function drawFault(roll: (bound: number) => number, nodes: readonly string[]): string {
  const node = nodes[roll(nodes.length)] ?? '';
  const process = [...PROCESSES, `kubelet/${node}`, `kube-proxy/${node}`][roll(6)] ?? '';
  const lines = [`kill node/${node}`, `start node/${node}`, `cut node/${node}`, `heal node/${node}`];
  return [...lines, `stop ${process}`, `start ${process}`, `start ${process}`, 'repair'][roll(8)] ?? '';
}
