import type { Pod, ScoreApi, ScoreNode } from 'cluster-lab';

/** The fuller a node would be with the pod on it, the better: what is empty stays empty, and can be sent home. */
export function score(pod: Pod, nodes: readonly ScoreNode[], api: ScoreApi): readonly number[] {
  const scores = nodes.map((node) => Math.floor((cpuShare(node, api) + memoryShare(node, api)) / 2));
  api.log(pod.metadata.name, ...nodes.map(({ name }, index) => `${name} ${scores[index]}`));
  return scores;
}

function cpuShare({ requested, allocatable }: ScoreNode, { requests }: ScoreApi): number {
  return percent(requested.cpuMilli + requests.cpuMilli, allocatable.cpuMilli);
}

function memoryShare({ requested, allocatable }: ScoreNode, { requests }: ScoreApi): number {
  return percent(requested.memoryBytes + requests.memoryBytes, allocatable.memoryBytes);
}

/** Filters compare requests with what is allocatable, so this is at most 100 for a node that passed them. */
function percent(part: number, whole: number): number {
  return whole === 0 ? 0 : Math.min(100, Math.floor((100 * part) / whole));
}
