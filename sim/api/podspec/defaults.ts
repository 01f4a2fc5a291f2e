import type {
  Container,
  ContainerPort,
  EnvVar,
  Pod,
  PodSpec,
  PodTemplateSpec,
  Probe,
  ResourceRequirements,
  Volume,
} from '../kinds/pod.ts';
import type { JsonObject } from '../meta.ts';

/** Defaults of a pod, as upstream core/v1 SetDefaults_Pod and those of its parts. */
export function podDefaults(pod: Pod): Pod {
  const spec = specDefaults(pod.spec ?? { containers: [] });
  return {
    ...pod,
    spec: {
      ...spec,
      ...(spec.initContainers && { initContainers: spec.initContainers.map((each) => ofPod(each, spec)) }),
      containers: spec.containers.map((each) => ofPod(each, spec)),
      enableServiceLinks: spec.enableServiceLinks ?? true,
    },
  };
}

/** On the network of its node a port is the node's own. */
function ofPod(container: Container, { hostNetwork }: PodSpec): Container {
  const asked = requestsFromLimits(container);
  if (!hostNetwork || asked.ports === undefined) return asked;
  return { ...asked, ports: asked.ports.map((port) => ({ ...port, hostPort: port.hostPort || port.containerPort })) };
}

/** Defaults of a pod template: requests stay as they are, only a pod derives them from limits. */
export function templateDefaults(template: PodTemplateSpec | undefined): PodTemplateSpec {
  return { ...template, spec: specDefaults(template?.spec ?? { containers: [] }) };
}

function specDefaults(spec: PodSpec): PodSpec {
  const account = spec.serviceAccountName ?? spec.serviceAccount;
  return {
    ...spec,
    ...(spec.volumes && { volumes: spec.volumes.map(volumeDefaults) }),
    ...(spec.initContainers && { initContainers: spec.initContainers.map(containerDefaults) }),
    containers: (spec.containers ?? []).map(containerDefaults),
    restartPolicy: spec.restartPolicy ?? 'Always',
    terminationGracePeriodSeconds: spec.terminationGracePeriodSeconds ?? 30,
    dnsPolicy: spec.dnsPolicy ?? 'ClusterFirst',
    securityContext: spec.securityContext ?? {},
    schedulerName: spec.schedulerName ?? 'default-scheduler',
    ...(account !== undefined && { serviceAccountName: account, serviceAccount: account }),
  };
}

function containerDefaults(container: Container): Container {
  return {
    ...container,
    ...(container.ports && { ports: container.ports.map(portDefaults) }),
    ...(container.env && { env: container.env.map(envDefaults) }),
    ...(container.livenessProbe && { livenessProbe: probeDefaults(container.livenessProbe) }),
    ...(container.readinessProbe && { readinessProbe: probeDefaults(container.readinessProbe) }),
    ...(container.startupProbe && { startupProbe: probeDefaults(container.startupProbe) }),
    resources: container.resources ?? {},
    terminationMessagePath: container.terminationMessagePath ?? '/dev/termination-log',
    terminationMessagePolicy: container.terminationMessagePolicy ?? 'File',
    imagePullPolicy: container.imagePullPolicy ?? pullPolicy(container.image ?? ''),
  };
}

/** Always for the tag `latest` or none, else IfNotPresent; a digest is never pulled twice. */
function pullPolicy(image: string): 'Always' | 'IfNotPresent' {
  if (image.includes('@')) return 'IfNotPresent';
  const tag = /:([\w][\w.-]*)$/.exec(image)?.[1];
  return tag === undefined || tag === 'latest' ? 'Always' : 'IfNotPresent';
}

function portDefaults(port: ContainerPort): ContainerPort {
  return { ...port, protocol: port.protocol ?? 'TCP' };
}

function envDefaults(variable: EnvVar): EnvVar {
  const reference = variable.valueFrom?.fieldRef as JsonObject | undefined;
  if (reference === undefined) return variable;
  const fieldRef = { ...reference, apiVersion: reference.apiVersion ?? 'v1' };
  return { ...variable, valueFrom: { ...variable.valueFrom, fieldRef } };
}

function probeDefaults(probe: Probe): Probe {
  const { httpGet, grpc } = probe;
  return {
    ...probe,
    ...(httpGet && { httpGet: { ...httpGet, path: httpGet.path ?? '/', scheme: httpGet.scheme ?? 'HTTP' } }),
    ...(grpc && { grpc: { ...grpc, service: grpc.service ?? '' } }),
    timeoutSeconds: probe.timeoutSeconds || 1,
    periodSeconds: probe.periodSeconds || 10,
    successThreshold: probe.successThreshold || 1,
    failureThreshold: probe.failureThreshold || 3,
  };
}

const MODE_0644 = 420;
const WITH_MODE = ['configMap', 'secret', 'downwardAPI', 'projected'] as const;

function volumeDefaults(volume: Volume): Volume {
  if (Object.keys(volume).every((field) => field === 'name')) return { ...volume, emptyDir: {} };
  for (const source of WITH_MODE) {
    const content = volume[source];
    if (content === undefined) continue;
    const sources = (content['sources'] ?? []) as readonly JsonObject[];
    const parts = source === 'projected' ? { sources: sources.map(projectionDefaults) } : {};
    return { ...volume, [source]: { ...content, ...parts, defaultMode: content.defaultMode ?? MODE_0644 } };
  }
  return volume;
}

function projectionDefaults(part: JsonObject): JsonObject {
  const token = part['serviceAccountToken'] as JsonObject | undefined;
  if (token === undefined) return part;
  return { ...part, serviceAccountToken: { ...token, expirationSeconds: token['expirationSeconds'] ?? 3600 } };
}

/** A container with a limit but no request gets the limit as its request. */
function requestsFromLimits(container: Container): Container {
  const resources: ResourceRequirements = container.resources ?? {};
  if (resources.limits === undefined) return container;
  return { ...container, resources: { ...resources, requests: { ...resources.limits, ...resources.requests } } };
}
