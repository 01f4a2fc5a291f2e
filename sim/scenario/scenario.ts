import type { Taint } from '../api/kinds/node.ts';
import type { KubeObject, Labels } from '../api/meta.ts';
import { type ClusterShape, nodeShape, type PersonShape, shapeOf } from '../cluster/shape.ts';
import type { NetworkOptions } from '../kernel/network.ts';
import type { LabKind } from '../protocol/lab.ts';
import type { Files } from './ahead.ts';
import { parseDuration } from './duration.ts';

/** A scenario as an author writes it in YAML. The zod schema that checks it lives with the lesson language. */
export interface ScenarioFile {
  readonly title?: string;
  readonly seed?: number;
  readonly nodes?: number | readonly ScenarioNode[];
  /** The members of etcd: 1, 3 or 5. */
  readonly etcd?: ClusterShape['etcd'];
  /** API servers behind one address. */
  readonly apiServers?: ClusterShape['apiServers'];
  /** Durations such as `20s`. */
  readonly timings?: Readonly<Record<string, string>>;
  readonly network?: Partial<NetworkOptions>;
  readonly images?: readonly string[];
  /** How fast images come. */
  readonly registry?: ClusterShape['registry'];
  /** Processes beside those that every cluster has. */
  readonly addons?: ClusterShape['addons'];
  /** How kube-proxy writes its rules; a node may say otherwise. */
  readonly proxyMode?: ClusterShape['proxyMode'];
  /** The configuration of kube-scheduler. */
  readonly scheduler?: ClusterShape['scheduler'];
  /** What the reader builds in this cluster. */
  readonly lab?: LabKind;
  readonly users?: readonly PersonShape[];
  readonly objects?: readonly KubeObject[];
  /** What is already broken: before virtual 0, at a time such as `-6m`. */
  readonly faults?: readonly { readonly at: string; readonly fault: string }[];
  /** What people did before virtual 0: kubectl lines and faults, in order. Inherited from a lesson, never written. */
  readonly done?: readonly { readonly beforeMs: number; readonly line: string }[];
  /** The files those lines read. */
  readonly files?: Files;
}

/** A node of a scenario; what is not said is as in the default cluster. */
export interface ScenarioNode {
  readonly name: string;
  readonly cpu?: string | number;
  readonly memory?: string;
  readonly disk?: string;
  /** Fields of KubeletConfiguration. */
  readonly kubelet?: KubeletFile;
  /** Static pods, by file name. */
  readonly manifests?: Readonly<Record<string, KubeObject>>;
  readonly runtime?: NonNullable<ClusterShape['nodes'][number]['runtime']>;
  readonly pods?: number;
  readonly labels?: Labels;
  readonly taints?: readonly Taint[];
  readonly proxyMode?: NonNullable<ClusterShape['proxyMode']>;
}

/** Fields of KubeletConfiguration as an author writes them. */
export interface KubeletFile {
  readonly evictionHard?: Readonly<Record<string, string>>;
  readonly evictionSoft?: Readonly<Record<string, string>>;
  readonly evictionSoftGracePeriod?: Readonly<Record<string, string>>;
  readonly evictionPressureTransitionPeriod?: string;
  readonly evictionMaxPodGracePeriod?: number;
}

/** The timings a scenario may set, and the setting each changes. */
export const TIMINGS: Readonly<Record<string, string>> = {
  nodeMonitorGracePeriod: 'nodeMonitorGracePeriodMs',
  nodeMonitorPeriod: 'nodeMonitorPeriodMs',
  defaultToleration: 'defaultTolerationMs',
  etcdFsync: 'etcdFsyncMs',
  etcdElectionTimeout: 'etcdElectionTimeoutMs',
  podWatchLag: 'podWatchLagMs',
};

/** A cluster has this long to settle before the first thing breaks. */
const BOOT_MS = 60_000;

/** The cluster that a scenario describes. The file must have passed its schema. */
export function shapeFromScenario(file: ScenarioFile): ClusterShape {
  const nodes = file.nodes ?? 3;
  const list: readonly ScenarioNode[] =
    typeof nodes === 'number' ? Array.from({ length: nodes }, (_, index) => ({ name: `node-${index + 1}` })) : nodes;
  const faults = (file.faults ?? []).map(({ at, fault }) => ({
    at: -(parseDuration(at.replace('-', '')) ?? 0),
    fault,
  }));
  const done = (file.done ?? []).map(({ beforeMs, line }) => ({ at: -beforeMs, line }));
  const earliest = Math.min(0, ...[...faults, ...done].map(({ at }) => at));
  return shapeOf({
    seed: file.seed ?? 1,
    faults,
    done,
    files: file.files ?? {},
    bootMs: BOOT_MS - earliest,
    nodes: list.map(({ name, cpu, kubelet, ...rest }) => {
      const eviction = kubelet === undefined ? {} : { eviction: evictionOf(kubelet) };
      return nodeShape(name, { ...rest, ...eviction, ...(cpu === undefined ? {} : { cpu: String(cpu) }) });
    }),
    ...(file.etcd === undefined ? {} : { etcd: file.etcd }),
    apiServers: file.apiServers,
    network: file.network ?? {},
    timings: timingsOf(file.timings ?? {}),
    images: file.images ?? [],
    registry: file.registry,
    lab: file.lab,
    scheduler: file.scheduler,
    addons: file.addons ?? [],
    proxyMode: file.proxyMode,
    users: file.users ?? [],
    objects: file.objects ?? [],
  });
}

function evictionOf(file: KubeletFile): NonNullable<ClusterShape['nodes'][number]['eviction']> {
  const { evictionSoftGracePeriod = {}, evictionPressureTransitionPeriod: period, ...rest } = file;
  const grace = Object.entries(evictionSoftGracePeriod).map(([signal, text]) => [signal, parseDuration(text) ?? 0]);
  const transition = period === undefined ? {} : { evictionPressureTransitionPeriodMs: parseDuration(period) ?? 0 };
  return { ...rest, ...transition, evictionSoftGracePeriodMs: Object.fromEntries(grace) };
}

function timingsOf(timings: Readonly<Record<string, string>>): ClusterShape['timings'] {
  const entries = Object.entries(timings).map(([name, text]) => [TIMINGS[name] ?? name, parseDuration(text)]);
  return Object.fromEntries(entries);
}
