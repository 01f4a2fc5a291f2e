import type { IO } from '../kernel/component.ts';
import type { Address, Message, MessageId, Millis } from '../kernel/message.ts';
import type { EtcdProtocol } from '../protocol/etcd.ts';
import { NOBODY } from '../raft/message.ts';
import { NO_SPACE } from './apply.ts';
import { drive } from './consensus.ts';
import { armLeases } from './expiry.ts';
import { expired } from './lease.ts';
import { proposeWaiting } from './proposals.ts';
import { askForRounds, READ_RETRY_MS, serve } from './reads.ts';
import { bytesOfTxn } from './size.ts';
import type { EtcdState, InHand, WaitingRead, Write } from './state.ts';
import { failedRange } from './store.ts';
import { malformed, TXN_ERRORS } from './txn.ts';

/** etcd gives up a request after 5 s and two election timeouts (ServerConfig.ReqTimeout). */
const REQUEST_TIMEOUT_MS = 7000;
const TIMED_OUT = 'etcdserver: request timed out';
const TOO_LARGE = 'etcdserver: request is too large';
const NOT_FOR_LEARNERS = 'etcdserver: rpc not supported for learner';
/** --max-request-bytes */
const MAX_REQUEST_BYTES = 1.5 * 1024 * 1024;

/** The answer to each kind of write, and what it looks like when it failed. */
const FAILURES: Readonly<Record<Write['type'], { readonly kind: string; readonly body: object }>> = {
  txn: { kind: 'committed', body: { succeeded: false, results: [] } },
  grant: { kind: 'leaseGranted', body: { lease: 0, ttlSeconds: 0 } },
  revoke: { kind: 'leaseRevoked', body: {} },
  compact: { kind: 'compacted', body: {} },
  alarm: { kind: 'alarmList', body: { alarms: [] } },
  member: { kind: 'memberList', body: { clusterId: '', members: [] } },
  publish: { kind: '', body: {} },
  removeMember: { kind: 'memberList', body: { clusterId: '', members: [] } },
};

type Request<K extends keyof EtcdProtocol> = Pick<
  Extract<Message<EtcdProtocol>, { kind: K }>,
  'id' | 'from' | 'routine' | 'body'
>;

/** A transaction: checked as far as one can before it has its place in the log. */
export function startTxn(state: EtcdState, message: Request<'txn'>, io: IO): void {
  const { body: request } = message;
  const bytes = bytesOfTxn(request);
  const problem =
    malformed(request) || (bytes > MAX_REQUEST_BYTES ? TOO_LARGE : '') || quotaProblem(state, bytes, message, io);
  if (problem === '') startWrite(state, { type: 'txn', request }, bytes, message, io);
  else fail(state, { type: 'txn', request }, message, problem, io);
}

/** Over the quota: the member raises the alarm for the whole cluster. Deletions go through. */
function quotaProblem(state: EtcdState, bytes: number, { id }: InHand, io: IO): string {
  if (bytes === 0 || state.fileBytes + bytes <= state.config.quotaBytes) return '';
  const request = { action: 'activate', member: state.id, alarm: 'NOSPACE' } as const;
  const name = `${id} alarm`;
  if (!state.alarms.has(`NOSPACE ${state.id}`))
    submit(state, name, { type: 'alarm', request }, { id, routine: false }, io);
  return NO_SPACE;
}

/** Any other write of a client. */
export function startWrite(
  state: EtcdState,
  write: Write,
  bytes: number,
  { id, from: client, routine }: InHand & { readonly from: Address },
  io: IO,
): void {
  if (isLearner(state)) {
    fail(state, write, { id, from: client, routine }, NOT_FOR_LEARNERS, io);
    return;
  }
  const proposal = { id, routine, bytes, write };
  state.waiting.set(id, { client, proposal, at: io.now, isProposed: false });
  drive(state, { id, routine }, io, (turn) => proposeWaiting(state, turn));
  armSweep(state, io);
}

function isLearner(state: EtcdState): boolean {
  return state.members.get(state.id)?.isLearner ?? true;
}

/** A proposal of the member's own. */
function submit(state: EtcdState, name: string, write: Write, inHand: InHand, io: IO): void {
  const proposal = { id: name, routine: true, bytes: 0, write };
  state.waiting.set(name, { client: '', proposal, at: io.now, isProposed: false });
  drive(state, inHand, io, (turn) => proposeWaiting(state, turn));
  armSweep(state, io);
}

