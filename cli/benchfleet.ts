import { certificateOf, createCluster, nodeShape, shapeOf, type TraceRecord } from '../sim/index.ts';
import { readyPods, webDeployment } from './workloads.ts';

/** How often the pods are counted, and when the bench gives up: in virtual time. */
const STEP_MS = 5_000;
const MOST_MS = 3_600_000;

/**
 * A fleet of any size, from nothing until every pod is ready, with three members of etcd, leases and status of nodes.
 * Prints what it was made of, how long it took in virtual and in real time, its messages from the Deployment on, and
 * its memory.
 */
export function runLargeFleet(nodes: number, pods: number, print: (line: string) => void): void {
  const ships = Array.from({ length: nodes }, (_, index) =>
    nodeShape(`node-${index + 1}`, { cpu: '16', memory: '64Gi' }),
  );
  print(`${count(nodes)} nodes of 16 CPUs and 64Gi, ${count(pods)} pods of one Deployment, which ask for 50m and 64Mi`);
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
  const timeline = createCluster(shapeOf({ nodes: ships, bootMs: 10_000 }), {
    trace: false,
    checkpoints: false,
    observe,
  });
  const began = timeline.now;
  print(`${seconds()} s: ${count(nodes)} nodes have joined`);
  const path = '/apis/apps/v1/namespaces/default/deployments';
  const certificate = certificateOf('bench', 'system:masters');
  timeline.command({
    kind: 'request',
    request: { method: 'POST', path, body: webDeployment('web', pods), certificate },
  });
  let ready = 0;
  while (ready < pods && timeline.now - began < MOST_MS) {
    timeline.advance(timeline.now + STEP_MS);
    ready = readyPods(timeline);
  }
  const { user, system } = process.cpuUsage(cpu);
  print(`${seconds()} s: ${count(ready)} pods are ready after ${(timeline.now - began) / 1000} virtual seconds`);
  print(`${count(sent.all)} messages since the nodes have joined, ${count(sent.heartbeats)} of them routine`);
  const memory = (process.resourceUsage().maxRSS / 1e6).toFixed(2);
  print(`${((user + system) / 1e6).toFixed(1)} s of processor time, at most ${memory} GB of memory`);
}

function count(number: number): string {
  return number.toLocaleString('en');
}
