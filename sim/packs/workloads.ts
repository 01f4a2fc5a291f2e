import type { ClusterPack } from '../cluster/boot.ts';

/** The accounts of these control loops. Facts of plugin/pkg/auth/authorizer/rbac/bootstrappolicy, v1.36. */
const ROLES = '';

/** The kinds that run pods beside Deployment and ReplicaSet, and their control loops. */
export const workloads: ClusterPack = {
  kinds: [],
  controllers: [],
  roles: ROLES,
  watched: [],
  describers: [],
};
