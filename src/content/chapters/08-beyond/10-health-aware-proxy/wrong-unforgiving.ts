// fails: returns
import type { Chosen, Endpoint, EndpointSlice, ProxyApi, Service } from 'cluster-lab';

/** By address: when connections to it failed lately, and until when it is left out. */
type Memory = Record<string, { failures: number[]; outUntil: number }>;

const WINDOW_MS = 10_000;
const MOST_FAILURES = 3;
const OUT_MS = 15_000;

/** Waits for news before it looks again, and of an endpoint that is left out there is none. */
export function choose(service: Service, slices: readonly EndpointSlice[], api: ProxyApi<Memory>): Chosen {
  const endpoints = onlyOnce(slices.flatMap((slice) => slice.endpoints ?? []));
  remember(service, api);
  const here = endpoints.filter(({ nodeName }) => nodeName === api.node);
  return { cluster: healthy(usable(endpoints), api), local: healthy(usable(here), api) };
}

/** An endpoint on its way from one slice to another is in both. */
function onlyOnce(endpoints: readonly Endpoint[]): readonly Endpoint[] {
  return [...new Map(endpoints.map((endpoint) => [addressOf(endpoint), endpoint])).values()];
}

/** The rule of Kubernetes: those that are ready; without any, those that end but still answer. */
function usable(endpoints: readonly Endpoint[]): readonly string[] {
  const ready = endpoints.filter(({ conditions }) => conditions?.ready ?? true);
  const ending = endpoints.filter(({ conditions }) => conditions?.terminating && (conditions.serving ?? true));
  return (ready.length > 0 ? ready : ending).map(addressOf);
}

/** Counts failures, and leaves an address out for a while when there are too many. */
function remember(service: Service, api: ProxyApi<Memory>): void {
  const memory = { ...api.state };
  for (const { address, failed } of api.connections) {
    const known = memory[address] ?? { failures: [], outUntil: 0 };
    const recent = known.failures.filter((at) => at > api.now - WINDOW_MS);
    const failures = [...recent, ...Array.from({ length: failed }, () => api.now)].slice(-MOST_FAILURES);
    const isBad = failures.length >= MOST_FAILURES;
    memory[address] = isBad ? { failures: [], outUntil: api.now + OUT_MS } : { ...known, failures };
    if (isBad) api.log(`${api.node}: ${service.metadata.name} does without ${address}`);
  }
  api.state = memory;
}

/** All but those that are left out now; all of them when nothing else is left. */
function healthy(addresses: readonly string[], api: ProxyApi<Memory>): readonly string[] {
  const outUntil = (address: string) => api.state?.[address]?.outUntil ?? 0;
  const good = addresses.filter((address) => outUntil(address) <= api.now);
  return good.length > 0 ? good : addresses;
}

function addressOf({ addresses: [first = ''] }: Endpoint): string {
  return first;
}
