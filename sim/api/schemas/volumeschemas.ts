import { metaSchemas } from './metaschemas.ts';
import { readSchemas } from './schema.ts';

/** A volume and every source upstream knows: a manifest with any of them decodes, whatever the verdict on it is. */
export const volumeSchemas = readSchemas(
  `
Volume name! hostPath:HostPathVolumeSource emptyDir:EmptyDirVolumeSource
  gcePersistentDisk:GCEPersistentDiskVolumeSource awsElasticBlockStore:AWSElasticBlockStoreVolumeSource
  gitRepo:GitRepoVolumeSource secret:SecretVolumeSource nfs:NFSVolumeSource iscsi:ISCSIVolumeSource
  glusterfs:GlusterfsVolumeSource persistentVolumeClaim:PersistentVolumeClaimVolumeSource rbd:RBDVolumeSource
  flexVolume:FlexVolumeSource cinder:CinderVolumeSource cephfs:CephFSVolumeSource flocker:FlockerVolumeSource
  downwardAPI:DownwardAPIVolumeSource fc:FCVolumeSource azureFile:AzureFileVolumeSource
  configMap:ConfigMapVolumeSource vsphereVolume:VsphereVirtualDiskVolumeSource quobyte:QuobyteVolumeSource
  azureDisk:AzureDiskVolumeSource photonPersistentDisk:PhotonPersistentDiskVolumeSource
  projected:ProjectedVolumeSource portworxVolume:PortworxVolumeSource scaleIO:ScaleIOVolumeSource
  storageos:StorageOSVolumeSource csi:CSIVolumeSource ephemeral:EphemeralVolumeSource image:ImageVolumeSource
HostPathVolumeSource path! type
EmptyDirVolumeSource medium sizeLimit:q
GCEPersistentDiskVolumeSource pdName! fsType partition:i readOnly:b
AWSElasticBlockStoreVolumeSource volumeID! fsType partition:i readOnly:b
GitRepoVolumeSource repository! revision directory
SecretVolumeSource secretName items:[]KeyToPath defaultMode:i optional:b
KeyToPath key! path! mode:i
NFSVolumeSource server! path! readOnly:b
ISCSIVolumeSource targetPortal! iqn! lun!:i iscsiInterface fsType readOnly:b portals:[] chapAuthDiscovery:b
  chapAuthSession:b secretRef:LocalObjectReference initiatorName
GlusterfsVolumeSource endpoints! path! readOnly:b
PersistentVolumeClaimVolumeSource claimName! readOnly:b
RBDVolumeSource monitors!:[] image! fsType pool user keyring secretRef:LocalObjectReference readOnly:b
FlexVolumeSource driver! fsType secretRef:LocalObjectReference readOnly:b options:{}
CinderVolumeSource volumeID! fsType readOnly:b secretRef:LocalObjectReference
CephFSVolumeSource monitors!:[] path user secretFile secretRef:LocalObjectReference readOnly:b
FlockerVolumeSource datasetName datasetUUID
DownwardAPIVolumeSource items:[]DownwardAPIVolumeFile defaultMode:i
DownwardAPIVolumeFile path! fieldRef:ObjectFieldSelector resourceFieldRef:ResourceFieldSelector mode:i
ObjectFieldSelector apiVersion fieldPath!
ResourceFieldSelector containerName resource! divisor:q
FCVolumeSource targetWWNs:[] lun:i fsType readOnly:b wwids:[]
AzureFileVolumeSource secretName! shareName! readOnly:b
ConfigMapVolumeSource name items:[]KeyToPath defaultMode:i optional:b
VsphereVirtualDiskVolumeSource volumePath! fsType storagePolicyName storagePolicyID
QuobyteVolumeSource registry! volume! readOnly:b user group tenant
AzureDiskVolumeSource diskName! diskURI! cachingMode fsType readOnly:b kind
PhotonPersistentDiskVolumeSource pdID! fsType
PortworxVolumeSource volumeID! fsType readOnly:b
ScaleIOVolumeSource gateway! system! secretRef:LocalObjectReference sslEnabled:b protectionDomain storagePool
  storageMode volumeName fsType readOnly:b
StorageOSVolumeSource volumeName volumeNamespace fsType readOnly:b secretRef:LocalObjectReference
CSIVolumeSource driver! readOnly:b fsType volumeAttributes:{} nodePublishSecretRef:LocalObjectReference
ImageVolumeSource reference pullPolicy
EphemeralVolumeSource volumeClaimTemplate:PersistentVolumeClaimTemplate
PersistentVolumeClaimTemplate metadata:ObjectMeta spec!:PersistentVolumeClaimSpec
PersistentVolumeClaimSpec accessModes:[] selector:LabelSelector resources:VolumeResourceRequirements volumeName
  storageClassName volumeMode dataSource:TypedLocalObjectReference dataSourceRef:TypedObjectReference
  volumeAttributesClassName
VolumeResourceRequirements limits:{}q requests:{}q
TypedLocalObjectReference apiGroup kind! name!
TypedObjectReference apiGroup kind! name! namespace
ProjectedVolumeSource sources:[]VolumeProjection defaultMode:i
VolumeProjection secret:SecretProjection downwardAPI:DownwardAPIProjection configMap:ConfigMapProjection
  serviceAccountToken:ServiceAccountTokenProjection clusterTrustBundle:ClusterTrustBundleProjection
  podCertificate:PodCertificateProjection
SecretProjection name items:[]KeyToPath optional:b
DownwardAPIProjection items:[]DownwardAPIVolumeFile
ConfigMapProjection name items:[]KeyToPath optional:b
ServiceAccountTokenProjection audience expirationSeconds:l path!
ClusterTrustBundleProjection name signerName labelSelector:LabelSelector optional:b path!
PodCertificateProjection signerName keyType maxExpirationSeconds:i credentialBundlePath keyPath certificateChainPath
  userAnnotations:{}
`,
  metaSchemas,
);
