/*
 * horizontal-pod-autoscaler-controller: sets the size of workloads by what their pods use.
 * Watches: HorizontalPodAutoscalers and Pods.
 * Writes: the scale subresource of targets, the status of HorizontalPodAutoscalers, Events; reads the metrics API.
 * Upstream: pkg/controller/podautoscaler/horizontal.go and replica_calculator.go.
 * Leaves out: metrics of single containers, pods, objects and the outside, which the API refuses; ambiguous selectors.
 */
import type { HorizontalPodAutoscaler } from '../../api/autoscaling/spec.ts';
import { pathOf, resourceOfKind } from '../../api/index.ts';
import type { Pod } from '../../api/kinds/pod.ts';
import { objectKey, parseTime } from '../../api/meta.ts';
import { milliValue } from '../../api/quantity.ts';
import type { Scale } from '../../api/scale.ts';
import { matchesSelector, parseSelector } from '../../api/selector.ts';
import type { Millis } from '../../kernel/message.ts';
import { part } from '../../kernel/state.ts';
import type { HttpResponse } from '../../protocol/http.ts';
import { type Context, type Controller, NOTHING, type Outcome, type Write } from '../controller.ts';
import type { Memory } from './limits.ts';
import { rememberChange } from './limits.ts';
import type { PodUsage } from './replicas.ts';
import { decide, failedScale, failedUpdate, statusWrite } from './rounds.ts';

interface AutoscalerState {
  /** What has been read in the round that is under way, by autoscaler. */
  rounds: Map<string, Round>;
  memories: Map<string, Memory>;
}

/** One look: first the scale of the target, then the usage of its pods. */
interface Round {
  readonly scale: Scale | string;
  readonly usage?: readonly PodMetrics[] | string;
}

/** A pod in metrics.k8s.io/v1beta1. */
interface PodMetrics {
  readonly metadata: { readonly name: string };
  readonly timestamp: string;
  readonly window: string;
  readonly containers: readonly { readonly name: string; readonly usage: Readonly<Record<string, string>> }[];
}

type Ctx = Context<AutoscalerState>;

const AUTOSCALERS = 'horizontalpodautoscalers';
const SYNC_MS: Millis = 15_000;
/** Whatever the answer to a read is, the round goes on with it. */
const ANY = [0, 400, 401, 403, 404, 405, 409, 410, 429, 500, 502, 503, 504];
const EMPTY: Memory = { recommendations: [], ups: [], downs: [] };

/** The control loop of autoscalers. Its keys are HorizontalPodAutoscalers, looked at every 15 seconds. */
export const horizontal: Controller<AutoscalerState> = {
  name: 'horizontal-pod-autoscaler-controller',
  account: 'horizontal-pod-autoscaler',
  eventSource: 'horizontal-pod-autoscaler',
  informers: [AUTOSCALERS],
  workers: 5,
  init: () => part<AutoscalerState>({ rounds: new Map(), memories: new Map() }),
  observe({ type, object }, context) {
    const key = objectKey(object);
    if (type === 'deleted') {
      context.state.rounds.delete(key);
      context.state.memories.delete(key);
    } else context.addAfter(key, SYNC_MS);
    return [];
  },
  reconcile(key, context) {
    const autoscaler = context.cache<HorizontalPodAutoscaler>(AUTOSCALERS).get(key);
    return autoscaler === undefined ? NOTHING : look(key, autoscaler, context);
  },
  answered,
  failed(key, failure, context) {
    const autoscaler = context.cache<HorizontalPodAutoscaler>(AUTOSCALERS).get(key);
    if (autoscaler === undefined || failure.tag !== 'rescale') return undefined;
    return failedUpdate(autoscaler, failure.message, context.now);
  },
};

function look(key: string, autoscaler: HorizontalPodAutoscaler, context: Ctx): Outcome {
  const { state, now } = context;
  const round = state.rounds.get(key);
  if (round === undefined) return readScale(autoscaler, context);
  if (typeof round.scale === 'string') {
    state.rounds.delete(key);
    return failedScale(autoscaler, round.scale, context, SYNC_MS);
  }
  if (round.usage === undefined && needsMetrics(autoscaler, round.scale)) return readMetrics(autoscaler, round.scale);
  state.rounds.delete(key);
  const memory = state.memories.get(key) ?? first(round.scale, now);
  const decision = decide(autoscaler, round.scale, memory, {
    now,
    pods: podsOf(autoscaler, round.scale, context),
    usageOf: (resource) => usageOf(round.usage ?? [], resource),
  });
  state.memories.set(key, decision.memory);
  for (const event of decision.events) context.event(autoscaler, event);
  const { from, to, status } = decision;
  const about = `hpa/${autoscaler.metadata.name}`;
  context.note({ what: 'autoscaler/looked', about, current: from, desired: to });
  const scaling = from === to ? [] : [[rescale(autoscaler, round.scale, decision.reason, to)]];
  return { writes: scaling, closing: statusWrite(autoscaler, status), requeueAfterMs: SYNC_MS };
}

function first(scale: Scale, now: Millis): Memory {
  return { ...EMPTY, recommendations: [{ replicas: scale.spec.replicas ?? 0, at: now }] };
}

