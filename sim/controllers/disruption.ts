/*
 * disruption-controller: counts, for each PodDisruptionBudget, how many of its pods may be taken away now.
 * Watches: PodDisruptionBudgets, Pods, and Deployments, ReplicaSets, StatefulSets and ReplicationControllers.
 * Writes: the status of PodDisruptionBudgets and Events about them.
 * Upstream: pkg/controller/disruption/disruption.go.
 * Leaves out: clearing stale DisruptionTarget conditions; owners that only have a scale subresource.
 */
import { resourceOfKind } from '../api/index.ts';
import type { Deployment } from '../api/kinds/deployment.ts';
import type { Pod } from '../api/kinds/pod.ts';
import {
  allowedCondition,
  type PodDisruptionBudget,
  type PodDisruptionBudgetStatus,
} from '../api/kinds/poddisruptionbudget.ts';
import type { ReplicaSet } from '../api/kinds/replicaset.ts';
import { controllerOf, isConditionTrue, type OwnerReference, parseTime, setCondition } from '../api/meta.ts';
import { sameJson } from '../api/resource.ts';
import { matchesLabelSelector } from '../api/selector.ts';
import { qualified } from '../api/status.ts';
import { percentOf } from '../api/validate.ts';
import type { Millis } from '../kernel/message.ts';
import { part } from '../kernel/state.ts';
import { type Context, type Controller, NOTHING, type Write } from './controller.ts';
import { normal, update, warning } from './requests.ts';

const BUDGETS = 'poddisruptionbudgets';
/** A pod whose eviction was allowed and that is still there after so long was not evicted. */
const DELETION_MS: Millis = 120_000;

/** The informers of those that say how many pods they want, by kind. */
const OWNERS: ReadonlyMap<string, string> = new Map([
  ['ReplicaSet', 'replicasets'],
  ['StatefulSet', 'statefulsets'],
  ['ReplicationController', 'replicationcontrollers'],
]);

/** The control loop of budgets. Its keys are budgets. */
export const disruptionController: Controller = {
  name: 'disruption-controller',
  eventSource: 'controllermanager',
  informers: [BUDGETS, 'pods', ...OWNERS.values(), 'deployments'],
  workers: 1,
  init: () => part({}),
  observe({ informer, type, object, old }, context) {
    if (informer === BUDGETS) return type === 'deleted' ? [] : [`${object.metadata.namespace}/${object.metadata.name}`];
    const pods = informer === 'pods' ? [object, ...(old ? [old] : [])] : [];
    const isScaled = informer !== 'pods' && type === 'updated' && !sameJson(object.spec, old?.spec);
    return [...context.cache<PodDisruptionBudget>(BUDGETS)].flatMap(([key, budget]) => {
      if (budget.metadata.namespace !== object.metadata.namespace) return [];
      return isScaled || pods.some((pod) => isMeant(budget, pod as Pod)) ? [key] : [];
    });
  },
  reconcile(key, context) {
    const budget = context.cache<PodDisruptionBudget>(BUDGETS).get(key);
    if (budget === undefined) return NOTHING;
    const { namespace } = budget.metadata;
    const all = [...context.cache<Pod>('pods').values()];
    const pods = all.filter((pod) => pod.metadata.namespace === namespace && isMeant(budget, pod));
    if (pods.length === 0) context.event(budget, normal('NoPods', 'No matching pods found'));
    const counted = expected(budget, pods, context);
    const { status: before = {}, metadata } = budget;
    if (typeof counted === 'string') {
      context.event(
        budget,
        warning('CalculateExpectedPodCountFailed', `Failed to calculate the number of expected pods: ${counted}`),
      );
      const failed = { type: 'DisruptionAllowed', status: 'False' as const, reason: 'SyncFailed', message: counted };
      const conditions = setCondition(before.conditions, failed, context.now);
      return writeStatus(budget, { ...before, disruptionsAllowed: 0, conditions });
    }
    const disruptedPods = stillDisrupted(before, pods, context.now);
    const currentHealthy = pods.filter((pod) => isHealthy(pod, disruptedPods)).length;
    const spare = currentHealthy - counted.desired;
    const status: PodDisruptionBudgetStatus = {
      observedGeneration: metadata.generation ?? 0,
      ...(Object.keys(disruptedPods).length > 0 ? { disruptedPods } : {}),
      disruptionsAllowed: counted.expected <= 0 || spare <= 0 ? 0 : spare,
      currentHealthy,
      desiredHealthy: counted.desired,
      expectedPods: counted.expected,
    };
    const conditions = setCondition(before.conditions, allowedCondition(status), context.now);
    const waits = Object.values(disruptedPods).map((at) => (parseTime(at) ?? 0) + DELETION_MS - context.now);
    const requeueAfterMs = waits.length > 0 ? Math.max(1000, Math.min(...waits)) : undefined;
    return { ...writeStatus(budget, { ...status, conditions }), requeueAfterMs };
  },
};

