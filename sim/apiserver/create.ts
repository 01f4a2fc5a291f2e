import type { ServiceAccount } from '../api/kinds/serviceaccount.ts';
import type { KubeObject, ObjectMeta } from '../api/meta.ts';
import { rfc3339 } from '../api/meta.ts';
import { generateName } from '../api/names.ts';
import type { Resource } from '../api/resource.ts';
import { alreadyExists, badRequest, conflict, invalid, renderFieldError, type Status } from '../api/status.ts';
import type { IO } from '../kernel/component.ts';
import type { RangeResponse, TxnResponse } from '../protocol/etcd.ts';
import { admissionOf, admit, chargesOf, judge, refuseAdmission, warningsOn } from './admission/index.ts';
import { namespaceLifecycle } from './admission/namespacelifecycle.ts';
import { allocate } from './allocation.ts';
import { ask } from './backend.ts';
import type { Call } from './call.ts';
import { decodeBody } from './decoding.ts';
import { leaseFor, needsLease } from './eventlease.ts';
import { isApply, recordCreate, refuseApply } from './fieldmanagers.ts';
import { refuseEscalation } from './guard/escalation.ts';
import { drawUid } from './identity.ts';
import { lacksAccount, lookAgain, lookForAccount } from './podaccount.ts';
import { fail, respondObject } from './respond.ts';
import { findResource, resourceOf } from './routes.ts';
import type { ApiServerState, Stage } from './state.ts';
import { createTxn, decodeStored, storageKey, updateTxn, withRevision } from './storage.ts';
import { asStored, spokenOf } from './versions.ts';

type StageOf<S extends Stage['stage']> = Extract<Stage, { readonly stage: S }>;

/** Upstream tries a generated name up to eight times (generic/registry/store.go). */
const NAME_ATTEMPTS = 8;

/**
 * POST, and a server-side apply of what does not exist: decode, default, look at the namespace, then {@link createIn}.
 * Follows apiserver/pkg/endpoints/handlers/create.go.
 */
export function startCreate(state: ApiServerState, call: Call, io: IO): void {
  const resource = resourceOf(call.route);
  const spoken = spokenOf(call.route);
  const decoded = decodeBody(spoken, call.request.body, call.options);
  if (!decoded.ok) {
    fail(state, io, call, decoded.status);
    return;
  }
  const refusal = (isApply(call) ? refuseApply(call) : undefined) ?? refuseIdentity(call, decoded.object);
  if (refusal !== undefined) {
    fail(state, io, call, refusal);
    return;
  }
  const body = asStored(spoken, decoded.object);
  const object = resource.defaults(inNamespace(resource, body, call.route.namespace));
  const { warnings } = decoded;
  if (!resource.namespaced) {
    createIn(state, call, object, warnings, undefined, undefined, io);
    return;
  }
  const namespaces = findResource('namespaces') as Resource;
  const key = storageKey(namespaces, '', call.route.namespace);
  const cached = state.caches.get('namespaces')?.objects.get(key);
  if (cached !== undefined) {
    createIn(state, call, object, warnings, cached, undefined, io);
    return;
  }
  ask(state, io, call, { kind: 'range', body: { key } }, { stage: 'namespace', object, warnings });
}

/** The cache did not know the namespace: here is what etcd knows. */
export function afterNamespace(
  state: ApiServerState,
  call: Call,
  { object, warnings }: StageOf<'namespace'>,
  answer: RangeResponse,
  io: IO,
): void {
  const found = answer.keyValues[0];
  createIn(state, call, object, warnings, found === undefined ? undefined : decodeStored(found), undefined, io);
}

/** The cache did not know the pod's account: here is what etcd knows. `default` is looked for again and again. */
export function afterAccount(
  state: ApiServerState,
  call: Call,
  next: StageOf<'account'>,
  answer: RangeResponse,
  io: IO,
): void {
  const { object, warnings, namespace } = next;
  const found = answer.keyValues[0];
  if (found === undefined && lookAgain(state, call, next, io)) return;
  const account = found === undefined ? null : (decodeStored(found) as ServiceAccount);
  createIn(state, call, object, warnings, namespace, account, io);
}

