import type { KubeObject } from '../api/meta.ts';
import type { Resource } from '../api/resource.ts';
import { notFound, renderFieldError, type Status } from '../api/status.ts';
import type { IO } from '../kernel/component.ts';
import type { KeyValue, RangeResponse, TxnResponse } from '../protocol/etcd.ts';
import { admissionOf, admit, passageOf, refuseAdmission } from './admission/index.ts';
import { ask } from './backend.ts';
import { decideBinding } from './binding.ts';
import type { Call } from './call.ts';
import { startCreate } from './create.ts';
import type { Decision, Passage } from './decision.ts';
import { decideDelete } from './delete.ts';
import { leaseFor, needsLease } from './eventlease.ts';
import { isApply } from './fieldmanagers.ts';
import { fail, respond, respondObject } from './respond.ts';
import { resourceOf } from './routes.ts';
import { viewScale } from './scale.ts';
import type { ApiServerState, Stage } from './state.ts';
import { decodeStored, deleteTxn, storageKey, updateTxn, withRevision } from './storage.ts';
import { decideUpdate } from './update.ts';

type StageOf<S extends Stage['stage']> = Extract<Stage, { readonly stage: S }>;

/** Two writers in turn could overtake a third for ever; upstream's loop has no bound, here it ends with its 409. */
const MAX_ATTEMPTS = 64;

/**
 * PUT, PATCH, DELETE and binding: decide on the object as the cache knows it, write if nobody was faster, else decide
 * again on what etcd has. Follows apiserver/pkg/storage/etcd3/store.go `GuaranteedUpdate`.
 */
export function startModify(state: ApiServerState, call: Call, io: IO): void {
  const cached = state.caches.get(call.route.resource)?.objects.get(keyOf(call));
  if (cached === undefined) askCurrent(state, call, 1, io);
  else modify(state, call, cached, false, 1, io);
}

/** The object as it is in etcd now. */
export function afterCurrent(
  state: ApiServerState,
  call: Call,
  { attempt }: StageOf<'current'>,
  answer: RangeResponse,
  io: IO,
): void {
  decideOn(state, call, answer.keyValues[0], attempt, io);
}

/** etcd has written, or says what is there instead. */
export function afterUpdated(
  state: ApiServerState,
  call: Call,
  next: StageOf<'updated'>,
  answer: TxnResponse,
  io: IO,
): void {
  if (!answer.succeeded) {
    decideOn(state, call, answer.results[0]?.keyValues?.[0], next.attempt + 1, io);
    return;
  }
  const written = withRevision(next.object, answer.revision);
  if (next.thenRemove) remove(state, call, written, 1, io);
  else answerWith(state, call, written, next.warnings, false, io);
}

/** etcd has deleted, or somebody wrote in between: then once more. */
export function afterRemoved(
  state: ApiServerState,
  call: Call,
  { object, attempt }: StageOf<'removed'>,
  answer: TxnResponse,
  io: IO,
): void {
  const current = answer.succeeded ? undefined : answer.results[0]?.keyValues?.[0];
  if (current !== undefined && attempt < MAX_ATTEMPTS) {
    const now = decodeStored(current);
    if (now.metadata.uid === object.metadata.uid) {
      remove(state, call, now, attempt + 1, io);
      return;
    }
  }
  answerWith(state, call, answer.succeeded ? withRevision(object, answer.revision) : object, [], true, io);
}

/** An EtcdLease for the Event is there: write it. */
export function afterUpdateLease(
  state: ApiServerState,
  call: Call,
  next: StageOf<'lease'> & { readonly existing: KubeObject },
  io: IO,
): void {
  write(state, call, next.object, next.existing, next.warnings, 1, false, io);
}

function decideOn(state: ApiServerState, call: Call, found: KeyValue | undefined, attempt: number, io: IO): void {
  if (found === undefined && isApply(call)) {
    startCreate(state, call, io);
    return;
  }
  if (found === undefined) {
    fail(state, io, call, notFound(resourceOf(call.route), call.route.name));
    return;
  }
  modify(state, call, decodeStored(found), true, attempt, io);
}

function modify(
  state: ApiServerState,
  call: Call,
  existing: KubeObject,
  isLive: boolean,
  attempt: number,
  io: IO,
): void {
  const decision = decide(state, call, existing, io);
  const isSettled = isLive || decision.type === 'write' || decision.type === 'remove';
  if (!isSettled) {
    askCurrent(state, call, attempt, io);
    return;
  }
  if (decision.type !== 'fail') tellPassage(call, existing, decision.passage, io);
  switch (decision.type) {
    case 'fail':
      refuse(state, call, existing, decision, io);
      return;
    case 'keep':
      answerWith(state, call, decision.object, decision.warnings, false, io);
      return;
    case 'remove':
      if (call.options.dryRun) {
        answerWith(state, call, decision.object, [], true, io);
        return;
      }
      remove(state, call, decision.object, 1, io);
      return;
    case 'write': {
      const { object, warnings, thenRemove } = decision;
      if (call.options.dryRun) {
        answerWith(state, call, object, warnings, thenRemove, io);
        return;
      }
      if (attempt > MAX_ATTEMPTS) {
        fail(state, io, call, TOO_BUSY);
        return;
      }
      write(state, call, object, existing, warnings, attempt, thenRemove, io);
      return;
    }
  }
}

