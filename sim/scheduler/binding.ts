import type { Binding, Pod } from '../api/kinds/pod.ts';
import { type Answer, cacheOf, call } from '../client/calls.ts';
import { recordEvent } from '../client/recorder.ts';
import type { IO } from '../kernel/component.ts';
import type { MessageId } from '../kernel/message.ts';
import { announce, displace, place } from './cache.ts';
import { failPod } from './failure.ts';
import type { Chosen } from './framework.ts';
import type { QueuedPod } from './queue.ts';
import { aboutPod, type SchedulerState } from './state.ts';

interface BindingData {
  readonly entry: QueuedPod;
  readonly node: string;
  readonly score: number;
}

/**
 * Assumes the pod on its node, so that the next cycle counts it already, and asks the API server to bind it. The answer
 * comes
 * later, while other pods are scheduled. Upstream: `schedule_one.go` assume and bindingCycle, plugin DefaultBinder.
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
  place(state, assumed);
  io.note({ what: 'scheduler/assumed', ...aboutPod(entry.key), node });
  const { name, namespace, uid } = pod.metadata;
  const body: Binding = {
    apiVersion: 'v1',
    kind: 'Binding',
    metadata: { name, namespace, uid },
    target: { kind: 'Node', name: node },
  };
  const path = `/api/v1/namespaces/${namespace}/pods/${name}/binding`;
  const data: BindingData = { entry, node, score };
  call(state.client, io, { method: 'POST', path, body }, 'binding', data, { causes });
}

/** The binding was made, or the pod goes back to the queue. */
export function receiveBinding(state: SchedulerState, answer: Answer, io: IO): void {
  const { entry, node, score } = answer.data as BindingData;
  const { status, body } = answer.response;
  const assumed = state.assumed.get(entry.key);
  const pod = cacheOf<Pod>(state.client, 'pods').get(entry.key) ?? assumed;
  if (status >= 200 && status < 300) {
    io.note({ what: 'scheduler/bound', ...aboutPod(entry.key), node, score });
    if (pod === undefined) return;
    const message = `Successfully assigned ${entry.key} to ${node}`;
    recordEvent(state.recorder, state.client, io, pod, {
      type: 'Normal',
      reason: 'Scheduled',
      message,
      action: 'Binding',
    });
    return;
  }
  if (assumed !== undefined && assumed.metadata.uid === entry.uid) {
    state.assumed.delete(entry.key);
    displace(state, assumed);
    announce(state, { kind: 'Pod', action: 'delete', object: assumed }, io.now, answer.cause);
  }
  if (pod === undefined) return;
  const text = (body as { readonly message?: string } | undefined)?.message ?? `status ${status}`;
  const message = `running Bind plugin "DefaultBinder": ${text}`;
  failPod(state, pod, entry, { reason: 'SchedulerError', message, plugins: [], reasons: {} }, [answer.cause], io);
}
