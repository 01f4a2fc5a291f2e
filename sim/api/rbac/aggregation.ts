import type { ClusterRole } from '../kinds/clusterrole.ts';
import { sameJson } from '../resource.ts';
import { matchesLabelSelector } from '../selector.ts';
import type { PolicyRule } from './rules.ts';

/**
 * The role with the rules of the roles that it collects, in the order of their names and each rule once; the very same
 * role when nothing changes. Follows pkg/controller/clusterroleaggregation `syncClusterRole`.
 */
export function aggregate(role: ClusterRole, roles: readonly ClusterRole[]): ClusterRole {
  const selectors = role.aggregationRule?.clusterRoleSelectors ?? [];
  if (selectors.length === 0) return role;
  const rules: PolicyRule[] = [];
  for (const selector of selectors) {
    const chosen = roles
      .filter(({ metadata }) => metadata.name !== role.metadata.name)
      .filter(({ metadata }) => matchesLabelSelector(selector, metadata.labels))
      .sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1));
    for (const rule of chosen.flatMap((one) => one.rules ?? [])) {
      if (!rules.some((known) => sameJson(known, rule))) rules.push(rule);
    }
  }
  return sameJson(rules, role.rules ?? []) ? role : { ...role, rules };
}
