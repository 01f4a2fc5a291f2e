import type { EndpointAddress, EndpointSubset, Endpoints } from '../../api/kinds/endpoints.ts';
import type { Ingress, IngressBackend } from '../../api/kinds/ingress.ts';
import type { IngressClass } from '../../api/kinds/ingressclass.ts';
import type { NetworkPolicy, PolicyPeer, PolicyPort, PolicyPorts } from '../../api/kinds/networkpolicy.ts';
import type { Service } from '../../api/kinds/service.ts';
import { formatLabelSelector } from '../../api/selector.ts';
import type { Answers, Describer, DescribeTools, Lines } from '../../client/describing.ts';

/** kubectl describe ingress: behind each backend stand its endpoints. */
const describeIngress = (tools: DescribeTools) =>
  tools.define<Ingress>({
    kind: 'Ingress',
    related: (ingress) => [
      ...servicesOf(ingress).flatMap((name) => {
        const { namespace = '' } = ingress.metadata;
        const query = { labelSelector: `kubernetes.io/service-name=${name}` };
        return [
          { method: 'GET' as const, path: `/apis/discovery.k8s.io/v1/namespaces/${namespace}/endpointslices`, query },
          { method: 'GET' as const, path: `/api/v1/namespaces/${namespace}/services/${name}` },
        ];
      }),
      tools.eventsRequest(ingress),
    ],
    lines(ingress, answers, nowMs) {
      const { metadata, spec, status } = ingress;
      const addresses = (status?.loadBalancer?.ingress ?? []).map(({ ip, hostname = '' }) => ip || hostname);
      const text = (backend: IngressBackend = {}) => backendText(backend, servicesOf(ingress), answers, tools);
      const standard = spec.defaultBackend === undefined ? '<default>' : text(spec.defaultBackend);
      const rules = (spec.rules ?? []).flatMap(({ host = '', http }) => {
        if (http === undefined) return [];
        const paths = (http.paths ?? []).map(({ path = '', backend }) => `    \t${path} \t${text(backend)}`);
        return [`  ${host || '*'}\t`, ...paths];
      });
      return [
        `Name:\t${metadata.name}`,
        ...tools.labelLines('Labels', metadata.labels),
        `Namespace:\t${metadata.namespace}`,
        `Address:\t${addresses.sort().join(',')}`,
        `Ingress Class:\t${spec.ingressClassName ?? '<none>'}`,
        `Default backend:\t${standard}`,
        ...tlsLines(spec.tls ?? []),
        'Rules:',
        '  Host\tPath\tBackends',
        '  ----\t----\t--------',
        ...(rules.length === 0 ? [`  *\t*\t${standard}`] : rules),
        ...tools.annotationLines('Annotations', metadata.annotations),
        ...tools.eventLines(answers.at(-1), nowMs),
      ];
    },
  });

/** The Services of an Ingress, each once. */
function servicesOf({ spec }: Ingress): readonly string[] {
  const paths = (spec.rules ?? []).flatMap(({ http }) => http?.paths ?? []);
  const all = [spec.defaultBackend, ...paths.map(({ backend }) => backend)];
  return [...new Set(all.flatMap((backend) => backend?.service?.name ?? []))];
}

function backendText(
  { service, resource }: IngressBackend,
  names: readonly string[],
  answers: Answers,
  tools: DescribeTools,
): string {
  if (resource !== undefined) {
    return `APIGroup: ${resource.apiGroup ?? '<none>'}, Kind: ${resource.kind}, Name: ${resource.name}`;
  }
  if (service === undefined) return '';
  const { name = '', port = {} } = service;
  const at = 2 * names.indexOf(name);
  const found = answers[at + 1] as unknown as Service | null;
  const shown = `${name}:${port.name || (port.number ?? 0)}`;
  if (!found) return `${shown} (<error: services "${name}" not found>)`;
  const match = found.spec.ports?.findLast((one) => (port.name ? one.name === port.name : one.port === port.number));
  return `${shown} (${tools.endpointsText(answers[at], match?.name ?? '')})`;
}

function tlsLines(tls: NonNullable<Ingress['spec']['tls']>): Lines {
  const rows = tls.map(({ secretName = '', hosts = [] }) => {
    return `  ${secretName === '' ? 'SNI routes' : `${secretName} terminates`} ${hosts.join(',')}`;
  });
  return rows.length === 0 ? [] : ['TLS:', ...rows];
}

/** kubectl describe ingressclass. */
const describeIngressClass = (tools: DescribeTools) =>
  tools.define<IngressClass>({
    kind: 'IngressClass',
    related: (one) => [tools.eventsRequest(one)],
    lines({ metadata, spec }, [events], nowMs) {
      const { apiGroup, kind, name } = spec?.parameters ?? {};
      const group = apiGroup === undefined ? [] : [`  APIGroup:\t${apiGroup}`];
      return [
        `Name:\t${metadata.name}`,
        ...tools.metaLines(metadata),
        `Controller:\t${spec?.controller ?? ''}`,
        ...(kind === undefined ? [] : ['Parameters:', ...group, `  Kind:\t${kind}`, `  Name:\t${name}`]),
        ...tools.eventLines(events, nowMs),
      ];
    },
  });

