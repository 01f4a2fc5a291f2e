import type { Endpoint, EndpointPort } from '../../api/kinds/endpointslice.ts';
import type { Node } from '../../api/kinds/node.ts';
import type { Container, Pod } from '../../api/kinds/pod.ts';
import type { Service, ServicePort } from '../../api/kinds/service.ts';
import { isPodReady } from '../pods.ts';
import { wantsZones } from './topology.ts';

/** A pod is listed from when it has an address until it ends; on its way out it is listed as terminating. */
export function belongsIn({ status }: Pod): boolean {
  return status?.phase !== 'Succeeded' && status?.phase !== 'Failed' && addressOf(status) !== undefined;
}

/** One line of a slice. Upstream `podToEndpoint` in endpointslice/utils.go. */
export function endpointOf(pod: Pod, node: Node | undefined, service: Service): Endpoint {
  const { spec, metadata } = service;
  const { name, namespace, uid, deletionTimestamp } = pod.metadata;
  const serving = isPodReady(pod);
  const terminating = deletionTimestamp !== undefined;
  const ready = spec.publishNotReadyAddresses === true || (serving && !terminating);
  const { nodeName, hostname, subdomain } = pod.spec;
  const zone = node?.metadata.labels?.['topology.kubernetes.io/zone'] || undefined;
  return {
    addresses: [addressOf(pod.status) ?? ''],
    conditions: { ready, serving, terminating },
    hostname: hostname && subdomain === metadata.name && namespace === metadata.namespace ? hostname : undefined,
    targetRef: { kind: 'Pod', namespace, name, uid },
    nodeName: nodeName || undefined,
    zone,
    hints: ready && !wantsZones(service) ? hintsFor(spec.trafficDistribution, zone, nodeName) : undefined,
  };
}

/** For whom an endpoint is near. Upstream endpointslice/trafficdist/trafficdist.go. */
function hintsFor(wish: string | undefined, zone: string | undefined, node: string | undefined) {
  if (wish === undefined) return undefined;
  const forNodes = wish === 'PreferSameNode' && node ? [{ name: node }] : undefined;
  const forZones = zone ? [{ name: zone }] : undefined;
  if (forNodes === undefined && forZones === undefined) return undefined;
  return { ...(forZones && { forZones }), ...(forNodes && { forNodes }) };
}

function addressOf(status: Pod['status']): string | undefined {
  return status?.podIPs?.[0]?.ip ?? status?.podIP;
}

/** The pod's own port numbers for the Service's ports; a name that no container knows is left out. */
export function portsOf({ spec }: Service, pod: Pod): readonly EndpointPort[] {
  return (spec.ports ?? []).flatMap((servicePort) => {
    const port = numberOf(servicePort, pod);
    const { name = '', protocol = 'TCP', appProtocol } = servicePort;
    return port === undefined ? [] : [{ name, port, protocol, appProtocol }];
  });
}

function numberOf({ targetPort, port, protocol = 'TCP' }: ServicePort, pod: Pod): number | undefined {
  if (targetPort === undefined || targetPort === 0) return port;
  if (typeof targetPort === 'number') return targetPort;
  const sidecars = (pod.spec.initContainers ?? []).filter(({ restartPolicy }) => restartPolicy === 'Always');
  for (const { ports } of [...pod.spec.containers, ...sidecars] as readonly Container[]) {
    const found = ports?.find((one) => one.name === targetPort && (one.protocol ?? 'TCP') === protocol);
    if (found !== undefined) return found.containerPort;
  }
  return undefined;
}

/** Endpoints share a slice only when their ports are equal. */
export function portKey(ports: readonly EndpointPort[] | null): string {
  const texts = (ports ?? []).map(({ name = '', port = 0, protocol = 'TCP', appProtocol = '' }) => {
    return `${name}:${port}/${protocol}/${appProtocol}`;
  });
  return texts.sort().join(' ');
}
