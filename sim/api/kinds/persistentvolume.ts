import { ageColumn, column, modesText, nameColumn, wideColumn } from '../cells.ts';
import type { Kind } from '../kind.ts';
import type { JsonObject, KubeObject, ObjectMeta, ObjectReference, ResourceList, Time } from '../meta.ts';
import { validateNodeSelector } from '../podspec/scheduling.ts';
import { canonicalQuantity } from '../quantity.ts';
import { defineResource, keepStatus, type Resource, sameJson } from '../resource.ts';
import { schemaOf } from '../schemas/schema.ts';
import { storageSchemas } from '../schemas/storageschemas.ts';
import { readTexts } from '../texts/read.ts';
import {
  type Errors,
  forbiddenField,
  IMMUTABLE,
  invalidValue,
  notSupported,
  required,
  subdomainName,
  validateMeta,
} from '../validate.ts';
import { type FieldRule, refusalsBy, warningsBy } from '../verdicts.ts';
import { classOf } from '../volumes/claims.ts';
import { amountErrors, classErrors, modeErrors, sizeErrors, volumeModeErrors } from '../volumes/validation.ts';
import type { NodeSelector } from './pod.ts';

export type PersistentVolume = {
  readonly apiVersion: 'v1';
  readonly kind: 'PersistentVolume';
  readonly metadata: ObjectMeta;
  readonly spec: PersistentVolumeSpec;
  readonly status?: {
    readonly phase?: 'Pending' | 'Available' | 'Bound' | 'Released' | 'Failed';
    readonly message?: string;
    readonly reason?: string;
    readonly lastPhaseTransitionTime?: Time;
  };
};

export type PersistentVolumeSpec = {
  readonly capacity?: ResourceList;
  readonly accessModes?: readonly string[];
  readonly claimRef?: ObjectReference;
  readonly persistentVolumeReclaimPolicy?: string;
  readonly storageClassName?: string;
  readonly mountOptions?: readonly string[];
  readonly volumeMode?: string;
  readonly nodeAffinity?: { readonly required?: NodeSelector };
  readonly volumeAttributesClassName?: string;
  readonly hostPath?: { readonly path?: string; readonly type?: string };
  readonly local?: { readonly path?: string; readonly fsType?: string };
  readonly nfs?: { readonly server?: string; readonly path?: string; readonly readOnly?: boolean };
  readonly csi?: { readonly driver?: string; readonly volumeHandle?: string } & JsonObject;
};

const texts = readTexts(`
PersistentVolume A piece of storage of the cluster. It belongs to no namespace and outlives the pods that use it.
PersistentVolumeSpec.capacity How much it holds, as storage.
PersistentVolumeSpec.accessModes Who may mount it at the same time: ReadWriteOnce (one node), ReadOnlyMany,
  ReadWriteMany, ReadWriteOncePod (one pod).
PersistentVolumeSpec.claimRef The claim it is bound to, or kept for.
PersistentVolumeSpec.persistentVolumeReclaimPolicy What happens when its claim is gone: Retain keeps it, Delete deletes
  it. Default Retain.
PersistentVolumeSpec.storageClassName The class it belongs to. Only claims of the same class are bound to it.
PersistentVolumeSpec.mountOptions Options of the mount, as the file system knows them.
PersistentVolumeSpec.volumeMode Filesystem or Block. Default Filesystem.
PersistentVolumeSpec.nodeAffinity The nodes from which it can be used.
PersistentVolumeSpec.volumeAttributesClassName The VolumeAttributesClass it has.
PersistentVolumeSpec.hostPath A directory of a node. For clusters of one node, and for tests.
PersistentVolumeSpec.local A disk or directory that belongs to one node.
PersistentVolumeSpec.nfs A directory of an NFS server.
PersistentVolumeSpec.csi Storage of a CSI driver.
LocalVolumeSource.path The path on the node.
VolumeNodeAffinity.required Terms of which one must hold for the node.
PersistentVolumeStatus.phase Pending, Available, Bound, Released or Failed.
PersistentVolumeStatus.lastPhaseTransitionTime When the phase last changed.
CSIPersistentVolumeSource.driver The driver's name.
CSIPersistentVolumeSource.volumeHandle The volume, as the driver names it.
CSIPersistentVolumeSource.volumeAttributes What the driver is told.
CSIPersistentVolumeSource.controllerPublishSecretRef The Secret for attaching.
CSIPersistentVolumeSource.nodeStageSecretRef The Secret for preparing it on a node.
CSIPersistentVolumeSource.nodePublishSecretRef The Secret for mounting it in a pod.
CSIPersistentVolumeSource.controllerExpandSecretRef The Secret for making it larger.
CSIPersistentVolumeSource.nodeExpandSecretRef The Secret for making it larger on a node.
SecretReference.name The name of the Secret.
PersistentVolumeSpec.iscsi An iSCSI disk.
PersistentVolumeSpec.fc A Fibre Channel disk.
PersistentVolumeSpec.flexVolume Deprecated: storage of a driver that is installed on each node. Use csi.
${'gcePersistentDisk awsElasticBlockStore cinder azureFile azureDisk vsphereVolume portworxVolume'.replace(
  /\S+ ?/g,
  (source) => `PersistentVolumeSpec.${source.trim()} Deprecated: the CSI driver of the same provider does the work.\n`,
)}${'glusterfs rbd cephfs flocker quobyte photonPersistentDisk scaleIO storageos'.replace(
  /\S+ ?/g,
  (source) => `PersistentVolumeSpec.${source.trim()} No longer supported.\n`,
)}`);

