import { type Address, address } from '../kernel/message.ts';

/** The Container Runtime Interface as messages: kubelet asks, the runtime answers each with `<call>Done` or `failed`. */
export interface CriProtocol {
  runPodSandbox: {
    readonly uid: string;
    readonly name: string;
    readonly namespace: string;
    readonly labels: Readonly<Record<string, string>>;
    readonly hostNetwork: boolean;
    /** Its resolver is the node's, which knows no name of the cluster. */
    readonly usesNodeResolver?: boolean;
    /** The text of its resolv.conf, in a cluster with DNS; in CRI it comes in parts. */
    readonly resolvConf?: string;
  };
  stopPodSandbox: { readonly sandbox: string };
  removePodSandbox: { readonly sandbox: string };
  imageStatus: { readonly image: string };
  pullImage: { readonly image: string };
  createContainer: {
    readonly sandbox: string;
    readonly name: string;
    readonly image: string;
    readonly attempt: number;
    readonly command: readonly string[];
    readonly args: readonly string[];
    readonly env: Readonly<Record<string, string>>;
    readonly mounts: readonly Mount[];
    /** Where the process may write why it ended, and whether its log will do; kubelet reads it in reality. */
    readonly termination: { readonly path: string; readonly orLog: boolean };
    readonly ports: readonly number[];
    readonly memoryLimitBytes: number;
    /** Thousandths of a core; absent: no limit. */
    readonly cpuLimitMilli?: number;
  };
  startContainer: { readonly container: string };
  stopContainer: { readonly container: string; readonly timeoutMs: number };
  removeContainer: { readonly container: string };
  /** The whole truth of the node, for PLEG's relist. Routine. */
  listContainers: null;
  removeImage: { readonly image: string };
  /** ListContainerStats and ImageFsInfo in one. Routine. */
  usage: null;
  /** What each running container uses. Routine. */
  listContainerStats: null;
  /** Runs a probe in a container. */
  execSync: { readonly container: string; readonly command: readonly string[] };
  /** Runs a person's command in a container: in CRI the answer is an address to stream from, here it is the outcome. */
  exec: { readonly container: string; readonly command: readonly string[] };
  containerLog: { readonly container: string };
  /** Not part of CRI: kubelet writes a directory of the node's disk anew, or removes it. */
  writeFiles: { readonly path: string; readonly files: Readonly<Record<string, string>> | null };
  /** Not part of CRI: a reader's fault. The process of a container (the first, when `container` is '') ends with this code. */
  crash: { readonly namespace: string; readonly pod: string; readonly container: string; readonly exitCode: number };
}

/** A part of the node's disk as a container sees it. */
export interface Mount {
  readonly containerPath: string;
  readonly hostPath: string;
  readonly readonly: boolean;
}

/** A container as the runtime reports it. */
export interface RuntimeContainer {
  readonly id: string;
  readonly sandbox: string;
  readonly podUid: string;
  readonly name: string;
  /** `docker.io/library/nginx:1.27` */
  readonly image: string;
  /** As kubelet asked for it: `nginx:1.27`. */
  readonly userImage: string;
  readonly imageId: string;
  readonly attempt: number;
  readonly state: 'created' | 'running' | 'exited';
  readonly createdAt: number;
  readonly startedAt: number;
  readonly finishedAt: number;
  readonly exitCode: number;
  /** `Completed`, `Error`, `OOMKilled`, `StartError` or `Unknown` (lost with the power) once exited. */
  readonly reason: string;
  readonly message: string;
  /** Absent: containerd. */
  readonly runtime?: RuntimeName;
  /** Of docker's alone. */
  readonly command?: readonly string[];
}

/** What a container has used of the CPU since it began, and of memory now. */
export interface ContainerStats {
  readonly podName: string;
  readonly namespace: string;
  readonly name: string;
  readonly startedAt: number;
  readonly cpuMs: number;
  readonly memoryBytes: number;
}

/** A sandbox as the runtime reports it. */
export interface RuntimeSandbox {
  readonly id: string;
  readonly podUid: string;
  readonly name: string;
  readonly namespace: string;
  readonly state: 'ready' | 'notready';
  /** On the network of the node: the node's own. */
  readonly ip: string;
  readonly hostNetwork?: boolean;
  readonly usesNodeResolver?: boolean;
  readonly resolvConf?: string;
  /** 0 for the first sandbox of a pod on this node, 1 for the next. */
  readonly attempt: number;
  readonly createdAt: number;
}

