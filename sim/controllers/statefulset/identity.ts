import type { PersistentVolumeClaim } from '../../api/kinds/persistentvolumeclaim.ts';
import type { Pod, PodTemplateSpec, Volume } from '../../api/kinds/pod.ts';
import type { StatefulSet } from '../../api/kinds/statefulset.ts';
import { REVISION_LABEL } from '../history.ts';
import { podFrom } from '../pods.ts';

/** The label with the pod's own name, so that a Service may select one pod. */
const NAME_LABEL = 'statefulset.kubernetes.io/pod-name';
const INDEX_LABEL = 'apps.kubernetes.io/pod-index';

/** The number at the end of a pod's name; undefined when the name is not one that this set gives. */
export function ordinalOf({ metadata }: Pick<Pod, 'metadata'>, set: StatefulSet): number | undefined {
  const [, parent, digits] = /^(.*)-(\d+)$/.exec(metadata.name) ?? [];
  const ordinal = Number(digits);
  return parent === set.metadata.name && ordinal <= MAX_ORDINAL ? ordinal : undefined;
}

const MAX_ORDINAL = 2_147_483_647;

/** The number of the first pod. */
export function startOf({ spec }: StatefulSet): number {
  return spec.ordinals?.start ?? 0;
}

/** Whether the set wants a pod of this number. */
export function isWanted(ordinal: number, set: StatefulSet): boolean {
  return ordinal >= startOf(set) && ordinal < startOf(set) + (set.spec.replicas ?? 1);
}

/** The pod of a number, of the revision that holds this template. Upstream `newStatefulSetPod`. */
export function podOf(set: StatefulSet, template: PodTemplateSpec, revision: string, ordinal: number): Pod {
  const name = `${set.metadata.name}-${ordinal}`;
  const pod = podFrom(template, set, name);
  const labels = { ...pod.metadata.labels, ...identityLabels(name), [REVISION_LABEL]: revision };
  const { volumes = [] } = pod.spec;
  const claims = claimsOf(set, ordinal);
  const own = claims.map(([volume, claim]): Volume => {
    return { name: volume, persistentVolumeClaim: { claimName: claim.metadata.name } };
  });
  const kept = volumes.filter((volume) => !own.some((other) => other.name === volume.name));
  const place = { hostname: name, ...(set.spec.serviceName ? { subdomain: set.spec.serviceName } : {}) };
  const all = [...own, ...kept];
  const spec = { ...pod.spec, ...place, ...(all.length > 0 ? { volumes: all } : {}) };
  return { ...pod, metadata: { ...pod.metadata, labels }, spec };
}

/** The labels by which a pod is known, whatever its template says. */
export function identityLabels(name: string): Readonly<Record<string, string>> {
  return { [NAME_LABEL]: name, [INDEX_LABEL]: name.slice(name.lastIndexOf('-') + 1) };
}

/** Whether a pod has them. Upstream `identityMatches`. */
export function hasIdentity({ metadata }: Pod): boolean {
  return Object.entries(identityLabels(metadata.name)).every(([key, value]) => metadata.labels?.[key] === value);
}

/** The claims of a pod, with the names of its volumes. Upstream `getPersistentVolumeClaims`. */
export function claimsOf(
  { metadata, spec }: StatefulSet,
  ordinal: number,
): readonly (readonly [volume: string, claim: PersistentVolumeClaim])[] {
  return (spec.volumeClaimTemplates ?? []).map((template) => {
    const name = `${template.metadata.name}-${metadata.name}-${ordinal}`;
    const labels = { ...template.metadata.labels, ...spec.selector.matchLabels };
    const { namespace } = metadata;
    return [template.metadata.name, { ...template, metadata: { ...template.metadata, name, namespace, labels } }];
  });
}

/** The revision that a pod is of. */
export function revisionOfPod({ metadata }: Pod): string {
  return metadata.labels?.[REVISION_LABEL] ?? '';
}
