import { type FieldRule, rulesBelow } from '../verdicts.ts';

/** Fields of a container. What is not listed is identity (name) or plain data. */
const containerRules: readonly FieldRule[] = [
  { path: 'image', verdict: 'modelled', note: 'images of the built-in registry; any other name fails to pull' },
  { path: 'command', verdict: 'modelled', note: 'the simulated programs read it' },
  { path: 'args', verdict: 'modelled', note: 'the simulated programs read it' },
  { path: 'env[].value', verdict: 'modelled', note: 'given to the program' },
  { path: 'ports', verdict: 'modelled', note: 'named ports, and host ports in scheduling' },
  { path: 'resources.requests', verdict: 'modelled', note: 'scheduling and the QoS class' },
  { path: 'resources.limits', verdict: 'modelled', note: 'the QoS class and the memory limit' },
  { path: 'readinessProbe', verdict: 'modelled', note: 'httpGet, tcpSocket, grpc and exec' },
  { path: 'livenessProbe', verdict: 'modelled', note: 'httpGet, tcpSocket, grpc and exec' },
  { path: 'startupProbe', verdict: 'modelled', note: 'httpGet, tcpSocket, grpc and exec' },
  { path: 'imagePullPolicy', verdict: 'modelled', note: 'when the kubelet pulls' },
  { path: 'workingDir', verdict: 'inert', note: 'programs have no file system' },
  { path: 'volumeMounts', verdict: 'modelled', note: 'programs and kubectl exec see the files' },
  { path: 'securityContext', verdict: 'inert', note: 'programs have no operating system below them' },
  { path: 'env[].valueFrom.fieldRef', verdict: 'modelled', note: 'given to the program' },
  { path: 'env[].valueFrom.resourceFieldRef', verdict: 'modelled', note: 'given to the program' },
  { path: 'resizePolicy', verdict: 'inert', note: 'pods are not resized in place' },
  { path: 'stdin', verdict: 'inert', note: 'programs read no input' },
  { path: 'stdinOnce', verdict: 'inert', note: 'programs read no input' },
  { path: 'tty', verdict: 'inert', note: 'programs read no input' },
  { path: 'lifecycle.stopSignal', verdict: 'inert', note: 'programs get SIGTERM' },
  { path: 'terminationMessagePath', verdict: 'modelled', note: 'what is written there is the message of the end' },
  { path: 'terminationMessagePolicy', verdict: 'modelled', note: 'File, or the end of the log of what failed' },
  { path: 'envFrom', verdict: 'modelled', note: 'read each time a container is started' },
  { path: 'env[].valueFrom.configMapKeyRef', verdict: 'modelled', note: 'read each time a container is started' },
  { path: 'env[].valueFrom.secretKeyRef', verdict: 'modelled', note: 'read each time a container is started' },
  { path: 'env[].valueFrom.fileKeyRef', verdict: 'refused', note: 'variables from a file; use value' },
  { path: 'lifecycle.postStart', verdict: 'modelled', note: 'exec, httpGet and sleep' },
  { path: 'lifecycle.preStop', verdict: 'modelled', note: 'exec, httpGet and sleep, within the grace period' },
  { path: 'volumeDevices', verdict: 'refused', note: 'block devices; leave volumeDevices out' },
  { path: 'restartPolicy', verdict: 'modelled', note: 'counts before that of the pod; Always makes a sidecar' },
  { path: 'restartPolicyRules', verdict: 'modelled', note: 'exit codes that the kubelet answers with Restart' },
  {
    path: 'restartPolicyRules[].action',
    verdict: 'refused',
    note: 'restarting all containers of a pod; use the action Restart',
    when: ['RestartAllContainers'],
  },
  { path: 'resources.claims', verdict: 'refused', note: 'dynamic resource allocation; leave claims out' },
];

const STORAGE = 'volumes of this sort; use emptyDir, or a persistentVolumeClaim';

const schedulingRules: readonly FieldRule[] = [
  { path: 'spec.nodeName', verdict: 'modelled', note: 'the pod skips the scheduler' },
  { path: 'spec.nodeSelector', verdict: 'modelled', note: 'the scheduler filters by it' },
  { path: 'spec.affinity.nodeAffinity', verdict: 'modelled', note: 'required terms filter, preferred terms score' },
  { path: 'spec.tolerations', verdict: 'modelled', note: 'scheduling and eviction' },
  { path: 'spec.topologySpreadConstraints', verdict: 'modelled', note: 'DoNotSchedule filters, ScheduleAnyway scores' },
  {
    path: 'spec.schedulerName',
    verdict: 'modelled',
    note: 'only default-scheduler runs; any other name waits forever',
  },
  { path: 'spec.affinity.podAffinity', verdict: 'modelled', note: 'required terms filter, preferred terms score' },
  { path: 'spec.affinity.podAntiAffinity', verdict: 'modelled', note: 'both ways, as in Kubernetes' },
  {
    path: 'spec.priorityClassName',
    verdict: 'modelled',
    note: 'the scheduler serves the higher priority first, and lets it preempt lower ones',
  },
  { path: 'spec.schedulingGates', verdict: 'modelled', note: 'while there is one the pod is not scheduled' },
  { path: 'spec.schedulingGroup', verdict: 'refused', note: 'gang scheduling; leave schedulingGroup out' },
  { path: 'spec.resourceClaims', verdict: 'refused', note: 'dynamic resource allocation; leave resourceClaims out' },
  { path: 'spec.resources', verdict: 'refused', note: 'resources of a whole pod; set them on the containers' },
  { path: 'spec.overhead', verdict: 'refused', note: 'runtime classes; leave overhead out' },
  { path: 'spec.runtimeClassName', verdict: 'refused', note: 'runtime classes; leave runtimeClassName out' },
];

