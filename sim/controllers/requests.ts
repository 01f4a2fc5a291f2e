import { definedKinds, pathOf, resourceNamed } from '../api/index.ts';
import type { JsonObject, KubeObject, OwnerReference } from '../api/meta.ts';
import type { Resource } from '../api/resource.ts';
import { rootOf } from '../api/roots.ts';
import { qualified } from '../api/status.ts';
import type { InformerSpec } from '../client/cache.ts';
import type { EventText } from '../client/recorder.ts';
import type { Value } from '../kernel/value.ts';
import type { HttpRequest } from '../protocol/http.ts';

/** The shared informers, by the plural that names them, with their group's path and the kind they hold. */
const RESOURCES: Record<string, readonly [prefix: string, kind: string]> = {
  pods: ['/api/v1', 'Pod'],
  nodes: ['/api/v1', 'Node'],
  services: ['/api/v1', 'Service'],
  namespaces: ['/api/v1', 'Namespace'],
  serviceaccounts: ['/api/v1', 'ServiceAccount'],
  configmaps: ['/api/v1', 'ConfigMap'],
  replicasets: ['/apis/apps/v1', 'ReplicaSet'],
  deployments: ['/apis/apps/v1', 'Deployment'],
  endpointslices: ['/apis/discovery.k8s.io/v1', 'EndpointSlice'],
  leases: ['/apis/coordination.k8s.io/v1', 'Lease'],
};

/** The shared informers of a pack's kinds, before the first cluster boots. */
export function addInformers(more: readonly Resource[]): void {
  for (const resource of more) RESOURCES[resource.plural] = [`/${rootOf(resource)}`, resource.kind];
}

/** The names of all shared informers. */
export function informerNames(): readonly string[] {
  return [...Object.keys(RESOURCES), ...definedKinds().map(qualified)];
}

/** All shared informers. Leases are watched in kube-node-lease only. */
export function informerSpecs(): readonly InformerSpec[] {
  return informerNames().map((name) => {
    return { name, path: name === 'leases' ? pathTo(name, 'kube-node-lease') : pathTo(name) };
  });
}

/** The informer that holds a kind; undefined for kinds that are not watched. */
export function informerOfKind(kind: string): string | undefined {
  const own = definedKinds().find((resource) => resource.kind === kind);
  return Object.keys(RESOURCES).find((informer) => RESOURCES[informer]?.[1] === kind) ?? (own && qualified(own));
}

/** The path of a collection or, with a name, of an object. */
export function pathTo(informer: string, namespace?: string, name?: string): string {
  const own = RESOURCES[informer] === undefined ? resourceNamed(informer) : undefined;
  if (own !== undefined) return pathOf(own, namespace ?? '', name);
  const prefix = RESOURCES[informer]?.[0] ?? '/api/v1';
  const space = namespace ? `/namespaces/${namespace}` : '';
  return `${prefix}${space}/${informer}${name === undefined ? '' : `/${name}`}`;
}

/** Creates an object. */
export function create(informer: string, body: KubeObject): HttpRequest {
  return { method: 'POST', path: pathTo(informer, body.metadata.namespace), body };
}

/** Replaces an object, or with `/status` its status. The body's resourceVersion must be the newest. */
export function update(informer: string, body: KubeObject, subresource = ''): HttpRequest {
  const { namespace, name } = body.metadata;
  return { method: 'PUT', path: pathTo(informer, namespace, name) + subresource, body };
}

/** A strategic merge patch; a plain one for kinds that definitions describe. */
export function patch(informer: string, object: KubeObject, body: JsonObject, subresource = ''): HttpRequest {
  const { namespace, name } = object.metadata;
  const headers = { 'content-type': `application/${isDefined(informer) ? '' : 'strategic-'}merge-patch+json` };
  return { method: 'PATCH', path: pathTo(informer, namespace, name) + subresource, headers, body };
}

/** Deletes an object; the options are DeleteOptions without their type. */
export function remove(informer: string, object: KubeObject, options?: JsonObject): HttpRequest {
  const { namespace, name } = object.metadata;
  const request = { method: 'DELETE' as const, path: pathTo(informer, namespace, name) };
  return options === undefined
    ? request
    : { ...request, body: { kind: 'DeleteOptions', apiVersion: 'v1', ...options } };
}

/** Makes an object somebody's dependent, as upstream's controller reference manager does. */
export function adopt(informer: string, object: KubeObject, owner: OwnerReference): HttpRequest {
  return patch(informer, object, { metadata: { uid: object.metadata.uid, ownerReferences: [owner] } });
}

/** Frees an object from these owners. */
export function release(informer: string, object: KubeObject, owners: readonly string[]): HttpRequest {
  const rest = (object.metadata.ownerReferences ?? []).filter(({ uid }) => !owners.includes(uid));
  const ownerReferences = isDefined(informer) ? rest : owners.map((uid) => ({ $patch: 'delete', uid }));
  return patch(informer, object, { metadata: { uid: object.metadata.uid, ownerReferences } });
}

function isDefined(informer: string): boolean {
  return RESOURCES[informer] === undefined;
}

/** An Event of the ordinary kind. */
export function normal(reason: string, message: string): EventText {
  return { type: 'Normal', reason, message };
}

/** An Event that says something is wrong. */
export function warning(reason: string, message: string): EventText {
  return { type: 'Warning', reason, message };
}

/** A number from a component's config, or upstream's default. */
export function setting(config: Value, name: string, fallback: number): number {
  const value = (config as Readonly<Record<string, Value>> | null | undefined)?.[name];
  return typeof value === 'number' ? value : fallback;
}
