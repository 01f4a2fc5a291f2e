import { badRequest, internalError, type Status } from '../api/status.ts';
import type { IO } from '../kernel/component.ts';
import type { KubeletClientProtocol } from '../protocol/kubelet.ts';
import type { Call } from './call.ts';
import { notModelled } from './refusal.ts';
import { fail, respondText } from './respond.ts';
import { callSpoke, spokeOf } from './spoke.ts';
import type { ApiServerState } from './state.ts';

const UNMODELLED: readonly string[] = ['follow', 'sinceSeconds', 'sinceTime', 'limitBytes'];

/**
 * GET pods/NAME/log: the API server fetches it from the kubelet of the pod's node.
 * Follows pkg/registry/core/pod/strategy.go `LogLocation`.
 */
export function startLog(state: ApiServerState, call: Call, io: IO): void {
  const { query = {} } = call.request;
  const asked = UNMODELLED.find((parameter) => query[parameter] !== undefined && query[parameter] !== 'false');
  if (asked !== undefined) {
    fail(state, io, call, notModelled(`The option ${asked} of logs`, 'leave it out'));
    return;
  }
  const found = spokeOf(state, call, io);
  if (found === undefined) return;
  if (found.node === '') {
    respondText(state, io, call, '');
    return;
  }
  const { namespace, pod, container } = found;
  const { previous, tailLines, timestamps } = query;
  const body = {
    namespace,
    pod,
    uid: found.uid,
    container,
    ...(previous === 'true' ? { previous: true } : {}),
    ...(timestamps === 'true' ? { timestamps: true } : {}),
    ...(tailLines === undefined ? {} : { tailLines: Number(tailLines) }),
  };
  const url = `https://${found.ip}:10250/containerLogs/${namespace}/${pod}/${container}`;
  callSpoke(state, call, found, { kind: 'containerLog', body }, `Get "${url}"`, io);
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
  else if (status === 404) fail(state, io, call, missing(`${NO_RESOURCE} ( pods/log ${call.route.name})`));
  else fail(state, io, call, internalError(text));
}

const NO_RESOURCE = 'the server could not find the requested resource';

function missing(message: string): Status {
  return { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', message, code: 404, reason: 'NotFound' };
}
