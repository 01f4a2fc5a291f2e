import type { Pod } from '../../api/kinds/pod.ts';
import { objectKey, setCondition, splitKey } from '../../api/meta.ts';
import { type Answer, cacheOf, call } from '../../client/calls.ts';
import { recordEvent } from '../../client/recorder.ts';
import type { IO } from '../../kernel/component.ts';
import type { MessageId } from '../../kernel/message.ts';
import { priorityOf } from '../framework.ts';
import type { Preemption } from '../plugin.ts';
import { movePod } from '../queue.ts';
import { aboutPod, type Preempting, type SchedulerState } from '../state.ts';

/** The requests' continuation. */
interface Step {
  readonly step: 'condition' | 'delete' | 'clear';
  /** The pod that is to get the room, and the victim. */
  readonly preemptor: string;
  readonly uid: string;
  readonly victim: string;
}

const PLUGIN = 'DefaultPreemption';
const PATCH = { 'content-type': 'application/strategic-merge-patch+json' };

/**
 * Begins a preemption: less important pods that were to come to the node are told not to; victims get the condition
 * DisruptionTarget and are deleted, all at once but the last, which waits for the others. Upstream: `preemption.go`
 * prepareCandidateAsync and PreemptPod.
 */
export function begin(
  state: SchedulerState,
  pod: Pod,
  { node, victims }: Preemption,
  causes: readonly MessageId[],
  io: IO,
): void {
  const preemptor = objectKey(pod);
  const left = victims.filter(({ metadata }) => !metadata.deletionTimestamp).map(objectKey);
  const names = victims.map(({ metadata }) => metadata.name);
  io.note({ what: 'scheduler/preempts', ...aboutPod(preemptor), node, victims: names }, { causes });
  const last = left.at(-1);
  if (last === undefined) return;
  const uid = pod.metadata.uid ?? '';
  state.preempting.set(preemptor, { uid, node, left, last });
  clearNominations(state, pod, node, causes, io);
  for (const victim of left.length === 1 ? left : left.slice(0, -1))
    preempt(state, { preemptor, uid, victim }, causes, io);
}

/** Whether the pod's preemption is still under way; once the last victim is going it need not be waited for. */
export function isPreempting(state: SchedulerState, pod: Pod): boolean {
  const found = state.preempting.get(objectKey(pod));
  if (found === undefined || found.uid !== pod.metadata.uid) return false;
  const last = cacheOf<Pod>(state.client, 'pods').get(found.last);
  return found.left.length > 1 || (last !== undefined && last.metadata.deletionTimestamp === undefined);
}

/** An answer: after the condition comes the deletion, after that the Event, and after the others the last victim. */
export function answered(state: SchedulerState, { data, response, cause }: Answer, io: IO): void {
  const { step, ...about } = data as unknown as Step;
  if (step === 'clear') return;
  const { preemptor, uid, victim } = about;
  const found = state.preempting.get(preemptor);
  const { status } = response;
  const isGone = status === 404;
  if (status < 200 || (status > 299 && !isGone)) {
    if (found?.uid === uid) state.preempting.delete(preemptor);
    movePod(state.queue, preemptor, io.now, cause);
    return;
  }
  if (step === 'condition' && !isGone) {
    remove(state, about, [cause], io);
    return;
  }
  const object = cacheOf<Pod>(state.client, 'pods').get(victim);
  if (object !== undefined && !isGone) recordPreempted(state, object, uid, [cause], io);
  if (found?.uid === uid) goOn(state, preemptor, found, victim, cause, io);
}

function goOn(
  state: SchedulerState,
  preemptor: string,
  found: Preempting,
  victim: string,
  cause: MessageId,
  io: IO,
): void {
  const left = found.left.filter((key) => key !== victim);
  const [next] = left;
  if (next === undefined) state.preempting.delete(preemptor);
  else {
    state.preempting.set(preemptor, { ...found, left });
    if (left.length === 1) preempt(state, { preemptor, uid: found.uid, victim: next }, [cause], io);
  }
}

type About = Omit<Step, 'step'>;

/** The condition first; a victim that has it already is deleted at once. */
function preempt(state: SchedulerState, about: About, causes: readonly MessageId[], io: IO): void {
  const pods = cacheOf<Pod>(state.client, 'pods');
  const pod = pods.get(about.victim);
  const scheduler = pods.get(about.preemptor)?.spec.schedulerName ?? 'default-scheduler';
  const old = pod?.status?.conditions ?? [];
  const generation = pod?.metadata.generation;
  const condition = {
    type: 'DisruptionTarget',
    status: 'True',
    reason: 'PreemptionByScheduler',
    message: `${scheduler}: preempting to accommodate a higher priority pod`,
    ...(generation === undefined ? {} : { observedGeneration: generation }),
  } as const;
  const conditions = setCondition(old, condition, io.now);
  if (conditions === old) {
    remove(state, about, causes, io);
    return;
  }
  const status = { conditions: conditions.filter(({ type }) => type === condition.type) };
  const request = {
    method: 'PATCH' as const,
    path: `${pathOf(about.victim)}/status`,
    headers: PATCH,
    body: { status },
  };
  call(state.client, io, request, PLUGIN, { step: 'condition', ...about }, { causes });
}

function remove(state: SchedulerState, about: About, causes: readonly MessageId[], io: IO): void {
  const request = { method: 'DELETE' as const, path: pathOf(about.victim) };
  call(state.client, io, request, PLUGIN, { step: 'delete', ...about }, { causes });
}

function recordPreempted(state: SchedulerState, pod: Pod, uid: string, causes: readonly MessageId[], io: IO): void {
  const message = `Preempted by pod ${uid} on node ${pod.spec.nodeName}`;
  const text = { type: 'Normal', reason: 'Preempted', message, action: 'Preempting' } as const;
  recordEvent(state.recorder, state.client, io, pod, text, causes);
}

/** Pods of lower priority that were to come to the node may not fit any more: they look for another. */
function clearNominations(state: SchedulerState, pod: Pod, node: string, causes: readonly MessageId[], io: IO): void {
  const pods = cacheOf<Pod>(state.client, 'pods');
  for (const [key, name] of [...state.nominated]) {
    const other = pods.get(key);
    if (name !== node || other === undefined || priorityOf(other) >= priorityOf(pod)) continue;
    const body = { status: { nominatedNodeName: null } };
    const request = { method: 'PATCH' as const, path: `${pathOf(key)}/status`, headers: PATCH, body };
    call(state.client, io, request, PLUGIN, { step: 'clear', preemptor: key, uid: '', victim: key }, { causes });
  }
}

function pathOf(key: string): string {
  const { namespace, name } = splitKey(key);
  return `/api/v1/namespaces/${namespace}/pods/${name}`;
}
