import type { Lease } from '../api/kinds/lease.ts';
import type { Taint } from '../api/kinds/node.ts';
import {
  CONFIG_MIRROR,
  type Container,
  type ContainerStatus,
  type Pod,
  type PodCondition,
  type PodStatus,
} from '../api/kinds/pod.ts';
import type { Labels, Quantity } from '../api/meta.ts';
import { allContainers } from '../api/podspec/initcontainers.ts';
import type { ClientState } from '../client/calls.ts';
import type { Recorder } from '../client/recorder.ts';
import type { MessageId, Millis } from '../kernel/message.ts';
import type { Value } from '../kernel/value.ts';
import type { CriClientProtocol, RuntimeContainer, RuntimeName, RuntimeSandbox } from '../protocol/cri.ts';
import type { Hook } from './hooking.ts';
import type { Housekeeping } from './housekeeping.ts';
import type { Sources } from './sources.ts';
import type { Manifests } from './statics.ts';

/** What a kubelet remembers. After a crash all of it is read again: pods from the API, containers from the runtime. */
export interface KubeletState {
  config: KubeletConfig;
  client: ClientState;
  recorder: Recorder;
  startedAt: Millis;
  bootId: string;
  /** CRI calls without an answer. */
  asked: Map<MessageId, Asked>;
  /** Answered list calls: pods are synced only after the first. */
  hasListed: boolean;
  /** Whether the API has told which pods this node should have: only then is anything else an orphan. */
  hasPods: boolean;
  /** Since when the runtime does not answer; undefined while it does. */
  runtimeLostAt: Millis | undefined;
  images: CriClientProtocol['listContainersDone']['images'];
  /** Whether PLEG's next tick will relist. */
  isRelistDue: boolean;
  /** Whether unsent statuses and unfinished deletions will be looked at again. */
  isReconcileDue: boolean;
  isRegistered: boolean;
  /** When the node's status was last written, and how long the next unchanged one may wait. */
  reportedAt: Millis | undefined;
  reportDelayMs: Millis;
  /** Whether an update of the node's status is under way. */
  isReporting: boolean;
  lease: Lease | undefined;
  leaseRenewedAt: Millis | undefined;
  /** What is known of the node's memory, disk and images, where somebody keeps watch. */
  housekeeping: Housekeeping | undefined;
  /** By uid. */
  works: Map<string, PodWork>;
  /** What the runtime has of pods that the API has not told of yet. */
  unclaimed: Map<string, PodView>;
  /** Uids of pods that wait for the first list of an object that they name. */
  unread: Set<string>;
  /** By `crash uid/container` and `pull uid/image`. */
  backOffs: Map<string, BackOff>;
  /** By `uid/container/type`. */
  probes: Map<string, ProbeWork>;
  /** Probes on the wire: by flow. */
  probeFlows: Map<string, string>;
  probesSent: number;
  /** Lifecycle hooks under way, by container id. */
  hooks: Map<string, HookRun>;
  /** The manifest directory: it survives a crash. */
  manifests: Manifests;
  /** Pods from files that wait until an older one of their name has ended. */
  heldStatics: readonly Pod[];
}

/** When pods are evicted: fields of KubeletConfiguration, durations in milliseconds. Defaults are upstream's. */
export interface EvictionConfig {
  readonly evictionHard?: Readonly<Record<string, string>>;
  readonly evictionSoft?: Readonly<Record<string, string>>;
  readonly evictionSoftGracePeriodMs?: Readonly<Record<string, Millis>>;
  readonly evictionPressureTransitionPeriodMs?: Millis;
  /** Seconds. */
  readonly evictionMaxPodGracePeriod?: number;
}

