import { ageColumn, column, nameColumn, wideColumn } from '../cells.ts';
import type {
  ConditionStatus,
  IntOrString,
  JsonObject,
  LabelSelector,
  Labels,
  LocalObjectReference,
  ObjectMeta,
  Quantity,
  ResourceList,
  TemplateMeta,
  Time,
} from '../meta.ts';
import { isConditionTrue } from '../meta.ts';
import type { PodAffinity } from '../podspec/affinity.ts';
import { podDefaults } from '../podspec/defaults.ts';
import type { Lifecycle } from '../podspec/lifecycle.ts';
import { prepareParts } from '../podspec/parts.ts';
import { printPod } from '../podspec/printed.ts';
import { qosClass } from '../podspec/qos.ts';
import { podFieldRules } from '../podspec/rules.ts';
import { validatePod } from '../podspec/validation.ts';
import { defineResource, startGeneration } from '../resource.ts';
import { podSchemas } from '../schemas/podschemas.ts';
import { schemaOf } from '../schemas/schema.ts';
import { refusalsBy, warningsBy } from '../verdicts.ts';

export type Pod = {
  readonly apiVersion: 'v1';
  readonly kind: 'Pod';
  readonly metadata: ObjectMeta;
  readonly spec: PodSpec;
  readonly status?: PodStatus;
};

/** The pod as a ReplicaSet or Deployment describes it. */
export type PodTemplateSpec = { readonly metadata?: TemplateMeta; readonly spec: PodSpec };

export type PodSpec = {
  readonly containers: readonly Container[];
  readonly initContainers?: readonly Container[];
  readonly ephemeralContainers?: readonly EphemeralContainer[];
  readonly volumes?: readonly Volume[];
  readonly restartPolicy?: 'Always' | 'OnFailure' | 'Never';
  readonly terminationGracePeriodSeconds?: number;
  readonly activeDeadlineSeconds?: number;
  readonly dnsPolicy?: string;
  readonly dnsConfig?: JsonObject;
  readonly nodeSelector?: Labels;
  readonly serviceAccountName?: string;
  /** The deprecated twin of serviceAccountName: defaulting keeps both equal. */
  readonly serviceAccount?: string;
  readonly automountServiceAccountToken?: boolean;
  readonly nodeName?: string;
  readonly hostNetwork?: boolean;
  readonly hostPID?: boolean;
  readonly hostIPC?: boolean;
  readonly hostUsers?: boolean;
  readonly shareProcessNamespace?: boolean;
  readonly securityContext?: JsonObject;
  readonly imagePullSecrets?: readonly LocalObjectReference[];
  readonly hostname?: string;
  readonly hostnameOverride?: string;
  readonly subdomain?: string;
  readonly setHostnameAsFQDN?: boolean;
  readonly affinity?: Affinity;
  readonly schedulerName?: string;
  readonly tolerations?: readonly Toleration[];
  readonly hostAliases?: readonly JsonObject[];
  readonly priorityClassName?: string;
  readonly priority?: number;
  readonly preemptionPolicy?: 'PreemptLowerPriority' | 'Never';
  readonly readinessGates?: readonly { readonly conditionType: string }[];
  readonly runtimeClassName?: string;
  readonly enableServiceLinks?: boolean;
  readonly overhead?: ResourceList;
  readonly topologySpreadConstraints?: readonly TopologySpreadConstraint[];
  readonly os?: { readonly name: string };
  readonly schedulingGates?: readonly { readonly name: string }[];
  readonly schedulingGroup?: JsonObject;
  readonly resourceClaims?: readonly JsonObject[];
  readonly resources?: ResourceRequirements;
};

