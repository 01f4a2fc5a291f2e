import { ageColumn, column, nameColumn } from '../cells.ts';
import { dns1123LabelErrors, ipErrors, portNumberErrors } from '../formats.ts';
import type { Kind } from '../kind.ts';
import type { ObjectMeta, ObjectReference } from '../meta.ts';
import { defineResource, type Resource } from '../resource.ts';
import { podSchemas } from '../schemas/podschemas.ts';
import { readSchemas, schemaOf } from '../schemas/schema.ts';
import { repackSubsets } from '../servicespec/subsets.ts';
import { readTexts } from '../texts/read.ts';
import { type Errors, invalidEach, invalidValue, oneOf, required, subdomainName, validateMeta } from '../validate.ts';
import type { Protocol } from './pod.ts';

export type Endpoints = {
  readonly apiVersion: 'v1';
  readonly kind: 'Endpoints';
  readonly metadata: ObjectMeta;
  readonly subsets?: readonly EndpointSubset[];
};

/** Each address offers each port. */
export type EndpointSubset = {
  readonly addresses?: readonly EndpointAddress[];
  readonly notReadyAddresses?: readonly EndpointAddress[];
  readonly ports?: readonly SubsetPort[];
};

export type EndpointAddress = {
  readonly ip: string;
  readonly hostname?: string;
  readonly nodeName?: string;
  readonly targetRef?: ObjectReference;
};

export type SubsetPort = {
  readonly name?: string;
  readonly port: number;
  readonly protocol?: Protocol;
  readonly appProtocol?: string;
};

/** Field names are upstream's, v1.36. */
const schemas = readSchemas(
  `
Endpoints kind apiVersion metadata:ObjectMeta subsets:[]EndpointSubset
EndpointSubset addresses:[]EndpointAddress notReadyAddresses:[]EndpointAddress ports:[]EndpointPort
EndpointAddress ip! hostname nodeName targetRef:ObjectReference
EndpointPort name port!:i protocol appProtocol
`,
  podSchemas,
);

const texts = readTexts(`
Endpoints The addresses behind a Service, all in one object. EndpointSlices have taken its place.
Endpoints.subsets Addresses with the ports that each of them offers.
EndpointSubset.addresses Addresses that are ready for traffic.
EndpointSubset.notReadyAddresses Addresses that are not ready yet, or no longer.
EndpointSubset.ports The ports.
EndpointAddress.ip The address. It may not be one of the machine itself.
EndpointAddress.hostname A name of its own below that of the Service.
EndpointAddress.nodeName The node it is on.
EndpointAddress.targetRef The pod it belongs to.
`);

/** Upstream registry/core/endpoint strategy. */
const endpointsResource = defineResource<Endpoints>({
  group: '',
  version: 'v1',
  kind: 'Endpoints',
  plural: 'endpoints',
  singular: 'endpoints',
  shortNames: ['ep'],
  namespaced: true,
  directory: 'services/endpoints',
  schema: schemaOf(schemas, 'Endpoints'),
  deprecation: 'v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice',
  defaults: withProtocols,
  canonicalize: repacked,
  validate: validateEndpoints,
  columns: [nameColumn(), column('Endpoints', endpointsText), ageColumn()],
});

function withProtocols({ subsets, ...rest }: Endpoints): Endpoints {
  if (subsets === undefined) return rest;
  return {
    ...rest,
    subsets: subsets.map((subset) => ({
      ...subset,
      ...(subset.ports && { ports: subset.ports.map((port) => ({ ...port, protocol: port.protocol ?? 'TCP' })) }),
    })),
  };
}

/** Subsets are kept as few as can be. Upstream `Canonicalize`. */
function repacked(endpoints: Endpoints): Endpoints {
  const { subsets, ...rest } = endpoints;
  return subsets === undefined || subsets.length === 0 ? rest : { ...rest, subsets: repackSubsets(subsets) };
}

const SHOWN = 3;

/** Upstream printers/internalversion `formatEndpoints`: nothing at all where no address is ready. */
function endpointsText({ subsets = [] }: Endpoints): string {
  if (subsets.length === 0) return '<none>';
  const all = subsets.flatMap(({ addresses = [], ports = [] }) =>
    ports.length === 0
      ? addresses.map(({ ip }) => ip)
      : ports.flatMap(({ port }) => addresses.map(({ ip }) => `${ip}:${port}`)),
  );
  const more = all.length > SHOWN ? ` + ${all.length - SHOWN} more...` : '';
  return `${all.slice(0, SHOWN).join(',')}${more}`;
}

/** Upstream ValidateEndpointsCreate and ValidateEndpointsUpdate. */
function validateEndpoints({ metadata, subsets = [] }: Endpoints): Errors {
  return [
    ...validateMeta(metadata, true, subdomainName),
    ...subsets.flatMap((subset, index) => subsetErrors(subset, `subsets[${index}]`)),
  ];
}

function subsetErrors({ addresses = [], notReadyAddresses = [], ports = [] }: EndpointSubset, at: string): Errors {
  const isEmpty = addresses.length + notReadyAddresses.length === 0;
  return [
    ...(isEmpty ? [required(at, 'must specify `addresses` or `notReadyAddresses`')] : []),
    ...addresses.flatMap((address, index) => addressErrors(address, `${at}.addresses[${index}]`)),
    ...notReadyAddresses.flatMap((address, index) => addressErrors(address, `${at}.notReadyAddresses[${index}]`)),
    ...ports.flatMap((port, index) => portErrors(port, ports.length > 1, `${at}.ports[${index}]`)),
  ];
}

/** Ranges that no endpoint may be in, by how their addresses begin. Upstream ValidateNonSpecialIP. */
const SPECIAL: readonly (readonly [RegExp, string])[] = [
  [/^(?:0\.0\.0\.0|::)$/, 'may not be unspecified (0.0.0.0)'],
  [/^(?:127\.|::1$)/, 'may not be in the loopback range (127.0.0.0/8, ::1/128)'],
  [/^(?:169\.254\.|fe[89ab])/i, 'may not be in the link-local range (169.254.0.0/16, fe80::/10)'],
  [/^(?:224\.0\.0\.|ff02:)/i, 'may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)'],
];

function addressErrors({ ip, hostname }: EndpointAddress, at: string): Errors {
  const wrong = ipErrors(ip);
  const special = SPECIAL.flatMap(([range, why]) => (range.test(ip) ? [why] : []));
  return [
    ...invalidEach(`${at}.ip`, ip, wrong.length > 0 ? wrong : special),
    ...(hostname ? invalidEach(`${at}.hostname`, hostname, dns1123LabelErrors(hostname)) : []),
  ];
}

function portErrors({ name = '', port, protocol }: SubsetPort, isNamed: boolean, at: string): Errors {
  return [
    ...(isNamed && name === '' ? [required(`${at}.name`)] : []),
    ...(name === '' ? [] : invalidEach(`${at}.name`, name, dns1123LabelErrors(name))),
    ...portNumberErrors(port).map((why) => invalidValue(`${at}.port`, port, why)),
    ...oneOf(`${at}.protocol`, protocol, ['SCTP', 'TCP', 'UDP']),
  ];
}

/** The kind Endpoints. */
export const endpoints: Kind = { resource: endpointsResource as unknown as Resource, texts, rules: [] };
