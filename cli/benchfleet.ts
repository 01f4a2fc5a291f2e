import type { Deployment } from '../sim/api/kinds/deployment.ts';
import type { Pod, PodSpec } from '../sim/api/kinds/pod.ts';
import { certificateOf, createCluster, nodeShape, shapeOf, type Timeline, type TraceRecord } from '../sim/index.ts';
import { objectsOf, readyPods, webDeployment } from './workloads.ts';

/** How often the pods are counted, and when a bench gives up: in virtual time. */
const STEP_MS = 5_000;
const MOST_MS = 3_600_000;
/** Pods of one Deployment: nobody asks one of them for a whole fleet's. */
const DEPLOYMENT_PODS = 300;
const ZONE = 'topology.kubernetes.io/zone';
const ZONES = 3;

type Print = (line: string) => void;

/**
 * A fleet of any size, from nothing until every pod is ready, with three members of etcd, leases and status of nodes.
 * Prints what it was made of, how long it took in virtual and in real time, its messages from the Deployments on, and
 * its memory.
 */
export function runLargeFleet(nodes: number, pods: number, print: Print): void {
  const deployments = Math.ceil(pods / DEPLOYMENT_PODS);
  print(`${count(nodes)} nodes of 16 CPUs and 64Gi in ${ZONES} zones`);
  print(`${count(pods)} pods of ${count(deployments)} Deployments, which ask for 50m and 64Mi`);
  print('three members of etcd; leases and status of nodes as upstream; no client has a rate limit; no trace');
  const sent = { all: 0, heartbeats: 0 };
  const observe = ({ type, ...record }: TraceRecord): void => {
    if (type !== 'sent' || !('message' in record)) return;
    sent.all++;
    if (record.message.routine) sent.heartbeats++;
  };
  const cpu = process.cpuUsage();
  const start = performance.now();
  const seconds = () => ((performance.now() - start) / 1000).toFixed(1);
  const timeline = bootFleet(nodes, observe);
  const began = timeline.now;
  print(`${seconds()} s: ${count(nodes)} nodes have joined`);
  for (let index = 0; index < deployments; index++) {
    const replicas = Math.min(DEPLOYMENT_PODS, pods - index * DEPLOYMENT_PODS);
    deploy(timeline, webDeployment(`web-${index}`, replicas));
  }
  const ready = advanceUntil(timeline, pods, () => readyPods(timeline));
  const { user, system } = process.cpuUsage(cpu);
  print(`${seconds()} s: ${count(ready)} pods are ready after ${(timeline.now - began) / 1000} virtual seconds`);
  print(`${count(sent.all)} messages since the nodes have joined, ${count(sent.heartbeats)} of them routine`);
  const memory = (process.resourceUsage().maxRSS / 1e6).toFixed(2);
  print(`${((user + system) / 1e6).toFixed(1)} s of processor time, at most ${memory} GB of memory`);
}

/** What pods of one Deployment ask of the scheduler, as upstream's scheduler_perf does. */
const WORKLOADS: Readonly<Record<string, (app: string) => Partial<PodSpec>>> = {
  basic: () => ({}),
  spread: (app) => ({
    topologySpreadConstraints: [
      { topologyKey: ZONE, maxSkew: 1, whenUnsatisfiable: 'DoNotSchedule', labelSelector: { matchLabels: { app } } },
    ],
  }),
  affinity: (app) => ({
    affinity: { podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [termOf(app, ZONE)] } },
  }),
  'anti-affinity': (app) => ({
    affinity: {
      podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [termOf(app, 'kubernetes.io/hostname')] },
    },
  }),
};

function termOf(app: string, topologyKey: string) {
  return { topologyKey, labelSelector: { matchLabels: { app } } };
}

/**
 * How many pods a second of real time are scheduled in a cluster of so many nodes, for pods that ask for nothing
 * special, for spread, for nearness and for distance: with everything that a pod sets going, and by the scheduler's own
 * time.
 */
export function runScheduling(nodes: number, pods: number, print: Print): void {
  print(`${count(nodes)} nodes of 16 CPUs and 64Gi in ${ZONES} zones; ${count(pods)} pods of one Deployment each time`);
  const watch = new Stopwatch('kube-scheduler');
  const fleet = bootFleet(nodes, watch.observe);
  for (const [name, specOf] of Object.entries(WORKLOADS)) {
    const timeline = fleet.fork();
    watch.reset();
    const start = performance.now();
    const { spec, ...deployment } = webDeployment(name, pods);
    const template = { ...spec.template, spec: { ...(spec.template.spec as PodSpec), ...specOf(name) } };
    deploy(timeline, { ...deployment, spec: { ...spec, template } });
    const isBound = ({ spec: { nodeName } }: Pod) => nodeName !== undefined && nodeName !== '';
    const bound = advanceUntil(timeline, pods, () => objectsOf<Pod>(timeline, 'pods').filter(isBound).length, 500);
    const all = performance.now() - start;
    const rate = (ms: number) => `${count(Math.round((bound / ms) * 1000))} pods a second`;
    print(`${name.padEnd(14)}${count(bound)} bound: ${rate(all)}; by kube-scheduler's own time ${rate(watch.ms)}`);
  }
}

/** The real time between the delivery of a message to one process and the next delivery to anybody. */
class Stopwatch {
  readonly #process: string;
  #since = 0;
  ms = 0;

  constructor(process: string) {
    this.#process = process;
  }

  reset(): void {
    this.ms = 0;
    this.#since = 0;
  }

  readonly observe = (record: TraceRecord): void => {
    if (record.type !== 'delivered') return;
    const now = performance.now();
    if (this.#since > 0) this.ms += now - this.#since;
    this.#since = record.message.to === this.#process ? now : 0;
  };
}

function bootFleet(nodes: number, observe: (record: TraceRecord) => void): Timeline {
  const ships = Array.from({ length: nodes }, (_, index) =>
    nodeShape(`node-${index + 1}`, { cpu: '16', memory: '64Gi', labels: { [ZONE]: `zone-${(index % ZONES) + 1}` } }),
  );
  return createCluster(shapeOf({ nodes: ships, bootMs: 30_000 }), { trace: false, checkpoints: false, observe });
}

function deploy(timeline: Timeline, body: Deployment): void {
  const path = '/apis/apps/v1/namespaces/default/deployments';
  const certificate = certificateOf('bench', 'system:masters');
  timeline.command({ kind: 'request', request: { method: 'POST', path, body, certificate } });
}

function advanceUntil(timeline: Timeline, wanted: number, counted: () => number, stepMs = STEP_MS): number {
  const began = timeline.now;
  let found = 0;
  while (found < wanted && timeline.now - began < MOST_MS) {
    timeline.advance(timeline.now + stepMs);
    found = counted();
  }
  return found;
}

function count(number: number): string {
  return number.toLocaleString('en');
}
