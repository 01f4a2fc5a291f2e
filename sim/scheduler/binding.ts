import type { Pod } from '../api/kinds/pod.ts';
import { type Answer, cacheOf } from '../client/calls.ts';
import { recordEvent } from '../client/recorder.ts';
import type { IO } from '../kernel/component.ts';
import type { MessageId } from '../kernel/message.ts';
import { place } from './cache.ts';
import type { Failure } from './failure.ts';
import { available, type Chosen } from './framework.ts';
import { plugins } from './plugins/index.ts';
import { errorOf, giveUp, hold, sendBinding } from './prebind.ts';
import type { QueuedPod } from './queue.ts';
import { aboutPod, type Held, recorderFor, type SchedulerState } from './state.ts';
import { viewOf } from './view.ts';

/**
 * Assumes the pod on its node, so that the next cycle counts it already, and asks the API server to bind it, at once
 * or when the plugins are ready. The answer comes later, while other pods are scheduled. Upstream: `schedule_one.go`
 * assume and bindingCycle, plugin DefaultBinder.
 */
export function bindPod(
  state: SchedulerState,
  pod: Pod,
  entry: QueuedPod,
  { node, score }: Chosen,
  causes: readonly MessageId[],
  io: IO,
): void {
  const assumed: Pod = { ...pod, spec: { ...pod.spec, nodeName: node } };
  state.assumed.set(entry.key, assumed);
  state.nominated.delete(entry.key);
  place(state, assumed);
  io.note({ what: 'scheduler/assumed', ...aboutPod(entry.key), node });
  const held: Held = { entry, node, score, causes };
  const failure = refuseReserved(state, pod, node);
  if (failure !== undefined) giveUp(state, entry, failure, causes, io);
  else if (!hold(state, pod, held, io)) sendBinding(state, pod, held, io);
}

/** Reserve and Permit: a plugin's last refusal of the node that was chosen. */
function refuseReserved(state: SchedulerState, pod: Pod, node: string): Failure | undefined {
  const info = state.nodes.get(node);
  const asked = plugins.filter(({ reserve, permit }) => reserve ?? permit);
  if (info === undefined || asked.length === 0) return undefined;
  const view = viewOf(state);
  for (const { name, reserve, permit } of asked) {
    const word = permit?.(pod, info, view);
    const reason = reserve?.(pod, info, view) ?? (typeof word === 'object' ? word.reasons.join(', ') : undefined);
    if (reason === undefined) continue;
    const reasons = { [reason]: 1 };
    return { reason: 'Unschedulable', message: available(1, reasons), plugins: [name], reasons };
  }
  return undefined;
}

/** The binding was made, or the pod goes back to the queue. */
export function receiveBinding(state: SchedulerState, answer: Answer, io: IO): void {
  const { entry, node, score } = answer.data as unknown as Held;
  const { status } = answer.response;
  const pod = cacheOf<Pod>(state.client, 'pods').get(entry.key) ?? state.assumed.get(entry.key);
  if (status < 200 || status > 299) {
    giveUp(state, entry, `running Bind plugin "DefaultBinder": ${errorOf(answer)}`, [answer.cause], io);
    return;
  }
  io.note({ what: 'scheduler/bound', ...aboutPod(entry.key), node, score });
  if (pod === undefined) return;
  for (const { postBind } of plugins) postBind?.(state, pod, node);
  const message = `Successfully assigned ${entry.key} to ${node}`;
  recordEvent(recorderFor(state, pod), state.client, io, pod, {
    type: 'Normal',
    reason: 'Scheduled',
    message,
    action: 'Binding',
  });
}
