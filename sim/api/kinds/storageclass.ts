import { ageColumn, column, nameColumn } from '../cells.ts';
import { labelKeyErrors } from '../formats.ts';
import type { Kind } from '../kind.ts';
import type { JsonObject, Labels, ObjectMeta } from '../meta.ts';
import { defineResource, type Resource, sameJson } from '../resource.ts';
import { schemaOf } from '../schemas/schema.ts';
import { storageSchemas } from '../schemas/storageschemas.ts';
import { readTexts } from '../texts/read.ts';
import {
  type Errors,
  forbiddenField,
  IMMUTABLE,
  invalidEach,
  invalidValue,
  notSupported,
  oneOf,
  required,
  subdomainName,
  validateMeta,
} from '../validate.ts';
import { type FieldRule, refusalsBy, warningsBy } from '../verdicts.ts';
import { ANNOTATIONS } from '../volumes/claims.ts';

export type StorageClass = {
  readonly apiVersion: 'storage.k8s.io/v1';
  readonly kind: 'StorageClass';
  readonly metadata: ObjectMeta;
  readonly provisioner: string;
  readonly parameters?: Labels;
  readonly reclaimPolicy?: string;
  readonly mountOptions?: readonly string[];
  readonly allowVolumeExpansion?: boolean;
  readonly volumeBindingMode?: string;
  readonly allowedTopologies?: readonly JsonObject[];
};

const texts = readTexts(`
StorageClass A sort of storage that claims can ask for, and who provides it.
StorageClass.provisioner Who makes volumes of this class; kubernetes.io/no-provisioner means nobody.
StorageClass.parameters What the provisioner is told.
StorageClass.reclaimPolicy The reclaim policy of volumes that are made for it. Default Delete.
StorageClass.mountOptions Mount options of volumes that are made for it.
StorageClass.allowVolumeExpansion Whether a claim may ask for more later.
StorageClass.volumeBindingMode Immediate, or WaitForFirstConsumer: a claim is bound when a pod uses it. Default
  Immediate.
StorageClass.allowedTopologies Where volumes may be made.
TopologySelectorTerm.matchLabelExpressions Labels of nodes and their values.
TopologySelectorLabelRequirement.values One of these.
`);

const rules: readonly FieldRule[] = [
  {
    path: 'provisioner',
    verdict: 'modelled',
    note: 'in clusters with the addon provisioner it makes volumes; else people have to create them',
  },
  { path: 'parameters', verdict: 'inert', note: 'the provisioners here have no settings' },
  { path: 'mountOptions', verdict: 'inert', note: 'programs have no file system' },
  { path: 'allowedTopologies', verdict: 'refused', note: 'topologies of a provisioner; leave it out' },
];

/** Upstream registry/storage/storageclass strategy. */
const storageClasses = defineResource<StorageClass>({
  group: 'storage.k8s.io',
  version: 'v1',
  kind: 'StorageClass',
  plural: 'storageclasses',
  shortNames: ['sc'],
  namespaced: false,
  schema: schemaOf(storageSchemas, 'StorageClass'),
  defaults: (one) => ({
    ...one,
    reclaimPolicy: one.reclaimPolicy ?? 'Delete',
    volumeBindingMode: one.volumeBindingMode ?? 'Immediate',
  }),
  validate: validateClass,
  warnings: (one) => warningsBy(rules, one),
  refusals: (one) => refusalsBy(rules, one),
  columns: [
    {
      ...nameColumn(),
      cell: ({ metadata: { name, annotations } }) =>
        annotations?.[ANNOTATIONS.defaultClass] === 'true' ? `${name} (default)` : name,
    },
    column('Provisioner', ({ provisioner }) => provisioner),
    column('ReclaimPolicy', ({ reclaimPolicy = 'Delete' }) => reclaimPolicy),
    column('VolumeBindingMode', ({ volumeBindingMode = 'Immediate' }) => volumeBindingMode),
    column('AllowVolumeExpansion', ({ allowVolumeExpansion = false }) => String(allowVolumeExpansion)),
    ageColumn(),
  ],
});

const POLICIES = ['Delete', 'Retain'];
const MODES = ['Immediate', 'WaitForFirstConsumer'];

/** Upstream ValidateStorageClass and ValidateStorageClassUpdate. */
function validateClass(one: StorageClass, old?: StorageClass): Errors {
  const { metadata, provisioner = '', reclaimPolicy, volumeBindingMode } = one;
  return [
    ...validateMeta(metadata, false, subdomainName),
    ...(provisioner === ''
      ? [required('provisioner')]
      : invalidEach('provisioner', provisioner, labelKeyErrors(provisioner.toLowerCase()))),
    ...(reclaimPolicy === undefined || POLICIES.includes(reclaimPolicy)
      ? []
      : [notSupported('reclaimPolicy', reclaimPolicy, POLICIES)]),
    ...oneOf('volumeBindingMode', volumeBindingMode, MODES),
    ...(old === undefined ? [] : updateErrors(one, old)),
  ];
}

function updateErrors(next: StorageClass, old: StorageClass): Errors {
  const fixed = ['parameters', 'provisioner', 'reclaimPolicy'] as const;
  return [
    ...fixed
      .filter((field) => !sameJson(next[field] ?? {}, old[field] ?? {}))
      .map((field) => forbiddenField(field, `updates to ${field} are forbidden.`)),
    ...(next.volumeBindingMode === old.volumeBindingMode
      ? []
      : [invalidValue('volumeBindingMode', next.volumeBindingMode, IMMUTABLE)]),
  ];
}

/** The kind StorageClass. */
export const storageClass: Kind = { resource: storageClasses as unknown as Resource, texts, rules };
