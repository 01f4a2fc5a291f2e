import type { Service, ServicePort, ServiceSpec } from '../api/kinds/service.ts';
import type { KubeObject } from '../api/meta.ts';
import type { FieldError } from '../api/resource.ts';
import type { IO } from '../kernel/component.ts';
import type { ApiServerState } from './state.ts';

/** An object with its addresses, or why it cannot have them. */
export interface Allocated {
  readonly object: KubeObject;
  readonly errors: readonly FieldError[];
}

/** kubeadm's --service-cluster-ip-range 10.96.0.0/12; upstream prefers its upper part for addresses that it chooses. */
const FIRST_IP = 0x0a60_0000;
const RANGE = 0x10_0000;
const RESERVED = 256;
const FIRST_PORT = 30_000;
const PORTS = 2768;
const MAX_DRAWS = 64;

/**
 * Gives a Service its cluster IP and node ports. Follows pkg/registry/core/service/storage/alloc.go, with what the
 * watch cache knows and what waits for etcd in place of the allocation bitmaps.
 */
export function allocate(state: ApiServerState, object: KubeObject, old: KubeObject | undefined, io: IO): Allocated {
  if (object.kind !== 'Service') return { object, errors: [] };
  const others = otherServices(state, object as Service);
  const before = old as Service | undefined;
  const withIp = allocateIp(object as Service, before, others, io);
  if (withIp.errors.length > 0) return withIp;
  return allocatePorts(withIp.object as Service, before, others, io);
}

function otherServices(state: ApiServerState, service: Service): readonly Service[] {
  const others: Service[] = [];
  for (const object of state.caches.get('services')?.objects.values() ?? []) others.push(object as Service);
  for (const { next } of state.pending.values()) {
    if (next.stage === 'created' && next.object.kind === 'Service') others.push(next.object as Service);
  }
  const { name, namespace } = service.metadata;
  return others.filter(({ metadata }) => metadata.name !== name || metadata.namespace !== namespace);
}

function allocateIp(service: Service, old: Service | undefined, others: readonly Service[], io: IO): Allocated {
  const { spec } = service;
  const wanted = spec.clusterIP || spec.clusterIPs?.[0] || (old?.spec.clusterIP ?? '');
  if (spec.type === 'ExternalName') return { object: service, errors: [] };
  const taken = new Set(others.map((other) => other.spec.clusterIP ?? ''));
  if (wanted !== '' && wanted !== 'None' && wanted !== old?.spec.clusterIP) {
    const why = refuseIp(wanted, taken);
    const detail = `failed to allocate IP ${wanted}: ${why}`;
    if (why !== '')
      return { object: service, errors: [{ type: 'Invalid', field: 'spec.clusterIPs', value: [wanted], detail }] };
  }
  const clusterIP = wanted === '' ? drawIp(taken, io) : wanted;
  const single: Partial<ServiceSpec> = { ipFamilies: ['IPv4'], ipFamilyPolicy: 'SingleStack' };
  const families = spec.ipFamilies && spec.ipFamilyPolicy ? {} : single;
  return { object: { ...service, spec: { ...spec, ...families, clusterIP, clusterIPs: [clusterIP] } }, errors: [] };
}

function refuseIp(ip: string, taken: ReadonlySet<string>): string {
  const number = ip.split('.').reduce((sum, byte) => sum * 256 + Number(byte), 0);
  if (!(number > FIRST_IP && number < FIRST_IP + RANGE - 1)) {
    return 'the provided IP is not in the valid range. The range of valid IPs is 10.96.0.0/12';
  }
  return taken.has(ip) ? 'provided IP is already allocated' : '';
}

function drawIp(taken: ReadonlySet<string>, io: IO): string {
  for (let draw = 0; draw < MAX_DRAWS; draw++) {
    const ip = dotted(FIRST_IP + RESERVED + io.random('cluster IP', RANGE - RESERVED - 1));
    if (!taken.has(ip)) return ip;
  }
  let next = FIRST_IP + RESERVED;
  while (taken.has(dotted(next))) next++;
  return dotted(next);
}

function dotted(ip: number): string {
  return [24, 16, 8, 0].map((shift) => (ip >>> shift) & 0xff).join('.');
}

function allocatePorts(service: Service, old: Service | undefined, others: readonly Service[], io: IO): Allocated {
  const { spec } = service;
  if (spec.type !== 'NodePort' && spec.type !== 'LoadBalancer') return { object: service, errors: [] };
  const before = old?.spec.ports ?? [];
  const taken = new Set(others.flatMap((other) => (other.spec.ports ?? []).map((port) => port.nodePort ?? 0)));
  const errors: FieldError[] = [];
  const ports = (spec.ports ?? []).map((port, index) => {
    const kept = port.nodePort || before.find((other) => other.port === port.port)?.nodePort;
    const isKept = before.some((other) => other.nodePort === kept);
    const why = kept === undefined || isKept ? '' : refusePort(kept, taken);
    const field = `spec.ports[${index}].nodePort`;
    if (why !== '') errors.push({ type: 'Invalid', field, value: kept, detail: why });
    const next: ServicePort = { ...port, nodePort: kept ?? drawPort(taken, io) };
    taken.add(next.nodePort ?? 0);
    return next;
  });
  return { object: { ...service, spec: { ...spec, ports } }, errors };
}

function refusePort(port: number, taken: ReadonlySet<number>): string {
  if (port < FIRST_PORT || port >= FIRST_PORT + PORTS) {
    return 'provided port is not in the valid range. The range of valid ports is 30000-32767';
  }
  return taken.has(port) ? 'provided port is already allocated' : '';
}

function drawPort(taken: ReadonlySet<number>, io: IO): number {
  for (let draw = 0; draw < MAX_DRAWS; draw++) {
    const port = FIRST_PORT + io.random('node port', PORTS);
    if (!taken.has(port)) return port;
  }
  let next = FIRST_PORT;
  while (taken.has(next)) next++;
  return next;
}
