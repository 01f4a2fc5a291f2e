// fails: memory
import type { Pod, ScoreApi, ScoreNode } from 'cluster-lab';

/** Counts pods: two nodes with one pod each are the same to it. */
export function score(_pod: Pod, nodes: readonly ScoreNode[], _api: ScoreApi): readonly number[] {
  return nodes.map(({ pods }, index) => Math.min(100, 10 * pods.length + index));
}