function fail(
  state: EtcdState,
  write: Write,
  request: InHand & { readonly from: Address },
  error: string,
  io: IO,
): void {
  const { kind, body } = FAILURES[write.type];
  const { revision } = state.store;
  io.reply(request, kind, { revision, ...body, error }, { causes: [request.id], routine: request.routine });
}

/** A read: at once when the client is content with what this member has, else when it is known to be up to date. */
export function startRead(state: EtcdState, message: Request<'range'>, io: IO): void {
  const { id, from: client, routine, body: request } = message;
  const read: WaitingRead = { id, client, routine, request, at: io.now };
  if (request.key === '') refuseRead(state, read, TXN_ERRORS.emptyKey, io);
  else if (request.serializable) serve(state, read, io);
  else if (isLearner(state)) refuseRead(state, read, NOT_FOR_LEARNERS, io);
  else {
    state.reads.push(read);
    drive(state, { id, routine }, io, (turn) => askForRounds(state, turn, false));
    armSweep(state, io);
  }
}

function refuseRead(state: EtcdState, { id, client, routine }: WaitingRead, error: string, io: IO): void {
  io.reply({ id, from: client }, 'ranged', failedRange(state.store, error), { causes: [id], routine });
}

/** Looks again when the oldest read or write may have waited too long. */
function armSweep(state: EtcdState, io: IO): void {
  let at = Number.POSITIVE_INFINITY;
  for (const waiting of state.waiting.values()) at = Math.min(at, waiting.at + REQUEST_TIMEOUT_MS);
  const asking = state.rounds.find(({ index }) => index === 0);
  if (asking !== undefined) at = Math.min(at, asking.askedAt + READ_RETRY_MS);
  if (state.reads[0] !== undefined) at = Math.min(at, state.reads[0].at + REQUEST_TIMEOUT_MS);
  if (!Number.isFinite(at) || (state.sweepAt !== null && state.sweepAt <= at)) return;
  state.sweepAt = Math.max(at, io.now + 1);
  io.after(state.sweepAt - io.now, 'sweep', { at: state.sweepAt }, { routine: true });
}

/** Gives up what has waited too long: nobody knows whether a proposed write will be committed after all. */
export function sweep(state: EtcdState, message: InHand & { readonly body: { readonly at: Millis } }, io: IO): void {
  if (state.sweepAt === message.body.at) state.sweepAt = null;
  const isOver = (at: Millis) => io.now - at >= REQUEST_TIMEOUT_MS;
  for (const [id, { client, proposal, at }] of [...state.waiting]) {
    if (!isOver(at)) continue;
    state.waiting.delete(id);
    const request = { id, from: client, routine: proposal.routine };
    if (client !== '') fail(state, proposal.write, request, TIMED_OUT, io);
  }
  for (const read of state.reads.filter((waiting) => isOver(waiting.at))) refuseRead(state, read, TIMED_OUT, io);
  state.reads = state.reads.filter((read) => !isOver(read.at));
  state.rounds = state.rounds.flatMap((round) => {
    for (const read of round.reads.filter((waiting) => isOver(waiting.at))) refuseRead(state, read, TIMED_OUT, io);
    const reads = round.reads.filter((read) => !isOver(read.at));
    return reads.length === 0 ? [] : [{ ...round, reads }];
  });
  const asking = state.rounds.find(({ index }) => index === 0);
  const isOld = asking !== undefined && io.now - asking.askedAt >= READ_RETRY_MS;
  if (state.raft.leader !== NOBODY) {
    drive(state, message, io, (turn) => {
      proposeWaiting(state, turn);
      if (isOld) askForRounds(state, turn, true);
    });
  } else if (asking !== undefined) {
    state.rounds = state.rounds.map((round) => (round === asking ? { ...round, askedAt: io.now } : round));
  }
  armSweep(state, io);
}

/** The leader proposes to revoke the leases whose time is over; so all members delete the keys at one place of the log. */
export function expireLeases(state: EtcdState, id: MessageId, at: Millis, io: IO): void {
  if (state.leaseTimerAt === at) state.leaseTimerAt = null;
  if (state.raft.role !== 'leader') return;
  for (const lease of expired(state.lessor, io.now)) {
    const name = `${id} ${lease}`;
    const isProposed = [...state.waiting.values()].some(
      ({ proposal: { write } }) => write.type === 'revoke' && write.lease === lease,
    );
    if (!isProposed) submit(state, name, { type: 'revoke', lease }, { id, routine: true }, io);
  }
  armLeases(state, io);
}