/** Admission, identity, validation; then the write. `account` is null when there is none. */
function createIn(
  state: ApiServerState,
  call: Call,
  body: KubeObject,
  warnings: readonly string[],
  namespace: KubeObject | undefined,
  account: ServiceAccount | undefined | null,
  io: IO,
): void {
  const resource = resourceOf(call.route);
  const about = `${resource.kind.toLowerCase()}/${body.metadata.name || body.metadata.generateName}`;
  const refusal = resource.namespaced ? namespaceLifecycle.refuseCreate(resource, body, namespace) : undefined;
  if (refusal !== undefined) {
    refuseAdmission(state, call, about, { refusal, by: namespaceLifecycle.name }, io);
    return;
  }
  if (account === undefined && lacksAccount(state, call, resource, body)) {
    lookForAccount(state, call, { stage: 'account', object: body, warnings, namespace, attempt: 1 }, io);
    return;
  }
  const mark = { routine: call.routine };
  const request = { ...admissionOf(call, 'CREATE', io), ...(account ? { account } : {}) };
  const admitted = admit(state, body, request);
  if ('refusal' in admitted) {
    refuseAdmission(state, call, about, admitted, io);
    return;
  }
  io.note({ what: 'apiserver/admitted', about, changedBy: admitted.changedBy }, mark);
  const escalation = refuseEscalation(state, call.user, resource, admitted.object);
  if (escalation !== undefined) {
    refuseAdmission(state, call, about, { refusal: escalation, by: 'RBAC' }, io);
    return;
  }
  const prepared = resource.prepareForCreate(identify(admitted.object, io));
  const errors = [...(resource.refusals?.(prepared) ?? []), ...resource.validate(prepared)];
  const allocated = errors.length > 0 ? { object: prepared, errors } : allocate(state, prepared, undefined, io);
  if (allocated.errors.length > 0) {
    io.note({ what: 'apiserver/invalid', about, errors: allocated.errors.map(renderFieldError) }, mark);
    fail(state, io, call, invalid(resource, prepared.metadata.name, allocated.errors));
    return;
  }
  io.note({ what: 'apiserver/validated', about }, mark);
  const judged = judge(state, allocated.object, request);
  if (judged !== undefined) {
    refuseAdmission(state, call, about, judged, io);
    return;
  }
  const own = resource.warnings?.(allocated.object) ?? [];
  const all = [...warnings, ...own, ...warningsOn(state, allocated.object, request)];
  charge(state, call, recordCreate(call, resource.canonicalize(allocated.object), io.now), all, NOBODY, 1, io);
}

const NOBODY: ReadonlyMap<string, KubeObject> = new Map();
/** Upstream looks three times more at a quota that others write too. */
const CHARGE_ATTEMPTS = 4;

/** Quotas count the object before it is there; then the write. */
function charge(
  state: ApiServerState,
  call: Call,
  object: KubeObject,
  warnings: readonly string[],
  live: ReadonlyMap<string, KubeObject>,
  attempt: number,
  io: IO,
): void {
  const found = chargesOf(state, object, admissionOf(call, 'CREATE', io), io.now, live);
  if ('refusal' in found) {
    refuseAdmission(state, call, `${object.kind.toLowerCase()}/${object.metadata.name}`, found, io);
    return;
  }
  pay(state, call, { stage: 'charged', object, warnings, charges: found, live, attempt }, io);
}

function pay(state: ApiServerState, call: Call, next: StageOf<'charged'>, io: IO): void {
  const [first] = next.charges;
  if (first === undefined || call.options.dryRun) {
    store(state, call, next.object, next.warnings, 1, io);
    return;
  }
  const body = updateTxn(first.key, first.object, first.existing, 0);
  ask(state, io, call, { kind: 'txn', body }, next);
}

/** A quota is written, or somebody was faster: then all are looked at again, with what etcd has. */
export function afterCharged(
  state: ApiServerState,
  call: Call,
  next: StageOf<'charged'>,
  answer: TxnResponse,
  io: IO,
): void {
  const { object, warnings, charges, live, attempt } = next;
  const [paid, ...rest] = charges;
  if (answer.succeeded) {
    pay(state, call, { ...next, charges: rest }, io);
    return;
  }
  const found = answer.results[0]?.keyValues?.[0];
  if (paid === undefined || found === undefined || attempt >= CHARGE_ATTEMPTS) {
    fail(state, io, call, conflict(findResource('resourcequotas') ?? resourceOf(call.route), nameOf(paid?.key)));
    return;
  }
  charge(state, call, object, warnings, new Map([...live, [paid.key, decodeStored(found)]]), attempt + 1, io);
}

