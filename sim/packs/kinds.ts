import { limitRange } from '../api/kinds/limitrange.ts';
import { podDisruptionBudget } from '../api/kinds/poddisruptionbudget.ts';
import { priorityClass, systemClasses } from '../api/kinds/priorityclass.ts';
import { resourceQuota } from '../api/kinds/resourcequota.ts';
import { limitRanger } from '../apiserver/admission/limitranger.ts';
import { priorityClasses } from '../apiserver/admission/priorityclasses.ts';
import { resourceQuota as resourceQuotaPlugin } from '../apiserver/admission/resourcequota.ts';
import { addPack, type ClusterPack } from '../cluster/boot.ts';
import { disruptionController } from '../controllers/disruption.ts';
import { namespaceController } from '../controllers/namespace.ts';
import { resourceQuotaController } from '../controllers/resourcequota.ts';

/** A new kind is a file in sim/api/kinds, a file for its plugin or its control loop, and one line here for each. */
const pack: ClusterPack = {
  kinds: [limitRange, podDisruptionBudget, priorityClass, resourceQuota],
  plugins: [limitRanger, priorityClasses, resourceQuotaPlugin],
  controllers: [namespaceController, resourceQuotaController, disruptionController],
  watched: ['secrets', 'resourcequotas', 'poddisruptionbudgets.policy'],
  objects: systemClasses,
};

/**
 * Kinds and control loops that every cluster has and few pages look at, in a chunk of their own. Call it before the
 * first cluster boots; calling it again changes nothing.
 */
export function addKinds(): void {
  addPack(pack);
}
