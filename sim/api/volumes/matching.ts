import type { PersistentVolume } from '../kinds/persistentvolume.ts';
import type { PersistentVolumeClaim } from '../kinds/persistentvolumeclaim.ts';
import { compareQuantities } from '../quantity.ts';
import { matchesLabelSelector } from '../selector.ts';
import { classOf, isBoundTo } from './claims.ts';

/** Who looks for a volume, and what is out of the question. */
export interface Search {
  /** The scheduler's question: may pods on its node use the volume? Absent for the controller. */
  readonly fitsNode?: (volume: PersistentVolume) => boolean;
  /** Names of volumes that are promised to other claims of the same pod. */
  readonly taken?: ReadonlySet<string>;
  /** The controller leaves claims of such a class to the scheduler, unless a volume names them. */
  readonly isDelayed: boolean;
}

/**
 * The volume for a claim: the one that names it, or else the smallest that is large enough, among those with the
 * fewest access modes beyond the wanted ones. Follows component-helpers `FindMatchingVolume` and the ordered index of
 * pkg/controller/volume/persistentvolume; leaves out volume attributes classes.
 */
export function findVolume(
  claim: PersistentVolumeClaim,
  volumes: Iterable<PersistentVolume>,
  search: Search,
): PersistentVolume | undefined {
  const fitting = [...volumes]
    .filter((volume) => hasModes(claim, volume) && isPossible(claim, volume, search))
    .sort((a, b) => modeCount(a) - modeCount(b) || compareSizes(a, b) || (a.metadata.name < b.metadata.name ? -1 : 1));
  const named = fitting.find((volume) => isBoundTo(volume, claim));
  if (named !== undefined) return search.fitsNode?.(named) === false ? undefined : named;
  if (search.fitsNode === undefined && search.isDelayed) return undefined;
  return fitting.find(
    (volume) =>
      volume.status?.phase === 'Available' &&
      classOf(volume) === classOf(claim) &&
      (claim.spec.selector === undefined || matchesLabelSelector(claim.spec.selector, volume.metadata.labels)) &&
      search.fitsNode?.(volume) !== false,
  );
}

/** Why a volume that a claim names does not do, as upstream words it; undefined when it does. */
export function mismatch(volume: PersistentVolume, claim: PersistentVolumeClaim): string | undefined {
  const { name, deletionTimestamp } = volume.metadata;
  if (deletionTimestamp !== undefined) return `the volume is marked for deletion ${JSON.stringify(name)}`;
  if (!isLargeEnough(claim, volume)) return 'requested PV is too small';
  if (classOf(volume) !== classOf(claim)) return 'storageClassName does not match';
  if (!isSameMode(claim, volume)) return 'incompatible volumeMode';
  return hasModes(claim, volume) ? undefined : 'incompatible accessMode';
}

function isPossible(claim: PersistentVolumeClaim, volume: PersistentVolume, { taken }: Search): boolean {
  const { metadata, spec } = volume;
  if (taken?.has(metadata.name) || metadata.deletionTimestamp !== undefined) return false;
  if (spec.claimRef !== undefined && !isBoundTo(volume, claim)) return false;
  return isLargeEnough(claim, volume) && isSameMode(claim, volume);
}

function isLargeEnough({ spec }: PersistentVolumeClaim, volume: PersistentVolume): boolean {
  return compareQuantities(volume.spec.capacity?.['storage'] ?? '0', spec.resources?.requests?.['storage'] ?? '0') >= 0;
}

function isSameMode({ spec }: PersistentVolumeClaim, volume: PersistentVolume): boolean {
  return (spec.volumeMode ?? 'Filesystem') === (volume.spec.volumeMode ?? 'Filesystem');
}

function hasModes({ spec }: PersistentVolumeClaim, volume: PersistentVolume): boolean {
  return (spec.accessModes ?? []).every((mode) => volume.spec.accessModes?.includes(mode));
}

function modeCount({ spec }: PersistentVolume): number {
  return new Set(spec.accessModes).size;
}

function compareSizes(a: PersistentVolume, b: PersistentVolume): number {
  return compareQuantities(a.spec.capacity?.['storage'] ?? '0', b.spec.capacity?.['storage'] ?? '0');
}
