import type { Pod } from '../api/kinds/pod.ts';
import { sameJson } from '../api/resource.ts';
import type { ClusterChange } from './plugin.ts';

/** A queueing hint: whether a waiting pod tolerates something else now. */
export function hasOtherTolerations(pod: Pod, { old }: ClusterChange): boolean {
  return !sameJson(pod.spec.tolerations, (old as Pod | undefined)?.spec.tolerations);
}

/** A queueing hint: whether a waiting pod has other labels now. */
export function hasOtherLabels(pod: Pod, { old }: ClusterChange): boolean {
  return !sameJson(pod.metadata.labels, old?.metadata.labels);
}
