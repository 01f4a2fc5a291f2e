import type { IO } from '../../kernel/component.ts';
import type { Address, AnyMessage } from '../../kernel/message.ts';
import { COREDNS, type Resolved } from '../../protocol/dns.ts';
import type { Packet } from '../../protocol/network.ts';
import { giveUp, open } from '../forwarding.ts';
import type { NetworkState } from '../state.ts';
import { searchPath } from './names.ts';

/** Asks CoreDNS for the names that a pod's resolver tries, one after the other; the packet waits. */
export function resolve(
  state: NetworkState,
  packet: Packet,
  origin: Address,
  routine: boolean,
  io: IO,
  tried = 0,
): void {
  const name = searchPath(packet.destinationIp, packet.namespace ?? '')[tried];
  if (name === undefined) {
    giveUp(state, packet, origin, io, { routine });
    return;
  }
  const id = io.send(COREDNS, 'query', { name }, { routine });
  state.lookups.set(id, { packet, origin, routine, tried });
}

/** An answer of CoreDNS, or the news that it is down: then the program waits until its patience ends. */
export function hearResolved(state: NetworkState, message: AnyMessage, io: IO): void {
  const lookup = state.lookups.get(message.replyTo);
  if (lookup === undefined) return;
  state.lookups.delete(message.replyTo);
  if (message.kind !== 'resolved') return;
  const { packet, origin, routine, tried } = lookup;
  const { name, records } = message.body as Resolved;
  const ip = records.find((record) => record.startsWith('A '))?.slice(2);
  const code = records.length === 0 ? 'NXDOMAIN' : 'NOERROR';
  io.note({ what: 'dns/answered', about: `name/${name}`, name, code, records, node: state.node }, { routine: true });
  if (ip === undefined) resolve(state, packet, origin, routine, io, tried + 1);
  else open(state, { ...packet, destinationIp: ip }, origin, message, io);
}
