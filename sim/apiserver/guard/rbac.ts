import type { ClusterRole } from '../../api/kinds/clusterrole.ts';
import type { ClusterRoleBinding } from '../../api/kinds/clusterrolebinding.ts';
import type { Role } from '../../api/kinds/role.ts';
import type { RoleBinding } from '../../api/kinds/rolebinding.ts';
import type { PolicyRule, RoleRef, Subject } from '../../api/rbac/rules.ts';
import type { ApiServerState } from '../state.ts';
import { type Identity, SERVICE_ACCOUNT } from './authentication.ts';
import type { Attributes } from './requestinfo.ts';

/** A binding as seen from one of its subjects. */
export interface Grant {
  /** '' for a ClusterRoleBinding. */
  readonly namespace: string;
  readonly roleRef: RoleRef;
  /** `ClusterRoleBinding "x" of ClusterRole "y" to User "z"`, as reasons are worded. */
  readonly text: string;
}

/** All bindings by subject (`User jane`), and the state of the caches they were read from. */
export interface Grants {
  /** The revisions of the caches, in the order of `RBAC_CACHES`. */
  readonly from: readonly (number | undefined)[];
  readonly bySubject: Readonly<Record<string, readonly Grant[]>>;
}

/** Nothing read yet. */
export const NO_GRANTS: Grants = { from: [], bySubject: {} };

/** What RBAC finds: the grant that allows, or the roles it looked for in vain. */
export interface RbacFinding {
  readonly allowed: boolean;
  readonly reason: string;
}

/**
 * RBAC: a request is allowed when one rule of one role that is bound to its user or groups allows it; nothing denies.
 * Follows plugin/pkg/auth/authorizer/rbac/rbac.go and pkg/registry/rbac/validation/rule.go.
 */
export function authorizeByRoles(state: ApiServerState, user: Identity, wanted: Attributes): RbacFinding {
  const findings = findingsOf(currentGrants(state));
  const { verb, path, isResource, group, resource, subresource, namespace, name } = wanted;
  const what = isResource ? `${group}\n${resource}\n${subresource}\n${namespace}\n${name}` : path;
  const key = `${verb}\n${what}\n${user.name}\n${user.groups.join('\n')}`;
  const finding = findings.get(key) ?? searchRoles(state, user, wanted);
  if (findings.size < MOST_FINDINGS) findings.set(key, finding);
  return finding;
}

/** What was found with the roles and bindings of one moment: components ask the same again and again. */
const known = new WeakMap<Grants, Map<string, RbacFinding>>();

/** Pods come and go, and each has its name in the question. */
const MOST_FINDINGS = 5000;

function findingsOf(grants: Grants): Map<string, RbacFinding> {
  const findings = known.get(grants) ?? new Map<string, RbacFinding>();
  known.set(grants, findings);
  return findings;
}

function searchRoles(state: ApiServerState, user: Identity, wanted: Attributes): RbacFinding {
  const errors: string[] = [];
  for (const grant of grantsOf(state, user, wanted.namespace)) {
    const rules = rulesOf(state, grant);
    if (typeof rules === 'string') errors.push(rules);
    else if (rules.some((rule) => allows(rule, wanted))) {
      return { allowed: true, reason: `RBAC: allowed by ${grant.text}` };
    }
  }
  return { allowed: false, reason: errors.length === 0 ? '' : `RBAC: ${aggregated(errors)}` };
}

/** Every rule that a user has in a namespace, and what could not be resolved. */
export function rulesFor(
  state: ApiServerState,
  user: Identity,
  namespace: string,
): { readonly rules: readonly PolicyRule[]; readonly errors: readonly string[] } {
  const found = grantsOf(state, user, namespace).map((grant) => rulesOf(state, grant));
  return {
    rules: found.flatMap((rules) => (typeof rules === 'string' ? [] : rules)),
    errors: found.filter((rules) => typeof rules === 'string'),
  };
}

/** The rules of a role, or that there is none. */
export function rulesOf(state: ApiServerState, { roleRef, namespace }: Pick<Grant, 'roleRef' | 'namespace'>) {
  const { kind, name } = roleRef;
  const isCluster = kind === 'ClusterRole';
  const cache = state.caches.get(`${isCluster ? 'clusterroles' : 'roles'}.rbac.authorization.k8s.io`);
  const key = isCluster ? `/registry/clusterroles/${name}` : `/registry/roles/${namespace}/${name}`;
  const role = cache?.objects.get(key) as ClusterRole | Role | undefined;
  if (role === undefined) return `${kind.toLowerCase()}.rbac.authorization.k8s.io ${JSON.stringify(name)} not found`;
  return role.rules ?? [];
}

