// cri-dockerd: speaks CRI with kubelet and asks Docker Engine to do the work.
// Watches: nothing; kubelet calls it.
// Writes: to dockerd what it is asked, to kubelet what dockerd answers; nothing in the API.
// Follows: Mirantis/cri-dockerd 0.4 (`core/`), which was dockershim in kubelet until v1.24.
// Leaves out: the words of the Engine's HTTP API (the calls keep CRI's names on this hop too), its own call of CNI
// (dockerd makes it here), checkpoints of sandboxes.

import type { Component, IO } from '../kernel/component.ts';
import { type Address, type AnyMessage, address, type MessageId } from '../kernel/message.ts';
import { part } from '../kernel/state.ts';
import type { CriProtocol } from '../protocol/cri.ts';
import type { Request } from './state.ts';

interface AdapterState {
  node: string;
  /** Calls that dockerd has not answered, by the id of the message to it. */
  pending: Map<MessageId, Request & { readonly call: string }>;
}

const NO_DAEMON =
  'rpc error: code = Unknown desc = Cannot connect to the Docker daemon at unix:///var/run/docker.sock. ' +
  'Is the docker daemon running?';

/** The component `cri-dockerd`: actor `cri-dockerd/<node>`. */
export const criDockerd: Component<AdapterState> = {
  name: 'cri-dockerd',
  init: (_self, config) => part({ node: (config as { node: string }).node, pending: new Map() }),
  receive(state, received, io) {
    const message = received as AnyMessage;
    if (message.kind === 'disconnected') daemonLost(state, message.from, io);
    else if (message.replyTo !== '') passBack(state, message, io);
    else if (message.kind !== 'start') passOn(state, message, io);
  },
  inspect: ({ pending }) => ({ pending: pending.size }),
};

function daemonOf({ node }: AdapterState): Address<CriProtocol> {
  return address(`dockerd/${node}`);
}

function passOn(state: AdapterState, { id, from, routine, kind, body }: AnyMessage, io: IO): void {
  const sent = io.send(daemonOf(state), kind as keyof CriProtocol, body as never, { routine, stream: true });
  state.pending.set(sent, { id, from, routine, call: kind });
}

function passBack(state: AdapterState, { replyTo, kind, body }: AnyMessage, io: IO): void {
  const request = state.pending.get(replyTo);
  if (request === undefined) return;
  state.pending.delete(replyTo);
  if (kind === 'refused') fail(request, io);
  else io.reply({ id: request.id, from: address(request.from) }, kind, body, { routine: request.routine });
}

/** The Engine's process has ended: kubelet finds out by its next health check, here at once. */
function daemonLost(state: AdapterState, from: Address, io: IO): void {
  if (from !== daemonOf(state)) return;
  const lost = [...state.pending.values()];
  state.pending.clear();
  for (const request of lost) fail(request, io);
  io.send(address<{ engineLost: null }>(`kubelet/${state.node}`), 'engineLost', null, { routine: true });
}

function fail({ id, from, routine, call }: Request & { readonly call: string }, io: IO): void {
  io.reply({ id, from: address(from) }, 'failed', { call, reason: '', message: NO_DAEMON }, { routine });
}
