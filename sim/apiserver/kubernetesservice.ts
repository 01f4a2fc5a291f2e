import { resourceNamed } from '../api/index.ts';
import type { Endpoints } from '../api/kinds/endpoints.ts';
import type { Endpoint, EndpointSlice } from '../api/kinds/endpointslice.ts';
import type { Service } from '../api/kinds/service.ts';
import { type KubeObject, rfc3339 } from '../api/meta.ts';
import { type Resource, sameJson } from '../api/resource.ts';
import type { IO } from '../kernel/component.ts';
import type { MessageId, Millis } from '../kernel/message.ts';
import type { RangeResponse, TxnRequest, TxnResponse } from '../protocol/etcd.ts';
import { API_PORT } from '../protocol/http.ts';
import { isReady } from './chain.ts';
import { drawUid } from './identity.ts';
import type { ApiServerState } from './state.ts';
import { createTxn, deleteTxn, storageKey, updateTxn } from './storage.ts';

/** How far a round has come: the lease, the key under it, everybody's keys, and what follows from them. */
export interface Round {
  readonly step: 'lease' | 'put' | 'list' | 'write';
  /** The question to etcd whose answer it waits for. */
  readonly asked: MessageId;
  /** Writes in this round that somebody else was faster with. */
  readonly tries: number;
}

const ROUTINE = { routine: true };
/** Upstream controlplane/reconcilers: DefaultEndpointReconcilerInterval and DefaultEndpointReconcilerTTL. */
const INTERVAL_MS: Millis = 10_000;
const TTL_SECONDS = 15;
/** Until the server is ready it looks so often whether it is. */
const LOOK_MS: Millis = 100;
/** client-go's retry.DefaultBackoff. */
const RETRIES_MS: readonly Millis[] = [10, 50, 250];

/** The first address of kubeadm's range for Services. */
const CLUSTER_IP = '10.96.0.1';
const LEASES = '/registry/masterleases/';
const NAMESPACE = 'default';
const NAME = 'kubernetes';
const SERVICE_NAME = 'kubernetes.io/service-name';

/**
 * The Service `kubernetes`, its Endpoints and its EndpointSlice. Every ten seconds each API server writes its own
 * address under an EtcdLease of 15 s and makes both hold the addresses that are there: that of a server which has gone
 * stays until its lease is over and another server's next round. Follows pkg/controlplane/controller/kubernetesservice
 * and reconcilers/lease.go, endpointsadapter.go, which writes the Endpoints first; leaves out taking the own address
 * away when the process starts, until it is ready, and when it is asked to end, which no process is here.
 */
export function announce(state: ApiServerState, io: IO): void {
  if (state.config.advertiseAddress === '') return;
  const ready = isReady(state);
  io.after(ready ? INTERVAL_MS : LOOK_MS, 'announce', null, ROUTINE);
  if (!ready) return;
  const asked = io.send(state.etcd, 'grantLease', { ttlSeconds: TTL_SECONDS }, ROUTINE);
  state.round = { step: 'lease', asked, tries: 0 };
}

/** Looks again at everybody's addresses, after a write that somebody else was faster with. */
export function announceAgain(state: ApiServerState, io: IO): void {
  if (state.round?.step !== 'write') return;
  state.round = { ...state.round, step: 'list', asked: listLeases(state, io) };
}

/** Takes the answer to a question of the round; false when it is none. A failed round is over: there will be others. */
export function heardRound(
  state: ApiServerState,
  replyTo: MessageId,
  body: { readonly lease?: number } | RangeResponse | TxnResponse,
  io: IO,
): boolean {
  const { round } = state;
  if (round === undefined || round.asked !== replyTo) return false;
  if ((body as TxnResponse).error !== undefined) {
    state.round = undefined;
    return true;
  }
  switch (round.step) {
    case 'lease': {
      const { lease = 0 } = body as { readonly lease?: number };
      state.round = { ...round, step: 'put', asked: putOwn(state, lease, io) };
      return true;
    }
    case 'put':
      state.round = { ...round, step: 'list', asked: listLeases(state, io) };
      return true;
    case 'list':
      reconcile(state, round, (body as RangeResponse).keyValues.map(({ key }) => key.slice(LEASES.length)).sort(), io);
      return true;
    case 'write':
      written(state, round, body as TxnResponse, io);
      return true;
  }
}

function putOwn(state: ApiServerState, lease: number, io: IO): MessageId {
  const ip = state.config.advertiseAddress;
  const value = { kind: 'Endpoints', apiVersion: 'v1', metadata: {}, subsets: [{ addresses: [{ ip }] }] };
  const put = { type: 'put' as const, key: LEASES + ip, value, lease };
  return io.send(state.etcd, 'txn', { compare: [], success: [put], failure: [] }, ROUTINE);
}

function listLeases({ etcd }: ApiServerState, io: IO): MessageId {
  return io.send(etcd, 'range', { key: LEASES, rangeEnd: `${LEASES.slice(0, -1)}0` }, ROUTINE);
}

