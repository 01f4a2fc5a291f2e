import { type Address, address } from '../kernel/message.ts';
import type { Value } from '../kernel/value.ts';
import type { ContainerStats } from './cri.ts';

/** What a kubelet's own server (port 10250) understands: the calls that go from hub to spoke, and metrics-server's. */
export interface KubeletProtocol {
  /** The log of a container. `previous`: of its last terminated instance. `tailLines` absent: all lines kept. */
  containerLog: {
    readonly namespace: string;
    readonly pod: string;
    readonly uid: string;
    readonly container: string;
    readonly previous?: boolean;
    readonly tailLines?: number;
    readonly timestamps?: boolean;
  };
  /** Runs a command in a container that runs. */
  exec: {
    readonly namespace: string;
    readonly pod: string;
    readonly container: string;
    readonly command: readonly string[];
  };
  /** What somebody does over ssh to the node's manifest directory: `put` writes a file, `rm` removes one. */
  manifests: { readonly verb: 'ls' | 'put' | 'rm'; readonly file: string; readonly document?: Value };
  /** What the node and its containers use. Routine. */
  resourceMetrics: null;
}

/** What those who call a kubelet understand from it. */
export interface KubeletClientProtocol {
  /** Status 200 and the text of the log, or an HTTP status and upstream's error text. */
  containerLogDone: { readonly status: number; readonly text: string };
  /** What the command printed and its exit code; or `error`, when it did not run. */
  resourceMetricsDone: {
    readonly at: number;
    readonly node: Pick<ContainerStats, 'startedAt' | 'cpuMs' | 'memoryBytes'>;
    readonly containers: readonly ContainerStats[];
  };
  manifestsDone: { readonly lines: readonly string[]; readonly exit: number };
  execDone: { readonly exitCode: number; readonly output: string; readonly error: string };
}

/** The kubelet of a node: `kubelet/node-1`. */
export function kubeletOf(node: string): Address<KubeletProtocol> {
  return address(`kubelet/${node}`);
}
