import type { Node } from '../api/kinds/node.ts';
import type { Pod } from '../api/kinds/pod.ts';
import type { KubeObject } from '../api/meta.ts';
import { badRequest, internalError, notFound, type Status } from '../api/status.ts';
import type { IO } from '../kernel/component.ts';
import { type KubeletProtocol, kubeletOf } from '../protocol/kubelet.ts';
import { armSweep } from './backend.ts';
import type { Call } from './call.ts';
import { fail, respond } from './respond.ts';
import { findResource, resourceOf } from './routes.ts';
import type { ApiServerState } from './state.ts';
import { storageKey } from './storage.ts';

/** How long the API server tries to reach a machine. */
const DIAL_TIMEOUT_MS = 30_000;

/** The far end of a call from the hub to a spoke: a container and the kubelet that looks after it. */
export interface Spoke {
  readonly namespace: string;
  readonly pod: string;
  readonly uid: string;
  readonly container: string;
  /** '' and '' while the pod has no node. */
  readonly node: string;
  readonly ip: string;
}

type SpokeCall = {
  [K in keyof KubeletProtocol]: { readonly kind: K; readonly body: KubeletProtocol[K] };
}[keyof KubeletProtocol];

/** Finds the container that a request names, and its node. Undefined when the request is answered: it cannot be found. */
export function spokeOf(state: ApiServerState, call: Call, io: IO): Spoke | undefined {
  const found = find(state, call);
  if (!('kind' in found)) return found;
  fail(state, io, call, found);
  return undefined;
}

function find(state: ApiServerState, { route, request }: Call): Spoke | Status {
  const { namespace, name } = route;
  const resource = resourceOf(route);
  const pod = state.caches.get('pods')?.objects.get(storageKey(resource, namespace, name)) as Pod | undefined;
  if (pod === undefined) return notFound(resource, name);
  const container = containerOf(pod, request.query?.container ?? '');
  if (typeof container !== 'string') return container;
  const node = pod.spec.nodeName ?? '';
  const ip = node === '' ? '' : addressOf(state, node);
  if (typeof ip !== 'string') return ip;
  return { namespace, pod: name, uid: pod.metadata.uid ?? '', container, node, ip };
}

/**
 * Calls the kubelet's own server. `what` opens the text of the failure when that cannot be reached:
 * `error dialing backend`.
 */
export function callSpoke(
  state: ApiServerState,
  call: Call,
  { node, ip }: Spoke,
  { kind, body }: SpokeCall,
  what: string,
  io: IO,
): void {
  const id = io.send(kubeletOf(node), kind, body as never, { routine: call.routine });
  state.pending.set(id, {
    call,
    next: { stage: 'kubelet', what: `${what}: dial tcp ${ip}:10250` },
    question: undefined,
    to: '',
    askedAt: io.now,
    isWaiting: false,
  });
  io.after(DIAL_TIMEOUT_MS, 'dial-timeout', { request: id }, { routine: true });
  armSweep(state, io);
}

/** Nothing listens on port 10250 of that node, or nothing answers at all. */
export function failSpoke(state: ApiServerState, call: Call, what: string, why: string, io: IO): void {
  const message = `${what}: ${why}`;
  const status: Status = { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', message, code: 500 };
  respond(state, io, call, 500, status);
}

function containerOf({ metadata, spec }: Pod, wanted: string): string | Status {
  const names = [...spec.containers, ...(spec.initContainers ?? [])].map((container) => container.name);
  if (wanted !== '') {
    return names.includes(wanted) ? wanted : badRequest(`container ${wanted} is not valid for pod ${metadata.name}`);
  }
  const [only = ''] = names;
  if (names.length === 1) return only;
  const plain = spec.containers.map((container) => container.name).join(' ');
  return badRequest(`a container name must be specified for pod ${metadata.name}, choose one of: [${plain}]`);
}

function addressOf(state: ApiServerState, name: string): string | Status {
  const nodes = findResource('nodes');
  const node: KubeObject | undefined = nodes && state.caches.get('nodes')?.objects.get(storageKey(nodes, '', name));
  if (nodes === undefined || node === undefined) return notFound({ group: '', plural: 'nodes', kind: 'Node' }, name);
  const found = (node as Node).status?.addresses?.find(({ type }) => type === 'InternalIP');
  return found?.address ?? internalError('no preferred addresses found; known addresses: []');
}
