import {
  dns1123LabelErrors,
  envNameErrors,
  ipErrors,
  labelKeyErrors,
  portNameErrors,
  portNumberErrors,
} from '../formats.ts';
import type { Container, ContainerPort, EnvVar, PodSpec, Probe, ResourceRequirements } from '../kinds/pod.ts';
import type { ResourceList } from '../meta.ts';
import { compareQuantities, parseQuantity } from '../quantity.ts';
import {
  duplicate,
  type Errors,
  forbiddenField,
  invalidEach,
  invalidValue,
  NOT_NEGATIVE,
  nonNegative,
  oneOf,
  portOrName,
  required,
} from '../validate.ts';
import { isSidecar } from './initcontainers.ts';

/** Containers of a pod or template, as upstream `validateContainers`; `field` is `spec.containers` or longer. */
export function validateContainers(spec: PodSpec, field: string): Errors {
  const { containers } = spec;
  if (containers.length === 0) return [required(field)];
  const errors = containers.flatMap((container, index) => {
    const isRepeated = containers.findIndex((other) => other.name === container.name) < index;
    return oneContainer(container, spec, `${field}[${index}]`, isRepeated);
  });
  return [...errors, ...hostPortConflicts(containers, field)];
}

/** Init containers, as upstream `validateInitContainers`: only those that keep running have hooks and probes. */
export function validateInitContainers(spec: PodSpec, field: string): Errors {
  const { initContainers = [], containers } = spec;
  const names = [...containers, ...initContainers].map(({ name }) => name);
  return initContainers.flatMap((container, index) => {
    const at = `${field}[${index}]`;
    const errors = oneContainer(container, spec, at, names.indexOf(container.name) < containers.length + index);
    const surplus = isSidecar(container) ? [] : ONLY_SIDECARS.filter((name) => container[name] !== undefined);
    const text = 'may not be set for init containers without restartPolicy=Always';
    return [...errors, ...surplus.map((name) => forbiddenField(`${at}.${name}`, text))];
  });
}

const ONLY_SIDECARS = ['lifecycle', 'livenessProbe', 'readinessProbe', 'startupProbe'] as const;
const NO_POLICY = 'must specify restartPolicy when restart rules are used';

function oneContainer(container: Container, spec: PodSpec, at: string, isRepeated: boolean): Errors {
  const { restartPolicy, restartPolicyRules = [] } = container;
  return [
    ...containerName(container, `${at}.name`, isRepeated),
    ...image(container, `${at}.image`),
    ...probes(container, at),
    ...ports(container.ports ?? [], `${at}.ports`),
    ...environment(container.env ?? [], `${at}.env`),
    ...mounts(container, spec, `${at}.volumeMounts`),
    ...oneOf(`${at}.imagePullPolicy`, container.imagePullPolicy, ['Always', 'IfNotPresent', 'Never']),
    ...resources(container.resources, `${at}.resources`),
    ...oneOf(`${at}.terminationMessagePolicy`, container.terminationMessagePolicy, ['FallbackToLogsOnError', 'File']),
    ...(restartPolicy ? oneOf(`${at}.restartPolicy`, restartPolicy, ['Always', 'Never', 'OnFailure']) : []),
    ...(restartPolicyRules.length > 0 && !restartPolicy ? [required(`${at}.restartPolicy`, NO_POLICY)] : []),
  ];
}

function containerName({ name }: Container, field: string, isRepeated: boolean): Errors {
  if (!name) return [required(field)];
  return [...invalidEach(field, name, dns1123LabelErrors(name)), ...(isRepeated ? [duplicate(field, name)] : [])];
}

function image(container: Container, field: string): Errors {
  const { image: name = '' } = container;
  if (name === '') return [required(field)];
  return name === name.trim() ? [] : [invalidValue(field, name, 'must not have leading or trailing whitespace')];
}

