import type { Pod } from '../api/kinds/pod.ts';

/** The claims that a pod's volumes name. */
export function claimNames({ spec }: Pod): readonly string[] {
  return (spec.volumes ?? []).flatMap(({ persistentVolumeClaim }) => {
    const name = persistentVolumeClaim?.claimName;
    return typeof name === 'string' ? [name] : [];
  });
}
