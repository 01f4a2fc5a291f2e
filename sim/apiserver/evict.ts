import type { Pod } from '../api/kinds/pod.ts';
import { allowedCondition, type PodDisruptionBudget } from '../api/kinds/poddisruptionbudget.ts';
import { isConditionTrue, type KubeObject, rfc3339, setCondition } from '../api/meta.ts';
import { matchesLabelSelector } from '../api/selector.ts';
import { badRequest, forbidden, notFound, type Status, tooManyRequests } from '../api/status.ts';
import type { IO } from '../kernel/component.ts';
import type { Millis } from '../kernel/message.ts';
import type { RangeResponse, TxnResponse } from '../protocol/etcd.ts';
import { ask } from './backend.ts';
import type { Call } from './call.ts';
import { startModify } from './modify.ts';
import { fail } from './respond.ts';
import { resourceOf } from './routes.ts';
import type { ApiServerState, Stage } from './state.ts';
import { decodeStored, storageKey, updateTxn } from './storage.ts';

/** Upstream tries so often when others write the budget too (EvictionsRetry). */
const ATTEMPTS = 20;
const MAX_DISRUPTED = 2000;
const BUDGET = { group: 'policy', plural: 'poddisruptionbudget', kind: 'PodDisruptionBudget' };
const WOULD_VIOLATE = "Cannot evict pod as it would violate the pod's disruption budget.";
const BUDGETS = 'poddisruptionbudgets.policy';

/**
 * POST pods/NAME/eviction: a deletion that asks the pod's disruption budget first. The budget is written before the pod
 * is deleted, so that two evictions never take the same allowance. Follows pkg/registry/core/pod/storage/eviction.go;
 * the condition DisruptionTarget is written together with the deletion. A pod that leaves Pending just then is deleted
 * all the same.
 */
export function startEviction(state: ApiServerState, call: Call, io: IO): void {
  const { metadata } = (call.request.body ?? {}) as Partial<KubeObject>;
  if (metadata?.name !== call.route.name) {
    fail(state, io, call, badRequest('name in URL does not match name in Eviction object'));
    return;
  }
  const key = storageKey(resourceOf(call.route), call.route.namespace, call.route.name);
  ask(state, io, call, { kind: 'range', body: { key } }, { stage: 'evictee' });
}

/** The pod as it is in etcd. */
export function afterEvictee(state: ApiServerState, call: Call, answer: RangeResponse, io: IO): void {
  const found = answer.keyValues[0];
  if (found === undefined) fail(state, io, call, notFound(resourceOf(call.route), call.route.name));
  else decide(state, call, decodeStored(found) as Pod, undefined, 1, io);
}

/** The budget has been charged, or somebody else wrote it: then once more. */
export function afterBudget(
  state: ApiServerState,
  call: Call,
  { pod, attempt }: Extract<Stage, { readonly stage: 'budget' }>,
  answer: TxnResponse,
  io: IO,
): void {
  const found = answer.results[0]?.keyValues?.[0];
  if (answer.succeeded || found === undefined) remove(state, call, io);
  else decide(state, call, pod as Pod, decodeStored(found) as PodDisruptionBudget, attempt + 1, io);
}

function decide(
  state: ApiServerState,
  call: Call,
  pod: Pod,
  live: PodDisruptionBudget | undefined,
  attempt: number,
  io: IO,
): void {
  const phase = pod.status?.phase ?? '';
  const isFree = pod.metadata.deletionTimestamp !== undefined || ['Succeeded', 'Failed', 'Pending'].includes(phase);
  const budgets = isFree ? [] : budgetsOf(state, pod);
  const [key, cached] = budgets[0] ?? [];
  const budget = live ?? cached;
  if (budgets.length > 1) {
    fail(state, io, call, SEVERAL);
  } else if (key === undefined || budget === undefined) {
    remove(state, call, io);
  } else if (mayGoUnready(pod, budget)) {
    // Should it become ready meanwhile, it is guarded again.
    remove(state, { ...call, unlessChanged: { since: pod, answer: stillProcessed(budget) } }, io);
  } else {
    const charged = charge(budget, pod, io.now);
    if ('code' in charged) fail(state, io, call, charged as Status);
    else if (call.options.dryRun) remove(state, call, io);
    else if (attempt > ATTEMPTS) fail(state, io, call, tooBusy(budget));
    else {
      const body = updateTxn(key, charged as KubeObject, budget as KubeObject, 0);
      ask(state, io, call, { kind: 'txn', body }, { stage: 'budget', pod: pod as KubeObject, attempt });
    }
  }
}

