import { ageColumn, column, firstOf, nameColumn } from '../cells.ts';
import { dns1123LabelErrors, dns1123SubdomainErrors, ipErrors, portNameErrors } from '../formats.ts';
import type { Kind } from '../kind.ts';
import type { ObjectMeta } from '../meta.ts';
import { backendPortErrors, referenceErrors, wildcardErrors } from '../networking/formats.ts';
import { countGeneration, defineResource, keepStatus, type Resource, startGeneration } from '../resource.ts';
import { networkingSchemas } from '../schemas/networkingschemas.ts';
import { schemaOf } from '../schemas/schema.ts';
import { readTexts } from '../texts/read.ts';
import {
  type Errors,
  invalidEach,
  invalidValue,
  notSupported,
  required,
  subdomainName,
  validateMeta,
} from '../validate.ts';
import { type FieldRule, warningsBy } from '../verdicts.ts';

export type Ingress = {
  readonly apiVersion: 'networking.k8s.io/v1';
  readonly kind: 'Ingress';
  readonly metadata: ObjectMeta;
  readonly spec: {
    readonly ingressClassName?: string;
    readonly defaultBackend?: IngressBackend;
    readonly tls?: readonly { readonly hosts?: readonly string[]; readonly secretName?: string }[];
    readonly rules?: readonly IngressRule[];
  };
  readonly status?: {
    readonly loadBalancer?: { readonly ingress?: readonly { readonly ip?: string; readonly hostname?: string }[] };
  };
};

export type IngressRule = {
  readonly host?: string;
  readonly http?: { readonly paths?: readonly HTTPIngressPath[] };
};

export type HTTPIngressPath = {
  readonly path?: string;
  readonly pathType?: string;
  readonly backend?: IngressBackend;
};

export type IngressBackend = {
  readonly service?: { readonly name?: string; readonly port?: { readonly name?: string; readonly number?: number } };
  readonly resource?: { readonly apiGroup?: string; readonly kind: string; readonly name: string };
};

const texts = readTexts(`
Ingress Rules by which HTTP from outside reaches Services. It takes an ingress controller that follows them.
IngressSpec.ingressClassName Which ingress controller is meant, by its IngressClass.
IngressSpec.defaultBackend Where requests go that no rule fits.
IngressSpec.tls Hosts with TLS, and the Secrets with their certificates.
IngressSpec.rules By host and path, where requests go.
IngressBackend.service A Service.
IngressBackend.resource Another object, instead of a Service.
IngressServiceBackend.port The port of the Service, by name or by number.
ServiceBackendPort.number The number of the port.
IngressTLS.hosts The hosts that the certificate is for.
IngressTLS.secretName The Secret with the certificate and its key.
IngressRule.host The host of the request; *.example.org fits any first label. Empty: every host.
IngressRule.http Paths and their backends.
HTTPIngressRuleValue.paths The paths, and where each goes.
HTTPIngressPath.path What the path of the request is compared with.
HTTPIngressPath.pathType Exact, Prefix (element by element) or ImplementationSpecific.
HTTPIngressPath.backend Where such requests go.
IngressStatus.loadBalancer The addresses at which it can be reached.
IngressLoadBalancerStatus.ingress The addresses.
IngressLoadBalancerIngress.ip An IP address.
IngressLoadBalancerIngress.hostname A host name.
IngressLoadBalancerIngress.ports The ports that are open there.
IngressPortStatus.error Why the port is not open.
`);

const NOBODY = 'no ingress controller runs here';

const rules: readonly FieldRule[] = ['defaultBackend', 'rules'].map((field) => ({
  path: `spec.${field}`,
  verdict: 'inert',
  note: NOBODY,
}));

/** Upstream registry/networking/ingress strategy. */
const ingresses = defineResource<Ingress>({
  group: 'networking.k8s.io',
  version: 'v1',
  kind: 'Ingress',
  plural: 'ingresses',
  shortNames: ['ing'],
  namespaced: true,
  subresources: ['status'],
  schema: schemaOf(networkingSchemas, 'Ingress'),
  defaults: (ingress) => ({ ...ingress, spec: ingress.spec ?? {} }),
  prepareForCreate: (ingress) => startGeneration({ ...ingress, status: { loadBalancer: {} } }),
  prepareForUpdate: (next, old) => keepStatus(countGeneration(next, old), old),
  validate: validateIngress,
  warnings: (ingress) => warningsBy(rules, ingress),
  columns: [
    nameColumn(),
    column('Class', ({ spec }) => spec.ingressClassName ?? '<none>'),
    column('Hosts', hostsText),
    column('Address', addressText),
    column('Ports', ({ spec }) => (spec.tls?.length ? '80, 443' : '80')),
    ageColumn(),
  ],
});

function hostsText({ spec }: Ingress): string {
  const hosts = (spec.rules ?? []).flatMap(({ host = '' }) => (host === '' ? [] : [host]));
  return hosts.length === 0 ? '*' : firstOf(hosts, 3);
}

