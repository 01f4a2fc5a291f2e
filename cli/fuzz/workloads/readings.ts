import type { Pod } from '../../../sim/api/kinds/pod.ts';
import type { KubeObject } from '../../../sim/api/meta.ts';

/** Counts for its controller: it has not ended, and nobody deletes it. Terminating pods do not count, upstream neither. */
export function isActive(pod: Pod | undefined): boolean {
  return pod !== undefined && !hasEnded(pod) && !pod.metadata.deletionTimestamp;
}

/** Whether all of its containers have ended for good. */
export function hasEnded({ status }: Pod): boolean {
  return status?.phase === 'Succeeded' || status?.phase === 'Failed';
}

/** Ready, and nobody deletes it: what a disruption budget counts. */
export function isHealthy(pod: Pod | undefined): boolean {
  if (pod === undefined || pod.metadata.deletionTimestamp) return false;
  return pod.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') ?? false;
}

/** The uid of the owner that controls it. */
export function controllerOf(object: KubeObject | undefined): string | undefined {
  return object?.metadata.ownerReferences?.find(({ controller }) => controller)?.uid;
}

/** A whole number, or a percentage of a total, rounded as said. */
export function share(value: number | string | undefined, total: number, round: 'up' | 'down'): number {
  if (typeof value !== 'string') return value ?? 0;
  const exact = (Number(value.replace('%', '')) * total) / 100;
  return round === 'up' ? Math.ceil(exact) : Math.floor(exact);
}

/** `500m` and `2` as thousandths of a CPU; `64Mi` and `4Gi` as bytes; `110` pods as they are. */
export function amount(resource: string, quantity: string | undefined): number {
  const [, digits = '0', unit = ''] = /^(\d+)([a-zA-Z]*)$/.exec(quantity ?? '0') ?? [];
  const factor = { Ki: 2 ** 10, Mi: 2 ** 20, Gi: 2 ** 30 }[unit] ?? 1;
  return resource === 'cpu' && unit !== 'm' ? Number(digits) * 1000 : Number(digits) * factor;
}