const SEVERAL: Status = {
  kind: 'Status',
  apiVersion: 'v1',
  metadata: {},
  status: 'Failure',
  message: 'This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.',
  code: 500,
};

function tooBusy({ metadata }: PodDisruptionBudget): Status {
  return tooManyRequests(`couldn't update PodDisruptionBudget "${metadata.name}" due to conflicts`, 10);
}

function budgetsOf(state: ApiServerState, pod: Pod): readonly (readonly [string, PodDisruptionBudget])[] {
  const all = [...(state.caches.get(BUDGETS)?.objects ?? [])] as readonly (readonly [string, KubeObject])[];
  return all
    .map(([key, object]) => [key, object as PodDisruptionBudget] as const)
    .filter(([, { metadata, spec }]) => {
      if (metadata.namespace !== pod.metadata.namespace || spec?.selector === undefined) return false;
      return matchesLabelSelector(spec.selector, pod.metadata.labels);
    });
}

/** A pod that is not ready counts for nothing, as long as enough others are. */
function mayGoUnready({ status }: Pod, { spec, status: budget = {} }: PodDisruptionBudget): boolean {
  if (isConditionTrue(status?.conditions, 'Ready')) return false;
  if (spec?.unhealthyPodEvictionPolicy === 'AlwaysAllow') return true;
  const { currentHealthy = 0, desiredHealthy = 0 } = budget;
  return currentHealthy >= desiredHealthy && desiredHealthy > 0;
}

/** The budget with one disruption less, or why there is none (`checkAndDecrement`). */
function charge(budget: PodDisruptionBudget, pod: Pod, now: Millis): PodDisruptionBudget | Status {
  const { metadata, status = {} } = budget;
  const { disruptionsAllowed = 0, disruptedPods = {}, desiredHealthy = 0, currentHealthy = 0 } = status;
  if ((status.observedGeneration ?? 0) < (metadata.generation ?? 0)) {
    return stillProcessed(budget);
  }
  if (Object.keys(disruptedPods).length > MAX_DISRUPTED) {
    const why = 'DisruptedPods map too big - too many evictions not confirmed by PDB controller';
    return forbidden(BUDGET, metadata.name, why);
  }
  if (disruptionsAllowed === 0) {
    const counts = `needs ${desiredHealthy} healthy pods and has ${currentHealthy} currently`;
    return refusal(`The disruption budget ${metadata.name} ${counts}`, 0);
  }
  const left = { ...status, disruptionsAllowed: disruptionsAllowed - 1 };
  const conditions =
    left.disruptionsAllowed === 0 ? setCondition(status.conditions, allowedCondition(left), now) : undefined;
  return {
    ...budget,
    status: {
      ...left,
      ...(conditions === undefined ? {} : { conditions }),
      disruptedPods: { ...disruptedPods, [pod.metadata.name]: rfc3339(now) },
    },
  };
}

function stillProcessed({ metadata }: PodDisruptionBudget): Status {
  return refusal(`The disruption budget ${metadata.name} is still being processed by the server.`, 10);
}

function refusal(message: string, retryAfterSeconds: number): Status {
  const status = tooManyRequests(WOULD_VIOLATE, retryAfterSeconds);
  const retry = retryAfterSeconds > 0 ? { retryAfterSeconds } : {};
  return { ...status, details: { ...retry, causes: [{ reason: 'DisruptionBudget', message }] } };
}

/** The deletion itself, with the options of the eviction. */
function remove(state: ApiServerState, call: Call, io: IO): void {
  const { deleteOptions = {} } = (call.request.body ?? {}) as { readonly deleteOptions?: object };
  const request = { ...call.request, body: { ...deleteOptions } };
  startModify(state, { ...call, request, route: { ...call.route, verb: 'delete' } }, io);
}
