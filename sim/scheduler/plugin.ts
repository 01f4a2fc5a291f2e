import type { Node } from '../api/kinds/node.ts';
import type { Pod } from '../api/kinds/pod.ts';
import type { ReplicaSet } from '../api/kinds/replicaset.ts';
import type { Service } from '../api/kinds/service.ts';
import type { JsonObject, KubeObject } from '../api/meta.ts';
import type { Answer } from '../client/calls.ts';
import type { IO } from '../kernel/component.ts';
import type { MessageId } from '../kernel/message.ts';
import type { HttpRequest } from '../protocol/http.ts';
import type { NodeInfo } from './nodeinfo.ts';
import type { QueuedPod } from './queue.ts';
import type { SchedulerState } from './state.ts';

/** The best score a plugin gives (upstream `MaxNodeScore`). */
export const MAX_SCORE = 100;

/**
 * Why a node is refused; undefined when it is not. Preemption can help on an `Unschedulable` node, never on one that is
 * `UnschedulableAndUnresolvable`.
 */
export type Verdict = undefined | Refusal;

/** A refusal with upstream's reason texts, each of which is counted in the FailedScheduling event. */
export interface Refusal {
  readonly code: 'Unschedulable' | 'UnschedulableAndUnresolvable';
  readonly reasons: readonly string[];
}

/** What a plugin may look at: the scheduler's own picture of the cluster, assumed pods included. */
export interface ClusterView {
  readonly nodes: readonly NodeInfo[];
  readonly services: ReadonlyMap<string, Service>;
  readonly replicaSets: ReadonlyMap<string, ReplicaSet>;
  /** Pods for which room is being made on a node, by its name: filters count them there already. */
  readonly nominated?: ReadonlyMap<string, readonly Pod[]>;
  /** What an informer of a pack holds, by `ns/name`. */
  cached<O extends KubeObject>(informer: string): ReadonlyMap<string, O>;
}

/** A change of the cluster that may let a refused pod fit; `Self` is one of the waiting pod itself. */
export type ClusterChange =
  | { readonly kind: 'Node'; readonly action: Action; readonly object: Node; readonly old?: Node }
  | { readonly kind: 'Pod' | 'Self'; readonly action: Action; readonly object: Pod; readonly old?: Pod }
  | { readonly kind: PackKind; readonly action: Action; readonly object: KubeObject; readonly old?: KubeObject };

/** Kinds that a pack's plugins look at. */
type PackKind = 'PersistentVolume' | 'PersistentVolumeClaim' | 'StorageClass';

type Action = 'add' | 'update' | 'delete';

/** Which changes are worth another try for a pod this plugin refused; `helps` is upstream's QueueingHint. */
export interface Requeue {
  readonly kind: ClusterChange['kind'];
  readonly action: Action;
  helps?(pod: Pod, change: ClusterChange): boolean;
}

/** PreEnqueue: whether a pod may come into activeQ at all. */
export interface PreEnqueue {
  /** Why it may not yet; it then waits among the unschedulable pods and is never tried. */
  preEnqueue(pod: Pod, state: SchedulerState): string | undefined;
}

/** QueueSort: who is next. A scheduler has exactly one such plugin for all profiles. */
export interface QueueSort {
  less(a: QueuedPod, b: QueuedPod): boolean;
}

/** PreFilter: what is computed once for a pod, before any node is looked at. */
export interface PreFilter<F> {
  /** Undefined: the plugin takes no part in filtering this pod (upstream's Skip). */
  preFilter(pod: Pod, view: ClusterView): F | undefined;
  /** For the pod as a whole: why no node will do (upstream: UnschedulableAndUnresolvable). */
  reject?(pod: Pod, view: ClusterView): string | undefined;
  /** What was computed, had another pod come to a node (1) or left it (-1). Upstream: PreFilterExtensions. */
  recount?(cycle: F, pod: Pod, other: Pod, node: Node, sign: 1 | -1): F;
}

/** Filter: whether a node can take the pod. The first refusal ends the questions. */
export interface Filter<F> {
  filter(pod: Pod, node: NodeInfo, cycle: F): Verdict;
}

/** A search that left no node. */
export interface FailedSearch {
  readonly pod: Pod;
  readonly view: ClusterView;
  /** Plugins that filter this pod, with what their PreFilter computed. */
  readonly filters: readonly Participant[];
  readonly refusals: ReadonlyMap<NodeInfo, Refusal>;
  /** Where the search began in the list of nodes. */
  readonly start: number;
}

/** A plugin that takes part, with what it computed for this pod. */
export interface Participant {
  readonly plugin: Plugin;
  readonly cycle: unknown;
}