/** Where a volume's bytes are: exactly one of these. */
const SOURCES =
  'gcePersistentDisk awsElasticBlockStore hostPath glusterfs nfs rbd iscsi cinder cephfs fc flocker flexVolume ' +
  'azureFile vsphereVolume quobyte azureDisk photonPersistentDisk portworxVolume scaleIO local storageos csi';
const MODELLED = ['hostPath', 'local', 'nfs'];

const rules: readonly FieldRule[] = [
  ...MODELLED.map(
    (source): FieldRule => ({
      path: `spec.${source}`,
      verdict: 'modelled',
      note: 'always there and empty: programs have no file system',
    }),
  ),
  ...SOURCES.split(' ')
    .filter((source) => !MODELLED.includes(source))
    .map(
      (source): FieldRule => ({
        path: `spec.${source}`,
        verdict: 'refused',
        note: 'no driver for it is installed; use hostPath, local or nfs',
      }),
    ),
  { path: 'spec.volumeMode', verdict: 'refused', note: 'raw block devices; use Filesystem', when: ['Block'] },
  {
    path: 'spec.persistentVolumeReclaimPolicy',
    verdict: 'refused',
    note: 'recycling, which is deprecated; use Retain or Delete',
    when: ['Recycle'],
  },
  { path: 'spec.mountOptions', verdict: 'inert', note: 'programs have no file system' },
];

/** Upstream registry/core/persistentvolume strategy. */
const persistentVolumes = defineResource<PersistentVolume>({
  group: '',
  version: 'v1',
  kind: 'PersistentVolume',
  plural: 'persistentvolumes',
  shortNames: ['pv'],
  namespaced: false,
  subresources: ['status'],
  schema: schemaOf(storageSchemas, 'PersistentVolume'),
  defaults: volumeDefaults,
  prepareForCreate: (volume) => ({ ...volume, status: { phase: 'Pending' } }),
  prepareForUpdate: keepStatus,
  prepareForStatusUpdate: (next, old) => ({ ...next, spec: old.spec }),
  validate: validateVolume,
  warnings: (volume) => warningsBy(rules, volume),
  refusals: (volume) => refusalsBy(rules, volume),
  columns: [
    nameColumn(),
    column('Capacity', ({ spec }) => canonicalQuantity(spec.capacity?.['storage'] ?? '0')),
    column('Access Modes', ({ spec }) => modesText(spec.accessModes)),
    column('Reclaim Policy', ({ spec }) => spec.persistentVolumeReclaimPolicy ?? ''),
    column('Status', phaseText),
    column('Claim', ({ spec: { claimRef } }) => (claimRef ? `${claimRef.namespace}/${claimRef.name}` : '')),
    column('StorageClass', classOf),
    column('VolumeAttributesClass', ({ spec }) => spec.volumeAttributesClassName ?? '<unset>'),
    column('Reason', ({ status }) => status?.reason ?? ''),
    ageColumn(),
    wideColumn('VolumeMode', ({ spec }) => spec.volumeMode ?? '<unset>'),
  ],
});

function phaseText({ metadata, status }: PersistentVolume): string {
  return metadata.deletionTimestamp === undefined ? (status?.phase ?? '') : 'Terminating';
}

function volumeDefaults(volume: PersistentVolume): PersistentVolume {
  const spec = volume.spec ?? {};
  return {
    ...volume,
    spec: {
      ...spec,
      ...(spec.hostPath && { hostPath: { ...spec.hostPath, type: spec.hostPath.type ?? '' } }),
      persistentVolumeReclaimPolicy: spec.persistentVolumeReclaimPolicy ?? 'Retain',
      volumeMode: spec.volumeMode ?? 'Filesystem',
    },
  };
}

const POLICIES = ['Delete', 'Recycle', 'Retain'];

/** Upstream ValidatePersistentVolume and ValidatePersistentVolumeUpdate. */
function validateVolume(volume: PersistentVolume, old?: PersistentVolume): Errors {
  const { metadata, spec } = volume;
  const { accessModes = [], persistentVolumeReclaimPolicy: policy } = spec;
  return [
    ...validateMeta(metadata, false, subdomainName),
    ...(accessModes.length === 0 ? [required('spec.accessModes')] : []),
    ...modeErrors(accessModes, 'spec.accessModes'),
    ...capacityErrors(spec.capacity ?? {}),
    ...(policy && !POLICIES.includes(policy)
      ? [notSupported('spec.persistentVolumeReclaimPolicy', policy, POLICIES)]
      : []),
    ...affinityErrors(spec),
    ...sourceErrors(spec),
    ...classErrors(spec.storageClassName),
    ...volumeModeErrors(spec.volumeMode),
    ...(old === undefined ? [] : updateErrors(spec, old.spec)),
  ];
}

