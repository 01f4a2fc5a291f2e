import type { ObjectMeta } from '../meta.ts';
import { bindingColumns } from '../rbac/columns.ts';
import { defaultBinding, RBAC, type RoleRef, type Subject, validateBinding } from '../rbac/rules.ts';
import { defineResource } from '../resource.ts';
import { accessSchemas } from '../schemas/accessschemas.ts';
import { schemaOf } from '../schemas/schema.ts';

export type ClusterRoleBinding = {
  readonly apiVersion: 'rbac.authorization.k8s.io/v1';
  readonly kind: 'ClusterRoleBinding';
  readonly metadata: ObjectMeta;
  readonly subjects?: readonly Subject[];
  readonly roleRef: RoleRef;
};

/** Upstream registry/rbac/clusterrolebinding strategy. */
export const clusterRoleBindings = defineResource<ClusterRoleBinding>({
  group: RBAC,
  version: 'v1',
  kind: 'ClusterRoleBinding',
  plural: 'clusterrolebindings',
  namespaced: false,
  schema: schemaOf(accessSchemas, 'ClusterRoleBinding'),
  defaults: defaultBinding,
  validate: (binding, old) => validateBinding(binding, false, old),
  columns: bindingColumns(),
});
