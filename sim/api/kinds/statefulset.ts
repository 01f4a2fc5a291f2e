import { ageColumn, column, nameColumn, wideColumn } from '../cells.ts';
import { dns1123LabelErrors } from '../formats.ts';
import type { Kind } from '../kind.ts';
import type { Condition, IntOrString, LabelSelector, ObjectMeta } from '../meta.ts';
import { templateDefaults } from '../podspec/defaults.ts';
import { templateFieldRules } from '../podspec/rules.ts';
import { containerImages, containerNames, validateSelector, validateTemplate } from '../podspec/template.ts';
import { countGeneration, defineResource, keepStatus, type Resource, sameJson, startGeneration } from '../resource.ts';
import { schemaOf } from '../schemas/schema.ts';
import { workloadSchemas } from '../schemas/workloadschemas.ts';
import { readTexts } from '../texts/read.ts';
import {
  type Errors,
  forbiddenField,
  invalidEach,
  invalidValue,
  nonNegative,
  notSupported,
  required,
  validateMeta,
} from '../validate.ts';
import { type FieldRule, refusalsBy, warningsBy } from '../verdicts.ts';
import { type PersistentVolumeClaim, persistentVolumeClaim } from './persistentvolumeclaim.ts';
import type { PodTemplateSpec } from './pod.ts';

export type StatefulSet = {
  readonly apiVersion: 'apps/v1';
  readonly kind: 'StatefulSet';
  readonly metadata: ObjectMeta;
  readonly spec: StatefulSetSpec;
  readonly status?: StatefulSetStatus;
};

export type StatefulSetSpec = {
  readonly replicas?: number;
  readonly selector: LabelSelector;
  readonly template: PodTemplateSpec;
  readonly volumeClaimTemplates?: readonly PersistentVolumeClaim[];
  readonly serviceName?: string;
  readonly podManagementPolicy?: 'OrderedReady' | 'Parallel';
  readonly updateStrategy?: StatefulSetUpdateStrategy;
  readonly revisionHistoryLimit?: number;
  readonly minReadySeconds?: number;
  readonly persistentVolumeClaimRetentionPolicy?: ClaimRetention;
  readonly ordinals?: { readonly start?: number };
};

export type StatefulSetUpdateStrategy = {
  readonly type?: 'RollingUpdate' | 'OnDelete';
  readonly rollingUpdate?: { readonly partition?: number; readonly maxUnavailable?: IntOrString };
};

/** What becomes of a pod's claims: Retain or Delete. */
export type ClaimRetention = { readonly whenDeleted?: string; readonly whenScaled?: string };

export type StatefulSetStatus = {
  readonly observedGeneration?: number;
  readonly replicas: number;
  readonly readyReplicas?: number;
  readonly currentReplicas?: number;
  readonly updatedReplicas?: number;
  readonly currentRevision?: string;
  readonly updateRevision?: string;
  readonly collisionCount?: number;
  readonly conditions?: readonly Condition[];
  readonly availableReplicas?: number;
};

const texts = readTexts(`
StatefulSet Keeps a number of pods that each have a name, a place in the order and storage of their own.
StatefulSetSpec.replicas How many pods there are to be. Default 1.
StatefulSetSpec.selector Which pods are its own. It must match the template's labels and cannot be changed.
StatefulSetSpec.template What each pod looks like. A change of it starts a rolling update.
StatefulSetSpec.volumeClaimTemplates Claims that each pod gets for itself, named TEMPLATE-POD. They cannot be changed.
StatefulSetSpec.serviceName The headless Service that gives the pods their names in DNS. Somebody else makes it.
StatefulSetSpec.podManagementPolicy OrderedReady: one pod after the other; or Parallel. Default OrderedReady.
StatefulSetSpec.updateStrategy How old pods are replaced by new ones.
StatefulSetSpec.revisionHistoryLimit How many old revisions are kept for going back. Default 10.
StatefulSetSpec.minReadySeconds How long a pod must be ready before it counts as available. Default 0.
StatefulSetSpec.persistentVolumeClaimRetentionPolicy What becomes of the claims when pods go for good.
StatefulSetSpec.ordinals The numbers of the pods.
StatefulSetUpdateStrategy.type RollingUpdate or OnDelete. Default RollingUpdate.
StatefulSetUpdateStrategy.rollingUpdate Limits of a rolling update.
RollingUpdateStatefulSetStrategy.partition Pods with a lower number stay as they are. Default 0.
RollingUpdateStatefulSetStrategy.maxUnavailable How many pods may be missing during an update. Needs the feature gate
  MaxUnavailableStatefulSet, which is off in v1.36.
StatefulSetPersistentVolumeClaimRetentionPolicy.whenDeleted Retain, or Delete: claims go with the StatefulSet. Default
  Retain.
StatefulSetPersistentVolumeClaimRetentionPolicy.whenScaled Retain, or Delete: claims go with a pod that is scaled away.
  Default Retain.
StatefulSetOrdinals.start The number of the first pod. Default 0.
StatefulSetStatus.replicas Pods that exist.
StatefulSetStatus.readyReplicas Pods that are ready.
StatefulSetStatus.currentReplicas Pods of the revision in currentRevision.
StatefulSetStatus.updatedReplicas Pods of the revision in updateRevision.
StatefulSetStatus.currentRevision The revision that pods have before an update reaches them.
StatefulSetStatus.updateRevision The revision that pods have after it.
StatefulSetStatus.availableReplicas Pods that have been ready for minReadySeconds.
StatefulSetStatus.collisionCount How often a name for a revision was taken.
`);

