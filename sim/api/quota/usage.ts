import type { Container, Pod } from '../kinds/pod.ts';
import type { ResourceQuota, ScopeRequirement } from '../kinds/resourcequota.ts';
import type { Service } from '../kinds/service.ts';
import { type KubeObject, parseTime, type ResourceList } from '../meta.ts';
import { neededBy } from '../podspec/initcontainers.ts';
import { qosClass } from '../podspec/qos.ts';
import { addQuantities, compareQuantities } from '../quantity.ts';
import type { Resource } from '../resource.ts';
import { qualified } from '../status.ts';

/** Core kinds that quotas also count by their plain plural. */
const PLAIN: readonly string[] = ['configmaps', 'secrets', 'resourcequotas', 'services', 'persistentvolumeclaims'];

/**
 * What one object uses of everything that quotas can count. Follows pkg/quota/v1/evaluator/core; leaves out claims of
 * devices.
 */
export function usageOf(resource: Resource, object: KubeObject, nowMs: number): ResourceList {
  const name = qualified(resource);
  const counted: ResourceList = { [`count/${name}`]: '1' };
  switch (name) {
    case 'pods':
      return { ...counted, ...podUsage(object as Pod, nowMs) };
    case 'services':
      return { ...counted, ...serviceUsage(object as Service) };
    case 'persistentvolumeclaims':
      return { ...counted, ...claimUsage(object) };
    default:
      return PLAIN.includes(name) ? { ...counted, [name]: '1' } : counted;
  }
}

/** The names of `hard` that objects of this kind use up. */
export function countedBy(resource: Resource, hard: ResourceList): readonly string[] {
  const name = qualified(resource);
  return Object.keys(hard).filter((limit) => limit === `count/${name}` || isOwn(name, limit));
}

const COMPUTE = ['cpu', 'memory', 'ephemeral-storage'];

function isOwn(kind: string, limit: string): boolean {
  if (kind === 'pods') {
    const bare = limit.replace(/^(?:requests|limits)\./, '');
    const isExtended = limit.startsWith('requests.') && bare.includes('/');
    return limit === 'pods' || COMPUTE.includes(bare) || /^hugepages-/.test(bare) || isExtended;
  }
  if (kind === 'services') return limit === 'services' || limit.startsWith('services.');
  if (kind === 'persistentvolumeclaims') {
    return limit === kind || limit === 'requests.storage' || limit.includes('.storageclass.storage.k8s.io/');
  }
  return limit === kind && PLAIN.includes(kind);
}

/** Whether the quota looks at the object: its scopes are about pods only. */
export function isInScope({ spec }: ResourceQuota, resource: Resource, object: KubeObject): boolean {
  const scopes = (spec?.scopes ?? []).map((scopeName): ScopeRequirement => ({ scopeName, operator: 'Exists' }));
  const wanted = [...scopes, ...(spec?.scopeSelector?.matchExpressions ?? [])];
  if (wanted.length === 0) return true;
  if (qualified(resource) !== 'pods') return false;
  return wanted.every((requirement) => isOfScope(object as Pod, requirement));
}

function isOfScope({ spec }: Pod, { scopeName, operator, values = [] }: ScopeRequirement): boolean {
  const className = spec.priorityClassName ?? '';
  switch (scopeName) {
    case 'BestEffort':
      return qosClass(spec) === 'BestEffort';
    case 'NotBestEffort':
      return qosClass(spec) !== 'BestEffort';
    case 'Terminating':
      return spec.activeDeadlineSeconds !== undefined;
    case 'NotTerminating':
      return spec.activeDeadlineSeconds === undefined;
    case 'PriorityClass':
      if (operator === 'In') return values.includes(className);
      if (operator === 'NotIn') return !values.includes(className);
      return (className !== '') === (operator === 'Exists');
    default:
      return false;
  }
}

/** Sums of the amounts under each name. */
export function addLists(left: ResourceList, right: ResourceList): ResourceList {
  const sum: Record<string, string> = { ...left };
  for (const [name, amount] of Object.entries(right)) {
    sum[name] = sum[name] === undefined ? amount : addQuantities(sum[name], amount);
  }
  return sum;
}

/** The larger amount under each name. */
export function mostOf(left: ResourceList, right: ResourceList): ResourceList {
  const larger = Object.entries(right).filter(([name, amount]) => {
    return left[name] === undefined || compareQuantities(amount, left[name]) > 0;
  });
  return { ...left, ...Object.fromEntries(larger) };
}

/** Only these names of a list. */
export function pick(list: ResourceList, names: readonly string[]): ResourceList {
  return Object.fromEntries(names.flatMap((name) => (list[name] === undefined ? [] : [[name, list[name]]])));
}

/** The names whose amount is more than allowed. */
export function exceeded(list: ResourceList, most: ResourceList): readonly string[] {
  return Object.keys(list).filter(
    (name) => most[name] !== undefined && compareQuantities(list[name] ?? '0', most[name]) > 0,
  );
}

/** `limits.cpu=1,pods=2` */
export function listText(list: ResourceList): string {
  return Object.keys(list)
    .sort()
    .map((name) => `${name}=${list[name]}`)
    .join(',');
}

/** What a container asks for, under the names that quotas have for it. */
export function containerUsage(requests: ResourceList = {}, limits: ResourceList = {}): ResourceList {
  const usage: Record<string, string> = {};
  for (const [name, amount] of Object.entries(requests)) {
    if (COMPUTE.includes(name)) usage[name] = amount;
    if (COMPUTE.includes(name) || /^hugepages-/.test(name) || name.includes('/')) usage[`requests.${name}`] = amount;
    if (/^hugepages-/.test(name)) usage[name] = amount;
  }
  for (const [name, amount] of Object.entries(limits)) if (COMPUTE.includes(name)) usage[`limits.${name}`] = amount;
  return usage;
}

/** A pod that has ended, or whose time to end is over, uses nothing but its place. */
function podUsage({ metadata, spec, status }: Pod, nowMs: number): ResourceList {
  const endsAt = parseTime(metadata.deletionTimestamp);
  const isOver = endsAt !== undefined && endsAt < nowMs;
  if (status?.phase === 'Succeeded' || status?.phase === 'Failed' || isOver) return {};
  const of = ({ resources }: Container) => containerUsage(resources?.requests, resources?.limits);
  return { pods: '1', ...neededBy<ResourceList>(spec, { zero: {}, of, add: addLists, most: mostOf }) };
}

function serviceUsage({ spec }: Service): ResourceList {
  const { type, ports = [], allocateLoadBalancerNodePorts } = spec;
  const isBalanced = type === 'LoadBalancer';
  const hasPorts = type === 'NodePort' || (isBalanced && allocateLoadBalancerNodePorts !== false);
  return {
    services: '1',
    'services.nodeports': String(hasPorts ? ports.length : 0),
    'services.loadbalancers': isBalanced ? '1' : '0',
  };
}

function claimUsage({ spec }: KubeObject): ResourceList {
  const { storageClassName = '', resources } = (spec ?? {}) as {
    readonly storageClassName?: string;
    readonly resources?: { readonly requests?: ResourceList };
  };
  const storage = resources?.requests?.['storage'];
  const own = { persistentvolumeclaims: '1', ...(storage === undefined ? {} : { 'requests.storage': storage }) };
  if (storageClassName === '') return own;
  const prefix = `${storageClassName}.storageclass.storage.k8s.io/`;
  return { ...own, ...Object.fromEntries(Object.entries(own).map(([name, amount]) => [prefix + name, amount])) };
}
