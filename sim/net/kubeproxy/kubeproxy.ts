// kube-proxy in iptables mode: turns Services and EndpointSlices into the rules of its node's kernel.
// Watches: Services and EndpointSlices of all namespaces.
// Writes: the whole rule set into `network/<node>` by one restore, at most one a second (minSyncPeriod), only when it
// changed.
// Follows: `pkg/proxy/iptables/proxier.go`, `pkg/proxy/topology.go`, `pkg/util/async/bounded_frequency_runner.go`.
// Leaves out: modes nftables and ipvs, partial restores, the resync every 30 s (nobody else touches the rules here),
// topology
// hints, session affinity, external IPs, health checks, its own Starting event.

import type { Endpoint, EndpointSlice } from '../../api/kinds/endpointslice.ts';
import type { Service, ServicePort } from '../../api/kinds/service.ts';
import { objectKey } from '../../api/meta.ts';
import { type ClientState, cacheOf } from '../../client/calls.ts';
import { createClient, hasSynced, receiveClient, startClient } from '../../client/client.ts';
import type { Component, IO } from '../../kernel/component.ts';
import type { AnyMessage, MessageId, Millis } from '../../kernel/message.ts';
import { part } from '../../kernel/state.ts';
import { isEqual } from '../../kernel/value.ts';
import { networkOf, type ServiceRule } from '../../protocol/network.ts';

/** What a kube-proxy remembers; all of it is read again after a crash. */
export interface KubeProxyState {
  node: string;
  minSyncPeriodMs: Millis;
  client: ClientState;
  /** What it last wrote. */
  rules: readonly ServiceRule[];
  lastSyncAt: Millis | undefined;
  /** Whether a sync is due: its timer runs. */
  isDue: boolean;
  /** Why: the changes since the last sync. */
  causes: readonly MessageId[];
}

interface KubeProxyConfig {
  readonly node: string;
  readonly minSyncPeriodMs?: Millis;
  /** Of the ServiceAccount kube-proxy, as its pod would find it in a file. */
  readonly token?: string;
}

const MAX_CAUSES = 8;
const SERVICE_NAME = 'kubernetes.io/service-name';

/** The component `kube-proxy`: actor `kube-proxy/<node>`. */
export const kubeProxy: Component<KubeProxyState> = {
  name: 'kube-proxy',
  init(_self, config) {
    const { node, minSyncPeriodMs = 1000, token } = config as KubeProxyConfig;
    const client = createClient('kube-proxy', token, [
      { name: 'services', path: '/api/v1/services' },
      { name: 'endpointslices', path: '/apis/discovery.k8s.io/v1/endpointslices' },
    ]);
    return part({ node, minSyncPeriodMs, client, rules: [], lastSyncAt: undefined, isDue: false, causes: [] });
  },
  receive(state, message, io) {
    if (message.kind === 'start') startClient(state.client, io);
    else if (message.kind === 'sync') sync(state, io);
    else if (message.kind === 'restored') io.note({ what: 'kube-proxy/synced', node: state.node });
    else {
      const outcome = receiveClient(state.client, message as AnyMessage, io);
      if (outcome === undefined || outcome.changes.length === 0) return;
      for (const { cause } of outcome.changes) {
        if (state.causes.length < MAX_CAUSES && !state.causes.includes(cause)) state.causes = [...state.causes, cause];
      }
      if (hasSynced(state.client)) schedule(state, io);
    }
  },
  inspect: ({ rules, lastSyncAt, isDue, client }) => ({ rules, lastSyncAt, isDue, synced: hasSynced(client) }),
};

/** At once when the last sync is a second old, else when it will be. */
function schedule(state: KubeProxyState, io: IO): void {
  if (state.isDue) return;
  state.isDue = true;
  const next = state.lastSyncAt === undefined ? io.now : state.lastSyncAt + state.minSyncPeriodMs;
  io.after(Math.max(0, next - io.now), 'sync', null, { causes: state.causes });
}

function sync(state: KubeProxyState, io: IO): void {
  const { causes } = state;
  const rules = serviceRules(cacheOf(state.client, 'services'), cacheOf(state.client, 'endpointslices'), state.node);
  const isFirst = state.lastSyncAt === undefined;
  state.isDue = false;
  state.causes = [];
  state.lastSyncAt = io.now;
  if (!isFirst && isEqual(rules, state.rules)) return;
  state.rules = rules;
  const from = io.send(networkOf(state.node), 'restore', { rules }, causes.length > 0 ? { causes } : {});
  io.note({ what: 'kube-proxy/restore', node: state.node, rules: rules.length, message: from });
}

/** The rules for one node, by service and port name. Services without a cluster IP (headless) have none. */
export function serviceRules(
  services: ReadonlyMap<string, Service>,
  slices: ReadonlyMap<string, EndpointSlice>,
  node: string,
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
    const own = slicesOf.get(objectKey(service)) ?? [];
    for (const port of ports) rules.push(ruleFor(service, clusterIP, port, own, node));
  }
  return rules.sort((a, b) => (a.service < b.service ? -1 : a.service > b.service ? 1 : a.port - b.port));
}

function ruleFor(
  service: Service,
  clusterIp: string,
  { name = '', port, protocol = 'TCP', nodePort = 0 }: ServicePort,
  slices: readonly EndpointSlice[],
  node: string,
): ServiceRule {
  const isLocal = service.spec.internalTrafficPolicy === 'Local';
  const all = slices.flatMap((slice) => addressesIn(slice, name, protocol));
  const usable = usableEndpoints(all.map(({ endpoint }) => endpoint));
  const local = usableEndpoints(all.map(({ endpoint }) => endpoint).filter((endpoint) => endpoint.nodeName === node));
  const chosen = new Set(isLocal ? local : usable);
  const endpoints = all
    .filter(({ endpoint }) => chosen.has(endpoint))
    .map(({ ip, port: targetPort }) => ({ ip, port: targetPort, text: `${ip}:${targetPort}` }))
    .sort((a, b) => (a.text < b.text ? -1 : a.text > b.text ? 1 : 0))
    .map(({ ip, port: targetPort }) => ({ ip, port: targetPort }));
  const key = objectKey(service);
  return {
    service: name === '' ? key : `${key}:${name}`,
    protocol,
    clusterIp,
    port,
    nodePort,
    endpoints,
    otherwise: isLocal && usable.length > 0 ? 'DROP' : 'REJECT',
  };
}

/** Ready endpoints; if there are none at all, those that end but still serve. */
function usableEndpoints(endpoints: readonly Endpoint[]): readonly Endpoint[] {
  const ready = endpoints.filter(({ conditions }) => conditions?.ready ?? true);
  if (ready.length > 0) return ready;
  return endpoints.filter(({ conditions }) => (conditions?.serving ?? true) && conditions?.terminating === true);
}

function addressesIn(slice: EndpointSlice, portName: string, protocol: string) {
  const found = slice.ports?.find((port) => (port.name ?? '') === portName && (port.protocol ?? 'TCP') === protocol);
  if (found?.port === undefined) return [];
  const { port } = found;
  return (slice.endpoints ?? []).flatMap((endpoint) => {
    const ip = endpoint.addresses[0];
    return ip === undefined ? [] : [{ endpoint, ip, port }];
  });
}