/** Bounds come before metrics: outside of them nothing has to be measured. */
function needsMetrics({ spec }: HorizontalPodAutoscaler, scale: Scale): boolean {
  const current = scale.spec.replicas ?? 0;
  return current > 0 && current <= spec.maxReplicas && current >= (spec.minReplicas ?? 1);
}

function targetOf({ spec }: HorizontalPodAutoscaler) {
  const { apiVersion = '', kind } = spec.scaleTargetRef;
  const resource = resourceOfKind(apiVersion, kind);
  return resource?.subresources.includes('scale') ? resource : undefined;
}

function readScale(autoscaler: HorizontalPodAutoscaler, context: Ctx): Outcome {
  const { metadata, spec } = autoscaler;
  const { apiVersion = '', kind, name } = spec.scaleTargetRef;
  const resource = targetOf(autoscaler);
  if (resource === undefined) {
    const group = apiVersion.includes('/') ? apiVersion.split('/')[0] : '';
    return failedScale(autoscaler, `no matches for kind "${kind}" in group "${group}"`, context, SYNC_MS);
  }
  const path = pathOf(resource, metadata.namespace ?? '', name, 'scale');
  return { writes: [[{ request: { method: 'GET', path }, ignore: ANY, tag: 'scale' }]], requeueAfterMs: 0 };
}

function readMetrics({ metadata }: HorizontalPodAutoscaler, scale: Scale): Outcome {
  const path = `/apis/metrics.k8s.io/v1beta1/namespaces/${metadata.namespace}/pods`;
  const query = { labelSelector: scale.status.selector ?? '' };
  return { writes: [[{ request: { method: 'GET', path, query }, ignore: ANY, tag: 'metrics' }]], requeueAfterMs: 0 };
}

function podsOf({ metadata }: HorizontalPodAutoscaler, scale: Scale, context: Ctx): readonly Pod[] {
  const selector = parseSelector(scale.status.selector ?? '');
  if (!selector.ok) return [];
  return [...context.cache<Pod>('pods').values()].filter(
    (pod) => pod.metadata.namespace === metadata.namespace && matchesSelector(selector.value, pod.metadata.labels),
  );
}

/** What each pod uses, its containers together; a text says why that is not known. */
function usageOf(items: readonly PodMetrics[] | string, resource: string): ReadonlyMap<string, PodUsage> | string {
  if (typeof items === 'string') return `unable to fetch metrics from resource metrics API: ${items}`;
  if (items.length === 0) return 'no metrics returned from resource metrics API';
  return new Map(
    items.flatMap(({ metadata, timestamp, window, containers }) => {
      if (containers.some(({ usage }) => usage[resource] === undefined)) return [];
      const value = containers.reduce((sum, { usage }) => sum + milliValue(usage[resource]), 0);
      const windowMs = Number.parseFloat(window) * 1000;
      return [[metadata.name, { value, timestamp: parseTime(timestamp) ?? 0, windowMs }] as const];
    }),
  );
}

function rescale(autoscaler: HorizontalPodAutoscaler, scale: Scale, reason: string, to: number): Write {
  const { metadata, spec } = autoscaler;
  const path = pathOf(targetOf(autoscaler) as never, metadata.namespace ?? '', spec.scaleTargetRef.name, 'scale');
  const text = `New size: ${to}; reason: ${reason}`;
  return {
    request: { method: 'PUT', path, body: { ...scale, spec: { replicas: to } } },
    about: autoscaler,
    success: [{ type: 'Normal', reason: 'SuccessfulRescale', message: text }],
    failure: { type: 'Warning', reason: 'FailedRescale', message: `${text}; error: %s` },
    tag: 'rescale',
  };
}

function answered(key: string, write: Write, response: HttpResponse, _isGood: boolean, context: Ctx): void {
  const { state, now } = context;
  const { status, body } = response;
  const isDone = status >= 200 && status <= 299;
  const why = (body as { message?: string } | undefined)?.message ?? 'no answer';
  if (write.tag === 'scale') state.rounds.set(key, { scale: isDone ? (body as Scale) : why });
  const round = state.rounds.get(key);
  if (write.tag === 'metrics' && round !== undefined) {
    const usage = isDone ? (body as { items: readonly PodMetrics[] }).items : unserved(status, why);
    state.rounds.set(key, { ...round, usage });
  }
  const memory = state.memories.get(key);
  if (write.tag === 'rescale' && isDone && memory !== undefined) {
    const autoscaler = context.cache<HorizontalPodAutoscaler>(AUTOSCALERS).get(key);
    const to = (write.request.body as Scale).spec.replicas ?? 0;
    const from = memory.size ?? to;
    if (autoscaler?.spec.behavior !== undefined && from !== to)
      state.memories.set(key, rememberChange(memory, from, to, now));
  }
}

/** client-go's words for an API that is not there. */
function unserved(status: number, message: string): string {
  if (status === 404) return 'the server could not find the requested resource (get pods.metrics.k8s.io)';
  if (status === 503) return 'the server is currently unable to handle the request (get pods.metrics.k8s.io)';
  return message;
}
