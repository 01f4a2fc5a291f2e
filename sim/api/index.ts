import type { Kind } from './kind.ts';
import { clusterRoles } from './kinds/clusterrole.ts';
import { clusterRoleBindings } from './kinds/clusterrolebinding.ts';
import { configMaps } from './kinds/configmap.ts';
import { deploymentFieldRules, deployments } from './kinds/deployment.ts';
import { endpointSlices } from './kinds/endpointslice.ts';
import { events } from './kinds/event.ts';
import { leases } from './kinds/lease.ts';
import { namespaces } from './kinds/namespace.ts';
import { nodeFieldRules, nodes } from './kinds/node.ts';
import { pods } from './kinds/pod.ts';
import { replicaSets } from './kinds/replicaset.ts';
import { reviews } from './kinds/reviews.ts';
import { roles } from './kinds/role.ts';
import { roleBindings } from './kinds/rolebinding.ts';
import { secrets } from './kinds/secret.ts';
import { serviceFieldRules, services } from './kinds/service.ts';
import { serviceAccounts } from './kinds/serviceaccount.ts';
import type { KubeObject } from './meta.ts';
import { podFieldRules } from './podspec/rules.ts';
import type { LedgerEntry, Resource } from './resource.ts';
import { qualified } from './status.ts';
import { kindsWithTexts } from './texts/added.ts';
import { ledgerOf } from './verdicts.ts';

/** The kinds of the base, in the order of `kubectl api-resources`: by group, then by plural. */
const known: Resource[] = [
  configMaps,
  events,
  namespaces,
  nodes,
  pods,
  secrets,
  serviceAccounts,
  services,
  deployments,
  replicaSets,
  ...reviews,
  leases,
  endpointSlices,
  clusterRoleBindings,
  clusterRoles,
  roleBindings,
  roles,
];

/** Every kind that is served: those of the base, and those that packs have added. */
export const resources: readonly Resource[] = known;

/** The kinds of packs. */
const packed: Kind[] = [];

/** Versions that are served beside those in which objects are kept. */
const others: Resource[] = [];

const byPath = new Map<string, Resource>();
const byName = new Map<string, Resource>();
index(known);

