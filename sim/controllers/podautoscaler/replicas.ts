import type { Pod } from '../../api/kinds/pod.ts';
import { parseTime } from '../../api/meta.ts';
import { milliValue } from '../../api/quantity.ts';
import type { Millis } from '../../kernel/message.ts';
import { readyCondition } from '../pods.ts';

/** What a pod used in the window that ended at this time; in thousandths. */
export interface PodUsage {
  readonly value: number;
  readonly timestamp: Millis;
  readonly windowMs: Millis;
}

/** Deviations below these change nothing. */
export interface Tolerances {
  readonly up: number;
  readonly down: number;
}

/** One metric's answer: how many pods, and what was measured; a text says why there is none. */
export type Proposal =
  | { readonly replicas: number; readonly utilization?: number; readonly average: number }
  | { readonly error: string };

/** What is asked about one metric. */
export interface Question {
  readonly resource: string;
  readonly current: number;
  readonly pods: readonly Pod[];
  readonly usage: ReadonlyMap<string, PodUsage>;
  readonly tolerances: Tolerances;
  readonly now: Millis;
}

const INIT_PERIOD_MS: Millis = 300_000;
const READINESS_DELAY_MS: Millis = 30_000;

type Group = 'ignored' | 'unready' | 'missing' | 'ready';

/** Which pods count: upstream groupPods in replica_calculator.go. */
export function groupOf(pod: Pod, { resource, usage, now }: Question): Group {
  const { phase, startTime } = pod.status ?? {};
  if (pod.metadata.deletionTimestamp !== undefined || phase === 'Failed') return 'ignored';
  if (phase === 'Pending') return 'unready';
  const metric = usage.get(pod.metadata.name);
  if (metric === undefined) return 'missing';
  if (resource !== 'cpu') return 'ready';
  const condition = readyCondition(pod);
  const start = parseTime(startTime);
  if (condition === undefined || start === undefined) return 'unready';
  const changed = parseTime(condition.lastTransitionTime) ?? 0;
  const isFalse = condition.status === 'False';
  const isUnready =
    start + INIT_PERIOD_MS > now
      ? isFalse || metric.timestamp < changed + metric.windowMs
      : isFalse && start + READINESS_DELAY_MS > changed;
  return isUnready ? 'unready' : 'ready';
}

/** For a target in percent of the requests: upstream GetResourceReplicas. */
export function byUtilization(question: Question, target: number): Proposal {
  const requests = requestsOf(question);
  const counted = countedPods(question);
  if ('error' in counted) return counted;
  if ('error' in requests) return requests;
  const ratio = utilizationOf(counted.values, requests.byPod);
  if (ratio === undefined) return { error: 'no metrics returned matched known pods' };
  const fallback = (name: string) => ((requests.byPod.get(name) ?? 0) * Math.max(100, target)) / 100;
  const usageOf = (values: ReadonlyMap<string, number>) =>
    (utilizationOf(values, requests.byPod)?.percent ?? 0) / target;
  const replicas = propose(question, counted, usageOf, fallback);
  return { replicas, utilization: ratio.percent, average: ratio.average };
}

/** For a target as an amount for each pod: upstream GetRawResourceReplicas. */
export function byAmount(question: Question, target: number): Proposal {
  const counted = countedPods(question);
  if ('error' in counted) return counted;
  const averageOf = (values: ReadonlyMap<string, number>) =>
    Math.trunc([...values.values()].reduce((sum, value) => sum + value, 0) / values.size);
  const usageOf = (values: ReadonlyMap<string, number>) => averageOf(values) / target;
  return { replicas: propose(question, counted, usageOf, () => target), average: averageOf(counted.values) };
}

interface Counted {
  /** Usage of the pods that count, by name. */
  readonly values: ReadonlyMap<string, number>;
  readonly ready: number;
  readonly unready: readonly string[];
  readonly missing: readonly string[];
}

function countedPods(question: Question): Counted | { readonly error: string } {
  const { pods, usage } = question;
  if (pods.length === 0) return { error: 'no pods returned by selector while calculating replica count' };
  const groups = new Map(pods.map((pod) => [pod.metadata.name, groupOf(pod, question)]));
  const names = (group: Group) => [...groups].flatMap(([name, own]) => (own === group ? [name] : []));
  const left = new Set([...names('ignored'), ...names('unready')]);
  const values = new Map([...usage].flatMap(([name, { value }]) => (left.has(name) ? [] : [[name, value] as const])));
  if (values.size === 0) {
    return { error: 'did not receive metrics for targeted pods (pods might be unready)' };
  }
  return { values, ready: names('ready').length, unready: names('unready'), missing: names('missing') };
}

/** Missing pods hold back either way, unready ones hold back growth; a change of direction is no change. */
function propose(
  { current, tolerances }: Question,
  { values, ready, unready, missing }: Counted,
  usageOf: (values: ReadonlyMap<string, number>) => number,
  fallback: (name: string) => number,
): number {
  const isWithin = (ratio: number) => 1 - tolerances.down <= ratio && ratio <= 1 + tolerances.up;
  const ratio = usageOf(values);
  const growsUnready = unready.length > 0 && ratio > 1;
  if (!growsUnready && missing.length === 0) return isWithin(ratio) ? current : Math.ceil(ratio * ready);
  const all = new Map(values);
  for (const name of missing) {
    if (ratio < 1) all.set(name, fallback(name));
    else if (ratio > 1) all.set(name, 0);
  }
  if (growsUnready) for (const name of unready) all.set(name, 0);
  const next = usageOf(all);
  if (isWithin(next) || (ratio < 1 && next > 1) || (ratio > 1 && next < 1)) return current;
  const replicas = Math.ceil(next * all.size);
  return (next < 1 && replicas > current) || (next > 1 && replicas < current) ? current : replicas;
}

function utilizationOf(values: ReadonlyMap<string, number>, requests: ReadonlyMap<string, number>) {
  let [used, requested, count] = [0, 0, 0];
  for (const [name, value] of values) {
    const request = requests.get(name);
    if (request === undefined) continue;
    used += value;
    requested += request;
    count++;
  }
  if (requested === 0) return undefined;
  return { percent: Math.trunc((used * 100) / requested), average: Math.trunc(used / count) };
}

/** The requests of each pod in thousandths, or which container has none. */
function requestsOf({ pods, resource }: Question): { byPod: ReadonlyMap<string, number> } | { error: string } {
  const byPod = new Map<string, number>();
  for (const { metadata, spec } of pods) {
    let sum = 0;
    for (const { name, resources } of spec.containers) {
      const request = resources?.requests?.[resource];
      if (request === undefined) {
        return { error: `missing request for ${resource} in container ${name} of Pod ${metadata.name}` };
      }
      sum += milliValue(request);
    }
    byPod.set(metadata.name, sum);
  }
  return { byPod };
}
