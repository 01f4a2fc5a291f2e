import { ageColumn, column, formatLabels, nameColumn, wideColumn } from '../cells.ts';
import type { Condition, IntOrString, JsonObject, Labels, ObjectMeta } from '../meta.ts';
import { defineResource, keepStatus } from '../resource.ts';
import { schemas } from '../schemas/clusterschemas.ts';
import { schemaOf } from '../schemas/schema.ts';
import { validateService } from '../servicespec/validation.ts';
import { type FieldRule, refusalsBy, warningsBy } from '../verdicts.ts';
import type { Protocol } from './pod.ts';

export type Service = {
  readonly apiVersion: 'v1';
  readonly kind: 'Service';
  readonly metadata: ObjectMeta;
  readonly spec: ServiceSpec;
  readonly status?: ServiceStatus;
};

export type ServiceSpec = {
  readonly ports?: readonly ServicePort[];
  readonly selector?: Labels;
  /** An address, `None` for a headless service, absent until allocated. */
  readonly clusterIP?: string;
  readonly clusterIPs?: readonly string[];
  readonly type?: 'ClusterIP' | 'NodePort' | 'LoadBalancer' | 'ExternalName';
  readonly externalIPs?: readonly string[];
  readonly sessionAffinity?: 'None' | 'ClientIP';
  readonly sessionAffinityConfig?: { readonly clientIP?: { readonly timeoutSeconds?: number } };
  readonly loadBalancerIP?: string;
  readonly loadBalancerSourceRanges?: readonly string[];
  readonly loadBalancerClass?: string;
  readonly allocateLoadBalancerNodePorts?: boolean;
  readonly externalName?: string;
  readonly externalTrafficPolicy?: 'Cluster' | 'Local';
  readonly internalTrafficPolicy?: 'Cluster' | 'Local';
  readonly healthCheckNodePort?: number;
  readonly publishNotReadyAddresses?: boolean;
  readonly ipFamilies?: readonly ('IPv4' | 'IPv6')[];
  readonly ipFamilyPolicy?: string;
  readonly trafficDistribution?: string;
};

export type ServicePort = {
  readonly name?: string;
  readonly protocol?: Protocol;
  readonly appProtocol?: string;
  readonly port: number;
  readonly targetPort?: IntOrString;
  readonly nodePort?: number;
};

export type ServiceStatus = {
  readonly loadBalancer?: { readonly ingress?: readonly JsonObject[] };
  readonly conditions?: readonly Condition[];
};

/** Upstream registry/core/service: addresses and node ports are allocated by the apiserver, not here. */
export const services = defineResource<Service>({
  group: '',
  version: 'v1',
  kind: 'Service',
  plural: 'services',
  shortNames: ['svc'],
  categories: ['all'],
  namespaced: true,
  subresources: ['status'],
  schema: schemaOf(schemas, 'Service'),
  defaults: serviceDefaults,
  prepareForCreate: (service) => ({ ...service, status: { loadBalancer: {} } }),
  prepareForUpdate: (next, old) => keepStatus(keepAllocated(dropUnused(next, old), old), old),
  prepareForStatusUpdate: (next, old) => ({ ...next, spec: old.spec }),
  validate: validateService,
  warnings: (service) => warningsBy(serviceFieldRules, service),
  refusals: (service) => refusalsBy(serviceFieldRules, service),
  fields: ({ metadata, spec }) => ({
    'metadata.name': metadata.name,
    'metadata.namespace': metadata.namespace ?? '',
    'spec.clusterIP': spec.clusterIP ?? '',
    'spec.type': spec.type ?? '',
  }),
  columns: [
    nameColumn(),
    column('Type', (service) => service.spec.type ?? ''),
    column('Cluster-IP', (service) => service.spec.clusterIP || '<none>'),
    column('External-IP', externalAddress),
    column('Port(s)', portList),
    ageColumn(),
    wideColumn('Selector', (service) => formatLabels(service.spec.selector)),
  ],
});