/** Go's aggregate of errors in one text. */
export function aggregated(errors: readonly string[]): string {
  const texts = [...new Set(errors)];
  return texts.length === 1 ? (texts[0] ?? '') : `[${texts.join(', ')}]`;
}

/** The grants of a user: those of the whole cluster first, then those of the namespace. */
function grantsOf(state: ApiServerState, user: Identity, namespace: string): readonly Grant[] {
  const { bySubject } = currentGrants(state);
  const keys = [`User ${user.name}`, ...user.groups.map((group) => `Group ${group}`)];
  if (user.name.startsWith(SERVICE_ACCOUNT)) keys.push(`ServiceAccount ${user.name.slice(SERVICE_ACCOUNT.length)}`);
  const all = keys.flatMap((key) => bySubject[key] ?? []);
  const here = namespace === '' ? [] : all.filter((grant) => grant.namespace === namespace);
  return [...all.filter((grant) => grant.namespace === ''), ...here];
}

/** They change rarely and are looked at for every request: the index is made anew when one of the caches has moved. */
function currentGrants(state: ApiServerState): Grants {
  const { from } = state.grants;
  if (from.length > 0 && RBAC_CACHES.every((name, at) => state.caches.get(name)?.revision === from[at]))
    return state.grants;
  const [cluster, local, ...roles] = RBAC_CACHES.map((name) => state.caches.get(name));
  const bySubject: Record<string, Grant[]> = {};
  for (const cache of [cluster, local]) {
    for (const object of cache?.objects.values() ?? []) index(bySubject, object as ClusterRoleBinding | RoleBinding);
  }
  state.grants = { from: [cluster, local, ...roles].map((cache) => cache?.revision), bySubject };
  return state.grants;
}

const RBAC_CACHES = ['clusterrolebindings', 'rolebindings', 'clusterroles', 'roles'].map(
  (plural) => `${plural}.rbac.authorization.k8s.io`,
);

function index(bySubject: Record<string, Grant[]>, binding: ClusterRoleBinding | RoleBinding): void {
  const { kind, metadata, roleRef, subjects = [] } = binding;
  const { name, namespace = '' } = metadata;
  const own = JSON.stringify(namespace === '' ? name : `${name}/${namespace}`);
  for (const subject of subjects) {
    const holder = { ...subject, namespace: subject.namespace ?? namespace };
    const text = `${kind} ${own} of ${roleRef.kind} ${JSON.stringify(roleRef.name)} to ${describe(holder)}`;
    const key = subjectKey(holder);
    bySubject[key] = [...(bySubject[key] ?? []), { namespace, roleRef, text }];
  }
}

function subjectKey({ kind, name, namespace }: Subject): string {
  return kind === 'ServiceAccount' ? `${kind} ${namespace}:${name}` : `${kind} ${name}`;
}

function describe({ kind, name, namespace }: Subject): string {
  return `${kind} ${JSON.stringify(kind === 'ServiceAccount' ? `${name}/${namespace}` : name)}`;
}

/** Whether one rule allows a request. */
export function allows(rule: PolicyRule, wanted: Attributes): boolean {
  if (!hasOrAll(rule.verbs, wanted.verb)) return false;
  if (!wanted.isResource) return (rule.nonResourceURLs ?? []).some((url) => urlFits(url, wanted.path));
  const { apiGroups = [], resources = [], resourceNames = [] } = rule;
  if (!hasOrAll(apiGroups, wanted.group) || !resources.some((resource) => resourceFits(resource, wanted))) return false;
  return resourceNames.length === 0 || resourceNames.includes(wanted.name);
}

function hasOrAll(list: readonly string[], value: string): boolean {
  return list.includes('*') || list.includes(value);
}

function resourceFits(rule: string, { resource, subresource }: Attributes): boolean {
  if (rule === '*' || rule === (subresource === '' ? resource : `${resource}/${subresource}`)) return true;
  return subresource !== '' && rule === `*/${subresource}`;
}

function urlFits(rule: string, path: string): boolean {
  return rule === '*' || rule === path || (rule.endsWith('*') && path.startsWith(rule.replace(/\*+$/, '')));
}
