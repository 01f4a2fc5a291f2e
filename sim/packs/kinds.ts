import { addResources, resourceNamed } from '../api/index.ts';
import type { Kind } from '../api/kind.ts';
import { limitRange } from '../api/kinds/limitrange.ts';
import { podDisruptionBudget } from '../api/kinds/poddisruptionbudget.ts';
import { priorityClass, systemClasses } from '../api/kinds/priorityclass.ts';
import { resourceQuota } from '../api/kinds/resourcequota.ts';
import { addPlugins } from '../apiserver/admission/index.ts';
import { limitRanger } from '../apiserver/admission/limitranger.ts';
import { priorityClasses } from '../apiserver/admission/priorityclasses.ts';
import { resourceQuota as resourceQuotaPlugin } from '../apiserver/admission/resourcequota.ts';
import { addBootObjects } from '../cluster/bootstrap.ts';
import { disruptionController } from '../controllers/disruption.ts';
import { addControllers } from '../controllers/index.ts';
import { namespaceController } from '../controllers/namespace.ts';
import { addInformers } from '../controllers/requests.ts';
import { resourceQuotaController } from '../controllers/resourcequota.ts';

/** Kinds of this pack. A new one is one file and one line here. */
const kinds: readonly Kind[] = [limitRange, podDisruptionBudget, priorityClass, resourceQuota];
/** Those that control loops watch, and one of the base that only they do. */
const watched: readonly string[] = ['secrets', 'resourcequotas', 'poddisruptionbudgets.policy'];

/**
 * Kinds and control loops that every cluster has and few pages look at, in a chunk of their own. Call it before the
 * first cluster boots; calling it again changes nothing.
 */
export function addKinds(): void {
  addResources(kinds);
  addPlugins([limitRanger, priorityClasses, resourceQuotaPlugin]);
  addBootObjects(systemClasses);
  addControllers([namespaceController, resourceQuotaController, disruptionController]);
  addInformers(watched.flatMap((name) => resourceNamed(name) ?? []));
}
