import { readTexts } from './read.ts';

/** Workloads, Services, nodes and the smaller kinds. */
export const clusterTexts = readTexts(`
Deployment Keeps a number of equal pods running and replaces them step by step when their template changes.
DeploymentSpec.replicas How many pods there are to be. Default 1.
DeploymentSpec.selector Which pods are counted as its own. It must match the template's labels and cannot be changed.
DeploymentSpec.template What each pod looks like. A change of it starts a rollout.
DeploymentSpec.strategy How old pods are replaced by new ones.
DeploymentSpec.minReadySeconds How long a new pod must be ready before it counts as available. Default 0.
DeploymentSpec.revisionHistoryLimit How many old ReplicaSets are kept for going back. Default 10.
DeploymentSpec.paused Whether changes of the template wait.
DeploymentSpec.progressDeadlineSeconds How long a rollout may stand still before it is called failed. Default 600.
DeploymentStrategy.type RollingUpdate or Recreate. Default RollingUpdate.
DeploymentStrategy.rollingUpdate Limits of a rolling update.
RollingUpdateDeployment.maxUnavailable How many pods may be missing: a number, or a percentage rounded down.
  Default 25%.
RollingUpdateDeployment.maxSurge How many pods there may be beyond replicas: a number, or a percentage rounded up.
  Default 25%.
DeploymentStatus.replicas Pods that match the selector and are not ending.
DeploymentStatus.updatedReplicas Pods of the present template.
DeploymentStatus.readyReplicas Pods that are ready.
DeploymentStatus.availableReplicas Pods that have been ready for minReadySeconds.
DeploymentStatus.unavailableReplicas Pods still missing for full strength.
DeploymentStatus.terminatingReplicas Pods that are ending.
DeploymentStatus.collisionCount How often a hash of the template was taken.
DeploymentCondition.type Available, Progressing or ReplicaFailure.
DeploymentCondition.status True, False or Unknown.
ReplicaSet Keeps a number of equal pods running. Deployments make them.
ReplicaSetSpec.replicas How many pods there are to be. Default 1.
ReplicaSetSpec.selector Which pods are its own. It cannot be changed.
ReplicaSetSpec.template What each pod looks like.
ReplicaSetSpec.minReadySeconds How long a pod must be ready before it counts as available. Default 0.
ReplicaSetStatus.replicas Pods it counts.
ReplicaSetStatus.fullyLabeledReplicas Pods with all labels of the template.
ReplicaSetStatus.readyReplicas Pods that are ready.
ReplicaSetStatus.availableReplicas Pods that have been ready for minReadySeconds.
ReplicaSetStatus.terminatingReplicas Pods that are ending.
Service One name and address for a changing set of pods.
ServiceSpec.ports The ports of the Service.
ServiceSpec.selector The labels of the pods it leads to. Without one, somebody else writes the endpoints.
ServiceSpec.clusterIP Its address inside the cluster. None: headless, names lead to the pods themselves.
ServiceSpec.clusterIPs Its addresses, one of each family.
ServiceSpec.type ClusterIP, NodePort, LoadBalancer or ExternalName. Default ClusterIP.
ServiceSpec.externalIPs Addresses outside that also lead here.
ServiceSpec.sessionAffinity None, or ClientIP: the same client goes to the same pod. Default None.
ServiceSpec.sessionAffinityConfig How long that lasts.
ServiceSpec.loadBalancerIP Not used any more.
ServiceSpec.loadBalancerSourceRanges Which clients the load balancer lets in.
ServiceSpec.externalName The DNS name that ExternalName answers with.
ServiceSpec.externalTrafficPolicy Cluster, or Local: traffic from outside stays on the node it came to.
ServiceSpec.internalTrafficPolicy Cluster, or Local: traffic from inside stays on its node.
ServiceSpec.healthCheckNodePort Where load balancers ask whether a node has pods of this Service.
ServiceSpec.publishNotReadyAddresses Whether pods that are not ready are listed too.
ServiceSpec.ipFamilies IPv4, IPv6 or both.
ServiceSpec.ipFamilyPolicy SingleStack, PreferDualStack or RequireDualStack.
ServiceSpec.allocateLoadBalancerNodePorts Whether LoadBalancer Services get node ports. Default true.
ServiceSpec.loadBalancerClass Which load balancer implementation is meant.
ServiceSpec.trafficDistribution Which endpoints are preferred, such as PreferSameZone.
ServicePort.name The port's name; needed when there are several.
ServicePort.port The port of the Service.
ServicePort.targetPort The port of the pods, by number or name. Default: the same as port.
ServicePort.nodePort The port on every node, 30000 to 32767.
ServicePort.appProtocol The protocol above TCP, as a hint.
ClientIPConfig.timeoutSeconds How long a client keeps its pod. Default 10800.
ServiceStatus.loadBalancer The addresses of the load balancer.
EndpointSlice Some of the addresses behind a Service.
EndpointSlice.addressType IPv4, IPv6 or FQDN.
EndpointSlice.endpoints The endpoints, at most 1000.
EndpointSlice.ports The ports that each endpoint offers.
Endpoint.addresses Its addresses; clients use the first.
Endpoint.conditions Whether it is ready, serving or ending.
Endpoint.targetRef The pod behind it.
Endpoint.nodeName The node it is on.
Endpoint.zone The zone it is in.
EndpointConditions.ready Whether traffic is to be sent: serving and not ending.
EndpointConditions.serving Whether it can answer, ending or not.
EndpointConditions.terminating Whether it is ending.
Node A machine that runs pods.
NodeSpec.podCIDR The addresses from which its pods get theirs.
NodeSpec.podCIDRs The same, one of each family.
NodeSpec.unschedulable Whether new pods stay away: cordoned.
NodeSpec.taints What keeps pods away that do not tolerate it.
NodeSpec.providerID The machine, as the cloud names it.
Taint.key The taint's key.
Taint.value The taint's value.
Taint.effect NoSchedule, PreferNoSchedule or NoExecute.
Taint.timeAdded When it was set; for NoExecute.
NodeStatus.capacity What the machine has.
NodeStatus.allocatable What pods may ask for.
NodeStatus.addresses Its addresses and names.
NodeStatus.nodeInfo Versions of the system, the kubelet and the runtime.
NodeStatus.images Images that are on it.
NodeStatus.daemonEndpoints The ports of the kubelet.
NodeCondition.type Ready, MemoryPressure, DiskPressure, PIDPressure or NetworkUnavailable.
NodeCondition.status True, False or Unknown.
Namespace A part of the cluster in which names are unique.
NamespaceStatus.phase Active or Terminating.
ConfigMap Configuration as keys and values.
ConfigMap.data Text by key.
ConfigMap.binaryData Bytes by key, in base64.
ConfigMap.immutable Whether it cannot be changed any more.
ServiceAccount An identity for processes that run in pods.
ServiceAccount.automountServiceAccountToken Whether pods get its token. Default true.
ServiceAccount.imagePullSecrets Secrets that its pods use for registries.
Lease Says who holds something, and since when; nodes renew one as a sign of life.
LeaseSpec.holderIdentity Who holds it.
LeaseSpec.leaseDurationSeconds How long others wait after the last renewal.
LeaseSpec.acquireTime When it was taken.
LeaseSpec.renewTime When it was last renewed.
LeaseSpec.leaseTransitions How often the holder has changed.
Event A report of something that happened, for people to read. Events go after an hour.
Event.involvedObject What it is about.
Event.count How often it has happened.
Event.type Normal or Warning.
Event.firstTimestamp When it happened first.
Event.lastTimestamp When it happened last.
Event.source Who reports it.
SessionAffinityConfig.clientIP How long a client keeps its pod.
LoadBalancerStatus.ingress Where the load balancer is reached.
LoadBalancerIngress.ip Its address.
LoadBalancerIngress.hostname Its name.
LoadBalancerIngress.ipMode VIP or Proxy.
LoadBalancerIngress.ports How each port is.
PortStatus.error Why the port does not work.
Endpoint.hostname Its host name.
Endpoint.hints For whom it is meant first.
EndpointHints.forZones For clients in these zones.
EndpointHints.forNodes For clients on these nodes.
EndpointPort.appProtocol The protocol above TCP, as a hint.
NodeSpec.configSource Not used any more.
NodeSpec.externalID Not used any more.
NodeStatus.phase Not used any more.
NodeStatus.volumesInUse Volumes that are mounted.
NodeStatus.volumesAttached Volumes that are attached.
NodeStatus.config Not used any more.
NodeStatus.runtimeHandlers What the container runtime can do.
NodeStatus.features What the node can do.
NodeStatus.declaredFeatures Features the kubelet says it has.
NodeAddress.type InternalIP, ExternalIP, Hostname and others.
NodeAddress.address The address or name.
NodeDaemonEndpoints.kubeletEndpoint Where the kubelet listens.
DaemonEndpoint.Port The port.
NodeSystemInfo.machineID The machine's id.
NodeSystemInfo.systemUUID The system's UUID.
NodeSystemInfo.bootID Another after each start.
NodeSystemInfo.kernelVersion The kernel.
NodeSystemInfo.osImage The operating system, in words.
NodeSystemInfo.containerRuntimeVersion The container runtime.
NodeSystemInfo.kubeletVersion The kubelet.
NodeSystemInfo.kubeProxyVersion Not used any more.
NodeSystemInfo.operatingSystem The operating system.
NodeSystemInfo.architecture The processor.
NodeSystemInfo.swap The swap space.
NodeSwapStatus.capacity How many bytes.
ContainerImage.names Names by which it is known.
ContainerImage.sizeBytes Its size.
AttachedVolume.devicePath The device.
NodeRuntimeHandler.features What it can do.
NamespaceSpec.finalizers Who must finish before the namespace is gone.
ServiceAccount.secrets Secrets its pods may use.
LeaseSpec.strategy How the holder is elected, when an election is coordinated.
LeaseSpec.preferredHolder Who ought to hold it.
Event.eventTime When it was seen, to the microsecond.
Event.series How often it has happened, in the newer way.
Event.action What was done.
Event.related Another object it has to do with.
Event.reportingComponent The component that reports it.
Event.reportingInstance Which instance of it.
EventSource.component The component.
EventSource.host The machine.
EventSeries.count How often.
EventSeries.lastObservedTime When last.
`);
