import { ageColumn, column, modesText, nameColumn, wideColumn } from '../cells.ts';
import type { Kind } from '../kind.ts';
import type { Condition, JsonObject, LabelSelector, ObjectMeta, ResourceList } from '../meta.ts';
import { canonicalQuantity, compareQuantities } from '../quantity.ts';
import { defineResource, keepStatus, type Resource, sameJson } from '../resource.ts';
import { schemaOf } from '../schemas/schema.ts';
import { storageSchemas } from '../schemas/storageschemas.ts';
import { readTexts } from '../texts/read.ts';
import {
  type Errors,
  forbiddenField,
  IMMUTABLE,
  invalidValue,
  required,
  subdomainName,
  validateLabelSelector,
  validateMeta,
} from '../validate.ts';
import { type FieldRule, refusalsBy } from '../verdicts.ts';
import { classOf } from '../volumes/claims.ts';
import { classErrors, modeErrors, sizeErrors, volumeModeErrors } from '../volumes/validation.ts';

export type PersistentVolumeClaim = {
  readonly apiVersion: 'v1';
  readonly kind: 'PersistentVolumeClaim';
  readonly metadata: ObjectMeta;
  readonly spec: PersistentVolumeClaimSpec;
  readonly status?: {
    readonly phase?: 'Pending' | 'Bound' | 'Lost';
    readonly accessModes?: readonly string[];
    readonly capacity?: ResourceList;
    readonly conditions?: readonly Condition[];
  };
};

export type PersistentVolumeClaimSpec = {
  readonly accessModes?: readonly string[];
  readonly selector?: LabelSelector;
  readonly resources?: { readonly requests?: ResourceList; readonly limits?: ResourceList };
  readonly volumeName?: string;
  readonly storageClassName?: string;
  readonly volumeMode?: string;
  readonly dataSource?: JsonObject;
  readonly dataSourceRef?: JsonObject;
  readonly volumeAttributesClassName?: string;
};

const texts = readTexts(`
PersistentVolumeClaim A request for storage in a namespace, which pods use by its name.
PersistentVolumeClaimStatus.phase Pending, Bound or Lost.
PersistentVolumeClaimStatus.accessModes What the bound volume allows.
PersistentVolumeClaimStatus.capacity How much the bound volume holds.
PersistentVolumeClaimStatus.allocatedResources How much is being provided while the volume grows.
PersistentVolumeClaimStatus.allocatedResourceStatuses How far growing has come.
PersistentVolumeClaimStatus.currentVolumeAttributesClassName The VolumeAttributesClass that is in force.
PersistentVolumeClaimStatus.modifyVolumeStatus How far a change of the VolumeAttributesClass has come.
`);

const rules: readonly FieldRule[] = [
  { path: 'spec.dataSource', verdict: 'refused', note: 'copies and snapshots; leave dataSource out' },
  { path: 'spec.dataSourceRef', verdict: 'refused', note: 'copies and snapshots; leave dataSourceRef out' },
  { path: 'spec.volumeMode', verdict: 'refused', note: 'raw block devices; use Filesystem', when: ['Block'] },
  { path: 'spec.volumeAttributesClassName', verdict: 'refused', note: 'volume attributes classes; leave it out' },
];

/** Upstream registry/core/persistentvolumeclaim strategy. */
const claims = defineResource<PersistentVolumeClaim>({
  group: '',
  version: 'v1',
  kind: 'PersistentVolumeClaim',
  plural: 'persistentvolumeclaims',
  shortNames: ['pvc'],
  namespaced: true,
  subresources: ['status'],
  schema: schemaOf(storageSchemas, 'PersistentVolumeClaim'),
  defaults: (claim) => ({ ...claim, spec: { ...claim.spec, volumeMode: claim.spec?.volumeMode ?? 'Filesystem' } }),
  prepareForCreate: (claim) => ({ ...claim, status: { phase: 'Pending' } }),
  prepareForUpdate: keepStatus,
  prepareForStatusUpdate: (next, old) => ({ ...next, spec: old.spec }),
  validate: validateClaim,
  refusals: (claim) => refusalsBy(rules, claim),
  columns: [
    nameColumn(),
    column('Status', ({ metadata, status }) => (metadata.deletionTimestamp ? 'Terminating' : (status?.phase ?? ''))),
    column('Volume', ({ spec }) => spec.volumeName ?? ''),
    column('Capacity', (claim) => whenBound(claim, canonicalQuantity(claim.status?.capacity?.['storage'] ?? '0'))),
    column('Access Modes', (claim) => whenBound(claim, modesText(claim.status?.accessModes))),
    column('StorageClass', classOf),
    column('VolumeAttributesClass', ({ spec }) => spec.volumeAttributesClassName ?? '<unset>'),
    ageColumn(),
    wideColumn('VolumeMode', ({ spec }) => spec.volumeMode ?? '<unset>'),
  ],
});

function whenBound({ spec }: PersistentVolumeClaim, text: string): string {
  return spec.volumeName ? text : '';
}

/** Upstream ValidatePersistentVolumeClaim and ValidatePersistentVolumeClaimUpdate. */
function validateClaim(claim: PersistentVolumeClaim, old?: PersistentVolumeClaim): Errors {
  const { metadata, spec } = claim;
  const { accessModes = [], resources } = spec;
  const size = resources?.requests?.['storage'];
  const sizeField = 'spec.resources[storage]';
  return [
    ...validateMeta(metadata, true, subdomainName),
    ...(accessModes.length === 0 ? [required('spec.accessModes', 'at least 1 access mode is required')] : []),
    ...validateLabelSelector(spec.selector, 'spec.selector'),
    ...modeErrors(accessModes, 'spec.accessModes'),
    ...(size === undefined ? [required(sizeField)] : sizeErrors(sizeField, size)),
    ...classErrors(spec.storageClassName),
    ...volumeModeErrors(spec.volumeMode),
    ...(old === undefined ? [] : updateErrors(claim, old)),
  ];
}

const STAYS =
  'spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims';

/** Upstream appends a dump of the difference to the first text; it is left out here. */
function updateErrors(next: PersistentVolumeClaim, old: PersistentVolumeClaim): Errors {
  const [wanted = '0', before = '0'] = [next, old].map(({ spec }) => spec.resources?.requests?.['storage']);
  const isBound = old.status?.phase === 'Bound';
  const requests = { ...next.spec.resources?.requests, storage: before };
  const munged: PersistentVolumeClaimSpec = {
    ...next.spec,
    ...(old.spec.volumeName ? {} : { volumeName: old.spec.volumeName }),
    ...(old.spec.storageClassName === undefined ? { storageClassName: undefined } : {}),
    ...(isBound ? { resources: { ...next.spec.resources, requests } } : {}),
    volumeAttributesClassName: old.spec.volumeAttributesClassName,
  };
  const floor = old.status?.capacity?.['storage'] ?? '0';
  const isLess = compareQuantities(wanted, before) < 0 && compareQuantities(wanted, floor) <= 0;
  return [
    ...(sameJson(munged, old.spec) ? [] : [forbiddenField('spec', STAYS)]),
    ...(isLess
      ? [forbiddenField('spec.resources.requests.storage', 'field can not be less than status.capacity')]
      : []),
    ...(next.spec.volumeMode === old.spec.volumeMode
      ? []
      : [invalidValue('volumeMode', next.spec.volumeMode, IMMUTABLE)]),
  ];
}

/** The kind PersistentVolumeClaim. */
export const persistentVolumeClaim: Kind = { resource: claims as unknown as Resource, texts, rules };