/** The kinds of a pack, before the first cluster boots. Adding them again changes nothing. */
export function addResources(more: readonly Kind[]): void {
  const added = more.filter(({ resource }) => !byName.has(qualified(resource)));
  kindsWithTexts.push(...added);
  packed.push(...added);
  for (const version of added.flatMap((kind) => kind.others ?? [])) {
    others.push(version);
    byPath.set(pathKey(version), version);
  }
  const fresh = added.map(({ resource }) => resource);
  known.push(...fresh);
  known.sort((a, b) => compare(a.group, b.group) || compare(a.plural, b.plural));
  index(fresh);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

function pathKey({ group, version, plural }: Resource): string {
  return `${group}/${version}/${plural}`;
}

function index(added: readonly Resource[]): void {
  for (const resource of added) {
    byPath.set(pathKey(resource), resource);
    byName.set(qualified(resource), resource);
  }
}

/** Kinds that are known only while a message is handled, and whether one was looked for in vain. */
let defined: readonly Resource[] = [];
let hasMissed = false;

/**
 * Serves these kinds too while `work` runs. Which they are follows from a component's state (CustomResourceDefinitions
 * that it has seen), so they are known as long as it handles one message, and no longer.
 */
export function serving<T>(kinds: readonly Resource[], work: () => T): T {
  const before = defined;
  defined = kinds;
  hasMissed = false;
  try {
    return work();
  } finally {
    defined = before;
  }
}

/** Whether a kind was looked for, since {@link serving} began, that is not served. */
export function hasMissedKind(): boolean {
  return hasMissed;
}

/** Whether every client knows a resource by itself. */
export function isBuiltIn(name: string): boolean {
  return byName.has(name);
}

/** Those of {@link serving}. */
export function definedKinds(): readonly Resource[] {
  return defined;
}

/** Every kind that is served at this moment. */
export function servedKinds(): readonly Resource[] {
  return defined.length === 0 ? known : [...known, ...defined];
}

/** Each version of every kind, the preferred ones first. */
export function servedVersions(): readonly Resource[] {
  return [...servedKinds(), ...others];
}

function missed(): undefined {
  hasMissed = true;
  return undefined;
}

/** The resource of a name as `pods` or `deployments.apps`, if it is served. */
export function resourceNamed(name: string): Resource | undefined {
  return byName.get(name) ?? defined.find((resource) => qualified(resource) === name);
}

/** What happens here to the fields that upstream knows; the published ledger is made from it. */
export function ledger(): readonly LedgerEntry[] {
  return [
    ...ledgerOf('Pod', podFieldRules),
    ...ledgerOf('Deployment', deploymentFieldRules),
    ...ledgerOf('Service', serviceFieldRules),
    ...ledgerOf('Node', nodeFieldRules),
    ...packed.flatMap(({ resource, rules }) => ledgerOf(resource.kind, rules)),
  ];
}

/** `apps/v1`, or `v1` for the core group. */
export function apiVersionOf(resource: Pick<Resource, 'group' | 'version'>): string {
  return resource.group === '' ? resource.version : `${resource.group}/${resource.version}`;
}

/** The resource of a manifest's apiVersion and kind, in that version. */
export function resourceOfKind(
  apiVersion: string,
  kind: string,
  from: readonly Resource[] = servedKinds(),
): Resource | undefined {
  const isIt = (resource: Resource) => resource.kind === kind && apiVersionOf(resource) === apiVersion;
  return from.find(isIt) ?? others.find(isIt) ?? missed();
}

/** The resource of a URL's group (`''` for /api), version and plural. */
export function resourceOfPlural(group: string, version: string, plural: string): Resource | undefined {
  const found = byPath.get(`${group}/${version}/${plural}`);
  const isIt = (one: Resource) => one.plural === plural && one.group === group && one.version === version;
  return found ?? defined.find(isIt);
}

/**
 * What a learner typed: `pods`, `pod`, `po`, `Deployment`, `deployments.apps`, `deployments.v1.apps`. A version after a
 * short name is not heard: kubectl 1.33 loses it on the way to the long one (client-go restmapper/shortcut.go).
 */
export function resourceOfWord(word: string, from: readonly Resource[] = servedKinds()): Resource | undefined {
  const [name = '', ...rest] = word.toLowerCase().split('.');
  const suffix = rest.join('.');
  const afterVersion = rest.slice(1).join('.');
  const isIt = ({ plural, singular, shortNames, group, version }: Resource) => {
    const isShort = shortNames.includes(name);
    if (!isShort && plural !== name && singular !== name) return false;
    return suffix === '' || suffix === group || (afterVersion === group && (isShort || rest[0] === version));
  };
  return from.find(isIt) ?? (suffix === '' ? undefined : others.find(isIt)) ?? missed();
}

/** The path of a collection, or of one object in it: `/apis/apps/v1/namespaces/default/deployments/web`. */
export function pathOf(
  resource: Pick<Resource, 'group' | 'version' | 'plural' | 'namespaced'>,
  namespace: string,
  name?: string,
  subresource?: string,
): string {
  const root = resource.group === '' ? `/api/${resource.version}` : `/apis/${resource.group}/${resource.version}`;
  const scope = resource.namespaced && namespace !== '' ? `/namespaces/${namespace}` : '';
  const parts = [name, subresource].filter((part) => part !== undefined && part !== '');
  return [`${root}${scope}/${resource.plural}`, ...parts].join('/');
}

/** Kinds whose field selectors upstream converts one by one; the others answer with the generic text. */
const WITH_CONVERSION = ['Pod', 'Node', 'Event', 'Namespace', 'Service', 'ReplicaSet'];

/** Upstream's text for a field that cannot be selected by; undefined when it can. */
export function fieldLabelError(resource: Resource, field: string): string | undefined {
  const sample: KubeObject = { apiVersion: '', kind: resource.kind, metadata: { name: '' }, spec: {} };
  if (field in resource.fields({ ...sample, ...{ involvedObject: {} } })) return undefined;
  if (WITH_CONVERSION.includes(resource.kind)) return `field label not supported: ${field}`;
  const known = resource.namespaced ? '"metadata.name", "metadata.namespace"' : '"metadata.name"';
  return `${JSON.stringify(field)} is not a known field selector: only ${known}`;
}