/** kubectl describe networkpolicy. */
const describePolicy = (tools: DescribeTools) =>
  tools.define<NetworkPolicy>({
    kind: 'NetworkPolicy',
    related: () => [],
    lines({ metadata, spec: { podSelector = {}, ingress = [], egress = [], policyTypes = [] } }) {
      const chosen = formatLabelSelector(podSelector);
      const all = '<none> (Allowing the specific traffic to all pods in this namespace)';
      const time = (metadata.creationTimestamp ?? '').replace('T', ' ').replace('Z', ' +0000 UTC');
      return [
        ...tools.head(metadata),
        `Created on:\t${time}`,
        ...tools.metaLines(metadata),
        'Spec:',
        `  PodSelector:     ${chosen === '<none>' ? all : chosen}`,
        ...sideLines('ingress', policyTypes.includes('Ingress'), ingress, ({ from }) => from),
        ...sideLines('egress', policyTypes.includes('Egress'), egress, ({ to }) => to),
        `  Policy Types: ${policyTypes.join(', ') || '<none>'}`,
      ];
    },
  });

function sideLines<R extends PolicyPorts>(
  side: 'ingress' | 'egress',
  isMeant: boolean,
  rules: readonly R[],
  peersOf: (rule: R) => readonly PolicyPeer[] | undefined,
): Lines {
  if (!isMeant) return [`  Not affecting ${side} traffic`];
  const word = side === 'ingress' ? 'From' : 'To';
  const anywhere = `    ${word}: <any> (traffic not restricted by ${side === 'ingress' ? 'source' : 'destination'})`;
  const none = `    <none> (Selected pods are isolated for ${side} connectivity)`;
  const rows = rules.flatMap((rule, index) => {
    const ports = (rule.ports ?? []).map(portText);
    const peers = (peersOf(rule) ?? []).flatMap((peer) => [`    ${word}:`, ...peerLines(peer)]);
    return [
      ...(ports.length === 0 ? ['    To Port: <any> (traffic allowed to all ports)'] : ports),
      ...(peers.length === 0 ? [anywhere] : peers),
      ...(index < rules.length - 1 ? ['    ----------'] : []),
    ];
  });
  return [`  Allowing ${side} traffic:`, ...(rows.length === 0 ? [none] : rows)];
}

function portText({ port, endPort, protocol = 'TCP' }: PolicyPort): string {
  const shown = port ?? '<nil>';
  return endPort === undefined
    ? `    To Port: ${shown}/${protocol}`
    : `    To Port Range: ${shown}-${endPort}/${protocol}`;
}

function peerLines({ podSelector, namespaceSelector, ipBlock }: PolicyPeer): Lines {
  const selectors = [
    ...(namespaceSelector ? [`      NamespaceSelector: ${formatLabelSelector(namespaceSelector)}`] : []),
    ...(podSelector ? [`      PodSelector: ${formatLabelSelector(podSelector)}`] : []),
  ];
  if (selectors.length > 0 || ipBlock === undefined) return selectors;
  const { cidr = '', except = [] } = ipBlock;
  return ['      IPBlock:', `        CIDR: ${cidr}`, `        Except: ${except.join(', ')}`];
}

/** kubectl describe endpoints. */
const describeEndpoints = (tools: DescribeTools) =>
  tools.define<Endpoints>({
    kind: 'Endpoints',
    related: (endpoints) => [tools.eventsRequest(endpoints)],
    lines: ({ metadata, subsets = [] }, [events], nowMs) => [
      ...tools.head(metadata),
      ...tools.metaLines(metadata),
      'Subsets:',
      ...subsets.flatMap(subsetLines),
      ...tools.eventLines(events, nowMs),
    ],
  });

function subsetLines({ addresses = [], notReadyAddresses = [], ports = [] }: EndpointSubset): Lines {
  const list = (some: readonly EndpointAddress[]) => some.map(({ ip }) => ip).join(',') || '<none>';
  const rows = ports.map(({ name = '', port, protocol }) => `    ${name || '<unset>'}\t${port}\t${protocol}`);
  const head = ['  Ports:', '    Name\tPort\tProtocol', '    ----\t----\t--------'];
  return [
    `  Addresses:\t${list(addresses)}`,
    `  NotReadyAddresses:\t${list(notReadyAddresses)}`,
    ...(rows.length === 0 ? [] : [...head, ...rows]),
    '',
  ];
}

/** What says who may reach whom. */
export const networkingDescribers = (tools: DescribeTools): readonly Describer[] => [
  describeEndpoints(tools),
  describeIngress(tools),
  describeIngressClass(tools),
  describePolicy(tools),
];
