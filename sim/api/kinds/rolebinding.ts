import type { ObjectMeta } from '../meta.ts';
import { bindingColumns } from '../rbac/columns.ts';
import { defaultBinding, RBAC, type RoleRef, type Subject, validateBinding } from '../rbac/rules.ts';
import { defineResource } from '../resource.ts';
import { accessSchemas } from '../schemas/accessschemas.ts';
import { schemaOf } from '../schemas/schema.ts';

export type RoleBinding = {
  readonly apiVersion: 'rbac.authorization.k8s.io/v1';
  readonly kind: 'RoleBinding';
  readonly metadata: ObjectMeta;
  readonly subjects?: readonly Subject[];
  readonly roleRef: RoleRef;
};

/** Upstream registry/rbac/rolebinding strategy. */
export const roleBindings = defineResource<RoleBinding>({
  group: RBAC,
  version: 'v1',
  kind: 'RoleBinding',
  plural: 'rolebindings',
  namespaced: true,
  schema: schemaOf(accessSchemas, 'RoleBinding'),
  defaults: defaultBinding,
  validate: (binding, old) => validateBinding(binding, true, old),
  columns: bindingColumns(),
});
