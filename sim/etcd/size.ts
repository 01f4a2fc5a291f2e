import type { Value } from '../kernel/value.ts';
import type { KeyValue, Operation, TxnRequest } from '../protocol/etcd.ts';
import { keysOf, type Store } from './store.ts';

const SAMPLE = 16;
/** What the database keeps beside key and value: revisions, version, lease, the B+tree's own. */
const OVERHEAD = 48;

/** Bytes of a value as JSON, nearly: quotes and commas are counted, escapes are not. */
export function bytesOf(value: Value): number {
  if (typeof value === 'string') return value.length + 2;
  if (typeof value !== 'object' || value === null) return 4;
  let bytes = 2;
  if (Array.isArray(value)) for (const item of value) bytes += bytesOf(item as Value) + 1;
  else for (const key in value) bytes += key.length + 4 + bytesOf((value as Record<string, Value>)[key]);
  return bytes;
}

/** Bytes of what a transaction may write: one of its branches. */
export function bytesOfTxn({ success, failure }: TxnRequest): number {
  return Math.max(bytesOfAll(success), bytesOfAll(failure));
}

function bytesOfAll(operations: readonly Operation[]): number {
  let bytes = 0;
  for (const operation of operations) {
    bytes += operation.type === 'put' ? OVERHEAD + operation.key.length + bytesOf(operation.value) : 0;
    bytes += operation.type === 'txn' ? bytesOfTxn(operation.request) : 0;
  }
  return bytes;
}

/** Bytes of all revisions that are kept, extrapolated from a few of each directory. */
export function bytesOfStore(store: Store): number {
  let bytes = 0;
  for (const values of store.directories.values()) {
    const keys = keysOf(values);
    bytes += sampled(keys.length, (index) => values.get(keys[index] as string) as KeyValue);
  }
  const { history } = store;
  return bytes + sampled(history.length, (index) => history[index]?.previous);
}

function sampled(length: number, keyValueAt: (index: number) => KeyValue | undefined): number {
  const stride = Math.max(1, Math.floor(length / SAMPLE));
  let bytes = 0;
  let count = 0;
  for (let index = 0; index < length; index += stride) {
    const keyValue = keyValueAt(index);
    if (keyValue !== undefined) bytes += OVERHEAD + keyValue.key.length + bytesOf(keyValue.value);
    count++;
  }
  return count === 0 ? 0 : Math.round((bytes * length) / count);
}
