import type { Container } from '../../api/kinds/pod.ts';
import { allContainers } from '../../api/podspec/initcontainers.ts';
import { canonicalQuantity, wholeQuantity, wholeValue } from '../../api/quantity.ts';
import type { ContainerUsage } from '../../protocol/cri.ts';
import type { PodWork } from '../state.ts';

/** What a node is short of, as messages name it. */
export type Resource = 'memory' | 'ephemeral-storage';

/**
 * Pods in the order in which they are ended: those that use more than they asked for, the less important, those that
 * use most beyond what they asked for. Upstream: `eviction/helpers.go` rankMemoryPressure, rankDiskPressureFunc.
 */
export function ranked(
  works: readonly PodWork[],
  usages: readonly ContainerUsage[],
  resource: Resource,
): readonly PodWork[] {
  const rows = works.map((work) => {
    const used = usages
      .filter(({ podUid }) => podUid === work.uid)
      .reduce((sum, each) => sum + usedOf(each, resource), 0);
    const asked = work.pod.spec.containers.reduce(
      (sum, container) => sum + wholeValue(askedOf(container, resource)),
      0,
    );
    return { work, beyond: used - asked, priority: work.pod.spec.priority ?? 0 };
  });
  rows.sort(
    (a, b) =>
      Number(b.beyond > 0) - Number(a.beyond > 0) ||
      a.priority - b.priority ||
      b.beyond - a.beyond ||
      (a.work.uid < b.work.uid ? -1 : 1),
  );
  return rows.map(({ work }) => work);
}

/** What is said of each container that uses more than it asked for. */
export function exceededText({ uid, pod }: PodWork, usages: readonly ContainerUsage[], resource: Resource): string {
  const texts = allContainers(pod.spec).map((container) => {
    const usage = usages.find(({ podUid, name }) => podUid === uid && name === container.name);
    const used = usage === undefined ? 0 : usedOf(usage, resource);
    const request = askedOf(container, resource);
    if (used <= wholeValue(request)) return '';
    const asked = request === undefined ? '0' : canonicalQuantity(request);
    return `Container ${container.name} was using ${wholeQuantity(used)}, request is ${asked}, has larger consumption of ${resource}. `;
  });
  return texts.join('');
}

function usedOf({ memoryBytes, diskBytes }: ContainerUsage, resource: Resource): number {
  return resource === 'memory' ? memoryBytes : diskBytes;
}

function askedOf({ resources }: Container, resource: Resource): string | undefined {
  return resources?.requests?.[resource] ?? resources?.limits?.[resource];
}
