import type { DaemonSet } from '../../api/kinds/daemonset.ts';
import type { Node } from '../../api/kinds/node.ts';
import type { Pod } from '../../api/kinds/pod.ts';
import { controllerOf, objectKey } from '../../api/meta.ts';
import { sameJson } from '../../api/resource.ts';
import type { Change } from '../../client/cache.ts';
import { type Expectations, observeCreation } from '../../client/expectations.ts';
import type { Millis } from '../../kernel/message.ts';
import type { Context } from '../controller.ts';
import { REVISIONS } from '../history.ts';
import { observePod } from '../ownedpods.ts';
import { verdictOn } from './nodes.ts';

/** What the control loop remembers. */
export interface DaemonSetState {
  /** By the DaemonSet's key. */
  expectations: Expectations;
  /** By set, generation and node: how long the next ended pod is left there, and since when. */
  backOff: Map<string, { readonly delay: Millis; readonly since: Millis }>;
}

type Ctx = Context<DaemonSetState>;

/** Its informer. */
export const SETS = 'daemonsets';

/** The DaemonSets that a change concerns. Every cluster hears of pods and nodes: so this stands apart from the rest. */
export function observe(change: Change, context: Ctx): readonly string[] {
  const { expectations } = context.state;
  if (change.informer === 'pods') return observePod(change as Change<Pod>, SETS, expectations, context);
  if (change.informer === 'nodes') return observeNode(change as Change<Node>, context);
  if (change.informer === REVISIONS) return observeRevision(change, context);
  const key = objectKey(change.object);
  if (change.type === 'deleted') expectations.delete(key);
  return [key];
}

/** Sets that think otherwise of a node than they did. */
function observeNode({ type, object, old }: Change<Node>, context: Ctx): readonly string[] {
  const sets = context.cache<DaemonSet>(SETS);
  if (sets.size === 0 || (old !== undefined && type === 'updated' && looksAlike(object, old))) return [];
  return [...sets].flatMap(([key, set]) => {
    const verdict = verdictOn(object, set);
    if (old === undefined || type !== 'updated') return verdict.shouldRun || verdict.mayStay ? [key] : [];
    const before = verdictOn(old, set);
    return verdict.shouldRun === before.shouldRun && verdict.mayStay === before.mayStay ? [] : [key];
  });
}

function looksAlike(a: Node, b: Node): boolean {
  return sameJson(a.metadata.labels, b.metadata.labels) && sameJson(a.spec.taints, b.spec.taints);
}

function observeRevision({ type, object }: Change, context: Ctx): readonly string[] {
  const sets = context.cache<DaemonSet>(SETS);
  if (sets.size === 0) return [];
  const owner = controllerOf(object);
  const { namespace } = object.metadata;
  if (owner === undefined)
    return [...sets].flatMap(([name, set]) => (set.metadata.namespace === namespace ? [name] : []));
  const key = `${namespace}/${owner.name}`;
  if (sets.get(key)?.metadata.uid !== owner.uid) return [];
  if (type === 'added') observeCreation(context.state.expectations, key);
  return [key];
}
