import { isEqual } from '../kernel/value.ts';
import type { Compare, KeyValue, Operation, OperationResult, TxnRequest, TxnResponse } from '../protocol/etcd.ts';
import { COMPACTED, FUTURE_REVISION, find, get, putKey, range, removeKey, type Store } from './store.ts';

/** etcd's texts for transactions and puts that it does not accept. */
export const TXN_ERRORS = {
  emptyKey: 'etcdserver: key is not provided',
  keyNotFound: 'etcdserver: key not found',
  valueProvided: 'etcdserver: value is provided',
  leaseProvided: 'etcdserver: lease is provided',
  tooManyOps: 'etcdserver: too many operations in txn request',
  duplicateKey: 'etcdserver: duplicate key given in txn request',
  leaseNotFound: 'etcdserver: requested lease not found',
} as const;

/** --max-txn-ops */
const MAX_OPERATIONS = 128;

/** What is wrong with a transaction before anything is looked up; '' when nothing is. Follows v3rpc/key.go. */
export function malformed(request: TxnRequest): string {
  const problem = malformedBelow(request, MAX_OPERATIONS);
  if (problem !== '') return problem;
  return touchedBy(request.success) && touchedBy(request.failure) ? '' : TXN_ERRORS.duplicateKey;
}

/** What an outer transaction takes of the operations that are allowed, its inner ones have no more. */
function malformedBelow({ compare, success, failure }: TxnRequest, allowed: number): string {
  const operations = Math.max(compare.length, success.length, failure.length);
  if (operations > allowed) return TXN_ERRORS.tooManyOps;
  if (compare.some(({ key }) => key === '')) return TXN_ERRORS.emptyKey;
  for (const operation of [...success, ...failure]) {
    const problem = malformedOperation(operation, allowed - operations);
    if (problem !== '') return problem;
  }
  return '';
}

function malformedOperation(operation: Operation, allowed: number): string {
  if (operation.type === 'txn') return malformedBelow(operation.request, allowed);
  if (operation.key === '') return TXN_ERRORS.emptyKey;
  if (operation.type !== 'put') return '';
  if (operation.ignoreValue && operation.value !== undefined && operation.value !== '') return TXN_ERRORS.valueProvided;
  return operation.ignoreLease && (operation.lease ?? 0) !== 0 ? TXN_ERRORS.leaseProvided : '';
}

/** What a branch may write. */
interface Touched {
  readonly puts: Set<string>;
  readonly deletes: { readonly from: string; readonly end: string | undefined }[];
}

/**
 * What a branch writes; undefined when it puts a key twice, or puts and deletes it. The two branches of an inner
 * transaction exclude one another. Follows checkIntervals of v3rpc/key.go, by whose order a deletion in a later inner
 * transaction is not compared with the puts of an earlier one, and a deletion up to `\0` with none.
 */
function touchedBy(operations: readonly Operation[]): Touched | undefined {
  const puts = new Set<string>();
  const deletes = operations.flatMap((operation) =>
    operation.type === 'delete' ? [{ from: operation.key, end: operation.rangeEnd || undefined }] : [],
  );
  const isDeleted = (key: string) =>
    deletes.some(({ from, end }) => (end === undefined ? key === from : key >= from && key < end));
  for (const operation of operations) {
    if (operation.type !== 'txn') continue;
    const [success, failure] = [touchedBy(operation.request.success), touchedBy(operation.request.failure)];
    if (success === undefined || failure === undefined) return undefined;
    const inner = [...new Set([...success.puts, ...failure.puts])];
    if (inner.some((key) => puts.has(key) || isDeleted(key))) return undefined;
    for (const key of inner) puts.add(key);
    deletes.push(...success.deletes, ...failure.deletes);
  }
  for (const operation of operations) {
    if (operation.type !== 'put') continue;
    if (puts.has(operation.key) || isDeleted(operation.key)) return undefined;
    puts.add(operation.key);
  }
  return { puts, deletes };
}

type Plain = Exclude<Operation, { readonly type: 'txn' }>;

/** A transaction whose branches are chosen. */
interface Chosen {
  readonly type: 'chosen';
  readonly succeeded: boolean;
  readonly operations: readonly (Plain | Chosen)[];
}

