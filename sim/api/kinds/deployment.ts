import { ageColumn, column, nameColumn, wideColumn } from '../cells.ts';
import type { Condition, IntOrString, LabelSelector, ObjectMeta, Time } from '../meta.ts';
import { templateDefaults } from '../podspec/defaults.ts';
import { templateFieldRules } from '../podspec/rules.ts';
import { containerImages, containerNames, validateSelector, validateTemplate } from '../podspec/template.ts';
import { countGeneration, defineResource, keepStatus, sameJson, startGeneration } from '../resource.ts';
import { schemas } from '../schemas/clusterschemas.ts';
import { schemaOf } from '../schemas/schema.ts';
import { formatLabelSelector } from '../selector.ts';
import {
  countOrPercent,
  type Errors,
  forbiddenField,
  IMMUTABLE,
  invalidValue,
  nonNegative,
  notSupported,
  percentOf,
  subdomainName,
  validateMeta,
} from '../validate.ts';
import { type FieldRule, refusalsBy, warningsBy } from '../verdicts.ts';
import type { PodTemplateSpec } from './pod.ts';

export type Deployment = {
  readonly apiVersion: 'apps/v1';
  readonly kind: 'Deployment';
  readonly metadata: ObjectMeta;
  readonly spec: DeploymentSpec;
  readonly status?: DeploymentStatus;
};

export type DeploymentSpec = {
  readonly replicas?: number;
  readonly selector: LabelSelector;
  readonly template: PodTemplateSpec;
  readonly strategy?: DeploymentStrategy;
  readonly minReadySeconds?: number;
  readonly revisionHistoryLimit?: number;
  readonly paused?: boolean;
  readonly progressDeadlineSeconds?: number;
};

export type DeploymentStrategy = {
  readonly type?: 'RollingUpdate' | 'Recreate';
  readonly rollingUpdate?: { readonly maxUnavailable?: IntOrString; readonly maxSurge?: IntOrString } | null;
};

export type DeploymentStatus = {
  readonly observedGeneration?: number;
  readonly replicas?: number;
  readonly updatedReplicas?: number;
  readonly readyReplicas?: number;
  readonly availableReplicas?: number;
  readonly unavailableReplicas?: number;
  readonly terminatingReplicas?: number;
  readonly conditions?: readonly DeploymentCondition[];
  readonly collisionCount?: number;
};

/** Types: Available, Progressing, ReplicaFailure. */
export type DeploymentCondition = Condition & { readonly lastUpdateTime?: Time | null };

/** Upstream registry/apps/deployment strategy: generation also counts changes of annotations. */
export const deployments = defineResource<Deployment>({
  group: 'apps',
  version: 'v1',
  kind: 'Deployment',
  plural: 'deployments',
  shortNames: ['deploy'],
  categories: ['all'],
  namespaced: true,
  subresources: ['status', 'scale'],
  schema: schemaOf(schemas, 'Deployment'),
  defaults: deploymentDefaults,
  prepareForCreate: (deployment) => startGeneration({ ...deployment, status: {} }),
  prepareForUpdate: countUpdate,
  prepareForStatusUpdate: (next, old) => ({
    ...next,
    metadata: { ...next.metadata, labels: old.metadata.labels, generation: old.metadata.generation },
    spec: old.spec,
  }),
  validate: validateDeployment,
  warnings: (deployment) => warningsBy(templateFieldRules, deployment),
  refusals: (deployment) => refusalsBy(templateFieldRules, deployment),
  columns: [
    nameColumn(),
    column('Ready', ({ spec, status }) => `${status?.readyReplicas ?? 0}/${spec.replicas ?? 1}`),
    column('Up-to-date', (deployment) => deployment.status?.updatedReplicas ?? 0),
    column('Available', (deployment) => deployment.status?.availableReplicas ?? 0),
    ageColumn(),
    wideColumn('Containers', (deployment) => containerNames(deployment.spec.template)),
    wideColumn('Images', (deployment) => containerImages(deployment.spec.template)),
    wideColumn('Selector', (deployment) => formatLabelSelector(deployment.spec.selector)),
  ],
});

