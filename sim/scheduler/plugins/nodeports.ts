import type { Pod } from '../../api/kinds/pod.ts';
import type { NodeInfo } from '../nodeinfo.ts';
import type { ClusterChange, Plugin } from '../plugin.ts';
import { type HostPort, requestsOf } from '../requests.ts';

/**
 * NodePorts: two pods on a node cannot have the same host port.
 * Reads: hostPort, hostIP and protocol of the pod's containers and of the pods on the node.
 * Refuses: nodes where one of the ports is taken.
 * Upstream: `pkg/scheduler/framework/plugins/nodeports/node_ports.go`.
 * Leaves out: nothing.
 */
export const nodePorts: Plugin<readonly HostPort[]> = {
  name: 'NodePorts',
  weight: 0,
  sign: (pod) => JSON.stringify(requestsOf(pod).hostPorts),
  preFilter(pod) {
    const { hostPorts } = requestsOf(pod);
    return hostPorts.length > 0 ? hostPorts : undefined;
  },
  filter(_pod, { pods }, wanted) {
    if (!pods.some((other) => doCollide(wanted, requestsOf(other).hostPorts))) return undefined;
    return { code: 'Unschedulable', reasons: ["node(s) didn't have free ports for the requested pod ports"] };
  },
  facts: portFacts,
  requeueOn: [
    { kind: 'Node', action: 'add' },
    { kind: 'Pod', action: 'delete', helps: freesPort },
  ],
};

function doCollide(wanted: readonly HostPort[], taken: readonly HostPort[]): boolean {
  return wanted.some((a) => taken.some((b) => a.port === b.port && a.protocol === b.protocol && isSameIp(a.ip, b.ip)));
}

/** 0.0.0.0 stands for every address of the node. */
function isSameIp(a: string, b: string): boolean {
  return a === b || a === '0.0.0.0' || b === '0.0.0.0';
}

function freesPort(pod: Pod, change: ClusterChange): boolean {
  return change.kind === 'Pod' && doCollide(requestsOf(pod).hostPorts, requestsOf(change.object).hostPorts);
}

function portFacts(_pod: Pod, { pods }: NodeInfo, wanted: readonly HostPort[]): readonly string[] {
  return wanted.map(({ port, protocol }) => {
    const holder = pods.find((other) =>
      requestsOf(other).hostPorts.some((taken) => taken.port === port && taken.protocol === protocol),
    );
    return `asks host port ${port}/${protocol}, ${holder === undefined ? 'free' : `which ${holder.metadata.name} has`}`;
  });
}
