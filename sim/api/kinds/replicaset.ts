import { ageColumn, column, nameColumn, wideColumn } from '../cells.ts';
import type { Condition, LabelSelector, ObjectMeta } from '../meta.ts';
import { templateDefaults } from '../podspec/defaults.ts';
import { templateFieldRules } from '../podspec/rules.ts';
import { containerImages, containerNames, validateSelector, validateTemplate } from '../podspec/template.ts';
import { defineResource, sameJson, startGeneration } from '../resource.ts';
import { schemas } from '../schemas/clusterschemas.ts';
import { schemaOf } from '../schemas/schema.ts';
import { formatLabelSelector } from '../selector.ts';
import { type Errors, IMMUTABLE, invalidValue, nonNegative, subdomainName, validateMeta } from '../validate.ts';
import { refusalsBy, warningsBy } from '../verdicts.ts';
import type { PodTemplateSpec } from './pod.ts';

export type ReplicaSet = {
  readonly apiVersion: 'apps/v1';
  readonly kind: 'ReplicaSet';
  readonly metadata: ObjectMeta;
  readonly spec: ReplicaSetSpec;
  readonly status?: ReplicaSetStatus;
};

export type ReplicaSetSpec = {
  readonly replicas?: number;
  readonly minReadySeconds?: number;
  readonly selector: LabelSelector;
  readonly template: PodTemplateSpec;
};

export type ReplicaSetStatus = {
  readonly replicas: number;
  readonly fullyLabeledReplicas?: number;
  readonly readyReplicas?: number;
  readonly availableReplicas?: number;
  readonly terminatingReplicas?: number;
  readonly observedGeneration?: number;
  /** Type: ReplicaFailure. */
  readonly conditions?: readonly Condition[];
};

/** Upstream registry/apps/replicaset strategy. */
export const replicaSets = defineResource<ReplicaSet>({
  group: 'apps',
  version: 'v1',
  kind: 'ReplicaSet',
  plural: 'replicasets',
  shortNames: ['rs'],
  categories: ['all'],
  namespaced: true,
  subresources: ['status', 'scale'],
  schema: schemaOf(schemas, 'ReplicaSet'),
  defaults: replicaSetDefaults,
  prepareForCreate: (set) => startGeneration({ ...set, status: { replicas: 0 } }),
  validate: validateReplicaSet,
  warnings: (set) => warningsBy(templateFieldRules, set),
  refusals: (set) => refusalsBy(templateFieldRules, set),
  fields: ({ metadata, status }) => ({
    'metadata.name': metadata.name,
    'metadata.namespace': metadata.namespace ?? '',
    'status.replicas': String(status?.replicas ?? 0),
  }),
  columns: [
    nameColumn(),
    column('Desired', (set) => set.spec.replicas ?? 1, 'integer'),
    column('Current', (set) => set.status?.replicas ?? 0, 'integer'),
    column('Ready', (set) => set.status?.readyReplicas ?? 0, 'integer'),
    ageColumn(),
    wideColumn('Containers', (set) => containerNames(set.spec.template)),
    wideColumn('Images', (set) => containerImages(set.spec.template)),
    wideColumn('Selector', (set) => formatLabelSelector(set.spec.selector)),
  ],
});

function replicaSetDefaults(set: ReplicaSet): ReplicaSet {
  const spec = set.spec ?? {};
  return { ...set, spec: { ...spec, replicas: spec.replicas ?? 1, template: templateDefaults(spec.template) } };
}

function validateReplicaSet(set: ReplicaSet, old?: ReplicaSet): Errors {
  const { spec } = set;
  return [
    ...validateMeta(set.metadata, true, subdomainName),
    ...nonNegative('spec.replicas', spec.replicas),
    ...nonNegative('spec.minReadySeconds', spec.minReadySeconds),
    ...validateSelector(spec.selector),
    ...validateTemplate(spec.template, spec.selector),
    ...(old !== undefined && !sameJson(spec.selector, old.spec.selector)
      ? [invalidValue('spec.selector', spec.selector, IMMUTABLE)]
      : []),
  ];
}
