/**
 * kube-scheduler: gives each pod without a node the node that fits best, one pod at a time.
 * Watches: pods that have not ended, nodes, services and replicasets (for the default spreading).
 * Writes: pods/binding, the PodScheduled condition, events Scheduled and FailedScheduling. It starts nothing on any
 * node.
 * Upstream: `pkg/scheduler/{scheduler,schedule_one,eventhandlers}.go`.
 * Leaves out: extenders, client-side rate limits, devices, zone-interleaved node order.
 */
import type { Pod } from '../api/kinds/pod.ts';
import type { InformerSpec } from '../client/cache.ts';
import { cacheOf } from '../client/calls.ts';
import { createClient, hasSynced, receiveClient, startClient } from '../client/client.ts';
import { campaign, createElection, receiveElection } from '../client/leaderelection.ts';
import { createRecorder, receiveRecorder, recordEvent } from '../client/recorder.ts';
import type { Component, IO } from '../kernel/component.ts';
import type { AnyMessage, MessageId, Millis } from '../kernel/message.ts';
import { part } from '../kernel/state.ts';
import { certificateOf } from '../protocol/http.ts';
import { SCORE_PLUGIN } from '../protocol/lab.ts';
import { bindPod, receiveBinding } from './binding.ts';
import { gateOf, observe } from './cache.ts';
import { failPod } from './failure.ts';
import { type Chosen, choose, filterNodes, scoreAndChoose } from './framework.ts';
import { askPlugin, type Heard, hearPlugin } from './lab/profile.ts';
import { plugins } from './plugins/index.ts';
import { goOn, prebindTimedOut, receivePreBind } from './prebind.ts';
import { frameworkFor } from './profiles.ts';
import { createSchedulingQueue, flush, nextBackOffEnd, popPod, type QueuedPod } from './queue.ts';
import { aboutPod, recorderFor, type SchedulerState } from './state.ts';
import { viewOf } from './view.ts';

/** The component `kube-scheduler`. */
export const scheduler: Component<SchedulerState> = {
  name: 'kube-scheduler',
  init(_self, config) {
    const { schedulingCycleMs = 2, profile = null, configuration = null } = (config ?? {}) as SchedulerConfig;
    return part<SchedulerState>({
      client: createClient('kube-scheduler', certificateOf('system:kube-scheduler'), informers, config),
      election: createElection('kube-scheduler', config),
      recorder: createRecorder('default-scheduler'),
      queue: createSchedulingQueue(),
      nodes: new Map(),
      assumed: new Map(),
      held: new Map(),
      nominated: new Map(),
      preempting: new Map(),
      current: null,
      startIndex: 0,
      cycleMs: schedulingCycleMs,
      startedAt: 0,
      flushAt: null,
      lastDecision: null,
      configuration,
      profile,
      asking: null,
    });
  },
  receive(state, message, io) {
    const heard = hearPlugin(state, message as AnyMessage);
    if (heard !== undefined) endCycle(state, heard, message as AnyMessage, io);
    else if (message.from === SCORE_PLUGIN) return;
    else if (message.kind === 'start') {
      state.startedAt = io.now;
      startClient(state.client, io);
      campaign(state.election, state.client, io);
    } else if (message.kind === 'election/tick') campaign(state.election, state.client, io);
    else if (message.kind === 'cycle') runCycle(state, message as AnyMessage, io);
    else if (message.kind === 'flush') ring(state, message as AnyMessage, io);
    else if (message.kind === 'prebind/timeout') prebindTimedOut(state, message as AnyMessage, io);
    else receiveApi(state, message as AnyMessage, io);
    beginCycle(state, io);
    setTimer(state, io);
  },
  inspect: ({ queue, current, assumed, lastDecision, election }) => ({
    isLeader: election.isLeader,
    activeQ: queue.active.map(({ key }) => key),
    backoffQ: [...queue.backingOff.values()].map(({ key, backOffUntil }) => ({ pod: key, backOffUntil })),
    unschedulable: [...queue.unschedulable.values()].map(({ key, attempts, plugins: by }) => ({
      pod: key,
      attempts,
      plugins: by,
    })),
    current: current?.key ?? null,
    binding: [...assumed.keys()],
    lastDecision,
  }),
};