function probes(container: Container, at: string): Errors {
  const { livenessProbe, readinessProbe, startupProbe } = container;
  const grace = readinessProbe?.terminationGracePeriodSeconds;
  const graceField = `${at}.readinessProbe.terminationGracePeriodSeconds`;
  return [
    ...probe(livenessProbe, `${at}.livenessProbe`),
    ...successThreshold(livenessProbe, `${at}.livenessProbe`),
    ...probe(readinessProbe, `${at}.readinessProbe`),
    ...(grace === undefined ? [] : [invalidValue(graceField, grace, 'must not be set for readinessProbes')]),
    ...probe(startupProbe, `${at}.startupProbe`),
    ...successThreshold(startupProbe, `${at}.startupProbe`),
  ];
}

function successThreshold(value: Probe | undefined, at: string): Errors {
  const threshold = value?.successThreshold;
  if (threshold === undefined || threshold === 1) return [];
  return [invalidValue(`${at}.successThreshold`, threshold, 'must be 1')];
}

const PROBE_NUMBERS = [
  'initialDelaySeconds',
  'timeoutSeconds',
  'periodSeconds',
  'successThreshold',
  'failureThreshold',
] as const;

function probe(value: Probe | undefined, at: string): Errors {
  if (value === undefined) return [];
  const grace = value.terminationGracePeriodSeconds;
  return [
    ...handler(value, at),
    ...PROBE_NUMBERS.flatMap((name) => nonNegative(`${at}.${name}`, value[name])),
    ...(grace !== undefined && grace <= 0
      ? [invalidValue(`${at}.terminationGracePeriodSeconds`, grace, 'must be greater than 0')]
      : []),
  ];
}

const HANDLERS = ['exec', 'httpGet', 'tcpSocket', 'grpc'] as const;

function handler(value: Probe, at: string): Errors {
  const [first, ...others] = HANDLERS.filter((name) => value[name] !== undefined);
  if (first === undefined) return [required(at, 'must specify a handler type')];
  const surplus = others.map((name) => forbiddenField(`${at}.${name}`, 'may not specify more than 1 handler type'));
  const { exec, httpGet, tcpSocket, grpc } = value;
  if (exec !== undefined && (exec.command ?? []).length === 0) return [required(`${at}.exec.command`), ...surplus];
  if (httpGet !== undefined) {
    const path = httpGet.path ? [] : [required(`${at}.httpGet.path`)];
    const scheme = oneOf(`${at}.httpGet.scheme`, httpGet.scheme, ['HTTP', 'HTTPS']);
    return [...path, ...portOrName(`${at}.httpGet.port`, httpGet.port ?? 0), ...scheme, ...surplus];
  }
  if (tcpSocket !== undefined) return [...portOrName(`${at}.tcpSocket.port`, tcpSocket.port ?? 0), ...surplus];
  if (grpc !== undefined)
    return [...invalidEach(`${at}.grpc.port`, grpc.port, portNumberErrors(grpc.port)), ...surplus];
  return surplus;
}

const PROTOCOLS = ['SCTP', 'TCP', 'UDP'];

function ports(list: readonly ContainerPort[], field: string): Errors {
  return list.flatMap((port, index) => {
    const at = `${field}[${index}]`;
    const { name = '', containerPort, hostPort, hostIP = '', protocol } = port;
    const isRepeated = name !== '' && list.findIndex((other) => other.name === name) < index;
    return [
      ...(name === '' ? [] : invalidEach(`${at}.name`, name, portNameErrors(name))),
      ...(isRepeated ? [duplicate(`${at}.name`, name)] : []),
      ...(containerPort
        ? invalidEach(`${at}.containerPort`, containerPort, portNumberErrors(containerPort))
        : [required(`${at}.containerPort`)]),
      ...(hostPort ? invalidEach(`${at}.hostPort`, hostPort, portNumberErrors(hostPort)) : []),
      ...(hostIP === '' ? [] : invalidEach(`${at}.hostIP`, hostIP, ipErrors(hostIP))),
      ...oneOf(`${at}.protocol`, protocol, PROTOCOLS),
    ];
  });
}

function hostPortConflicts(containers: readonly Container[], field: string): Errors {
  const taken = new Set<string>();
  return containers.flatMap((container, index) =>
    (container.ports ?? []).flatMap((port, portIndex) => {
      if (!port.hostPort) return [];
      const key = `${port.protocol ?? 'TCP'}/${port.hostIP ?? ''}/${port.hostPort}`;
      if (taken.has(key)) return [duplicate(`${field}[${index}].ports[${portIndex}].hostPort`, key)];
      taken.add(key);
      return [];
    }),
  );
}

