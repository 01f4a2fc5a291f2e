import type { Backend, ServiceRule } from '../../protocol/network.ts';
import { usesOf } from './chainnames.ts';
import { POD_RANGE } from './iptables.ts';
import type { Kernel, Walk } from './walk.ts';

/** One address and port that IPVS answers for. */
export interface VirtualServer {
  readonly service: string;
  /** `TCP 10.96.0.10:80` */
  readonly key: string;
  readonly protocol: string;
  readonly address: string;
  /** How long a client stays with its server, in seconds; 0: not at all. */
  readonly persistent: number;
  readonly backends: readonly Backend[];
  /** Whose connections are masqueraded: those from outside of the pod network, all, or none. */
  readonly masquerades: 'others' | 'all' | 'none';
}

/** The virtual servers of IPVS mode on one node. Upstream: `pkg/proxy/ipvs/proxier.go`; the scheduler is rr. */
export function virtualServers(rules: readonly ServiceRule[], nodeIp: string): readonly VirtualServer[] {
  return rules.flatMap((rule) => {
    const { service, protocol, affinitySeconds: persistent = 0, endpoints, isInternalLocal, isExternalLocal } = rule;
    const { outside, local } = usesOf(rule);
    const server = (ip: string, port: number, isLocal = false, isOutside = true): VirtualServer => {
      const address = `${ip}:${port}`;
      const masquerades = isOutside ? (isLocal ? 'none' : 'all') : 'others';
      const backends = isLocal ? local : endpoints;
      return { service, key: `${protocol} ${address}`, protocol, address, persistent, backends, masquerades };
    };
    return [
      server(rule.clusterIp, rule.port, isInternalLocal, false),
      ...outside.map((ip) => server(ip, rule.port, isExternalLocal)),
      ...(rule.nodePort > 0 ? [server(nodeIp, rule.nodePort, isExternalLocal)] : []),
    ];
  });
}

/** `ipvsadm -Ln`. Leaves out: counts of connections, which end here as soon as they are answered. */
export function ipvsadm(servers: readonly VirtualServer[]): readonly string[] {
  const lines = [...servers]
    .sort(byKey)
    .flatMap(({ protocol, address, persistent, backends }) => [
      serverLine({ protocol, address, persistent }),
      ...backends.map(backendLine),
    ]);
  return [
    'IP Virtual Server version 1.2.1 (size=4096)',
    'Prot LocalAddress:Port Scheduler Flags',
    '  -> RemoteAddress:Port           Forward Weight ActiveConn InActConn',
    ...lines,
  ];
}

/** The lines of `ipvsadm -Ln` that a connection met: its server, and the backend whose turn it was. */
export function linesOfIpvs(
  servers: readonly VirtualServer[],
  asked: { readonly destinationIp: string; readonly destinationPort: number; readonly protocol?: 'udp' },
  to: Backend | undefined,
): readonly string[] {
  const protocol = asked.protocol === 'udp' ? 'UDP' : 'TCP';
  const server = servers.find(({ key }) => key === `${protocol} ${asked.destinationIp}:${asked.destinationPort}`);
  return server === undefined ? [] : [serverLine(server), ...(to === undefined ? [] : [backendLine(to).trimEnd()])];
}

function serverLine({
  protocol,
  address,
  persistent,
}: Pick<VirtualServer, 'protocol' | 'address' | 'persistent'>): string {
  return `${protocol.padEnd(4)} ${address} rr${persistent > 0 ? ` persistent ${persistent}` : ''}`;
}

function backendLine({ ip, port }: Backend): string {
  return `  -> ${`${ip}:${port}`.padEnd(28)} Masq    1      0          0         `;
}

function byKey(a: VirtualServer, b: VirtualServer): number {
  return a.key < b.key ? -1 : a.key > b.key ? 1 : 0;
}

/**
 * One connection through IPVS: its servers take turns. An address of a Service is the machine's own in this mode (on
 * kube-ipvs0), so that a port nobody serves is refused, and so is a server without endpoints.
 */
export function passIpvs(
  servers: readonly VirtualServer[],
  walk: Walk,
  kernel: Kernel,
  turns: Map<string, number>,
  nodeIp: string,
): void {
  const key = `${walk.protocol.toUpperCase()} ${walk.destination}:${walk.port}`;
  const server = servers.find((one) => one.key === key);
  if (server === undefined) {
    const isBound = servers.some(({ address }) => address.startsWith(`${walk.destination}:`));
    if (isBound && walk.destination !== nodeIp) refuse(walk, 'KUBE-IPVS-FILTER');
    return;
  }
  const { masquerades, service, persistent } = server;
  walk.service = service;
  walk.hops.push(`ipvs ${key}`);
  const backend = keptBackend(server, walk, kernel) ?? nextBackend(server, turns);
  if (backend === undefined) {
    refuse(walk, 'ipvs');
    return;
  }
  if (persistent > 0) kernel.see(setOf(key, backend), walk.source);
  walk.to = backend;
  walk.destination = backend.ip;
  walk.port = backend.port;
  const isPod = walk.source.startsWith(POD_RANGE.slice(0, 7));
  walk.isMasqueraded = masquerades === 'all' || (masquerades === 'others' && !isPod) || walk.source === backend.ip;
}

function refuse(walk: Walk, by: string): void {
  walk.hops.push(by);
  walk.end = 'REJECT';
}

function keptBackend({ key, backends, persistent }: VirtualServer, walk: Walk, kernel: Kernel): Backend | undefined {
  if (persistent === 0) return undefined;
  return backends.find((one) => (kernel.sinceSeen(setOf(key, one), walk.source) ?? Infinity) <= persistent);
}

function setOf(key: string, { ip, port }: Backend): string {
  return `${key} ${ip}:${port}`;
}

function nextBackend({ key, backends }: VirtualServer, turns: Map<string, number>): Backend | undefined {
  const turn = turns.get(key) ?? 0;
  turns.set(key, (turn + 1) % Math.max(backends.length, 1));
  return backends[turn % Math.max(backends.length, 1)];
}
