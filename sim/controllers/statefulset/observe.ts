import type { Pod } from '../../api/kinds/pod.ts';
import type { StatefulSet } from '../../api/kinds/statefulset.ts';
import { controllerOf, objectKey } from '../../api/meta.ts';
import type { Change } from '../../client/cache.ts';
import { type Expectations, observeCreation } from '../../client/expectations.ts';
import type { Context } from '../controller.ts';
import { REVISIONS } from '../history.ts';
import { observePod } from '../ownedpods.ts';
import { CLAIMS } from './claims.ts';

/** What the control loop remembers. */
export interface StatefulSetState {
  /** By the StatefulSet's key. */
  expectations: Expectations;
}

type Ctx = Context<StatefulSetState>;

/** Its informer. */
export const SETS = 'statefulsets';

/** The StatefulSets that a change concerns. Every cluster hears of pods: so this stands apart from what is done then. */
export function observe(change: Change, context: Ctx): readonly string[] {
  const { expectations } = context.state;
  if (change.informer === 'pods') return observePod(change as Change<Pod>, SETS, expectations, context);
  if (change.informer === REVISIONS) return observeRevision(change, context);
  if (change.informer === CLAIMS) return observeClaim(change, context);
  const key = objectKey(change.object);
  if (change.type === 'deleted') expectations.delete(key);
  return [key];
}

function observeRevision({ type, object }: Change, context: Ctx): readonly string[] {
  const sets = context.cache<StatefulSet>(SETS);
  if (sets.size === 0) return [];
  const owner = controllerOf(object);
  const { namespace } = object.metadata;
  const key = `${namespace}/${owner?.name}`;
  if (owner === undefined)
    return [...sets].flatMap(([name, set]) => (set.metadata.namespace === namespace ? [name] : []));
  if (sets.get(key)?.metadata.uid !== owner.uid) return [];
  if (type === 'added') observeCreation(context.state.expectations, key);
  return [key];
}

/** A claim that has gone may be what a pod waits for. */
function observeClaim({ type, object }: Change, context: Ctx): readonly string[] {
  if (type !== 'deleted') return [];
  return [...context.cache<StatefulSet>(SETS)].flatMap(([key, set]) => {
    const templates = set.spec.volumeClaimTemplates ?? [];
    const { namespace, name } = object.metadata;
    const isMeant = templates.some(({ metadata }) => name.startsWith(`${metadata.name}-${set.metadata.name}-`));
    return set.metadata.namespace === namespace && isMeant ? [key] : [];
  });
}
