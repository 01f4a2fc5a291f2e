import type { Lease } from '../api/kinds/lease.ts';
import type { Node } from '../api/kinds/node.ts';
import { microTime } from '../api/meta.ts';
import { type Answer, cacheOf, call } from '../client/calls.ts';
import type { IO } from '../kernel/component.ts';
import type { KubeletState } from './state.ts';

const RETRY_MS = 500;
const PATH = '/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases';

/**
 * The node's sign of life: a Lease renewed every quarter of its duration (10.0 to 10.4 s), made again when it is
 * missing. Upstream: `component-helpers/apimachinery/lease/controller.go`. Leaves out: five immediate retries after
 * an error; the next renewal is the retry.
 */
export function renewLease(state: KubeletState, io: IO): void {
  const periodMs = state.config.nodeLeaseDurationSeconds * 250;
  io.after(periodMs + io.random('lease', Math.floor(periodMs * 0.04) + 1), 'lease/renew', null, { routine: true });
  writeLease(state, io);
}

/** The answer to a read or write of the lease. */
export function leaseAnswered(state: KubeletState, { then, response }: Answer, io: IO): void {
  const { status, body } = response;
  if (status === 200 || status === 201) {
    state.lease = body as Lease;
    if (then === 'lease/read') writeLease(state, io);
    else state.leaseRenewedAt = io.now;
  } else if (then === 'lease/created') io.after(RETRY_MS, 'lease/retry', null, { routine: true });
  else if (status === 404) {
    state.lease = undefined;
    createLease(state, io);
  } else if (status === 409 && then !== 'lease/read') readLease(state, io);
}

/** Renews the lease now, whatever its timer says. */
export function writeLease(state: KubeletState, io: IO): void {
  const { lease } = state;
  if (lease === undefined) {
    readLease(state, io);
    return;
  }
  const body = {
    ...lease,
    spec: { ...lease.spec, renewTime: microTime(io.now) },
    metadata: owned(state, lease.metadata),
  };
  const request = { method: 'PUT' as const, path: `${PATH}/${state.config.node}`, body };
  call(state.client, io, request, 'lease/renewed', null, { routine: true });
}

function readLease(state: KubeletState, io: IO): void {
  const request = { method: 'GET' as const, path: `${PATH}/${state.config.node}` };
  call(state.client, io, request, 'lease/read', null, { routine: true });
}

function createLease(state: KubeletState, io: IO): void {
  const { node, nodeLeaseDurationSeconds } = state.config;
  const body: Lease = {
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    metadata: owned(state, { name: node, namespace: 'kube-node-lease' }),
    spec: { holderIdentity: node, leaseDurationSeconds: nodeLeaseDurationSeconds, renewTime: microTime(io.now) },
  };
  call(state.client, io, { method: 'POST', path: PATH, body }, 'lease/created', null, { routine: true });
}

/** The Node owns its lease, once kubelet knows the Node. */
function owned(state: KubeletState, metadata: Lease['metadata']): Lease['metadata'] {
  const { node } = state.config;
  const uid = cacheOf<Node>(state.client, 'nodes').get(node)?.metadata.uid;
  if (uid === undefined || (metadata.ownerReferences ?? []).length > 0) return metadata;
  return { ...metadata, ownerReferences: [{ apiVersion: 'v1', kind: 'Node', name: node, uid }] };
}
