import type { Pod } from '../kinds/pod.ts';
import type { JsonObject } from '../meta.ts';
import { allContainers } from './initcontainers.ts';

/** The plurals of other objects of the API that a pod refers to, in upstream's order of looking. */
export function sourcesNamed({ spec }: Pod): readonly string[] {
  const volumes = spec.volumes ?? [];
  const containers = allContainers(spec);
  const parts = volumes.flatMap(({ projected }) => (projected?.['sources'] ?? []) as readonly JsonObject[]);
  const has = (field: string) => parts.some((part) => part[field] !== undefined);
  const isRead = (ref: string, keyRef: string) =>
    containers.some(({ env = [], envFrom = [] }) => {
      return envFrom.some((each) => each[ref] !== undefined) || env.some(({ valueFrom }) => valueFrom?.[keyRef]);
    });
  const found: readonly (readonly [string, boolean])[] = [
    ['serviceaccounts', (spec.serviceAccountName ?? '') !== '' || has('serviceAccountToken')],
    [
      'secrets',
      (spec.imagePullSecrets ?? []).length > 0 ||
        has('secret') ||
        isRead('secretRef', 'secretKeyRef') ||
        volumes.some(({ secret }) => secret !== undefined),
    ],
    [
      'configmaps',
      has('configMap') ||
        isRead('configMapRef', 'configMapKeyRef') ||
        volumes.some(({ configMap }) => configMap !== undefined),
    ],
    ['persistentvolumeclaims', volumes.some((each) => (each.persistentVolumeClaim ?? each['ephemeral']) !== undefined)],
  ];
  return found.flatMap(([plural, isNamed]) => (isNamed ? [plural] : []));
}
