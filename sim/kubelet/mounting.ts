import type { Answer } from '../client/calls.ts';
import type { IO } from '../kernel/component.ts';
import type { KubeletState, PodWork } from './state.ts';

/** Makes volumes ready before a pod's sandbox is made: a pack's part of kubelet. */
export interface Mounter {
  /** True when all volumes are ready; else it has begun to make them so and syncs the pod again. */
  isReady(state: KubeletState, work: PodWork, io: IO): boolean;
  /** The answer to a request that it sent. */
  heard(state: KubeletState, answer: Answer, io: IO): void;
}

/** In use: without one every volume is ready. */
export const mounting: { mounter: Mounter } = {
  mounter: { isReady: () => true, heard: () => undefined },
};
