import { ageColumn, column, formatLabels, nameColumn, wideColumn } from '../cells.ts';
import type { Kind } from '../kind.ts';
import type { Condition, Labels, ObjectMeta } from '../meta.ts';
import { templateDefaults } from '../podspec/defaults.ts';
import { templateFieldRules } from '../podspec/rules.ts';
import { containerImages, containerNames, validateTemplate } from '../podspec/template.ts';
import { defineResource, type Resource, startGeneration } from '../resource.ts';
import { schemaOf } from '../schemas/schema.ts';
import { workloadSchemas } from '../schemas/workloadschemas.ts';
import { readTexts } from '../texts/read.ts';
import { type Errors, nonNegative, required, subdomainName, validateMeta } from '../validate.ts';
import { type FieldRule, refusalsBy, warningsBy } from '../verdicts.ts';
import type { PodTemplateSpec } from './pod.ts';

export type ReplicationController = {
  readonly apiVersion: 'v1';
  readonly kind: 'ReplicationController';
  readonly metadata: ObjectMeta;
  readonly spec: ReplicationControllerSpec;
  readonly status?: ReplicationControllerStatus;
};

export type ReplicationControllerSpec = {
  readonly replicas?: number;
  readonly minReadySeconds?: number;
  readonly selector?: Labels;
  readonly template?: PodTemplateSpec;
};

export type ReplicationControllerStatus = {
  readonly replicas: number;
  readonly fullyLabeledReplicas?: number;
  readonly readyReplicas?: number;
  readonly availableReplicas?: number;
  readonly observedGeneration?: number;
  /** Type: ReplicaFailure. */
  readonly conditions?: readonly Condition[];
};

const texts = readTexts(`
ReplicationController Keeps a number of equal pods running. Deployments and ReplicaSets have taken its place.
ReplicationControllerSpec.replicas How many pods there are to be. Default 1.
ReplicationControllerSpec.minReadySeconds How long a pod must be ready before it counts as available. Default 0.
ReplicationControllerSpec.selector Labels of the pods that are its own. Default: the template's labels.
ReplicationControllerSpec.template What each pod looks like.
ReplicationControllerStatus.replicas Pods it counts.
ReplicationControllerStatus.fullyLabeledReplicas Pods with all labels of the template.
ReplicationControllerStatus.readyReplicas Pods that are ready.
ReplicationControllerStatus.availableReplicas Pods that have been ready for minReadySeconds.
`);

const rules: readonly FieldRule[] = [
  { path: 'spec.replicas', verdict: 'modelled', note: 'how many pods' },
  { path: 'spec.minReadySeconds', verdict: 'modelled', note: 'when a ready pod counts as available' },
];

/** Upstream registry/core/replicationcontroller strategy. */
const controllers = defineResource<ReplicationController>({
  group: '',
  version: 'v1',
  kind: 'ReplicationController',
  plural: 'replicationcontrollers',
  shortNames: ['rc'],
  categories: ['all'],
  namespaced: true,
  subresources: ['status', 'scale'],
  schema: schemaOf(workloadSchemas, 'ReplicationController'),
  orphansDependents: true,
  defaults: controllerDefaults,
  prepareForCreate: (controller) => startGeneration({ ...controller, status: { replicas: 0 } }),
  validate: validateController,
  warnings: (controller) => warningsBy(templateFieldRules, controller),
  refusals: (controller) => refusalsBy(templateFieldRules, controller),
  fields: ({ metadata, status }) => ({
    'metadata.name': metadata.name,
    'metadata.namespace': metadata.namespace ?? '',
    'status.replicas': String(status?.replicas ?? 0),
  }),
  columns: [
    nameColumn(),
    column('Desired', ({ spec }) => spec.replicas ?? 1, 'integer'),
    column('Current', ({ status }) => status?.replicas ?? 0, 'integer'),
    column('Ready', ({ status }) => status?.readyReplicas ?? 0, 'integer'),
    ageColumn(),
    wideColumn('Containers', ({ spec }) => (spec.template === undefined ? '' : containerNames(spec.template))),
    wideColumn('Images', ({ spec }) => (spec.template === undefined ? '' : containerImages(spec.template))),
    wideColumn('Selector', ({ spec }) => formatLabels(spec.selector)),
  ],
});

/** The template's labels stand for the selector, and for labels of its own, when there are none. */
function controllerDefaults(controller: ReplicationController): ReplicationController {
  const spec = controller.spec ?? {};
  const template = spec.template === undefined ? {} : { template: templateDefaults(spec.template) };
  const labels = spec.template?.metadata?.labels ?? {};
  const own = controller.metadata.labels ?? {};
  const isUnlabeled = Object.keys(own).length === 0 && Object.keys(labels).length > 0;
  const selector = Object.keys(spec.selector ?? {}).length > 0 ? spec.selector : labels;
  return {
    ...controller,
    metadata: isUnlabeled ? { ...controller.metadata, labels } : controller.metadata,
    spec: { ...spec, replicas: spec.replicas ?? 1, selector, ...template },
  };
}

/** Upstream ValidateReplicationController. */
function validateController({ metadata, spec }: ReplicationController): Errors {
  const { selector = {}, template } = spec;
  const isEmpty = Object.keys(selector).length === 0;
  return [
    ...validateMeta(metadata, true, subdomainName),
    ...nonNegative('spec.minReadySeconds', spec.minReadySeconds),
    ...(isEmpty ? [required('spec.selector')] : []),
    ...nonNegative('spec.replicas', spec.replicas),
    ...(template === undefined
      ? [required('spec.template')]
      : validateTemplate(template, isEmpty ? undefined : { matchLabels: selector }, 'ReplicationController')),
  ];
}

/** The kind ReplicationController. */
export const replicationController: Kind = { resource: controllers as unknown as Resource, texts, rules };
