import type { Container, PodSpec, QosClass } from '../kinds/pod.ts';
import { compareQuantities } from '../quantity.ts';

const COUNTED = ['cpu', 'memory'] as const;

/** The QoS class, as upstream `qos.ComputePodQOS`: only CPU and memory count, and only amounts above zero. */
export function qosClass(spec: PodSpec): QosClass {
  const containers = [...(spec.initContainers ?? []), ...spec.containers];
  if (containers.every(asksForNothing)) return 'BestEffort';
  return containers.every(isGuaranteed) ? 'Guaranteed' : 'Burstable';
}

function asksForNothing({ resources }: Container): boolean {
  return COUNTED.every((name) => !isPositive(resources?.requests?.[name]) && !isPositive(resources?.limits?.[name]));
}

function isGuaranteed({ resources }: Container): boolean {
  return COUNTED.every((name) => {
    const limit = resources?.limits?.[name];
    const request = resources?.requests?.[name] ?? limit;
    if (limit === undefined || request === undefined) return false;
    return isPositive(limit) && compareQuantities(limit, request) === 0;
  });
}

function isPositive(quantity: string | undefined): boolean {
  return quantity !== undefined && compareQuantities(quantity, '0') > 0;
}
