import type { PersistentVolume } from '../kinds/persistentvolume.ts';
import type { PersistentVolumeClaim } from '../kinds/persistentvolumeclaim.ts';
import type { StorageClass } from '../kinds/storageclass.ts';
import type { KubeObject, Labels, ObjectMeta } from '../meta.ts';

/** Annotations by which binder, scheduler and provisioners know where a claim stands (component-helpers/storage/volume). */
export const ANNOTATIONS = {
  boundByController: 'pv.kubernetes.io/bound-by-controller',
  bindCompleted: 'pv.kubernetes.io/bind-completed',
  provisionedBy: 'pv.kubernetes.io/provisioned-by',
  provisioner: 'volume.kubernetes.io/storage-provisioner',
  betaProvisioner: 'volume.beta.kubernetes.io/storage-provisioner',
  selectedNode: 'volume.kubernetes.io/selected-node',
  defaultClass: 'storageclass.kubernetes.io/is-default-class',
} as const;

const BETA_CLASS = 'volume.beta.kubernetes.io/storage-class';

/** The class of a claim or a volume; '' for none. */
export function classOf({ metadata, spec }: PersistentVolumeClaim | PersistentVolume): string {
  return metadata.annotations?.[BETA_CLASS] ?? spec.storageClassName ?? '';
}

/** Whether a claim says which class it wants, '' included. */
export function hasClass({ metadata, spec }: PersistentVolumeClaim): boolean {
  return metadata.annotations?.[BETA_CLASS] !== undefined || spec.storageClassName !== undefined;
}

/** Whether nothing is bound or provisioned for a claim before a pod that uses it has a node. */
export function isDelayed(claim: PersistentVolumeClaim, classes: ReadonlyMap<string, StorageClass>): boolean {
  const name = classOf(claim);
  return name !== '' && classes.get(name)?.volumeBindingMode === 'WaitForFirstConsumer';
}

/** The class that claims without one get: of several defaults the newest, then the first by name. */
export function defaultClass(classes: Iterable<StorageClass>): StorageClass | undefined {
  const marked = [...classes].filter(({ metadata }) => metadata.annotations?.[ANNOTATIONS.defaultClass] === 'true');
  const [first] = marked.sort((a, b) => byAge(a.metadata, b.metadata));
  return first;
}

function byAge(a: ObjectMeta, b: ObjectMeta): number {
  const [old, young] = [a.creationTimestamp ?? '', b.creationTimestamp ?? ''];
  if (old !== young) return old < young ? 1 : -1;
  return a.name < b.name ? -1 : 1;
}

/** Whether the volume names this claim, with its uid or before it had one. */
export function isBoundTo({ spec: { claimRef } }: PersistentVolume, { metadata }: PersistentVolumeClaim): boolean {
  if (claimRef === undefined || claimRef.name !== metadata.name) return false;
  return claimRef.namespace === metadata.namespace && (!claimRef.uid || claimRef.uid === metadata.uid);
}

/** Whether binding has been finished for a claim. */
export function isFullyBound({ metadata, spec }: PersistentVolumeClaim): boolean {
  return !!spec.volumeName && metadata.annotations?.[ANNOTATIONS.bindCompleted] !== undefined;
}

/** The object with one more annotation. */
export function annotated<O extends KubeObject>(object: O, more: Labels): O {
  const annotations = { ...object.metadata.annotations, ...more };
  return { ...object, metadata: { ...object.metadata, annotations } };
}
