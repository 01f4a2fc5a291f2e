import { timeout } from '../api/status.ts';
import type { IO } from '../kernel/component.ts';
import type { Address, Mark, MessageId, Millis } from '../kernel/message.ts';
import type { Call } from './call.ts';
import { respond } from './respond.ts';
import type { ApiServerState, Pending, Stage } from './state.ts';
import type { Question } from './storage.ts';

const MIN_RETRY_MS = 100;
const MAX_RETRY_MS = 1000;
/** What Go's gRPC client says when the connection breaks under a write whose outcome is therefore not known. */
const BROKEN = 'rpc error: code = Unavailable desc = error reading from server: EOF';

/** Asks etcd on behalf of a call; the answer finds the next stage in `pending`. */
export function ask(state: ApiServerState, io: IO, call: Call, question: Question, next: Stage): void {
  const id = put(state, io, question, { routine: call.routine });
  state.pending.set(id, { call, next, question, to: state.etcd, askedAt: io.now, isWaiting: false });
  armSweep(state, io);
}

function put(state: ApiServerState, io: IO, question: Question, mark: Mark): MessageId {
  switch (question.kind) {
    case 'range':
      return io.send(state.etcd, 'range', question.body, mark);
    case 'txn':
      return io.send(state.etcd, 'txn', question.body, mark);
    case 'grantLease':
      return io.send(state.etcd, 'grantLease', question.body, mark);
  }
}

/** Takes the continuation of an answer out of the waiting ones. */
export function take(state: ApiServerState, replyTo: MessageId): Pending | undefined {
  const pending = state.pending.get(replyTo);
  if (pending !== undefined) state.pending.delete(replyTo);
  return pending;
}

/** etcd does not listen: the question was never heard, so it is asked again, ever later as the call grows old. */
export function askLater(state: ApiServerState, io: IO, id: MessageId): void {
  const pending = state.pending.get(id);
  if (pending?.question === undefined) return;
  state.pending.set(id, { ...pending, isWaiting: true });
  const { receivedAt, routine } = pending.call;
  const delayMs = Math.min(Math.max(MIN_RETRY_MS, io.now - receivedAt), MAX_RETRY_MS);
  io.after(delayMs, 'retry', { question: id }, { routine });
}

/** Asks a question for the first time, but later: till then it waits under the timer's own id. */
export function askAfter(
  state: ApiServerState,
  io: IO,
  call: Call,
  question: Question,
  next: Stage,
  delayMs: Millis,
): void {
  const timer = io.after(delayMs, 'retry', { question: '' }, { routine: call.routine });
  state.pending.set(timer, { call, next, question, to: state.etcd, askedAt: io.now, isWaiting: true });
  armSweep(state, io);
}

/** Asks a question again. */
export function askAgain(state: ApiServerState, io: IO, id: MessageId): void {
  const pending = take(state, id);
  if (pending?.question !== undefined) ask(state, io, pending.call, pending.question, pending.next);
}

/** The connection to a member broke: reads are asked again; of writes nobody knows whether they happened. */
export function loseBackend(state: ApiServerState, io: IO, member: Address, why = BROKEN): void {
  for (const [id, { call, question, to, isWaiting }] of [...state.pending]) {
    if (question === undefined || isWaiting || to !== member) continue;
    if (question.kind !== 'txn') askLater(state, io, id);
    else {
      state.pending.delete(id);
      const status = { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', message: why, code: 500 };
      respond(state, io, call, 500, status);
    }
  }
}

/** Answers 504 to those that waited too long, and looks again when the next one might have. */
export function sweep(state: ApiServerState, io: IO): void {
  state.isSweeping = false;
  for (const [id, { call }] of [...state.pending]) {
    if (io.now - call.receivedAt < state.config.requestTimeoutMs) continue;
    state.pending.delete(id);
    respond(
      state,
      io,
      call,
      504,
      timeout('request did not complete within requested timeout - context deadline exceeded'),
    );
  }
  armSweep(state, io);
}

/** Makes sure that somebody looks when the oldest request has waited too long. */
export function armSweep(state: ApiServerState, io: IO): void {
  if (state.isSweeping || state.pending.size === 0) return;
  let oldest = io.now;
  for (const { call } of state.pending.values()) oldest = Math.min(oldest, call.receivedAt);
  state.isSweeping = true;
  io.after(Math.max(0, oldest + state.config.requestTimeoutMs - io.now), 'sweep', null, { routine: true });
}
