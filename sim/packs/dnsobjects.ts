import type { KubeObject } from '../api/meta.ts';
import { CLUSTER_DNS } from '../protocol/dns.ts';
import { accountOf, rule } from './accounts.ts';

/**
 * What `kubeadm init` makes for DNS, in its order. Upstream: `cmd/kubeadm/app/phases/addons/dns/manifests.go`; the
 * version is that of `constants.go` in v1.36. Leaves out: the container's securityContext, for which each change of the
 * Deployment would be answered with a warning that it has no effect here.
 */
export function dnsObjects(): readonly KubeObject[] {
  const objects = [
    { apiVersion: 'v1', kind: 'ConfigMap', metadata: metadata('coredns'), data: { Corefile: COREFILE } },
    ...accountOf('coredns', 'system:coredns', [
      rule('list,watch', '', 'endpoints,services,pods,namespaces'),
      rule('list,watch', 'discovery.k8s.io', 'endpointslices'),
    ]),
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: metadata('coredns', labels),
      spec: {
        replicas: 2,
        strategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 1 } },
        selector: { matchLabels: labels },
        template: { metadata: { labels }, spec: podSpec() },
      },
    },
    service(),
  ];
  return objects as unknown as readonly KubeObject[];
}

const labels = { 'k8s-app': 'kube-dns' };

function metadata(name: string, own?: Readonly<Record<string, string>>) {
  return { name, namespace: 'kube-system', ...(own && { labels: own }) };
}

const COREFILE = `.:53 {
    errors
    health {
       lameduck 5s
    }
    ready
    kubernetes cluster.local in-addr.arpa ip6.arpa {
       pods insecure
       fallthrough in-addr.arpa ip6.arpa
       ttl 30
    }
    prometheus :9153
    forward . /etc/resolv.conf {
       max_concurrent 1000
    }
    cache 30 {
       disable success cluster.local
       disable denial cluster.local
    }
    loop
    reload
    loadbalance
}
`;

function podSpec() {
  const matchExpressions = [{ key: 'k8s-app', operator: 'In', values: ['kube-dns'] }];
  const podAffinityTerm = { labelSelector: { matchExpressions }, topologyKey: 'kubernetes.io/hostname' };
  return {
    priorityClassName: 'system-cluster-critical',
    serviceAccountName: 'coredns',
    affinity: {
      podAntiAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 100, podAffinityTerm }] },
    },
    tolerations: [
      { key: 'CriticalAddonsOnly', operator: 'Exists' },
      { key: 'node-role.kubernetes.io/control-plane', effect: 'NoSchedule' },
    ],
    nodeSelector: { 'kubernetes.io/os': 'linux' },
    containers: [container()],
    dnsPolicy: 'Default',
    volumes: [
      { name: 'config-volume', configMap: { name: 'coredns', items: [{ key: 'Corefile', path: 'Corefile' }] } },
    ],
  };
}

function container() {
  const probe = (path: string, port: string) => ({ httpGet: { path, port, scheme: 'HTTP' } });
  return {
    name: 'coredns',
    image: 'registry.k8s.io/coredns/coredns:v1.14.2',
    imagePullPolicy: 'IfNotPresent',
    resources: { limits: { memory: '170Mi' }, requests: { cpu: '100m', memory: '70Mi' } },
    args: ['-conf', '/etc/coredns/Corefile'],
    volumeMounts: [{ name: 'config-volume', mountPath: '/etc/coredns', readOnly: true }],
    ports: [
      { containerPort: 53, name: 'dns', protocol: 'UDP' },
      { containerPort: 53, name: 'dns-tcp', protocol: 'TCP' },
      { containerPort: 9153, name: 'metrics', protocol: 'TCP' },
      { containerPort: 8080, name: 'liveness-probe', protocol: 'TCP' },
      { containerPort: 8181, name: 'readiness-probe', protocol: 'TCP' },
    ],
    livenessProbe: {
      ...probe('/health', 'liveness-probe'),
      initialDelaySeconds: 60,
      timeoutSeconds: 5,
      successThreshold: 1,
      failureThreshold: 5,
    },
    readinessProbe: probe('/ready', 'readiness-probe'),
  };
}

function service() {
  const own = { ...labels, 'kubernetes.io/cluster-service': 'true', 'kubernetes.io/name': 'CoreDNS' };
  const annotations = { 'prometheus.io/port': '9153', 'prometheus.io/scrape': 'true' };
  const port = (name: string, number: number, protocol: string) => ({
    name,
    port: number,
    protocol,
    targetPort: number,
  });
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { ...metadata('kube-dns', own), annotations },
    spec: {
      clusterIP: CLUSTER_DNS,
      ports: [port('dns', 53, 'UDP'), port('dns-tcp', 53, 'TCP'), port('metrics', 9153, 'TCP')],
      selector: labels,
    },
  };
}
