import type { PolicyRule } from './rules.ts';

/**
 * Which of the wanted rights the owner's rules do not give, each as a rule for one verb, joined again by resource as
 * upstream joins them. Follows component-helpers/auth/rbac/validation/policy_comparator.go and policy_compact.go.
 */
export function missingRights(owned: readonly PolicyRule[], wanted: readonly PolicyRule[]): readonly PolicyRule[] {
  const missing = wanted.flatMap(breakDown).filter((right) => !owned.some((rule) => covers(rule, right)));
  return compactRules(missing);
}

/** Rules about the same resource (or name of one) become one rule with all the verbs. */
export function compactRules(rules: readonly PolicyRule[]): readonly PolicyRule[] {
  const simple = new Map<string, PolicyRule>();
  const others: PolicyRule[] = [];
  for (const rule of rules) {
    const key = simpleKey(rule);
    const known = key === undefined ? undefined : simple.get(key);
    if (key === undefined) others.push(rule);
    else simple.set(key, known === undefined ? rule : { ...known, verbs: [...known.verbs, ...rule.verbs] });
  }
  return [...others, ...[...simple.values()].map((rule) => ({ ...rule, verbs: unique(rule.verbs) }))];
}

/** `{APIGroups:[""], Resources:["pods"], Verbs:["get" "list"]}` */
export function compactString({ apiGroups, resources, nonResourceURLs, resourceNames, verbs }: PolicyRule): string {
  const parts = Object.entries({
    APIGroups: apiGroups,
    Resources: resources,
    NonResourceURLs: nonResourceURLs,
    ResourceNames: resourceNames,
    Verbs: verbs,
  }).flatMap(([name, values]) => (values?.length ? [`${name}:${goList(values)}`] : []));
  return `{${parts.join(', ')}}`;
}

/** `["a" "b"]`, as Go's %q prints a list. */
export function goList(values: readonly string[]): string {
  return `[${values.map((value) => JSON.stringify(value)).join(' ')}]`;
}

function simpleKey({ apiGroups = [], resources = [], resourceNames = [], nonResourceURLs = [] }: PolicyRule) {
  if (nonResourceURLs.length > 0 || apiGroups.length !== 1 || resources.length !== 1) return undefined;
  if (resourceNames.length > 1) return undefined;
  return `${apiGroups[0]} ${resources[0]} ${resourceNames[0] ?? ''}`;
}

/** A rule as rules for one verb of one resource each (`BreakdownRule`). */
export function breakDown(rule: PolicyRule): readonly PolicyRule[] {
  const { verbs, apiGroups = [], resources = [], resourceNames = [], nonResourceURLs = [] } = rule;
  const about = apiGroups.flatMap((group) =>
    resources.flatMap((resource) =>
      verbs.flatMap((verb): readonly PolicyRule[] => {
        const right = { apiGroups: [group], resources: [resource], verbs: [verb] };
        if (resourceNames.length === 0) return [right];
        return resourceNames.map((name) => ({ ...right, resourceNames: [name] }));
      }),
    ),
  );
  const urls = nonResourceURLs.flatMap((url) => verbs.map((verb) => ({ nonResourceURLs: [url], verbs: [verb] })));
  return [...about, ...urls];
}

function covers(owned: PolicyRule, right: PolicyRule): boolean {
  if (!hasAll(owned.verbs, right.verbs)) return false;
  if (right.nonResourceURLs !== undefined) return coversUrls(owned.nonResourceURLs ?? [], right.nonResourceURLs);
  const names = owned.resourceNames ?? [];
  const wantedNames = right.resourceNames ?? [];
  const isNamed = names.length === 0 || (wantedNames.length > 0 && wantedNames.every((name) => names.includes(name)));
  return isNamed && hasAll(owned.apiGroups ?? [], right.apiGroups ?? []) && coversResources(owned, right);
}

function hasAll(owned: readonly string[], wanted: readonly string[]): boolean {
  return owned.includes('*') || wanted.every((value) => owned.includes(value));
}

function coversResources({ resources: owned = [] }: PolicyRule, { resources: wanted = [] }: PolicyRule): boolean {
  if (hasAll(owned, wanted)) return true;
  return wanted.every((resource) => {
    const [, subresource] = resource.split('/');
    return owned.includes(resource) || (subresource !== undefined && owned.includes(`*/${subresource}`));
  });
}

function coversUrls(owned: readonly string[], wanted: readonly string[]): boolean {
  return wanted.every((url) => {
    return owned.some((have) => have === url || (have.endsWith('*') && url.startsWith(have.slice(0, -1))));
  });
}

function unique(values: readonly string[]): readonly string[] {
  return [...new Set(values)];
}
