import type {
  AutoscalerStatus,
  HorizontalPodAutoscaler,
  MetricSpec,
  MetricStatus,
} from '../../api/autoscaling/spec.ts';
import type { Pod } from '../../api/kinds/pod.ts';
import { type Condition, rfc3339, setCondition } from '../../api/meta.ts';
import { milliQuantity, milliValue, wholeQuantity } from '../../api/quantity.ts';
import { sameJson } from '../../api/resource.ts';
import type { Scale } from '../../api/scale.ts';
import type { EventText } from '../../client/recorder.ts';
import type { Millis } from '../../kernel/message.ts';
import type { Context, Outcome, Write } from '../controller.ts';
import { update, warning } from '../requests.ts';
import { limit, type Memory, remember } from './limits.ts';
import { byAmount, byUtilization, type PodUsage, type Proposal, type Question, type Tolerances } from './replicas.ts';

/** What is known when a size is decided. */
export interface Facts {
  readonly now: Millis;
  readonly pods: readonly Pod[];
  usageOf(resource: string): ReadonlyMap<string, PodUsage> | string;
}

/** The size, why, and what is written about it. */
export interface Decision {
  readonly from: number;
  readonly to: number;
  readonly reason: string;
  readonly status: AutoscalerStatus;
  readonly memory: Memory;
  readonly events: readonly EventText[];
}

type Conditions = readonly Condition[] | undefined;
type Text = readonly [reason: string, message: string];

const GOT: Text = ['SucceededGetScale', "the HPA controller was able to get the target's current scale"];
const DISABLED: Text = ['ScalingDisabled', 'scaling is disabled since the replica count of the target is zero'];

/** Upstream reconcileAutoscaler, after its reads. */
export function decide(autoscaler: HorizontalPodAutoscaler, scale: Scale, memory: Memory, facts: Facts): Decision {
  const { spec, status = {} } = autoscaler;
  const { minReplicas = 1, maxReplicas } = spec;
  const { now } = facts;
  const from = scale.spec.replicas ?? 0;
  const got = say(status.conditions, 'AbleToScale', true, GOT, now);
  const base = { from, memory: { ...memory, size: from }, events: [] };
  const rescaled = (to: number, reason: string): Decision => {
    const message = `the HPA controller was able to update the target scale to ${to}`;
    const conditions = say(got, 'AbleToScale', true, ['SucceededRescale', message], now);
    return { ...base, to, reason, status: next(status, conditions, from, to, [], now, true) };
  };
  if (from === 0) {
    const conditions = say(got, 'ScalingActive', false, DISABLED, now);
    return { ...base, to: 0, reason: '', status: next(status, conditions, from, 0, [], now, false) };
  }
  if (from > maxReplicas) return rescaled(maxReplicas, 'Current number of replicas above Spec.MaxReplicas');
  if (from < minReplicas) return rescaled(minReplicas, 'Current number of replicas below Spec.MinReplicas');
  return measured(autoscaler, got, base, facts);
}

interface Base {
  readonly from: number;
  readonly memory: Memory;
  readonly events: readonly EventText[];
}

function measured(autoscaler: HorizontalPodAutoscaler, got: Conditions, base: Base, facts: Facts): Decision {
  const { spec, status = {} } = autoscaler;
  const { now } = facts;
  const { from } = base;
  const found = (spec.metrics ?? []).map((metric) => ({
    metric,
    proposal: proposalFor(autoscaler, metric, from, facts),
  }));
  const bad = found.flatMap(({ metric, proposal }) => ('error' in proposal ? [{ metric, error: proposal.error }] : []));
  const good = found.flatMap(({ metric, proposal }) => ('error' in proposal ? [] : [{ metric, proposal }]));
  const best = good.reduce(
    (most, one) => (most && most.proposal.replicas >= one.proposal.replicas ? most : one),
    good[0],
  );
  const metrics = found.map(({ metric, proposal }) => statusOf(metric, proposal));
  const events = bad.map(({ error }) => warning('FailedGetResourceMetric', error));
  const [worst] = bad;
  if (worst !== undefined && (best === undefined || best.proposal.replicas < from)) {
    const text: Text = ['FailedGetResourceMetric', `the HPA was unable to compute the replica count: ${worst.error}`];
    const first = `failed to get ${worst.metric.resource?.name} resource metric value: ${worst.error}`;
    const all = `invalid metrics (${bad.length} invalid out of ${found.length}), first error is: ${first}`;
    const conditions = say(got, 'ScalingActive', false, text, now);
    const kept = next(status, conditions, from, status.desiredReplicas ?? 0, metrics, now, false);
    const said = [...events, warning('FailedComputeMetricsReplicas', all)];
    return { ...base, to: from, reason: '', status: kept, events: said };
  }
  const wanted = best?.proposal.replicas ?? 0;
  const name = nameOf(best?.metric);
  const valid = `the HPA was able to successfully calculate a replica count from ${name}`;
  const active = say(got, 'ScalingActive', true, ['ValidMetricFound', valid], now);
  const limited = limit(spec, base.memory, from, wanted, now);
  const able = say(active, 'AbleToScale', true, limited.ableToScale, now);
  const bounded = say(able, 'ScalingLimited', limited.isLimited, limited.limit, now);
  const to = limited.replicas;
  const message = `the HPA controller was able to update the target scale to ${to}`;
  const conditions = to === from ? bounded : say(bounded, 'AbleToScale', true, ['SucceededRescale', message], now);
  const reason = wanted > from ? `${name} above target` : wanted < from ? 'All metrics below target' : '';
  const memory = remember(base.memory, wanted, now);
  return { from, to, reason, memory, events, status: next(status, conditions, from, to, metrics, now, to !== from) };
}

