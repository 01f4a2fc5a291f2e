import { WORKLOAD_NUMBERS } from './workloadnumbers.ts';

/**
 * Field numbers of the API's protobuf messages. A line is a message, its fields in the order of their numbers, which
 * begin at 1 and go up by one; `name=7` goes on from 7. `*Name` is an embedded message whose fields JSON writes into
 * the outer object; `a|b` is another field in another version of the kind. Types are not repeated: they are those of
 * the kind's schema. An indented line goes on with the message above it. Facts of the wire format of v1.32, which never
 * change; later fields are absent.
 */
const TABLE = `
Condition type status observedGeneration lastTransitionTime reason message
DeleteOptions gracePeriodSeconds preconditions orphanDependents propagationPolicy dryRun
  ignoreStoreReadErrorWithClusterBreakingPotential
FieldSelectorRequirement key operator values
LabelSelector matchLabels matchExpressions
LabelSelectorRequirement key operator values
ManagedFieldsEntry manager operation apiVersion time fieldsType=6 fieldsV1 subresource
ObjectMeta name generateName namespace selfLink uid resourceVersion generation creationTimestamp deletionTimestamp
  deletionGracePeriodSeconds labels annotations ownerReferences finalizers managedFields=17
OwnerReference kind name=3 uid apiVersion controller blockOwnerDeletion
Preconditions uid resourceVersion
ResourceQuota metadata spec status
ResourceQuotaSpec hard scopes scopeSelector
ScopeSelector matchExpressions
ScopedResourceSelectorRequirement scopeName operator values
ResourceQuotaStatus hard used
LimitRange metadata spec
LimitRangeSpec limits
LimitRangeItem type max min default defaultRequest maxLimitRequestRatio
PriorityClass metadata value globalDefault description preemptionPolicy
PodDisruptionBudget metadata spec status
PodDisruptionBudgetSpec minAvailable selector maxUnavailable unhealthyPodEvictionPolicy
PodDisruptionBudgetStatus observedGeneration disruptedPods disruptionsAllowed currentHealthy desiredHealthy
  expectedPods conditions
Deployment metadata spec status
DeploymentCondition type status reason=4 message lastUpdateTime lastTransitionTime
DeploymentSpec replicas selector template strategy minReadySeconds revisionHistoryLimit paused
  progressDeadlineSeconds=9
DeploymentStatus observedGeneration replicas updatedReplicas availableReplicas unavailableReplicas conditions
  readyReplicas collisionCount
DeploymentStrategy type rollingUpdate
RollingUpdateDeployment maxUnavailable maxSurge
BoundObjectReference kind apiVersion name uid
SelfSubjectReview metadata status
SelfSubjectReviewStatus userInfo
TokenRequest metadata spec status
TokenRequestSpec audiences boundObjectRef=3 expirationSeconds
TokenRequestStatus token expirationTimestamp
UserInfo username uid groups extra
FieldSelectorAttributes rawSelector requirements
LabelSelectorAttributes rawSelector requirements
NonResourceAttributes path verb
NonResourceRule verbs nonResourceURLs
ResourceAttributes namespace verb group version resource subresource name fieldSelector labelSelector
ResourceRule verbs apiGroups resources resourceNames
SelfSubjectAccessReview metadata spec status
SelfSubjectAccessReviewSpec resourceAttributes nonResourceAttributes
SelfSubjectRulesReview metadata spec status
SelfSubjectRulesReviewSpec namespace
SubjectAccessReviewStatus allowed reason evaluationError denied
SubjectRulesReviewStatus resourceRules nonResourceRules incomplete evaluationError
AWSElasticBlockStoreVolumeSource volumeID fsType partition readOnly
Affinity nodeAffinity podAffinity podAntiAffinity
AppArmorProfile type localhostProfile
AzureDiskVolumeSource diskName diskURI cachingMode fsType readOnly kind
AzureFileVolumeSource secretName shareName readOnly
CSIVolumeSource driver readOnly fsType volumeAttributes nodePublishSecretRef
Capabilities add drop
CephFSVolumeSource monitors path user secretFile secretRef readOnly
CinderVolumeSource volumeID fsType readOnly secretRef
ClientIPConfig timeoutSeconds
ClusterTrustBundleProjection name signerName labelSelector path optional
ConfigMap metadata data binaryData immutable
ConfigMapEnvSource *LocalObjectReference optional
ConfigMapKeySelector *LocalObjectReference key optional
ConfigMapProjection *LocalObjectReference items optional=4
ConfigMapVolumeSource *LocalObjectReference items defaultMode optional
Container name image command args workingDir ports env resources volumeMounts livenessProbe readinessProbe lifecycle
  terminationMessagePath imagePullPolicy securityContext stdin stdinOnce tty envFrom terminationMessagePolicy
  volumeDevices startupProbe resizePolicy restartPolicy
ContainerPort name hostPort containerPort protocol hostIP
ContainerResizePolicy resourceName restartPolicy
ContainerState waiting running terminated
ContainerStateRunning startedAt
ContainerStateTerminated exitCode signal reason message startedAt finishedAt containerID
ContainerStateWaiting reason message
ContainerStatus name state lastState ready restartCount image imageID containerID started allocatedResources
  resources volumeMounts user allocatedResourcesStatus
ContainerUser linux
DownwardAPIProjection items
DownwardAPIVolumeFile path fieldRef resourceFieldRef mode
DownwardAPIVolumeSource items defaultMode
EmptyDirVolumeSource medium sizeLimit
EnvFromSource prefix configMapRef secretRef
EnvVar name value valueFrom
EnvVarSource fieldRef resourceFieldRef configMapKeyRef secretKeyRef
EphemeralContainer *EphemeralContainerCommon targetContainerName
EphemeralContainerCommon name image command args workingDir ports env resources volumeMounts livenessProbe
  readinessProbe lifecycle terminationMessagePath imagePullPolicy securityContext stdin stdinOnce tty envFrom
  terminationMessagePolicy volumeDevices startupProbe resizePolicy restartPolicy
EphemeralVolumeSource volumeClaimTemplate
ExecAction command
FCVolumeSource targetWWNs lun fsType readOnly wwids
FlexVolumeSource driver fsType secretRef readOnly options
FlockerVolumeSource datasetName datasetUUID
GCEPersistentDiskVolumeSource pdName fsType partition readOnly
GRPCAction port service
GitRepoVolumeSource repository revision directory
GlusterfsVolumeSource endpoints path readOnly
HTTPGetAction path port host scheme httpHeaders
HTTPHeader name value
HostAlias ip hostnames
HostIP ip
HostPathVolumeSource path type
ISCSIVolumeSource targetPortal iqn lun iscsiInterface fsType readOnly portals chapAuthDiscovery secretRef=10
  chapAuthSession initiatorName
ImageVolumeSource reference pullPolicy
KeyToPath key path mode
Lifecycle postStart preStop
LifecycleHandler exec httpGet tcpSocket sleep
LinuxContainerUser uid gid supplementalGroups
LoadBalancerIngress ip hostname ipMode ports
LoadBalancerStatus ingress
LocalObjectReference name
NFSVolumeSource server path readOnly
Namespace metadata spec status
NamespaceCondition type status lastTransitionTime=4 reason message
NamespaceSpec finalizers
NamespaceStatus phase conditions
NodeAffinity requiredDuringSchedulingIgnoredDuringExecution preferredDuringSchedulingIgnoredDuringExecution
NodeSelector nodeSelectorTerms
NodeSelectorRequirement key operator values
NodeSelectorTerm matchExpressions matchFields
ObjectFieldSelector apiVersion fieldPath
ObjectReference kind namespace name uid apiVersion resourceVersion fieldPath
PersistentVolume metadata spec status
PersistentVolumeSource gcePersistentDisk awsElasticBlockStore hostPath glusterfs nfs rbd iscsi cinder cephfs fc flocker
  flexVolume azureFile vsphereVolume quobyte azureDisk photonPersistentDisk portworxVolume scaleIO local storageos csi
PersistentVolumeSpec capacity *PersistentVolumeSource accessModes claimRef persistentVolumeReclaimPolicy
  storageClassName mountOptions volumeMode nodeAffinity volumeAttributesClassName
PersistentVolumeStatus phase message reason lastPhaseTransitionTime
GlusterfsPersistentVolumeSource endpoints path readOnly endpointsNamespace
RBDPersistentVolumeSource monitors image fsType pool user keyring secretRef readOnly
ISCSIPersistentVolumeSource targetPortal iqn lun iscsiInterface fsType readOnly portals chapAuthDiscovery
  secretRef=10 chapAuthSession initiatorName
CinderPersistentVolumeSource volumeID fsType readOnly secretRef
CephFSPersistentVolumeSource monitors path user secretFile secretRef readOnly
FlexPersistentVolumeSource driver fsType secretRef readOnly options
AzureFilePersistentVolumeSource secretName shareName readOnly secretNamespace
ScaleIOPersistentVolumeSource gateway system secretRef sslEnabled protectionDomain storagePool storageMode volumeName
  fsType readOnly
LocalVolumeSource path fsType
StorageOSPersistentVolumeSource volumeName volumeNamespace fsType readOnly secretRef
CSIPersistentVolumeSource driver volumeHandle readOnly fsType volumeAttributes controllerPublishSecretRef
  nodeStageSecretRef nodePublishSecretRef controllerExpandSecretRef nodeExpandSecretRef
SecretReference name namespace
VolumeNodeAffinity required
PersistentVolumeClaim metadata spec status
PersistentVolumeClaimStatus phase accessModes capacity conditions allocatedResources allocatedResourceStatuses=7
  currentVolumeAttributesClassName modifyVolumeStatus
PersistentVolumeClaimCondition type status lastProbeTime lastTransitionTime reason message
ModifyVolumeStatus targetVolumeAttributesClassName status
StorageClass metadata provisioner parameters reclaimPolicy mountOptions allowVolumeExpansion volumeBindingMode
  allowedTopologies
TopologySelectorTerm matchLabelExpressions
TopologySelectorLabelRequirement key values
NetworkPolicy metadata spec
NetworkPolicySpec podSelector ingress egress policyTypes
NetworkPolicyIngressRule ports from
NetworkPolicyEgressRule ports to
NetworkPolicyPort protocol port endPort
NetworkPolicyPeer podSelector namespaceSelector ipBlock
IPBlock cidr except
IngressClass metadata spec
IngressClassSpec controller parameters
IngressClassParametersReference apiGroup kind name scope namespace
PersistentVolumeClaimSpec accessModes resources volumeName selector storageClassName volumeMode dataSource
  dataSourceRef volumeAttributesClassName
PersistentVolumeClaimTemplate metadata spec
PersistentVolumeClaimVolumeSource claimName readOnly
PhotonPersistentDiskVolumeSource pdID fsType
Pod metadata spec status
PodAffinity requiredDuringSchedulingIgnoredDuringExecution preferredDuringSchedulingIgnoredDuringExecution
PodAffinityTerm labelSelector namespaces topologyKey namespaceSelector matchLabelKeys mismatchLabelKeys
PodAntiAffinity requiredDuringSchedulingIgnoredDuringExecution preferredDuringSchedulingIgnoredDuringExecution
PodCondition type status lastProbeTime lastTransitionTime reason message
PodDNSConfig nameservers searches options
PodDNSConfigOption name value
PodIP ip
PodOS name
PodReadinessGate conditionType
PodResourceClaim name resourceClaimName=3 resourceClaimTemplateName
PodResourceClaimStatus name resourceClaimName
PodSchedulingGate name
PodSecurityContext seLinuxOptions runAsUser runAsNonRoot supplementalGroups fsGroup runAsGroup sysctls
  windowsOptions fsGroupChangePolicy seccompProfile appArmorProfile supplementalGroupsPolicy seLinuxChangePolicy
PodSpec volumes containers restartPolicy terminationGracePeriodSeconds activeDeadlineSeconds dnsPolicy nodeSelector
  serviceAccountName serviceAccount nodeName hostNetwork hostPID hostIPC securityContext imagePullSecrets hostname
  subdomain affinity schedulerName initContainers automountServiceAccountToken tolerations hostAliases
  priorityClassName priority dnsConfig shareProcessNamespace readinessGates runtimeClassName enableServiceLinks
  preemptionPolicy overhead topologySpreadConstraints ephemeralContainers setHostnameAsFQDN os hostUsers
  schedulingGates resourceClaims resources
PodStatus phase conditions message reason hostIP podIP startTime containerStatuses qosClass initContainerStatuses
  nominatedNodeName podIPs ephemeralContainerStatuses resize resourceClaimStatuses hostIPs
PodTemplateSpec metadata spec
PortStatus port protocol error
PortworxVolumeSource volumeID fsType readOnly
PreferredSchedulingTerm weight preference
Probe *ProbeHandler initialDelaySeconds timeoutSeconds periodSeconds successThreshold failureThreshold
  terminationGracePeriodSeconds
ProbeHandler exec httpGet tcpSocket grpc
ProjectedVolumeSource sources defaultMode
QuobyteVolumeSource registry volume readOnly user group tenant
RBDVolumeSource monitors image fsType pool user keyring secretRef readOnly
ResourceClaim name request
ResourceFieldSelector containerName resource divisor
ResourceHealth resourceID health
ResourceQuota metadata spec status
ResourceQuotaSpec hard scopes scopeSelector
ResourceQuotaStatus hard used
ResourceRequirements limits requests claims
ResourceStatus name resources
SELinuxOptions user role type level
ScaleIOVolumeSource gateway system secretRef sslEnabled protectionDomain storagePool storageMode volumeName fsType
  readOnly
ScopeSelector matchExpressions
ScopedResourceSelectorRequirement scopeName operator values
SeccompProfile type localhostProfile
Secret metadata data type stringData immutable
SecretEnvSource *LocalObjectReference optional
SecretKeySelector *LocalObjectReference key optional
SecretProjection *LocalObjectReference items optional=4
SecretVolumeSource secretName items defaultMode optional
SecurityContext capabilities privileged seLinuxOptions runAsUser runAsNonRoot readOnlyRootFilesystem
  allowPrivilegeEscalation runAsGroup procMount windowsOptions seccompProfile appArmorProfile
Service metadata spec status
ServiceAccount metadata secrets imagePullSecrets automountServiceAccountToken
ServiceAccountTokenProjection audience expirationSeconds path
ServicePort name protocol port targetPort nodePort appProtocol
ServiceSpec ports selector clusterIP type externalIPs sessionAffinity=7 loadBalancerIP loadBalancerSourceRanges
  externalName externalTrafficPolicy healthCheckNodePort publishNotReadyAddresses sessionAffinityConfig
  ipFamilyPolicy=17 clusterIPs ipFamilies allocateLoadBalancerNodePorts loadBalancerClass internalTrafficPolicy
  trafficDistribution
ServiceStatus loadBalancer conditions
SessionAffinityConfig clientIP
SleepAction seconds
StorageOSVolumeSource volumeName volumeNamespace fsType readOnly secretRef
Sysctl name value
TCPSocketAction port host
Toleration key operator value effect tolerationSeconds
TopologySpreadConstraint maxSkew topologyKey whenUnsatisfiable labelSelector minDomains nodeAffinityPolicy
  nodeTaintsPolicy matchLabelKeys
TypedLocalObjectReference apiGroup kind name
TypedObjectReference apiGroup kind name namespace
Volume name *VolumeSource
VolumeDevice name devicePath
VolumeMount name readOnly mountPath subPath mountPropagation subPathExpr recursiveReadOnly
VolumeMountStatus name mountPath readOnly recursiveReadOnly
VolumeProjection secret downwardAPI configMap serviceAccountToken clusterTrustBundle
VolumeResourceRequirements limits requests
VolumeSource hostPath emptyDir gcePersistentDisk awsElasticBlockStore gitRepo secret nfs iscsi glusterfs
  persistentVolumeClaim rbd flexVolume cinder cephfs flocker downwardAPI fc azureFile configMap vsphereVolume
  quobyte azureDisk photonPersistentDisk portworxVolume scaleIO projected storageos csi ephemeral image
VsphereVirtualDiskVolumeSource volumePath fsType storagePolicyName storagePolicyID
WeightedPodAffinityTerm weight podAffinityTerm
WindowsSecurityContextOptions gmsaCredentialSpecName gmsaCredentialSpec runAsUserName hostProcess
HTTPIngressPath path backend pathType
HTTPIngressRuleValue paths
Ingress metadata spec status
IngressBackend resource=3 service
IngressLoadBalancerIngress ip hostname ports=4
IngressLoadBalancerStatus ingress
IngressPortStatus port protocol error
IngressRule host *IngressRuleValue
IngressRuleValue http
IngressServiceBackend name port
IngressSpec defaultBackend tls rules ingressClassName
IngressStatus loadBalancer
IngressTLS hosts secretName
ServiceBackendPort name number
PodDisruptionBudget metadata spec status
PodDisruptionBudgetSpec minAvailable selector maxUnavailable unhealthyPodEvictionPolicy
PodDisruptionBudgetStatus observedGeneration disruptedPods disruptionsAllowed currentHealthy desiredHealthy
  expectedPods conditions
AggregationRule clusterRoleSelectors
ClusterRole metadata rules aggregationRule
ClusterRoleBinding metadata subjects roleRef
PolicyRule verbs apiGroups resources resourceNames nonResourceURLs
Role metadata rules
RoleBinding metadata subjects roleRef
RoleRef apiGroup kind name
Subject kind apiGroup name namespace
PriorityClass metadata value globalDefault description preemptionPolicy
StatefulSet metadata spec status
StatefulSetSpec replicas selector template volumeClaimTemplates serviceName podManagementPolicy updateStrategy
  revisionHistoryLimit minReadySeconds persistentVolumeClaimRetentionPolicy ordinals
StatefulSetUpdateStrategy type rollingUpdate
RollingUpdateStatefulSetStrategy partition maxUnavailable
StatefulSetPersistentVolumeClaimRetentionPolicy whenDeleted whenScaled
StatefulSetOrdinals start
StatefulSetStatus observedGeneration replicas readyReplicas currentReplicas updatedReplicas currentRevision
  updateRevision collisionCount=9 conditions availableReplicas
StatefulSetCondition type status lastTransitionTime reason message
DaemonSet metadata spec status
DaemonSetSpec selector template updateStrategy minReadySeconds revisionHistoryLimit=6
DaemonSetUpdateStrategy type rollingUpdate
RollingUpdateDaemonSet maxUnavailable maxSurge
DaemonSetStatus currentNumberScheduled numberMisscheduled desiredNumberScheduled numberReady observedGeneration
  updatedNumberScheduled numberAvailable numberUnavailable collisionCount conditions
DaemonSetCondition type status lastTransitionTime reason message
ControllerRevision metadata data revision
ReplicationController metadata spec status
ReplicationControllerSpec replicas selector template minReadySeconds
ReplicationControllerStatus replicas fullyLabeledReplicas observedGeneration readyReplicas availableReplicas conditions
ReplicationControllerCondition type status lastTransitionTime reason message
ReplicaSet metadata spec status
ReplicaSetSpec replicas selector template minReadySeconds
ReplicaSetStatus replicas fullyLabeledReplicas observedGeneration readyReplicas availableReplicas conditions
  terminatingReplicas
ReplicaSetCondition type status lastTransitionTime reason message
Scale metadata spec status
ScaleSpec replicas
ScaleStatus replicas selector
Lease metadata spec
LeaseSpec holderIdentity leaseDurationSeconds acquireTime renewTime leaseTransitions strategy preferredHolder
Event metadata involvedObject reason message source firstTimestamp lastTimestamp count type eventTime series action
  related reportingComponent reportingInstance
EventSource component host
EventSeries count lastObservedTime
EndpointSlice metadata endpoints ports addressType
Endpoint addresses conditions hostname targetRef deprecatedTopology nodeName zone hints
EndpointConditions ready serving terminating
EndpointHints forZones forNodes
ForZone name
ForNode name
EndpointPort name protocol port appProtocol
Node metadata spec status
NodeSpec podCIDR externalID providerID unschedulable taints configSource podCIDRs
Taint key value effect timeAdded
NodeConfigSource configMap=2
ConfigMapNodeConfigSource namespace name uid resourceVersion kubeletConfigKey
NodeStatus capacity allocatable phase conditions addresses daemonEndpoints nodeInfo images volumesInUse volumesAttached
  config runtimeHandlers features
NodeCondition type status lastHeartbeatTime lastTransitionTime reason message
NodeAddress type address
NodeDaemonEndpoints kubeletEndpoint
DaemonEndpoint Port
NodeSystemInfo machineID systemUUID bootID kernelVersion osImage containerRuntimeVersion kubeletVersion kubeProxyVersion
  operatingSystem architecture swap
ContainerImage names sizeBytes
AttachedVolume name devicePath
NodeConfigStatus assigned active lastKnownGood error
NodeRuntimeHandler name features
NodeRuntimeHandlerFeatures recursiveReadOnlyMounts userNamespaces
NodeFeatures supplementalGroupsPolicy
Eviction metadata deleteOptions
Binding metadata target
`;

/** What stands behind a field number: a field of the object, or an embedded message. */
export interface NumberedField {
  /** Another one in each version of a kind; the schema tells which. */
  readonly names: readonly string[];
  readonly isEmbedded: boolean;
}

/** The fields of every message by number. */
export const fieldNumbers: ReadonlyMap<string, ReadonlyMap<number, NumberedField>> = new Map(
  (TABLE.trim() + WORKLOAD_NUMBERS.trimEnd()).split(/\n(?=\S)/).map((line) => {
    const [message = '', ...fields] = line.split(/\s+/);
    return [message, numbered(fields)];
  }),
);

function numbered(fields: readonly string[]): ReadonlyMap<number, NumberedField> {
  const byNumber = new Map<number, NumberedField>();
  let number = 0;
  for (const field of fields) {
    const [name = '', jump] = field.split('=');
    number = jump === undefined ? number + 1 : Number(jump);
    byNumber.set(number, { names: name.replace('*', '').split('|'), isEmbedded: name.startsWith('*') });
  }
  return byNumber;
}
