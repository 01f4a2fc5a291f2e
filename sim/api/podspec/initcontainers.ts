import type { Container, PodSpec } from '../kinds/pod.ts';

/** An init container that keeps running beside the others. */
export function isSidecar(container: Container): boolean {
  return container.restartPolicy === 'Always';
}

/** Every container of a pod, init containers first. */
export function allContainers({ initContainers, containers }: PodSpec): readonly Container[] {
  return initContainers === undefined ? containers : [...initContainers, ...containers];
}

/** How amounts of some sort are added and compared. */
export interface Sums<T> {
  readonly zero: T;
  readonly of: (container: Container) => T;
  readonly add: (left: T, right: T) => T;
  readonly most: (left: T, right: T) => T;
}

/**
 * What a pod needs at its hungriest moment: all that run together, sidecars among them, or an init container with the
 * sidecars before it. Upstream: `component-helpers/resource/helpers.go` PodRequests.
 */
export function neededBy<T>({ initContainers = [], containers }: PodSpec, { zero, of, add, most }: Sums<T>): T {
  let sum = containers.reduce((all, container) => add(all, of(container)), zero);
  let [sidecars, peak] = [zero, zero];
  for (const container of initContainers) {
    const own = of(container);
    if (isSidecar(container)) {
      sum = add(sum, own);
      sidecars = add(sidecars, own);
      peak = most(peak, sidecars);
    } else peak = most(peak, add(sidecars, own));
  }
  return initContainers.length === 0 ? sum : most(sum, peak);
}

/** Whether a container that ended with this code is started again: by a rule or policy of its own, or by the pod's. */
export function isRestarted({ restartPolicy = 'Always' }: PodSpec, container: Container, exitCode: number): boolean {
  const policy = container.restartPolicy ?? restartPolicy;
  if (policy === 'Always' || (policy === 'OnFailure' && exitCode !== 0)) return true;
  return (container.restartPolicyRules ?? []).some(({ exitCodes: { operator, values = [] } = {} }) => {
    return values.includes(exitCode) === (operator === 'In');
  });
}
