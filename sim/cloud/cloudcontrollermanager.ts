// cloud-controller-manager: gives Services of type LoadBalancer their address, in the name of a small cloud.
// Watches: Services.
// Writes: their status.loadBalancer and the finalizer service.kubernetes.io/load-balancer-cleanup; Events.
// Follows: `staging/src/k8s.io/cloud-provider/controllers/service/controller.go`.
// Leaves out: the node, node lifecycle and route controllers (no providerID, no taint uninitialized), the hosts behind
// a load balancer and its health checks: whatever reaches an address is on the node where it begins. The cloud is
// imagined: it has the addresses 203.0.113.1 and up, and takes a few seconds for each.

import type { Service } from '../api/kinds/service.ts';
import { type KubeObject, objectKey } from '../api/meta.ts';
import { sameJson } from '../api/resource.ts';
import { type Answer, cacheOf } from '../client/calls.ts';
import type { ClientConfig } from '../client/client.ts';
import { campaign, createElection, type Election, receiveElection } from '../client/leaderelection.ts';
import type { Component, IO } from '../kernel/component.ts';
import type { AnyMessage } from '../kernel/message.ts';
import { part } from '../kernel/state.ts';
import type { HttpRequest } from '../protocol/http.ts';
import { ask, createLoop, done, failed, type Loop, receiveLoop, say, startLoop, workOn } from './loop.ts';

/** What the process remembers, and the cloud itself. */
export interface CloudState {
  loop: Loop;
  election: Election;
  token: string;
  /** The cloud itself: addresses by the uid of their Service. They outlive this process. */
  balancers: Map<string, string>;
  /** What each Service said when its load balancer was made, by key. */
  ensured: Map<string, string>;
}

const NAME = 'cloud-controller-manager';
const FINALIZER = 'service.kubernetes.io/load-balancer-cleanup';
const MAKE_MS = 2000;
const RETRY_MS = 5000;
const MAX_RETRY_MS = 300_000;

/** The component and the actor `cloud-controller-manager`. */
export const cloudControllerManager: Component<CloudState> = {
  name: NAME,
  init: (_self, config) => fresh((config as { readonly token: string }).token, new Map(), config as ClientConfig),
  restart: ({ token, balancers, loop }) => fresh(token, balancers, loop.client),
  receive(state, message, io) {
    const { loop, election } = state;
    if (message.kind === 'start') startLoop(loop, io);
    if (message.kind === 'start' || message.kind === 'election/tick') campaign(election, loop.client, io);
    else if (message.kind === 'cloud/done') cloudDone(state, message.body as Work, io);
    else {
      const answer = receiveLoop(loop, message as AnyMessage, io, (_, object) => [objectKey(object)]);
      if (answer !== undefined && !receiveElection(election, loop.client, answer, io)) answered(state, answer, io);
    }
    if (election.isLeader) workOn(loop, (key) => sync(state, key, io));
  },
  inspect: ({ balancers, election }) => ({ isLeader: election.isLeader, loadBalancers: [...balancers.values()] }),
};

/** What the cloud was asked for. */
interface Work {
  readonly key: string;
  readonly uid: string;
  readonly isGone: boolean;
}

function fresh(token: string, balancers: CloudState['balancers'], config: ClientConfig): CloudState {
  const loop = createLoop(NAME, token, [{ name: 'services', path: '/api/v1/services' }], config, 'service-controller');
  return part<CloudState>({ loop, election: createElection(NAME), token, balancers, ensured: new Map() });
}

function sync(state: CloudState, key: string, io: IO): void {
  const { loop, ensured } = state;
  const service = serviceOf(state, key);
  if (service === undefined) {
    ensured.delete(key);
    done(loop, key);
    return;
  }
  const isMarked = service.metadata.finalizers?.includes(FINALIZER) ?? false;
  if (!wantsBalancer(service)) {
    if (!isMarked) done(loop, key);
    else {
      say(loop, io, service as KubeObject, 'Normal', 'DeletingLoadBalancer', 'Deleting load balancer');
      askCloud(service, key, true, io);
    }
    return;
  }
  const hasAddress = (service.status?.loadBalancer?.ingress ?? []).length > 0;
  if (hasAddress && isMarked && (ensured.get(key) ?? wishOf(service)) === wishOf(service)) {
    ensured.set(key, wishOf(service));
    done(loop, key);
    return;
  }
  say(loop, io, service as KubeObject, 'Normal', 'EnsuringLoadBalancer', 'Ensuring load balancer');
  if (isMarked) askCloud(service, key, false, io);
  else ask(loop, io, patch(service, { metadata: { finalizers: [FINALIZER] } }), 'cloud/marked', key);
}

