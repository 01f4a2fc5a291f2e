import { badRequest, forbidden, type Status } from '../api/status.ts';
import type { IO } from '../kernel/component.ts';
import type { KubeletClientProtocol } from '../protocol/kubelet.ts';
import type { Call } from './call.ts';
import { authorize, cannot } from './guard/authorization.ts';
import { fail, respond } from './respond.ts';
import { callSpoke, spokeOf } from './spoke.ts';
import type { ApiServerState } from './state.ts';

/**
 * GET pods/NAME/exec?command=…: the API server hands the connection on to the kubelet of the pod's node. Follows
 * pkg/registry/core/pod/strategy.go `ExecLocation` and pkg/registry/core/pod/rest/subresources.go `ExecREST`. A GET
 * that opens a WebSocket needs the verb create, as a POST does (AuthorizePodWebsocketUpgradeCreatePermission). In this
 * query the words of the command stand behind one `command`, each escaped, with `&command=` between them.
 */
export function startExec(state: ApiServerState, call: Call, io: IO): void {
  const denied = deniedTo(state, call);
  if (denied !== undefined) {
    fail(state, io, call, denied);
    return;
  }
  const found = spokeOf(state, call, io);
  if (found === undefined) return;
  const { namespace, pod, container, node } = found;
  const words = call.request.query?.command ?? '';
  const command = words === '' ? [] : words.split('&command=').map(decodeURIComponent);
  if (node === '') fail(state, io, call, badRequest(`pod ${pod} does not have a host assigned`));
  else if (command.length === 0) fail(state, io, call, badRequest('you must specify at least 1 command parameter'));
  else {
    const body = { namespace, pod, container, command };
    callSpoke(state, call, found, { kind: 'exec', body }, 'error dialing backend', io);
  }
}

function deniedTo(state: ApiServerState, { request, user, entry }: Call): Status | undefined {
  if (request.method !== 'GET') return undefined;
  const wanted = { ...entry.wanted, verb: 'create' };
  const { allowed, reason } = authorize(state, user, wanted);
  const { group, resource, name } = wanted;
  return allowed ? undefined : forbidden({ group, plural: resource, kind: '' }, name, cannot(user, wanted, reason));
}

/** The kubelet has answered: the outcome goes to the client over the connection that was handed on. */
export function afterExec(state: ApiServerState, call: Call, answer: KubeletClientProtocol['execDone'], io: IO): void {
  respond(state, io, call, 101, answer);
}
