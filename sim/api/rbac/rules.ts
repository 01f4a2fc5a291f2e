import { pathSegmentErrors } from '../formats.ts';
import type { JsonValue, LabelSelector, ObjectMeta } from '../meta.ts';
import type { FieldError } from '../resource.ts';
import { sameJson } from '../resource.ts';
import {
  type Errors,
  invalidEach,
  invalidValue,
  notSupported,
  required,
  subdomainName,
  validateMeta,
} from '../validate.ts';

/** The API group of roles and bindings. */
export const RBAC = 'rbac.authorization.k8s.io';

export type PolicyRule = {
  readonly verbs: readonly string[];
  readonly apiGroups?: readonly string[];
  readonly resources?: readonly string[];
  readonly resourceNames?: readonly string[];
  readonly nonResourceURLs?: readonly string[];
};

export type Subject = {
  readonly kind: string;
  readonly apiGroup?: string;
  readonly name: string;
  readonly namespace?: string;
};

export type RoleRef = { readonly apiGroup: string; readonly kind: string; readonly name: string };

export type AggregationRule = { readonly clusterRoleSelectors?: readonly LabelSelector[] };

/** What roles of both scopes have. */
export interface RoleLike {
  readonly metadata: ObjectMeta;
  readonly rules?: readonly PolicyRule[] | null;
}

/** What bindings of both scopes have. */
export interface BindingLike {
  readonly metadata: ObjectMeta;
  readonly subjects?: readonly Subject[];
  readonly roleRef: RoleRef;
}

/** Upstream pkg/apis/rbac/validation `ValidateRole` and `ValidateClusterRole`. */
export function validateRole({ metadata, rules }: RoleLike, namespaced: boolean): Errors {
  return [
    ...validateMeta(metadata, namespaced, pathSegmentErrors),
    ...(rules ?? []).flatMap((rule, index) => validateRule(rule, namespaced, `rules[${index}]`)),
  ];
}

function validateRule(rule: PolicyRule, namespaced: boolean, at: string): Errors {
  const { verbs = [], apiGroups = [], resources = [], resourceNames = [], nonResourceURLs = [] } = rule;
  const errors: FieldError[] = [];
  if (verbs.length === 0) errors.push(required(`${at}.verbs`, 'verbs must contain at least one value'));
  if (nonResourceURLs.length > 0) {
    const wrong = (why: string) => errors.push(invalidValue(`${at}.nonResourceURLs`, nonResourceURLs, why));
    if (namespaced) wrong('namespaced rules cannot apply to non-resource URLs');
    if (apiGroups.length > 0 || resources.length > 0 || resourceNames.length > 0) {
      wrong('rules cannot apply to both regular resources and non-resource URLs');
    }
    return errors;
  }
  if (apiGroups.length === 0) {
    errors.push(required(`${at}.apiGroups`, 'resource rules must supply at least one api group'));
  }
  if (resources.length === 0) {
    errors.push(required(`${at}.resources`, 'resource rules must supply at least one resource'));
  }
  return errors;
}

/** Upstream `ValidateRoleBinding` and `ValidateClusterRoleBinding`, with the role that a binding keeps for ever. */
export function validateBinding(binding: BindingLike, namespaced: boolean, old?: BindingLike): Errors {
  const { metadata, roleRef, subjects = [] } = binding;
  const kinds = namespaced ? ['Role', 'ClusterRole'] : ['ClusterRole'];
  const changed = old !== undefined && !sameJson(old.roleRef as JsonValue, roleRef as JsonValue);
  return [
    ...validateMeta(metadata, namespaced, pathSegmentErrors),
    ...(roleRef.apiGroup === RBAC ? [] : [notSupported('roleRef.apiGroup', roleRef.apiGroup ?? '', [RBAC])]),
    ...(kinds.includes(roleRef.kind) ? [] : [notSupported('roleRef.kind', roleRef.kind ?? '', kinds)]),
    ...(roleRef.name
      ? invalidEach('roleRef.name', roleRef.name, pathSegmentErrors(roleRef.name))
      : [required('roleRef.name')]),
    ...subjects.flatMap((subject, index) => validateSubject(subject, namespaced, `subjects[${index}]`)),
    ...(changed ? [invalidValue('roleRef', roleRef, 'cannot change roleRef')] : []),
  ];
}

const SUBJECT_KINDS = ['ServiceAccount', 'User', 'Group'];

function validateSubject(subject: Subject, namespaced: boolean, at: string): Errors {
  const { kind = '', name = '', apiGroup = '', namespace = '' } = subject;
  const unnamed = name === '' ? [required(`${at}.name`)] : [];
  if (!SUBJECT_KINDS.includes(kind)) return [...unnamed, notSupported(`${at}.kind`, kind, SUBJECT_KINDS)];
  if (kind === 'ServiceAccount') {
    return [
      ...unnamed,
      ...(name === '' ? [] : invalidEach(`${at}.name`, name, subdomainName(name))),
      ...(apiGroup === '' ? [] : [notSupported(`${at}.apiGroup`, apiGroup, [''])]),
      ...(!namespaced && namespace === '' ? [required(`${at}.namespace`)] : []),
    ];
  }
  const empty = `${kind.toLowerCase()} name cannot be empty`;
  return [
    ...unnamed,
    ...(name === '' ? [invalidValue(`${at}.name`, name, empty)] : []),
    ...(apiGroup === RBAC ? [] : [notSupported(`${at}.apiGroup`, apiGroup, [RBAC])]),
  ];
}

/** Subjects and role without an API group get the one that upstream fills in (pkg/apis/rbac/v1/defaults.go). */
export function defaultBinding<B extends BindingLike>(binding: B): B {
  const { roleRef, subjects } = binding;
  const named = roleRef?.apiGroup ? roleRef : { ...roleRef, apiGroup: RBAC };
  return { ...binding, roleRef: named, ...(subjects === undefined ? {} : { subjects: subjects.map(defaultSubject) }) };
}

function defaultSubject(subject: Subject): Subject {
  return subject.apiGroup || subject.kind === 'ServiceAccount' ? subject : { ...subject, apiGroup: RBAC };
}
