import { dns1035LabelErrors, dns1123LabelErrors, ipErrors, portNumberErrors } from '../formats.ts';
import type { Service, ServicePort } from '../kinds/service.ts';
import {
  duplicate,
  type Errors,
  forbiddenField,
  invalidEach,
  invalidValue,
  oneOf,
  portOrName,
  required,
  validateLabels,
  validateMeta,
} from '../validate.ts';

const TYPES = ['ClusterIP', 'ExternalName', 'LoadBalancer', 'NodePort'];

/** Upstream ValidateServiceCreate and ValidateServiceUpdate, for what is accepted here. */
export function validateService(service: Service, old?: Service): Errors {
  const { spec } = service;
  const { ports = [], type = '', clusterIP = '' } = spec;
  const needsPorts = ports.length === 0 && clusterIP !== 'None' && type !== 'ExternalName';
  return [
    ...validateMeta(service.metadata, true, dns1035LabelErrors),
    ...(needsPorts ? [required('spec.ports')] : []),
    ...headless(type, clusterIP),
    ...ports.flatMap((port, index) => validatePort(port, index, ports)),
    ...validateLabels(spec.selector, 'spec.selector'),
    ...oneOf('spec.sessionAffinity', spec.sessionAffinity, ['ClientIP', 'None']),
    ...(clusterIP === '' || clusterIP === 'None'
      ? []
      : invalidEach('spec.clusterIPs[0]', clusterIP, ipErrors(clusterIP))),
    ...oneOf('spec.type', type, TYPES),
    ...nodePorts(ports, type),
    ...policies(service),
    ...(old === undefined ? [] : addressUpdate(service, old)),
  ];
}

function headless(type: string, clusterIP: string): Errors {
  if (clusterIP !== 'None' || (type !== 'LoadBalancer' && type !== 'NodePort')) return [];
  return [invalidValue('spec.clusterIPs[0]', 'None', `may not be set to 'None' for ${type} services`)];
}

function validatePort(port: ServicePort, index: number, ports: readonly ServicePort[]): Errors {
  const at = `spec.ports[${index}]`;
  const { name = '', protocol, targetPort } = port;
  const needsName = name === '' && ports.length > 1;
  const isRepeated = name !== '' && ports.findIndex((other) => other.name === name) < index;
  const isSame = ports.findIndex((other) => other.port === port.port && other.protocol === protocol) < index;
  return [
    ...(needsName ? [required(`${at}.name`)] : []),
    ...(name === '' ? [] : invalidEach(`${at}.name`, name, dns1123LabelErrors(name))),
    ...(isRepeated ? [duplicate(`${at}.name`, name)] : []),
    ...invalidEach(`${at}.port`, port.port ?? 0, portNumberErrors(port.port ?? 0)),
    ...oneOf(`${at}.protocol`, protocol, ['SCTP', 'TCP', 'UDP']),
    ...portOrName(`${at}.targetPort`, targetPort ?? 0),
    ...(isSame ? [duplicate(at, { port: port.port, protocol })] : []),
  ];
}

const LOWEST_NODE_PORT = 30000;
const HIGHEST_NODE_PORT = 32767;

function nodePorts(ports: readonly ServicePort[], type: string): Errors {
  return ports.flatMap(({ nodePort = 0, protocol }, index) => {
    const field = `spec.ports[${index}].nodePort`;
    if (nodePort === 0) return [];
    if (type === 'ClusterIP') return [forbiddenField(field, "may not be used when `type` is 'ClusterIP'")];
    if (nodePort < LOWEST_NODE_PORT || nodePort > HIGHEST_NODE_PORT) {
      const range = `${LOWEST_NODE_PORT}-${HIGHEST_NODE_PORT}`;
      return [
        invalidValue(field, nodePort, `provided port is not in the valid range. The range of valid ports is ${range}`),
      ];
    }
    const first = ports.findIndex((other) => other.nodePort === nodePort && other.protocol === protocol);
    return first < index ? [duplicate(field, nodePort)] : [];
  });
}

const NEARNESS = ['PreferClose', 'PreferSameNode', 'PreferSameZone'];

function policies({ spec }: Service): Errors {
  const isReachable = spec.type === 'NodePort' || spec.type === 'LoadBalancer' || (spec.externalIPs ?? []).length > 0;
  const { externalTrafficPolicy: external, internalTrafficPolicy: internal } = spec;
  const outside = 'may only be set for externally-accessible services';
  return [
    ...(external !== undefined && !isReachable ? [invalidValue('spec.externalTrafficPolicy', external, outside)] : []),
    ...(external === undefined ? [] : oneOf('spec.externalTrafficPolicy', external, ['Cluster', 'Local'])),
    ...(internal === undefined ? [] : oneOf('spec.internalTrafficPolicy', internal, ['Cluster', 'Local'])),
    ...(spec.trafficDistribution === undefined
      ? []
      : oneOf('spec.trafficDistribution', spec.trafficDistribution, NEARNESS)),
  ];
}

function addressUpdate(service: Service, old: Service): Errors {
  const before = old.spec.clusterIP ?? '';
  const after = service.spec.clusterIP ?? '';
  const isFixed = before !== '' && old.spec.type !== 'ExternalName' && service.spec.type !== 'ExternalName';
  if (!isFixed || before === after) return [];
  return [invalidValue('spec.clusterIPs[0]', after, 'may not change once set')];
}
