import type { Member } from '../protocol/etcd.ts';
import { changeMembership, isCaughtUp } from '../raft/leader.ts';
import type { MembershipChange } from '../raft/log.ts';
import { isMajority, majorityOf } from '../raft/quorum.ts';
import type { Turn } from '../raft/raft.ts';
import type { EtcdState, Write } from './state.ts';

/** The errors of rpctypes that concern members. */
export const MEMBER_ERRORS = {
  notFound: 'etcdserver: member not found',
  exists: 'etcdserver: Peer URLs already exists',
  notEnoughStarted: 'etcdserver: re-configuration failed due to not enough started members',
  unhealthy: 'etcdserver: unhealthy cluster',
  notLearner: 'etcdserver: can only promote a learner member',
  learnerNotReady: 'etcdserver: can only promote a learner member which is in sync with leader',
  tooManyLearners: 'etcdserver: too many learner members in cluster',
} as const;

/** What a write changes in Raft's own membership; undefined for all others. */
export function changeOf(write: Write): MembershipChange | undefined {
  if (write.type === 'removeMember') return { type: 'remove', node: write.id };
  if (write.type !== 'member') return undefined;
  return { type: write.member.isLearner ? 'addLearner' : 'add', node: write.member.id };
}

/** The members in the order of their ids, as etcdctl lists them. */
export function memberList(state: EtcdState): readonly Member[] {
  return [...state.members.values()].sort((a, b) => compareIds(a.id, b.id));
}

function compareIds(a: string, b: string): number {
  const [left, right] = [a.padStart(16, '0'), b.padStart(16, '0')];
  return left === right ? 0 : left < right ? -1 : 1;
}

/** Why a member may not be added now; '' when it may. Follows `strict-reconfig-check`, which is on by default. */
export function obstacleToAdding(state: EtcdState, process: string, isLearner: boolean): string {
  const members = memberList(state);
  if (members.some((member) => member.process === process)) return MEMBER_ERRORS.exists;
  if (isLearner && members.some((member) => member.isLearner)) return MEMBER_ERRORS.tooManyLearners;
  const voters = members.filter((member) => !member.isLearner);
  const started = voters.filter(({ name }) => name !== '').length;
  const isFirst = voters.length === 1 && started === 1;
  if (!isLearner && !isFirst && started < majorityOf(voters.length + 1)) return MEMBER_ERRORS.notEnoughStarted;
  return isHealthy(state) ? '' : MEMBER_ERRORS.unhealthy;
}

/** Why a member may not be removed now; '' when it may. */
export function obstacleToRemoving(state: EtcdState, id: string): string {
  const member = state.members.get(id);
  if (member === undefined) return MEMBER_ERRORS.notFound;
  if (member.isLearner) return '';
  const left = memberList(state).filter((other) => !other.isLearner && other.id !== id);
  if (left.filter(({ name }) => name !== '').length < majorityOf(left.length)) return MEMBER_ERRORS.notEnoughStarted;
  return '';
}

/** Why a learner may not vote yet; '' when it may. Only the leader knows how far it is. */
export function obstacleToPromoting(state: EtcdState, id: string): string {
  const member = state.members.get(id);
  if (member === undefined) return MEMBER_ERRORS.notFound;
  if (!member.isLearner) return MEMBER_ERRORS.notLearner;
  return isCaughtUp(state.raft, id) ? '' : MEMBER_ERRORS.learnerNotReady;
}

/** Whether this member hears a majority: as the leader, of everybody; as a follower, of the leader. */
function isHealthy({ raft }: EtcdState): boolean {
  if (raft.role !== 'leader') return raft.leader !== '';
  return isMajority(raft.membership.voters, (id) => id === raft.id || (raft.progress.get(id)?.match ?? 0) > 0);
}

/** An applied entry adds, promotes, names or removes a member. Who was removed never comes back under its id. */
export function applyMember(state: EtcdState, write: Write, change: MembershipChange | undefined, turn: Turn): void {
  if (write.type === 'publish') {
    const member = state.members.get(write.id);
    if (member !== undefined) state.members.set(write.id, { ...member, name: write.name });
  }
  if (change === undefined) return;
  if (write.type === 'member') {
    const name = state.members.get(write.member.id)?.name ?? write.member.name;
    state.members.set(write.member.id, { ...write.member, name });
  }
  if (write.type === 'removeMember') {
    state.members.delete(write.id);
    state.removed.add(write.id);
  }
  changeMembership(state.raft, change, turn);
}
