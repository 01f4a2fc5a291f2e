import type { EndpointSlice } from '../../api/kinds/endpointslice.ts';
import type { Service, ServicePort } from '../../api/kinds/service.ts';
import { objectKey } from '../../api/meta.ts';
import type { Backend, ServiceRule } from '../../protocol/network.ts';
import type { Categorize, Categorized, Found, Here } from './categorizeendpoints.ts';

const SERVICE_NAME = 'kubernetes.io/service-name';

/** A Service that this kube-proxy looks after, and its slices. */
export interface Proxied {
  readonly service: Service;
  readonly slices: readonly EndpointSlice[];
}

/**
 * The rules for one node, by service and port name. Upstream: `pkg/proxy/serviceport.go`. Which endpoints get rules is
 * `categorize`'s to say.
 */
export function serviceRules(all: readonly Proxied[], here: Here, categorize: Categorize): readonly ServiceRule[] {
  const rules = all.flatMap(({ service, slices }) => {
    const choose = (endpoints: readonly Found[]) => categorize(endpoints, service, here);
    return (service.spec.ports ?? []).map((port) => ruleFor(service, port, slices, choose));
  });
  return rules.sort((a, b) => (a.service < b.service ? -1 : a.service > b.service ? 1 : a.port - b.port));
}

/** The Services that get rules: headless ones and those of another proxy get none. */
export function proxiedIn(
  services: ReadonlyMap<string, Service>,
  slices: ReadonlyMap<string, EndpointSlice>,
): readonly Proxied[] {
  const slicesOf = new Map<string, EndpointSlice[]>();
  for (const slice of slices.values()) {
    const key = `${slice.metadata.namespace}/${slice.metadata.labels?.[SERVICE_NAME] ?? ''}`;
    const list = slicesOf.get(key);
    if (list === undefined) slicesOf.set(key, [slice]);
    else list.push(slice);
  }
  return [...services.values()].filter(isProxied).map((service) => {
    return { service, slices: slicesOf.get(objectKey(service)) ?? [] };
  });
}

function isProxied({ metadata, spec: { clusterIP = '', type } }: Service): boolean {
  if (clusterIP === '' || clusterIP === 'None' || type === 'ExternalName') return false;
  return metadata.labels?.['service.kubernetes.io/service-proxy-name'] === undefined;
}

function ruleFor(
  service: Service,
  { name = '', port, protocol = 'TCP', nodePort = 0 }: ServicePort,
  slices: readonly EndpointSlice[],
  choose: (endpoints: readonly Found[]) => Categorized,
): ServiceRule {
  const { cluster, local } = choose(addressesIn(slices, name, protocol));
  const { spec } = service;
  const isInternalLocal = spec.internalTrafficPolicy === 'Local';
  const isExternalLocal = spec.externalTrafficPolicy === 'Local';
  const key = objectKey(service);
  return {
    service: name === '' ? key : `${key}:${name}`,
    protocol,
    clusterIp: spec.clusterIP ?? '',
    port,
    nodePort,
    endpoints: inOrder(cluster),
    ...((isInternalLocal || isExternalLocal) && { localEndpoints: inOrder(local) }),
    ...(isInternalLocal && { isInternalLocal }),
    ...(isExternalLocal && { isExternalLocal }),
    ...outsideOf(service),
  };
}

/** How it is reached from outside, and whether clients stay with an endpoint. */
function outsideOf({ spec, status }: Service): Partial<ServiceRule> {
  const { externalIPs = [], loadBalancerSourceRanges: ranges = [], healthCheckNodePort = 0 } = spec;
  const addresses = (status?.loadBalancer?.ingress ?? []).flatMap(({ ip, ipMode = 'VIP' }) => {
    return typeof ip === 'string' && ipMode === 'VIP' ? [ip] : [];
  });
  const isSticky = spec.sessionAffinity === 'ClientIP';
  const affinitySeconds = spec.sessionAffinityConfig?.clientIP?.timeoutSeconds ?? 10_800;
  return {
    ...(externalIPs.length > 0 && { externalIps: externalIPs }),
    ...(addresses.length > 0 && { loadBalancerIps: addresses }),
    ...(ranges.length > 0 && { sourceRanges: ranges.map((range) => range.trim()) }),
    ...(isSticky && { affinitySeconds }),
    ...(healthCheckNodePort > 0 && { healthCheckNodePort }),
  };
}

/** In the order of their texts, so that the same choice always gives the same rules. */
function inOrder(backends: readonly Backend[]): readonly Backend[] {
  return backends
    .map(({ ip, port }) => ({ ip, port, text: `${ip}:${port}` }))
    .sort((a, b) => (a.text < b.text ? -1 : a.text > b.text ? 1 : 0))
    .map(({ ip, port }) => ({ ip, port }));
}

/** While an endpoint moves from one slice to another it may be in both: it counts once. */
function addressesIn(slices: readonly EndpointSlice[], portName: string, protocol: string): readonly Found[] {
  const found = slices.flatMap((slice) => addressesOf(slice, portName, protocol));
  return [...new Map(found.map((one) => [`${one.ip}:${one.port}`, one])).values()];
}

function addressesOf(slice: EndpointSlice, portName: string, protocol: string): readonly Found[] {
  const found = slice.ports?.find((port) => (port.name ?? '') === portName && (port.protocol ?? 'TCP') === protocol);
  if (found?.port === undefined) return [];
  const { port } = found;
  return (slice.endpoints ?? []).flatMap((of) => {
    const ip = of.addresses[0];
    return ip === undefined ? [] : [{ of, ip, port }];
  });
}
