import { servedKinds, servedVersions } from '../api/index.ts';
import type { JsonObject } from '../api/meta.ts';
import type { Resource, Subresource } from '../api/resource.ts';
import type { HttpRequest } from '../protocol/http.ts';

/** What this simulator follows. */
const VERSION: JsonObject = {
  major: '1',
  minor: '36',
  gitVersion: 'v1.36.2',
  gitCommit: '',
  gitTreeState: 'clean',
  buildDate: '2026-01-01T00:00:00Z',
  goVersion: '',
  compiler: '',
  platform: 'linux/amd64',
};

const READ: readonly string[] = ['get', 'patch', 'update'];

/** A subresource as discovery describes it. */
interface SubresourceFacts {
  readonly kind: string;
  readonly group?: string;
  readonly version?: string;
  readonly verbs: readonly string[];
}

/** Only what is served. */
const SUBRESOURCES: Readonly<Partial<Record<Subresource, SubresourceFacts>>> = {
  status: { kind: '', verbs: READ },
  scale: { kind: 'Scale', group: 'autoscaling', version: 'v1', verbs: READ },
  binding: { kind: 'Binding', verbs: ['create'] },
  eviction: { kind: 'Eviction', group: 'policy', version: 'v1', verbs: ['create'] },
  finalize: { kind: 'Namespace', verbs: ['update'] },
  exec: { kind: 'PodExecOptions', verbs: ['create', 'get'] },
  log: { kind: 'Pod', verbs: ['get'] },
  token: { kind: 'TokenRequest', group: 'authentication.k8s.io', version: 'v1', verbs: ['create'] },
};

/**
 * Answers the paths that are about the API itself; undefined for all others. Follows apiserver/pkg/endpoints/discovery.
 * Leaves out OpenAPI documents.
 */
export function discover(request: HttpRequest): JsonObject | undefined {
  const path = request.path.length > 1 && request.path.endsWith('/') ? request.path.slice(0, -1) : request.path;
  const isAggregated = (request.headers?.accept ?? '').includes('as=APIGroupDiscoveryList');
  if (path === '/version') return VERSION;
  if (path === '/api') return isAggregated ? aggregated(['']) : { kind: 'APIVersions', versions: ['v1'] };
  if (path === '/apis') return isAggregated ? aggregated(groups()) : groupList();
  const [, root, first = '', second = '', extra] = path.split('/');
  if (extra !== undefined) return undefined;
  if (root === 'api' && second === '') return resourceList('', first);
  if (root !== 'apis') return undefined;
  if (second !== '') return resourceList(first, second);
  return groups().includes(first) ? { kind: 'APIGroup', apiVersion: 'v1', ...describeGroup(first) } : undefined;
}

function groups(): readonly string[] {
  return [...new Set(servedKinds().map(({ group }) => group))].filter((group) => group !== '');
}

function versionsOf(group: string): readonly string[] {
  return [
    ...new Set(
      servedVersions()
        .filter((resource) => resource.group === group)
        .map(({ version }) => version),
    ),
  ];
}

function groupList(): JsonObject {
  return { kind: 'APIGroupList', apiVersion: 'v1', groups: groups().map(describeGroup) };
}

function describeGroup(name: string): JsonObject {
  const versions = versionsOf(name).map((version) => ({ groupVersion: `${name}/${version}`, version }));
  return { name, versions, preferredVersion: versions[0] };
}

function aggregated(names: readonly string[]): JsonObject {
  const items = names.map((name) => ({
    metadata: name === '' ? {} : { name },
    versions: versionsOf(name).map((version) => ({
      version,
      freshness: 'Current',
      resources: servedBy(name, version).map(describe),
    })),
  }));
  return { kind: 'APIGroupDiscoveryList', apiVersion: 'apidiscovery.k8s.io/v2', metadata: {}, items };
}

function servedBy(group: string, version: string): readonly Resource[] {
  return servedVersions().filter((resource) => resource.group === group && resource.version === version);
}

function describe(resource: Resource): JsonObject {
  const { group, version, kind, plural, singular, namespaced, shortNames, categories, verbs } = resource;
  const subresources = resource.subresources.flatMap((name) => {
    const facts = SUBRESOURCES[name];
    if (facts === undefined) return [];
    const responseKind = { group: facts.group ?? group, version: facts.version ?? version, kind: facts.kind || kind };
    return [{ subresource: name, responseKind, verbs: facts.verbs }];
  });
  return {
    resource: plural,
    responseKind: { group, version, kind },
    scope: namespaced ? 'Namespaced' : 'Cluster',
    singularResource: singular,
    verbs,
    ...(shortNames.length > 0 ? { shortNames } : {}),
    ...(categories.length > 0 ? { categories } : {}),
    ...(subresources.length > 0 ? { subresources } : {}),
  };
}

function resourceList(group: string, version: string): JsonObject | undefined {
  const served = servedBy(group, version);
  if (served.length === 0) return undefined;
  const list = served.flatMap((resource) => [plainResource(resource), ...plainSubresources(resource)]);
  const groupVersion = group === '' ? version : `${group}/${version}`;
  return { kind: 'APIResourceList', apiVersion: 'v1', groupVersion, resources: list };
}

function plainResource({ plural, singular, namespaced, kind, shortNames, categories, verbs }: Resource): JsonObject {
  return {
    name: plural,
    singularName: singular,
    namespaced,
    kind,
    verbs,
    ...(shortNames.length > 0 ? { shortNames } : {}),
    ...(categories.length > 0 ? { categories } : {}),
  };
}

function plainSubresources({ plural, namespaced, kind, subresources }: Resource): readonly JsonObject[] {
  return subresources.flatMap((name) => {
    const facts = SUBRESOURCES[name];
    if (facts === undefined) return [];
    const foreign = facts.group === undefined ? {} : { group: facts.group, version: facts.version };
    return [
      {
        name: `${plural}/${name}`,
        singularName: '',
        namespaced,
        ...foreign,
        kind: facts.kind || kind,
        verbs: facts.verbs,
      },
    ];
  });
}
