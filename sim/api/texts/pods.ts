import { readTexts } from './read.ts';

/** Pods and their containers. */
export const podTexts = readTexts(`
Pod Containers that run together on one node and share an address. The smallest thing that is scheduled.
PodTemplateSpec What pods made from a template look like.
PodTemplateSpec.metadata Labels and annotations of each pod.
PodTemplateSpec.spec The spec of each pod.
PodSpec.volumes Directories that containers may mount.
PodSpec.initContainers Containers that run one after the other before the others start. One with restartPolicy Always
  goes on beside them: a sidecar.
PodSpec.containers The containers of the pod, at least one. They cannot be added or removed later.
PodSpec.ephemeralContainers Containers added for debugging while the pod runs.
PodSpec.restartPolicy What the kubelet does when a container ends: Always, OnFailure or Never. Default Always.
PodSpec.terminationGracePeriodSeconds How long processes may take between the stop signal and being killed. Default 30.
PodSpec.activeDeadlineSeconds How long the pod may run before it is failed.
PodSpec.dnsPolicy Where names are looked up: ClusterFirst, ClusterFirstWithHostNet, Default or None.
  Default ClusterFirst.
PodSpec.nodeSelector Labels that a node must have.
PodSpec.serviceAccountName The ServiceAccount as which the pod speaks to the API server.
PodSpec.serviceAccount The old name of serviceAccountName.
PodSpec.automountServiceAccountToken Whether the token of the ServiceAccount is mounted.
PodSpec.nodeName The node the pod runs on. The scheduler's choice is written here; who sets it bypasses the scheduler.
PodSpec.hostNetwork Whether the pod uses the node's own network.
PodSpec.hostPID Whether the pod sees the node's processes.
PodSpec.hostIPC Whether the pod shares the node's inter-process communication.
PodSpec.shareProcessNamespace Whether containers of the pod see one another's processes.
PodSpec.securityContext Users, groups and privileges for all containers.
PodSpec.imagePullSecrets Secrets with credentials for registries.
PodSpec.hostname The host name inside the pod. Default: its name.
PodSpec.subdomain Together with hostname a DNS name of its own.
PodSpec.affinity Wishes and demands about the node and about pods nearby.
PodSpec.schedulerName Which scheduler places the pod. Default default-scheduler.
PodSpec.tolerations Taints of nodes that do not keep this pod away.
PodSpec.hostAliases Lines for /etc/hosts.
PodSpec.priorityClassName The PriorityClass the priority comes from.
PodSpec.priority How important the pod is; higher goes first and may push out lower.
PodSpec.dnsConfig More for the resolver's configuration.
PodSpec.readinessGates Conditions that must also be True before the pod is ready.
PodSpec.runtimeClassName Which container runtime configuration runs the pod.
PodSpec.enableServiceLinks Whether Services appear as environment variables. Default true.
PodSpec.preemptionPolicy Whether this pod may push out others: PreemptLowerPriority or Never.
PodSpec.overhead What the runtime itself needs for the pod.
PodSpec.topologySpreadConstraints How evenly such pods are to be spread over zones or nodes.
PodSpec.setHostnameAsFQDN Whether the host name is the full DNS name.
PodSpec.os The operating system the containers are for.
PodSpec.hostUsers Whether the pod uses the node's user ids. Default true.
PodSpec.schedulingGates While there is one, the pod is not scheduled.
PodSpec.resourceClaims Claims of devices.
PodSpec.resources What the pod as a whole asks for and may use.
PodSpec.hostnameOverride The host name, whatever the other fields say.
Container.name The name, unique in the pod.
Container.image The image, such as nginx:1.27.
Container.command What is run instead of the image's entry point.
Container.args Arguments, instead of the image's own.
Container.workingDir The directory it starts in.
Container.ports Ports it listens on. For people and for names; an unlisted port can be reached too.
Container.envFrom ConfigMaps and Secrets whose keys become environment variables.
Container.env Environment variables.
Container.resources What the container asks for (requests) and may use (limits).
Container.resizePolicy Whether a change of its resources restarts it.
Container.restartPolicy Always on an init container makes it a sidecar.
Container.volumeMounts Where volumes of the pod appear in its files.
Container.volumeDevices Where block devices appear.
Container.livenessProbe A check: when it fails, the container is restarted.
Container.readinessProbe A check: while it fails, Services send nothing here.
Container.startupProbe A check that holds the others back until it has succeeded once.
Container.lifecycle What is run right after the start and right before the stop.
Container.terminationMessagePath The file whose text becomes the reason of its end. Default /dev/termination-log.
Container.terminationMessagePolicy File, or FallbackToLogsOnError.
Container.imagePullPolicy Always, IfNotPresent or Never. Default IfNotPresent, and Always for the tag latest.
Container.securityContext User, privileges and capabilities.
Container.stdin Whether standard input stays open.
Container.stdinOnce Whether standard input closes after the first client.
Container.tty Whether it gets a terminal.
EphemeralContainer.targetContainerName The container whose processes it sees.
ContainerPort.name A name by which Services may mean this port.
ContainerPort.containerPort The number, 1 to 65535.
ContainerPort.hostPort The port of the node that leads here. Then only one such pod fits on a node.
ContainerPort.hostIP The address of the node to bind to.
EnvFromSource.prefix Put before each key.
EnvFromSource.configMapRef The ConfigMap.
EnvFromSource.secretRef The Secret.
EnvVar.name The variable's name.
EnvVar.value Its value; $(OTHER) stands for another variable.
EnvVar.valueFrom Where the value comes from.
EnvVarSource.fieldRef A field of the pod.
EnvVarSource.resourceFieldRef A request or limit of a container.
EnvVarSource.configMapKeyRef A key of a ConfigMap.
EnvVarSource.secretKeyRef A key of a Secret.
ObjectFieldSelector.fieldPath Such as metadata.name or status.podIP.
ResourceFieldSelector.containerName The container. Needed in volumes.
ResourceFieldSelector.resource Such as limits.cpu.
ResourceFieldSelector.divisor The unit of the answer. Default 1.
ResourceRequirements.limits The most it may use: beyond it CPU is throttled, and memory gets it killed.
ResourceRequirements.requests What is kept for it on its node. The scheduler counts these. Default: the limits.
ResourceRequirements.claims Claims of devices that it uses.
ContainerResizePolicy.resourceName cpu or memory.
ContainerResizePolicy.restartPolicy NotRequired or RestartContainer.
VolumeMount.name The name of a volume of the pod.
VolumeMount.mountPath Where it appears. No colons.
VolumeMount.subPath The part of the volume that is mounted.
VolumeMount.subPathExpr As subPath, with environment variables.
VolumeMount.mountPropagation How later mounts pass between node and container. Default None.
Probe.exec A command; exit code 0 is success.
Probe.httpGet A request; a status from 200 to 399 is success.
Probe.tcpSocket A connection; that it opens is success.
Probe.grpc A gRPC health check.
Probe.initialDelaySeconds How long to wait after the start.
Probe.timeoutSeconds How long an answer may take. Default 1.
Probe.periodSeconds How often. Default 10.
Probe.successThreshold Successes in a row after a failure. Default 1.
Probe.failureThreshold Failures in a row before it counts. Default 3.
Probe.terminationGracePeriodSeconds How long the container may take to end when this probe restarts it.
ExecAction.command The program and its arguments; no shell.
HTTPGetAction.path The path. Default /.
HTTPGetAction.scheme HTTP or HTTPS. Default HTTP.
HTTPGetAction.host The host. Default: the pod's address.
HTTPGetAction.httpHeaders Headers of the request.
Lifecycle.postStart Run right after the container was created. If it fails, the container is killed.
Lifecycle.preStop Run before the stop signal; its time counts against the grace period.
Lifecycle.stopSignal The signal that asks the container to end.
SleepAction.seconds How long.
SecurityContext.privileged Whether it has the node's full rights. Default false.
SecurityContext.runAsUser The user id of its first process.
SecurityContext.runAsGroup The group id of its first process.
SecurityContext.runAsNonRoot Whether it is refused when it would run as root.
SecurityContext.readOnlyRootFilesystem Whether its own files cannot be written.
SecurityContext.allowPrivilegeEscalation Whether a process may gain more rights than its parent.
SecurityContext.capabilities Capabilities added and dropped.
PodSecurityContext.fsGroup The group that owns the volumes.
PodSecurityContext.supplementalGroups More groups of each container's first process.
Affinity.nodeAffinity About the labels of nodes.
Affinity.podAffinity Near which pods.
Affinity.podAntiAffinity Away from which pods.
NodeAffinity.requiredDuringSchedulingIgnoredDuringExecution What must hold when the pod is placed.
NodeAffinity.preferredDuringSchedulingIgnoredDuringExecution What is wished for, each with a weight.
PodAffinity.requiredDuringSchedulingIgnoredDuringExecution What must hold when the pod is placed.
PodAffinity.preferredDuringSchedulingIgnoredDuringExecution What is wished for, each with a weight.
PodAntiAffinity.requiredDuringSchedulingIgnoredDuringExecution What must hold when the pod is placed.
PodAntiAffinity.preferredDuringSchedulingIgnoredDuringExecution What is wished for, each with a weight.
NodeSelector.nodeSelectorTerms One of these terms must hold.
NodeSelectorTerm.matchExpressions Conditions about labels; all must hold.
NodeSelectorTerm.matchFields Conditions about fields; only metadata.name.
NodeSelectorRequirement.operator In, NotIn, Exists, DoesNotExist, Gt or Lt.
PreferredSchedulingTerm.weight 1 to 100.
PreferredSchedulingTerm.preference The wish.
PodAffinityTerm.topologyKey The node label whose value says what is near, such as topology.kubernetes.io/zone.
PodAffinityTerm.namespaces Where the other pods are. Default: the pod's own namespace.
PodAffinityTerm.namespaceSelector Namespaces by their labels.
WeightedPodAffinityTerm.weight 1 to 100.
WeightedPodAffinityTerm.podAffinityTerm The wish.
Toleration.key The taint's key. Empty with Exists: every taint.
Toleration.operator Equal or Exists; Lt and Gt compare numbers. Default Equal.
Toleration.value The taint's value, for Equal.
Toleration.effect NoSchedule, PreferNoSchedule or NoExecute. Empty: all.
Toleration.tolerationSeconds How long the pod stays after a NoExecute taint has come. Default: for ever.
TopologySpreadConstraint.maxSkew By how many pods domains may differ.
TopologySpreadConstraint.topologyKey The node label whose values are the domains.
TopologySpreadConstraint.whenUnsatisfiable DoNotSchedule or ScheduleAnyway.
TopologySpreadConstraint.minDomains The least number of domains.
TopologySpreadConstraint.nodeAffinityPolicy Whether nodes that node affinity rules out are counted: Honor or Ignore.
TopologySpreadConstraint.nodeTaintsPolicy Whether nodes with untolerated taints are left out: Honor or Ignore.
TopologySpreadConstraint.matchLabelKeys Labels of the pod that are added to the selector.
PodSchedulingGate.name The gate's name.
PodReadinessGate.conditionType The condition's type.
PodStatus.phase Pending, Running, Succeeded, Failed or Unknown: a summary, no state machine.
PodStatus.nominatedNodeName The node where room is being made for it.
PodStatus.hostIP The address of its node.
PodStatus.hostIPs The addresses of its node.
PodStatus.podIP Its address.
PodStatus.podIPs Its addresses, one of each family.
PodStatus.startTime When the kubelet first saw it.
PodStatus.initContainerStatuses How its init containers are.
PodStatus.containerStatuses How its containers are.
PodStatus.ephemeralContainerStatuses How its debugging containers are.
PodStatus.qosClass Guaranteed, Burstable or BestEffort: who is evicted first when a node runs short.
PodCondition.type PodScheduled, Initialized, ContainersReady, Ready and others.
PodCondition.status True, False or Unknown.
ContainerStatus.state Waiting, running or terminated, with details.
ContainerStatus.lastState How it ended last time.
ContainerStatus.ready Whether its readiness probe succeeds.
ContainerStatus.restartCount How often it was started again.
ContainerStatus.imageID The image by its digest.
ContainerStatus.containerID The runtime's id.
ContainerStatus.started Whether it has started and its startup probe has succeeded.
ContainerStateTerminated.exitCode The exit code.
ContainerStateTerminated.signal The signal that ended it.
ContainerStateTerminated.startedAt When it had started.
ContainerStateTerminated.finishedAt When it ended.
ContainerStateRunning.startedAt When it started.
LifecycleHandler.exec A command in the container.
LifecycleHandler.httpGet A request to the container.
LifecycleHandler.tcpSocket Not used any more.
LifecycleHandler.sleep A pause.
Container.restartPolicyRules Exit codes that are treated otherwise than restartPolicy says.
ContainerRestartRule.action Restart.
ContainerRestartRule.exitCodes Which exit codes are meant.
EnvVarSource.fileKeyRef A key in a file of a volume.
HTTPHeader.name The header's name.
HTTPHeader.value The header's value.
GRPCAction.service The service to ask about.
VolumeMount.recursiveReadOnly Whether mounts below it are read-only too.
VolumeDevice.devicePath Where the device appears.
ResourceClaim.request Which request of the claim. Default: all.
SecurityContext.seccompProfile Which system calls are allowed.
SecurityContext.appArmorProfile Which AppArmor profile holds.
SecurityContext.seLinuxOptions The SELinux label.
SecurityContext.windowsOptions Options for Windows.
SecurityContext.procMount How /proc is shown.
Capabilities.add Capabilities that are given.
Capabilities.drop Capabilities that are taken away.
SeccompProfile.type RuntimeDefault, Unconfined or Localhost.
SeccompProfile.localhostProfile A profile's file on the node.
AppArmorProfile.type RuntimeDefault, Unconfined or Localhost.
AppArmorProfile.localhostProfile A profile's name on the node.
PodSecurityContext.runAsUser The user id of each container's first process.
PodSecurityContext.runAsGroup The group id of each container's first process.
PodSecurityContext.runAsNonRoot Whether a container is refused when it would run as root.
PodSecurityContext.fsGroupChangePolicy When ownership of a volume is changed: OnRootMismatch or Always.
PodSecurityContext.supplementalGroupsPolicy Merge, or Strict: groups of the image do not count.
PodSecurityContext.sysctls Kernel parameters of the pod.
PodSecurityContext.seccompProfile Which system calls are allowed.
PodSecurityContext.appArmorProfile Which AppArmor profile holds.
PodSecurityContext.seLinuxOptions The SELinux label.
PodSecurityContext.windowsOptions Options for Windows.
Sysctl.value The parameter's value.
PodAffinityTerm.matchLabelKeys Labels of this pod that the others must share.
PodAffinityTerm.mismatchLabelKeys Labels of this pod that the others must not share.
HostAlias.ip The address.
HostAlias.hostnames Names for it.
PodDNSConfig.nameservers Addresses of name servers.
PodDNSConfig.searches Domains that are tried.
PodDNSConfig.options Options of the resolver.
PodDNSConfigOption.value The option's value.
PodResourceClaim.resourceClaimName A claim that exists.
PodResourceClaim.resourceClaimTemplateName A template from which a claim is made for this pod.
PodStatus.resize Not used any more: conditions tell.
PodStatus.allocatedResources What the node has set aside for the pod as a whole.
PodStatus.resources What the pod as a whole has.
PodStatus.resourceClaimStatuses Its claims of devices.
PodIP.ip The address.
HostIP.ip The address.
ContainerStatus.image The image it runs.
ContainerStatus.allocatedResources What the node has set aside for it.
ContainerStatus.resources What the runtime has set.
ContainerStatus.volumeMounts Its mounts.
ContainerStatus.user The user it runs as.
ContainerStatus.stopSignal The signal that asks it to end.
ContainerState.waiting It has not started yet, and why.
ContainerState.running It runs.
ContainerState.terminated It has ended, and how.
ContainerStateTerminated.containerID The runtime's id.
LinuxContainerUser.gid The group id.
LinuxContainerUser.supplementalGroups More groups.
Binding Puts a pod on a node; what a scheduler writes.
Binding.target The node.
Eviction Asks for a pod to go, as far as disruption budgets allow.
Eviction.deleteOptions How it is deleted.
`);
