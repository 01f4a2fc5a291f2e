import type { IO } from '../kernel/component.ts';
import type { AnyMessage } from '../kernel/message.ts';
import { networkOf, type Packet } from '../protocol/network.ts';
import { applyStep, launchOf, programOf } from './processes.ts';
import type { Answered } from './programs/program.ts';
import type { Process, RuntimeState } from './state.ts';

/** A packet for a container of this node: a request for a listening port, or the answer to a program's own request. */
export function receivePacket(state: RuntimeState, message: AnyMessage, io: IO): void {
  const packet = message.body as Packet;
  if (packet.isReply) {
    const { flow, outcome = 'ok', payload } = packet;
    settle(state, flow, { outcome, payload }, io);
  } else serve(state, packet, message.routine, io);
}

/** A program's request was not answered in time. */
export function timeOut(state: RuntimeState, flow: string, io: IO): void {
  settle(state, flow, { outcome: 'timeout', payload: '' }, io);
}

/** Nobody listens: refused. An empty payload only opens the connection. A program may also say nothing at all. */
function serve(state: RuntimeState, packet: Packet, routine: boolean, io: IO): void {
  const process = listenerOf(state, packet);
  if (process === undefined) {
    reply(state, packet, { outcome: 'refused', payload: '' }, routine, io);
    return;
  }
  if (packet.payload === '') {
    reply(state, packet, { outcome: 'ok', payload: '' }, routine, io);
    return;
  }
  const incoming = { port: packet.destinationPort, payload: packet.payload, sourceIp: packet.sourceIp };
  const step = programOf(process)?.request?.(process.state, incoming, launchOf(state, process, io));
  if (step === undefined) return;
  applyStep(state, process, step, io);
  if (step.answer !== undefined) reply(state, packet, { outcome: 'ok', payload: step.answer }, routine, io);
}

function listenerOf(state: RuntimeState, { destinationIp, destinationPort }: Packet): Process | undefined {
  for (const process of state.containers.values()) {
    if (process.phase !== 'running' || !process.listening.includes(destinationPort)) continue;
    if (state.sandboxes.get(process.sandbox)?.ip === destinationIp) return process;
  }
  return undefined;
}

function reply(
  state: RuntimeState,
  packet: Packet,
  answer: { readonly outcome: 'ok' | 'refused'; readonly payload: string },
  routine: boolean,
  io: IO,
): void {
  const { flow, sourceIp, sourcePort, destinationIp, destinationPort } = packet;
  const ends = { sourceIp: destinationIp, sourcePort: destinationPort, destinationIp: sourceIp };
  const back: Packet = { flow, ...ends, destinationPort: sourcePort, isReply: true, ...answer };
  io.send(networkOf(state.node), 'packet', back, { routine });
}

function settle(state: RuntimeState, flow: string, how: Pick<Answered, 'outcome' | 'payload'>, io: IO): void {
  const request = state.requests.get(flow);
  if (request === undefined) return;
  state.requests.delete(flow);
  const process = state.containers.get(request.container);
  if (process?.phase !== 'running') return;
  if (process.lastOutcome !== how.outcome) {
    const about = `pod/${process.podName}`;
    io.note({ what: 'client/outcome', about, outcome: how.outcome, before: process.lastOutcome });
  }
  const answered: Answered = { tag: request.tag, ...how, tookMs: io.now - request.sentAt };
  const known = { ...process, lastOutcome: how.outcome };
  const step = programOf(process)?.answered?.(process.state, answered, launchOf(state, process, io));
  if (step === undefined) state.containers.set(process.id, known);
  else applyStep(state, known, step, io);
}
