import type { Endpoint, EndpointSlice } from '../../api/kinds/endpointslice.ts';
import type { Service, ServicePort } from '../../api/kinds/service.ts';
import { objectKey } from '../../api/meta.ts';
import type { Backend, ServiceRule } from '../../protocol/network.ts';

const SERVICE_NAME = 'kubernetes.io/service-name';

/** The node that the rules are for, and its zone ('' when its labels name none). */
interface Here {
  readonly node: string;
  readonly zone: string;
}

/**
 * The rules for one node, by service and port name. Services without a cluster IP (headless) have none. Upstream:
 * `pkg/proxy/serviceport.go` and `pkg/proxy/topology.go`.
 */
export function serviceRules(
  services: ReadonlyMap<string, Service>,
  slices: ReadonlyMap<string, EndpointSlice>,
  here: Here,
): readonly ServiceRule[] {
  const slicesOf = new Map<string, EndpointSlice[]>();
  for (const slice of slices.values()) {
    const key = `${slice.metadata.namespace}/${slice.metadata.labels?.[SERVICE_NAME] ?? ''}`;
    const list = slicesOf.get(key);
    if (list === undefined) slicesOf.set(key, [slice]);
    else list.push(slice);
  }
  const rules: ServiceRule[] = [];
  for (const service of services.values()) {
    const { clusterIP, ports = [], type } = service.spec;
    if (clusterIP === undefined || clusterIP === '' || clusterIP === 'None' || type === 'ExternalName') continue;
    if (service.metadata.labels?.['service.kubernetes.io/service-proxy-name'] !== undefined) continue;
    const own = slicesOf.get(objectKey(service)) ?? [];
    for (const port of ports) rules.push(ruleFor(service, clusterIP, port, own, here));
  }
  return rules.sort((a, b) => (a.service < b.service ? -1 : a.service > b.service ? 1 : a.port - b.port));
}

function ruleFor(
  service: Service,
  clusterIp: string,
  { name = '', port, protocol = 'TCP', nodePort = 0 }: ServicePort,
  slices: readonly EndpointSlice[],
  here: Here,
): ServiceRule {
  const all = slices.flatMap((slice) => addressesIn(slice, name, protocol));
  const { spec } = service;
  const isInternalLocal = spec.internalTrafficPolicy === 'Local';
  const isExternalLocal = spec.externalTrafficPolicy === 'Local';
  const local =
    isInternalLocal || isExternalLocal ? usable(all.filter(({ of }) => of.nodeName === here.node)) : undefined;
  const key = objectKey(service);
  return {
    service: name === '' ? key : `${key}:${name}`,
    protocol,
    clusterIp,
    port,
    nodePort,
    endpoints: usable(all, nearness(all, here)),
    ...(local === undefined ? {} : { localEndpoints: local }),
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

/**
 * Which endpoints the hints mean for this node: those of the node itself, else those of its zone, if every ready one
 * has such hints and one of them is for here; else all. Upstream: `topologyModeFromHints`.
 */
function nearness(all: readonly Found[], { node, zone }: Here): ((of: Endpoint) => boolean) | undefined {
  const ready = all.filter(({ of }) => isReady(of));
  const near = [
    ({ hints }: Endpoint) => hints?.forNodes?.map(({ name }) => name === node),
    ({ hints }: Endpoint) => hints?.forZones?.map(({ name }) => name === zone),
  ];
  for (const meant of near) {
    const marks = ready.map(({ of }) => meant(of) ?? []);
    const isHinted = marks.every((mark) => mark.length > 0);
    if (isHinted && marks.some((mark) => mark.includes(true))) return (of) => meant(of)?.includes(true) ?? false;
  }
  return undefined;
}

function isReady({ conditions }: Endpoint): boolean {
  return conditions?.ready ?? true;
}

interface Found extends Backend {
  readonly of: Endpoint;
}

/** Ready endpoints in order, near ones alone; if there are none at all, those that end but still serve. */
function usable(endpoints: readonly Found[], isNear: (of: Endpoint) => boolean = () => true): readonly Backend[] {
  const ready = endpoints.filter(({ of }) => isReady(of) && isNear(of));
  const ending = endpoints.filter(({ of }) => (of.conditions?.serving ?? true) && of.conditions?.terminating === true);
  return (ready.length > 0 ? ready : ending)
    .map(({ ip, port }) => ({ ip, port, text: `${ip}:${port}` }))
    .sort((a, b) => (a.text < b.text ? -1 : a.text > b.text ? 1 : 0))
    .map(({ ip, port }) => ({ ip, port }));
}

function addressesIn(slice: EndpointSlice, portName: string, protocol: string): readonly Found[] {
  const found = slice.ports?.find((port) => (port.name ?? '') === portName && (port.protocol ?? 'TCP') === protocol);
  if (found?.port === undefined) return [];
  const { port } = found;
  return (slice.endpoints ?? []).flatMap((of) => {
    const ip = of.addresses[0];
    return ip === undefined ? [] : [{ of, ip, port }];
  });
}
