import type { Schema, SchemaField, SchemaType } from '../resource.ts';

/** How server-side apply treats a value: one piece, fields by name, items by key, or a set of scalars. */
export type Ownership =
  | { readonly type: 'atomic' }
  | { readonly type: 'struct'; readonly struct: Schema }
  | { readonly type: 'map'; readonly of: SchemaType }
  | { readonly type: 'list'; readonly keys: readonly string[]; readonly of: SchemaType }
  | { readonly type: 'set' };

const ATOMIC: Ownership = { type: 'atomic' };

/** Structs that are replaced whole (`+structType=atomic`). */
const ATOMIC_STRUCTS: ReadonlySet<string> = new Set(
  `ConfigMapKeySelector EndpointAddress EndpointPort FieldSelector LabelSelector LocalObjectReference NodeSelector
  NodeSelectorTerm ObjectFieldSelector ObjectReference OwnerReference ResourceFieldSelector RoleRef ScopeSelector
  SecretKeySelector SecretReference ServiceBackendPort Subject TopologySelectorTerm
  TypedLocalObjectReference`.split(/\s+/),
);

/** Maps that are replaced whole (`+mapType=atomic`). */
const ATOMIC_MAPS: ReadonlySet<string> = new Set([
  'PodSpec.nodeSelector',
  'ReplicationControllerSpec.selector',
  'ServiceSpec.selector',
]);

/** Lists whose key here differs from the merge key of a strategic merge patch. */
const LIST_KEYS: ReadonlyMap<string, readonly string[]> = new Map([
  ['Container.ports', ['containerPort', 'protocol']],
  ['EphemeralContainer.ports', ['containerPort', 'protocol']],
  ['ServiceSpec.ports', ['port', 'protocol']],
  ['PodSpec.topologySpreadConstraints', ['topologyKey', 'whenUnsatisfiable']],
  ['ContainerStatus.allocatedResourcesStatus', ['name']],
  ['ContainerStatus.volumeMounts', ['mountPath']],
  ['PodStatus.resourceClaimStatuses', ['name']],
  ['ResourceRequirements.claims', ['name']],
  ['ResourceStatus.resources', ['resourceID']],
]);

/** Lists of scalars that are merged as sets although a strategic merge patch replaces them. */
const SETS: ReadonlySet<string> = new Set(['Endpoint.addresses']);

/** Lists that a strategic merge patch merges, and server-side apply replaces. */
const ATOMIC_LISTS: ReadonlySet<string> = new Set(['LabelSelectorRequirement.key']);

/** Keys that the API server fills in when a list's item leaves them out. */
export const KEY_DEFAULTS: Readonly<Record<string, string>> = { protocol: 'TCP' };

/** How a field of a struct is owned. Follows the list types of k8s.io/api and structured-merge-diff's schema. */
export function ownershipOf(struct: Schema, field: SchemaField): Ownership {
  const name = `${struct.name}.${field.name}`;
  const { type } = field;
  if (type.type === 'map') return ATOMIC_MAPS.has(name) ? ATOMIC : valueOwnership(type);
  if (type.type !== 'list') return valueOwnership(type);
  if (ATOMIC_LISTS.has(name)) return ATOMIC;
  if (SETS.has(name) || field.mergeKey === '') return { type: 'set' };
  const keys = LIST_KEYS.get(name) ?? (field.mergeKey === undefined ? undefined : [field.mergeKey]);
  return keys === undefined ? ATOMIC : { type: 'list', keys, of: type.of };
}

/** How a value inside a map or a list is owned: by its type alone. */
export function valueOwnership(type: SchemaType): Ownership {
  if (type.type === 'map') return { type: 'map', of: type.of };
  if (type.type !== 'struct' || ATOMIC_STRUCTS.has(type.struct.name)) return ATOMIC;
  return { type: 'struct', struct: type.struct };
}
