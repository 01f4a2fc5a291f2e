import { resourceOfKind } from '../../api/index.ts';
import { type KubeObject, rfc3339 } from '../../api/meta.ts';
import { bootstrapBindings, bootstrapRoles } from '../../api/rbac/policy.ts';
import type { Resource } from '../../api/resource.ts';
import { qualified } from '../../api/status.ts';
import type { IO } from '../../kernel/component.ts';
import type { TxnRequest } from '../../protocol/etcd.ts';
import { drawUid } from '../identity.ts';
import type { ApiServerState } from '../state.ts';
import { createTxn, storageKey } from '../storage.ts';

const RETRY_MS = 1000;
const ROUTINE = { routine: true };
/** etcd takes 128 operations in a transaction. */
const MAX_OPERATIONS = 100;

/**
 * The post-start hooks `start-system-namespaces-controller` and `rbac/bootstrap-roles`: whenever the server starts, the
 * namespaces, roles and bindings that every cluster has and this one misses are written, all at once: a server over an
 * empty etcd makes them anew. Until they are there nobody is served. Follows
 * pkg/controlplane/controller/systemnamespaces and pkg/registry/rbac/rest/storage_rbac.go; leaves out mending roles that
 * were changed, and looking for missing namespaces again each minute.
 */
export function ensurePolicy(state: ApiServerState, io: IO): void {
  const missing = policy().filter((object) => !isKnown(state, object));
  if (missing.length === 0) return;
  for (let at = 0; at < missing.length; at += MAX_OPERATIONS) {
    io.send(state.etcd, 'txn', writeAll(missing.slice(at, at + MAX_OPERATIONS), io), ROUTINE);
  }
  io.after(RETRY_MS, 'policy', null, ROUTINE);
}

/** Whether all of it has reached the caches. */
export function isPolicyThere(state: ApiServerState): boolean {
  state.hasPolicy ||= policy().every((object) => isKnown(state, object));
  return state.hasPolicy;
}

/** Upstream controlplane/instance.go. */
const SYSTEM_NAMESPACES = ['kube-system', 'kube-public', 'kube-node-lease', 'default'];

function namespaceObject(name: string): KubeObject {
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name } };
}

let known: readonly KubeObject[] = [];

/** All of it, read when the first server starts: by then packs have added theirs. */
function policy(): readonly KubeObject[] {
  if (known.length === 0)
    known = [...SYSTEM_NAMESPACES.map(namespaceObject), ...bootstrapRoles(), ...bootstrapBindings()];
  return known;
}

function isKnown(state: ApiServerState, object: KubeObject): boolean {
  const resource = resourceOfKind(object.apiVersion, object.kind) as Resource;
  const key = storageKey(resource, '', object.metadata.name);
  return state.caches.get(qualified(resource))?.objects.has(key) ?? false;
}

/** One transaction that creates all of them, or none when somebody else was faster with the first. */
function writeAll(objects: readonly KubeObject[], io: IO): TxnRequest {
  const creationTimestamp = rfc3339(io.now);
  const parts = objects.map((object) => {
    const resource = resourceOfKind(object.apiVersion, object.kind) as Resource;
    const metadata = { ...object.metadata, uid: drawUid(io), creationTimestamp };
    const prepared = resource.prepareForCreate(resource.defaults({ ...object, metadata }));
    return createTxn(storageKey(resource, '', metadata.name), prepared, 0);
  });
  return {
    compare: parts.flatMap(({ compare }) => compare),
    success: parts.flatMap(({ success }) => success),
    failure: [],
  };
}