const rules: readonly FieldRule[] = [
  { path: 'spec.replicas', verdict: 'modelled', note: 'how many pods' },
  { path: 'spec.volumeClaimTemplates', verdict: 'modelled', note: 'a claim for each pod' },
  { path: 'spec.serviceName', verdict: 'modelled', note: 'the subdomain of its pods' },
  { path: 'spec.podManagementPolicy', verdict: 'modelled', note: 'OrderedReady and Parallel' },
  { path: 'spec.updateStrategy', verdict: 'modelled', note: 'RollingUpdate with partition, OnDelete' },
  {
    path: 'spec.updateStrategy.rollingUpdate.maxUnavailable',
    verdict: 'modelled',
    note: 'as in v1.36, where its feature gate is off: the field is dropped, and one pod goes at a time',
  },
  { path: 'spec.revisionHistoryLimit', verdict: 'modelled', note: 'how many old ControllerRevisions are kept' },
  { path: 'spec.minReadySeconds', verdict: 'modelled', note: 'when a ready pod counts as available' },
  { path: 'spec.persistentVolumeClaimRetentionPolicy', verdict: 'modelled', note: 'the owners of claims' },
  { path: 'spec.ordinals', verdict: 'modelled', note: 'the number of the first pod' },
];
const checked = [...templateFieldRules, ...rules];

/** Upstream registry/apps/statefulset strategy. */
const statefulSets = defineResource<StatefulSet>({
  group: 'apps',
  version: 'v1',
  kind: 'StatefulSet',
  plural: 'statefulsets',
  shortNames: ['sts'],
  categories: ['all'],
  namespaced: true,
  subresources: ['status', 'scale'],
  schema: schemaOf(workloadSchemas, 'StatefulSet'),
  defaults: statefulSetDefaults,
  prepareForCreate: (set) => startGeneration({ ...withoutGated(set), status: { replicas: 0, availableReplicas: 0 } }),
  prepareForUpdate: (next, old) => keepStatus(countGeneration(withoutGated(next), old), old),
  prepareForStatusUpdate: (next, old) => ({
    ...next,
    metadata: { ...next.metadata, generation: old.metadata.generation },
    spec: old.spec,
  }),
  validate: validateStatefulSet,
  warnings: (set) => warningsBy(checked, set),
  refusals: (set) => refusalsBy(checked, set),
  columns: [
    nameColumn(),
    column('Ready', ({ spec, status }) => `${status?.readyReplicas ?? 0}/${spec.replicas ?? 1}`),
    ageColumn(),
    wideColumn('Containers', (set) => containerNames(set.spec.template)),
    wideColumn('Images', (set) => containerImages(set.spec.template)),
  ],
});

function statefulSetDefaults(set: StatefulSet): StatefulSet {
  const spec = set.spec ?? {};
  const { whenDeleted = 'Retain', whenScaled = 'Retain' } = spec.persistentVolumeClaimRetentionPolicy ?? {};
  const claims = spec.volumeClaimTemplates?.map((claim) => claimDefaults(claim));
  return {
    ...set,
    spec: {
      ...spec,
      replicas: spec.replicas ?? 1,
      podManagementPolicy: spec.podManagementPolicy ?? 'OrderedReady',
      updateStrategy: strategyDefaults(spec.updateStrategy),
      revisionHistoryLimit: spec.revisionHistoryLimit ?? 10,
      persistentVolumeClaimRetentionPolicy: { whenDeleted, whenScaled },
      template: templateDefaults(spec.template),
      ...(claims === undefined ? {} : { volumeClaimTemplates: claims }),
    },
  };
}

/** Upstream dropStatefulSetDisabledFields: maxUnavailable, as long as its feature gate is off. */
function withoutGated(set: StatefulSet): StatefulSet {
  const { updateStrategy } = set.spec;
  if (updateStrategy?.rollingUpdate?.maxUnavailable === undefined) return set;
  const { maxUnavailable: _dropped, ...rollingUpdate } = updateStrategy.rollingUpdate;
  return { ...set, spec: { ...set.spec, updateStrategy: { ...updateStrategy, rollingUpdate } } };
}

