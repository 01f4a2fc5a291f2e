import { ageColumn, column, nameColumn } from '../cells.ts';
import { portNameErrors, portNumberErrors } from '../formats.ts';
import type { Kind } from '../kind.ts';
import type { IntOrString, LabelSelector, ObjectMeta } from '../meta.ts';
import { isStrictSubset, parseCidr } from '../networking/formats.ts';
import { countGeneration, defineResource, type Resource, startGeneration } from '../resource.ts';
import { networkingSchemas } from '../schemas/networkingschemas.ts';
import { schemaOf } from '../schemas/schema.ts';
import { formatLabelSelector } from '../selector.ts';
import { readTexts } from '../texts/read.ts';
import {
  type Errors,
  forbiddenField,
  invalidEach,
  invalidValue,
  notSupported,
  required,
  subdomainName,
  validateLabelSelector,
  validateMeta,
} from '../validate.ts';
import { type FieldRule, warningsBy } from '../verdicts.ts';

export type NetworkPolicy = {
  readonly apiVersion: 'networking.k8s.io/v1';
  readonly kind: 'NetworkPolicy';
  readonly metadata: ObjectMeta;
  readonly spec: {
    readonly podSelector?: LabelSelector;
    readonly ingress?: readonly (PolicyPorts & { readonly from?: readonly PolicyPeer[] })[];
    readonly egress?: readonly (PolicyPorts & { readonly to?: readonly PolicyPeer[] })[];
    readonly policyTypes?: readonly string[];
  };
};

export type PolicyPorts = { readonly ports?: readonly PolicyPort[] };

export type PolicyPort = { readonly protocol?: string; readonly port?: IntOrString; readonly endPort?: number };

export type PolicyPeer = {
  readonly podSelector?: LabelSelector;
  readonly namespaceSelector?: LabelSelector;
  readonly ipBlock?: { readonly cidr?: string; readonly except?: readonly string[] };
};

const texts = readTexts(`
NetworkPolicy Which traffic of some pods is allowed. It takes a network plugin that enforces it; many do, not all.
NetworkPolicySpec.podSelector The pods it is about, in its own namespace. Empty: all of them.
NetworkPolicySpec.ingress What may come in. Traffic that no rule of any policy allows is dropped.
NetworkPolicySpec.egress What may go out.
NetworkPolicySpec.policyTypes Ingress, Egress or both. Default Ingress, and Egress when there are rules for it.
NetworkPolicyIngressRule.ports The ports that are meant. Without any: all.
NetworkPolicyIngressRule.from Where it may come from. Without any: anywhere.
NetworkPolicyEgressRule.ports The ports that are meant. Without any: all.
NetworkPolicyEgressRule.to Where it may go. Without any: anywhere.
NetworkPolicyPort.endPort The last port of a range that begins at port.
NetworkPolicyPeer.podSelector Pods with these labels.
NetworkPolicyPeer.namespaceSelector Namespaces with these labels.
NetworkPolicyPeer.ipBlock A block of addresses.
IPBlock.cidr The block, such as 10.0.0.0/24.
IPBlock.except Blocks inside it that are not meant.
`);

const rules: readonly FieldRule[] = [
  {
    path: 'spec.policyTypes',
    verdict: 'inert',
    note: "the network plugin does not enforce NetworkPolicies, like flannel's; with the addon network-policy it does",
  },
];

/** Upstream registry/networking/networkpolicy strategy. */
const policies = defineResource<NetworkPolicy>({
  group: 'networking.k8s.io',
  version: 'v1',
  kind: 'NetworkPolicy',
  plural: 'networkpolicies',
  shortNames: ['netpol'],
  namespaced: true,
  schema: schemaOf(networkingSchemas, 'NetworkPolicy'),
  defaults: policyDefaults,
  prepareForCreate: startGeneration,
  prepareForUpdate: countGeneration,
  validate: validatePolicy,
  warnings: (policy) => warningsBy(rules, policy),
  columns: [
    nameColumn(),
    column('Pod-Selector', ({ spec }) => formatLabelSelector(spec.podSelector ?? {})),
    ageColumn(),
  ],
});

function policyDefaults(policy: NetworkPolicy): NetworkPolicy {
  const { spec = {} } = policy;
  const types = spec.egress?.length ? TYPES : ['Ingress'];
  return {
    ...policy,
    spec: {
      ...spec,
      podSelector: spec.podSelector ?? {},
      ...(spec.ingress && { ingress: spec.ingress.map(portDefaults) }),
      ...(spec.egress && { egress: spec.egress.map(portDefaults) }),
      policyTypes: spec.policyTypes?.length ? spec.policyTypes : types,
    },
  };
}

