import type { KubeObject } from '../api/meta.ts';
import type { Resource } from '../api/resource.ts';
import type { EtcdProtocol, KeyValue, TxnRequest } from '../protocol/etcd.ts';

/** Directories that are not called after the plural; upstream default_storage_factory_builder.go. */
const SPECIAL: Readonly<Record<string, string>> = {
  nodes: 'minions',
  services: 'services/specs',
  ingresses: 'ingress',
};

/** `/registry/pods/`: where the objects of a kind are kept. */
export function directoryOf(resource: Resource): string {
  return `/registry/${resource.directory ?? SPECIAL[resource.plural] ?? resource.plural}/`;
}

/** `/registry/pods/default/web`, `/registry/minions/node-1`. */
export function storageKey(resource: Resource, namespace: string, name: string): string {
  return directoryOf(resource) + (resource.namespaced ? `${namespace}/${name}` : name);
}

/** All objects of a kind, or of one of its namespaces. */
export function rangeOf(resource: Resource, namespace: string): { readonly key: string; readonly rangeEnd: string } {
  const key = directoryOf(resource) + (resource.namespaced && namespace !== '' ? `${namespace}/` : '');
  return { key, rangeEnd: `${key.slice(0, -1)}0` };
}

/** An object as clients see it: its resourceVersion is the revision of its last write. */
export function decodeStored(keyValue: KeyValue): KubeObject {
  const known = decoded.get(keyValue);
  if (known !== undefined) return known;
  const object = withRevision(keyValue.value as KubeObject, keyValue.modRevision);
  decoded.set(keyValue, object);
  return object;
}

/** Key values and objects never change, so one is decoded once, however often it is read. */
const decoded = new WeakMap<KeyValue, KubeObject>();

/** The object with the resourceVersion of a revision. */
export function withRevision(object: KubeObject, revision: number): KubeObject {
  return { ...object, metadata: { ...object.metadata, resourceVersion: String(revision) } };
}

/** An object as it is stored: without resourceVersion, which etcd knows. */
export function encodeStored(object: KubeObject): KubeObject {
  if (object.metadata.resourceVersion === undefined) return object;
  const { resourceVersion: _kept, ...metadata } = object.metadata;
  return { ...object, metadata };
}

/** The revision an object was last written at; 0 when it was never stored. */
export function revisionOf(object: KubeObject): number {
  return Number(object.metadata.resourceVersion ?? 0);
}

/** Writes a new key. Fails if there is one. Upstream etcd3/store.go `Create`. */
export function createTxn(key: string, object: KubeObject, lease: number): TxnRequest {
  const put = { type: 'put' as const, key, value: encodeStored(object) };
  return {
    compare: [{ key, target: 'mod', result: '=', value: 0 }],
    success: [lease > 0 ? { ...put, lease } : put],
    failure: [],
  };
}

/** Writes if nobody wrote since `existing` was read; else reads what is there now. Upstream `OptimisticPut`. */
export function updateTxn(key: string, object: KubeObject, existing: KubeObject, lease: number): TxnRequest {
  const put = { type: 'put' as const, key, value: encodeStored(object) };
  return {
    compare: [{ key, target: 'mod', result: '=', value: revisionOf(existing) }],
    success: [lease > 0 ? { ...put, lease } : put],
    failure: [{ type: 'range', key }],
  };
}

/** Deletes if nobody wrote since `existing` was read; else reads what is there now. Upstream `OptimisticDelete`. */
export function deleteTxn(key: string, existing: KubeObject): TxnRequest {
  return {
    compare: [{ key, target: 'mod', result: '=', value: revisionOf(existing) }],
    success: [{ type: 'delete', key }],
    failure: [{ type: 'range', key }],
  };
}

/** A question to etcd, kept so that it can be asked again. */
export type Question = {
  [K in 'range' | 'txn' | 'grantLease']: { readonly kind: K; readonly body: EtcdProtocol[K] };
}['range' | 'txn' | 'grantLease'];
