import type { ApiServerState } from '../state.ts';
import type { Identity } from './authentication.ts';
import { authorizeNode } from './node.ts';
import { authorizeByRoles } from './rbac.ts';
import type { Attributes } from './requestinfo.ts';

/** A decision of the authorizers, with the reason that they give; some give none. */
export interface Authorization {
  readonly allowed: boolean;
  readonly reason: string;
}

/** Members of this group may do everything: it is the way in when RBAC itself is broken. */
const MASTERS = 'system:masters';

/**
 * May you? The privileged group, then the Node authorizer, then RBAC; the first that allows decides, and nobody's
 * opinion is a no. Follows apiserver/pkg/authorization/union and kubeadm's `--authorization-mode=Node,RBAC`.
 */
export function authorize(state: ApiServerState, user: Identity, wanted: Attributes): Authorization {
  if (user.groups.includes(MASTERS)) return { allowed: true, reason: '' };
  const node = authorizeNode(state, user, wanted);
  if (node === true) return { allowed: true, reason: '' };
  const roles = authorizeByRoles(state, user, wanted);
  if (roles.allowed) return roles;
  return { allowed: false, reason: [node, roles.reason].filter((reason) => reason !== '').join('\n') };
}

/** `User "x" cannot list resource "pods" in API group "" in the namespace "default"` */
export function cannot(user: Identity, wanted: Attributes, reason = ''): string {
  const { verb, group, namespace, path } = wanted;
  const name = JSON.stringify(user.name);
  if (!wanted.isResource) return withReason(`User ${name} cannot ${verb} path ${JSON.stringify(path)}`, reason);
  const where = namespace === '' ? 'at the cluster scope' : `in the namespace ${JSON.stringify(namespace)}`;
  const what = `resource ${JSON.stringify(resourceText(wanted))} in API group ${JSON.stringify(group)} ${where}`;
  return withReason(`User ${name} cannot ${verb} ${what}`, reason);
}

/** `pods`, `pods/log` */
export function resourceText({ resource, subresource }: Pick<Attributes, 'resource' | 'subresource'>): string {
  return subresource === '' ? resource : `${resource}/${subresource}`;
}

function withReason(text: string, reason: string): string {
  return reason === '' ? text : `${text}: ${reason}`;
}
