import { ageColumn, column, nameColumn } from '../cells.ts';
import { labelKeyErrors } from '../formats.ts';
import type { Kind } from '../kind.ts';
import type { ObjectMeta, ResourceList } from '../meta.ts';
import { compareQuantities, parseQuantity } from '../quantity.ts';
import { defineResource, keepStatus, type Resource, sameJson } from '../resource.ts';
import { metaSchemas } from '../schemas/metaschemas.ts';
import { readSchemas, schemaOf } from '../schemas/schema.ts';
import { readTexts } from '../texts/read.ts';
import {
  type Errors,
  IMMUTABLE,
  invalidEach,
  invalidValue,
  NOT_NEGATIVE,
  required,
  subdomainName,
  validateMeta,
} from '../validate.ts';

export type ScopeRequirement = {
  readonly scopeName: string;
  readonly operator: string;
  readonly values?: readonly string[];
};

export type ResourceQuota = {
  readonly apiVersion: 'v1';
  readonly kind: 'ResourceQuota';
  readonly metadata: ObjectMeta;
  readonly spec?: {
    readonly hard?: ResourceList;
    readonly scopes?: readonly string[];
    readonly scopeSelector?: { readonly matchExpressions?: readonly ScopeRequirement[] };
  };
  readonly status?: { readonly hard?: ResourceList; readonly used?: ResourceList };
};

const schemas = readSchemas(
  `
ResourceQuota kind apiVersion metadata:ObjectMeta spec:ResourceQuotaSpec status:ResourceQuotaStatus
ResourceQuotaSpec hard:{}q scopes:[] scopeSelector:ScopeSelector
ScopeSelector matchExpressions:[]ScopedResourceSelectorRequirement
ScopedResourceSelectorRequirement scopeName! operator! values:[]
ResourceQuotaStatus hard:{}q used:{}q
`,
  metaSchemas,
);

const texts = readTexts(`
ResourceQuota How much all objects of a namespace together may use.
ResourceQuotaSpec.hard The most of each resource, such as pods or requests.cpu.
ResourceQuotaSpec.scopes Only pods of all these sorts count: BestEffort, NotBestEffort, Terminating, NotTerminating.
ResourceQuotaSpec.scopeSelector The same, with conditions.
ScopeSelector.matchExpressions Conditions that must all hold.
ScopedResourceSelectorRequirement.scopeName The scope, such as PriorityClass.
ScopedResourceSelectorRequirement.operator In, NotIn, Exists or DoesNotExist.
ResourceQuotaStatus.hard The limits that are in force.
ResourceQuotaStatus.used What is used now.
`);

/** Upstream registry/core/resourcequota strategy. */
const resourceQuotas = defineResource<ResourceQuota>({
  group: '',
  version: 'v1',
  kind: 'ResourceQuota',
  plural: 'resourcequotas',
  shortNames: ['quota'],
  namespaced: true,
  subresources: ['status'],
  schema: schemaOf(schemas, 'ResourceQuota'),
  prepareForCreate: (quota) => ({ ...quota, spec: quota.spec ?? {}, status: {} }),
  prepareForUpdate: (next, old) => keepStatus(next, old),
  validate: validateQuota,
  columns: [
    nameColumn(),
    column('Request', (quota) => usageText(quota, false)),
    column('Limit', (quota) => usageText(quota, true)),
    ageColumn(),
  ],
});

function usageText({ status }: ResourceQuota, isLimit: boolean): string {
  return Object.keys(status?.hard ?? {})
    .filter((name) => name.startsWith('limits.') === isLimit)
    .sort()
    .map((name) => `${name}: ${status?.used?.[name] ?? '0'}/${status?.hard?.[name]}`)
    .join(', ');
}

/** What may be counted without a prefix (pkg/apis/core/helper `standardQuotaResources`). */
const STANDARD =
  'cpu memory ephemeral-storage requests.cpu requests.memory requests.storage requests.ephemeral-storage limits.cpu ' +
  'limits.memory limits.ephemeral-storage pods resourcequotas services replicationcontrollers secrets ' +
  'persistentvolumeclaims configmaps services.nodeports services.loadbalancers';
/** Counted in whole numbers. */
const WHOLE = /^(?:pods|resourcequotas|services.*|replicationcontrollers|secrets|persistentvolumeclaims|configmaps)$/;
const OF_COMPUTE =
  /^(?:cpu|memory|ephemeral-storage|requests\.(?:cpu|memory|ephemeral-storage)|limits\.(?:cpu|memory|ephemeral-storage))$/;
