import type { KubeObject } from '../../api/meta.ts';
import { compactString, goList, missingRights } from '../../api/rbac/covers.ts';
import { type BindingLike, type PolicyRule, RBAC, type RoleLike } from '../../api/rbac/rules.ts';
import { type Resource, sameJson } from '../../api/resource.ts';
import { forbidden, notFound, type Status } from '../../api/status.ts';
import type { ApiServerState } from '../state.ts';
import type { Identity } from './authentication.ts';
import { authorize } from './authorization.ts';
import { rulesFor, rulesOf } from './rbac.ts';

/**
 * Nobody gives what they do not have: a role may hold, and a binding may pass on, only rights that the writer has,
 * unless the writer may `escalate` or `bind` it. Follows
 * pkg/registry/rbac/{role,rolebinding,…}/policybased/storage.go.
 */
export function refuseEscalation(
  state: ApiServerState,
  user: Identity,
  resource: Resource,
  object: KubeObject,
  old?: KubeObject,
): Status | undefined {
  if (resource.group !== RBAC || user.groups.includes('system:masters')) return undefined;
  const { namespace = '', name } = object.metadata;
  if ('roleRef' in object) return refuseBinding(state, user, resource, object as KubeObject & BindingLike, old);
  const { rules } = object as KubeObject & RoleLike;
  if (old !== undefined && sameJson(rules ?? [], (old as KubeObject & RoleLike).rules ?? [])) return undefined;
  if (may(state, user, 'escalate', resource.plural, namespace, name)) return undefined;
  return refuseRules(state, user, resource, object, rules ?? []);
}

function refuseBinding(
  state: ApiServerState,
  user: Identity,
  resource: Resource,
  binding: KubeObject & BindingLike,
  old: KubeObject | undefined,
): Status | undefined {
  const { roleRef, metadata, subjects } = binding;
  const { namespace = '' } = metadata;
  const before = old as (KubeObject & BindingLike) | undefined;
  if (before !== undefined && sameJson(before.subjects ?? [], subjects ?? []) && sameJson(before.roleRef, roleRef)) {
    return undefined;
  }
  const plural = `${roleRef.kind.toLowerCase()}s`;
  if (may(state, user, 'bind', plural, namespace, roleRef.name)) return undefined;
  const rules = rulesOf(state, { roleRef, namespace });
  if (typeof rules === 'string')
    return notFound({ group: RBAC, plural: roleRef.kind.toLowerCase(), kind: '' }, roleRef.name);
  return refuseRules(state, user, resource, binding, rules);
}

function may(
  state: ApiServerState,
  user: Identity,
  verb: string,
  resource: string,
  namespace: string,
  name: string,
): boolean {
  const none = { isResource: true, path: '', subresource: '', node: '' };
  return authorize(state, user, { ...none, verb, group: RBAC, resource, namespace, name }).allowed;
}

function refuseRules(
  state: ApiServerState,
  user: Identity,
  resource: Resource,
  { metadata }: KubeObject,
  wanted: readonly PolicyRule[],
): Status | undefined {
  const { rules, errors } = rulesFor(state, user, metadata.namespace ?? '');
  const missing = missingRights(rules, wanted);
  if (missing.length === 0) return undefined;
  const who = `user ${JSON.stringify(user.name)} (groups=${goList(user.groups)})`;
  const lines = [...new Set(missing.map(compactString))].sort();
  const unresolved = errors.length === 0 ? '' : `; resolution errors: [${errors.join(' ')}]`;
  const why = `${who} is attempting to grant RBAC permissions not currently held:\n${lines.join('\n')}${unresolved}`;
  return forbidden(resource, metadata.name, why);
}
