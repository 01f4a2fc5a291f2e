import type { Container, ContainerStatus, PodCondition } from '../api/kinds/pod.ts';
import type { KubeletState, PodWork } from './state.ts';

/** What init containers add to the status of their pod. */
export interface InitReport {
  readonly statuses: readonly ContainerStatus[];
  /** The phase that counts before what the pod's own containers say. */
  readonly phase: 'Pending' | 'Failed' | undefined;
  /** Why the condition Initialized is false; undefined when it is true. */
  readonly problem: Partial<PodCondition> | undefined;
  /** Sidecars that are not ready. */
  readonly unready: readonly string[];
  readonly isSidecarRunning: boolean;
}

/** Init containers and sidecars: a pack's part of kubelet. */
export interface Initializer {
  /**
   * Which of them are to be started now, in the sandbox of that id ('': a new one); undefined when they leave nothing
   * to wait for.
   */
  todo(state: KubeletState, work: PodWork, sandbox: string): readonly string[] | undefined;
  /** Sidecars to start beside the pod's own containers, once those may run. */
  beside(work: PodWork, sandbox: string): readonly string[];
  report(
    work: PodWork,
    statuses: readonly ContainerStatus[],
    statusOf: (container: Container) => ContainerStatus,
  ): InitReport;
  /** In which turn a container is told to end, 0 first: sidecars after all others, the last one before the first. */
  turn(work: PodWork, name: string): number;
}

/** In use for pods that have init containers. */
export const initializing: { initializer: Initializer | undefined } = { initializer: undefined };

/** The part of a pod's init containers; undefined when it has none. */
export function initializerOf({ pod }: PodWork): Initializer | undefined {
  return pod.spec.initContainers?.length ? initializing.initializer : undefined;
}