/** What a PostFilter plugin came to. */
export interface PostFilterResult {
  /** A way was found: nobody else is asked, and the message of the failure says no more. */
  readonly isSuccess: boolean;
  readonly reasons: readonly string[];
  /** What status.nominatedNodeName shall be; '' clears it, absent leaves it. */
  readonly nominated?: string;
  readonly plan?: Preemption;
}

/** Pods that have to go from a node so that another fits there. */
export interface Preemption {
  readonly node: string;
  /** The most important first. */
  readonly victims: readonly Pod[];
  /** Victims whose disruption budget does not allow it. */
  readonly violations: number;
}

/** PostFilter: what could be done when no node passed the filters. */
export interface PostFilter {
  postFilter(search: FailedSearch): PostFilterResult;
  /** Begins to do what was planned. */
  carryOut?(state: SchedulerState, pod: Pod, plan: Preemption, causes: readonly MessageId[], io: IO): void;
  /** An answer to a request that was sent `then` this plugin's name. */
  answered?(state: SchedulerState, answer: Answer, io: IO): void;
}

/** PreScore: what is computed once, when the nodes that passed are known. */
export interface PreScore<S> {
  /** Undefined: the plugin does not score this pod (upstream's Skip). */
  preScore(pod: Pod, view: ClusterView, feasible: readonly NodeInfo[]): S | undefined;
}

/** Score: how good a node is. */
export interface Score<S> {
  /** A whole number; 0 to 100 when the plugin does not normalise. */
  score(pod: Pod, node: NodeInfo, cycle: S): number;
}

/** NormalizeScore: brings the scores of all feasible nodes to 0..100. */
export interface NormalizeScore<S> {
  normalize(scores: readonly number[], cycle: S): readonly number[];
}

/** Reserve: the pod counts on its node from now on. The scheduler's own reservation is the assumed pod. */
export interface Reserve {
  /** Why the node cannot be kept for the pod after all. */
  reserve(pod: Pod, node: NodeInfo, view: ClusterView): string | undefined;
  /** The pod will not be bound there: what has to be written to undo the reservation. */
  unreserve?(pod: Pod, node: NodeInfo, view: ClusterView): readonly HttpRequest[];
}

/** Permit: a last word before binding. A pod that has to wait is asked about again after every change. */
export interface Permit {
  permit(pod: Pod, node: NodeInfo, view: ClusterView): 'wait' | Refusal | undefined;
}

/** PreBind: what has to happen before the pod is bound. */
export interface PreBind {
  /** Whether nothing has to happen any more (upstream: PreBindPreFlight). */
  isReady(pod: Pod, view: ClusterView): boolean;
  /** The writes that bring this about, when it is not so yet. */
  preBind(pod: Pod, node: NodeInfo, view: ClusterView): readonly HttpRequest[];
}

/** Bind: the request that gives the pod its node. The first plugin that has one is taken. */
export interface Bind {
  bind(pod: Pod, node: string): HttpRequest | undefined;
}

/** PostBind: news that the pod is bound. */
export interface PostBind {
  postBind(state: SchedulerState, pod: Pod, node: string): void;
}

/** Sign: pods that are alike to a plugin are answered alike by a node that has not changed. */
export interface Sign {
  /**
   * All of a pod that the plugin's Filter and Score look at, as text. Only a plugin that looks at nothing but the pod
   * and the one node may sign. Upstream: `SignPlugin` of opportunistic batching.
   */
  sign(pod: Pod): string;
}

/** One rule of the scheduler, at as many extension points as it likes. F is of its PreFilter, S of its PreScore. */
export interface Plugin<F = unknown, S = unknown>
  extends Partial<PreEnqueue & QueueSort & PreFilter<F> & Filter<F> & PostFilter>,
    Partial<PreScore<S> & Score<S> & NormalizeScore<S> & Sign>,
    Partial<Reserve & Permit & PreBind & Bind & PostBind> {
  /** As upstream: `TaintToleration`. */
  readonly name: string;
  /** Multiplies the normalised score; 0 for a plugin that does not score. */
  readonly weight: number;
  readonly requeueOn: readonly Requeue[];
  /** The plugin with the arguments of a profile (upstream: pluginConfig). */
  configure?(args: JsonObject): Plugin;
  /** What its filter compares on a node, in words with both sides; the filter itself never reads them. */
  facts?(pod: Pod, node: NodeInfo, cycle: F): readonly string[];
}

/** Upstream `DefaultNormalizeScore`: the highest becomes 100; reversed, the lowest is best. */
export function normalizeByMax(scores: readonly number[], isReversed: boolean): readonly number[] {
  let max = 0;
  for (const score of scores) if (score > max) max = score;
  if (max === 0) return isReversed ? scores.map(() => MAX_SCORE) : scores;
  return scores.map((score) => {
    const scaled = Math.trunc((MAX_SCORE * score) / max);
    return isReversed ? MAX_SCORE - scaled : scaled;
  });
}
