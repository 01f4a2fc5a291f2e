import { breakDown, compactRules } from '../api/rbac/covers.ts';
import type { PolicyRule } from '../api/rbac/rules.ts';

/** Rules as kubectl lists them: broken down, joined by resource, in order; the four cells of each. */
export function ruleRows(rules: readonly PolicyRule[]): readonly (readonly string[])[] {
  const compact = [...compactRules(rules.flatMap(breakDown))].map((rule, index) => ({
    rule,
    key: goText(rule),
    index,
  }));
  compact.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : a.index - b.index));
  return compact.map(({ rule }) => [
    resourceGroup(rule),
    goStrings(rule.nonResourceURLs),
    goStrings(rule.resourceNames),
    goStrings(rule.verbs),
  ]);
}

/** A rule as Go prints its struct: the order of kubectl's lists. */
function goText({ verbs, apiGroups, resources, resourceNames, nonResourceURLs }: PolicyRule): string {
  return [verbs, apiGroups, resources, resourceNames, nonResourceURLs].map(goStrings).join();
}

/** `[get list]` */
export function goStrings(values: readonly string[] | undefined): string {
  return `[${(values ?? []).join(' ')}]`;
}

/** `deployments.apps/scale` */
function resourceGroup({ resources = [], apiGroups = [] }: PolicyRule): string {
  const [first] = resources;
  if (first === undefined) return '';
  const [resource = '', ...sub] = first.split('/');
  const group = apiGroups[0] ? `.${apiGroups[0]}` : '';
  return [`${resource}${group}`, ...sub].join('/');
}
