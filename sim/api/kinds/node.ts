import { ageColumn, column, nameColumn, wideColumn } from '../cells.ts';
import { labelKeyErrors, labelValueErrors } from '../formats.ts';
import type { ConditionStatus, JsonObject, ObjectMeta, ResourceList, Time } from '../meta.ts';
import { getCondition } from '../meta.ts';
import { EFFECTS } from '../podspec/scheduling.ts';
import { defineResource, keepStatus, sameJson } from '../resource.ts';
import { schemas } from '../schemas/clusterschemas.ts';
import { schemaOf } from '../schemas/schema.ts';
import {
  duplicate,
  type Errors,
  forbiddenField,
  invalidEach,
  invalidValue,
  oneOf,
  subdomainName,
  validateMeta,
} from '../validate.ts';
import { type FieldRule, warningsBy } from '../verdicts.ts';
import type { TaintEffect } from './pod.ts';

export type Node = {
  readonly apiVersion: 'v1';
  readonly kind: 'Node';
  readonly metadata: ObjectMeta;
  readonly spec: NodeSpec;
  readonly status?: NodeStatus;
};

export type NodeSpec = {
  readonly podCIDR?: string;
  readonly podCIDRs?: readonly string[];
  readonly providerID?: string;
  /** True after `kubectl cordon`. */
  readonly unschedulable?: boolean;
  readonly taints?: readonly Taint[];
  readonly configSource?: JsonObject;
  readonly externalID?: string;
};

export type Taint = {
  readonly key: string;
  readonly value?: string;
  readonly effect: TaintEffect;
  /** Only on NoExecute taints. */
  readonly timeAdded?: Time;
};

export type NodeStatus = {
  readonly capacity?: ResourceList;
  readonly allocatable?: ResourceList;
  readonly phase?: string;
  readonly conditions?: readonly NodeCondition[];
  readonly addresses?: readonly NodeAddress[];
  readonly daemonEndpoints?: { readonly kubeletEndpoint?: { readonly Port: number } };
  readonly nodeInfo?: NodeSystemInfo;
  readonly images?: readonly ContainerImage[];
  readonly volumesInUse?: readonly string[];
  readonly volumesAttached?: readonly JsonObject[];
  readonly config?: JsonObject;
  readonly runtimeHandlers?: readonly JsonObject[];
  readonly features?: JsonObject;
  readonly declaredFeatures?: readonly string[];
};

/** Types in use: MemoryPressure, DiskPressure, PIDPressure, Ready, NetworkUnavailable. */
export type NodeCondition = {
  readonly type: string;
  readonly status: ConditionStatus;
  readonly lastHeartbeatTime?: Time | null;
  readonly lastTransitionTime?: Time | null;
  readonly reason?: string;
  readonly message?: string;
};

export type NodeAddress = {
  readonly type: 'Hostname' | 'InternalIP' | 'ExternalIP' | 'InternalDNS' | 'ExternalDNS';
  readonly address: string;
};

export type ContainerImage = { readonly names?: readonly string[]; readonly sizeBytes?: number };

export type NodeSystemInfo = {
  readonly machineID: string;
  readonly systemUUID: string;
  readonly bootID: string;
  readonly kernelVersion: string;
  readonly osImage: string;
  readonly containerRuntimeVersion: string;
  readonly kubeletVersion: string;
  /** Deprecated upstream; always ''. */
  readonly kubeProxyVersion: string;
  readonly operatingSystem: string;
  readonly architecture: string;
  readonly swap?: { readonly capacity?: number };
};

/** Upstream registry/core/node strategy: the status of a new node is kept, and nodes count no generation. */
export const nodes = defineResource<Node>({
  group: '',
  version: 'v1',
  kind: 'Node',
  plural: 'nodes',
  shortNames: ['no'],
  namespaced: false,
  subresources: ['status'],
  schema: schemaOf(schemas, 'Node'),
  defaults: (node) => ({ ...node, spec: node.spec ?? {} }),
  prepareForCreate: (node) => node,
  prepareForUpdate: keepStatus,
  prepareForStatusUpdate: (next, old) => ({ ...next, spec: old.spec }),
  validate: validateNode,
  warnings: (node) => warningsBy(nodeFieldRules, node),
  fields: ({ metadata, spec }) => ({
    'metadata.name': metadata.name,
    'spec.unschedulable': String(spec?.unschedulable ?? false),
  }),
  columns: [
    nameColumn(),
    column('Status', nodeStatus),
    column('Roles', nodeRoles),
    ageColumn(),
    column('Version', (node) => node.status?.nodeInfo?.kubeletVersion ?? ''),
    wideColumn('Internal-IP', (node) => address(node, 'InternalIP')),
    wideColumn('External-IP', (node) => address(node, 'ExternalIP')),
    wideColumn('OS-Image', (node) => node.status?.nodeInfo?.osImage || '<unknown>'),
    wideColumn('Kernel-Version', (node) => node.status?.nodeInfo?.kernelVersion || '<unknown>'),
    wideColumn('Container-Runtime', (node) => node.status?.nodeInfo?.containerRuntimeVersion || '<unknown>'),
  ],
});

