import type { IO } from '../kernel/component.ts';
import type { AnyMessage } from '../kernel/message.ts';
import type { Packet } from '../protocol/network.ts';
import { goOn } from './execs.ts';
import { reply } from './outgoing.ts';
import { applyStep, launchOf, programOf, serverOf } from './processes.ts';
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
  const server = serverOf(state, process);
  if (server !== undefined && packet.payload !== '') {
    io.send(server, 'packet', packet, { routine });
    return;
  }
  if (packet.payload === '') {
    reply(state, packet, { outcome: 'ok', payload: '' }, routine, io);
    return;
  }
  const { flow, sourceIp, sourcePort, destinationIp, destinationPort, payload, protocol } = packet;
  const over = protocol === undefined ? {} : { protocol };
  const connection = { flow, sourceIp, sourcePort, destinationIp, destinationPort, ...over };
  const incoming = { port: destinationPort, payload, sourceIp, connection, ...over };
  const step = programOf(process)?.request?.(process.state, incoming, launchOf(state, process, io));
  if (step === undefined) return;
  const { answer, answers = [] } = step;
  const now = answer === undefined ? [] : [{ to: connection, payload: answer }];
  applyStep(state, process, { ...step, answers: [...answers, ...now] }, io, routine);
}

function listenerOf(state: RuntimeState, packet: Packet): Process | undefined {
  const { destinationIp, destinationPort, protocol } = packet;
  for (const process of state.containers.values()) {
    const { listening, listeningUdp = [] } = process;
    const ports = protocol === 'udp' ? listeningUdp : listening;
    if (process.phase !== 'running' || !ports.includes(destinationPort)) continue;
    if (state.sandboxes.get(process.sandbox)?.ip === destinationIp) return process;
  }
  return undefined;
}

function settle(state: RuntimeState, flow: string, how: Pick<Answered, 'outcome' | 'payload'>, io: IO): void {
  const request = state.requests.get(flow);
  if (request === undefined) return;
  state.requests.delete(flow);
  const process = state.containers.get(request.container);
  if (request.command !== undefined) {
    goOn(state, request.command, { tag: request.tag, ...how, tookMs: io.now - request.sentAt }, io);
    return;
  }
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
