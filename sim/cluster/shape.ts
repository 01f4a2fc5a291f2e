import type { Taint } from '../api/kinds/node.ts';
import type { KubeObject, Labels, Quantity } from '../api/meta.ts';
import type { NetworkOptions } from '../kernel/network.ts';
import type { Value } from '../kernel/value.ts';
import type { EvictionConfig } from '../kubelet/state.ts';
import type { RuntimeName } from '../protocol/cri.ts';
import type { LabKind } from '../protocol/lab.ts';
import type { ProxyMode } from '../protocol/network.ts';
import type { ParsedFile } from '../protocol/terminal.ts';
import type { SchedulerConfiguration } from '../scheduler/profiles.ts';

/** One worker node. */
export interface NodeShape {
  readonly name: string;
  readonly cpu: Quantity;
  readonly memory: Quantity;
  /** The disk below /var/lib: images and what containers write. */
  readonly disk: Quantity;
  /** Default: containerd. */
  readonly runtime?: RuntimeName;
  /** When its kubelet evicts pods, where it is not upstream's default. */
  readonly eviction?: EvictionConfig;
  /** Manifests of pods in its directory /etc/kubernetes/manifests, by file name. */
  readonly manifests?: Readonly<Record<string, Value>>;
  /** Most pods it takes. */
  readonly pods: number;
  readonly labels: Labels;
  readonly taints: readonly Taint[];
  /** How its kube-proxy writes rules, where it is not as the cluster's. */
  readonly proxyMode?: ProxyMode;
}

/** Timings that a scenario may change, in milliseconds; what is absent has upstream's default. */
export interface Timings {
  /** How long a node's lease may stand still before the node is NotReady. Upstream: 50 s. */
  readonly nodeMonitorGracePeriodMs?: number;
  /** How often node health is looked at. Upstream: 5 s. */
  readonly nodeMonitorPeriodMs?: number;
  /** How late news of pods reaches the reader's own controller. */
  readonly podWatchLagMs?: number;
  /** One disk write of etcd. */
  readonly etcdFsyncMs?: number;
  /** etcd's --election-timeout. Upstream: 1 s. */
  readonly etcdElectionTimeoutMs?: number;
  /** How long pods that do not say so stay on a node that is NotReady or unreachable. Upstream: 300 s. */
  readonly defaultTolerationMs?: number;
}

/** The members of etcd, and flags of theirs. */
export interface EtcdShape {
  readonly members: 1 | 3 | 5;
  /** `--snapshot-count` */
  readonly snapshotCount?: number;
  /** `--quota-backend-bytes` */
  readonly quotaBytes?: number;
}

/** Somebody beside the administrator who has an entry in the reader's kubeconfig. */
export interface PersonShape {
  readonly name: string;
  readonly groups?: readonly string[];
  /** The namespace of the person's context. Default: `default`. */
  readonly namespace?: string;
  /** A ClusterRole that the person has in that namespace, such as view or edit. */
  readonly role?: string;
  /** A token instead of a certificate; one that no key has signed is refused. */
  readonly token?: string;
}

/**
 * Processes that a cluster may have besides: cluster DNS, a network plugin that enforces policies, a cloud, storage,
 * what measures pods, and kinds and admission policies of one's own.
 */
export type AddonName = 'dns' | 'network-policy' | 'cloud' | 'provisioner' | 'metrics-server' | 'extensions';

/** What a cluster is made of before the first command. */
export interface ClusterShape {
  readonly seed: number;
  readonly nodes: readonly NodeShape[];
  readonly etcd: EtcdShape;
  /** API servers behind one address; absent: one, which is the address. */
  readonly apiServers?: 1 | 2 | 3 | undefined;
  readonly network: Partial<NetworkOptions>;
  readonly timings: Timings;
  /** Who can be chosen with `kubectl config use-context`, beside the administrator. */
  readonly users: readonly PersonShape[];
  /** Created through the API while the cluster boots. */
  readonly objects: readonly KubeObject[];
  /** Images already on every node. */
  readonly images: readonly string[];
  /** How fast images come, unpacking included. Default: 50 MB a second. */
  readonly registry?: { readonly megabytesPerSecond: number } | undefined;
  /** The configuration of kube-scheduler: its profiles. */
  readonly scheduler?: SchedulerConfiguration | undefined;
  /** What breaks while it boots, at times before 0 in milliseconds, in order. */
  readonly faults: readonly { readonly at: number; readonly fault: string }[];
  /** Lines typed while it boots: kubectl and faults, at times before 0 in milliseconds, in order. */
  readonly done: readonly { readonly at: number; readonly line: string }[];
  /** The files that those lines read. */
  readonly files: Readonly<Record<string, ParsedFile>>;
  readonly addons: readonly AddonName[];
  /** How each kube-proxy writes its rules. Default: iptables. */
  readonly proxyMode?: ProxyMode | undefined;
  /** The lab whose process runs here, in place of the part of Kubernetes that the reader builds. */
  readonly lab?: LabKind | undefined;
  /** How long the cluster has been up at virtual 0, in milliseconds. */
  readonly bootMs: number;
}

/** As production has it: one member may be lost. */
const DEFAULT_MEMBERS = 3;

/** Three nodes of 2 CPUs and 4 GiB: the cluster of `npm run sim`. */
export function defaultShape(nodes = 3, seed = 1): ClusterShape {
  const names = Array.from({ length: nodes }, (_, index) => `node-${index + 1}`);
  return shapeOf({ seed, nodes: names.map((name) => nodeShape(name)) });
}

/** A shape with defaults for what is not said. */
export function shapeOf(shape: Partial<ClusterShape> & { readonly nodes: readonly NodeShape[] }): ClusterShape {
  const nothing = { users: [], objects: [], images: [], faults: [], done: [], files: {}, addons: [] };
  return {
    seed: 1,
    etcd: { members: DEFAULT_MEMBERS },
    network: {},
    timings: {},
    ...nothing,
    bootMs: 60_000,
    ...shape,
  };
}

/** A node of 2 CPUs and 4 GiB, or as said. */
export function nodeShape(name: string, shape: Partial<NodeShape> = {}): NodeShape {
  return { name, cpu: '2', memory: '4Gi', disk: '20Gi', pods: 110, labels: {}, taints: [], ...shape };
}