interface SchedulerConfig {
  readonly schedulingCycleMs?: Millis;
  readonly profile?: SchedulerState['profile'];
  readonly configuration?: SchedulerState['configuration'];
}

const informers: InformerSpec[] = [
  { name: 'nodes', path: '/api/v1/nodes' },
  {
    name: 'pods',
    path: '/api/v1/pods',
    query: { fieldSelector: 'status.phase!=Succeeded,status.phase!=Failed' },
  },
  { name: 'services', path: '/api/v1/services' },
  { name: 'replicasets', path: '/apis/apps/v1/replicasets' },
];

/** What a pack's plugins look at, before the first cluster boots. Adding it again changes nothing. */
export function addSchedulerInformers(more: readonly InformerSpec[]): void {
  informers.push(...more.filter(({ name }) => !informers.some((known) => known.name === name)));
}

/** How often upstream looks for pods that have waited too long, and for ended back-offs. */
const UNSCHEDULABLE_FLUSH_MS = 30_000;
const BACKOFF_FLUSH_MS = 1000;

function receiveApi(state: SchedulerState, message: AnyMessage, io: IO): void {
  const outcome = receiveClient(state.client, message, io);
  if (outcome === undefined) return;
  for (const change of outcome.changes) {
    const { pods, because } = observe(state, change, io.now);
    if (pods.length > 0) noteRequeued(pods, because, io, change.cause);
  }
  if (state.held.size > 0) goOn(state, io);
  const { answer } = outcome;
  if (answer === undefined || receiveRecorder(state.recorder, answer)) return;
  if (receiveElection(state.election, state.client, answer, io)) return;
  if (answer.then === 'binding') receiveBinding(state, answer, io);
  else if (answer.then === 'prebind') receivePreBind(state, answer, io);
  else plugins.find(({ name }) => name === answer.then)?.answered?.(state, answer, io);
}

/** Pops the next pod when none is in hand. Deciding takes a little time; the decision falls when `cycle` arrives. */
function beginCycle(state: SchedulerState, io: IO): void {
  if (state.current !== null || !state.election.isLeader || !hasSynced(state.client)) return;
  const entry = popPod(state.queue);
  if (entry === undefined) return;
  state.current = entry;
  io.note({ what: 'scheduler/popped', ...aboutPod(entry.key), attempt: entry.attempts }, { causes: entry.causes });
  io.after(state.cycleMs, 'cycle', { pod: entry.key }, { causes: entry.causes });
}

function runCycle(state: SchedulerState, message: AnyMessage, io: IO): void {
  const entry = state.current;
  state.current = null;
  if (entry === null) return;
  const pod = cacheOf<Pod>(state.client, 'pods').get(entry.key);
  if (pod === undefined || pod.metadata.uid !== entry.uid || pod.spec.nodeName) return;
  const causes = [message.id, ...entry.causes];
  if (pod.metadata.deletionTimestamp) {
    skipDeleting(state, pod, causes, io);
    return;
  }
  const view = viewOf(state);
  const framework = frameworkFor(pod, state.configuration);
  if (framework === undefined) return;
  const filtered = filterNodes(pod, view, framework.plugins, state.startIndex, framework.percentage);
  const { examined, reasons } = filtered;
  if (!('isNominated' in filtered) && view.nodes.length > 0) {
    state.startIndex = (state.startIndex + examined) % view.nodes.length;
  }
  const feasible = 'feasible' in filtered ? filtered.feasible.length : 0;
  io.note({ what: 'scheduler/filtered', ...aboutPod(entry.key), feasible, of: examined, reasons });
  if ('type' in filtered) {
    const { plan, ...decision } = filtered;
    state.lastDecision = { ...decision, pod: entry.key };
    failPod(state, pod, entry, { ...decision, reason: 'Unschedulable' }, causes, io);
    if (plan !== undefined) for (const { carryOut } of plugins) carryOut?.(state, pod, plan, causes, io);
  } else if (state.profile !== null && feasible > 1) {
    state.current = entry;
    askPlugin(state, pod, filtered, causes, io);
  } else settle(state, pod, entry, scoreAndChoose(pod, view, framework.plugins, filtered), causes, io);
}

