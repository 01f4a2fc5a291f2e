import { podSchemas } from './podschemas.ts';
import { readSchemas } from './schema.ts';

/** Every other kind of the base; field names and merge keys are upstream's, v1.36. */
export const schemas = readSchemas(
  `
Deployment kind apiVersion metadata:ObjectMeta spec:DeploymentSpec status:DeploymentStatus
DeploymentSpec replicas:i selector!:LabelSelector template!:PodTemplateSpec strategy:DeploymentStrategy~
  minReadySeconds:i revisionHistoryLimit:i paused:b progressDeadlineSeconds:i
DeploymentStrategy type rollingUpdate:RollingUpdateDeployment
RollingUpdateDeployment maxUnavailable:x maxSurge:x
DeploymentStatus observedGeneration:l replicas:i updatedReplicas:i readyReplicas:i availableReplicas:i
  unavailableReplicas:i terminatingReplicas:i conditions:[]DeploymentCondition^type collisionCount:i
DeploymentCondition type! status! lastUpdateTime:t lastTransitionTime:t reason message
ReplicaSet kind apiVersion metadata:ObjectMeta spec:ReplicaSetSpec status:ReplicaSetStatus
ReplicaSetSpec replicas:i minReadySeconds:i selector!:LabelSelector template:PodTemplateSpec
ReplicaSetStatus replicas!:i fullyLabeledReplicas:i readyReplicas:i availableReplicas:i terminatingReplicas:i
  observedGeneration:l conditions:[]ReplicaSetCondition^type
ReplicaSetCondition type! status! lastTransitionTime:t reason message
Scale kind apiVersion metadata:ObjectMeta spec:ScaleSpec status:ScaleStatus
ScaleSpec replicas:i
ScaleStatus replicas!:i selector
Service kind apiVersion metadata:ObjectMeta spec:ServiceSpec status:ServiceStatus
ServiceSpec ports:[]ServicePort^port selector:{} clusterIP clusterIPs:[] type externalIPs:[] sessionAffinity
  loadBalancerIP loadBalancerSourceRanges:[] externalName externalTrafficPolicy healthCheckNodePort:i
  publishNotReadyAddresses:b sessionAffinityConfig:SessionAffinityConfig ipFamilies:[] ipFamilyPolicy
  allocateLoadBalancerNodePorts:b loadBalancerClass internalTrafficPolicy trafficDistribution
ServicePort name protocol appProtocol port!:i targetPort:x nodePort:i
SessionAffinityConfig clientIP:ClientIPConfig
ClientIPConfig timeoutSeconds:i
ServiceStatus loadBalancer:LoadBalancerStatus conditions:[]Condition^type
LoadBalancerStatus ingress:[]LoadBalancerIngress
LoadBalancerIngress ip hostname ipMode ports:[]PortStatus
PortStatus port!:i protocol! error
EndpointSlice kind apiVersion metadata:ObjectMeta addressType! endpoints!:[]Endpoint ports:[]EndpointPort
Endpoint addresses!:[] conditions:EndpointConditions hostname targetRef:ObjectReference deprecatedTopology:{} nodeName
  zone hints:EndpointHints
EndpointConditions ready:b serving:b terminating:b
EndpointHints forZones:[]ForZone forNodes:[]ForNode
ForZone name!
ForNode name!
EndpointPort name protocol port:i appProtocol
Node kind apiVersion metadata:ObjectMeta spec:NodeSpec status:NodeStatus
NodeSpec podCIDR podCIDRs:[]^ providerID unschedulable:b taints:[]Taint configSource:NodeConfigSource externalID
Taint key! value effect! timeAdded:t
NodeConfigSource configMap:ConfigMapNodeConfigSource
ConfigMapNodeConfigSource namespace! name! uid resourceVersion kubeletConfigKey!
NodeStatus capacity:{}q allocatable:{}q phase conditions:[]NodeCondition^type addresses:[]NodeAddress^type
  daemonEndpoints:NodeDaemonEndpoints nodeInfo:NodeSystemInfo images:[]ContainerImage volumesInUse:[]
  volumesAttached:[]AttachedVolume config:NodeConfigStatus runtimeHandlers:[]NodeRuntimeHandler features:NodeFeatures
  declaredFeatures:[]
NodeCondition type! status! lastHeartbeatTime:t lastTransitionTime:t reason message
NodeAddress type! address!
NodeDaemonEndpoints kubeletEndpoint:DaemonEndpoint
DaemonEndpoint Port!:i
NodeSystemInfo machineID! systemUUID! bootID! kernelVersion! osImage! containerRuntimeVersion! kubeletVersion!
  kubeProxyVersion! operatingSystem! architecture! swap:NodeSwapStatus
NodeSwapStatus capacity:l
ContainerImage names:[] sizeBytes:l
AttachedVolume name! devicePath!
NodeConfigStatus assigned:NodeConfigSource active:NodeConfigSource lastKnownGood:NodeConfigSource error
NodeRuntimeHandler name features:NodeRuntimeHandlerFeatures
NodeRuntimeHandlerFeatures recursiveReadOnlyMounts:b userNamespaces:b
NodeFeatures supplementalGroupsPolicy:b
Namespace kind apiVersion metadata:ObjectMeta spec:NamespaceSpec status:NamespaceStatus
NamespaceSpec finalizers:[]
NamespaceStatus phase conditions:[]NamespaceCondition^type
NamespaceCondition type! status! lastTransitionTime:t reason message
ConfigMap kind apiVersion metadata:ObjectMeta immutable:b data:{} binaryData:{}y
ServiceAccount kind apiVersion metadata:ObjectMeta secrets:[]ObjectReference^name
  imagePullSecrets:[]LocalObjectReference automountServiceAccountToken:b
Lease kind apiVersion metadata:ObjectMeta spec:LeaseSpec
LeaseSpec holderIdentity leaseDurationSeconds:i acquireTime:u renewTime:u leaseTransitions:i strategy preferredHolder
Event kind apiVersion metadata!:ObjectMeta involvedObject!:ObjectReference reason message source:EventSource
  firstTimestamp:t lastTimestamp:t count:i type eventTime:u series:EventSeries action related:ObjectReference
  reportingComponent reportingInstance
EventSource component host
EventSeries count:i lastObservedTime:u
`,
  podSchemas,
);
