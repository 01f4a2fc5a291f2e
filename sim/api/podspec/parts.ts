import type { Pod, PodSpec } from '../kinds/pod.ts';
import type { Errors } from '../validate.ts';

/** A part of the pod's spec whose rules are in a chunk of their own. */
export interface PodPart {
  /** What is wrong in the spec of a pod or of a template; `at` is `spec` or longer. */
  validate?(spec: PodSpec, at: string): Errors;
  /** What is only wrong in a new pod. */
  validateCreate?(pod: Pod): Errors;
  /** What is wrong in a change of a pod, and the new spec with what may change here put back. */
  validateUpdate?(next: PodSpec, old: PodSpec): { readonly errors: Errors; readonly spec: PodSpec };
  /** What the API server writes into a new pod. */
  prepare?(pod: Pod): Pod;
}

const known: PodPart[] = [];

/** The parts that have been added, in that order. */
export const podParts: readonly PodPart[] = known;

/** A new pod with what the parts write into it. */
export function prepareParts(pod: Pod): Pod {
  return podParts.reduce((next, { prepare }) => prepare?.(next) ?? next, pod);
}

/** Before the first cluster boots; adding a part again changes nothing. */
export function addPodParts(more: readonly PodPart[]): void {
  known.push(...more.filter((part) => !known.includes(part)));
}
