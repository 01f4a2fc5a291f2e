import type { IO } from '../kernel/component.ts';
import type { Address, Millis } from '../kernel/message.ts';
import type { EtcdProtocol } from '../protocol/etcd.ts';
import type { ApiServerState } from './state.ts';

type Member = Address<EtcdProtocol>;

/** How often the connections are looked at. */
export const LOOK_MS = 5000;
/** Go's gRPC client: a question that is not even acknowledged for so long ends the connection. */
const PATIENCE_MS = 10_000;
/** kube-apiserver's etcd client: a connection that is silent for so long is pinged. */
const SILENCE_MS = 30_000;

/** Errors of a member that another member may not have: the client goes on to the next. */
export function isUnavailable(error: string): boolean {
  return UNAVAILABLE.includes(error);
}

const UNAVAILABLE: readonly string[] = [
  'etcdserver: no leader',
  'etcdserver: request timed out',
  'etcdserver: rpc not supported for learner',
];

/** Whether an actor is one of the members this server may ask. */
export function isMember({ members }: ApiServerState, name: Address): name is Member {
  return (members as readonly Address[]).includes(name);
}

/** The member does not serve: from now on the next one is asked. One that is not asked any more changes nothing. */
export function leaveMember(state: ApiServerState, member: Address): void {
  if (!isMember(state, member) || member !== state.etcd) return;
  const at = state.members.indexOf(member);
  state.etcd = state.members[(at + 1) % state.members.length] ?? state.etcd;
}

/** The members whose connections have gone dead: asked, or pinged, and silent since. Pings those that say nothing. */
export function silentMembers(state: ApiServerState, io: IO): readonly Member[] {
  const silent: Member[] = [];
  for (const member of state.members) {
    const asked = oldestQuestion(state, member);
    const heard = state.heard.get(member) ?? Number.NEGATIVE_INFINITY;
    if (asked !== undefined && io.now - Math.max(asked, heard) >= PATIENCE_MS) silent.push(member);
    else if (isInUse(state, member) && io.now - heard >= SILENCE_MS) ping(member, heard, silent, io);
  }
  return silent;
}

function ping(member: Member, heard: Millis, silent: Member[], io: IO): void {
  if (io.now - heard >= SILENCE_MS + PATIENCE_MS && heard > Number.NEGATIVE_INFINITY) silent.push(member);
  else io.send(member, 'keepalivePing', null, { routine: true });
}

function oldestQuestion(state: ApiServerState, member: Address): Millis | undefined {
  let oldest: Millis | undefined;
  for (const { phase, member: asked, askedAt } of state.caches.values()) {
    if (phase === 'listing' && asked === member && (oldest === undefined || askedAt < oldest)) oldest = askedAt;
  }
  for (const { to, askedAt, isWaiting, question } of state.pending.values()) {
    if (to !== member || isWaiting || question === undefined) continue;
    if (oldest === undefined || askedAt < oldest) oldest = askedAt;
  }
  return oldest;
}

function isInUse(state: ApiServerState, member: Address): boolean {
  if (state.etcd === member) return true;
  for (const cache of state.caches.values()) if (cache.member === member && cache.phase === 'watching') return true;
  return false;
}
