import { readTexts } from './read.ts';

/** Volumes of pods. */
export const volumeTexts = readTexts(`
Volume.name The name that volumeMounts use, unique in the pod.
Volume.hostPath A directory of the node.
Volume.emptyDir An empty directory that lives as long as the pod.
Volume.secret The keys of a Secret as files.
Volume.configMap The keys of a ConfigMap as files.
Volume.downwardAPI Fields of the pod as files.
Volume.projected Several sources in one directory.
Volume.persistentVolumeClaim Storage that outlives the pod, through a claim.
Volume.nfs A directory of an NFS server.
Volume.csi Storage by a CSI driver, for the life of the pod.
Volume.ephemeral A claim of its own that lives as long as the pod.
Volume.image The files of an image.
HostPathVolumeSource.path The path on the node.
HostPathVolumeSource.type What must be there, such as Directory or File. Empty: nothing is checked.
EmptyDirVolumeSource.medium Empty for the node's disk, Memory for a file system in memory.
EmptyDirVolumeSource.sizeLimit The most it may hold; beyond it the pod is evicted.
SecretVolumeSource.secretName The Secret.
ConfigMapVolumeSource.name The ConfigMap.
KeyToPath.key The key.
KeyToPath.path The file's path in the volume.
PersistentVolumeClaimVolumeSource.claimName The claim, in the same namespace.
NFSVolumeSource.server The server's name or address.
NFSVolumeSource.path What the server exports.
ProjectedVolumeSource.sources The sources.
VolumeProjection.secret Keys of a Secret.
VolumeProjection.configMap Keys of a ConfigMap.
VolumeProjection.downwardAPI Fields of the pod.
VolumeProjection.serviceAccountToken A token of the pod's ServiceAccount.
ServiceAccountTokenProjection.audience Whom the token is for. Default: the API server.
ServiceAccountTokenProjection.expirationSeconds How long it is good. Default 3600; the kubelet renews it.
DownwardAPIVolumeFile.path The file's path in the volume.
DownwardAPIVolumeFile.fieldRef A field of the pod.
DownwardAPIVolumeFile.resourceFieldRef A request or limit of a container.
PersistentVolumeClaimSpec.accessModes ReadWriteOnce, ReadOnlyMany, ReadWriteMany or ReadWriteOncePod.
PersistentVolumeClaimSpec.resources How much is asked for.
PersistentVolumeClaimSpec.volumeName The volume it is bound to.
PersistentVolumeClaimSpec.storageClassName The class that provides the volume. Empty text: none.
PersistentVolumeClaimSpec.volumeMode Filesystem or Block. Default Filesystem.
PersistentVolumeClaimSpec.selector Which volumes may be bound.
CSIVolumeSource.driver The driver's name.
CSIVolumeSource.volumeAttributes What the driver is told.
VolumeResourceRequirements.requests How much at least.
VolumeResourceRequirements.limits How much at most.
PersistentVolumeClaimSpec.dataSource What it is filled from.
PersistentVolumeClaimSpec.dataSourceRef What it is filled from, in any namespace.
PersistentVolumeClaimSpec.volumeAttributesClassName The VolumeAttributesClass.
TypedLocalObjectReference.apiGroup The group of the object.
TypedObjectReference.apiGroup The group of the object.
EphemeralVolumeSource.volumeClaimTemplate What the claim looks like.
ImageVolumeSource.reference The image.
ImageVolumeSource.pullPolicy Always, IfNotPresent or Never.
`);