export type Container = {
  readonly name: string;
  readonly image?: string;
  readonly command?: readonly string[];
  readonly args?: readonly string[];
  readonly workingDir?: string;
  readonly ports?: readonly ContainerPort[];
  readonly env?: readonly EnvVar[];
  readonly envFrom?: readonly JsonObject[];
  readonly resources?: ResourceRequirements;
  readonly resizePolicy?: readonly JsonObject[];
  readonly restartPolicy?: string;
  readonly restartPolicyRules?: readonly ContainerRestartRule[];
  readonly volumeMounts?: readonly VolumeMount[];
  readonly volumeDevices?: readonly JsonObject[];
  readonly livenessProbe?: Probe;
  readonly readinessProbe?: Probe;
  readonly startupProbe?: Probe;
  readonly lifecycle?: Lifecycle;
  readonly terminationMessagePath?: string;
  readonly terminationMessagePolicy?: string;
  readonly imagePullPolicy?: 'Always' | 'IfNotPresent' | 'Never';
  readonly securityContext?: JsonObject;
  readonly stdin?: boolean;
  readonly stdinOnce?: boolean;
  readonly tty?: boolean;
};

/** Beside a container's own restartPolicy: these exit codes are answered otherwise. */
export type ContainerRestartRule = {
  readonly action: string;
  readonly exitCodes?: { readonly operator: 'In' | 'NotIn'; readonly values?: readonly number[] };
};

export type EphemeralContainer = Container & { readonly targetContainerName?: string };

export type ContainerPort = {
  readonly name?: string;
  readonly containerPort: number;
  readonly hostPort?: number;
  readonly hostIP?: string;
  readonly protocol?: Protocol;
};

export type Protocol = 'TCP' | 'UDP' | 'SCTP';

/** A plain value, or a source for it (`valueFrom`, which the simulator refuses where it cannot be computed). */
export type EnvVar = { readonly name: string; readonly value?: string; readonly valueFrom?: JsonObject };

export type ResourceRequirements = {
  readonly limits?: ResourceList;
  readonly requests?: ResourceList;
  readonly claims?: readonly { readonly name: string; readonly request?: string }[];
};

export type VolumeMount = {
  readonly name: string;
  readonly mountPath: string;
  readonly readOnly?: boolean;
  readonly recursiveReadOnly?: string;
  readonly subPath?: string;
  readonly subPathExpr?: string;
  readonly mountPropagation?: string;
};

/** A volume: its name and exactly one source, whose content the simulator does not interpret. */
export type Volume = {
  readonly name: string;
  readonly emptyDir?: { readonly medium?: string; readonly sizeLimit?: Quantity };
  readonly configMap?: JsonObject;
  readonly hostPath?: JsonObject;
  readonly secret?: JsonObject;
  readonly downwardAPI?: JsonObject;
  readonly projected?: JsonObject;
  readonly persistentVolumeClaim?: JsonObject;
  readonly [otherSource: string]: string | JsonObject | undefined;
};

/** Exactly one of exec, httpGet, tcpSocket, grpc; the numbers are filled in by defaulting. */
export type Probe = {
  readonly exec?: { readonly command?: readonly string[] };
  readonly httpGet?: HTTPGetAction;
  readonly tcpSocket?: { readonly port: IntOrString; readonly host?: string };
  readonly grpc?: { readonly port: number; readonly service?: string };
  readonly initialDelaySeconds?: number;
  readonly timeoutSeconds?: number;
  readonly periodSeconds?: number;
  readonly successThreshold?: number;
  readonly failureThreshold?: number;
  readonly terminationGracePeriodSeconds?: number;
};

export type HTTPGetAction = {
  readonly path?: string;
  readonly port: IntOrString;
  readonly host?: string;
  readonly scheme?: 'HTTP' | 'HTTPS';
  readonly httpHeaders?: readonly { readonly name: string; readonly value: string }[];
};

export type Affinity = {
  readonly nodeAffinity?: NodeAffinity;
  readonly podAffinity?: PodAffinity;
  readonly podAntiAffinity?: PodAffinity;
};

export type NodeAffinity = {
  readonly requiredDuringSchedulingIgnoredDuringExecution?: NodeSelector;
  readonly preferredDuringSchedulingIgnoredDuringExecution?: readonly PreferredSchedulingTerm[];
};

/** Terms are alternatives (OR); the requirements within a term must all hold (AND). */
export type NodeSelector = { readonly nodeSelectorTerms: readonly NodeSelectorTerm[] };