function environment(list: readonly EnvVar[], field: string): Errors {
  return list.flatMap((variable, index) => {
    const at = `${field}[${index}]`;
    const { name = '', value = '', valueFrom } = variable;
    const nameErrors = name === '' ? [required(`${at}.name`)] : invalidEach(`${at}.name`, name, envNameErrors(name));
    if (valueFrom === undefined) return nameErrors;
    const both = 'may not be specified when `value` is not empty';
    const sources = Object.keys(valueFrom).length;
    return [
      ...nameErrors,
      ...(value !== '' && sources > 0 ? [invalidValue(`${at}.valueFrom`, '', both)] : []),
      ...(sources > 1
        ? [invalidValue(`${at}.valueFrom`, '', 'may not have more than one field specified at a time')]
        : []),
    ];
  });
}

function mounts(container: Container, spec: PodSpec, field: string): Errors {
  const list = container.volumeMounts ?? [];
  return list.flatMap((mount, index) => {
    const at = `${field}[${index}]`;
    const isKnown = spec.volumes?.some((volume) => volume.name === mount.name) ?? false;
    const isRepeated = list.findIndex((other) => other.mountPath === mount.mountPath) < index;
    return [
      ...(mount.name ? [] : [required(`${at}.name`)]),
      ...(mount.name && !isKnown
        ? [{ type: 'NotFound' as const, field: `${at}.name`, value: mount.name, detail: '' }]
        : []),
      ...(mount.mountPath ? [] : [required(`${at}.mountPath`)]),
      ...(isRepeated ? [invalidValue(`${at}.mountPath`, mount.mountPath, 'must be unique')] : []),
    ];
  });
}

/** Upstream ValidateContainerResourceRequirements: names, amounts, and requests within limits. */
function resources(value: ResourceRequirements | undefined, at: string): Errors {
  const { limits = {}, requests = {} } = value ?? {};
  const limitErrors = amounts(limits, `${at}.limits`);
  const requestErrors = Object.entries(requests).flatMap(([name, request]) => {
    const own = amounts({ [name]: request }, `${at}.requests`);
    const limit = limits[name];
    if (limit === undefined) {
      const isExtended = name.includes('/') || name.startsWith('hugepages-');
      return isExtended
        ? [...own, required(`${at}.limits`, `Limit must be set for non overcommitable resources`)]
        : own;
    }
    const isExtended = name.includes('/') || name.startsWith('hugepages-');
    const difference = compareQuantities(request, limit);
    if (isExtended && difference !== 0) {
      return [...own, invalidValue(`${at}.requests`, request, `must be equal to ${name} limit of ${limit}`)];
    }
    if (difference > 0) {
      const detail = `must be less than or equal to ${name} limit of ${limit}`;
      return [...own, invalidValue(`${at}.requests`, request, detail)];
    }
    return own;
  });
  return [...limitErrors, ...requestErrors];
}

const STANDARD = ['cpu', 'memory', 'ephemeral-storage'];

function amounts(list: ResourceList, field: string): Errors {
  return Object.entries(list).flatMap(([name, amount]) => {
    const at = `${field}[${name}]`;
    const isStandard = STANDARD.includes(name) || name.startsWith('hugepages-');
    const nameErrors = invalidEach(at, name, labelKeyErrors(name));
    const unknown =
      isStandard || name.includes('/') ? [] : [invalidValue(at, name, 'must be a standard resource for containers')];
    const isNegative = compareQuantities(amount, '0') < 0;
    const parsed = parseQuantity(amount);
    const isFraction = name.includes('/') && parsed.ok && parsed.value.nano % 1_000_000_000n !== 0n;
    return [
      ...nameErrors,
      ...unknown,
      ...(isNegative ? [invalidValue(at, amount, NOT_NEGATIVE)] : []),
      ...(isFraction ? [invalidValue(at, amount, 'must be an integer')] : []),
    ];
  });
}
