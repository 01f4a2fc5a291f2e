import type { PersistentVolumeClaim } from '../../api/kinds/persistentvolumeclaim.ts';
import type { StorageClass } from '../../api/kinds/storageclass.ts';
import { compareQuantities } from '../../api/quantity.ts';
import { classOf } from '../../api/volumes/claims.ts';
import type { AdmissionPlugin } from './plugin.ts';

const UNSUPPORTED =
  'only dynamically provisioned pvc can be resized and the storageclass that provisions the pvc must support resize';

/** A claim may ask for more only where its class allows it. Follows plugin/pkg/admission/storage/persistentvolume/resize. */
export const persistentVolumeClaimResize: AdmissionPlugin = {
  name: 'PersistentVolumeClaimResize',
  kind: 'PersistentVolumeClaim',
  refuse(object, { operation, subresource, old }, state) {
    if (operation !== 'UPDATE' || subresource !== '' || object === undefined || old === undefined) return undefined;
    const [claim, before] = [object, old] as unknown as readonly [PersistentVolumeClaim, PersistentVolumeClaim];
    if (compareQuantities(sizeOf(claim), sizeOf(before)) <= 0) return undefined;
    if (before.status?.phase !== 'Bound') return 'Only bound persistent volume claims can be expanded';
    const classes = state.caches.get('storageclasses.storage.k8s.io')?.objects.values() ?? [];
    const found = ([...classes] as unknown as readonly StorageClass[]).find(
      ({ metadata }) => metadata.name === classOf(claim),
    );
    return found?.allowVolumeExpansion === true ? undefined : UNSUPPORTED;
  },
  because(object, { subresource, old }) {
    if (subresource !== '' || object === undefined || old === undefined) return '';
    const [claim, before] = [object, old] as unknown as readonly [PersistentVolumeClaim, PersistentVolumeClaim];
    return compareQuantities(sizeOf(claim), sizeOf(before)) > 0 ? `${classOf(claim)} lets volumes grow` : '';
  },
};

function sizeOf({ spec }: PersistentVolumeClaim): string {
  return spec.resources?.requests?.['storage'] ?? '0';
}
