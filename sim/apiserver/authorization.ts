import type { Identity } from './authentication.ts';

/** A decision of the authorizers, with its reason as RBAC words it; the Node authorizer gives none. */
export interface Authorization {
  readonly allowed: boolean;
  readonly reason: string;
}

/**
 * Second stage: may you? The bindings that a new cluster has for its own components and for administrators are the
 * rules known here, and each is taken to allow all that its holder asks for. Follows
 * plugin/pkg/auth/authorizer/{node,rbac}; leaves out Role objects and the verbs and resources of each role.
 */
export function authorize({ name, groups }: Identity): Authorization {
  if (groups.includes('system:nodes')) return { allowed: true, reason: '' };
  if (groups.includes(ADMINS)) return allowed('kubeadm:cluster-admins', 'cluster-admin', `Group "${ADMINS}"`);
  const account = name.startsWith(ACCOUNT) ? name.slice(ACCOUNT.length) : '';
  const subject = `ServiceAccount "${account}/kube-system"`;
  if (account === 'kube-proxy') return allowed('kubeadm:node-proxier', 'system:node-proxier', subject);
  const role = `system:controller:${account}`;
  return account === '' ? allowed(name, name, `User "${name}"`) : allowed(role, role, subject);
}

const ADMINS = 'kubeadm:cluster-admins';
const ACCOUNT = 'system:serviceaccount:kube-system:';

function allowed(binding: string, role: string, subject: string): Authorization {
  const reason = `RBAC: allowed by ClusterRoleBinding "${binding}" of ClusterRole "${role}" to ${subject}`;
  return { allowed: true, reason };
}
