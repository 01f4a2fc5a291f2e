// fails: ejects
import type { Chosen, Endpoint, EndpointSlice, ProxyApi, Service } from 'cluster-lab';

/** The rule of Kubernetes, which never hears of connections. */
export function choose(_service: Service, slices: readonly EndpointSlice[], api: ProxyApi): Chosen {
  const all = slices.flatMap((slice) => slice.endpoints ?? []);
  const endpoints = [...new Map(all.map((endpoint) => [endpoint.addresses[0], endpoint])).values()];
  return { cluster: usable(endpoints), local: usable(endpoints.filter(({ nodeName }) => nodeName === api.node)) };
}

function usable(endpoints: readonly Endpoint[]): readonly string[] {
  const ready = endpoints.filter(({ conditions }) => conditions?.ready ?? true);
  const ending = endpoints.filter(({ conditions }) => conditions?.terminating && (conditions.serving ?? true));
  return (ready.length > 0 ? ready : ending).map(({ addresses: [first = ''] }) => first);
}