function serviceOf({ loop }: CloudState, key: string): Service | undefined {
  return cacheOf<Service>(loop.client, 'services').get(key);
}

/** A class means that somebody else's controller makes the load balancer. */
function wantsBalancer({ metadata, spec }: Service): boolean {
  return (
    spec.type === 'LoadBalancer' && spec.loadBalancerClass === undefined && metadata.deletionTimestamp === undefined
  );
}

/** What a change of which makes the cloud's part be done again. */
function wishOf({ spec }: Service): string {
  const { ports, loadBalancerIP, loadBalancerSourceRanges, sessionAffinity, externalTrafficPolicy } = spec;
  return JSON.stringify([ports, loadBalancerIP, loadBalancerSourceRanges, sessionAffinity, externalTrafficPolicy]);
}

function askCloud({ metadata }: Service, key: string, isGone: boolean, io: IO): void {
  const work: Work = { key, uid: metadata.uid ?? '', isGone };
  io.after(MAKE_MS + io.random('cloud', 1000), 'cloud/done', work);
}

/** The service's status and finalizers, as upstream patches both: through the subresource status. */
function patch({ metadata }: Service, body: object): HttpRequest {
  const path = `/api/v1/namespaces/${metadata.namespace}/services/${metadata.name}/status`;
  const headers = { 'content-type': 'application/strategic-merge-patch+json' };
  return { method: 'PATCH', path, headers, body };
}

function cloudDone(state: CloudState, { key, uid, isGone }: Work, io: IO): void {
  const { loop, balancers } = state;
  const service = serviceOf(state, key);
  if (service?.metadata.uid !== uid) {
    balancers.delete(uid);
    done(loop, key);
    return;
  }
  if (isGone) {
    balancers.delete(uid);
    const finalizers = { '$deleteFromPrimitiveList/finalizers': [FINALIZER] };
    const body = { metadata: finalizers, status: { loadBalancer: { ingress: null } } };
    ask(loop, io, patch(service, body), 'cloud/cleaned', key);
    return;
  }
  const ip = balancers.get(uid) ?? (service.spec.loadBalancerIP || freeAddress(balancers));
  balancers.set(uid, ip);
  say(loop, io, service as KubeObject, 'Normal', 'EnsuredLoadBalancer', 'Ensured load balancer');
  state.ensured.set(key, wishOf(service));
  const ingress = [{ ip, ipMode: 'VIP' }];
  if (sameJson(service.status?.loadBalancer?.ingress ?? [], ingress)) done(loop, key);
  else ask(loop, io, patch(service, { status: { loadBalancer: { ingress } } }), 'cloud/told', key);
}

function freeAddress(balancers: CloudState['balancers']): string {
  const taken = new Set(balancers.values());
  for (let host = 1; host < 255; host++) if (!taken.has(`203.0.113.${host}`)) return `203.0.113.${host}`;
  return '203.0.113.255';
}

function answered(state: CloudState, { then, data, response }: Answer, io: IO): void {
  const { loop } = state;
  const { key } = data as { readonly key: string };
  const service = (response.body ?? {}) as unknown as Service;
  const isWell = response.status >= 200 && response.status < 300;
  if (isWell && then === 'cloud/marked') {
    askCloud(service, key, false, io);
    return;
  }
  if (isWell || response.status === 404) {
    if (then === 'cloud/cleaned') {
      state.ensured.delete(key);
      if (isWell) say(loop, io, service as KubeObject, 'Normal', 'DeletedLoadBalancer', 'Deleted load balancer');
    }
    done(loop, key);
    return;
  }
  const why = `Error syncing load balancer: ${(response.body as { message?: string } | undefined)?.message ?? ''}`;
  const about = serviceOf(state, key);
  if (about !== undefined) say(loop, io, about as KubeObject, 'Warning', 'SyncLoadBalancerFailed', why);
  state.ensured.delete(key);
  failed(loop, key, RETRY_MS, MAX_RETRY_MS, io);
}
