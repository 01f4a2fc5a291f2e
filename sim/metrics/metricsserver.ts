// metrics-server: asks every kubelet what its pods use, and serves the answers as the API group metrics.k8s.io.
// Watches: Nodes and Pods; scrapes kubelets every 15 s (--metric-resolution), each within 10 s.
// Writes: nothing; answers requests that kube-apiserver passes on to it, from its memory.
// Follows: kubernetes-sigs/metrics-server v0.7, pkg/scraper, pkg/storage and pkg/api.
// Leaves out: that it runs in a pod (here it is a process beside the API server), and its own look at who asks: the API
// server has authorized already.

import type { KubeObject } from '../api/meta.ts';
import { type ClientState, cacheOf } from '../client/calls.ts';
import { type ClientConfig, createClient, hasSynced, receiveClient, startClient } from '../client/client.ts';
import type { Component, IO } from '../kernel/component.ts';
import type { AnyMessage, MessageId } from '../kernel/message.ts';
import { part } from '../kernel/state.ts';
import type { HttpRequest } from '../protocol/http.ts';
import { type KubeletClientProtocol, kubeletOf } from '../protocol/kubelet.ts';
import { type Pair, pairOf, RESOLUTION_MS } from './points.ts';
import { answerMetrics } from './serving.ts';

/** What metrics-server remembers. */
export interface MetricsServerState {
  client: ClientState;
  /** Machines that exist: a Node may name another. */
  machines: readonly string[];
  isScraping: boolean;
  /** Kubelets that have not answered, by request; and what the others said. */
  asked: Map<MessageId, string>;
  heard: Map<string, Scrape>;
  nodes: Map<string, Pair>;
  /** Containers by name, by pod as `namespace/name`. */
  pods: Map<string, Readonly<Record<string, Pair>>>;
}

type Scrape = KubeletClientProtocol['resourceMetricsDone'];

const TIMEOUT_MS = 10_000;
const ROUTINE = { routine: true };

/** The component and the actor `metrics-server`. */
export const metricsServer: Component<MetricsServerState> = {
  name: 'metrics-server',
  init(_self, config) {
    const { token, machines = [] } = config as { readonly token?: string; readonly machines?: readonly string[] };
    const client = createClient(
      'metrics-server',
      token,
      [
        { name: 'nodes', path: '/api/v1/nodes' },
        { name: 'pods', path: '/api/v1/pods' },
      ],
      config as ClientConfig,
    );
    const empty = { asked: new Map(), heard: new Map(), nodes: new Map(), pods: new Map() };
    return part<MetricsServerState>({ client, machines, isScraping: false, ...empty });
  },
  receive(state, received, io) {
    const message = received as AnyMessage;
    if (message.kind === 'start') startClient(state.client, io);
    else if (message.kind === 'request') answerRequest(state, message, io);
    else if (message.kind === 'scrape') scrape(state, io);
    else if (message.kind === 'scraped') store(state, io);
    else if (state.asked.has(message.replyTo)) answered(state, message, io);
    else receiveClient(state.client, message, io);
    if (state.isScraping || !hasSynced(state.client)) return;
    state.isScraping = true;
    scrape(state, io);
  },
  inspect: ({ nodes, pods, asked }) => ({ nodes: [...nodes.keys()], pods: [...pods.keys()], waitingFor: asked.size }),
};

function scrape(state: MetricsServerState, io: IO): void {
  io.after(RESOLUTION_MS, 'scrape', null, ROUTINE);
  io.after(TIMEOUT_MS, 'scraped', null, ROUTINE);
  state.asked.clear();
  state.heard.clear();
  for (const { metadata } of cacheOf<KubeObject>(state.client, 'nodes').values()) {
    if (!state.machines.includes(metadata.name)) continue;
    const id = io.send(kubeletOf(metadata.name), 'resourceMetrics', null, ROUTINE);
    state.asked.set(id, metadata.name);
  }
}

/** The last answer ends the round; a kubelet that is down counts as one that said nothing. */
function answered(state: MetricsServerState, { replyTo, kind, body }: AnyMessage, io: IO): void {
  const node = state.asked.get(replyTo) ?? '';
  state.asked.delete(replyTo);
  if (kind === 'resourceMetricsDone') state.heard.set(node, body as Scrape);
  if (state.asked.size === 0) store(state, io);
}

/** What a kubelet did not tell in this round is forgotten, as upstream. */
function store(state: MetricsServerState, io: IO): void {
  if (state.heard.size === 0 && state.asked.size === 0) return;
  const nodes = new Map<string, Pair>();
  const pods = new Map<string, Record<string, Pair>>();
  for (const [name, { at, node, containers }] of state.heard) {
    nodes.set(name, pairOf({ ...node, at }, state.nodes.get(name)));
    for (const { namespace, podName, name: container, startedAt, cpuMs, memoryBytes } of containers) {
      const key = `${namespace}/${podName}`;
      const known = state.pods.get(key)?.[container];
      const pair = pairOf({ startedAt, cpuMs, memoryBytes, at }, known);
      pods.set(key, { ...pods.get(key), [container]: pair });
    }
  }
  io.note({ what: 'metrics-server/scraped', nodes: nodes.size, pods: pods.size }, ROUTINE);
  state.nodes = nodes;
  state.pods = pods;
  state.asked.clear();
  state.heard.clear();
}

function answerRequest(state: MetricsServerState, message: AnyMessage, io: IO): void {
  const { client, nodes, pods } = state;
  const known = { nodes: cacheOf<KubeObject>(client, 'nodes'), pods: cacheOf<KubeObject>(client, 'pods') };
  const response = answerMetrics(message.body as HttpRequest, { nodes, pods, known, now: io.now });
  io.reply(message, 'response', response, { routine: message.routine });
}
