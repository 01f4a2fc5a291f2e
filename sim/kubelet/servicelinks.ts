import type { Service, ServicePort } from '../api/kinds/service.ts';
import { cacheOf } from '../client/calls.ts';
import type { Variables } from './mounting.ts';
import type { KubeletState, PodWork } from './state.ts';

/**
 * Variables for the Services that are there when a container is made: those of its pod's namespace, unless the pod
 * wants none, and default/kubernetes always. A text is why they cannot be told. Upstream: `kubelet_pods.go`
 * getServiceEnvVarMap, `envvars/envvars.go`.
 */
export function serviceVariables(state: KubeletState, { pod, isStatic }: PodWork): Variables | string {
  if (!isStatic && !state.client.informers.get('services')?.hasSynced) {
    return 'services have not yet been read at least once, cannot construct envs';
  }
  const { namespace = 'default' } = pod.metadata;
  const all = [...cacheOf<Service>(state.client, 'services').values()].filter(hasAddress);
  const wanted = all.filter(
    ({ metadata }) => metadata.namespace === namespace && pod.spec.enableServiceLinks !== false,
  );
  const isMaster = ({ metadata }: Service) => metadata.namespace === 'default' && metadata.name === 'kubernetes';
  const hasOwn = wanted.some(({ metadata }) => metadata.name === 'kubernetes');
  const chosen = hasOwn ? wanted : [...wanted, ...all.filter(isMaster)];
  return Object.fromEntries(chosen.flatMap(variablesOf));
}

function hasAddress({ spec }: Service): boolean {
  return (spec.clusterIP ?? '') !== '' && spec.clusterIP !== 'None';
}

type Row = readonly [name: string, value: string];

function variablesOf({ metadata, spec }: Service): readonly Row[] {
  const prefix = metadata.name.replaceAll('-', '_').toUpperCase();
  const { clusterIP = '', ports = [] } = spec;
  const [first] = ports;
  if (first === undefined) return [];
  const named = ports.flatMap(({ name = '', port }): Row[] => {
    return name === '' ? [] : [[`${prefix}_SERVICE_PORT_${name.replaceAll('-', '_').toUpperCase()}`, String(port)]];
  });
  return [
    [`${prefix}_SERVICE_HOST`, clusterIP],
    [`${prefix}_SERVICE_PORT`, String(first.port)],
    ...named,
    [`${prefix}_PORT`, urlOf(clusterIP, first)],
    ...ports.flatMap((port) => linksOf(prefix, clusterIP, port)),
  ];
}

/** As Docker's links once were. */
function linksOf(prefix: string, ip: string, servicePort: ServicePort): readonly Row[] {
  const { port, protocol = 'TCP' } = servicePort;
  const start = `${prefix}_PORT_${port}_${protocol}`;
  return [
    [start, urlOf(ip, servicePort)],
    [`${start}_PROTO`, protocol.toLowerCase()],
    [`${start}_PORT`, String(port)],
    [`${start}_ADDR`, ip],
  ];
}

function urlOf(ip: string, { port, protocol = 'TCP' }: ServicePort): string {
  return `${protocol.toLowerCase()}://${ip}:${port}`;
}