/** Applies a transaction. The events it made are the end of the history. An error means that nothing was done. */
export function txn(store: Store, request: TxnRequest, hasLease: (lease: number) => boolean): TxnResponse {
  const chosen = choose(store, request);
  const problem = obstacle(store, chosen, hasLease);
  if (problem !== '') return { revision: store.revision, succeeded: false, results: [], error: problem };
  const next = store.revision + 1;
  const before = store.history.length;
  const { succeeded, results } = run(store, chosen, next);
  if (store.history.length > before) store.revision = next;
  return { revision: store.revision, succeeded, results };
}

/** Compares before anything is written, in nested transactions too. Follows compareToPath of server/etcdserver/txn. */
function choose(store: Store, { compare, success, failure }: TxnRequest): Chosen {
  const succeeded = compare.every((comparison) => holds(store, comparison));
  const operations = (succeeded ? success : failure).map((operation) =>
    operation.type === 'txn' ? choose(store, operation.request) : operation,
  );
  return { type: 'chosen', succeeded, operations };
}

/** Why the chosen operations cannot run; '' when they can. All puts are looked at before the first range. */
function obstacle(store: Store, chosen: Chosen, hasLease: (lease: number) => boolean): string {
  const operations = flat(chosen);
  const found = (look: (operation: Plain) => string) => {
    for (const operation of operations) {
      const problem = look(operation);
      if (problem !== '') return problem;
    }
    return '';
  };
  return found((operation) => obstacleToPut(store, operation, hasLease)) || found((op) => obstacleToRange(store, op));
}

function flat({ operations }: Chosen): readonly Plain[] {
  return operations.flatMap((operation) => (operation.type === 'chosen' ? flat(operation) : [operation]));
}

function obstacleToPut(store: Store, operation: Plain, hasLease: (lease: number) => boolean): string {
  if (operation.type !== 'put') return '';
  const isKept = operation.ignoreValue || operation.ignoreLease;
  if (isKept && get(store, operation.key) === undefined) return TXN_ERRORS.keyNotFound;
  return operation.lease && !hasLease(operation.lease) ? TXN_ERRORS.leaseNotFound : '';
}

function obstacleToRange(store: Store, operation: Plain): string {
  if (operation.type !== 'range') return '';
  const at = operation.revision ?? 0;
  if (at > store.revision) return FUTURE_REVISION;
  return at > 0 && at < store.compacted ? COMPACTED : '';
}

function run(
  store: Store,
  { succeeded, operations }: Chosen,
  revision: number,
): Pick<TxnResponse, 'succeeded' | 'results'> {
  const results = operations.map((operation) =>
    operation.type === 'chosen' ? { txn: run(store, operation, revision) } : perform(store, operation, revision),
  );
  return { succeeded, results };
}

function holds(store: Store, comparison: Compare): boolean {
  const { key, rangeEnd, target } = comparison;
  const found = find(store, key, rangeEnd);
  if (found.length > 0) return found.every((keyValue) => holdsFor(keyValue, comparison));
  return target === 'value' ? false : holdsFor(undefined, comparison);
}

function holdsFor(found: KeyValue | undefined, { target, result, value }: Compare): boolean {
  if (target === 'value') return compareValues(found?.value, value, result);
  const fields = {
    mod: found?.modRevision,
    create: found?.createRevision,
    version: found?.version,
    lease: found?.lease,
  };
  const [actual, wanted] = [fields[target] ?? 0, Number(value)];
  if (result === '=') return actual === wanted;
  if (result === '!=') return actual !== wanted;
  return result === '<' ? actual < wanted : actual > wanted;
}

function compareValues(actual: KeyValue['value'], wanted: KeyValue['value'], result: Compare['result']): boolean {
  if (result === '=') return isEqual(actual, wanted);
  if (result === '!=') return !isEqual(actual, wanted);
  const [left, right] = [String(actual), String(wanted)];
  return result === '<' ? left < right : left > right;
}

function perform(store: Store, operation: Plain, revision: number): OperationResult {
  switch (operation.type) {
    case 'range': {
      const { keyValues, count, more } = range(store, operation);
      return { keyValues, count, more };
    }
    case 'put': {
      const before = get(store, operation.key);
      const value = operation.ignoreValue ? before?.value : operation.value;
      const lease = operation.ignoreLease ? (before?.lease ?? 0) : (operation.lease ?? 0);
      putKey(store, operation.key, value, lease, revision);
      return operation.wantsPrevious && before !== undefined ? { previous: [before] } : {};
    }
    case 'delete': {
      const found = find(store, operation.key, operation.rangeEnd);
      for (const keyValue of found) removeKey(store, keyValue, revision);
      return operation.wantsPrevious ? { deleted: found.length, previous: found } : { deleted: found.length };
    }
  }
}