/** What happens to the fields of a Service here. */
export const serviceFieldRules: readonly FieldRule[] = [
  { path: 'spec.ports', verdict: 'modelled', note: 'port, targetPort (number or name), nodePort, TCP' },
  { path: 'spec.selector', verdict: 'modelled', note: 'which pods become endpoints' },
  { path: 'spec.clusterIP', verdict: 'modelled', note: 'allocated when absent; None makes a headless service' },
  { path: 'spec.type', verdict: 'modelled', note: 'the service answers on its address', when: ['ClusterIP'] },
  { path: 'spec.type', verdict: 'modelled', note: 'a port of every node is allocated', when: ['NodePort'] },
  {
    path: 'spec.type',
    verdict: 'inert',
    note: 'its address is given by the addon cloud; without it EXTERNAL-IP stays <pending>, the node port works',
    when: ['LoadBalancer'],
  },
  {
    path: 'spec.type',
    verdict: 'inert',
    note: 'nothing answers with the other name; the addon dns does',
    when: ['ExternalName'],
  },
  { path: 'spec.sessionAffinity', verdict: 'modelled', note: 'a client stays with its endpoint', when: ['ClientIP'] },
  { path: 'spec.externalTrafficPolicy', verdict: 'modelled', note: 'endpoints of the node alone', when: ['Local'] },
  { path: 'spec.internalTrafficPolicy', verdict: 'modelled', note: 'endpoints of the node alone', when: ['Local'] },
  { path: 'spec.publishNotReadyAddresses', verdict: 'modelled', note: 'pods are published before they are ready' },
  {
    path: 'spec.ports[].protocol',
    verdict: 'modelled',
    note: 'datagrams walk the rules; CoreDNS serves them, resolvers and nslookup send them, no other program does',
    when: ['UDP'],
  },
  { path: 'spec.ports[].protocol', verdict: 'inert', note: 'rules are written; no program speaks it', when: ['SCTP'] },
  { path: 'spec.ipFamilyPolicy', verdict: 'refused', note: 'only IPv4; use SingleStack', when: ['RequireDualStack'] },
  { path: 'spec.ipFamilyPolicy', verdict: 'inert', note: 'only IPv4 is there', when: ['PreferDualStack'] },
  { path: 'spec.ipFamilies[]', verdict: 'refused', note: 'only IPv4', when: ['IPv6'] },
  { path: 'spec.externalIPs', verdict: 'modelled', note: 'rules of every node; nothing outside sends to it' },
  { path: 'spec.externalName', verdict: 'inert', note: 'resolved in clusters with the addon dns' },
  { path: 'spec.loadBalancerIP', verdict: 'inert', note: 'only the addon cloud hands out addresses' },
  { path: 'spec.loadBalancerClass', verdict: 'inert', note: 'somebody else has to give the address, and nobody does' },
  { path: 'spec.loadBalancerSourceRanges', verdict: 'modelled', note: 'kube-proxy drops what comes from elsewhere' },
  {
    path: 'spec.trafficDistribution',
    verdict: 'modelled',
    note: 'endpoints of the same zone or node, while there are any',
  },
  { path: 'spec.ports[].appProtocol', verdict: 'inert', note: 'only a hint for load balancers' },
  { path: 'spec.clusterIPs', verdict: 'modelled', note: 'the same one address as clusterIP' },
  { path: 'spec.healthCheckNodePort', verdict: 'inert', note: 'no load balancer asks for the health of a node' },
  { path: 'spec.sessionAffinityConfig', verdict: 'modelled', note: 'for how long a client stays' },
  {
    path: 'spec.allocateLoadBalancerNodePorts',
    verdict: 'inert',
    note: 'a load balancer always gets its node ports',
    when: [false],
  },
];