/** How a kubelet is set up. Times in milliseconds; defaults are upstream's. */
export interface KubeletConfig {
  /** Whom it asks, where that is not the one API server. */
  readonly apiServer?: string | undefined;
  readonly node: string;
  readonly nodeIp: string;
  readonly podCidr: string;
  readonly cpu: Quantity;
  readonly memory: Quantity;
  readonly disk: Quantity;
  readonly runtime: RuntimeName;
  /** Fields of KubeletConfiguration, as far as they differ from the defaults. */
  readonly eviction?: EvictionConfig | undefined;
  /** What its manifest directory holds at first. */
  readonly manifests: Manifests;
  readonly pods: number;
  readonly labels: Labels;
  readonly taints: readonly Taint[];
  readonly nodeStatusUpdateFrequencyMs: Millis;
  readonly nodeStatusReportFrequencyMs: Millis;
  readonly nodeLeaseDurationSeconds: number;
  readonly relistPeriodMs: Millis;
  readonly maxCrashBackOffMs: Millis;
  /** The name server that it writes into resolv.conf of its pods. */
  readonly clusterDns?: string;
}

/** A call to the runtime without an answer yet: the continuation as data. */
export interface Asked {
  readonly then: string;
  readonly data: Value;
}

/** A pod worker. Replaced, never mutated. */
export interface PodWork {
  readonly uid: string;
  /** The pod as last seen; its status is what the API is known to have. */
  readonly pod: Pod;
  /** It stands in a file of the node: `pod` is what the file says, and the API has a mirror of it, or none yet. */
  readonly isStatic?: boolean;
  readonly mirror?: Pod | undefined;
  /** Whether the mirror is being made or removed, or that has failed. */
  readonly mirroring?: 'asked' | 'failed' | undefined;
  /** Its object is gone from the API (or never was, for what only the runtime knows). */
  readonly isGone: boolean;
  readonly stage: 'admitted' | 'rejected' | 'syncing' | 'synced' | 'terminating' | 'terminated';
  readonly startTime: string;
  readonly requests: { readonly cpuMilli: number; readonly memoryBytes: number };
  /** What the runtime said at the last relist. */
  readonly view: PodView;
  readonly run: Run | undefined;
  /** The last run did something: wait for a relist before the next one. */
  readonly isStale: boolean;
  /** Why kubelet ends the pod: its deadline, or pressure on the node; and how long its containers may take. */
  readonly ended?: {
    readonly reason: string;
    readonly message: string;
    readonly graceSeconds?: number;
    /** What its status gets beside. */
    readonly condition?: PodCondition;
  };
  /** A sync was asked for while one was under way. */
  readonly isPending: boolean;
  /** Counts retry timers; an older one is ignored. */
  readonly turn: number;
  /** Why containers did not start: upstream's reason cache. */
  readonly failures: readonly StartFailure[];
  /** What the API should say. */
  readonly status: PodStatus | undefined;
  readonly isPatching: boolean;
  /** Of a pod with claims: whether they are being looked at, or mounted. */
  readonly mounts?: 'asked' | 'done' | undefined;
  /** Paths on the node's disk of volumes behind claims, by the name of the pod's volume. */
  readonly claimed?: Readonly<Record<string, string>>;
  /** What its ConfigMaps and Secrets were when they were last read, and whether that is for the next start. */
  readonly sources?: Sources;
  readonly reading?: 'tokens' | 'objects' | 'done' | undefined;
  /** Since when it waits for the first list of an object. */
  readonly readSince?: Millis | undefined;
  /** The files that its volumes have, by volume. */
  readonly written?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Whether its volumes have their files; until then how long the next try may wait. */
  readonly hasFiles?: boolean;
  readonly mountWaitMs?: Millis | undefined;
  /** Since when they fail to be set up. */
  readonly mountSince?: Millis | undefined;
  /** The last DELETE is wanted, on its way, or answered. */
  readonly finalizing: 'no' | 'wanted' | 'asked' | 'done';
}

/** A pod as the runtime has it: sandboxes and containers, newest first. */
export interface PodView {
  readonly sandboxes: readonly RuntimeSandbox[];
  readonly containers: readonly RuntimeContainer[];
}

/** Why a container waits. */
export interface StartFailure {
  readonly container: string;
  readonly reason: string;
  readonly message: string;
}

/** A sync under way. */
export type Run = StartRun | KillRun;

/**
 * Sandbox, then for each container in turn: image, pull, create, start. `stop` first ends containers that failed a
 * probe.
 */