export type NodeSelectorTerm = {
  readonly matchExpressions?: readonly NodeSelectorRequirement[];
  readonly matchFields?: readonly NodeSelectorRequirement[];
};

export type NodeSelectorRequirement = {
  readonly key: string;
  readonly operator: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist' | 'Gt' | 'Lt';
  readonly values?: readonly string[];
};

export type PreferredSchedulingTerm = { readonly weight: number; readonly preference: NodeSelectorTerm };

export type TaintEffect = 'NoSchedule' | 'PreferNoSchedule' | 'NoExecute';

export type Toleration = {
  readonly key?: string;
  readonly operator?: 'Exists' | 'Equal';
  readonly value?: string;
  readonly effect?: TaintEffect;
  readonly tolerationSeconds?: number;
};

export type TopologySpreadConstraint = {
  readonly maxSkew: number;
  readonly topologyKey: string;
  readonly whenUnsatisfiable: 'DoNotSchedule' | 'ScheduleAnyway';
  readonly labelSelector?: LabelSelector;
  readonly minDomains?: number;
  readonly nodeAffinityPolicy?: 'Honor' | 'Ignore';
  readonly nodeTaintsPolicy?: 'Honor' | 'Ignore';
  readonly matchLabelKeys?: readonly string[];
};

export type PodPhase = 'Pending' | 'Running' | 'Succeeded' | 'Failed' | 'Unknown';
export type QosClass = 'Guaranteed' | 'Burstable' | 'BestEffort';

export type PodStatus = {
  readonly observedGeneration?: number;
  readonly phase?: PodPhase;
  readonly conditions?: readonly PodCondition[];
  readonly message?: string;
  readonly reason?: string;
  readonly nominatedNodeName?: string;
  readonly hostIP?: string;
  readonly hostIPs?: readonly { readonly ip: string }[];
  readonly podIP?: string;
  readonly podIPs?: readonly { readonly ip: string }[];
  readonly startTime?: Time;
  readonly initContainerStatuses?: readonly ContainerStatus[];
  readonly containerStatuses?: readonly ContainerStatus[];
  readonly ephemeralContainerStatuses?: readonly ContainerStatus[];
  readonly qosClass?: QosClass;
  readonly resize?: string;
  readonly resourceClaimStatuses?: readonly JsonObject[];
  readonly extendedResourceClaimStatus?: JsonObject;
  readonly allocatedResources?: ResourceList;
  readonly resources?: ResourceRequirements;
  readonly nodeAllocatableResourceClaimStatuses?: readonly JsonObject[];
};

/** Types in use: PodScheduled, PodReadyToStartContainers, Initialized, ContainersReady, Ready, DisruptionTarget. */
export type PodCondition = {
  readonly type: string;
  readonly status: ConditionStatus;
  readonly observedGeneration?: number;
  readonly lastProbeTime?: Time | null;
  readonly lastTransitionTime?: Time | null;
  readonly reason?: string;
  readonly message?: string;
};

export type ContainerStatus = {
  readonly name: string;
  readonly state?: ContainerState;
  readonly lastState?: ContainerState;
  readonly ready: boolean;
  readonly started?: boolean;
  readonly restartCount: number;
  readonly image: string;
  readonly imageID: string;
  readonly containerID?: string;
  readonly allocatedResources?: ResourceList;
  readonly resources?: ResourceRequirements;
  readonly volumeMounts?: readonly JsonObject[];
  readonly user?: JsonObject;
  readonly allocatedResourcesStatus?: readonly JsonObject[];
  readonly stopSignal?: string;
};

/** At most one of the three. */
export type ContainerState = {
  readonly waiting?: { readonly reason?: string; readonly message?: string };
  readonly running?: { readonly startedAt?: Time };
  readonly terminated?: ContainerStateTerminated;
};

export type ContainerStateTerminated = {
  readonly exitCode: number;
  readonly signal?: number;
  readonly reason?: string;
  readonly message?: string;
  readonly startedAt?: Time | null;
  readonly finishedAt?: Time | null;
  readonly containerID?: string;
};

