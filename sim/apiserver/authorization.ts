import type { Identity } from './authentication.ts';

/** A decision of the authorizer, with its reason as RBAC words it. */
export interface Authorization {
  readonly allowed: boolean;
  readonly reason: string;
}

const ALLOWED: Authorization = {
  allowed: true,
  reason:
    'RBAC: allowed by ClusterRoleBinding "kubeadm:cluster-admins" of ClusterRole "cluster-admin" ' +
    'to Group "kubeadm:cluster-admins"',
};
const NO_OPINION: Authorization = { allowed: false, reason: '' };

/**
 * Second stage: may you? The one binding that kubeadm makes for administrators is the one rule known here: all verbs
 * on all resources. Follows plugin/pkg/auth/authorizer/rbac/rbac.go; leaves out Role objects and the Node authorizer.
 */
export function authorize(user: Identity): Authorization {
  return user.groups.includes('kubeadm:cluster-admins') ? ALLOWED : NO_OPINION;
}