/** What kubelet understands from its runtime; each is a reply. `failed` carries the runtime's error text. */
export interface CriClientProtocol {
  runPodSandboxDone: { readonly sandbox: string; readonly ip: string };
  stopPodSandboxDone: { readonly sandbox: string };
  removePodSandboxDone: { readonly sandbox: string };
  imageStatusDone: { readonly image: string; readonly present: boolean; readonly imageId: string };
  pullImageDone: {
    readonly image: string;
    readonly imageId: string;
    readonly sizeBytes: number;
    readonly tookMs: number;
    /** Including the time it waited for its turn. */
    readonly waitedMs: number;
  };
  createContainerDone: { readonly container: string };
  startContainerDone: { readonly container: string };
  stopContainerDone: { readonly container: string };
  removeContainerDone: { readonly container: string };
  listContainersDone: {
    readonly containers: readonly RuntimeContainer[];
    readonly sandboxes: readonly RuntimeSandbox[];
    /** `id`: of the image's config, 64 digits. */
    readonly images: readonly ListedImage[];
  };
  removeImageDone: { readonly image: string };
  usageDone: Usage;
  listContainerStatsDone: { readonly containers: readonly ContainerStats[] };
  writeFilesDone: { readonly path: string };
  execSyncDone: { readonly exitCode: number; readonly output: string };
  execDone: { readonly exitCode: number; readonly output: string };
  containerLogDone: { readonly lines: readonly { readonly at: number; readonly text: string }[] };
  /** A container of this pod has exited: PLEG's next relist has something to find. A hint of ours, routine. */
  containerChanged: { readonly podUid: string };
  /** More than half of the node's memory or disk is in use. A hint of ours, routine. */
  usageHigh: null;
  failed: { readonly call: keyof CriProtocol; readonly reason: string; readonly message: string };
}

/** An image as the runtime lists it. */
export interface ListedImage {
  readonly name: string;
  readonly digest: string;
  readonly id: string;
  readonly sizeBytes: number;
}

/** The memory that kubelet, the runtime and the rest of the system use of a node. */
export const SYSTEM_BYTES = 380 * 1_048_576;

/** What is in use on a node. The disk is the one of /var/lib: images, and what containers have written. */
export interface Usage {
  readonly memoryBytes: number;
  readonly diskBytes: number;
  /** Whether it is so much that it must be watched. */
  readonly isHigh: boolean;
  /** Unpacked, what several images share counted once. */
  readonly imageBytes: number;
  readonly containers: readonly ContainerUsage[];
}

/** What one running container uses. */
export interface ContainerUsage {
  readonly podUid: string;
  readonly name: string;
  readonly memoryBytes: number;
  /** Written beside its image, logs included. */
  readonly diskBytes: number;
}

/** A runtime, as a container's id names it. */
export type RuntimeName = 'containerd' | 'cri-o' | 'docker';

/** What differs from outside: the process that kubelet calls, the one that has the containers, version and socket. */
export interface RuntimeFacts {
  readonly service: string;
  readonly engine: string;
  readonly version: string;
  readonly socket: string;
}

/** The three runtimes. */
export const RUNTIMES: Readonly<Record<RuntimeName, RuntimeFacts>> = {
  containerd: facts('containerd', 'containerd', '2.1.4', '/run/containerd/containerd.sock'),
  'cri-o': facts('crio', 'crio', '1.36.0', '/var/run/crio/crio.sock'),
  docker: facts('cri-dockerd', 'dockerd', '28.5.1', '/var/run/cri-dockerd.sock'),
};

/** What kubelet calls on a node: `containerd/node-1`. */
export function runtimeOf(node: string, runtime: RuntimeName = 'containerd'): Address<CriProtocol> {
  return address(`${RUNTIMES[runtime].service}/${node}`);
}

/** What has a node's containers: `containerd/node-1`, or `dockerd/node-1` behind cri-dockerd. */
export function engineOf(node: string, runtime: RuntimeName = 'containerd'): Address<CriProtocol> {
  return address(`${RUNTIMES[runtime].engine}/${node}`);
}

function facts(service: string, engine: string, version: string, socket: string): RuntimeFacts {
  return { service, engine, version, socket };
}
