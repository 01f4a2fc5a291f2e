import type {
  Compare,
  EtcdEvent,
  KeyValue,
  Operation,
  OperationResult,
  RangeRequest,
  TxnRequest,
} from '../../../sim/protocol/etcd.ts';
import type { Request } from './operations.ts';
import { bytesOf, type Json, textOf } from './real.ts';

// The gateway's JSON for our requests, and one plain form for the answers of both.

const SORTS = { key: 'KEY', version: 'VERSION', create: 'CREATE', mod: 'MOD', value: 'VALUE' } as const;
const TARGETS = { mod: 'MOD', create: 'CREATE', version: 'VERSION', value: 'VALUE', lease: 'LEASE' } as const;
const FIELDS = { mod: 'mod_revision', create: 'create_revision', version: 'version', lease: 'lease' } as const;
const RESULTS = { '=': 'EQUAL', '!=': 'NOT_EQUAL', '<': 'LESS', '>': 'GREATER' } as const;

/** Where the gateway takes a request, and how. A put and a deletion alone have paths of their own. */
export function toGateway(request: Request): readonly [path: string, body: object] {
  switch (request.kind) {
    case 'range':
      return ['/v3/kv/range', rangeBody(request.body)];
    case 'txn': {
      const { compare, success, failure } = request.body;
      const [only] = success;
      const isAlone = compare.length + failure.length === 0 && success.length === 1;
      if (isAlone && only?.type === 'put') return ['/v3/kv/put', putBody(only)];
      if (isAlone && only?.type === 'delete') return ['/v3/kv/deleterange', deleteBody(only)];
      return ['/v3/kv/txn', txnBody(request.body)];
    }
    case 'compact':
      return ['/v3/kv/compaction', { revision: request.body.revision }];
    case 'grantLease':
      return ['/v3/lease/grant', { ID: request.body.lease, TTL: request.body.ttlSeconds }];
    case 'revokeLease':
      return ['/v3/lease/revoke', { ID: request.body.lease }];
    case 'keepAlive':
      return ['/v3/lease/keepalive', { ID: request.body.lease }];
    case 'timeToLive':
      return ['/v3/lease/timetolive', { ID: request.body.lease, keys: request.body.keys ?? false }];
  }
}

function rangeBody(request: RangeRequest): object {
  const { key, rangeEnd = '', limit = 0, revision = 0, sort, keysOnly = false, countOnly = false } = request;
  const { minModRevision = 0, maxModRevision = 0, minCreateRevision = 0, maxCreateRevision = 0 } = request;
  return {
    key: bytesOf(key),
    range_end: bytesOf(rangeEnd),
    limit,
    revision,
    keys_only: keysOnly,
    count_only: countOnly,
    min_mod_revision: minModRevision,
    max_mod_revision: maxModRevision,
    min_create_revision: minCreateRevision,
    max_create_revision: maxCreateRevision,
    ...(sort === undefined
      ? {}
      : { sort_target: SORTS[sort.by], sort_order: sort.isDescending ? 'DESCEND' : 'ASCEND' }),
  };
}

type Put = Extract<Operation, { type: 'put' }>;
type Delete = Extract<Operation, { type: 'delete' }>;

function putBody({ key, value, lease = 0, wantsPrevious, ignoreValue, ignoreLease }: Put): object {
  const flags = { prev_kv: wantsPrevious ?? false, ignore_value: ignoreValue ?? false };
  return { key: bytesOf(key), value: bytesOf(String(value)), lease, ...flags, ignore_lease: ignoreLease ?? false };
}

function deleteBody({ key, rangeEnd = '', wantsPrevious = false }: Delete): object {
  return { key: bytesOf(key), range_end: bytesOf(rangeEnd), prev_kv: wantsPrevious };
}

function txnBody({ compare, success, failure }: TxnRequest): object {
  return {
    compare: compare.map(compareBody),
    success: success.map(operationBody),
    failure: failure.map(operationBody),
  };
}

function compareBody({ key, rangeEnd = '', target, result, value }: Compare): object {
  const operand = target === 'value' ? { value: bytesOf(String(value)) } : { [FIELDS[target]]: value };
  return {
    key: bytesOf(key),
    range_end: bytesOf(rangeEnd),
    target: TARGETS[target],
    result: RESULTS[result],
    ...operand,
  };
}

function operationBody(operation: Operation): object {
  switch (operation.type) {
    case 'put':
      return { request_put: putBody(operation) };
    case 'delete':
      return { request_delete_range: deleteBody(operation) };
    case 'range':
      return { request_range: rangeBody(operation) };
    case 'txn':
      return { request_txn: txnBody(operation.request) };
  }
}