/** Body of POST pods/<name>/binding. */
export type Binding = {
  readonly apiVersion: 'v1';
  readonly kind: 'Binding';
  readonly metadata: ObjectMeta;
  readonly target: { readonly apiVersion?: string; readonly kind: 'Node'; readonly name: string };
};

/** Body of POST pods/<name>/eviction (policy/v1). */
export type Eviction = {
  readonly apiVersion: 'policy/v1';
  readonly kind: 'Eviction';
  readonly metadata: ObjectMeta;
  readonly deleteOptions?: JsonObject;
};

/** Upstream registry/core/pod strategy. A new pod is Pending, whatever status was sent. */
export const pods = defineResource<Pod>({
  group: '',
  version: 'v1',
  kind: 'Pod',
  plural: 'pods',
  shortNames: ['po'],
  categories: ['all'],
  namespaced: true,
  subresources: ['status', 'log', 'exec', 'binding', 'eviction'],
  schema: schemaOf(podSchemas, 'Pod'),
  defaults: podDefaults,
  prepareForCreate: (pod) =>
    prepareParts(startGeneration({ ...pod, status: { phase: 'Pending', qosClass: qosClass(pod.spec) } })),
  prepareForStatusUpdate: keepPodSpec,
  validate: validatePod,
  warnings: (pod) => warningsBy(podFieldRules, pod),
  refusals: (pod) => refusalsBy(podFieldRules, pod),
  fields: podFields,
  columns: [
    nameColumn(),
    column('Ready', (pod, nowMs) => printPod(pod, nowMs).ready),
    column('Status', (pod, nowMs) => printPod(pod, nowMs).status),
    column('Restarts', (pod, nowMs) => printPod(pod, nowMs).restarts),
    ageColumn(),
    wideColumn('IP', (pod) => pod.status?.podIPs?.[0]?.ip || '<none>'),
    wideColumn('Node', (pod) => pod.spec.nodeName || '<none>'),
    wideColumn('Nominated Node', (pod) => pod.status?.nominatedNodeName || '<none>'),
    wideColumn('Readiness Gates', readinessGates),
  ],
});

/** On the copy of a pod that stands in a file of its node: the hash of what the file says. */
export const CONFIG_MIRROR = 'kubernetes.io/config.mirror';

/** Whether a pod in the API only shows one that its kubelet has from a file. */
export function isMirror({ metadata }: Pod): boolean {
  return metadata.annotations?.[CONFIG_MIRROR] !== undefined;
}

/** A status update writes status, labels, annotations and finalizers; spec, owners and QoS class stay. */
function keepPodSpec(next: Pod, old: Pod): Pod {
  return {
    ...next,
    metadata: { ...next.metadata, ownerReferences: old.metadata.ownerReferences, generation: old.metadata.generation },
    spec: old.spec,
    status: { ...next.status, qosClass: old.status?.qosClass ?? next.status?.qosClass },
  };
}

function podFields({ metadata, spec, status }: Pod): Record<string, string> {
  return {
    'metadata.name': metadata.name,
    'metadata.namespace': metadata.namespace ?? '',
    'spec.nodeName': spec.nodeName ?? '',
    'spec.restartPolicy': spec.restartPolicy ?? '',
    'spec.schedulerName': spec.schedulerName ?? '',
    'spec.serviceAccountName': spec.serviceAccountName ?? '',
    'spec.hostNetwork': String(spec.hostNetwork ?? false),
    'status.phase': status?.phase ?? '',
    'status.podIP': status?.podIP ?? '',
    'status.nominatedNodeName': status?.nominatedNodeName ?? '',
  };
}

function readinessGates(pod: Pod): string {
  const gates = pod.spec.readinessGates ?? [];
  if (gates.length === 0) return '<none>';
  const passed = gates.filter((gate) => isConditionTrue(pod.status?.conditions, gate.conditionType));
  return `${passed.length}/${gates.length}`;
}