function serviceDefaults(service: Service): Service {
  const spec = service.spec ?? {};
  const type = spec.type ?? 'ClusterIP';
  const isExternal = type === 'NodePort' || type === 'LoadBalancer';
  const seconds = spec.sessionAffinityConfig?.clientIP?.timeoutSeconds ?? AFFINITY_SECONDS;
  return {
    ...service,
    spec: {
      ...spec,
      type,
      sessionAffinity: spec.sessionAffinity ?? 'None',
      ...(spec.sessionAffinity === 'ClientIP' && { sessionAffinityConfig: { clientIP: { timeoutSeconds: seconds } } }),
      ...(spec.ports && { ports: spec.ports.map(portDefaults) }),
      ...(spec.clusterIP !== undefined && { clusterIPs: spec.clusterIPs ?? [spec.clusterIP] }),
      ...(isExternal && { externalTrafficPolicy: spec.externalTrafficPolicy ?? 'Cluster' }),
      ...(type !== 'ExternalName' && {
        internalTrafficPolicy: spec.internalTrafficPolicy ?? 'Cluster',
        ipFamilies: spec.ipFamilies ?? ['IPv4'],
        ipFamilyPolicy: spec.ipFamilyPolicy ?? 'SingleStack',
      }),
      ...(type === 'LoadBalancer' && { allocateLoadBalancerNodePorts: spec.allocateLoadBalancerNodePorts ?? true }),
    },
  };
}

const AFFINITY_SECONDS = 10_800;

function portDefaults(port: ServicePort): ServicePort {
  return { ...port, protocol: port.protocol ?? 'TCP', targetPort: port.targetPort || port.port };
}

/** What only the old type could have is dropped with it, unless it was changed (upstream dropTypeDependentFields). */
function dropUnused(next: Service, old: Service): Service {
  const isOpen = ({ spec: { type } }: Service) => type === 'NodePort' || type === 'LoadBalancer';
  if (!isOpen(old) || isOpen(next)) return next;
  const { externalTrafficPolicy: _e, healthCheckNodePort: _h, allocateLoadBalancerNodePorts: _a, ...spec } = next.spec;
  const before = new Set((old.spec.ports ?? []).map(({ nodePort }) => nodePort));
  const ports = spec.ports?.map(({ nodePort, ...port }) => (before.has(nodePort) ? port : { ...port, nodePort }));
  return { ...next, spec: { ...spec, ...(ports && { ports }) } as ServiceSpec };
}

/** An update that leaves the allocated values out keeps them (upstream patchAllocatedValues). */
function keepAllocated(next: Service, old: Service): Service {
  const { spec } = next;
  const keepsAddress = spec.type !== 'ExternalName' && !spec.clusterIP && old.spec.clusterIP;
  const address = keepsAddress ? { clusterIP: old.spec.clusterIP, clusterIPs: old.spec.clusterIPs } : {};
  const hasNodePorts = spec.type === 'NodePort' || spec.type === 'LoadBalancer';
  const used = new Set(spec.ports?.map((port) => port.nodePort ?? 0));
  const ports = spec.ports?.map((port) => {
    if (!hasNodePorts || port.nodePort) return port;
    const same = old.spec.ports?.find((other) => other.port === port.port && other.protocol === port.protocol);
    return same?.nodePort && !used.has(same.nodePort) ? { ...port, nodePort: same.nodePort } : port;
  });
  return { ...next, spec: { ...spec, ...address, ...(ports && { ports }) } };
}

function externalAddress(service: Service): string {
  const { type, externalIPs = [] } = service.spec;
  if (type === 'ExternalName') return service.spec.externalName ?? '';
  if (type !== 'LoadBalancer') return externalIPs.length === 0 ? '<none>' : externalIPs.join(',');
  const ingress = service.status?.loadBalancer?.ingress ?? [];
  const addresses = [...ingress.map(({ ip, hostname }) => String(ip ?? hostname ?? '')), ...externalIPs];
  return addresses.length === 0 ? '<pending>' : addresses.join(',');
}

function portList(service: Service): string {
  const ports = (service.spec.ports ?? []).map(({ port, nodePort, protocol = 'TCP' }) =>
    nodePort ? `${port}:${nodePort}/${protocol}` : `${port}/${protocol}`,
  );
  return ports.length === 0 ? '<none>' : ports.join(',');
}
