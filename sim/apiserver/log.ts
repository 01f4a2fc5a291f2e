import type { Node } from '../api/kinds/node.ts';
import type { Pod } from '../api/kinds/pod.ts';
import type { KubeObject } from '../api/meta.ts';
import { badRequest, internalError, notFound, type Status } from '../api/status.ts';
import type { IO } from '../kernel/component.ts';
import { type KubeletClientProtocol, kubeletOf } from '../protocol/kubelet.ts';
import { armSweep } from './backend.ts';
import type { Call } from './call.ts';
import { notModelled } from './refusal.ts';
import { fail, respond, respondText } from './respond.ts';
import { findResource, resourceOf } from './routes.ts';
import type { ApiServerState } from './state.ts';
import { storageKey } from './storage.ts';

/** How long the API server tries to reach a machine. */
const DIAL_TIMEOUT_MS = 30_000;
const UNMODELLED: readonly string[] = ['follow', 'sinceSeconds', 'sinceTime', 'limitBytes'];

/**
 * GET pods/NAME/log: the API server fetches it from the kubelet of the pod's node.
 * Follows pkg/registry/core/pod/strategy.go `LogLocation`.
 */
export function startLog(state: ApiServerState, call: Call, io: IO): void {
  const { query = {} } = call.request;
  const { namespace, name } = call.route;
  const resource = resourceOf(call.route);
  const pod = state.caches.get('pods')?.objects.get(storageKey(resource, namespace, name)) as Pod | undefined;
  if (pod === undefined) {
    fail(state, io, call, notFound(resource, name));
    return;
  }
  const asked = UNMODELLED.find((parameter) => query[parameter] !== undefined && query[parameter] !== 'false');
  if (asked !== undefined) {
    fail(state, io, call, notModelled(`The option ${asked} of logs`, 'leave it out'));
    return;
  }
  const container = containerOf(pod, query.container ?? '');
  if (typeof container !== 'string') {
    fail(state, io, call, container);
    return;
  }
  const node = pod.spec.nodeName ?? '';
  if (node === '') {
    respondText(state, io, call, '');
    return;
  }
  const ip = addressOf(state, node);
  if (typeof ip !== 'string') {
    fail(state, io, call, ip);
    return;
  }
  const { previous, tailLines, timestamps } = query;
  const body = {
    namespace,
    pod: name,
    uid: pod.metadata.uid ?? '',
    container,
    ...(previous === 'true' ? { previous: true } : {}),
    ...(timestamps === 'true' ? { timestamps: true } : {}),
    ...(tailLines === undefined ? {} : { tailLines: Number(tailLines) }),
  };
  const id = io.send(kubeletOf(node), 'containerLog', body, { routine: call.routine });
  const url = `https://${ip}:10250/containerLogs/${namespace}/${name}/${container}`;
  state.pending.set(id, {
    call,
    next: { stage: 'log', url, ip },
    question: undefined,
    to: '',
    askedAt: io.now,
    isWaiting: false,
  });
  io.after(DIAL_TIMEOUT_MS, 'log-timeout', { request: id }, { routine: true });
  armSweep(state, io);
}

/** The kubelet has answered. */
export function afterLog(
  state: ApiServerState,
  call: Call,
  answer: KubeletClientProtocol['containerLogDone'],
  io: IO,
): void {
  const { status, text } = answer;
  if (status === 200) respondText(state, io, call, text);
  else if (status === 400) fail(state, io, call, badRequest(text));
  else if (status === 404)
    fail(state, io, call, failure(404, 'NotFound', `${NO_RESOURCE} ( pods/log ${call.route.name})`));
  else fail(state, io, call, internalError(text));
}

const NO_RESOURCE = 'the server could not find the requested resource';

/** Nothing listens on port 10250 of that node, or nothing answers at all. */
export function failLog(state: ApiServerState, call: Call, url: string, ip: string, why: string, io: IO): void {
  respond(state, io, call, 500, failure(500, '', `Get "${url}": dial tcp ${ip}:10250: ${why}`));
}

function failure(code: number, reason: string, message: string): Status {
  const base: Status = { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', message, code };
  return reason === '' ? base : { ...base, reason };
}

function containerOf({ metadata, spec }: Pod, wanted: string): string | Status {
  const names = spec.containers.map((container) => container.name);
  if (wanted !== '') {
    return names.includes(wanted) ? wanted : badRequest(`container ${wanted} is not valid for pod ${metadata.name}`);
  }
  if (names.length === 1) return names[0] ?? '';
  return badRequest(`a container name must be specified for pod ${metadata.name}, choose one of: [${names.join(' ')}]`);
}

function addressOf(state: ApiServerState, name: string): string | Status {
  const nodes = findResource('nodes');
  const node: KubeObject | undefined = nodes && state.caches.get('nodes')?.objects.get(storageKey(nodes, '', name));
  if (nodes === undefined || node === undefined) return notFound({ group: '', plural: 'nodes', kind: 'Node' }, name);
  const found = (node as Node).status?.addresses?.find(({ type }) => type === 'InternalIP');
  return found?.address ?? internalError('no preferred addresses found; known addresses: []');
}