/** Writes what is missing or different, all at once. An empty list is a mistake, and changes nothing. */
function reconcile(state: ApiServerState, round: Round, addresses: readonly string[], io: IO): void {
  const changes = addresses.length === 0 ? [] : changesFor(state, addresses, io);
  if (changes.length === 0) {
    state.round = undefined;
    return;
  }
  const request: TxnRequest = {
    compare: changes.flatMap(({ compare }) => compare),
    success: changes.flatMap(({ success }) => success),
    failure: [],
  };
  state.round = { ...round, step: 'write', asked: io.send(state.etcd, 'txn', request) };
}

function written(state: ApiServerState, round: Round, { succeeded }: TxnResponse, io: IO): void {
  const pauseMs = RETRIES_MS[round.tries];
  if (succeeded || pauseMs === undefined) {
    state.round = undefined;
    return;
  }
  state.round = { step: 'write', asked: '', tries: round.tries + 1 };
  io.after(pauseMs, 'announceAgain', null, ROUTINE);
}

function serviceChange(state: ApiServerState, io: IO): readonly TxnRequest[] {
  const resource = resourceNamed('services') as Resource;
  const key = storageKey(resource, NAMESPACE, NAME);
  if (state.caches.get('services')?.objects.has(key)) return [];
  const clusterIP = CLUSTER_IP;
  const service: Service = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { ...born(io), labels: { component: 'apiserver', provider: 'kubernetes' } },
    spec: {
      ports: [{ name: 'https', port: 443, protocol: 'TCP', targetPort: API_PORT }],
      clusterIP,
      clusterIPs: [clusterIP],
      ipFamilies: ['IPv4'],
      ipFamilyPolicy: 'SingleStack',
      sessionAffinity: 'None',
      type: 'ClusterIP',
    },
  };
  return [createTxn(key, resource.prepareForCreate(resource.defaults(service)), 0)];
}

function changesFor(state: ApiServerState, addresses: readonly string[], io: IO): readonly TxnRequest[] {
  return [...serviceChange(state, io), ...endpointsChange(state, addresses, io), ...sliceChanges(state, addresses, io)];
}

/** The older kind, where it is served. No slice is mirrored from it. */
function endpointsChange(state: ApiServerState, addresses: readonly string[], io: IO): readonly TxnRequest[] {
  const resource = resourceNamed('endpoints');
  if (resource === undefined) return [];
  const key = storageKey(resource, NAMESPACE, NAME);
  const old = state.caches.get('endpoints')?.objects.get(key) as Endpoints | undefined;
  const labels = { 'endpointslice.kubernetes.io/skip-mirror': 'true' };
  const ports = [{ name: 'https', port: API_PORT, protocol: 'TCP' as const }];
  const subsets = [{ addresses: addresses.map((ip) => ({ ip })), ports }];
  if (old === undefined) {
    const made: Endpoints = { apiVersion: 'v1', kind: 'Endpoints', metadata: { ...born(io), labels }, subsets };
    return [createTxn(key, resource.prepareForCreate(made), 0)];
  }
  if (sameJson(old.subsets ?? [], subsets) && sameJson(old.metadata.labels ?? {}, labels)) return [];
  const next: Endpoints = { ...old, metadata: { ...old.metadata, labels }, subsets };
  return [updateTxn(key, resource.prepareForUpdate(next, old), old, 0)];
}

function sliceChanges(state: ApiServerState, addresses: readonly string[], io: IO): readonly TxnRequest[] {
  const resource = resourceNamed('endpointslices.discovery.k8s.io') as Resource;
  const known = state.caches.get('endpointslices.discovery.k8s.io')?.objects ?? new Map<string, KubeObject>();
  const key = storageKey(resource, NAMESPACE, NAME);
  const others = [...known].filter(([at, { metadata }]) => {
    return at !== key && metadata.namespace === NAMESPACE && metadata.labels?.[SERVICE_NAME] === NAME;
  });
  return [
    ...others.map(([at, object]) => deleteTxn(at, object)),
    ...sliceChange(resource, key, known.get(key) as EndpointSlice | undefined, addresses, io),
  ];
}

function sliceChange(
  resource: Resource,
  key: string,
  old: EndpointSlice | undefined,
  addresses: readonly string[],
  io: IO,
): readonly TxnRequest[] {
  const endpoints = addresses.map((ip): Endpoint => ({ addresses: [ip], conditions: { ready: true } }));
  const labels = { [SERVICE_NAME]: NAME };
  if (old === undefined) {
    const metadata = { ...born(io), labels };
    const ports = [{ name: 'https', port: API_PORT, protocol: 'TCP' as const }];
    const slice: EndpointSlice = {
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata,
      addressType: 'IPv4',
      endpoints,
      ports,
    };
    return [createTxn(key, resource.prepareForCreate(resource.defaults(slice)), 0)];
  }
  if (sameJson(old.endpoints ?? [], endpoints) && sameJson(old.metadata.labels ?? {}, labels)) return [];
  const next: EndpointSlice = { ...old, metadata: { ...old.metadata, labels }, endpoints };
  return [updateTxn(key, resource.prepareForUpdate(next, old), old, 0)];
}

function born(io: IO) {
  return { name: NAME, namespace: NAMESPACE, uid: drawUid(io), creationTimestamp: rfc3339(io.now) };
}
