// kube-proxy: turns Services and EndpointSlices into the rules of its node's kernel, in one of three modes.
// Watches: Services and EndpointSlices of all namespaces; its Node, once an endpoint has hints for zones.
// Writes: the whole rule set into `network/<node>` by one restore, at most one a second (minSyncPeriod), only when it
// changed.
// Follows: `pkg/proxy/{iptables,ipvs,nftables}/proxier.go`, `pkg/util/async/bounded_frequency_runner.go`.
// Leaves out: partial restores, the resync every 30 s (nobody else touches the rules here), what answers on health
// check ports, its own Starting event. Endpoints are chosen in categorizeendpoints.ts; the
// kernel spells the rules out (sim/net/netfilter).

import type { EndpointSlice } from '../../api/kinds/endpointslice.ts';
import type { Change } from '../../client/cache.ts';
import { type ClientState, type Credential, cacheOf } from '../../client/calls.ts';
import {
  addInformer,
  type ClientConfig,
  createClient,
  hasSynced,
  receiveClient,
  startClient,
} from '../../client/client.ts';
import { startInformer } from '../../client/informer.ts';
import type { Component, IO } from '../../kernel/component.ts';
import type { AnyMessage, MessageId, Millis } from '../../kernel/message.ts';
import { part } from '../../kernel/state.ts';
import { isEqual } from '../../kernel/value.ts';
import { networkOf, type ProxyMode, type ServiceRule } from '../../protocol/network.ts';
import { type Categorize, categorizeEndpoints, type Here } from './categorizeendpoints.ts';
import { type Proxied, proxiedIn, serviceRules } from './servicerules.ts';

/** What a kube-proxy remembers; all of it is read again after a crash. */
export interface KubeProxyState {
  node: string;
  mode: ProxyMode;
  minSyncPeriodMs: Millis;
  client: ClientState;
  /** What it last wrote. */
  rules: readonly ServiceRule[];
  lastSyncAt: Millis | undefined;
  /** It has run before, and may have left rules. */
  isAgain: boolean;
  /** Whether a sync is due: its timer runs. */
  isDue: boolean;
  /** Why: the changes since the last sync. */
  causes: readonly MessageId[];
}

interface KubeProxyConfig {
  readonly node: string;
  readonly minSyncPeriodMs?: Millis;
  readonly proxyMode?: ProxyMode;
  /** Of the ServiceAccount kube-proxy, as its pod would find it in a file. */
  readonly token?: string;
}

const MAX_CAUSES = 8;

/** The component `kube-proxy`: actor `kube-proxy/<node>`. */
export const kubeProxy = {
  name: 'kube-proxy',
  init(_self, config) {
    const { node, minSyncPeriodMs = 1000, token, proxyMode: mode = 'iptables' } = config as KubeProxyConfig;
    return fresh({ node, mode, minSyncPeriodMs, isAgain: false }, token, config as ClientConfig);
  },
  restart({ node, mode, minSyncPeriodMs, client }) {
    return fresh({ node, mode, minSyncPeriodMs, isAgain: true }, client.credential, client);
  },
  receive(state, message, io) {
    if (message.kind === 'sync') sync(state, categorizeEndpoints, io);
    else hear(state, message as AnyMessage, io);
  },
  inspect: ({ mode, rules, lastSyncAt, isDue, client }) => {
    return { mode, rules, lastSyncAt, isDue, synced: hasSynced(client) };
  },
} satisfies Component<KubeProxyState>;

/** Takes everything but `sync`: news of Services and EndpointSlices, after which a sync is due. */
export function hear(state: KubeProxyState, message: AnyMessage, io: IO): void {
  if (message.kind === 'start') startClient(state.client, io);
  else if (message.kind === 'restored') io.note({ what: 'kube-proxy/synced', node: state.node });
  else {
    const outcome = receiveClient(state.client, message, io);
    if (outcome === undefined) return;
    if (outcome.changes.some(hasHints) && !state.client.informers.has('nodes')) watchNode(state, io);
    for (const { cause } of outcome.changes) {
      if (state.causes.length < MAX_CAUSES && !state.causes.includes(cause)) state.causes = [...state.causes, cause];
    }
    if (hasSynced(state.client) && (outcome.changes.length > 0 || isBehind(state))) schedule(state, io);
  }
}

type Kept = Pick<KubeProxyState, 'node' | 'mode' | 'minSyncPeriodMs' | 'isAgain'>;

function fresh(kept: Kept, credential: Credential, config: ClientConfig): KubeProxyState {
  const informers = [
    { name: 'services', path: '/api/v1/services' },
    { name: 'endpointslices', path: '/apis/discovery.k8s.io/v1/endpointslices' },
  ];
  const client = createClient('kube-proxy', credential, informers, config);
  return part<KubeProxyState>({ ...kept, client, rules: [], lastSyncAt: undefined, isDue: false, causes: [] });
}

function hasHints({ object }: Change): boolean {
  return ((object as EndpointSlice).endpoints ?? []).some(({ hints }) => hints !== undefined);
}

/** Upstream watches it from the start; it matters from now on. */
function watchNode({ client, node }: KubeProxyState, io: IO): void {
  addInformer(client, { name: 'nodes', path: '/api/v1/nodes', query: { fieldSelector: `metadata.name=${node}` } });
  startInformer(client, 'nodes', io);
}

/** The first lists are there, and the kernel has not what they say: nothing at all, or what an earlier life wrote. */
function isBehind({ client, lastSyncAt, isAgain }: KubeProxyState): boolean {
  return lastSyncAt === undefined && (isAgain || cacheOf(client, 'services').size > 0);
}

/** At once when the last sync is a second old, else when it will be. */
export function schedule(state: KubeProxyState, io: IO): void {
  if (state.isDue) return;
  state.isDue = true;
  const next = state.lastSyncAt === undefined ? io.now : state.lastSyncAt + state.minSyncPeriodMs;
  io.after(Math.max(0, next - io.now), 'sync', null, { causes: state.causes });
}

/** Makes the rules that the caches and a choice of endpoints lead to, and writes them if they differ. */
export function sync(state: KubeProxyState, categorize: Categorize, io: IO): void {
  const { causes } = state;
  const rules = serviceRules(proxiedBy(state), hereOf(state), categorize);
  const isFirst = state.lastSyncAt === undefined;
  state.isDue = false;
  state.causes = [];
  state.lastSyncAt = io.now;
  if (!isFirst && isEqual(rules, state.rules)) return;
  state.rules = rules;
  const from = io.send(
    networkOf(state.node),
    'restore',
    { mode: state.mode, rules },
    causes.length > 0 ? { causes } : {},
  );
  io.note({ what: 'kube-proxy/restore', node: state.node, rules: rules.length, message: from });
}

/** The Services that it looks after, as its caches have them. */
export function proxiedBy({ client }: KubeProxyState): readonly Proxied[] {
  return proxiedIn(cacheOf(client, 'services'), cacheOf(client, 'endpointslices'));
}

/** Its node, and the zone of that as far as it knows. */
export function hereOf({ client, node }: KubeProxyState): Here {
  const { labels = {} } = cacheOf(client, 'nodes').get(node)?.metadata ?? {};
  return { node, zone: labels['topology.kubernetes.io/zone'] ?? '' };
}
