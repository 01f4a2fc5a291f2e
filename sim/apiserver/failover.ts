import type { IO } from '../kernel/component.ts';
import type { Address, Millis } from '../kernel/message.ts';
import type { EtcdProtocol } from '../protocol/etcd.ts';
import type { ApiServerState } from './state.ts';

type Member = Address<EtcdProtocol>;

/** How often the connections are looked at. */
export const LOOK_MS = 5000;
/** Go's gRPC client: a question that is not even acknowledged for so long ends the connection. */
export const PATIENCE_MS = 10_000;
/** kube-apiserver's etcd client: a connection that is silent for so long is tried. */
export const SILENCE_MS = 30_000;

/** What Go's gRPC client says of a connection that went dead under a write. */
export const NO_ANSWER = 'rpc error: code = Unavailable desc = keepalive ping failed to receive ACK within timeout';

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

/** The members whose connections have gone dead: asked, and silent since. */
export function silentMembers(state: ApiServerState, io: IO): readonly Member[] {
  return state.members.filter((member) => {
    const asked = oldestQuestion(state, member);
    const heard = state.heard.get(member) ?? Number.NEGATIVE_INFINITY;
    return asked !== undefined && io.now - Math.max(asked, heard) >= PATIENCE_MS;
  });
}

function oldestQuestion(state: ApiServerState, member: Address): Millis | undefined {
  let oldest: Millis | undefined;
  for (const { to, askedAt, isWaiting, question } of state.pending.values()) {
    if (to !== member || isWaiting || question === undefined) continue;
    if (oldest === undefined || askedAt < oldest) oldest = askedAt;
  }
  return oldest;
}
