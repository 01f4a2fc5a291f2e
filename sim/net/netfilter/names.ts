import type { ServiceRule } from '../../protocol/network.ts';
import { isAddress } from '../datapath.ts';

/** A cluster's own domain. */
export const DOMAIN = 'cluster.local';

/** What the resolver of a pod tries for a name, in order: kubelet's `ndots:5` and its three search domains. */
export function searchPath(name: string, namespace: string): readonly string[] {
  if (name.endsWith('.')) return [name.slice(0, -1)];
  const searched = [`${namespace}.svc.${DOMAIN}`, `svc.${DOMAIN}`, DOMAIN].map((domain) => `${name}.${domain}`);
  const isDotted = name.split('.').length > 5;
  return isDotted ? [name, ...searched] : [...searched, name];
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
