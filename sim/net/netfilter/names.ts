import { DOMAIN, NDOTS, searchDomains, wholeNames } from '../../api/dns.ts';
import type { ServiceRule } from '../../protocol/network.ts';
import { isAddress } from '../datapath.ts';

/** What the resolver of a pod tries for a name, in order. */
export function searchPath(name: string, namespace: string): readonly string[] {
  return wholeNames(name, searchDomains(namespace), NDOTS);
}

/**
 * The address of a Service's name in a cluster without DNS: its own node looks it up among the rules that kube-proxy
 * wrote. Names that no rule bears (headless Services, ExternalName) are not found.
 */
export function addressFromRules(
  rules: readonly ServiceRule[],
  name: string,
  namespace: string,
  port: number,
): string | undefined {
  if (isAddress(name)) return name;
  for (const full of searchPath(name, namespace)) {
    const [service, space, svc, ...domain] = full.split('.');
    if (svc !== 'svc' || domain.join('.') !== DOMAIN) continue;
    const key = `${space}/${service}`;
    const isIt = (one: ServiceRule) => one.service === key || one.service.startsWith(`${key}:`);
    const found = rules.find((one) => isIt(one) && one.port === port);
    if (found !== undefined) return found.clusterIp;
  }
  return undefined;
}
