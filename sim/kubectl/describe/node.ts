import type { Lease } from '../../api/kinds/lease.ts';
import type { Node } from '../../api/kinds/node.ts';
import type { Pod } from '../../api/kinds/pod.ts';
import { longTime } from '../../api/longtime.ts';
import type { JsonObject, ResourceList } from '../../api/meta.ts';
import { neededBy } from '../../api/podspec/initcontainers.ts';
import { addQuantities, canonicalQuantity, compareQuantities, milliValue, wholeValue } from '../../api/quantity.ts';
import type { Lines } from '../../client/describing.ts';
import { defineDescriber, eventsOf, eventsRequest, itemsOf, listRequest } from './describer.ts';
import { eventLines, metaLines, since } from './writer.ts';

/** kubectl describe node. Follows pkg/describe/describe.go `describeNode`. */
export const describeNode = defineDescriber<Node>({
  kind: 'Node',
  related(node) {
    const { name } = node.metadata;
    const fields = `spec.nodeName=${name},status.phase!=Succeeded,status.phase!=Failed`;
    return [
      listRequest('/api/v1/pods', { fieldSelector: fields }),
      eventsRequest(node),
      eventsRequest(node, true, name),
      { method: 'GET', path: `/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases/${name}` },
    ];
  },
  lines: (node, [pods, events, eventsByName, lease], nowMs) => [
    `Name:\t${node.metadata.name}`,
    `Roles:\t${rolesOf(node).join(',') || '<none>'}`,
    ...metaLines(node.metadata),
    `CreationTimestamp:\t${longTime(node.metadata.creationTimestamp)}`,
    ...taintLines(node),
    `Unschedulable:\t${node.spec.unschedulable === true}`,
    ...leaseLines(lease, node.metadata.name),
    ...statusLines(node),
    ...podLines(node, itemsOf<Pod>(pods), nowMs),
    ...eventLines([...eventsOf(events), ...eventsOf(eventsByName)], nowMs),
  ],
});

const ROLE_PREFIX = 'node-role.kubernetes.io/';

function rolesOf(node: Node): readonly string[] {
  const labels = node.metadata.labels ?? {};
  const roles = Object.keys(labels)
    .filter((key) => key.startsWith(ROLE_PREFIX) && key.length > ROLE_PREFIX.length)
    .map((key) => key.slice(ROLE_PREFIX.length));
  if (labels['kubernetes.io/role']) roles.push(labels['kubernetes.io/role']);
  return [...new Set(roles)].sort();
}

function taintLines({ spec }: Node): Lines {
  const texts = [...(spec.taints ?? [])]
    .sort((a, b) => (`${a.effect},${a.key}` < `${b.effect},${b.key}` ? -1 : 1))
    .map(({ key, value, effect }) => `${key}${value ? `=${value}` : ''}:${effect}`);
  if (texts.length === 0) return ['Taints:\t<none>'];
  return texts.map((text, index) => `${index === 0 ? 'Taints:' : ''}\t${text}`);
}

function leaseLines(answer: JsonObject | null | undefined, name: string): Lines {
  if (!answer) return [`Lease:\tFailed to get lease: leases.coordination.k8s.io ${JSON.stringify(name)} not found`];
  const { holderIdentity = '<unset>', acquireTime, renewTime } = (answer as unknown as Lease).spec ?? {};
  const shown = (time: string | undefined) => (time === undefined ? '<unset>' : longTime(time));
  return [
    'Lease:',
    `  HolderIdentity:\t${holderIdentity}`,
    `  AcquireTime:\t${shown(acquireTime)}`,
    `  RenewTime:\t${shown(renewTime)}`,
  ];
}

function statusLines({ spec, status = {} }: Node): Lines {
  const { conditions = [], addresses = [], nodeInfo } = status;
  return [
    ...(conditions.length === 0
      ? []
      : [
          'Conditions:',
          '  Type\tStatus\tLastHeartbeatTime\tLastTransitionTime\tReason\tMessage',
          '  ----\t------\t-----------------\t------------------\t------\t-------',
        ]),
    ...conditions.map(
      ({ type, status: value, lastHeartbeatTime, lastTransitionTime, reason = '', message = '' }) =>
        `  ${type} \t${value} \t${longTime(lastHeartbeatTime)} \t${longTime(lastTransitionTime)} \t${reason} \t${message}`,
    ),
    'Addresses:',
    ...addresses.map(({ type, address }) => `  ${type}:\t${address}`),
    ...resourceLines('Capacity', status.capacity),
    ...resourceLines('Allocatable', status.allocatable),
    'System Info:',
    `  Machine ID:\t${nodeInfo?.machineID ?? ''}`,
    `  System UUID:\t${nodeInfo?.systemUUID ?? ''}`,
    `  Boot ID:\t${nodeInfo?.bootID ?? ''}`,
    `  Kernel Version:\t${nodeInfo?.kernelVersion ?? ''}`,
    `  OS Image:\t${nodeInfo?.osImage ?? ''}`,
    `  Operating System:\t${nodeInfo?.operatingSystem ?? ''}`,
    `  Architecture:\t${nodeInfo?.architecture ?? ''}`,
    `  Container Runtime Version:\t${nodeInfo?.containerRuntimeVersion ?? ''}`,
    `  Kubelet Version:\t${nodeInfo?.kubeletVersion ?? ''}`,
    `  Kube-Proxy Version:\t${nodeInfo?.kubeProxyVersion ?? ''}`,
    ...(spec.podCIDR ? [`PodCIDR:\t${spec.podCIDR}`] : []),
    ...(spec.podCIDRs?.length ? [`PodCIDRs:\t${spec.podCIDRs.join(',')}`] : []),
    ...(spec.providerID ? [`ProviderID:\t${spec.providerID}`] : []),
  ];
}

