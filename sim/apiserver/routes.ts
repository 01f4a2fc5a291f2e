import { resourceNamed, resourceOfPlural } from '../api/index.ts';
import { isStored, type Resource, type Subresource } from '../api/resource.ts';
import { qualified } from '../api/status.ts';
import type { HttpRequest } from '../protocol/http.ts';

/** What a request wants, as RBAC names it; `connect` is a subresource that is not an object (log). */
export type Verb = 'get' | 'list' | 'watch' | 'create' | 'update' | 'patch' | 'delete' | 'deletecollection';

/** What a path means. `resource` is `pods` or `deployments.apps`: {@link resourceOf} looks it up. */
export interface Route {
  readonly resource: string;
  readonly verb: Verb;
  /** '' for cluster-scoped kinds and for all namespaces. */
  readonly namespace: string;
  /** '' for collections. */
  readonly name: string;
  readonly subresource: Subresource | '';
  /** The version that is spoken, where it is not the one in which objects are kept. */
  readonly version?: string;
}

/** A route, or why there is none: no such path (404), or no such verb there (405). */
export type RouteResult =
  | { readonly type: 'route'; readonly route: Route }
  | { readonly type: 'missing' }
  | { readonly type: 'method' };

/** The Resource that a route names, in the version in which its objects are kept. */
export function resourceOf(route: { readonly resource: string }): Resource {
  return resourceNamed(route.resource) as Resource;
}

/** The Resource of a name as `pods` or `deployments.apps`, if it is served. */
export function findResource(name: string): Resource | undefined {
  return resourceNamed(name);
}

/** Finds what a request is about. Follows apiserver/pkg/endpoints/request/requestinfo.go. */
export function parseRoute(request: HttpRequest): RouteResult {
  const parts = request.path.split('/').filter((part) => part !== '');
  const isCore = parts[0] === 'api';
  if (!isCore && parts[0] !== 'apis') return { type: 'missing' };
  const group = isCore ? '' : (parts[1] ?? '');
  const version = parts[isCore ? 1 : 2] ?? '';
  const rest = parts.slice(isCore ? 2 : 3).map(unescapeSegment);
  const isInNamespace = rest[0] === 'namespaces' && rest.length > 2 && rest[2] !== 'status' && rest[2] !== 'finalize';
  const [plural = '', name = '', subresource = '', extra] = isInNamespace ? rest.slice(2) : rest;
  const namespace = isInNamespace ? (rest[1] ?? '') : '';
  const resource = resourceOfPlural(group, version, plural);
  if (resource === undefined || extra !== undefined) return { type: 'missing' };
  if (isInNamespace && !resource.namespaced) return { type: 'missing' };
  if (subresource !== '' && !isSubresource(resource, subresource)) return { type: 'missing' };
  if (name !== '' && resource.namespaced && !isInNamespace) return { type: 'missing' };
  const verb = verbOf(request, name, subresource);
  if (verb === undefined || !isAllowed(resource, verb, namespace)) return { type: 'method' };
  const other = resource.conversion === undefined ? {} : { version };
  return { type: 'route', route: { resource: qualified(resource), verb, namespace, name, subresource, ...other } };
}

/** Percent-escapes are left as they are when they are not UTF-8. */
function unescapeSegment(segment: string): string {
  if (!segment.includes('%')) return segment;
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

function isSubresource(resource: Resource, name: string): name is Subresource {
  return (resource.subresources as readonly string[]).includes(name);
}

/** A namespaced collection can be read across namespaces, and only read. */
function isAllowed(resource: Resource, verb: Verb, namespace: string): boolean {
  if (!isStored(resource) && verb !== 'create') return false;
  if (!resource.namespaced || namespace !== '') return true;
  return verb === 'list' || verb === 'watch';
}

const SUBRESOURCE_VERBS: Readonly<Record<Subresource, readonly Verb[]>> = {
  status: ['get', 'update', 'patch'],
  scale: ['get', 'update', 'patch'],
  binding: ['create'],
  eviction: ['create'],
  log: ['get'],
  exec: ['get', 'create'],
  token: ['create'],
  finalize: ['update'],
};

function verbOf(request: HttpRequest, name: string, subresource: Subresource | ''): Verb | undefined {
  const verb = plainVerb(request, name, subresource);
  if (subresource === '' || verb === undefined) return verb;
  return SUBRESOURCE_VERBS[subresource].includes(verb) ? verb : undefined;
}

function plainVerb(request: HttpRequest, name: string, subresource: string): Verb | undefined {
  switch (request.method) {
    case 'GET':
      if (name !== '') return 'get';
      return request.query?.watch === 'true' || request.query?.watch === '1' ? 'watch' : 'list';
    case 'POST':
      return name === '' || subresource !== '' ? 'create' : undefined;
    case 'PUT':
      return name === '' ? undefined : 'update';
    case 'PATCH':
      return name === '' ? undefined : 'patch';
    case 'DELETE':
      return name === '' ? 'deletecollection' : 'delete';
  }
}
