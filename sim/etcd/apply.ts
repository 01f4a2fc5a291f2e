import type { IO } from '../kernel/component.ts';
import type { Mark } from '../kernel/message.ts';
import type { Alarm, Operation, TxnRequest, TxnResponse } from '../protocol/etcd.ts';
import type { Entry } from '../raft/log.ts';
import type { Turn } from '../raft/raft.ts';
import { armLeases } from './expiry.ts';
import { EMPTY_FILE_BYTES } from './identity.ts';
import { attach, grant, isGranted, LEASE_ERRORS, revoke } from './lease.ts';
import { applyMember, MEMBER_ERRORS, memberList } from './membership.ts';
import { bytesOfStore } from './size.ts';
import type { EtcdState, InHand, Proposal, Write } from './state.ts';
import { compact } from './store.ts';
import { txn } from './txn.ts';
import { notify } from './watch.ts';

/** etcd's text for a database that has grown beyond its quota. */
export const NO_SPACE = 'etcdserver: mvcc: database space exceeded';
const RECENT_WRITES = 8;

/** An entry is committed: what it says happens here as on every member. Who holds the client's request answers it. */
export function applyEntry(state: EtcdState, { data, change }: Entry, inHand: InHand, io: IO, turn: Turn): void {
  if (data === null) return;
  const proposal = data as Proposal;
  const { write } = proposal;
  switch (write.type) {
    case 'txn':
      answer(state, proposal, 'committed', applyTxn(state, proposal, write.request, io), io);
      return;
    case 'grant':
      answer(state, proposal, 'leaseGranted', applyGrant(state, write.request, io), io);
      return;
    case 'revoke':
      answer(state, proposal, 'leaseRevoked', applyRevoke(state, proposal, write.lease, io), io);
      return;
    case 'compact':
      answer(state, proposal, 'compacted', applyCompaction(state, write.revision), io);
      return;
    case 'alarm':
      answer(state, proposal, 'alarmList', applyAlarm(state, write), io);
      return;
    case 'publish':
      applyMember(state, write, change, turn);
      answer(state, proposal, '', {}, io);
      return;
    case 'member':
    case 'removeMember': {
      applyMember(state, write, change, turn);
      const error = change === undefined ? { error: MEMBER_ERRORS.unhealthy } : {};
      const body = { clusterId: state.clusterId, members: memberList(state), ...error };
      answer(state, proposal, 'memberList', body, io);
      if (state.removed.has(state.id)) leave(state, inHand, io);
      return;
    }
  }
}

/** Tells the client; the member's own proposals have none. */
function answer(state: EtcdState, { id, routine }: Proposal, kind: string, body: object, io: IO): void {
  const waiting = state.waiting.get(id);
  if (waiting === undefined) return;
  state.waiting.delete(id);
  if (waiting.client !== '') io.reply({ id, from: waiting.client }, kind, body, { causes: [id], routine });
}

function applyTxn(state: EtcdState, proposal: Proposal, request: TxnRequest, io: IO): TxnResponse {
  const { store } = state;
  if (isFull(state) && hasPut(request))
    return { revision: store.revision, succeeded: false, results: [], error: NO_SPACE };
  const before = store.history.length;
  const response = txn(store, request, (lease) => isGranted(state.lessor, lease));
  const events = store.history.slice(before);
  if (events.length === 0) return response;
  const mark: Mark = { causes: [proposal.id], routine: proposal.routine };
  for (const event of events) {
    const { key } = event.keyValue;
    attach(state.lessor, event);
    state.recent.push({ revision: store.revision, key, type: event.type });
    if (state.raft.role === 'leader') {
      io.note({ what: 'etcd/committed', key, type: event.type, revision: store.revision }, mark);
    }
  }
  state.recent.splice(0, Math.max(0, state.recent.length - RECENT_WRITES));
  grow(state, proposal.bytes);
  notify(state.watches, store.revision, events, io, mark);
  return response;
}

function isFull({ alarms }: EtcdState): boolean {
  return alarms.size > 0 && [...alarms].some((alarm) => alarm.startsWith('NOSPACE'));
}

function hasPut({ success, failure }: TxnRequest): boolean {
  const isPut = (operation: Operation): boolean =>
    operation.type === 'put' || (operation.type === 'txn' && hasPut(operation.request));
  return success.some(isPut) || failure.some(isPut);
}

function grow(state: EtcdState, bytes: number): void {
  state.usedBytes += bytes;
  state.fileBytes = Math.max(state.fileBytes, EMPTY_FILE_BYTES + state.usedBytes);
}

function applyGrant(state: EtcdState, request: Parameters<typeof grant>[1], io: IO): object {
  if (isFull(state)) return { lease: 0, ttlSeconds: 0, error: NO_SPACE };
  const granted = grant(state.lessor, request, io.now);
  armLeases(state, io);
  return granted;
}

function applyRevoke(state: EtcdState, proposal: Proposal, lease: number, io: IO): object {
  if (!isGranted(state.lessor, lease)) return { revision: state.store.revision, error: LEASE_ERRORS.notFound };
  const success = revoke(state.lessor, lease).map((key) => ({ type: 'delete', key }) as const);
  if (success.length > 0) applyTxn(state, proposal, { compare: [], success, failure: [] }, io);
  armLeases(state, io);
  return { revision: state.store.revision };
}

/** Old revisions go; the pages they leave free stay in the file. */
function applyCompaction(state: EtcdState, upTo: number): object {
  const error = compact(state.store, upTo);
  const { revision } = state.store;
  if (error !== '') return { revision, error };
  state.usedBytes = bytesOfStore(state.store);
  return { revision };
}

/** Answers with the alarms that were raised or ended by it. */
function applyAlarm(state: EtcdState, { request }: Extract<Write, { readonly type: 'alarm' }>): object {
  const { action, alarm, member } = request;
  const name = `${alarm} ${member}`;
  if (action === 'activate') {
    state.alarms.add(name);
    return { alarms: [{ alarm, member }] };
  }
  const ended = alarmList(state).filter((one) => member === '' || (one.alarm === alarm && one.member === member));
  for (const one of ended) state.alarms.delete(`${one.alarm} ${one.member}`);
  return { alarms: ended };
}

/** The alarms that stand. */
export function alarmList({ alarms }: EtcdState): readonly Alarm[] {
  return [...alarms].sort().map((name) => {
    const [alarm = '', member = ''] = name.split(' ');
    return { alarm: alarm as Alarm['alarm'], member };
  });
}

/** It has been removed: the process ends, and nobody starts it again. */
function leave(state: EtcdState, inHand: InHand, io: IO): void {
  state.phase = 'removed';
  const text = 'the member has been permanently removed from the cluster';
  io.note({ what: 'etcd/removed', member: io.self, text }, { causes: [inHand.id] });
  io.exit(null);
}
