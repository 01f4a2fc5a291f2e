import type { AnyMessage, MessageId, Millis } from '../kernel/message.ts';
import type { Value } from '../kernel/value.ts';
import type { Mount, RuntimeSandbox } from '../protocol/cri.ts';
import type { Image } from './images.ts';
import type { Files, Step } from './programs/program.ts';

/** A request in hand: whom to answer. */
export interface Request {
  readonly id: MessageId;
  readonly from: string;
  readonly routine: boolean;
}

/** A pull that waits for its turn; the first of the queue is under way. */
export interface Pull {
  readonly image: string;
  readonly request: Request;
  readonly askedAt: Millis;
}

/** A container and its process. Replaced, never mutated. */
export interface Process {
  readonly id: string;
  readonly sandbox: string;
  readonly podUid: string;
  readonly podName: string;
  readonly namespace: string;
  readonly name: string;
  readonly image: string;
  readonly userImage: string;
  readonly imageId: string;
  readonly attempt: number;
  readonly phase: 'created' | 'running' | 'exited';
  readonly createdAt: Millis;
  readonly startedAt: Millis;
  readonly finishedAt: Millis;
  readonly exitCode: number;
  readonly reason: string;
  readonly message: string;
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly files: Files;
  readonly mounts: readonly Mount[];
  readonly termination: { readonly path: string; readonly orLog: boolean };
  readonly listening: readonly number[];
  /** UDP ports; absent for none. */
  readonly listeningUdp?: readonly number[];
  readonly memoryLimitBytes: number;
  /** In use, as its program says. */
  readonly memoryBytes: number;
  readonly diskBytes: number;
  /** Thousandths of a core; 0: no limit. */
  readonly cpuLimitMilli: number;
  /** What it has used of the CPU; undefined while it has not worked. */
  readonly cpu: CpuAccount | undefined;
  /** Cores that are busy all the time, beside its work. */
  readonly busyCores: number;
  /** The program's own state. */
  readonly state: Value;
  /** Counts its wishes to be woken; an older wake-up is ignored. */
  readonly turn: number;
  readonly wakeAt: Millis | undefined;
  /** How its last request ended: a change is worth a note. */
  readonly lastOutcome: string;
}

/** The CPU time of a container. */
export interface CpuAccount {
  /** Used by work that is done. */
  readonly usedMs: Millis;
  /** All work that was begun is done then; that much of the quota of its period is spent by then. */
  readonly doneAt: Millis;
  readonly spentMs: Millis;
  /** Work that is not done, in order, and what follows from each. */
  readonly works: readonly { readonly workMs: Millis; readonly doneAt: Millis; readonly then: Partial<Step> }[];
}

/** A line of a container's log. */
export interface LogLine {
  readonly at: Millis;
  readonly text: string;
}

/**
 * What a runtime remembers. Images are on disk; sandboxes, containers and logs too, but their processes end with the
 * power.
 */
export interface RuntimeState {
  /** There is a process `coredns` on this node, which answers for its containers. */
  hasDns?: true;
  /** The name of its process: containerd, crio or dockerd. */
  engine: string;
  node: string;
  bootId: string;
  /** Whether the boot id has been read since the process began; calls are held until then. */
  isReady: boolean;
  /** Whether the process has ended while containers go on. Their timers then outlive its next beginning. */
  isAlone: boolean;
  /** Counts sandboxes and containers, for their ids. */
  created: number;
  held: AnyMessage[];
  sandboxes: Map<string, RuntimeSandbox>;
  containers: Map<string, Process>;
  logs: Map<string, readonly LogLine[]>;
  images: Map<string, Image>;
  /** Files of the node's disk that containers can see through mounts, by path. */
  disk: Map<string, string>;
  pulls: Pull[];
  /** What the registry gives, unpacking included. */
  bytesPerMs: number;
  /** What the node has; from which share of it on kubelet is told (2: half), and whether that has been done. */
  capacity: { readonly memoryBytes: number; readonly diskBytes: number; readonly share: number };
  isUsageTold: boolean;
  /** When the last pull ended: the next began then, or when it was asked for. */
  pullFreeAt: Millis;
  /** RunPodSandbox calls that wait for CNI: by the id of the attach message. */
  attaching: Map<MessageId, { readonly sandbox: string; readonly request: Request }>;
  /** StopContainer calls that wait for an end: by container. */
  stopping: Map<string, readonly Request[]>;
  /** Requests of programs without an answer yet: by flow. */
  requests: Map<string, Sent>;
  /** Commands beside a process that wait for answers, by their id; absent before the first. */
  commands?: Map<string, Command>;
}

/** A request of a program, or of a command beside one. */
export interface Sent {
  readonly container: string;
  readonly tag: string;
  readonly sentAt: Millis;
  readonly until: Millis;
  readonly command?: string;
}

/** A command that runs in a container beside its process: whom its outcome is for, and what it has written. */
export interface Command {
  readonly container: string;
  readonly argv: readonly string[];
  readonly state: Value;
  readonly request: Request;
  readonly done: 'execSyncDone' | 'execDone';
  readonly output: string;
}
