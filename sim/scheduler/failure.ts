import type { Pod, PodCondition } from '../api/kinds/pod.ts';
import { setCondition } from '../api/meta.ts';
import { cacheOf, call } from '../client/calls.ts';
import { recordEvent } from '../client/recorder.ts';
import type { IO } from '../kernel/component.ts';
import type { MessageId } from '../kernel/message.ts';
import type { ReasonCounts } from './framework.ts';
import { addUnschedulable, type QueuedPod } from './queue.ts';
import { aboutPod, recorderFor, type SchedulerState } from './state.ts';

/** Why a pod has no node. */
export interface Failure {
  readonly reason: 'Unschedulable' | 'SchedulerError';
  readonly message: string;
  /** Who refused it; empty for an error, which is retried after its back-off whatever happens. */
  readonly plugins: readonly string[];
  readonly reasons: ReasonCounts;
  /** The node that is being made free for the pod; '' gives an earlier one up. */
  readonly nominated?: string | undefined;
}

/**
 * The pod stays Pending: back to the queue unless it is gone or has a node after all; the reason goes into an Event and
 * the
 * PodScheduled condition. Upstream: `schedule_one.go` handleSchedulingFailure.
 */
export function failPod(
  state: SchedulerState,
  pod: Pod,
  entry: QueuedPod,
  { reason, message, plugins, reasons, nominated }: Failure,
  causes: readonly MessageId[],
  io: IO,
): void {
  const cached = cacheOf<Pod>(state.client, 'pods').get(entry.key);
  const isWaiting = cached !== undefined && cached.metadata.uid === entry.uid && !cached.spec.nodeName;
  if (isWaiting) addUnschedulable(state.queue, entry, plugins, io.now);
  io.note({
    what: 'scheduler/unschedulable',
    ...aboutPod(entry.key),
    reason,
    message,
    reasons,
    attempt: entry.attempts,
  });
  const text = { type: 'Warning', reason: 'FailedScheduling', message, action: 'Scheduling' } as const;
  recordEvent(recorderFor(state, pod), state.client, io, pod, text, causes);
  if (!isWaiting) return;
  if (nominated) state.nominated.set(entry.key, nominated);
  else if (nominated === '') state.nominated.delete(entry.key);
  patchStatus(state, cached, { reason, message, nominated }, causes, io);
}

/** One patch for the condition and the nominated node, and only if one of them is another. */
function patchStatus(
  state: SchedulerState,
  pod: Pod,
  { reason, message, nominated }: Pick<Failure, 'reason' | 'message' | 'nominated'>,
  causes: readonly MessageId[],
  io: IO,
): void {
  const { name, namespace, generation } = pod.metadata;
  const next: PodCondition = {
    type: 'PodScheduled',
    status: 'False',
    reason,
    message,
    ...(generation === undefined ? {} : { observedGeneration: generation }),
  };
  const old = pod.status?.conditions ?? [];
  const conditions = setCondition(old, next, io.now);
  const isOtherNode = nominated !== undefined && nominated !== (pod.status?.nominatedNodeName ?? '');
  if (conditions === old && !isOtherNode) return;
  const changed = conditions === old ? {} : { conditions: conditions.filter(({ type }) => type === 'PodScheduled') };
  const request = {
    method: 'PATCH' as const,
    path: `/api/v1/namespaces/${namespace}/pods/${name}/status`,
    headers: { 'content-type': 'application/strategic-merge-patch+json' },
    body: { status: { ...changed, ...(isOtherNode && { nominatedNodeName: nominated || null }) } },
  };
  call(state.client, io, request, 'condition', null, { causes });
}
