import { ageColumn, column, firstOf, nameColumn } from '../cells.ts';
import { ipErrors } from '../formats.ts';
import type { Labels, ObjectMeta, ObjectReference } from '../meta.ts';
import { defineResource, sameJson, startGeneration } from '../resource.ts';
import { schemas } from '../schemas/clusterschemas.ts';
import { schemaOf } from '../schemas/schema.ts';
import {
  type Errors,
  IMMUTABLE,
  invalidEach,
  invalidValue,
  oneOf,
  required,
  subdomainName,
  validateMeta,
} from '../validate.ts';
import type { Protocol } from './pod.ts';

export type EndpointSlice = {
  readonly apiVersion: 'discovery.k8s.io/v1';
  readonly kind: 'EndpointSlice';
  readonly metadata: ObjectMeta;
  readonly addressType: 'IPv4' | 'IPv6' | 'FQDN';
  readonly endpoints: readonly Endpoint[] | null;
  readonly ports: readonly EndpointPort[] | null;
};

export type Endpoint = {
  readonly addresses: readonly string[];
  readonly conditions?: EndpointConditions;
  readonly hostname?: string;
  readonly targetRef?: ObjectReference;
  readonly deprecatedTopology?: Labels;
  readonly nodeName?: string;
  readonly zone?: string;
  readonly hints?: EndpointHints;
};

export type EndpointConditions = {
  readonly ready?: boolean;
  readonly serving?: boolean;
  readonly terminating?: boolean;
};

export type EndpointHints = {
  readonly forZones?: readonly { readonly name: string }[];
  readonly forNodes?: readonly { readonly name: string }[];
};

export type EndpointPort = {
  readonly name?: string;
  readonly protocol?: Protocol;
  readonly port?: number;
  readonly appProtocol?: string;
};

/** Upstream registry/discovery/endpointslice strategy: generation counts changes of anything but bookkeeping. */
export const endpointSlices = defineResource<EndpointSlice>({
  group: 'discovery.k8s.io',
  version: 'v1',
  kind: 'EndpointSlice',
  plural: 'endpointslices',
  namespaced: true,
  schema: schemaOf(schemas, 'EndpointSlice'),
  defaults: (slice) => ({ ...slice, ports: slice.ports?.map(portDefaults) ?? null, endpoints: slice.endpoints ?? [] }),
  prepareForCreate: startGeneration,
  prepareForUpdate: countChanges,
  validate: validateSlice,
  columns: [
    nameColumn(),
    column('AddressType', (slice) => slice.addressType),
    column('Ports', printPorts),
    column('Endpoints', printEndpoints),
    ageColumn(),
  ],
});

function portDefaults(port: EndpointPort): EndpointPort {
  return { ...port, name: port.name ?? '', protocol: port.protocol ?? 'TCP' };
}

function countChanges(next: EndpointSlice, old: EndpointSlice): EndpointSlice {
  const { generation = 0, labels } = old.metadata;
  const isSame =
    sameJson(next.endpoints, old.endpoints) &&
    sameJson(next.ports, old.ports) &&
    sameJson(next.metadata.labels, labels);
  return { ...next, metadata: { ...next.metadata, generation: isSame ? generation : generation + 1 } };
}

function printPorts({ ports }: EndpointSlice): string {
  const numbers = (ports ?? []).map(({ port, name }) => String(port ?? name ?? '*'));
  return numbers.length === 0 ? '<unset>' : firstOf(numbers, 3);
}

function printEndpoints({ endpoints }: EndpointSlice): string {
  const addresses = (endpoints ?? []).flatMap((endpoint) => endpoint.addresses);
  return addresses.length === 0 ? '<unset>' : firstOf(addresses, 3);
}

const MAX_ENDPOINTS = 1000;

function validateSlice(slice: EndpointSlice, old?: EndpointSlice): Errors {
  const endpoints = slice.endpoints ?? [];
  const isMoved = old !== undefined && old.addressType !== slice.addressType;
  return [
    ...validateMeta(slice.metadata, true, subdomainName),
    ...oneOf('addressType', slice.addressType, ['FQDN', 'IPv4', 'IPv6']),
    ...(endpoints.length > MAX_ENDPOINTS
      ? [{ type: 'TooMany' as const, field: 'endpoints', value: endpoints.length, detail: TOO_MANY }]
      : []),
    ...endpoints.flatMap((endpoint, index) => {
      const field = `endpoints[${index}].addresses`;
      if ((endpoint.addresses ?? []).length === 0) return [required(field, 'must contain at least 1 address')];
      if (slice.addressType === 'FQDN') return [];
      return endpoint.addresses.flatMap((address, at) => invalidEach(`${field}[${at}]`, address, ipErrors(address)));
    }),
    ...(isMoved ? [invalidValue('addressType', slice.addressType, IMMUTABLE)] : []),
  ];
}

const TOO_MANY = `must have at most ${MAX_ENDPOINTS} items`;
