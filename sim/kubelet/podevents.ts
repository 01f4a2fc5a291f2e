import { type EventText, recordEvent } from '../client/recorder.ts';
import type { IO } from '../kernel/component.ts';
import type { KubeletState, PodWork } from './state.ts';

/** An Event about one container of a pod. */
export function containerEvent(
  state: KubeletState,
  io: IO,
  work: PodWork,
  container: string,
  type: EventText['type'],
  reason: string,
  message: string,
): void {
  const isInit = work.pod.spec.initContainers?.some(({ name }) => name === container) ?? false;
  const fieldPath = `spec.${isInit ? 'initContainers' : 'containers'}{${container}}`;
  recordEvent(state.recorder, state.client, io, work.pod, { type, reason, message, fieldPath });
}

/** An Event about a pod as a whole. */
export function podEvent(
  state: KubeletState,
  io: IO,
  work: PodWork,
  type: EventText['type'],
  reason: string,
  message: string,
): void {
  recordEvent(state.recorder, state.client, io, work.pod, { type, reason, message });
}

/** How kubelet writes a pod in messages: `web_default(uid)`. */
export function podText({ pod, uid }: PodWork): string {
  return `${pod.metadata.name}_${pod.metadata.namespace ?? 'default'}(${uid})`;
}
