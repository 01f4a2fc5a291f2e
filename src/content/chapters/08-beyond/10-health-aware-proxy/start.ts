import type { Chosen, EndpointSlice, ProxyApi, Service } from 'cluster-lab';

/** Called on each node for each Service: which addresses get rules there. */
export function choose(service: Service, slices: readonly EndpointSlice[], api: ProxyApi): Chosen {
  const addresses = slices.flatMap(({ endpoints = [] }) => endpoints.map(({ addresses: [first = ''] }) => first));
  api.log(`${api.node}: ${service.metadata.name} has ${addresses.length} addresses`);
  return { cluster: addresses, local: [] };
}