function capacityErrors(capacity: ResourceList): Errors {
  const names = Object.keys(capacity);
  const isOther = capacity['storage'] === undefined || names.length > 1;
  return [
    ...(names.length === 0 ? [required('spec.capacity')] : []),
    ...(isOther ? [notSupported('spec.capacity', names.length === 0 ? null : capacity, ['storage'])] : []),
    ...Object.entries(capacity).flatMap(([name, amount]) => [
      ...amountErrors(`spec.capacity[${name}]`, amount),
      ...sizeErrors(`spec.capacity[${name}]`, amount),
    ]),
  ];
}

function affinityErrors({ nodeAffinity }: PersistentVolumeSpec): Errors {
  if (nodeAffinity === undefined) return [];
  const at = 'spec.nodeAffinity.required';
  if (nodeAffinity.required === undefined) return [required(at, 'must specify required node constraints')];
  return validateNodeSelector(nodeAffinity.required, at);
}

/** The sources that a spec has, in upstream's order. */
function sourcesOf(spec: PersistentVolumeSpec): readonly string[] {
  return SOURCES.split(' ').filter((source) => spec[source as keyof PersistentVolumeSpec] !== undefined);
}

function sourceErrors(spec: PersistentVolumeSpec): Errors {
  const [first, ...others] = sourcesOf(spec);
  const { hostPath, local, nfs } = spec;
  return [
    ...others.map((source) => forbiddenField(`spec.${source}`, 'may not specify more than 1 volume type')),
    ...(hostPath ? [...pathErrors('spec.hostPath.path', hostPath.path), ...typeErrors(hostPath.type ?? '')] : []),
    ...(nfs ? nfsErrors(nfs) : []),
    ...(local ? pathErrors('spec.local.path', local.path) : []),
    ...(local && spec.nodeAffinity?.required === undefined
      ? [required('spec.nodeAffinity', 'Local volume requires node affinity')]
      : []),
    ...(first === undefined ? [required('spec', 'must specify a volume type')] : []),
  ];
}

function pathErrors(field: string, path = ''): Errors {
  if (path === '') return [required(field)];
  return path.split('/').includes('..') ? [invalidValue(field, path, "must not contain '..'")] : [];
}

const TYPES = ['', 'BlockDevice', 'CharDevice', 'Directory', 'DirectoryOrCreate', 'File', 'FileOrCreate', 'Socket'];

function typeErrors(type: string): Errors {
  return TYPES.includes(type) ? [] : [notSupported('spec.hostPath.type', type, TYPES)];
}

function nfsErrors({ server = '', path = '' }: { readonly server?: string; readonly path?: string }): Errors {
  return [
    ...(server === '' ? [required('spec.nfs.server')] : []),
    ...(path === '' ? [required('spec.nfs.path')] : []),
    ...(path.startsWith('/') ? [] : [invalidValue('spec.nfs.path', path, 'must be an absolute path')]),
  ];
}

/** Upstream appends a dump of the difference to the first text; it is left out here. */
function updateErrors(next: PersistentVolumeSpec, old: PersistentVolumeSpec): Errors {
  const sources = new Set([...sourcesOf(next), ...sourcesOf(old)]) as ReadonlySet<keyof PersistentVolumeSpec>;
  const isMoved = [...sources].some((source) => !sameJson(next[source], old[source]));
  const affinity = next.nodeAffinity ?? null;
  const isReplaced = old.nodeAffinity !== undefined && !sameJson(next.nodeAffinity, old.nodeAffinity);
  return [
    ...(isMoved ? [forbiddenField('spec.persistentvolumesource', SOURCE_STAYS)] : []),
    ...(next.volumeMode === old.volumeMode ? [] : [invalidValue('volumeMode', next.volumeMode, IMMUTABLE)]),
    ...(isReplaced ? [invalidValue('nodeAffinity', affinity, AFFINITY_STAYS)] : []),
  ];
}

const SOURCE_STAYS = 'spec.persistentvolumesource is immutable after creation';
const AFFINITY_STAYS = 'field is immutable, except for updating from beta label to GA';

/** The kind PersistentVolume. */
export const persistentVolume: Kind = { resource: persistentVolumes as unknown as Resource, texts, rules };

/** A reference to an object, as `ref.GetReference` makes it. */
export function referenceTo({ apiVersion, kind, metadata }: KubeObject): ObjectReference {
  const { namespace, name, uid, resourceVersion } = metadata;
  return { kind, namespace, name, uid, apiVersion, resourceVersion } as ObjectReference;
}
