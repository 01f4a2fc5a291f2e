// coredns: the DNS servers of a node's pods, with their plugin kubernetes. One process here stands for those of all
// containers of CoreDNS on its node; each has its own connection to the API, its own caches, and its own end.
// Watches: Services and EndpointSlices of all namespaces, once for each container, by the token of its pod.
// Writes: nothing in the API; answers to resolvers, to kubelet's probes and to whoever wants metrics.
// Follows: CoreDNS plugin/kubernetes, plugin/ready and the DNS-based service discovery specification; kubeadm's
// Corefile.
// Leaves out: what the Corefile says (it is read as kubeadm writes it), the cache, SRV, PTR and AAAA records, names
// outside of the cluster, and the way of its requests to the API server: they are messages of their own, which no rule
// of the Service `kubernetes` and no NetworkPolicy stops.

import { answerText } from '../../api/dns.ts';
import type { EndpointSlice } from '../../api/kinds/endpointslice.ts';
import type { Service } from '../../api/kinds/service.ts';
import { type ClientState, cacheOf } from '../../client/calls.ts';
import { type ClientConfig, createClient, hasSynced, receiveClient, startClient } from '../../client/client.ts';
import type { Component, IO } from '../../kernel/component.ts';
import type { AnyMessage } from '../../kernel/message.ts';
import { part } from '../../kernel/state.ts';
import { type CoreDnsProtocol, type DnsCode, QUESTION } from '../../protocol/dns.ts';
import { networkOf, type Packet } from '../../protocol/network.ts';
import { ioFor, isTimerFor, type TimerFor } from './clientio.ts';
import { recordsOf } from './records.ts';

/** One container of CoreDNS. */
export interface DnsServer {
  readonly pod: string;
  readonly ip: string;
  readonly client: ClientState;
  asked: number;
}

/** What the servers of a node remember, by container. */
export interface CoreDnsState {
  node: string;
  config: ClientConfig;
  servers: Map<string, DnsServer>;
}

/** The component `coredns`: actor `coredns/<node>`. */
export const coredns: Component<CoreDnsState> = {
  name: 'coredns',
  init(_self, config) {
    const { node } = config as { readonly node: string };
    return part<CoreDnsState>({ node, config: config as ClientConfig, servers: new Map() });
  },
  receive(state, message, io) {
    if (message.kind === 'start') return;
    if (message.kind === 'serve') begin(state, message.body as CoreDnsProtocol['serve'], io);
    else if (message.kind === 'quit') end(state, (message.body as CoreDnsProtocol['quit']).container, io);
    else if (message.kind === 'packet') receivePacket(state, message as AnyMessage, io);
    else passOn(state, message as AnyMessage, io);
  },
  inspect: ({ servers }) =>
    [...servers.values()].map(({ pod, ip, asked, client }) => ({ pod, ip, asked, synced: hasSynced(client) })),
};

function begin(state: CoreDnsState, { container, pod, ip, token }: CoreDnsProtocol['serve'], io: IO): void {
  const client = createClient(
    'coredns',
    token,
    [
      { name: 'services', path: '/api/v1/services' },
      { name: 'endpointslices', path: '/apis/discovery.k8s.io/v1/endpointslices' },
    ],
    state.config,
  );
  state.servers.set(container, part<DnsServer>({ pod, ip, client, asked: 0 }));
  startClient(client, ioFor(container, io));
}

/** Its connection breaks with it: the API server sends it no more news. */
function end(state: CoreDnsState, container: string, io: IO): void {
  const server = state.servers.get(container);
  if (server === undefined) return;
  state.servers.delete(container);
  const { apiServer, informers } = server.client;
  for (const { watch } of informers.values()) if (watch !== '') io.send(apiServer, 'cancel', { watch }, QUIET);
}

/** A timer is one container's; what the API server says, each looks for its own in. */
function passOn(state: CoreDnsState, message: AnyMessage, io: IO): void {
  if (!isTimerFor(message)) {
    for (const [container, { client }] of state.servers) receiveClient(client, message, ioFor(container, io));
    return;
  }
  const { container, kind, body } = message.body as TimerFor;
  const server = state.servers.get(container);
  if (server !== undefined) receiveClient(server.client, { ...message, kind, body }, ioFor(container, io));
}

function receivePacket(state: CoreDnsState, message: AnyMessage, io: IO): void {
  const packet = message.body as Packet;
  const server = [...state.servers.values()].find(({ ip }) => ip === packet.destinationIp);
  if (server === undefined) return;
  const { flow, sourceIp, sourcePort, destinationIp, destinationPort, protocol, payload: asked } = packet;
  const isQuestion = asked.startsWith(QUESTION);
  if (isQuestion) server.asked++;
  const payload = isQuestion ? answer(server, packet, io) : page(server, packet);
  const ends = { sourceIp: destinationIp, sourcePort: destinationPort, destinationIp: sourceIp };
  const back = { flow, ...ends, destinationPort: sourcePort, payload, isReply: true, outcome: 'ok' as const };
  io.send(networkOf(state.node), 'packet', { ...back, ...(protocol && { protocol }) }, { routine: message.routine });
}

/** Several addresses are given in an order of chance, as the plugin loadbalance does. */
function answer({ client, pod }: DnsServer, { payload, sourceIp }: Packet, io: IO): string {
  const name = payload.slice(QUESTION.length);
  const found = hasSynced(client) ? recordsOf(name, zoneOf(client)) : [];
  const addresses = found.filter((record) => record.startsWith('A '));
  const first = addresses.length > 1 ? io.random('loadbalance', addresses.length) : 0;
  const turned = [...addresses.slice(first), ...addresses.slice(0, first)];
  const records = [...found.filter((record) => !record.startsWith('A ')), ...turned];
  const code: DnsCode = !hasSynced(client) ? 'SERVFAIL' : records.length === 0 ? 'NXDOMAIN' : 'NOERROR';
  io.note({ what: 'dns/answered', about: `name/${name}`, name, code, records, pod, from: sourceIp }, QUIET);
  return answerText(code, records);
}

/** What a server answers from now. */
export function zoneOf(client: ClientState) {
  const services = cacheOf<Service>(client, 'services');
  return { services, slices: cacheOf<EndpointSlice>(client, 'endpointslices').values() };
}

/** The plugins health, ready and prometheus. */
function page({ client, asked }: DnsServer, { destinationPort: port, payload }: Packet): string {
  if (port === HEALTH_PORT && payload === 'GET /health') return '200 OK';
  if (port === READY_PORT && payload === 'GET /ready') return hasSynced(client) ? '200 OK' : '503 kubernetes';
  if (port === METRICS_PORT && payload === 'GET /metrics') return `200 coredns_dns_requests_total ${asked}\n`;
  return '404 404 page not found\n';
}

const HEALTH_PORT = 8080;
const READY_PORT = 8181;
const METRICS_PORT = 9153;
const QUIET = { routine: true };