/** What happens to the fields of a node here. */
export const nodeFieldRules: readonly FieldRule[] = [
  { path: 'spec.taints', verdict: 'modelled', note: 'scheduling and eviction' },
  { path: 'spec.unschedulable', verdict: 'modelled', note: 'cordoned: the scheduler leaves the node out' },
  { path: 'spec.podCIDR', verdict: 'modelled', note: 'the addresses of its pods' },
  { path: 'spec.podCIDRs', verdict: 'modelled', note: 'the same one range as podCIDR' },
  { path: 'spec.externalID', verdict: 'inert', note: 'deprecated upstream, and read by nothing' },
  { path: 'spec.providerID', verdict: 'inert', note: 'no cloud stands behind the nodes' },
  { path: 'spec.configSource', verdict: 'inert', note: 'removed from the kubelet upstream' },
];

function nodeStatus(node: Node): string {
  const ready = getCondition(node.status?.conditions, 'Ready');
  const word = ready === undefined ? 'Unknown' : ready.status === 'True' ? 'Ready' : 'NotReady';
  return node.spec?.unschedulable ? `${word},SchedulingDisabled` : word;
}

const ROLE_PREFIX = 'node-role.kubernetes.io/';

function nodeRoles(node: Node): string {
  const roles = Object.entries(node.metadata.labels ?? {}).flatMap(([key, value]) => {
    if (key.startsWith(ROLE_PREFIX) && key.length > ROLE_PREFIX.length) return [key.slice(ROLE_PREFIX.length)];
    return key === 'kubernetes.io/role' && value !== '' ? [value] : [];
  });
  return roles.length === 0 ? '<none>' : [...new Set(roles)].sort().join(',');
}

function address(node: Node, type: NodeAddress['type']): string {
  return node.status?.addresses?.find((item) => item.type === type)?.address ?? '<none>';
}

const ONLY_SOME =
  'node updates may only change labels, taints, or capacity ' +
  '(or configSource, if the DynamicKubeletConfig feature gate is enabled)';

function validateNode(node: Node, old?: Node): Errors {
  const errors = [...validateMeta(node.metadata, false, subdomainName), ...taintErrors(node.spec.taints ?? [])];
  if (old === undefined) return errors;
  const { podCIDRs = [], providerID } = old.spec;
  const {
    taints: _taints,
    unschedulable: _cordon,
    podCIDR: _one,
    podCIDRs: _all,
    providerID: _id,
    ...next
  } = node.spec;
  const { taints: _t, unschedulable: _c, podCIDR: _o, podCIDRs: _a, providerID: _i, ...before } = old.spec;
  const isMoved = podCIDRs.length > 0 && !sameJson(node.spec.podCIDRs ?? [], podCIDRs);
  const isRenamed = providerID !== undefined && node.spec.providerID !== providerID;
  const cidrText = 'node updates may not change podCIDR except from "" to valid';
  return [
    ...errors,
    ...(isMoved ? [forbiddenField('spec.podCIDRs', cidrText)] : []),
    ...(isRenamed
      ? [forbiddenField('spec.providerID', 'node updates may not change providerID except from "" to valid')]
      : []),
    ...(sameJson(next, before) ? [] : [forbiddenField('spec', ONLY_SOME)]),
  ];
}

/** Upstream validateNodeTaints. */
function taintErrors(taints: readonly Taint[]): Errors {
  return taints.flatMap((taint, index) => {
    const at = `spec.taints[${index}]`;
    const valueErrors = labelValueErrors(taint.value ?? '');
    const isRepeated = taints.findIndex((other) => other.key === taint.key && other.effect === taint.effect) < index;
    return [
      ...invalidEach(`${at}.key`, taint.key, labelKeyErrors(taint.key ?? '')),
      ...(valueErrors.length > 0 ? [invalidValue(`${at}.value`, taint.value, valueErrors.join(';'))] : []),
      ...oneOf(`${at}.effect`, taint.effect, EFFECTS),
      ...(isRepeated ? [{ ...duplicate(at, taint), detail: 'taints must be unique by key and effect pair' }] : []),
    ];
  });
}
