import { pathOf } from '../../api/index.ts';
import type { ConfigMap } from '../../api/kinds/configmap.ts';
import type { EndpointSlice } from '../../api/kinds/endpointslice.ts';
import type { LimitRange } from '../../api/kinds/limitrange.ts';
import type { Namespace } from '../../api/kinds/namespace.ts';
import type { ResourceQuota } from '../../api/kinds/resourcequota.ts';
import type { Service } from '../../api/kinds/service.ts';
import type { ServiceAccount } from '../../api/kinds/serviceaccount.ts';
import { longTime } from '../../api/longtime.ts';
import type { JsonObject, JsonValue, KubeObject } from '../../api/meta.ts';
import type { Lines } from '../../client/describing.ts';
import { formatLabels } from '../printers.ts';
import { resourceOf } from '../resources.ts';
import { defineDescriber, eventsOf, eventsRequest, itemsOf, listRequest } from './describer.ts';
import { quotaLines, rangeLines } from './policy.ts';
import { eventLines, head, metaLines } from './writer.ts';

/** kubectl describe service. */
export const describeService = defineDescriber<Service>({
  kind: 'Service',
  related(service) {
    const { name, namespace = '' } = service.metadata;
    const path = pathOf(resourceOf('endpointslices'), namespace);
    const slices = { method: 'GET' as const, path, query: { labelSelector: `kubernetes.io/service-name=${name}` } };
    return [slices, eventsRequest(service)];
  },
  lines(service, [slices, events], nowMs) {
    const { metadata, spec, status } = service;
    const ingress = status?.loadBalancer?.ingress ?? [];
    return [
      ...head(metadata),
      ...metaLines(metadata),
      `Selector:\t${formatLabels(spec.selector)}`,
      `Type:\t${spec.type ?? ''}`,
      ...(spec.ipFamilyPolicy ? [`IP Family Policy:\t${spec.ipFamilyPolicy}`] : []),
      `IP Families:\t${spec.ipFamilies?.join(',') || '<none>'}`,
      `IP:\t${spec.clusterIP ?? ''}`,
      `IPs:\t${spec.clusterIPs?.join(',') || '<none>'}`,
      ...(spec.externalIPs?.length ? [`External IPs:\t${spec.externalIPs.join(',')}`] : []),
      ...(spec.externalName ? [`External Name:\t${spec.externalName}`] : []),
      ...(ingress.length > 0
        ? [`LoadBalancer Ingress:\t${ingress.map((one) => one.ip ?? one.hostname).join(', ')}`]
        : []),
      ...portLines(service, itemsOf<EndpointSlice>(slices)),
      `Session Affinity:\t${spec.sessionAffinity ?? ''}`,
      ...(spec.externalTrafficPolicy ? [`External Traffic Policy:\t${spec.externalTrafficPolicy}`] : []),
      ...(spec.internalTrafficPolicy ? [`Internal Traffic Policy:\t${spec.internalTrafficPolicy}`] : []),
      ...eventLines(eventsOf(events), nowMs),
    ];
  },
});

function portLines({ spec }: Service, slices: readonly EndpointSlice[]): Lines {
  return (spec.ports ?? []).flatMap(({ name = '', port, protocol = 'TCP', targetPort, nodePort }) => [
    `Port:\t${name || '<unset>'}\t${port}/${protocol}`,
    `TargetPort:\t${targetPort ?? 0}/${protocol}`,
    ...(nodePort ? [`NodePort:\t${name || '<unset>'}\t${nodePort}/${protocol}`] : []),
    `Endpoints:\t${endpointsText(slices, name)}`,
  ]);
}

const SHOWN_ENDPOINTS = 3;

/** `10.244.1.2:80,10.244.2.2:80`: who answers behind a port of a Service. */
export function endpointsText(slices: readonly EndpointSlice[], portName: string): string {
  if (slices.length === 0) return '<none>';
  const all = slices.flatMap(({ ports, endpoints }) =>
    (ports ?? [])
      .filter(({ name = '' }) => name === portName)
      .flatMap(({ port }) =>
        (endpoints ?? [])
          .filter(({ conditions }) => conditions?.ready !== false)
          .map(({ addresses }) => `${addresses[0]}:${port}`),
      ),
  );
  const shown = all.slice(0, SHOWN_ENDPOINTS).join(',');
  return all.length > SHOWN_ENDPOINTS ? `${shown} + ${all.length - SHOWN_ENDPOINTS} more...` : shown;
}

/** kubectl describe namespace; quotas and limit ranges are left out where they cannot be read. */
export const describeNamespace = defineDescriber<Namespace>({
  kind: 'Namespace',
  related: ({ metadata }) =>
    ['resourcequotas', 'limitranges'].map((plural) => listRequest(`/api/v1/namespaces/${metadata.name}/${plural}`, {})),
  lines({ metadata, status }, [quotas, ranges]) {
    const conditions = status?.conditions ?? [];
    const rows = conditions.map(
      ({ type, status: value, lastTransitionTime, reason = '', message = '' }) =>
        `  ${type}\t${value}\t${longTime(lastTransitionTime)}\t${reason}\t${message}`,
    );
    return [
      `Name:\t${metadata.name}`,
      ...metaLines(metadata),
      `Status:\t${status?.phase ?? ''}`,
      ...(rows.length === 0
        ? []
        : [
            'Conditions:',
            '  Type\tStatus\tLastTransitionTime\tReason\tMessage',
            '  ----\t------\t------------------\t------\t-------',
            ...rows,
          ]),
      ...(quotas ? quotaLines(itemsOf<ResourceQuota>(quotas)) : []),
      ...(ranges ? rangeLines(itemsOf<LimitRange>(ranges)) : []),
    ];
  },
});