const volumesWithFiles = ['emptyDir', 'configMap', 'secret', 'hostPath', 'downwardAPI', 'projected'];
const refusedVolumes = [
  'image',
  'ephemeral',
  'csi',
  'nfs',
  'iscsi',
  'fc',
  'gitRepo',
  'gcePersistentDisk',
  'awsElasticBlockStore',
  'azureDisk',
  'azureFile',
  'cephfs',
  'cinder',
  'flexVolume',
  'flocker',
  'glusterfs',
  'photonPersistentDisk',
  'portworxVolume',
  'quobyte',
  'rbd',
  'scaleIO',
  'storageos',
  'vsphereVolume',
];

const volumeRules: readonly FieldRule[] = [
  {
    path: 'spec.volumes[].persistentVolumeClaim',
    verdict: 'modelled',
    note: 'the pod waits until its claim is bound; its files stay on the disk of the node',
  },
  ...volumesWithFiles.map(
    (source): FieldRule => ({ path: `spec.volumes[].${source}`, verdict: 'modelled', note: 'small text files' }),
  ),
  {
    path: 'spec.volumes[].projected.sources[].serviceAccountToken',
    verdict: 'modelled',
    note: 'a token of the account as a file; a new one comes in time',
  },
  {
    path: 'spec.volumes[].projected.sources[].clusterTrustBundle',
    verdict: 'refused',
    note: 'certificates as files; leave it out',
  },
  ...refusedVolumes.map(
    (source): FieldRule => ({ path: `spec.volumes[].${source}`, verdict: 'refused', note: STORAGE }),
  ),
];

const podRules: readonly FieldRule[] = [
  { path: 'spec.restartPolicy', verdict: 'modelled', note: 'the kubelet follows it' },
  { path: 'spec.terminationGracePeriodSeconds', verdict: 'modelled', note: 'SIGTERM, then SIGKILL when it is over' },
  {
    path: 'spec.serviceAccountName',
    verdict: 'modelled',
    note: 'the account must be there; its token is a file in the containers',
  },
  { path: 'spec.serviceAccount', verdict: 'modelled', note: 'the old name of serviceAccountName' },
  {
    path: 'spec.automountServiceAccountToken',
    verdict: 'modelled',
    note: 'with false its containers do not find a token',
  },
  { path: 'spec.enableServiceLinks', verdict: 'modelled', note: 'variables of the Services there are at its start' },
  { path: 'spec.hostUsers', verdict: 'inert', note: 'programs have no operating system below them', when: [false] },
  { path: 'spec.priority', verdict: 'modelled', note: 'the priority of the class; nothing else is accepted' },
  {
    path: 'spec.initContainers',
    verdict: 'modelled',
    note: 'one after the other, before the containers; sidecars too',
  },
  { path: 'spec.ephemeralContainers', verdict: 'refused', note: 'debugging containers; leave them out' },
  {
    path: 'spec.hostNetwork',
    verdict: 'modelled',
    note: 'its address is that of its node, and so are its ports',
  },
  { path: 'spec.activeDeadlineSeconds', verdict: 'modelled', note: 'the kubelet fails the pod when it is over' },
  { path: 'spec.readinessGates', verdict: 'modelled', note: 'conditions that others write' },
  { path: 'spec.securityContext', verdict: 'inert', note: 'programs have no operating system below them' },
  { path: 'spec.hostPID', verdict: 'inert', note: 'programs see no processes' },
  { path: 'spec.hostIPC', verdict: 'inert', note: 'programs have no operating system below them' },
  { path: 'spec.shareProcessNamespace', verdict: 'inert', note: 'programs see no processes' },
  {
    path: 'spec.dnsPolicy',
    verdict: 'modelled',
    note: 'ClusterFirst, or ClusterFirstWithHostNet on the network of the node; else no name of the cluster resolves',
  },
  { path: 'spec.dnsConfig', verdict: 'inert', note: 'names resolve by the policy alone' },
  { path: 'spec.hostname', verdict: 'inert', note: 'part of a DNS name; inside, the name of the pod is its host name' },
  { path: 'spec.hostnameOverride', verdict: 'inert', note: 'the name of the pod is its host name' },
  { path: 'spec.subdomain', verdict: 'inert', note: 'a DNS name of its own, in clusters with the addon dns' },
  { path: 'spec.setHostnameAsFQDN', verdict: 'inert', note: 'the name of the pod is its host name' },
  { path: 'spec.hostAliases', verdict: 'inert', note: 'programs have no file system' },
  { path: 'spec.imagePullSecrets', verdict: 'inert', note: 'every registry here is public' },
  { path: 'spec.preemptionPolicy', verdict: 'modelled', note: 'with Never the pod waits, and pushes nobody out' },
  { path: 'spec.os.name', verdict: 'inert', note: 'every node runs linux', unless: ['linux'] },
];

/** What happens to each field of a pod here: the one table behind warnings, refusals and the published list. */
export const podFieldRules: readonly FieldRule[] = [
  ...podRules,
  ...rulesBelow('spec.containers[].', containerRules),
  ...rulesBelow('spec.initContainers[].', containerRules),
  ...schedulingRules,
  ...volumeRules,
];

/** The same for the template of a controller. */
export const templateFieldRules: readonly FieldRule[] = rulesBelow('spec.template.', podFieldRules);
