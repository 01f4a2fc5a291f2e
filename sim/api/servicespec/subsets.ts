import type { EndpointAddress, EndpointSubset, SubsetPort } from '../kinds/endpoints.ts';

/** Which addresses offer a port, and whether each is ready. */
interface Offer {
  readonly port: SubsetPort | undefined;
  readonly addresses: Map<string, { readonly address: EndpointAddress; readonly isReady: boolean }>;
}

/**
 * The same addresses and ports in as few subsets as can be: ports that the same addresses offer stand together, an
 * address that is ready for a port does not also count as unready. Upstream pkg/api/endpoints/util.go `RepackSubsets`;
 * leaves out the order of subsets and of their ports, which there is that of a hash: here it is the order they came in.
 */
export function repackSubsets(subsets: readonly EndpointSubset[]): readonly EndpointSubset[] {
  const groups = new Map<string, Offer[]>();
  for (const offer of offersOf(subsets).values()) {
    const key = [...offer.addresses]
      .map(([name, { isReady }]) => `${name} ${isReady}`)
      .sort()
      .join();
    groups.set(key, [...(groups.get(key) ?? []), offer]);
  }
  return [...groups.values()].map((offers) => {
    const entries = [...(offers[0]?.addresses ?? [])].sort(([a], [b]) => (a < b ? -1 : Number(a > b)));
    const side = (wanted: boolean) => entries.flatMap(([, one]) => (one.isReady === wanted ? [one.address] : []));
    const [addresses, notReadyAddresses] = [side(true), side(false)];
    const ports = offers.flatMap(({ port }) => port ?? []);
    return {
      ...(addresses.length > 0 && { addresses }),
      ...(notReadyAddresses.length > 0 && { notReadyAddresses }),
      ...(ports.length > 0 && { ports }),
    };
  });
}

function offersOf(subsets: readonly EndpointSubset[]): ReadonlyMap<string, Offer> {
  const offers = new Map<string, Offer>();
  for (const { addresses = [], notReadyAddresses = [], ports = [] } of subsets) {
    for (const port of ports.length === 0 ? [undefined] : ports) {
      const key = `${port?.name} ${port?.port} ${port?.protocol} ${port?.appProtocol}`;
      const offer = offers.get(key) ?? { port, addresses: new Map() };
      offers.set(key, offer);
      for (const address of notReadyAddresses) {
        const known = offer.addresses.get(nameOf(address));
        if (known === undefined) offer.addresses.set(nameOf(address), { address, isReady: false });
      }
      for (const address of addresses) offer.addresses.set(nameOf(address), { address, isReady: true });
    }
  }
  return offers;
}

function nameOf({ ip, targetRef }: EndpointAddress): string {
  return `${ip} ${targetRef?.uid ?? ''}`;
}