const SCOPES = [
  'Terminating',
  'NotTerminating',
  'BestEffort',
  'NotBestEffort',
  'PriorityClass',
  'CrossNamespacePodAffinity',
];
const PAIRS = [
  ['BestEffort', 'NotBestEffort'],
  ['Terminating', 'NotTerminating'],
] as const;

function validateQuota({ metadata, spec = {} }: ResourceQuota, old?: ResourceQuota): Errors {
  const { hard = {}, scopes, scopeSelector } = spec;
  return [
    ...validateMeta(metadata, true, subdomainName),
    ...Object.entries(hard).flatMap(([name, amount]) => amountErrors(name, amount)),
    ...(scopes === undefined ? [] : scopeErrors(scopes, Object.keys(hard))),
    ...(scopeSelector?.matchExpressions ?? []).flatMap(requirementErrors),
    ...(old !== undefined && !sameJson([...(scopes ?? [])].sort(), [...(old.spec?.scopes ?? [])].sort())
      ? [invalidValue('spec.scopes', scopes ?? null, IMMUTABLE)]
      : []),
  ];
}

function amountErrors(name: string, amount: string): Errors {
  const at = `spec.hard[${name}]`;
  const isKnown = name.includes('/') || STANDARD.split(' ').includes(name) || /hugepages-/.test(name);
  const parsed = parseQuantity(amount);
  const isFraction = WHOLE.test(name) && parsed.ok && parsed.value.nano % 1_000_000_000n !== 0n;
  return [
    ...invalidEach(at, name, labelKeyErrors(name)),
    ...(isKnown ? [] : [invalidValue(at, name, 'must be a standard resource for quota')]),
    ...(compareQuantities(amount, '0') < 0 ? [invalidValue(at, amount, NOT_NEGATIVE)] : []),
    ...(isFraction ? [invalidValue(at, amount, 'must be an integer')] : []),
  ];
}

function scopeErrors(scopes: readonly string[], names: readonly string[]): Errors {
  const isFit = (scope: string, name: string) =>
    name === 'pods' || name === 'count/pods' || (scope !== 'BestEffort' && OF_COMPUTE.test(name));
  const unknown = scopes.filter((scope) => !SCOPES.includes(scope));
  const unfit = scopes
    .filter((scope) => SCOPES.includes(scope) && names.some((name) => !isFit(scope, name)))
    .map(() => invalidValue('spec.scopes', scopes, 'unsupported scope applied to resource'));
  const isSplit = PAIRS.some(([a, b]) => scopes.includes(a) && scopes.includes(b));
  return [
    ...unknown.map(() => invalidValue('spec.scopes', scopes, 'unsupported scope')),
    ...unfit,
    ...(isSplit ? [invalidValue('spec.scopes', scopes, 'conflicting scopes')] : []),
  ];
}

function requirementErrors({ scopeName, operator, values = [] }: ScopeRequirement): Errors {
  const at = 'spec.scopeSelector.matchExpressions';
  const isBare = scopeName !== 'PriorityClass';
  return [
    ...(SCOPES.includes(scopeName) ? [] : [invalidValue(`${at}.scopeName`, scopeName, 'unsupported scope')]),
    ...(isBare && operator !== 'Exists'
      ? [
          invalidValue(
            `${at}.operator`,
            operator,
            "must be 'Exist' only operator when scope is any of ResourceQuotaScopeTerminating, ResourceQuotaScopeNotTerminating, ResourceQuotaScopeBestEffort, ResourceQuotaScopeNotBestEffort or ResourceQuotaScopeCrossNamespacePodAffinity",
          ),
        ]
      : []),
    ...(/^(?:In|NotIn)$/.test(operator) && values.length === 0
      ? [required(`${at}.values`, "must be at least one value when `operator` is 'In' or 'NotIn' for scope selector")]
      : []),
    ...(/^(?:Exists|DoesNotExist)$/.test(operator) && values.length > 0
      ? [
          invalidValue(
            `${at}.values`,
            values,
            "must be no value when `operator` is 'Exists' or 'DoesNotExist' for scope selector",
          ),
        ]
      : []),
    ...(/^(?:In|NotIn|Exists|DoesNotExist)$/.test(operator)
      ? []
      : [invalidValue(`${at}.operator`, operator, 'not a valid selector operator')]),
  ];
}

/** The kind ResourceQuota. */
export const resourceQuota: Kind = { resource: resourceQuotas as unknown as Resource, texts, rules: [] };
