import { readSchemas } from './schema.ts';
import { volumeSchemas } from './volumeschemas.ts';

/** Pod, its template and its status; field names and merge keys are upstream's core/v1, v1.36. */
export const podSchemas = readSchemas(
  `
Pod kind apiVersion metadata:ObjectMeta spec:PodSpec status:PodStatus
PodTemplateSpec metadata:ObjectMeta spec:PodSpec
PodSpec volumes:[]Volume^name~ initContainers:[]Container^name containers!:[]Container^name
  ephemeralContainers:[]EphemeralContainer^name restartPolicy terminationGracePeriodSeconds:l activeDeadlineSeconds:l
  dnsPolicy nodeSelector:{} serviceAccountName serviceAccount automountServiceAccountToken:b nodeName hostNetwork:b
  hostPID:b hostIPC:b shareProcessNamespace:b securityContext:PodSecurityContext
  imagePullSecrets:[]LocalObjectReference^name hostname subdomain affinity:Affinity schedulerName
  tolerations:[]Toleration hostAliases:[]HostAlias^ip priorityClassName priority:i dnsConfig:PodDNSConfig
  readinessGates:[]PodReadinessGate runtimeClassName enableServiceLinks:b preemptionPolicy overhead:{}q
  topologySpreadConstraints:[]TopologySpreadConstraint^topologyKey setHostnameAsFQDN:b os:PodOS hostUsers:b
  schedulingGates:[]PodSchedulingGate^name resourceClaims:[]PodResourceClaim^name~ resources:ResourceRequirements
  hostnameOverride schedulingGroup:PodSchedulingGroup
Container name! image command:[] args:[] workingDir ports:[]ContainerPort^containerPort envFrom:[]EnvFromSource
  env:[]EnvVar^name resources:ResourceRequirements resizePolicy:[]ContainerResizePolicy restartPolicy
  restartPolicyRules:[]ContainerRestartRule volumeMounts:[]VolumeMount^mountPath
  volumeDevices:[]VolumeDevice^devicePath livenessProbe:Probe readinessProbe:Probe startupProbe:Probe
  lifecycle:Lifecycle terminationMessagePath terminationMessagePolicy imagePullPolicy securityContext:SecurityContext
  stdin:b stdinOnce:b tty:b
EphemeralContainer name! image command:[] args:[] workingDir ports:[]ContainerPort^containerPort
  envFrom:[]EnvFromSource env:[]EnvVar^name resources:ResourceRequirements resizePolicy:[]ContainerResizePolicy
  restartPolicy restartPolicyRules:[]ContainerRestartRule volumeMounts:[]VolumeMount^mountPath
  volumeDevices:[]VolumeDevice^devicePath livenessProbe:Probe readinessProbe:Probe startupProbe:Probe
  lifecycle:Lifecycle terminationMessagePath terminationMessagePolicy imagePullPolicy securityContext:SecurityContext
  stdin:b stdinOnce:b tty:b targetContainerName
ContainerPort name hostPort:i containerPort!:i protocol hostIP
EnvFromSource prefix configMapRef:ConfigMapEnvSource secretRef:SecretEnvSource
ConfigMapEnvSource name optional:b
SecretEnvSource name optional:b
EnvVar name! value valueFrom:EnvVarSource
EnvVarSource fieldRef:ObjectFieldSelector resourceFieldRef:ResourceFieldSelector configMapKeyRef:ConfigMapKeySelector
  secretKeyRef:SecretKeySelector fileKeyRef:FileKeySelector
ConfigMapKeySelector name key! optional:b
SecretKeySelector name key! optional:b
FileKeySelector volumeName! path! key! optional:b
ResourceRequirements limits:{}q requests:{}q claims:[]ResourceClaim
ResourceClaim name! request
ContainerResizePolicy resourceName! restartPolicy!
ContainerRestartRule action! exitCodes:ContainerRestartRuleOnExitCodes
ContainerRestartRuleOnExitCodes operator! values:[]i
VolumeMount name! readOnly:b recursiveReadOnly mountPath! subPath mountPropagation subPathExpr
VolumeDevice name! devicePath!
Probe exec:ExecAction httpGet:HTTPGetAction tcpSocket:TCPSocketAction grpc:GRPCAction initialDelaySeconds:i
  timeoutSeconds:i periodSeconds:i successThreshold:i failureThreshold:i terminationGracePeriodSeconds:l
ExecAction command:[]
HTTPGetAction path port!:x host scheme httpHeaders:[]HTTPHeader
HTTPHeader name! value!
TCPSocketAction port!:x host
GRPCAction port!:i service
Lifecycle postStart:LifecycleHandler preStop:LifecycleHandler stopSignal
LifecycleHandler exec:ExecAction httpGet:HTTPGetAction tcpSocket:TCPSocketAction sleep:SleepAction
SleepAction seconds!:l
SecurityContext capabilities:Capabilities privileged:b seLinuxOptions:SELinuxOptions
  windowsOptions:WindowsSecurityContextOptions runAsUser:l runAsGroup:l runAsNonRoot:b readOnlyRootFilesystem:b
  allowPrivilegeEscalation:b procMount seccompProfile:SeccompProfile appArmorProfile:AppArmorProfile
Capabilities add:[] drop:[]
SELinuxOptions user role type level
WindowsSecurityContextOptions gmsaCredentialSpecName gmsaCredentialSpec runAsUserName hostProcess:b
SeccompProfile type! localhostProfile
AppArmorProfile type! localhostProfile
PodSecurityContext seLinuxOptions:SELinuxOptions windowsOptions:WindowsSecurityContextOptions runAsUser:l runAsGroup:l
  runAsNonRoot:b supplementalGroups:[]l supplementalGroupsPolicy fsGroup:l sysctls:[]Sysctl fsGroupChangePolicy
  seccompProfile:SeccompProfile appArmorProfile:AppArmorProfile seLinuxChangePolicy
Sysctl name! value!
Affinity nodeAffinity:NodeAffinity podAffinity:PodAffinity podAntiAffinity:PodAntiAffinity
NodeAffinity requiredDuringSchedulingIgnoredDuringExecution:NodeSelector
  preferredDuringSchedulingIgnoredDuringExecution:[]PreferredSchedulingTerm
NodeSelector nodeSelectorTerms!:[]NodeSelectorTerm
NodeSelectorTerm matchExpressions:[]NodeSelectorRequirement matchFields:[]NodeSelectorRequirement
NodeSelectorRequirement key! operator! values:[]
PreferredSchedulingTerm weight!:i preference!:NodeSelectorTerm
PodAffinity requiredDuringSchedulingIgnoredDuringExecution:[]PodAffinityTerm
  preferredDuringSchedulingIgnoredDuringExecution:[]WeightedPodAffinityTerm
PodAntiAffinity requiredDuringSchedulingIgnoredDuringExecution:[]PodAffinityTerm
  preferredDuringSchedulingIgnoredDuringExecution:[]WeightedPodAffinityTerm
PodAffinityTerm labelSelector:LabelSelector namespaces:[] topologyKey! namespaceSelector:LabelSelector
  matchLabelKeys:[] mismatchLabelKeys:[]
WeightedPodAffinityTerm weight!:i podAffinityTerm!:PodAffinityTerm
Toleration key operator value effect tolerationSeconds:l
HostAlias ip! hostnames:[]
PodDNSConfig nameservers:[] searches:[] options:[]PodDNSConfigOption
PodDNSConfigOption name value
PodReadinessGate conditionType!
TopologySpreadConstraint maxSkew!:i topologyKey! whenUnsatisfiable! labelSelector:LabelSelector minDomains:i
  nodeAffinityPolicy nodeTaintsPolicy matchLabelKeys:[]
PodOS name!
PodSchedulingGate name!
PodSchedulingGroup podGroupName
PodResourceClaim name! resourceClaimName resourceClaimTemplateName
PodStatus observedGeneration:l phase conditions:[]PodCondition^type message reason nominatedNodeName hostIP
  hostIPs:[]HostIP^ip podIP podIPs:[]PodIP^ip startTime:t initContainerStatuses:[]ContainerStatus
  containerStatuses:[]ContainerStatus qosClass ephemeralContainerStatuses:[]ContainerStatus resize
  resourceClaimStatuses:[]PodResourceClaimStatus^name~ extendedResourceClaimStatus:PodExtendedResourceClaimStatus
  allocatedResources:{}q resources:ResourceRequirements
  nodeAllocatableResourceClaimStatuses:[]NodeAllocatableResourceClaimStatus
PodCondition type! observedGeneration:l status! lastProbeTime:t lastTransitionTime:t reason message
HostIP ip!
PodIP ip!
PodResourceClaimStatus name! resourceClaimName
PodExtendedResourceClaimStatus requestMappings:[]ContainerExtendedResourceRequest resourceClaimName!
NodeAllocatableResourceClaimStatus resourceClaimName! containers:[] resources!:{}q
ContainerExtendedResourceRequest containerName! resourceName! requestName!
ContainerStatus name! state:ContainerState lastState:ContainerState ready!:b restartCount!:i image! imageID!
  containerID started:b allocatedResources:{}q resources:ResourceRequirements
  volumeMounts:[]VolumeMountStatus^mountPath user:ContainerUser allocatedResourcesStatus:[]ResourceStatus^name
  stopSignal
ContainerState waiting:ContainerStateWaiting running:ContainerStateRunning terminated:ContainerStateTerminated
ContainerStateWaiting reason message
ContainerStateRunning startedAt:t
ContainerStateTerminated exitCode!:i signal:i reason message startedAt:t finishedAt:t containerID
VolumeMountStatus name! mountPath! readOnly:b recursiveReadOnly volumeStatus:VolumeStatus
VolumeStatus image:ImageVolumeStatus
ImageVolumeStatus imageRef!
ContainerUser linux:LinuxContainerUser
LinuxContainerUser uid!:l gid!:l supplementalGroups:[]l
ResourceStatus name! resources:[]ResourceHealth
ResourceHealth resourceID! health message
Binding kind apiVersion metadata:ObjectMeta target!:ObjectReference
Eviction kind apiVersion metadata:ObjectMeta deleteOptions:DeleteOptions
`,
  volumeSchemas,
);
