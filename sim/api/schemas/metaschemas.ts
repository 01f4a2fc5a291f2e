import { readSchemas } from './schema.ts';

/** Structs of apimachinery and those that several kinds share; field names are upstream's, v1.36. */
export const metaSchemas = readSchemas(`
ObjectMeta name generateName namespace selfLink uid resourceVersion generation:l creationTimestamp:t
  deletionTimestamp:t deletionGracePeriodSeconds:l labels:{} annotations:{} ownerReferences:[]OwnerReference^uid
  finalizers:[]^ managedFields:[]ManagedFieldsEntry
OwnerReference apiVersion! kind! name! uid! controller:b blockOwnerDeletion:b
ManagedFieldsEntry manager operation apiVersion time:t fieldsType fieldsV1:any subresource
LabelSelector matchLabels:{} matchExpressions:[]LabelSelectorRequirement
LabelSelectorRequirement key! operator! values:[]
Condition type! status! observedGeneration:l lastTransitionTime:t reason message
LocalObjectReference name
ObjectReference kind namespace name uid apiVersion resourceVersion fieldPath
Preconditions uid resourceVersion
DeleteOptions kind apiVersion gracePeriodSeconds:l preconditions:Preconditions orphanDependents:b propagationPolicy
  dryRun:[] ignoreStoreReadErrorWithClusterBreakingPotential:b
`);