/** kubectl describe configmap. */
export const describeConfigMap = defineDescriber<ConfigMap>({
  kind: 'ConfigMap',
  related: (map) => [eventsRequest(map)],
  lines({ metadata, data = {}, binaryData = {} }, [events], nowMs) {
    const texts = Object.keys(data)
      .sort()
      .flatMap((key) => [`${key}:`, '----', ...(data[key] ?? '').split('\n'), '']);
    const sizes = Object.keys(binaryData)
      .sort()
      .map((key) => `${key}: ${byteCount(binaryData[key] ?? '')} bytes`);
    return [
      ...head(metadata),
      ...metaLines(metadata),
      '',
      'Data',
      '====',
      ...texts,
      '',
      'BinaryData',
      '====',
      ...sizes,
      '',
      ...eventLines(eventsOf(events), nowMs),
    ];
  },
});

function byteCount(base64: string): number {
  return Math.floor((base64.replace(/=+$/, '').length * 3) / 4);
}

/** kubectl describe serviceaccount. */
export const describeServiceAccount = defineDescriber<ServiceAccount>({
  kind: 'ServiceAccount',
  related: (account) => [eventsRequest(account)],
  lines({ metadata, imagePullSecrets = [], secrets = [] }, [events], nowMs) {
    const names = (title: string, list: readonly { readonly name?: string }[]) =>
      list.length === 0
        ? [`${title}\t<none>`]
        : list.map(({ name }, index) => `${index === 0 ? title : ' '.repeat(title.length)}\t${name}`);
    return [
      ...head(metadata),
      ...metaLines(metadata),
      ...names('Image pull secrets:', imagePullSecrets),
      ...names('Mountable secrets: ', secrets),
      ...names('Tokens:            ', []),
      ...eventLines(eventsOf(events), nowMs),
    ];
  },
});

/** kubectl describe endpointslice. */
export const describeEndpointSlice = defineDescriber<EndpointSlice>({
  kind: 'EndpointSlice',
  related: (slice) => [eventsRequest(slice)],
  lines({ metadata, addressType, ports, endpoints }, [events], nowMs) {
    const rows = (ports ?? []).map(({ name, port, protocol = 'TCP' }) => {
      return `  ${name || '<unset>'}\t${port ?? '<unset>'}\t${protocol}`;
    });
    return [
      ...head(metadata),
      ...metaLines(metadata),
      `AddressType:\t${addressType}`,
      ...(rows.length === 0
        ? ['Ports: <unset>']
        : ['Ports:', '  Name\tPort\tProtocol', '  ----\t----\t--------', ...rows]),
      ...(endpoints?.length ? ['Endpoints:', ...endpoints.flatMap(endpointLines)] : ['Endpoints: <none>']),
      ...eventLines(eventsOf(events), nowMs),
    ];
  },
});

function endpointLines(endpoint: NonNullable<EndpointSlice['endpoints']>[number]): Lines {
  const { addresses, conditions, hostname, targetRef, nodeName, zone } = endpoint;
  return [
    `  - Addresses:\t${addresses.join(',')}`,
    '    Conditions:',
    `      Ready:\t${conditions?.ready ?? '<unset>'}`,
    `    Hostname:\t${hostname ?? '<unset>'}`,
    ...(targetRef === undefined ? [] : [`    TargetRef:\t${targetRef.kind}/${targetRef.name}`]),
    `    NodeName:\t${nodeName ?? '<unset>'}`,
    `    Zone:\t${zone ?? '<unset>'}`,
  ];
}

/** Any other kind: its fields in order, with spaced names. */
export const describeAny = defineDescriber<KubeObject>({
  kind: '',
  related: (object) => [eventsRequest(object)],
  lines: (object, [events], nowMs) => [
    ...head(object.metadata),
    ...metaLines(object.metadata),
    ...contentLines(object as unknown as JsonObject, '', ''),
    ...eventLines(eventsOf(events), nowMs),
  ],
});

const SHOWN_ABOVE = ['managedFields', 'name', 'namespace', 'labels', 'annotations'].map((name) => `.metadata.${name}`);

function contentLines(content: JsonObject, margin: string, path: string): Lines {
  return Object.keys(content)
    .sort()
    .filter((field) => content[field] !== undefined && !SHOWN_ABOVE.includes(`${path}.${field}`))
    .flatMap((field) => fieldLines(spaced(field), content[field], margin, `${path}.${field}`));
}

function fieldLines(title: string, value: JsonValue, margin: string, path: string): Lines {
  if (Array.isArray(value)) {
    const items = value.flatMap((item: JsonValue) =>
      typeof item === 'object' ? contentLines((item ?? {}) as JsonObject, `${margin}  `, path) : [`${margin}  ${item}`],
    );
    return [`${margin}${title}:`, ...items];
  }
  if (typeof value !== 'object' || value === null) return [`${margin}${title}:\t${value ?? '<nil>'}`];
  return [`${margin}${title}:`, ...contentLines(value as JsonObject, `${margin}  `, path)];
}

/** `creationTimestamp` as `Creation Timestamp`; `uid` as `UID`. */
function spaced(field: string): string {
  if (/[^\p{L}-]/u.test(field)) return field;
  const words = field.match(/\p{Lu}+(?!\p{Ll})|\p{Lu}?[^\p{Lu}]+/gu) ?? [field];
  return words.map((word) => (/^(?:api|url|uid|osb|guid)$/i.test(word) ? word.toUpperCase() : capital(word))).join(' ');
}

function capital(word: string): string {
  return word.slice(0, 1).toUpperCase() + word.slice(1);
}