function addressText({ status }: Ingress): string {
  const all = (status?.loadBalancer?.ingress ?? []).map(({ ip = '', hostname = '' }) => ip || hostname);
  return [...new Set(all.filter((one) => one !== ''))].sort().join(',');
}

const CLASS_ANNOTATION = 'kubernetes.io/ingress.class';

/** Upstream ValidateIngressCreate and ValidateIngressUpdate. */
function validateIngress({ metadata, spec }: Ingress, old?: Ingress): Errors {
  const { defaultBackend, rules: list = [], tls = [], ingressClassName: name } = spec;
  const noted = metadata.annotations?.[CLASS_ANNOTATION];
  const isOther = old === undefined && noted !== undefined && name !== undefined && noted !== name;
  return [
    ...validateMeta(metadata, true, subdomainName),
    ...(list.length === 0 && defaultBackend === undefined
      ? [invalidValue('spec', spec.rules ?? null, 'either `defaultBackend` or `rules` must be specified')]
      : []),
    ...(defaultBackend === undefined ? [] : backendErrors(defaultBackend, 'spec.defaultBackend')),
    ...list.flatMap((rule, index) => ruleErrors(rule, `spec.rules[${index}]`)),
    ...tls.flatMap(({ hosts = [], secretName }, index) => [
      ...hosts.flatMap((host, i) => invalidEach(`spec.tls[${index}].hosts[${i}]`, host, hostErrors(host))),
      ...(secretName ? invalidEach(`spec.tls[${index}].secretName`, secretName, subdomainName(secretName)) : []),
    ]),
    ...(name === undefined ? [] : invalidEach('spec.ingressClassName', name, subdomainName(name))),
    ...(isOther
      ? [
          invalidValue(
            `annotations.${CLASS_ANNOTATION}`,
            noted,
            'must match `ingressClassName` when both are specified',
          ),
        ]
      : []),
  ];
}

function hostErrors(host: string): readonly string[] {
  return host.includes('*') ? wildcardErrors(host) : dns1123SubdomainErrors(host);
}

function ruleErrors({ host = '', http }: IngressRule, at: string): Errors {
  const isAddress = host !== '' && ipErrors(host).length === 0;
  const { paths = [] } = http ?? {};
  return [
    ...(isAddress ? [invalidValue(`${at}.host`, host, 'must be a DNS name, not an IP address')] : []),
    ...(host === '' ? [] : invalidEach(`${at}.host`, host, hostErrors(host))),
    ...(http !== undefined && paths.length === 0 ? [required(`${at}.http.paths`)] : []),
    ...paths.flatMap((path, index) => pathErrors(path, `${at}.http.paths[${index}]`)),
  ];
}

const TYPES = ['Exact', 'ImplementationSpecific', 'Prefix'];
const SEQUENCES = ['//', '/./', '/../', '%2f', '%2F'];
const SUFFIXES = ['/..', '/.'];

function pathErrors({ path = '', pathType, backend = {} }: HTTPIngressPath, at: string): Errors {
  if (pathType === undefined) return [required(`${at}.pathType`, 'pathType must be specified')];
  const isFree = pathType === 'ImplementationSpecific';
  const isKnown = TYPES.includes(pathType);
  const isRelative = isKnown && !path.startsWith('/') && !(isFree && path === '');
  const isChecked = isKnown && !isFree;
  const bad = (text: string) => invalidValue(`${at}.path`, path, text);
  return [
    ...(isRelative ? [bad('must be an absolute path')] : []),
    ...(isChecked ? SEQUENCES.filter((text) => path.includes(text)) : []).map((text) =>
      bad(`must not contain '${text}'`),
    ),
    ...(isChecked ? SUFFIXES.filter((text) => path.endsWith(text)) : []).map((text) =>
      bad(`cannot end with '${text}'`),
    ),
    ...(isKnown ? [] : [notSupported(`${at}.pathType`, pathType, TYPES)]),
    ...backendErrors(backend, `${at}.backend`),
  ];
}

function backendErrors({ service, resource }: IngressBackend, at: string): Errors {
  if (resource !== undefined && service !== undefined) {
    return [invalidValue(at, '', 'cannot set both resource and service backends')];
  }
  if (resource !== undefined) return referenceErrors(resource, `${at}.resource`);
  if (service === undefined) return [invalidValue(at, '', 'resource or service backend is required')];
  const { name = '' } = service;
  const nameField = `${at}.service.name`;
  return [
    ...(name === '' ? [required(nameField)] : invalidEach(nameField, name, dns1123LabelErrors(name))),
    ...portErrors(service.port?.name ?? '', service.port?.number ?? 0, at),
  ];
}

function portErrors(name: string, number: number, at: string): Errors {
  if (name !== '' && number !== 0) return [invalidValue(at, '', 'cannot set both port name & port number')];
  if (name !== '') return invalidEach(`${at}.service.port.name`, name, portNameErrors(name));
  if (number === 0) return [required(at, 'port name or number is required')];
  return invalidEach(`${at}.service.port.number`, number, backendPortErrors(number));
}

/** The kind Ingress. */
export const ingress: Kind = { resource: ingresses as unknown as Resource, texts, rules };