function nameOf(key = ''): string {
  return key.slice(key.lastIndexOf('/') + 1);
}

function store(
  state: ApiServerState,
  call: Call,
  object: KubeObject,
  warnings: readonly string[],
  attempt: number,
  io: IO,
): void {
  const resource = resourceOf(call.route);
  const key = storageKey(resource, call.route.namespace, object.metadata.name);
  if (call.options.dryRun) {
    ask(state, io, call, { kind: 'range', body: { key } }, { stage: 'isFree', object, warnings });
    return;
  }
  const lease = needsLease(resource) ? leaseFor(state, io) : 0;
  if (lease === undefined) {
    const ttlSeconds = state.config.eventTtlSeconds;
    ask(state, io, call, { kind: 'grantLease', body: { ttlSeconds } }, { stage: 'lease', object, warnings });
    return;
  }
  const question = { kind: 'txn' as const, body: createTxn(key, object, lease) };
  ask(state, io, call, question, { stage: 'created', object, warnings, attempt });
}

/** An EtcdLease is there now: write the Event with it. */
export function afterLease(state: ApiServerState, call: Call, { object, warnings }: StageOf<'lease'>, io: IO): void {
  store(state, call, object, warnings, 1, io);
}

/** A dry run ends here: nothing is written. */
export function afterIsFree(
  state: ApiServerState,
  call: Call,
  { object, warnings }: StageOf<'isFree'>,
  answer: RangeResponse,
  io: IO,
): void {
  if (answer.count > 0) {
    fail(state, io, call, alreadyExists(resourceOf(call.route), object.metadata.name));
    return;
  }
  respondObject(state, io, call, 201, object, warnings);
}

/** etcd has answered: 201, or the name is taken. A generated name that is taken is drawn again. */
export function afterCreated(
  state: ApiServerState,
  call: Call,
  { object, warnings, attempt }: StageOf<'created'>,
  answer: TxnResponse,
  io: IO,
): void {
  if (answer.succeeded) {
    const stored = withRevision(object, answer.revision);
    respondObject(state, io, call, 201, stored, warnings);
    return;
  }
  const { name, generateName: base = '' } = object.metadata;
  const wasGenerated = base !== '' && (call.request.body as { metadata?: { name?: string } }).metadata?.name !== name;
  if (!wasGenerated || attempt >= NAME_ATTEMPTS) {
    fail(state, io, call, alreadyExists(resourceOf(call.route), name));
    return;
  }
  const metadata = { ...object.metadata, name: generateName(base, (bound) => io.random('name', bound)) };
  store(state, call, { ...object, metadata }, warnings, attempt + 1, io);
}

function refuseIdentity(call: Call, { metadata }: KubeObject): Status | undefined {
  if (metadata.resourceVersion) {
    const message = 'resourceVersion should not be set on objects to be created';
    return { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', message, code: 500 };
  }
  const { namespace } = call.route;
  if (!metadata.namespace || metadata.namespace === namespace) return undefined;
  return badRequest('the namespace of the provided object does not match the namespace sent on the request');
}

function inNamespace(resource: Resource, object: KubeObject, namespace: string): KubeObject {
  if (!resource.namespaced || object.metadata.namespace === namespace) return object;
  return { ...object, metadata: { ...object.metadata, namespace } };
}

/** Name, uid and birthday; what only the server may set is taken away. */
function identify(object: KubeObject, io: IO): KubeObject {
  const {
    deletionTimestamp: _deleted,
    deletionGracePeriodSeconds: _grace,
    generation: _generation,
    resourceVersion: _revision,
    ...rest
  } = object.metadata;
  const { name, generateName: base = '' } = rest;
  const metadata: ObjectMeta = {
    ...rest,
    name: name === '' && base !== '' ? generateName(base, (bound) => io.random('name', bound)) : name,
    uid: drawUid(io),
    creationTimestamp: rfc3339(io.now),
  };
  return { ...object, metadata };
}
