import type { Pod } from '../api/kinds/pod.ts';
import { type Answer, cacheOf, call } from '../client/calls.ts';
import type { IO } from '../kernel/component.ts';
import type { AnyMessage, MessageId } from '../kernel/message.ts';
import { announce, displace } from './cache.ts';
import { type Failure, failPod } from './failure.ts';
import type { NodeInfo } from './nodeinfo.ts';
import type { ClusterView, Plugin } from './plugin.ts';
import { plugins } from './plugins/index.ts';
import type { QueuedPod } from './queue.ts';
import { aboutPod, type Held, type SchedulerState } from './state.ts';
import { viewOf } from './view.ts';

/** Upstream's `bindTimeoutSeconds`. */
const TIMEOUT_MS = 600_000;

/**
 * Permit and PreBind: holds an assumed pod until every plugin lets it go and is ready for its binding; false when all
 * do already. What the plugins want written is sent at once. Upstream: WaitOnPermit and PreBind of the binding cycle.
 */
export function hold(state: SchedulerState, pod: Pod, held: Held, io: IO): boolean {
  const view = viewOf(state);
  const info = state.nodes.get(held.node);
  const late = plugins.filter((plugin) => isLate(plugin, pod, info, view));
  if (late.length === 0 || info === undefined) return false;
  const { entry, causes } = held;
  state.held.set(entry.key, held);
  io.note({ what: 'scheduler/held', ...aboutPod(entry.key), node: held.node }, { causes });
  for (const request of late.flatMap(({ preBind }) => preBind?.(pod, info, view) ?? [])) {
    call(state.client, io, request, 'prebind', { key: entry.key, order: entry.order }, { causes });
  }
  io.after(TIMEOUT_MS, 'prebind/timeout', { key: entry.key, order: entry.order }, { routine: true });
  return true;
}

/** Something has changed: binds the held pods whose plugins are ready now. */
export function goOn(state: SchedulerState, io: IO): void {
  const view = viewOf(state);
  for (const [key, held] of [...state.held]) {
    const pod = state.assumed.get(key);
    if (pod?.metadata.uid !== held.entry.uid) state.held.delete(key);
    else if (!plugins.some((plugin) => isLate(plugin, pod, state.nodes.get(held.node), view))) {
      state.held.delete(key);
      sendBinding(state, pod, held, io);
    }
  }
}

/** A write was refused: the pod is tried anew. */
export function receivePreBind(state: SchedulerState, answer: Answer, io: IO): void {
  const { status } = answer.response;
  if (status < 200 || status > 299)
    stopHolding(state, answer.data as unknown as Ticket, errorOf(answer), answer.cause, io);
}

/** Nobody has done what was asked for in ten minutes. */
export function prebindTimedOut(state: SchedulerState, message: AnyMessage, io: IO): void {
  const why = 'binding volumes: context deadline exceeded';
  stopHolding(state, message.body as unknown as Ticket, why, message.id, io);
}

/** Which hold of a pod is meant. */
interface Ticket {
  readonly key: string;
  readonly order: number;
}

function stopHolding(state: SchedulerState, { key, order }: Ticket, why: string, cause: MessageId, io: IO): void {
  const held = state.held.get(key);
  if (held?.entry.order !== order) return;
  state.held.delete(key);
  giveUp(state, held.entry, `running PreBind plugin "VolumeBinding": ${why}`, [cause], io);
}

/** Whether a plugin makes the pod wait: at Permit, or since something has to happen before it is bound. */
function isLate({ permit, isReady }: Plugin, pod: Pod, info: NodeInfo | undefined, view: ClusterView): boolean {
  return (info !== undefined && permit?.(pod, info, view) === 'wait') || isReady?.(pod, view) === false;
}

/** Bind: asks the API server to bind the pod. */
export function sendBinding(state: SchedulerState, pod: Pod, held: Held, io: IO): void {
  const { node, score, entry, causes } = held;
  for (const { bind } of plugins) {
    const request = bind?.(pod, node);
    if (request === undefined) continue;
    call(state.client, io, request, 'binding', { entry, node, score }, { causes });
    return;
  }
}

/** An assumed pod was not bound after all: its node is free of it, and it goes back to the queue. */
export function giveUp(
  state: SchedulerState,
  entry: QueuedPod,
  failure: string | Failure,
  causes: readonly MessageId[],
  io: IO,
): void {
  const assumed = state.assumed.get(entry.key);
  const pod = cacheOf<Pod>(state.client, 'pods').get(entry.key) ?? assumed;
  if (assumed !== undefined && assumed.metadata.uid === entry.uid) {
    state.assumed.delete(entry.key);
    displace(state, assumed);
    unreserve(state, assumed, causes, io);
    announce(state, { kind: 'Pod', action: 'delete', object: assumed }, io.now, causes[0] ?? '');
  }
  if (pod === undefined) return;
  const error = { reason: 'SchedulerError', message: String(failure), plugins: [], reasons: {} } as const;
  failPod(state, pod, entry, typeof failure === 'string' ? error : failure, causes, io);
}

function unreserve(state: SchedulerState, pod: Pod, causes: readonly MessageId[], io: IO): void {
  const info = state.nodes.get(pod.spec.nodeName ?? '');
  if (info === undefined) return;
  const requests = plugins.flatMap(({ unreserve: undo }) => undo?.(pod, info, viewOf(state)) ?? []);
  for (const request of requests) call(state.client, io, request, 'unreserve', null, { causes });
}

/** The message of a refusal. */
export function errorOf({ response: { status, body } }: Answer): string {
  return (body as { readonly message?: string } | undefined)?.message ?? `status ${status}`;
}