/** What happens to the fields of a Deployment here, besides those of its template. */
export const deploymentFieldRules: readonly FieldRule[] = [
  { path: 'spec.replicas', verdict: 'modelled', note: 'how many pods' },
  { path: 'spec.strategy', verdict: 'modelled', note: 'RollingUpdate with maxSurge and maxUnavailable, Recreate' },
  { path: 'spec.minReadySeconds', verdict: 'modelled', note: 'when a ready pod counts as available' },
  { path: 'spec.revisionHistoryLimit', verdict: 'modelled', note: 'how many old ReplicaSets are kept' },
  { path: 'spec.paused', verdict: 'modelled', note: 'no rollout while true' },
  { path: 'spec.progressDeadlineSeconds', verdict: 'modelled', note: 'when a stuck rollout is reported' },
];

function deploymentDefaults(deployment: Deployment): Deployment {
  const spec = deployment.spec ?? {};
  return {
    ...deployment,
    spec: {
      ...spec,
      replicas: spec.replicas ?? 1,
      strategy: strategyDefaults(spec.strategy),
      revisionHistoryLimit: spec.revisionHistoryLimit ?? 10,
      progressDeadlineSeconds: spec.progressDeadlineSeconds ?? 600,
      template: templateDefaults(spec.template),
    },
  };
}

function strategyDefaults(strategy: DeploymentStrategy = {}): DeploymentStrategy {
  const type = strategy.type ?? 'RollingUpdate';
  if (type !== 'RollingUpdate') return { ...strategy, type };
  const { maxUnavailable = '25%', maxSurge = '25%' } = strategy.rollingUpdate ?? {};
  return { type, rollingUpdate: { maxUnavailable, maxSurge } };
}

function countUpdate(next: Deployment, old: Deployment): Deployment {
  const kept = keepStatus(countGeneration(next, old), old);
  const isCounted = kept.metadata.generation !== old.metadata.generation;
  if (isCounted || sameJson(next.metadata.annotations ?? {}, old.metadata.annotations ?? {})) return kept;
  return { ...kept, metadata: { ...kept.metadata, generation: (old.metadata.generation ?? 0) + 1 } };
}

/** Upstream ValidateDeployment and ValidateDeploymentUpdate. */
function validateDeployment(deployment: Deployment, old?: Deployment): Errors {
  const { spec } = deployment;
  const deadline = spec.progressDeadlineSeconds;
  return [
    ...validateMeta(deployment.metadata, true, subdomainName),
    ...nonNegative('spec.replicas', spec.replicas),
    ...validateSelector(spec.selector),
    ...validateTemplate(spec.template, spec.selector),
    ...validateStrategy(spec.strategy),
    ...nonNegative('spec.minReadySeconds', spec.minReadySeconds),
    ...nonNegative('spec.revisionHistoryLimit', spec.revisionHistoryLimit),
    ...nonNegative('spec.progressDeadlineSeconds', deadline),
    ...(deadline !== undefined && deadline <= (spec.minReadySeconds ?? 0)
      ? [invalidValue('spec.progressDeadlineSeconds', deadline, 'must be greater than minReadySeconds')]
      : []),
    ...(old !== undefined && !sameJson(spec.selector, old.spec.selector)
      ? [invalidValue('spec.selector', spec.selector, IMMUTABLE)]
      : []),
  ];
}

function validateStrategy(strategy: DeploymentStrategy = {}): Errors {
  const { type, rollingUpdate } = strategy;
  const field = 'spec.strategy.rollingUpdate';
  if (type === 'Recreate') {
    const text = "may not be specified when strategy `type` is 'Recreate'";
    return rollingUpdate === undefined ? [] : [forbiddenField(field, text)];
  }
  if (type !== 'RollingUpdate') return [notSupported('spec.strategy.type', type ?? '', ['Recreate', 'RollingUpdate'])];
  const { maxUnavailable = 0, maxSurge = 0 } = rollingUpdate ?? {};
  const isStuck = (percentOf(maxUnavailable) ?? maxUnavailable) === 0 && (percentOf(maxSurge) ?? maxSurge) === 0;
  return [
    ...countOrPercent(`${field}.maxUnavailable`, maxUnavailable),
    ...countOrPercent(`${field}.maxSurge`, maxSurge),
    ...(isStuck ? [invalidValue(`${field}.maxUnavailable`, maxUnavailable, 'may not be 0 when `maxSurge` is 0')] : []),
    ...((percentOf(maxUnavailable) ?? 0) > 100
      ? [invalidValue(`${field}.maxUnavailable`, maxUnavailable, 'must not be greater than 100%')]
      : []),
  ];
}
