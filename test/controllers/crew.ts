import type { Pod } from '../../sim/api/kinds/pod.ts';
import { microTime, objectKey, rfc3339 } from '../../sim/api/meta.ts';
import { type ClientState, cacheOf, call } from '../../sim/client/calls.ts';
import { createClient, receiveClient, startClient } from '../../sim/client/client.ts';
import type { Component, IO } from '../../sim/kernel/component.ts';
import type { AnyMessage } from '../../sim/kernel/message.ts';
import { part } from '../../sim/kernel/state.ts';
import { certificateOf } from '../../sim/protocol/http.ts';

export interface CrewState {
  client: ClientState;
  nodes: readonly string[];
  labels: Readonly<Record<string, Readonly<Record<string, string>>>>;
  startMs: number;
  dead: Set<string>;
  bound: Set<string>;
  started: Set<string>;
  stopping: Set<string>;
  count: number;
}

/** Nodes and a scheduler that only pretend: pods are bound in turn, become Ready after a while, and end when asked. */
export const crew: Component<CrewState> = {
  name: 'crew',
  init: (_self, config) => {
    const { nodes, labels, startMs } = config as Pick<CrewState, 'nodes' | 'labels' | 'startMs'>;
    return part<CrewState>({
      client: createClient('crew', certificateOf('crew', 'system:masters'), [{ name: 'pods', path: '/api/v1/pods' }]),
      nodes,
      labels,
      startMs,
      dead: new Set(),
      bound: new Set(),
      started: new Set(),
      stopping: new Set(),
      count: 0,
    });
  },
  receive: (state, message, io) => {
    if (message.kind === 'start') {
      startClient(state.client, io);
      for (const name of state.nodes) register(state, name, io);
    }
    if (message.kind === 'renew') renew(state, message.body as unknown as string, io);
    if (message.kind === 'ready') ready(state, message.body as unknown as string, io);
    if (message.kind === 'stopped') stopped(state, message.body as unknown as string, io);
    const outcome = receiveClient(state.client, message as AnyMessage, io);
    for (const { type, object } of outcome?.changes ?? []) {
      if (type === 'deleted') forget(state, objectKey(object));
      else look(state, object as Pod, io);
    }
  },
  inspect: () => null,
};

const READY = { type: 'Ready', status: 'True', reason: 'KubeletReady', message: 'kubelet is posting ready status' };

function register(state: CrewState, name: string, io: IO): void {
  const time = rfc3339(io.now);
  const conditions = ['MemoryPressure', 'DiskPressure', 'PIDPressure'].map((type) => {
    return {
      type,
      status: 'False',
      reason: 'KubeletHas',
      message: '',
      lastHeartbeatTime: time,
      lastTransitionTime: time,
    };
  });
  const status = { conditions: [...conditions, { ...READY, lastHeartbeatTime: time, lastTransitionTime: time }] };
  const body = { apiVersion: 'v1', kind: 'Node', metadata: { name, labels: state.labels[name] }, spec: {}, status };
  call(state.client, io, { method: 'POST', path: '/api/v1/nodes', body }, 'registered');
  const path = '/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases';
  const spec = { holderIdentity: name, leaseDurationSeconds: 40, renewTime: microTime(io.now) };
  const lease = {
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    metadata: { name, namespace: 'kube-node-lease' },
    spec,
  };
  call(state.client, io, { method: 'POST', path, body: lease }, 'leased', null, { routine: true });
  io.after(10_000, 'renew', name, { routine: true });
}

function renew(state: CrewState, name: string, io: IO): void {
  io.after(10_000, 'renew', name, { routine: true });
  if (state.dead.has(name)) return;
  const path = `/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases/${name}`;
  const headers = { 'content-type': 'application/merge-patch+json' };
  const body = { spec: { renewTime: microTime(io.now) } };
  call(state.client, io, { method: 'PATCH', path, headers, body }, 'renewed', null, { routine: true });
  const time = rfc3339(io.now);
  const status = { conditions: [{ ...READY, lastHeartbeatTime: time, lastTransitionTime: time }] };
  const strategic = { 'content-type': 'application/strategic-merge-patch+json' };
  const request = {
    method: 'PATCH' as const,
    path: `/api/v1/nodes/${name}/status`,
    headers: strategic,
    body: { status },
  };
  call(state.client, io, request, 'posted', null, { routine: true });
}

function look(state: CrewState, pod: Pod, io: IO): void {
  const key = objectKey(pod);
  const { metadata, spec } = pod;
  if (!spec.nodeName && !state.bound.has(key)) {
    const alive = state.nodes.filter((name) => !state.dead.has(name));
    const name = nodeAskedFor(pod) ?? alive[state.count++ % alive.length];
    if (name === undefined) return;
    state.bound.add(key);
    const body = {
      apiVersion: 'v1',
      kind: 'Binding',
      metadata: { name: metadata.name },
      target: { kind: 'Node', name },
    };
    call(state.client, io, { method: 'POST', path: `${pathOf(key)}/binding`, body }, 'bound');
  } else if (spec.nodeName && !state.started.has(key)) {
    state.started.add(key);
    io.after(state.startMs, 'ready', key);
  }
  if (metadata.deletionTimestamp !== undefined && !state.stopping.has(key)) {
    state.stopping.add(key);
    io.after(200, 'stopped', key);
  }
}

/** A pod of the same name may come again. */
function forget(state: CrewState, key: string): void {
  for (const seen of [state.bound, state.started, state.stopping]) seen.delete(key);
}

/** Pods of a DaemonSet name their node. */
function nodeAskedFor({ spec }: Pod): string | undefined {
  const required = spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
  return required?.nodeSelectorTerms[0]?.matchFields?.[0]?.values?.[0];
}

function ready(state: CrewState, key: string, io: IO): void {
  const pod = cacheOf<Pod>(state.client, 'pods').get(key);
  if (pod === undefined || pod.metadata.deletionTimestamp !== undefined || state.dead.has(pod.spec.nodeName ?? ''))
    return;
  const time = rfc3339(io.now);
  const ip = `10.244.0.${state.started.size}`;
  const conditions = [{ type: 'Ready', status: 'True', lastTransitionTime: time }];
  const status = { phase: 'Running', podIP: ip, podIPs: [{ ip }], conditions };
  const headers = { 'content-type': 'application/strategic-merge-patch+json' };
  call(state.client, io, { method: 'PATCH', path: `${pathOf(key)}/status`, headers, body: { status } }, 'ready');
}

function stopped(state: CrewState, key: string, io: IO): void {
  const pod = cacheOf<Pod>(state.client, 'pods').get(key);
  if (pod === undefined || state.dead.has(pod.spec.nodeName ?? '')) return;
  call(state.client, io, { method: 'DELETE', path: pathOf(key), body: { gracePeriodSeconds: 0 } }, 'gone');
}

function pathOf(key: string): string {
  const [namespace, name] = key.split('/');
  return `/api/v1/namespaces/${namespace}/pods/${name}`;
}
