import type { PersistentVolumeClaim } from '../../api/kinds/persistentvolumeclaim.ts';
import type { StorageClass } from '../../api/kinds/storageclass.ts';
import type { KubeObject } from '../../api/meta.ts';
import { defaultClass, hasClass } from '../../api/volumes/claims.ts';
import type { AdmissionPlugin } from './plugin.ts';

/** A claim that names no class gets the default one, if there is one. Follows plugin/pkg/admission/storage/storageclass. */
export const defaultStorageClass: AdmissionPlugin = {
  name: 'DefaultStorageClass',
  kind: 'PersistentVolumeClaim',
  admit(object, state) {
    const claim = object as unknown as PersistentVolumeClaim;
    if (hasClass(claim)) return object;
    const known = state.caches.get('storageclasses.storage.k8s.io')?.objects.values() ?? [];
    const found = defaultClass(known as Iterable<unknown> as Iterable<StorageClass>);
    if (found === undefined) return object;
    return { ...claim, spec: { ...claim.spec, storageClassName: found.metadata.name } } as unknown as KubeObject;
  },
};
