import type { IO } from '../kernel/component.ts';
import { type Address, type AnyMessage, address, type MessageId } from '../kernel/message.ts';
import type { EtcdProtocol, MemberStatus } from '../protocol/etcd.ts';
import { lastIndex } from '../raft/log.ts';
import { NOBODY } from '../raft/message.ts';
import { transferLeadership } from '../raft/step.ts';
import { alarmList } from './apply.ts';
import { drive } from './consensus.ts';
import { addedMemberId, EMPTY_FILE_BYTES } from './identity.ts';
import { imageOf } from './image.ts';
import { leaseIds, renew, timeLeft } from './lease.ts';
import { MEMBER_ERRORS, memberList, obstacleToAdding, obstacleToPromoting, obstacleToRemoving } from './membership.ts';
import { startWrite } from './requests.ts';
import type { EtcdState, Write } from './state.ts';
import { awaitTransfer } from './transfer.ts';

type Asked<K extends keyof EtcdProtocol> = Omit<AnyMessage, 'body'> & { readonly body: EtcdProtocol[K] };

const NO_LEADER = 'etcdserver: no leader';
const NOT_LEADER = 'etcdserver: not leader';
const BAD_TRANSFEREE = 'etcdserver: bad leader transferee';

/** What etcdctl asks beside reading and writing keys. Follows v3rpc/maintenance.go, member.go and lease.go. */
export function answerOperator(state: EtcdState, message: AnyMessage, io: IO): void {
  switch (message.kind) {
    case 'status':
      io.reply(message, 'statusOf', statusOf(state));
      return;
    case 'alarms':
      io.reply(message, 'alarmList', { alarms: alarmList(state) });
      return;
    case 'members':
      io.reply(message, 'memberList', { clusterId: state.clusterId, members: memberList(state) });
      return;
    case 'addMember':
    case 'removeMember':
    case 'promoteMember':
      changeMembers(state, message, io);
      return;
    case 'defragment':
      state.fileBytes = EMPTY_FILE_BYTES + state.usedBytes;
      io.reply(message, 'defragmented', {});
      return;
    case 'saveSnapshot':
      io.reply(message, 'snapshotSent', { image: imageOf(state), bytes: state.fileBytes });
      return;
    case 'moveLeader':
      moveLeader(state, message as Asked<'moveLeader'>, io);
      return;
    default:
      answerAboutLeases(state, message, io);
  }
}

function changeMembers(state: EtcdState, message: AnyMessage, io: IO): void {
  const [problem, write] = changeOfMembers(state, message, io.now);
  if (problem === '' && write !== undefined) {
    startWrite(state, write, 0, message, io);
    return;
  }
  io.reply(message, 'memberList', { clusterId: state.clusterId, members: memberList(state), error: problem });
}

function changeOfMembers(state: EtcdState, message: AnyMessage, now: number): readonly [string, Write | undefined] {
  if (message.kind === 'addMember') {
    const { process, isLearner } = message.body as EtcdProtocol['addMember'];
    const member = { id: addedMemberId(process, now), name: '', process, isLearner };
    return [obstacleToAdding(state, process, isLearner), { type: 'member', member }];
  }
  const { id } = message.body as EtcdProtocol['removeMember'];
  if (message.kind === 'removeMember') return [obstacleToRemoving(state, id), { type: 'removeMember', id }];
  const member = state.members.get(id);
  const promoted =
    member === undefined ? undefined : ({ type: 'member', member: { ...member, isLearner: false } } as const);
  if (state.raft.role !== 'leader' && member?.isLearner) return [MEMBER_ERRORS.learnerNotReady, promoted];
  return [obstacleToPromoting(state, id), promoted];
}

function moveLeader(state: EtcdState, message: Asked<'moveLeader'>, io: IO): void {
  const { target } = message.body;
  const member = state.members.get(target);
  if (state.raft.role !== 'leader') io.reply(message, 'leaderMoved', { error: NOT_LEADER });
  else if (member === undefined || member.isLearner) io.reply(message, 'leaderMoved', { error: BAD_TRANSFEREE });
  else {
    const { id, from } = message;
    awaitTransfer(state, { id, from, target }, io);
    drive(state, message, io, (turn) => transferLeadership(state.raft, target, turn));
  }
}

function statusOf(state: EtcdState): MemberStatus {
  const { raft, store, fileBytes, usedBytes, config } = state;
  return {
    member: state.id,
    clusterId: state.clusterId,
    leader: raft.leader,
    isLearner: state.members.get(state.id)?.isLearner ?? false,
    term: raft.term,
    index: lastIndex(raft.log),
    appliedIndex: raft.log.applied,
    revision: store.revision,
    fileBytes,
    usedBytes: EMPTY_FILE_BYTES + usedBytes,
    quotaBytes: config.quotaBytes,
    errors: [
      ...(raft.leader === NOBODY ? [NO_LEADER] : []),
      ...alarmList(state).map(({ alarm, member }) => `memberID:${BigInt(`0x${member}`)} alarm:${alarm} `),
    ],
  };
}

/** Only the leader counts the time of leases: a follower passes the question on, and the leader answers the client. */
function answerAboutLeases(state: EtcdState, message: AnyMessage, io: IO): void {
  if (message.kind === 'listLeases') {
    io.reply(message, 'leaseList', { leases: leaseIds(state.lessor) });
    return;
  }
  if (message.kind !== 'keepAlive' && message.kind !== 'timeToLive' && message.kind !== 'passedOn') return;
  const asked = message.kind === 'passedOn' ? (message.body as PassedOn) : { ...message, kind: message.kind };
  const leader = state.members.get(state.raft.leader)?.process;
  if (state.raft.role === 'leader') tellAboutLease(state, asked, io);
  else if (leader !== undefined && message.kind !== 'passedOn') {
    const { id, from, kind, body } = message;
    io.send(address<Record<string, object>>(leader), 'passedOn', { id, from, kind, body });
  } else
    io.reply(asked, answerKind(asked.kind), { lease: 0, ttlSeconds: 0, grantedSeconds: 0, keys: [], error: NO_LEADER });
}

interface PassedOn {
  readonly id: MessageId;
  readonly from: Address;
  readonly kind: string;
  readonly body: AnyMessage['body'];
}

function answerKind(kind: string): string {
  return kind === 'keepAlive' ? 'keptAlive' : 'timeLeft';
}

function tellAboutLease(state: EtcdState, asked: PassedOn, io: IO): void {
  const { lease } = asked.body as EtcdProtocol['timeToLive'];
  if (asked.kind === 'keepAlive') {
    io.reply(asked, 'keptAlive', { lease, ttlSeconds: renew(state.lessor, lease, io.now) });
    return;
  }
  const none = { ttlSeconds: -1, grantedSeconds: 0, keys: [] };
  const { keys } = asked.body as EtcdProtocol['timeToLive'];
  const left = timeLeft(state.lessor, lease, io.now) ?? none;
  io.reply(asked, 'timeLeft', { lease, ...left, keys: keys ? left.keys : [] });
}
