import { DOMAIN } from '../../api/dns.ts';
import type { EndpointSlice } from '../../api/kinds/endpointslice.ts';
import type { Service } from '../../api/kinds/service.ts';

/** What CoreDNS knows of the cluster. */
export interface Zone {
  readonly services: ReadonlyMap<string, Service>;
  readonly slices: Iterable<EndpointSlice>;
}

/** A CNAME may lead to another one; a ring of them ends here. */
const MAX_CHAIN = 8;

/**
 * The records of a name, followed to its addresses: `A 10.96.0.10`, `CNAME other.name`. None: no such name. Follows
 * the specification of DNS-based service discovery; names outside of the cluster have no server here.
 */
export function recordsOf(name: string, zone: Zone): readonly string[] {
  const records: string[] = [];
  let asked = name.toLowerCase().replace(/\.$/, '');
  for (let link = 0; link < MAX_CHAIN; link++) {
    const found = lookUp(asked, zone);
    if (typeof found !== 'string') return [...records, ...found.map((ip) => `A ${ip}`)];
    records.push(`CNAME ${found}`);
    asked = found.toLowerCase().replace(/\.$/, '');
  }
  return records;
}

/** Addresses, or the name that stands for this one. */
function lookUp(name: string, { services, slices }: Zone): readonly string[] | string {
  const suffix = `.${DOMAIN}`;
  if (!name.endsWith(suffix)) return [];
  const labels = name.slice(0, -suffix.length).split('.');
  const kind = labels.pop();
  const namespace = labels.pop() ?? '';
  const last = labels.pop() ?? '';
  if (kind === 'pod') return labels.length === 0 ? dashed(last) : [];
  const service = services.get(`${namespace}/${last}`);
  if (kind !== 'svc' || service === undefined) return [];
  const { type, externalName = '', clusterIP } = service.spec;
  const isWhole = labels.length === 0;
  if (type === 'ExternalName') return isWhole ? externalName : [];
  if (isWhole && clusterIP !== 'None') return clusterIP === undefined ? [] : [clusterIP];
  if (labels.length > 1) return [];
  const endpoints = [...slices]
    .filter(({ metadata }) => metadata.namespace === namespace && metadata.labels?.[SERVICE_NAME] === last)
    .flatMap((slice) => slice.endpoints ?? [])
    .filter(({ conditions }) => conditions?.ready ?? true);
  const [host] = labels;
  const chosen = endpoints.filter(({ hostname, addresses: [ip = ''] }) => {
    return isWhole || host === (hostname ?? ip.replaceAll('.', '-'));
  });
  return [...new Set(chosen.flatMap(({ addresses }) => addresses.slice(0, 1)))].sort();
}

const SERVICE_NAME = 'kubernetes.io/service-name';

/** `10-244-1-2` in a namespace: the address, whoever has it (kubeadm's `pods insecure`). */
function dashed(label: string): readonly string[] {
  return /^\d+-\d+-\d+-\d+$/.test(label) ? [label.replaceAll('-', '.')] : [];
}
