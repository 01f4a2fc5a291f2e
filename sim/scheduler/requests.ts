import type { Container, Pod, PodSpec } from '../api/kinds/pod.ts';
import type { ResourceList } from '../api/meta.ts';
import { isSidecar, neededBy } from '../api/podspec/initcontainers.ts';
import { milliValue, wholeValue } from '../api/quantity.ts';

/**
 * Amounts by resource name: `cpu` in thousandths of a core, `memory` and `ephemeral-storage` in bytes, others in
 * units.
 */
export type Amounts = { readonly [resource: string]: number };

/** A port that a pod takes on its node. */
export interface HostPort {
  readonly ip: string;
  readonly protocol: string;
  readonly port: number;
}

/** What a pod asks of a node, parsed once. */
export interface PodRequests {
  /** The requests, of init containers too: what the filter counts. */
  readonly real: Amounts;
  /** The same with 100m CPU and 200 MiB for each container that asks for nothing: what LeastAllocated counts. */
  readonly scored: Amounts;
  readonly hostPorts: readonly HostPort[];
}

/** Upstream `pkg/scheduler/util/pod_resources.go`. */
const DEFAULT_CPU_MILLI = 100;
const DEFAULT_MEMORY_BYTES = 200 * 1024 * 1024;

const parsedPods = new WeakMap<PodSpec, PodRequests>();
const parsedLists = new WeakMap<ResourceList, Amounts>();

/** The requests of a pod. Remembers them by the identity of the spec, which never changes in place. */
export function requestsOf(pod: Pod): PodRequests {
  let parsed = parsedPods.get(pod.spec);
  if (parsed === undefined) {
    parsed = parsePod(pod.spec);
    parsedPods.set(pod.spec, parsed);
  }
  return parsed;
}

/** What a pod asks for, as text: pods that ask for the same are alike to those who count resources. */
export function signRequests(pod: Pod): string {
  const { real, scored } = requestsOf(pod);
  return JSON.stringify([real, scored]);
}

/** A resource list as numbers. */
export function amountsOf(list: ResourceList | undefined): Amounts {
  if (list === undefined) return {};
  let parsed = parsedLists.get(list);
  if (parsed === undefined) {
    const amounts: Record<string, number> = {};
    for (const [name, text] of Object.entries(list))
      amounts[name] = name === 'cpu' ? milliValue(text) : wholeValue(text);
    parsed = amounts;
    parsedLists.set(list, parsed);
  }
  return parsed;
}

/** left + sign × right, resource by resource. */
export function combine(left: Amounts, right: Amounts, sign: 1 | -1): Amounts {
  const sum: Record<string, number> = { ...left };
  for (const name in right) sum[name] = (sum[name] ?? 0) + sign * (right[name] ?? 0);
  return sum;
}

function parsePod(spec: PodSpec): PodRequests {
  const asked = ({ resources }: Container) => amountsOf(resources?.requests);
  const supposed = (container: Container): Amounts => {
    const { cpu = DEFAULT_CPU_MILLI, memory = DEFAULT_MEMORY_BYTES } = asked(container);
    return { cpu, memory };
  };
  const overhead = amountsOf(spec.overhead);
  const needed = (of: (container: Container) => Amounts) => neededBy(spec, { zero: {}, of, add: sum, most });
  const { cpu = 0, memory = 0 } = overhead;
  const sidecars = (spec.initContainers ?? []).filter(isSidecar);
  return {
    real: sum(overhead, needed(asked)),
    scored: sum({ cpu, memory }, needed(supposed)),
    hostPorts: [...sidecars, ...spec.containers].flatMap(hostPortsOf),
  };
}

function sum(left: Amounts, right: Amounts): Amounts {
  return combine(left, right, 1);
}

function most(left: Amounts, right: Amounts): Amounts {
  const larger: Record<string, number> = { ...left };
  for (const name in right) larger[name] = Math.max(larger[name] ?? 0, right[name] ?? 0);
  return larger;
}

function hostPortsOf(container: Container): readonly HostPort[] {
  return (container.ports ?? [])
    .filter((port) => (port.hostPort ?? 0) > 0)
    .map(({ hostIP, protocol, hostPort = 0 }) => ({
      ip: hostIP || '0.0.0.0',
      protocol: protocol ?? 'TCP',
      port: hostPort,
    }));
}