/** The node is decided: the pod counts there from now on. */
function settle(
  state: SchedulerState,
  pod: Pod,
  entry: QueuedPod,
  decision: Chosen,
  causes: readonly MessageId[],
  io: IO,
): void {
  state.lastDecision = { ...decision, pod: entry.key };
  const { node, score, tied, feasible } = decision;
  io.note({ what: 'scheduler/scored', ...aboutPod(entry.key), winner: node, score, tied, skipped: feasible === 1 });
  bindPod(state, pod, entry, decision, causes, io);
}

/** A cycle goes on with what the plugin of the profile said. */
function endCycle(state: SchedulerState, heard: Heard, message: AnyMessage, io: IO): void {
  const entry = state.current;
  state.current = null;
  const pod = entry === null ? undefined : cacheOf<Pod>(state.client, 'pods').get(entry.key);
  if (entry === null || pod === undefined || pod.metadata.uid !== entry.uid || pod.spec.nodeName) return;
  const { filtered } = heard.asking;
  const causes = [message.id, ...heard.asking.causes];
  if ('totals' in heard) {
    settle(
      state,
      pod,
      entry,
      choose(filtered, (index) => heard.totals[index] ?? 0),
      causes,
      io,
    );
    return;
  }
  const failure = { reason: 'SchedulerError', message: heard.error, plugins: [], reasons: {} } as const;
  failPod(state, pod, entry, failure, causes, io);
}

/** Upstream skipPodSchedule: a pod that is being deleted is not scheduled any more. */
function skipDeleting(state: SchedulerState, pod: Pod, causes: readonly MessageId[], io: IO): void {
  const { namespace, name } = pod.metadata;
  const message = `skip schedule deleting pod: ${namespace}/${name}`;
  const text = { type: 'Warning', reason: 'FailedScheduling', message, action: 'Scheduling' } as const;
  recordEvent(recorderFor(state, pod), state.client, io, pod, text, causes);
}

/** An earlier timer may have been overtaken by one for a nearer instant: only the latest counts. */
function ring(state: SchedulerState, message: AnyMessage, io: IO): void {
  if ((message.body as { at: Millis }).at !== state.flushAt) return;
  state.flushAt = null;
  const pods = cacheOf<Pod>(state.client, 'pods');
  const isGated = (key: string) => {
    const pod = pods.get(key);
    return pod !== undefined && gateOf(state, pod) !== undefined;
  };
  noteRequeued(flush(state.queue, io.now, message.id, isGated), 'time', io);
}

/** One timer, only while something waits: for the end of a back-off, or for the five-minute flush. */
function setTimer(state: SchedulerState, io: IO): void {
  const backOffEnd = nextBackOffEnd(state.queue);
  let at: Millis | undefined;
  if (backOffEnd !== undefined) at = nextTick(state, Math.max(backOffEnd, io.now + 1), BACKOFF_FLUSH_MS);
  else if (state.queue.unschedulable.size > 0) at = nextTick(state, io.now + 1, UNSCHEDULABLE_FLUSH_MS);
  if (at === undefined || (state.flushAt !== null && state.flushAt <= at)) return;
  state.flushAt = at;
  io.after(at - io.now, 'flush', { at }, { routine: true });
}

/** The first tick at or after an instant of a clock that ticks from the scheduler's start. */
function nextTick(state: SchedulerState, from: Millis, period: Millis): Millis {
  return state.startedAt + Math.ceil((from - state.startedAt) / period) * period;
}

function noteRequeued(keys: readonly string[], because: string, io: IO, cause?: MessageId): void {
  const mark = cause === undefined ? {} : { causes: [cause] };
  for (const key of keys) io.note({ what: 'scheduler/queued', ...aboutPod(key), because }, mark);
}
