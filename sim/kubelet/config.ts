import type { Taint } from '../api/kinds/node.ts';
import type { Labels, Quantity } from '../api/meta.ts';
import type { Millis } from '../kernel/message.ts';
import type { Value } from '../kernel/value.ts';
import type { RuntimeName } from '../protocol/cri.ts';
import { CLUSTER_DNS } from '../protocol/dns.ts';
import type { EvictionConfig, KubeletConfig } from './state.ts';
import type { Manifests } from './statics.ts';

/** What a kubelet is started with. `index` is 0 for the first node; the shape is the machine's. */
interface Given {
  readonly apiServer?: string;
  readonly node: string;
  readonly index?: number;
  readonly shape?: {
    readonly cpu?: Quantity;
    readonly memory?: Quantity;
    readonly disk?: Quantity;
    readonly runtime?: RuntimeName;
    readonly eviction?: EvictionConfig;
    readonly manifests?: Manifests;
    readonly pods?: number;
    readonly labels?: Labels;
    readonly taints?: readonly Taint[];
  };
  readonly nodeStatusUpdateFrequencyMs?: Millis;
  readonly nodeStatusReportFrequencyMs?: Millis;
  readonly nodeLeaseDurationSeconds?: number;
  readonly relistPeriodMs?: Millis;
  readonly maxContainerRestartPeriodMs?: Millis;
  /** Whether it was told of the cluster's name server. */
  readonly hasDns?: boolean;
}

/** Fills in upstream's defaults (`pkg/kubelet/apis/config/v1beta1/defaults.go`). */
export function readConfig(config: Value): KubeletConfig {
  const { node, index = 0, shape = {}, ...times } = config as Given;
  const {
    cpu = '2',
    memory = '4Gi',
    disk = '20Gi',
    runtime = 'containerd',
    eviction,
    manifests = {},
    pods = 110,
    labels = {},
    taints = [],
  } = shape;
  const number = index + 1;
  return {
    apiServer: times.apiServer,
    node,
    nodeIp: `10.0.${number >> 8}.${number & 255}`,
    podCidr: `10.${244 + (number >> 8)}.${number & 255}.0/24`,
    cpu,
    memory,
    disk,
    runtime,
    eviction,
    manifests,
    pods,
    labels,
    taints,
    nodeStatusUpdateFrequencyMs: times.nodeStatusUpdateFrequencyMs ?? 10_000,
    nodeStatusReportFrequencyMs: times.nodeStatusReportFrequencyMs ?? 300_000,
    nodeLeaseDurationSeconds: times.nodeLeaseDurationSeconds ?? 40,
    relistPeriodMs: times.relistPeriodMs ?? 1000,
    maxCrashBackOffMs: times.maxContainerRestartPeriodMs ?? 300_000,
    ...(times.hasDns && { clusterDns: CLUSTER_DNS }),
  };
}
