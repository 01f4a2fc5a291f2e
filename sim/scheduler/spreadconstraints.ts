import type { Node } from '../api/kinds/node.ts';
import type { Pod, TopologySpreadConstraint } from '../api/kinds/pod.ts';
import type { ReplicationController } from '../api/kinds/replicationcontroller.ts';
import type { StatefulSet } from '../api/kinds/statefulset.ts';
import { controllerOf, objectKey } from '../api/meta.ts';
import { matchesNodeAffinity, REPELLING, untoleratedTaint } from '../api/nodeselector.ts';
import { formatSelector, fromLabelSelector, fromLabels, matchesSelector, type Selector } from '../api/selector.ts';
import type { ClusterView } from './plugin.ts';

/** The label whose domains are single nodes. */
export const HOSTNAME = 'kubernetes.io/hostname';
const ZONE = 'topology.kubernetes.io/zone';

/** A topology spread constraint, ready to count with. */
export interface Constraint {
  readonly topologyKey: string;
  readonly maxSkew: number;
  readonly minDomains: number;
  readonly selector: Selector;
  /** A constraint without labelSelector counts no pod. */
  readonly matchesNothing: boolean;
  /** Stands for namespace and selector, to remember counts by. */
  readonly id: string;
  readonly honoursAffinity: boolean;
  readonly honoursTaints: boolean;
}

type Policy = TopologySpreadConstraint['whenUnsatisfiable'];

/**
 * The pod's own constraints of that policy; a pod without any gets the system defaults (soft: 3 per node, 5 per zone)
 * when a
 * Service or ReplicaSet selects it. Upstream: `podtopologyspread/plugin.go` buildDefaultConstraints and common.go.
 */
export function constraintsOf(pod: Pod, view: ClusterView | undefined, policy: Policy): readonly Constraint[] {
  const own = pod.spec.topologySpreadConstraints ?? [];
  if (own.length > 0) return own.filter((one) => one.whenUnsatisfiable === policy).map((one) => prepare(pod, one));
  if (policy === 'DoNotSchedule' || view === undefined) return [];
  const selector = defaultSelector(pod, view);
  if (selector.length === 0) return [];
  const id = idOf(pod, selector);
  const base = { minDomains: 1, selector, matchesNothing: false, id, honoursAffinity: true, honoursTaints: false };
  return [
    { ...base, topologyKey: HOSTNAME, maxSkew: 3 },
    { ...base, topologyKey: ZONE, maxSkew: 5 },
  ];
}

/** Whether the node has a value for every constraint's key. */
export function hasAllKeys(node: Node, constraints: readonly Constraint[]): boolean {
  return constraints.every(({ topologyKey }) => node.metadata.labels?.[topologyKey] !== undefined);
}

/** Whether the node's pods count, by the constraint's inclusion policies. */
export function isCounted(pod: Pod, node: Node, constraint: Constraint): boolean {
  if (constraint.honoursAffinity && !matchesNodeAffinity(pod, node)) return false;
  return !constraint.honoursTaints || untoleratedTaint(pod, node, REPELLING) === undefined;
}

function prepare(pod: Pod, constraint: TopologySpreadConstraint): Constraint {
  const { topologyKey, maxSkew, minDomains = 1, labelSelector, matchLabelKeys = [] } = constraint;
  const labels = pod.metadata.labels ?? {};
  const added = matchLabelKeys.filter((key) => labels[key] !== undefined);
  const more = added.map((key) => ({ key, operator: 'In' as const, values: [labels[key] ?? ''] }));
  const selector = [...fromLabelSelector(labelSelector ?? {}), ...more];
  return {
    topologyKey,
    maxSkew,
    minDomains,
    selector,
    matchesNothing: labelSelector === undefined,
    id: idOf(pod, selector),
    honoursAffinity: constraint.nodeAffinityPolicy !== 'Ignore',
    honoursTaints: constraint.nodeTaintsPolicy === 'Honor',
  };
}

/**
 * Labels of all Services that select the pod, and the selector of the ReplicationController, ReplicaSet or StatefulSet
 * that controls it. Upstream: `pkg/scheduler/framework/plugins/helper/spread.go` DefaultSelector.
 */
function defaultSelector(pod: Pod, view: ClusterView): Selector {
  const { namespace, labels } = pod.metadata;
  let merged: Readonly<Record<string, string>> = {};
  for (const { metadata, spec } of view.services.values()) {
    if (metadata.namespace !== namespace || spec.selector === undefined) continue;
    const wanted = fromLabels(spec.selector);
    if (wanted.length > 0 && matchesSelector(wanted, labels)) merged = { ...merged, ...spec.selector };
  }
  const owner = controllerOf(pod);
  if (owner === undefined) return fromLabels(merged);
  const key = objectKey({ metadata: { namespace, name: owner.name } });
  if (owner.kind === 'ReplicationController') {
    const controller = view.cached<ReplicationController>('replicationcontrollers').get(key);
    return fromLabels({ ...merged, ...controller?.spec.selector });
  }
  const set = owner.kind === 'StatefulSet' ? view.cached<StatefulSet>('statefulsets').get(key) : undefined;
  const found = owner.kind === 'ReplicaSet' ? view.replicaSets.get(key) : set;
  return found === undefined ? fromLabels(merged) : [...fromLabels(merged), ...fromLabelSelector(found.spec.selector)];
}

function idOf(pod: Pod, selector: Selector): string {
  return `${pod.metadata.namespace} ${formatSelector(selector)}`;
}