function portDefaults<R extends PolicyPorts>(rule: R): R {
  if (rule.ports === undefined) return rule;
  return { ...rule, ports: rule.ports.map((port) => ({ ...port, protocol: port.protocol ?? 'TCP' })) };
}

const TYPES = ['Ingress', 'Egress'];

/** Upstream ValidateNetworkPolicy. */
function validatePolicy({ metadata, spec }: NetworkPolicy): Errors {
  const { podSelector, ingress = [], egress = [], policyTypes = [] } = spec;
  const isLong = policyTypes.length > TYPES.length;
  const unknown = policyTypes.flatMap((type, index) =>
    TYPES.includes(type) ? [] : [notSupported(`spec.policyTypes[${index}]`, type, TYPES)],
  );
  return [
    ...validateMeta(metadata, true, subdomainName),
    ...validateLabelSelector(podSelector, 'spec.podSelector'),
    ...ingress.flatMap((rule, index) => ruleErrors(rule, rule.from, `spec.ingress[${index}]`, 'from')),
    ...egress.flatMap((rule, index) => ruleErrors(rule, rule.to, `spec.egress[${index}]`, 'to')),
    ...(isLong
      ? [invalidValue('spec.policyTypes', policyTypes, 'may not specify more than two policyTypes')]
      : unknown),
  ];
}

function ruleErrors({ ports = [] }: PolicyPorts, peers: readonly PolicyPeer[] = [], at: string, side: string): Errors {
  return [
    ...ports.flatMap((port, index) => portErrors(port, `${at}.ports[${index}]`)),
    ...peers.flatMap((peer, index) => peerErrors(peer, `${at}.${side}[${index}]`)),
  ];
}

const PROTOCOLS = ['TCP', 'UDP', 'SCTP'];

function portErrors({ protocol, port, endPort }: PolicyPort, at: string): Errors {
  const unknown = protocol !== undefined && !PROTOCOLS.includes(protocol);
  return [
    ...(unknown ? [notSupported(`${at}.protocol`, protocol, PROTOCOLS)] : []),
    ...(typeof port === 'number' ? invalidEach(`${at}.port`, port, portNumberErrors(port)) : []),
    ...(endPort === undefined ? [] : endErrors(port, endPort, `${at}.endPort`)),
    ...(typeof port === 'string' ? invalidEach(`${at}.port`, port, portNameErrors(port)) : []),
  ];
}

function endErrors(port: IntOrString | undefined, end: number, field: string): Errors {
  if (port === undefined) return [invalidValue(field, end, 'may not be specified when `port` is not specified')];
  if (typeof port === 'string') return [invalidValue(field, end, 'may not be specified when `port` is non-numeric')];
  return [
    ...(end < port ? [invalidValue(field, end, 'must be greater than or equal to `port`')] : []),
    ...invalidEach(field, end, portNumberErrors(end)),
  ];
}

function peerErrors({ podSelector, namespaceSelector, ipBlock }: PolicyPeer, at: string): Errors {
  const count = [podSelector, namespaceSelector, ipBlock].filter((peer) => peer !== undefined).length;
  return [
    ...validateLabelSelector(podSelector, `${at}.podSelector`),
    ...validateLabelSelector(namespaceSelector, `${at}.namespaceSelector`),
    ...(ipBlock === undefined ? [] : blockErrors(ipBlock, `${at}.ipBlock`)),
    ...(count === 0 ? [required(at, 'must specify a peer')] : []),
    ...(count > 1 && ipBlock !== undefined
      ? [forbiddenField(at, 'may not specify both ipBlock and another peer')]
      : []),
  ];
}

const NO_CIDR = 'must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)';

function blockErrors({ cidr = '', except = [] }: NonNullable<PolicyPeer['ipBlock']>, at: string): Errors {
  if (cidr === '') return [required(`${at}.cidr`)];
  const outer = parseCidr(cidr);
  if (outer === undefined) return [invalidValue(`${at}.cidr`, cidr, NO_CIDR)];
  return except.flatMap((text, index) => {
    const inner = parseCidr(text);
    if (inner === undefined) return [invalidValue(`${at}.except[${index}]`, text, NO_CIDR)];
    if (isStrictSubset(inner, outer)) return [];
    return [invalidValue(`${at}.except[${index}]`, text, 'must be a strict subset of `cidr`')];
  });
}

/** The kind NetworkPolicy. */
export const networkPolicy: Kind = { resource: policies as unknown as Resource, texts, rules };
