import { podSchemas } from './podschemas.ts';
import { readSchemas } from './schema.ts';

/** Volumes, claims and classes; field names and merge keys are upstream's, v1.36. */
export const storageSchemas = readSchemas(
  `
PersistentVolume kind apiVersion metadata:ObjectMeta spec:PersistentVolumeSpec status:PersistentVolumeStatus
PersistentVolumeSpec capacity:{}q gcePersistentDisk:GCEPersistentDiskVolumeSource
  awsElasticBlockStore:AWSElasticBlockStoreVolumeSource hostPath:HostPathVolumeSource
  glusterfs:GlusterfsPersistentVolumeSource nfs:NFSVolumeSource rbd:RBDPersistentVolumeSource
  iscsi:ISCSIPersistentVolumeSource cinder:CinderPersistentVolumeSource cephfs:CephFSPersistentVolumeSource
  fc:FCVolumeSource flocker:FlockerVolumeSource flexVolume:FlexPersistentVolumeSource
  azureFile:AzureFilePersistentVolumeSource vsphereVolume:VsphereVirtualDiskVolumeSource quobyte:QuobyteVolumeSource
  azureDisk:AzureDiskVolumeSource photonPersistentDisk:PhotonPersistentDiskVolumeSource
  portworxVolume:PortworxVolumeSource scaleIO:ScaleIOPersistentVolumeSource local:LocalVolumeSource
  storageos:StorageOSPersistentVolumeSource csi:CSIPersistentVolumeSource accessModes:[] claimRef:ObjectReference
  persistentVolumeReclaimPolicy storageClassName mountOptions:[] volumeMode nodeAffinity:VolumeNodeAffinity
  volumeAttributesClassName
GlusterfsPersistentVolumeSource endpoints! path! readOnly:b endpointsNamespace
RBDPersistentVolumeSource monitors!:[] image! fsType pool user keyring secretRef:SecretReference readOnly:b
ISCSIPersistentVolumeSource targetPortal! iqn! lun!:i iscsiInterface fsType readOnly:b portals:[] chapAuthDiscovery:b
  chapAuthSession:b secretRef:SecretReference initiatorName
CinderPersistentVolumeSource volumeID! fsType readOnly:b secretRef:SecretReference
CephFSPersistentVolumeSource monitors!:[] path user secretFile secretRef:SecretReference readOnly:b
FlexPersistentVolumeSource driver! fsType secretRef:SecretReference readOnly:b options:{}
AzureFilePersistentVolumeSource secretName! shareName! readOnly:b secretNamespace
ScaleIOPersistentVolumeSource gateway! system! secretRef:SecretReference sslEnabled:b protectionDomain storagePool
  storageMode volumeName fsType readOnly:b
LocalVolumeSource path! fsType
StorageOSPersistentVolumeSource volumeName volumeNamespace fsType readOnly:b secretRef:ObjectReference
CSIPersistentVolumeSource driver! volumeHandle! readOnly:b fsType volumeAttributes:{}
  controllerPublishSecretRef:SecretReference nodeStageSecretRef:SecretReference nodePublishSecretRef:SecretReference
  controllerExpandSecretRef:SecretReference nodeExpandSecretRef:SecretReference
SecretReference name namespace
VolumeNodeAffinity required:NodeSelector
PersistentVolumeStatus phase message reason lastPhaseTransitionTime:t
PersistentVolumeClaim kind apiVersion metadata:ObjectMeta spec:PersistentVolumeClaimSpec
  status:PersistentVolumeClaimStatus
PersistentVolumeClaimStatus phase accessModes:[] capacity:{}q conditions:[]PersistentVolumeClaimCondition^type
  allocatedResources:{}q allocatedResourceStatuses:{} currentVolumeAttributesClassName
  modifyVolumeStatus:ModifyVolumeStatus
PersistentVolumeClaimCondition type! status! lastProbeTime:t lastTransitionTime:t reason message
ModifyVolumeStatus targetVolumeAttributesClassName status!
StorageClass kind apiVersion metadata:ObjectMeta provisioner! parameters:{} reclaimPolicy mountOptions:[]
  allowVolumeExpansion:b volumeBindingMode allowedTopologies:[]TopologySelectorTerm
TopologySelectorTerm matchLabelExpressions:[]TopologySelectorLabelRequirement
TopologySelectorLabelRequirement key! values!:[]
`,
  podSchemas,
);
