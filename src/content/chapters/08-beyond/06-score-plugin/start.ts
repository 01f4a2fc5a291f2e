import type { Pod, ScoreApi, ScoreNode } from 'cluster-lab';

/** Asked once for each pod, with all nodes that have room: a whole number from 0 to 100 for each, in their order. */
export function score(pod: Pod, nodes: readonly ScoreNode[], api: ScoreApi): readonly number[] {
  api.log(`${pod.metadata.name} asks for ${api.requests.cpuMilli}m CPU; ${nodes.length} nodes have room`);
  return nodes.map(() => 0);
}