export interface StartRun {
  readonly kind: 'start';
  /** The pod as it was when the sync began: a change waits for the next one. */
  readonly pod: Pod;
  readonly step: 'stop' | 'sandbox' | 'image' | 'pull' | 'create' | 'start' | 'hook';
  readonly todo: readonly string[];
  readonly container: string;
  readonly sandbox: string;
  readonly ip: string;
  readonly imageId: string;
  readonly id: string;
  /** Answers still awaited in the step `stop`. */
  readonly waiting: number;
  /** Whether something failed: retry later. */
  readonly hasFailed: boolean;
  /** When the first back-off ends; undefined when none. */
  readonly backOffUntil: Millis | undefined;
  /** Whether the runtime was made to change anything. */
  readonly hasActed: boolean;
}

/** Containers are told to end, then the sandbox, then a list tells how they ended. */
export interface KillRun {
  readonly kind: 'kill';
  readonly step: 'containers' | 'sandbox' | 'list';
  readonly waiting: number;
  readonly graceSeconds: number;
  readonly since: Millis;
  /** Names of sidecars that wait for their turn, those of the next turn first. */
  readonly later: readonly (readonly string[])[];
}

/** client-go's flowcontrol.Backoff entry. */
export interface BackOff {
  readonly delayMs: Millis;
  readonly updatedAt: Millis;
  /** Of the failed pull, for the waiting message. */
  readonly message: string;
}

/** The three probes, as Events write them. */
export type ProbeType = 'Liveness' | 'Readiness' | 'Startup';
/** What a probe has decided so far. */
export type ProbeResult = 'unknown' | 'success' | 'failure';

/** One probe of one container. */
export interface ProbeWork {
  readonly uid: string;
  readonly container: string;
  readonly type: ProbeType;
  readonly containerId: string;
  /** When its pod came to this kubelet, in virtual milliseconds: the moment its ticks are counted from. */
  readonly since: number;
  readonly result: ProbeResult;
  readonly last: ProbeResult;
  /** How many times in a row `last` was seen. */
  readonly count: number;
  /** Decided: no more probes of this container. */
  readonly onHold: boolean;
  readonly isTimed: boolean;
}

/** Nothing known of a pod yet. */
export const EMPTY_VIEW: PodView = { sandboxes: [], containers: [] };

/** Replaces fields of a pod's worker and gives the new one; undefined when the worker is gone. */
export function updateWork(state: KubeletState, uid: string, fields: Partial<PodWork>): PodWork | undefined {
  const work = state.works.get(uid);
  if (work === undefined) return undefined;
  const next = { ...work, ...fields };
  state.works.set(uid, next);
  return next;
}

/** Whether a pod is to end: deleted in the API, or gone from it. */
export function isEnding({ pod, isGone }: PodWork): boolean {
  return isGone || pod.metadata.deletionTimestamp !== undefined;
}

/** The newest container of a name. */
export function latest(view: PodView, name: string): RuntimeContainer | undefined {
  return view.containers.find((container) => container.name === name);
}

/** A lifecycle hook under way. */
export interface HookRun {
  readonly uid: string;
  readonly container: string;
  readonly id: string;
  readonly hook: Hook;
  readonly since: Millis;
}

/** A container of a pod's spec, an init container too. */
export function specNamed({ spec }: Pod, name: string): Container | undefined {
  return allContainers(spec).find((container) => container.name === name);
}

/** A pod as the API is known to have it: of a pod from a file its mirror, if it is not that of an older file. */
export function apiCopy({ isStatic, pod, mirror, uid }: PodWork): Pod | undefined {
  if (!isStatic) return pod;
  return mirror?.metadata.annotations?.[CONFIG_MIRROR] === uid ? mirror : undefined;
}

/** What is known of a container, an init container too. */
export function statusOf(work: PodWork, name: string): ContainerStatus | undefined {
  const { containerStatuses = [], initContainerStatuses = [] } = work.status ?? apiCopy(work)?.status ?? {};
  return [...containerStatuses, ...initContainerStatuses].find((known) => known.name === name);
}

/** The sandbox in use. */
export function readySandbox(view: PodView): RuntimeSandbox | undefined {
  return view.sandboxes.find((sandbox) => sandbox.state === 'ready');
}