function resourceLines(title: string, list: ResourceList | undefined): Lines {
  const names = Object.keys(list ?? {}).sort();
  return names.length === 0 ? [] : [`${title}:`, ...names.map((name) => `  ${name}:\t${list?.[name]}`)];
}

function podLines(node: Node, pods: readonly Pod[], nowMs: number): Lines {
  const limit = node.status?.allocatable ?? node.status?.capacity ?? {};
  const rows = pods.map((pod) => {
    const { requests, limits } = podResources(pod);
    const cells = [cell('cpu', requests, limit), cell('cpu', limits, limit)];
    cells.push(cell('memory', requests, limit), cell('memory', limits, limit));
    const { namespace, name, creationTimestamp } = pod.metadata;
    return `  ${namespace}\t${name}\t\t${cells.join('\t')}\t${since(creationTimestamp, nowMs)}`;
  });
  const all = pods.map(podResources);
  const requests = all.reduce<ResourceList>((sum, pod) => add(sum, pod.requests), {});
  const limits = all.reduce<ResourceList>((sum, pod) => add(sum, pod.limits), {});
  const totals = ['cpu', 'memory', 'ephemeral-storage'].map(
    (name) => `  ${name}\t${cell(name, requests, limit)}\t${cell(name, limits, limit)}`,
  );
  return [
    `Non-terminated Pods:\t(${pods.length} in total)`,
    '  Namespace\tName\t\tCPU Requests\tCPU Limits\tMemory Requests\tMemory Limits\tAge',
    '  ---------\t----\t\t------------\t----------\t---------------\t-------------\t---',
    ...rows,
    'Allocated resources:',
    '  (Total limits may be over 100 percent, i.e., overcommitted.)',
    '  Resource\tRequests\tLimits',
    '  --------\t--------\t------',
    ...totals,
    ...extendedLines(limit, requests, limits),
  ];
}

/** Huge pages and devices, when the node has any. */
function extendedLines(limit: ResourceList, requests: ResourceList, limits: ResourceList): Lines {
  const names = Object.keys(limit).filter((name) => !['cpu', 'memory', 'ephemeral-storage', 'pods'].includes(name));
  const pages = names.filter((name) => name.startsWith('hugepages-')).sort();
  const devices = names.filter((name) => !name.startsWith('hugepages-')).sort();
  return [
    ...pages.map((name) => `  ${name}\t${cell(name, requests, limit)}\t${cell(name, limits, limit)}`),
    ...devices.map((name) => `  ${name}\t${requests[name] ?? '0'}\t${limits[name] ?? '0'}`),
  ];
}

/** `250m (12%)`: a sum and its share of what the node has to give. */
function cell(name: string, used: ResourceList, limit: ResourceList): string {
  const value = name === 'cpu' ? milliValue : wholeValue;
  const [part, whole] = [value(used[name]), value(limit[name])];
  const percent = whole === 0 ? 0 : Math.trunc((part / whole) * 100);
  return `${used[name] === undefined ? '0' : canonicalQuantity(used[name])} (${percent}%)`;
}

/** What a pod asks for. */
function podResources({ spec }: Pod): { readonly requests: ResourceList; readonly limits: ResourceList } {
  const sum = (part: 'requests' | 'limits') => {
    return neededBy<ResourceList>(spec, { zero: {}, of: ({ resources }) => resources?.[part] ?? {}, add, most });
  };
  return { requests: sum('requests'), limits: sum('limits') };
}

function add(a: ResourceList, b: ResourceList): ResourceList {
  const entries = Object.entries(b).map(([name, value]) => [name, a[name] ? addQuantities(a[name], value) : value]);
  return { ...a, ...Object.fromEntries(entries) };
}

function most(a: ResourceList, b: ResourceList): ResourceList {
  const larger = Object.entries(b).filter(
    ([name, value]) => a[name] === undefined || compareQuantities(a[name], value) < 0,
  );
  return { ...a, ...Object.fromEntries(larger) };
}