function claimDefaults(claim: PersistentVolumeClaim): PersistentVolumeClaim {
  const { defaults } = persistentVolumeClaim.resource;
  const whole = defaults({ ...claim, apiVersion: 'v1', kind: 'PersistentVolumeClaim' }) as PersistentVolumeClaim;
  return { ...whole, status: { phase: 'Pending', ...claim.status } };
}

/** A type that was chosen without limits gets none; the usual type gets the usual limits. */
function strategyDefaults(strategy: StatefulSetUpdateStrategy = {}): StatefulSetUpdateStrategy {
  const type = strategy.type ?? 'RollingUpdate';
  const limits = strategy.rollingUpdate ?? (strategy.type === undefined ? {} : undefined);
  if (type !== 'RollingUpdate' || limits === undefined) return { ...strategy, type };
  return { type, rollingUpdate: { ...limits, partition: limits.partition ?? 0 } };
}

const CHANGEABLE: readonly (keyof StatefulSetSpec)[] = [
  'replicas',
  'ordinals',
  'template',
  'updateStrategy',
  'revisionHistoryLimit',
  'persistentVolumeClaimRetentionPolicy',
  'minReadySeconds',
];

/** Upstream ValidateStatefulSet and ValidateStatefulSetUpdate. */
function validateStatefulSet(set: StatefulSet, old?: StatefulSet): Errors {
  const { spec, metadata } = set;
  const { serviceName = '' } = spec;
  const volumes = (spec.volumeClaimTemplates ?? []).map(({ metadata: { name } }) => {
    return { name, persistentVolumeClaim: { claimName: name } };
  });
  const inner = spec.template.spec;
  const withClaims = { ...spec.template, spec: { ...inner, volumes: withoutNames(inner.volumes ?? [], volumes) } };
  return [
    ...validateMeta(metadata, true, old === undefined ? dns1123LabelErrors : () => []),
    ...validatePolicy(spec),
    ...validateStrategy(spec.updateStrategy),
    ...validateRetention(spec.persistentVolumeClaimRetentionPolicy),
    ...(old === undefined && serviceName !== ''
      ? invalidEach('spec.serviceName', serviceName, dns1123LabelErrors(serviceName))
      : []),
    ...nonNegative('spec.replicas', spec.replicas),
    ...nonNegative('spec.minReadySeconds', spec.minReadySeconds),
    ...nonNegative('spec.ordinals.start', spec.ordinals?.start),
    ...validateSelector(spec.selector, 'statefulset'),
    ...validateTemplate(withClaims, spec.selector, 'StatefulSet'),
    ...(old === undefined ? [] : validateChange(spec, old.spec)),
  ];
}

/** The template's volumes as its pods will have them: claims take the place of volumes with the same name. */
function withoutNames<V extends { readonly name: string }>(volumes: readonly V[], claims: readonly V[]): readonly V[] {
  return [...claims, ...volumes.filter(({ name }) => !claims.some((claim) => claim.name === name))];
}

function validatePolicy({ podManagementPolicy: policy }: StatefulSetSpec): Errors {
  const field = 'spec.podManagementPolicy';
  if (!policy) return [required(field)];
  if (policy === 'OrderedReady' || policy === 'Parallel') return [];
  return [invalidValue(field, policy, "must be 'OrderedReady' or 'Parallel'")];
}

function validateStrategy(strategy: StatefulSetUpdateStrategy = {}): Errors {
  const { type, rollingUpdate } = strategy;
  const field = 'spec.updateStrategy';
  if (!type) return [required(field)];
  if (type === 'OnDelete') {
    if (rollingUpdate === undefined) return [];
    return [invalidValue(`${field}.rollingUpdate`, rollingUpdate, "only allowed for updateStrategy 'RollingUpdate'")];
  }
  if (type === 'RollingUpdate') return nonNegative(`${field}.rollingUpdate.partition`, rollingUpdate?.partition);
  return [invalidValue(field, strategy, "must be 'RollingUpdate' or 'OnDelete'")];
}

function validateRetention(policy: ClaimRetention = {}): Errors {
  return (['whenDeleted', 'whenScaled'] as const).flatMap((when) => {
    const value = policy[when] ?? '';
    if (value === 'Retain' || value === 'Delete') return [];
    return [notSupported(`spec.persistentVolumeClaimRetentionPolicy.${when}`, value, ['Retain', 'Delete'])];
  });
}

function validateChange(next: StatefulSetSpec, old: StatefulSetSpec): Errors {
  const merged = { ...next };
  for (const name of CHANGEABLE) Object.assign(merged, { [name]: old[name] });
  if (sameJson(merged, old)) return [];
  const names = CHANGEABLE.map((name) => `'${name}'`);
  const list = `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
  return [forbiddenField('spec', `updates to statefulset spec for fields other than ${list} are forbidden`)];
}

/** The kind StatefulSet. */
export const statefulSet: Kind = { resource: statefulSets as unknown as Resource, texts, rules };
