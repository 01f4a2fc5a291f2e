import type { EndpointSubset } from '../../api/kinds/endpoints.ts';

const MAX_ADDRESSES = 1000;

/**
 * At most a thousand addresses, those that are ready first, from each subset in proportion; and whether some were left
 * out. Upstream `truncateEndpoints`.
 */
export function truncated(subsets: readonly EndpointSubset[]): readonly [readonly EndpointSubset[], boolean] {
  const ready = count(subsets, 'addresses');
  const notReady = count(subsets, 'notReadyAddresses');
  if (ready + notReady <= MAX_ADDRESSES) return [subsets, false];
  const isReadyCut = ready > MAX_ADDRESSES;
  const side = isReadyCut ? 'addresses' : 'notReadyAddresses';
  const most = isReadyCut ? MAX_ADDRESSES : MAX_ADDRESSES - ready;
  const total = isReadyCut ? ready : notReady;
  let left = most;
  const cut = subsets.map(({ addresses, notReadyAddresses, ports }): EndpointSubset => {
    const own = (isReadyCut ? addresses : notReadyAddresses) ?? [];
    const share = Math.min(Math.ceil((own.length / total) * most), left);
    left -= share;
    const kept = own.slice(0, share);
    return {
      ...(!isReadyCut && addresses && { addresses }),
      ...(kept.length > 0 && { [side]: kept }),
      ...(ports && { ports }),
    };
  });
  return [cut, true];
}

function count(subsets: readonly EndpointSubset[], side: 'addresses' | 'notReadyAddresses'): number {
  return subsets.reduce((sum, subset) => sum + (subset[side]?.length ?? 0), 0);
}
