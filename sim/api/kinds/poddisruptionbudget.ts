import { ageColumn, column, nameColumn } from '../cells.ts';
import type { Kind } from '../kind.ts';
import type { Condition, IntOrString, LabelSelector, ObjectMeta } from '../meta.ts';
import { defineResource, type Resource } from '../resource.ts';
import { metaSchemas } from '../schemas/metaschemas.ts';
import { readSchemas, schemaOf } from '../schemas/schema.ts';
import { readTexts } from '../texts/read.ts';
import {
  countOrPercent,
  type Errors,
  invalidValue,
  notSupported,
  percentOf,
  subdomainName,
  validateLabelSelector,
  validateMeta,
} from '../validate.ts';

export type PodDisruptionBudget = {
  readonly apiVersion: 'policy/v1';
  readonly kind: 'PodDisruptionBudget';
  readonly metadata: ObjectMeta;
  readonly spec?: {
    readonly minAvailable?: IntOrString;
    readonly maxUnavailable?: IntOrString;
    readonly selector?: LabelSelector;
    readonly unhealthyPodEvictionPolicy?: string;
  };
  readonly status?: PodDisruptionBudgetStatus;
};

export type PodDisruptionBudgetStatus = {
  readonly observedGeneration?: number;
  readonly disruptedPods?: Readonly<Record<string, string>>;
  readonly disruptionsAllowed?: number;
  readonly currentHealthy?: number;
  readonly desiredHealthy?: number;
  readonly expectedPods?: number;
  readonly conditions?: readonly Condition[];
};

const schemas = readSchemas(
  `
PodDisruptionBudget kind apiVersion metadata:ObjectMeta spec:PodDisruptionBudgetSpec status:PodDisruptionBudgetStatus
PodDisruptionBudgetSpec minAvailable:x selector:LabelSelector maxUnavailable:x unhealthyPodEvictionPolicy
PodDisruptionBudgetStatus observedGeneration:l disruptedPods:{}t disruptionsAllowed!:i currentHealthy!:i
  desiredHealthy!:i expectedPods!:i conditions:[]Condition^type
`,
  metaSchemas,
);

const texts = readTexts(`
PodDisruptionBudget How many pods of an application may be taken away on purpose at the same time.
PodDisruptionBudgetSpec.minAvailable How many must stay, as a number or a percentage.
PodDisruptionBudgetSpec.maxUnavailable How many may be gone, as a number or a percentage.
PodDisruptionBudgetSpec.selector Which pods are meant.
PodDisruptionBudgetSpec.unhealthyPodEvictionPolicy IfHealthyBudget, or AlwaysAllow: pods that are not ready may go.
PodDisruptionBudgetStatus.disruptedPods Pods whose eviction was allowed and that are not yet gone.
PodDisruptionBudgetStatus.disruptionsAllowed How many evictions are allowed now.
PodDisruptionBudgetStatus.currentHealthy How many pods are ready.
PodDisruptionBudgetStatus.desiredHealthy How many must be.
PodDisruptionBudgetStatus.expectedPods How many pods there should be in all.
`);

const shown = (value: IntOrString | undefined): string => (value === undefined ? 'N/A' : String(value));

/** Upstream registry/policy/poddisruptionbudget strategy. */
const budgets = defineResource<PodDisruptionBudget>({
  group: 'policy',
  version: 'v1',
  kind: 'PodDisruptionBudget',
  plural: 'poddisruptionbudgets',
  shortNames: ['pdb'],
  namespaced: true,
  subresources: ['status'],
  schema: schemaOf(schemas, 'PodDisruptionBudget'),
  prepareForCreate: (budget) => ({
    ...budget,
    metadata: { ...budget.metadata, generation: 1 },
    status: { disruptionsAllowed: 0, currentHealthy: 0, desiredHealthy: 0, expectedPods: 0 },
  }),
  validate: validateBudget,
  columns: [
    nameColumn(),
    column('Min Available', ({ spec }) => shown(spec?.minAvailable)),
    column('Max Unavailable', ({ spec }) => shown(spec?.maxUnavailable)),
    column('Allowed Disruptions', ({ status }) => status?.disruptionsAllowed ?? 0, 'integer'),
    ageColumn(),
  ],
});

const POLICIES = ['AlwaysAllow', 'IfHealthyBudget'];

function validateBudget({ metadata, spec = {} }: PodDisruptionBudget): Errors {
  const { minAvailable, maxUnavailable, selector, unhealthyPodEvictionPolicy: policy } = spec;
  const both = 'minAvailable and maxUnavailable cannot be both set';
  const isBoth = minAvailable !== undefined && maxUnavailable !== undefined;
  return [
    ...validateMeta(metadata, true, subdomainName),
    ...(isBoth ? [invalidValue('spec', spec, both)] : []),
    ...amountErrors('spec.minAvailable', minAvailable),
    ...amountErrors('spec.maxUnavailable', maxUnavailable),
    ...validateLabelSelector(selector, 'spec.selector'),
    ...(policy === undefined || POLICIES.includes(policy)
      ? []
      : [notSupported('spec.unhealthyPodEvictionPolicy', policy, POLICIES)]),
  ];
}

function amountErrors(field: string, value: IntOrString | undefined): Errors {
  if (value === undefined) return [];
  const isTooMuch = (percentOf(value) ?? 0) > 100;
  return [
    ...countOrPercent(field, value),
    ...(isTooMuch ? [invalidValue(field, value, 'must not be greater than 100%')] : []),
  ];
}

/** The condition that says whether one more pod may go (staging/src/k8s.io/component-helpers/apps/poddisruptionbudget). */
export function allowedCondition({ disruptionsAllowed = 0, observedGeneration }: PodDisruptionBudgetStatus): Condition {
  const isAllowed = disruptionsAllowed > 0;
  return {
    type: 'DisruptionAllowed',
    status: isAllowed ? 'True' : 'False',
    reason: isAllowed ? 'SufficientPods' : 'InsufficientPods',
    message: '',
    ...(observedGeneration === undefined ? {} : { observedGeneration }),
  };
}

/** The kind PodDisruptionBudget. */
export const podDisruptionBudget: Kind = { resource: budgets as unknown as Resource, texts, rules: [] };
