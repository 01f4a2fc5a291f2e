import type { PersistentVolumeClaim } from '../../api/kinds/persistentvolumeclaim.ts';
import type { Pod } from '../../api/kinds/pod.ts';
import type { StatefulSet } from '../../api/kinds/statefulset.ts';
import { controllerOf, controllerRef, type KubeObject, type OwnerReference } from '../../api/meta.ts';
import { sameJson } from '../../api/resource.ts';
import type { Context, Write } from '../controller.ts';
import { create, normal, update } from '../requests.ts';
import { claimsOf, isWanted, ordinalOf } from './identity.ts';

/** The informer of claims. */
export const CLAIMS = 'persistentvolumeclaims';

/** How the claims of a pod stand. */
export interface ClaimWork {
  /** Creations of those that are missing. */
  readonly missing: readonly Write[];
  /** The name of one that is on its way out: the pod has to wait. */
  readonly ending: string | undefined;
}

/** The claims that a pod needs before it is created. Upstream `createPersistentVolumeClaims`. */
export function claimWork(set: StatefulSet, ordinal: number, context: Context): ClaimWork {
  const cache = context.cache<PersistentVolumeClaim>(CLAIMS);
  const pod = `${set.metadata.name}-${ordinal}`;
  let ending: string | undefined;
  const missing = claimsOf(set, ordinal).flatMap(([, claim]): readonly Write[] => {
    const { name, namespace } = claim.metadata;
    const found = cache.get(`${namespace}/${name}`);
    if (found !== undefined) {
      if (found.metadata.deletionTimestamp !== undefined) ending = name;
      return [];
    }
    const { status: _status, ...body } = claim;
    return [
      {
        request: create(CLAIMS, body as KubeObject),
        about: set,
        success: [
          normal('SuccessfulCreate', `Create Claim ${name} Pod ${pod} in StatefulSet ${set.metadata.name} success`),
        ],
        tag: `claim ${pod} ${name}`,
      },
    ];
  });
  return { missing, ending };
}

/** Whether a claim still belongs to an earlier pod of the same name and will go with it. Upstream `PodClaimIsStale`. */
export function hasStaleClaim(set: StatefulSet, ordinal: number, context: Context): boolean {
  const pod = `${set.metadata.name}-${ordinal}`;
  return claimsOf(set, ordinal).some(([, { metadata }]) => {
    const found = context.cache(CLAIMS).get(`${metadata.namespace}/${metadata.name}`);
    return found?.metadata.ownerReferences?.some(({ kind, name }) => kind === 'Pod' && name === pod) ?? false;
  });
}

/** Updates of the claims whose owners are not those that the retention policy asks for. */
export function retentionWrites(set: StatefulSet, pod: Pod, context: Context): readonly Write[] {
  const ordinal = ordinalOf(pod, set);
  if (ordinal === undefined) return [];
  return claimsOf(set, ordinal).flatMap(([, { metadata }]) => {
    const claim = context.cache<PersistentVolumeClaim>(CLAIMS).get(`${metadata.namespace}/${metadata.name}`);
    if (claim === undefined) return [];
    const before = claim.metadata.ownerReferences ?? [];
    const ownerReferences = ownersFor(set, pod, claim, isWanted(ordinal, set));
    if (sameJson(before, ownerReferences)) return [];
    const next = { ...claim, metadata: { ...claim.metadata, ownerReferences } };
    return [{ request: update(CLAIMS, next as KubeObject), ignore: [404] }];
  });
}

/**
 * Claims go with the set when it is deleted, or with a pod that was scaled away, as the policy says; with neither by
 * default. A claim that somebody else controls is left alone. Upstream `updateClaimOwnerRefForSetAndPod`.
 */
export function ownersFor(
  set: StatefulSet,
  pod: Pod,
  claim: PersistentVolumeClaim,
  isStaying: boolean,
): readonly OwnerReference[] {
  const others = (claim.metadata.ownerReferences ?? []).filter(({ kind, name }) => {
    return !(kind === 'StatefulSet' && name === set.metadata.name) && !(kind === 'Pod' && name === pod.metadata.name);
  });
  if (controllerOf({ metadata: { ownerReferences: others } }) !== undefined) return others;
  const { whenDeleted, whenScaled } = set.spec.persistentVolumeClaimRetentionPolicy ?? {};
  if (whenScaled === 'Delete' && !isStaying) return [...others, controllerRef(pod)];
  return whenDeleted === 'Delete' ? [...others, controllerRef(set)] : others;
}
