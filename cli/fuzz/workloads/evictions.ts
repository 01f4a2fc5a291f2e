import type { Deployment } from '../../../sim/api/kinds/deployment.ts';
import type { Pod } from '../../../sim/api/kinds/pod.ts';
import type { PodDisruptionBudget } from '../../../sim/api/kinds/poddisruptionbudget.ts';
import { isHealthy, share } from './readings.ts';
import type { Change, Truth } from './truth.ts';

/** News travel from etcd to the disruption controller and back within this time, while nobody disturbs them. */
const NEWS_MS = 3000;

/**
 * An eviction never takes a budget below its minimum. A pod that becomes unready by itself may: the Eviction API goes
 * by the status that the disruption controller wrote last, so what happened to other pods since then is forgiven.
 */
export class Evictions {
  readonly #truth: Truth;
  /** When pods of a budget became unhealthy without an eviction, by the budget's key. */
  readonly #losses = new Map<string, number[]>();
  /** When the controller last wrote a budget, or its spec changed. */
  readonly #counted = new Map<string, number>();
  readonly #charged = new Set<string>();
  /** When an app was scaled, by `ns/app`: what its budget wants has changed, and the controller has yet to say so. */
  readonly #scaled = new Map<string, number>();

  constructor(truth: Truth) {
    this.#truth = truth;
  }

  take({ plural, key, old, now, at }: Change): string {
    if (plural === 'poddisruptionbudgets')
      this.#takeBudget(key, old as PodDisruptionBudget, now as PodDisruptionBudget, at);
    if (plural === 'deployments' || plural === 'statefulsets')
      this.#takeOwner(key, old as Deployment, now as Deployment, at);
    if (plural !== 'pods' || !isHealthy(old as Pod) || isHealthy(now as Pod)) return '';
    const pod = old as Pod;
    for (const [name, budget] of this.#truth.of<PodDisruptionBudget>('poddisruptionbudgets')) {
      if (!isMeant(budget, pod)) continue;
      if (!isEviction(now as Pod | undefined)) {
        this.#losses.set(name, [...(this.#losses.get(name) ?? []), at]);
        continue;
      }
      if (!this.#charged.has(`${name} ${pod.metadata.uid}`))
        return `pod ${key} was evicted, and budget ${name} was never asked`;
      const problem = this.#belowMinimum(name, budget, at);
      if (problem !== '') return `pod ${key} was evicted: ${problem}`;
    }
    return '';
  }

  #takeBudget(
    key: string,
    old: PodDisruptionBudget | undefined,
    now: PodDisruptionBudget | undefined,
    at: number,
  ): void {
    if (now === undefined) return;
    const before = old?.status?.disruptedPods ?? {};
    const added = Object.keys(now.status?.disruptedPods ?? {}).filter(
      (name) => before[name] !== now.status?.disruptedPods?.[name],
    );
    for (const name of added) {
      const pod = this.#truth.of<Pod>('pods').get(`${now.metadata.namespace}/${name}`);
      this.#charged.add(`${key} ${pod?.metadata.uid}`);
    }
    if (added.length === 0) this.#counted.set(key, at);
  }

  #takeOwner(key: string, old: Deployment | undefined, now: Deployment | undefined, at: number): void {
    if (old?.spec.replicas !== now?.spec.replicas) this.#scaled.set(key, at);
  }

  #belowMinimum(key: string, budget: PodDisruptionBudget, at: number): string {
    const pods = [...this.#truth.of<Pod>('pods').values()].filter((pod) => isMeant(budget, pod));
    const healthy = pods.filter(isHealthy).length;
    const desired = desiredOf(budget, this.#truth);
    const since = Math.min(at, this.#counted.get(key) ?? at) - NEWS_MS;
    if ((this.#scaled.get(`${budget.metadata.namespace}/${appOf(budget)}`) ?? -1) >= since) return '';
    const forgiven = (this.#losses.get(key) ?? []).filter((loss) => loss >= since).length;
    return healthy + forgiven >= desired
      ? ''
      : `budget ${key} wants ${desired} healthy pods, and ${healthy} are (${forgiven} more were lost otherwise)`;
  }
}

/** The condition is written together with the deletion. */
function isEviction(pod: Pod | undefined): boolean {
  return pod?.status?.conditions?.some(({ reason }) => reason === 'EvictionByEvictionAPI') ?? false;
}

function isMeant({ metadata, spec }: PodDisruptionBudget, pod: Pod): boolean {
  const labels = Object.entries(spec?.selector?.matchLabels ?? {});
  return (
    metadata.namespace === pod.metadata.namespace &&
    labels.every(([name, value]) => pod.metadata.labels?.[name] === value)
  );
}

/** The budgets here are about the app of one Deployment or StatefulSet. */
function desiredOf(budget: PodDisruptionBudget, truth: Truth): number {
  const { metadata, spec: { minAvailable, maxUnavailable } = {} } = budget;
  if (typeof minAvailable === 'number') return minAvailable;
  const key = `${metadata.namespace}/${appOf(budget)}`;
  const owner = truth.of<Deployment>('deployments').get(key) ?? truth.of<Deployment>('statefulsets').get(key);
  const replicas = owner?.spec.replicas ?? 0;
  return maxUnavailable === undefined
    ? share(minAvailable, replicas, 'up')
    : Math.max(0, replicas - share(maxUnavailable, replicas, 'up'));
}

function appOf({ spec }: PodDisruptionBudget): string {
  return spec?.selector?.matchLabels?.['app'] ?? '';
}
