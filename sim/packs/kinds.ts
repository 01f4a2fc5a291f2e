import { endpoints } from '../api/kinds/endpoints.ts';
import { ingress } from '../api/kinds/ingress.ts';
import { ingressClass } from '../api/kinds/ingressclass.ts';
import { limitRange } from '../api/kinds/limitrange.ts';
import { networkPolicy } from '../api/kinds/networkpolicy.ts';
import { persistentVolume } from '../api/kinds/persistentvolume.ts';
import { persistentVolumeClaim } from '../api/kinds/persistentvolumeclaim.ts';
import { podDisruptionBudget } from '../api/kinds/poddisruptionbudget.ts';
import { priorityClass, systemClasses } from '../api/kinds/priorityclass.ts';
import { resourceQuota } from '../api/kinds/resourcequota.ts';
import { storageClass } from '../api/kinds/storageclass.ts';
import { defaultIngressClass } from '../apiserver/admission/defaultingressclass.ts';
import { defaultStorageClass } from '../apiserver/admission/defaultstorageclass.ts';
import { limitRanger } from '../apiserver/admission/limitranger.ts';
import { persistentVolumeClaimResize } from '../apiserver/admission/persistentvolumeclaimresize.ts';
import { priorityClasses } from '../apiserver/admission/priorityclasses.ts';
import { resourceQuota as resourceQuotaPlugin } from '../apiserver/admission/resourcequota.ts';
import { storageObjectInUseProtection } from '../apiserver/admission/storageobjectinuseprotection.ts';
import { addPack, type ClusterPack } from '../cluster/boot.ts';
import type { Controller } from '../controllers/controller.ts';
import { disruptionController } from '../controllers/disruption.ts';
import { endpointsController } from '../controllers/endpoints/endpoints.ts';
import { endpointSliceMirroring } from '../controllers/endpoints/mirroring.ts';
import { namespaceController } from '../controllers/namespace.ts';
import { resourceQuotaController } from '../controllers/resourcequota.ts';
import { persistentVolumeBinder } from '../controllers/volume/binder.ts';
import { pvcProtection, pvProtection } from '../controllers/volume/protection.ts';
import { networkingDescribers } from '../kubectl/describe/networking.ts';
import { storageDescribers } from '../kubectl/describe/storage.ts';
import type { Plugin } from '../scheduler/plugin.ts';
import { volumeBinding } from '../scheduler/plugins/volumebinding.ts';
import { volumeRestrictions } from '../scheduler/plugins/volumerestrictions.ts';
import { outside } from './cloud.ts';
import { metrics } from './metrics.ts';
import { networking } from './network.ts';
import { nodeParts, registry } from './nodes.ts';
import { scheduling } from './scheduling.ts';
import { workloads } from './workloads.ts';

const STORAGE = ['persistentvolumes', 'persistentvolumeclaims', 'storageclasses.storage.k8s.io'];

/** A new kind is a file in sim/api/kinds, a file for its plugin or its control loop, and one line here for each. */
const pack: ClusterPack = {
  kinds: [
    endpoints,
    limitRange,
    podDisruptionBudget,
    priorityClass,
    resourceQuota,
    persistentVolume,
    persistentVolumeClaim,
    storageClass,
    networkPolicy,
    ingress,
    ingressClass,
  ],
  plugins: [
    limitRanger,
    priorityClasses,
    resourceQuotaPlugin,
    defaultStorageClass,
    storageObjectInUseProtection,
    persistentVolumeClaimResize,
    defaultIngressClass,
  ],
  controllers: [
    endpointsController as Controller,
    endpointSliceMirroring as Controller,
    namespaceController,
    resourceQuotaController,
    disruptionController,
    persistentVolumeBinder as Controller,
    pvcProtection,
    pvProtection,
  ],
  watched: ['endpoints', 'secrets', 'resourcequotas', 'poddisruptionbudgets.policy', ...STORAGE],
  objects: systemClasses,
  schedulerPlugins: [volumeRestrictions, volumeBinding] as readonly unknown[] as readonly Plugin[],
  schedulerWatched: STORAGE,
  describers: [storageDescribers, networkingDescribers],
};

/**
 * Kinds and control loops that every cluster has and few pages look at, in a chunk of their own. Call it before the
 * first cluster boots; calling it again changes nothing.
 */
export function addKinds(): void {
  addPack(pack);
  addPack(workloads);
  addPack(metrics);
  addPack(networking);
  addPack(outside);
  addPack(scheduling);
  addPack(registry);
  addPack(nodeParts);
}
