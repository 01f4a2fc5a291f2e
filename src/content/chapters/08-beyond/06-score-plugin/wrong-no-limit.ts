// fails: in-range
import type { Pod, ScoreApi, ScoreNode } from 'cluster-lab';

/** Adds the two percentages instead of taking their mean. */
export function score(_pod: Pod, nodes: readonly ScoreNode[], { requests }: ScoreApi): readonly number[] {
  return nodes.map(({ requested, allocatable }) => {
    const cpu = (100 * (requested.cpuMilli + requests.cpuMilli)) / allocatable.cpuMilli;
    const memory = (100 * (requested.memoryBytes + requests.memoryBytes)) / allocatable.memoryBytes;
    return Math.floor(cpu + memory);
  });
}
