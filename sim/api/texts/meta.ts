import { readTexts } from './read.ts';

/** What every object has. */
export const metaTexts = readTexts(`
ObjectMeta.name The name, unique among objects of its kind in its namespace. It cannot be changed.
ObjectMeta.generateName A beginning of a name: the server adds five letters when no name is given.
ObjectMeta.namespace The namespace. Empty for kinds that have none.
ObjectMeta.selfLink Not used any more.
ObjectMeta.uid An id that no other object ever has, drawn by the server.
ObjectMeta.resourceVersion The version that a write must have read, or it is refused. Opaque: compare it for equality
  only.
ObjectMeta.generation How often the spec has changed.
ObjectMeta.creationTimestamp When the server created the object.
ObjectMeta.deletionTimestamp When the object will be gone: it has been asked to go. Set by the server.
ObjectMeta.deletionGracePeriodSeconds How long it may take to end.
ObjectMeta.labels Keys and values by which selectors find the object.
ObjectMeta.annotations Keys and values that tools leave here; nothing selects by them.
ObjectMeta.ownerReferences The objects this one belongs to. When all of them are gone, it is collected.
ObjectMeta.finalizers Names of those who must finish before the object is removed.
ObjectMeta.managedFields Who wrote which field, for server-side apply.
OwnerReference.apiVersion The API version of the owner.
OwnerReference.kind The kind of the owner.
OwnerReference.name The name of the owner.
OwnerReference.uid The uid of the owner: a new object of the same name is another owner.
OwnerReference.controller Whether this owner is the one that manages the object.
OwnerReference.blockOwnerDeletion Whether a foreground deletion of the owner waits for this object.
ManagedFieldsEntry.manager The name of the writer.
ManagedFieldsEntry.operation Apply or Update.
ManagedFieldsEntry.apiVersion The version in which the fields are written.
ManagedFieldsEntry.time When the set of fields last changed.
ManagedFieldsEntry.fieldsType FieldsV1.
ManagedFieldsEntry.fieldsV1 The fields, as a tree of their paths.
ManagedFieldsEntry.subresource The subresource that was written, such as status.
LabelSelector.matchLabels Labels that must be there with these values.
LabelSelector.matchExpressions Conditions that must hold too.
LabelSelectorRequirement.key The label's key.
LabelSelectorRequirement.operator In, NotIn, Exists or DoesNotExist.
LabelSelectorRequirement.values The values for In and NotIn.
Condition.status True, False or Unknown.
LocalObjectReference.name The name of an object in the same namespace.
ObjectReference.fieldPath Which part of the object is meant.
ObjectReference.kind The kind of the object.
Preconditions.uid The deletion is refused when the object has another uid.
Preconditions.resourceVersion The deletion is refused when the object has another version.
DeleteOptions.gracePeriodSeconds How long the object may take to end. Zero: at once.
DeleteOptions.preconditions What must hold, or nothing is deleted.
DeleteOptions.orphanDependents Not used any more: see propagationPolicy.
DeleteOptions.propagationPolicy What becomes of the objects it owns: Background, Foreground or Orphan.
DeleteOptions.dryRun All: nothing is written.
Scale.spec How many are wished for.
Scale.status How many there are.
ScaleSpec.replicas The number of pods wished for.
ScaleStatus.replicas The number of pods there are.
ScaleStatus.selector Which pods are counted.
`);