function writeStatus(budget: PodDisruptionBudget, status: PodDisruptionBudgetStatus): { readonly writes?: Write[][] } {
  if (sameJson(budget.status ?? {}, status)) return {};
  return { writes: [[{ request: update(BUDGETS, { ...budget, status }, '/status'), ignore: [404] }]] };
}

/** An empty selector means all pods of the namespace; none at all means no pod. */
function isMeant({ spec, metadata }: PodDisruptionBudget, pod: Pod): boolean {
  if (spec?.selector === undefined || metadata.namespace !== pod.metadata.namespace) return false;
  return matchesLabelSelector(spec.selector, pod.metadata.labels);
}

function isHealthy({ metadata, status }: Pod, disrupted: Readonly<Record<string, string>>): boolean {
  if (metadata.deletionTimestamp !== undefined || disrupted[metadata.name] !== undefined) return false;
  return isConditionTrue(status?.conditions, 'Ready');
}

function stillDisrupted({ disruptedPods = {} }: PodDisruptionBudgetStatus, pods: readonly Pod[], now: Millis) {
  const kept = Object.entries(disruptedPods).filter(([name, at]) => {
    const pod = pods.find(({ metadata }) => metadata.name === name);
    return (
      pod !== undefined && pod.metadata.deletionTimestamp === undefined && (parseTime(at) ?? 0) + DELETION_MS > now
    );
  });
  return Object.fromEntries(kept);
}

interface Counted {
  readonly expected: number;
  readonly desired: number;
}

function expected({ spec = {} }: PodDisruptionBudget, pods: readonly Pod[], context: Context): Counted | string {
  const { minAvailable, maxUnavailable } = spec;
  if (maxUnavailable === undefined && typeof minAvailable === 'number') {
    return { expected: pods.length, desired: minAvailable };
  }
  const wanted = maxUnavailable ?? minAvailable;
  if (wanted === undefined) return { expected: 0, desired: 0 };
  const scale = scaleOf(pods, context);
  if (typeof scale === 'string') return scale;
  const share = typeof wanted === 'number' ? wanted : Math.ceil(((percentOf(wanted) ?? 0) * scale) / 100);
  return { expected: scale, desired: maxUnavailable === undefined ? share : Math.max(0, scale - share) };
}

/** How many pods the owners of these want, all together. */
function scaleOf(pods: readonly Pod[], context: Context): number | string {
  const scales = new Map<string, number>();
  for (const pod of pods) {
    const owner = controllerOf(pod);
    if (owner === undefined) continue;
    const set = context.cache<ReplicaSet>(OWNERS.get(owner.kind) ?? '').get(`${pod.metadata.namespace}/${owner.name}`);
    if (set === undefined) return whyNone(pod, owner);
    const above = controllerOf(set);
    const deployment = context.cache<Deployment>('deployments').get(`${pod.metadata.namespace}/${above?.name}`);
    const found = above !== undefined && deployment !== undefined ? deployment : set;
    scales.set(found.metadata.uid ?? '', found.spec.replicas ?? 1);
  }
  return [...scales.values()].reduce((sum, count) => sum + count, 0);
}

function whyNone({ metadata }: Pod, { apiVersion, kind }: OwnerReference): string {
  const resource = resourceOfKind(apiVersion, kind);
  if (resource === undefined || resource.subresources.includes('scale')) {
    return `found no controllers for pod "${metadata.name}"`;
  }
  return `${qualified(resource)} does not implement the scale subresource`;
}