/** What routine changes bring along would fill the trace with nothing new. */
function tellPassage(call: Call, existing: KubeObject, passage: Passage | undefined, io: IO): void {
  if (passage === undefined || call.routine) return;
  const { verb, subresource } = call.route;
  const operation = verb !== 'delete' ? 'update' : subresource === 'eviction' ? 'eviction' : 'deletion';
  io.note({ what: 'apiserver/let-through', about: nameOf(existing), operation, ...passage });
}

function refuse(
  state: ApiServerState,
  call: Call,
  existing: KubeObject,
  { status, by, errors }: Extract<Decision, { readonly type: 'fail' }>,
  io: IO,
): void {
  const about = nameOf(existing);
  if (by !== undefined) {
    refuseAdmission(state, call, about, { refusal: status, by }, io);
    return;
  }
  if (errors !== undefined) {
    const note = { what: 'apiserver/invalid', about, errors: errors.map(renderFieldError) };
    io.note(note, { routine: call.routine });
  }
  fail(state, io, call, status);
}

function nameOf({ kind, metadata }: KubeObject): string {
  return `${kind.toLowerCase()}/${metadata.name}`;
}

const TOO_BUSY: Status = {
  kind: 'Status',
  apiVersion: 'v1',
  metadata: {},
  status: 'Failure',
  message: 'the object was modified by others too often',
  code: 500,
};

function decide(state: ApiServerState, call: Call, existing: KubeObject, io: IO): Decision {
  if (call.route.verb === 'delete') {
    const request = admissionOf(call, 'DELETE', io, existing);
    const admitted = admit(state, undefined, request);
    if ('refusal' in admitted) return { type: 'fail', status: admitted.refusal, by: admitted.by };
    const decision = decideDelete(call, existing, io.now);
    return decision.type === 'fail' ? decision : { ...decision, passage: passageOf(state, undefined, request, []) };
  }
  if (call.route.subresource === 'binding') return decideBinding(call, existing, io.now);
  return decideUpdate(state, call, existing, io);
}

function askCurrent(state: ApiServerState, call: Call, attempt: number, io: IO): void {
  ask(state, io, call, { kind: 'range', body: { key: keyOf(call) } }, { stage: 'current', attempt });
}

function write(
  state: ApiServerState,
  call: Call,
  object: KubeObject,
  existing: KubeObject,
  warnings: readonly string[],
  attempt: number,
  thenRemove: boolean,
  io: IO,
): void {
  const lease = needsLease(resourceOf(call.route)) ? leaseFor(state, io) : 0;
  if (lease === undefined) {
    const ttlSeconds = state.config.eventTtlSeconds;
    ask(state, io, call, { kind: 'grantLease', body: { ttlSeconds } }, { stage: 'lease', object, existing, warnings });
    return;
  }
  const question = { kind: 'txn' as const, body: updateTxn(keyOf(call), object, existing, lease) };
  ask(state, io, call, question, { stage: 'updated', object, existing, warnings, attempt, thenRemove });
}

function remove(state: ApiServerState, call: Call, object: KubeObject, attempt: number, io: IO): void {
  ask(state, io, call, { kind: 'txn', body: deleteTxn(keyOf(call), object) }, { stage: 'removed', object, attempt });
}

function keyOf(call: Call): string {
  return storageKey(resourceOf(call.route), call.route.namespace, call.route.name);
}

/** Kinds whose DELETE answers with the object (ReturnDeletedObject in their storage), not with a Status. */
const RETURN_DELETED: readonly string[] = ['pods', 'services', 'serviceaccounts'];

/** The last stage: the answer in the form that the verb and subresource ask for. */
function answerWith(
  state: ApiServerState,
  call: Call,
  object: KubeObject,
  warnings: readonly string[],
  isDeleted: boolean,
  io: IO,
): void {
  const resource = resourceOf(call.route);
  if (call.route.subresource === 'binding' || call.route.subresource === 'eviction') {
    respond(state, io, call, 201, BOUND);
    return;
  }
  if (call.route.subresource === 'scale') {
    respond(state, io, call, 200, viewScale(object), warnings);
    return;
  }
  if (isDeleted && call.route.verb === 'delete' && !RETURN_DELETED.includes(call.route.resource)) {
    respond(state, io, call, 200, deletedStatus(resource, object));
    return;
  }
  respondObject(state, io, call, 200, object, warnings);
}

const BOUND: Status = { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', code: 201 };

function deletedStatus({ group, plural }: Resource, { metadata }: KubeObject): Status {
  const { name, uid = '' } = metadata;
  const details = group === '' ? { name, kind: plural, uid } : { name, group, kind: plural, uid };
  return { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', details };
}