/** The real etcd's answer in the plain form. */
export function plainReal(request: Request, answer: Json): object {
  if (answer['error'] !== undefined) return { error: answer['error'] };
  switch (request.kind) {
    case 'range':
      return { revision: revisionOf(answer), ...plainRange(answer) };
    case 'txn': {
      const isTxn = toGateway(request)[0] === '/v3/kv/txn';
      const only = request.body.success[0]?.type;
      const result = only === 'put' ? plainPut(answer) : plainDelete(answer);
      const inner = isTxn ? plainTxn(answer) : { succeeded: true, results: [result] };
      return { revision: revisionOf(answer), ...inner };
    }
    case 'compact':
    case 'revokeLease':
      return { revision: revisionOf(answer) };
    case 'grantLease':
      return { lease: Number(answer['ID']), ttlSeconds: Number(answer['TTL']) };
    case 'keepAlive': {
      const result = answer['result'] as Json;
      return { lease: Number(result['ID']), ttlSeconds: Number(result['TTL'] ?? 0) };
    }
    case 'timeToLive': {
      const keys = list(answer['keys']).map(textOf).sort();
      const isThere = answer['TTL'] !== '-1';
      return { lease: Number(answer['ID']), isThere, grantedSeconds: Number(answer['grantedTTL'] ?? 0), keys };
    }
  }
}

function revisionOf(answer: Json): number {
  return Number((answer['header'] as Json)['revision']);
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function plainRange(answer: Json): object {
  const more = answer['more'] === true;
  return { keyValues: list(answer['kvs']).map(plainKeyValue), more, count: Number(answer['count'] ?? 0) };
}

function plainPut(answer: Json): object {
  return answer['prev_kv'] === undefined ? {} : { previous: [plainKeyValue(answer['prev_kv'])] };
}

function plainDelete(answer: Json): object {
  return { deleted: Number(answer['deleted'] ?? 0), previous: list(answer['prev_kvs']).map(plainKeyValue) };
}

function plainTxn(answer: Json): object {
  const results = list(answer['responses']).map((response) => {
    const [[kind = '', body = {}] = []] = Object.entries(response as Record<string, Json>);
    if (kind === 'response_range') return plainRange(body);
    if (kind === 'response_put') return plainPut(body);
    return kind === 'response_txn' ? plainTxn(body) : plainDelete(body);
  });
  return { succeeded: answer['succeeded'] === true, results };
}

function plainKeyValue(value: unknown): KeyValue {
  const keyValue = value as Json;
  return {
    key: textOf(keyValue['key']),
    value: textOf(keyValue['value']),
    createRevision: Number(keyValue['create_revision'] ?? 0),
    modRevision: Number(keyValue['mod_revision'] ?? 0),
    version: Number(keyValue['version'] ?? 0),
    lease: Number(keyValue['lease'] ?? 0),
  };
}

/** An event of a real watch in the plain form. What was before is not compared: a compaction may hide it from a watch. */
export function plainEvent(event: unknown): object {
  const { type, kv } = event as { type?: string; kv: unknown };
  return { type: type === 'DELETE' ? 'delete' : 'put', keyValue: plainKeyValue(kv) };
}

/** An event of ours in the plain form. */
export function plainOwnEvent({ type, keyValue }: EtcdEvent): object {
  return { type, keyValue: own(keyValue) };
}

/** Our answer in the plain form. */
export function plainOwn(request: Request, answer: object): object {
  const { error, revision } = answer as { error?: string; revision?: number };
  if (error !== undefined) return { error };
  switch (request.kind) {
    case 'range':
      return { revision, ...ownRange(answer) };
    case 'txn':
      return { revision, ...ownTxn(request.body, answer as OwnTxn) };
    case 'compact':
    case 'revokeLease':
      return { revision };
    case 'grantLease':
    case 'keepAlive': {
      const { lease, ttlSeconds } = answer as { lease: number; ttlSeconds: number };
      return { lease, ttlSeconds };
    }
    case 'timeToLive': {
      const left = answer as { lease: number; ttlSeconds: number; grantedSeconds: number; keys: readonly string[] };
      const { lease, ttlSeconds, grantedSeconds, keys } = left;
      return { lease, isThere: ttlSeconds >= 0, grantedSeconds, keys };
    }
  }
}

type OwnTxn = { readonly succeeded: boolean; readonly results: readonly OperationResult[] };

function ownRange(answer: object): object {
  const { keyValues = [], more = false, count = 0 } = answer as OperationResult;
  return { keyValues: keyValues.map(own), more, count };
}

function ownTxn(request: TxnRequest, { succeeded, results }: OwnTxn): object {
  const operations = succeeded ? request.success : request.failure;
  const plain = operations.map((operation, index) => {
    const result = results[index] ?? {};
    if (operation.type === 'range') return ownRange(result);
    if (operation.type === 'txn') return ownTxn(operation.request, result.txn as OwnTxn);
    const previous = (result.previous ?? []).map(own);
    if (operation.type === 'delete') return { deleted: result.deleted, previous };
    return previous.length === 0 ? {} : { previous };
  });
  return { succeeded, results: plain };
}

/** A deletion has no value: neither has the real one. */
function own(keyValue: KeyValue): KeyValue {
  return { ...keyValue, value: keyValue.value ?? '' };
}
