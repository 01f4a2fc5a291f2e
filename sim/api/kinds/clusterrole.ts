import { column, nameColumn } from '../cells.ts';
import type { ObjectMeta } from '../meta.ts';
import { type AggregationRule, type PolicyRule, RBAC, validateRole } from '../rbac/rules.ts';
import { defineResource } from '../resource.ts';
import { accessSchemas } from '../schemas/accessschemas.ts';
import { schemaOf } from '../schemas/schema.ts';
import { required, validateLabelSelector } from '../validate.ts';

export type ClusterRole = {
  readonly apiVersion: 'rbac.authorization.k8s.io/v1';
  readonly kind: 'ClusterRole';
  readonly metadata: ObjectMeta;
  readonly rules?: readonly PolicyRule[] | null;
  /** The rules are those of the cluster roles with these labels: a controller fills them in. */
  readonly aggregationRule?: AggregationRule;
};

/** Upstream registry/rbac/clusterrole strategy. */
export const clusterRoles = defineResource<ClusterRole>({
  group: RBAC,
  version: 'v1',
  kind: 'ClusterRole',
  plural: 'clusterroles',
  namespaced: false,
  schema: schemaOf(accessSchemas, 'ClusterRole'),
  validate: (role) => [...validateRole(role, false), ...validateAggregation(role.aggregationRule)],
  columns: [nameColumn(), column('Created At', ({ metadata }) => metadata.creationTimestamp ?? '', 'date')],
});

const SELECTORS = 'aggregationRule.clusterRoleSelectors';

function validateAggregation(rule: AggregationRule | undefined) {
  if (rule === undefined) return [];
  const selectors = rule.clusterRoleSelectors ?? [];
  if (selectors.length === 0)
    return [required(SELECTORS, 'at least one clusterRoleSelector required if aggregationRule is non-nil')];
  return selectors.flatMap((selector, index) => validateLabelSelector(selector, `${SELECTORS}[${index}]`));
}
