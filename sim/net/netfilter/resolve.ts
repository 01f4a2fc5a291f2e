import { readAnswer } from '../../api/dns.ts';
import type { IO } from '../../kernel/component.ts';
import type { Address, Millis } from '../../kernel/message.ts';
import { CLUSTER_DNS, DNS_PORT, QUESTION } from '../../protocol/dns.ts';
import { NO_NAME_SERVER, type Packet } from '../../protocol/network.ts';
import type { Routine } from '../datapath.ts';
import { giveUp, open } from '../forwarding.ts';
import type { Lookup, NetworkState } from '../state.ts';
import { searchPath } from './names.ts';

/** A name server has so long, and two chances: glibc's `timeout:5 attempts:2`. */
const TIMEOUT_MS: Millis = 5000;
const ATTEMPTS = 2;

/**
 * A pod's resolver, as glibc's: asks the name server of its resolv.conf, by a datagram from the pod's own address, for
 * the names of its search path in turn; the packet waits. Leaves out: AAAA, TCP after an answer that was cut short, and
 * a cache, which glibc has not either.
 */
export function resolve(state: NetworkState, packet: Packet, origin: Address, mark: Routine, io: IO, tried = 0): void {
  const name = searchPath(packet.destinationIp, packet.namespace ?? '')[tried];
  if (name === undefined) {
    giveUp(state, packet, origin, io, mark);
    return;
  }
  const { flow, sourceIp, isTraced } = packet;
  const question: Packet = {
    flow: `${flow}?${tried}`,
    sourceIp,
    sourcePort: 32768 + io.random('resolver', 28232),
    destinationIp: CLUSTER_DNS,
    destinationPort: DNS_PORT,
    protocol: 'udp',
    payload: `${QUESTION}${name}`,
    isReply: false,
    ...(isTraced && { isTraced }),
  };
  ask(state, { packet, origin, routine: mark.routine, tried, attempt: 0, question }, io);
}

/** An answer, or word that nobody listens there. */
export function hearAnswer(state: NetworkState, { flow, outcome, payload }: Packet, io: IO): void {
  const lookup = state.lookups.get(flow);
  if (lookup === undefined) return;
  const { code, records } = readAnswer(payload);
  if (outcome === 'refused' || code === 'SERVFAIL') {
    askAgain(state, lookup, outcome === 'refused' ? 'refused' : code, io);
    return;
  }
  state.lookups.delete(flow);
  const { packet, origin, routine, tried } = lookup;
  const ip = records.find((record) => record.startsWith('A '))?.slice(2);
  if (ip === undefined) resolve(state, packet, origin, { routine }, io, tried + 1);
  else open(state, { ...packet, destinationIp: ip }, origin, { routine }, io);
}

/** The time of a question is over; it may have been answered since, or asked again. */
export function timeOutQuestion(state: NetworkState, body: { flow: string; attempt: number }, io: IO): void {
  const lookup = state.lookups.get(body.flow);
  if (lookup?.attempt === body.attempt) askAgain(state, lookup, 'timeout', io);
}

function ask(state: NetworkState, lookup: Lookup, io: IO): void {
  const { question, attempt, routine } = lookup;
  const { flow } = question;
  state.lookups.set(flow, lookup);
  const { isTraced = false } = question;
  if (isTraced) tell(state, 'dns/asked', lookup, {}, io);
  io.after(TIMEOUT_MS, 'resolver/timeout', { flow, attempt }, { routine: true, silent: !isTraced });
  open(state, question, io.self, { routine }, io);
}

/** Without any answer a search ends: whether another name of the path is known, nobody could say either. */
function askAgain(state: NetworkState, lookup: Lookup, why: string, io: IO): void {
  const { packet, origin, routine, question } = lookup;
  const attempt = lookup.attempt + 1;
  tell(state, 'dns/unanswered', lookup, { why, isLast: attempt === ATTEMPTS }, io);
  if (attempt < ATTEMPTS) {
    ask(state, { ...lookup, attempt }, io);
    return;
  }
  state.lookups.delete(question.flow);
  giveUp(state, packet, origin, io, { routine }, NO_NAME_SERVER);
}

function tell({ node }: NetworkState, what: string, { question, attempt }: Lookup, how: object, io: IO): void {
  const name = question.payload.slice(QUESTION.length);
  io.note({ what, about: `name/${name}`, name, node, attempt, from: question.sourceIp, ...how }, { routine: true });
}
