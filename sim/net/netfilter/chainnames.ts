import type { Backend, ServiceRule } from '../../protocol/network.ts';
import { sha256 } from './sha256.ts';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** What a service port may use of its rules, as kube-proxy decides it for every mode alike. */
export interface Uses {
  /** Somebody outside may reach it: a node port, an external address, a load balancer. */
  readonly isExternal: boolean;
  readonly hasEndpoints: boolean;
  /** Endpoints of the whole cluster are needed, and there. */
  readonly usesCluster: boolean;
  /** Endpoints of this node are needed, and there. */
  readonly usesLocal: boolean;
  readonly hasInternal: boolean;
  readonly hasExternal: boolean;
  readonly local: readonly Backend[];
  readonly outside: readonly string[];
}

/** Upstream: the first part of syncProxyRules for each service port. */
export function usesOf(rule: ServiceRule): Uses {
  const { endpoints, localEndpoints: local = [], isInternalLocal = false, isExternalLocal = false, nodePort } = rule;
  const outside = [...(rule.externalIps ?? []), ...(rule.loadBalancerIps ?? [])];
  const isExternal = nodePort > 0 || outside.length > 0;
  const hasEndpoints = endpoints.length > 0 || local.length > 0;
  const usesCluster = endpoints.length > 0 && (!isInternalLocal || isExternal);
  const usesLocal = local.length > 0 && (isInternalLocal || (isExternalLocal && isExternal));
  const hasInternal = isInternalLocal ? usesLocal : usesCluster;
  const hasExternal = isExternal && (isExternalLocal ? usesLocal : usesCluster);
  return { isExternal, hasEndpoints, usesCluster, usesLocal, hasInternal, hasExternal, local, outside };
}

/** All endpoints that need a chain, each once. */
export function endpointsOf(rule: ServiceRule, { usesCluster, usesLocal, local }: Uses): readonly Backend[] {
  const all = [...(usesCluster ? rule.endpoints : []), ...(usesLocal ? local : [])];
  return all.filter(({ ip, port }, index) => all.findIndex((one) => one.ip === ip && one.port === port) === index);
}

/**
 * `KUBE-SVC-` and 16 letters: base32 of the SHA-256 of the port's name and protocol; of an endpoint also its address.
 * Kinds: SVC, SVL (local endpoints only), EXT, FW, SEP.
 */
export function iptablesChain(kind: string, { service, protocol }: ServiceRule, endpoint = ''): string {
  return `KUBE-${kind}-${base32(service + protocol.toLowerCase() + endpoint, 16)}`;
}

/** `service-` and eight letters, then what they are the hash of: `default/web/tcp/http`. */
export function nftablesChain(kind: string, { service, protocol }: ServiceRule, endpoint?: Backend): string {
  const [name = '', port = ''] = service.split(':');
  const base = `${name}/${protocol.toLowerCase()}/${port}`;
  const text = endpoint === undefined ? base : `${base}__${endpoint.ip}/${endpoint.port}`;
  return `${kind}-${base32(text, 8)}-${text}`;
}

function base32(input: string, length: number): string {
  const bytes = sha256(input);
  let text = '';
  for (let bit = 0; text.length < length; bit += 5) {
    const pair = ((bytes[bit >> 3] ?? 0) << 8) | (bytes[(bit >> 3) + 1] ?? 0);
    text += ALPHABET[(pair >> (11 - (bit & 7))) & 31];
  }
  return text;
}