function nameOf(metric: MetricSpec | undefined): string {
  const { name, target } = metric?.resource ?? {};
  return `${name} resource${target?.averageValue === undefined ? ' utilization (percentage of request)' : ''}`;
}

function proposalFor(
  { spec }: HorizontalPodAutoscaler,
  { resource }: MetricSpec,
  current: number,
  facts: Facts,
): Proposal {
  const { name = '', target } = resource ?? {};
  const isAmount = target?.averageValue !== undefined;
  const usage = facts.usageOf(name);
  const prefix = `failed to get ${name} ${isAmount ? 'usage' : 'utilization'}: `;
  if (typeof usage === 'string') return { error: `${prefix}unable to get metrics for resource ${name}: ${usage}` };
  const tolerances: Tolerances = {
    up: toleranceOf(spec.behavior?.scaleUp?.tolerance),
    down: toleranceOf(spec.behavior?.scaleDown?.tolerance),
  };
  const question: Question = { resource: name, current, pods: facts.pods, usage, tolerances, now: facts.now };
  const proposal = isAmount
    ? byAmount(question, milliValue(target?.averageValue))
    : byUtilization(question, target?.averageUtilization ?? 0);
  return 'error' in proposal ? { error: prefix + proposal.error } : proposal;
}

function toleranceOf(text: string | undefined): number {
  return text === undefined ? 0.1 : milliValue(text) / 1000;
}

function statusOf({ resource }: MetricSpec, proposal: Proposal): MetricStatus {
  if ('error' in proposal) return { type: '' };
  const { name = '' } = resource ?? {};
  const averageValue =
    name === 'cpu' ? milliQuantity(proposal.average) : wholeQuantity(Math.round(proposal.average / 1000), 'DecimalSI');
  const { utilization } = proposal;
  const current = utilization === undefined ? { averageValue } : { averageValue, averageUtilization: utilization };
  return { type: 'Resource', resource: { name, current } };
}

function say(conditions: Conditions, type: string, isTrue: boolean, [reason, message]: Text, now: Millis): Conditions {
  return setCondition(conditions, { type, status: isTrue ? 'True' : 'False', reason, message }, now);
}

function next(
  { lastScaleTime }: AutoscalerStatus,
  conditions: Conditions,
  currentReplicas: number,
  desiredReplicas: number,
  currentMetrics: readonly MetricStatus[],
  now: Millis,
  isRescaled: boolean,
): AutoscalerStatus {
  const time = isRescaled ? rfc3339(now) : lastScaleTime;
  const head = time === undefined ? {} : { lastScaleTime: time };
  const metrics = currentMetrics.length > 0 ? { currentMetrics } : {};
  return { ...head, currentReplicas, desiredReplicas, ...metrics, ...(conditions === undefined ? {} : { conditions }) };
}

/** Writes a status that is new. */
export function statusWrite(autoscaler: HorizontalPodAutoscaler, status: AutoscalerStatus): Write | undefined {
  if (sameJson(autoscaler.status ?? {}, status)) return undefined;
  return { request: update('horizontalpodautoscalers', { ...autoscaler, status }, '/status'), ignore: [404] };
}

/** The target has no scale, or none that can be read. */
export function failedScale(
  autoscaler: HorizontalPodAutoscaler,
  error: string,
  context: Context,
  requeueAfterMs: Millis,
): Outcome {
  context.event(autoscaler, warning('FailedGetScale', error));
  const message = `the HPA controller was unable to get the target's current scale: ${error}`;
  const { status = {} } = autoscaler;
  const conditions = say(status.conditions, 'AbleToScale', false, ['FailedGetScale', message], context.now);
  return { closing: statusWrite(autoscaler, { ...status, ...(conditions ? { conditions } : {}) }), requeueAfterMs };
}

/** The target's size could not be changed. */
export function failedUpdate(autoscaler: HorizontalPodAutoscaler, error: string, now: Millis): Write | undefined {
  const { status = {} } = autoscaler;
  const message = `the HPA controller was unable to update the target scale: ${error}`;
  const conditions = say(status.conditions, 'AbleToScale', false, ['FailedUpdateScale', message], now);
  return statusWrite(autoscaler, { ...status, ...(conditions ? { conditions } : {}) });
}
