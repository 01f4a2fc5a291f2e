import { column, nameColumn } from '../cells.ts';
import type { ObjectMeta } from '../meta.ts';
import { type PolicyRule, RBAC, validateRole } from '../rbac/rules.ts';
import { defineResource } from '../resource.ts';
import { accessSchemas } from '../schemas/accessschemas.ts';
import { schemaOf } from '../schemas/schema.ts';

export type Role = {
  readonly apiVersion: 'rbac.authorization.k8s.io/v1';
  readonly kind: 'Role';
  readonly metadata: ObjectMeta;
  readonly rules?: readonly PolicyRule[] | null;
};

/** Upstream registry/rbac/role strategy. */
export const roles = defineResource<Role>({
  group: RBAC,
  version: 'v1',
  kind: 'Role',
  plural: 'roles',
  namespaced: true,
  schema: schemaOf(accessSchemas, 'Role'),
  validate: (role) => validateRole(role, true),
  columns: [nameColumn(), column('Created At', ({ metadata }) => metadata.creationTimestamp ?? '', 'date')],
});
