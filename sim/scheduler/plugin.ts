import type { Node } from '../api/kinds/node.ts';
import type { Pod } from '../api/kinds/pod.ts';
import type { ReplicaSet } from '../api/kinds/replicaset.ts';
import type { Service } from '../api/kinds/service.ts';
import type { KubeObject } from '../api/meta.ts';
import type { HttpRequest } from '../protocol/http.ts';
import type { NodeInfo } from './nodeinfo.ts';

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
  /** What an informer of a pack holds, by `ns/name`. */
  cached<O extends KubeObject>(informer: string): ReadonlyMap<string, O>;
}

/** A change of the cluster that may let a refused pod fit. */
export type ClusterChange =
  | { readonly kind: 'Node'; readonly action: Action; readonly object: Node; readonly old?: Node }
  | { readonly kind: 'Pod'; readonly action: Action; readonly object: Pod; readonly old?: Pod }
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

/**
 * One rule of the scheduler. F is what `preFilter` computed once for this cycle, S what `preScore` did; either may
 * answer
 * undefined, and the plugin then takes no part in filtering or scoring this pod (upstream's Skip).
 */
export interface Plugin<F = unknown, S = unknown> {
  /** As upstream: `TaintToleration`. */
  readonly name: string;
  /** Multiplies the normalised score; 0 for a plugin that does not score. */
  readonly weight: number;
  /** PreFilter, for the pod as a whole: why no node will do (upstream: UnschedulableAndUnresolvable). */
  reject?(pod: Pod, view: ClusterView): string | undefined;
  preFilter?(pod: Pod, view: ClusterView): F | undefined;
  filter?(pod: Pod, node: NodeInfo, cycle: F): Verdict;
  preScore?(pod: Pod, view: ClusterView, feasible: readonly NodeInfo[]): S | undefined;
  /** A whole number; 0 to 100 when the plugin does not normalise. */
  score?(pod: Pod, node: NodeInfo, cycle: S): number;
  /** Brings the scores of all feasible nodes to 0..100. */
  normalize?(scores: readonly number[], cycle: S): readonly number[];
  /** PreBind: whether nothing has to happen any more before the pod is bound. */
  isReady?(pod: Pod, view: ClusterView): boolean;
  /** PreBind: the writes that bring this about, when it is not so yet. */
  preBind?(pod: Pod, node: NodeInfo, view: ClusterView): readonly HttpRequest[];
  readonly requeueOn: readonly Requeue[];
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
