import type { LimitRange, LimitRangeItem } from '../../api/kinds/limitrange.ts';
import type { Container, Pod } from '../../api/kinds/pod.ts';
import type { KubeObject, Quantity, ResourceList } from '../../api/meta.ts';
import { compareQuantities, milliValue } from '../../api/quantity.ts';
import { addLists } from '../../api/quota/usage.ts';
import type { ApiServerState } from '../state.ts';
import type { AdmissionPlugin } from './plugin.ts';

const ANNOTATION = 'kubernetes.io/limit-ranger';

/**
 * Containers that ask for nothing get what the LimitRanges of their namespace say, and nobody gets more or less than
 * they allow. Follows plugin/pkg/admission/limitranger/admission.go.
 */
export const limitRanger: AdmissionPlugin = {
  name: 'LimitRanger',
  kind: '',
  admit(object, state) {
    if (object.kind !== 'Pod') return object;
    return rangesOf(state, object.metadata.namespace).reduce<Pod>(fill, object as Pod) as KubeObject;
  },
  validate(object, { resource, operation, subresource }, state) {
    const isPod = resource.kind === 'Pod' && operation === 'CREATE';
    if ((!isPod && resource.kind !== 'PersistentVolumeClaim') || subresource !== '') return undefined;
    for (const { spec } of rangesOf(state, object.metadata.namespace)) {
      const items = spec?.limits ?? [];
      const errors = items.flatMap((item) => (isPod ? podErrors(item, object as Pod) : claimErrors(item, object)));
      if (errors.length > 0) return errors.length === 1 ? errors[0] : `[${[...new Set(errors)].join(', ')}]`;
    }
    return undefined;
  },
  because(object, { resource, subresource }, state) {
    if (object === undefined || resource.kind !== 'PersistentVolumeClaim' || subresource !== '') return '';
    const ranges = rangesOf(state, object.metadata.namespace).map((range) => range.metadata.name);
    return ranges.length === 0 ? '' : `within ${ranges.join(', ')}`;
  },
};

function rangesOf(state: ApiServerState, namespace: string | undefined): readonly LimitRange[] {
  const all = [...(state.caches.get('limitranges')?.objects.values() ?? [])] as readonly LimitRange[];
  return all.filter(({ metadata }) => metadata.namespace === namespace);
}

/** Requests and limits that a container lacks, and a note about them. */
function fill(pod: Pod, { spec }: LimitRange): Pod {
  const items = (spec?.limits ?? []).filter(({ type }) => type === 'Container');
  const limits = Object.assign({}, ...items.map((item) => item.default ?? {})) as ResourceList;
  const requests = Object.assign({}, ...items.map((item) => item.defaultRequest ?? {})) as ResourceList;
  const told: string[] = [];
  const containers = pod.spec.containers.map((container) => {
    const own = container.resources ?? {};
    const newLimits = missing(limits, own.limits);
    const newRequests = missing(requests, own.requests);
    if (newRequests.length > 0) told.push(`${newRequests.join(', ')} request for container ${container.name}`);
    if (newLimits.length > 0) told.push(`${newLimits.join(', ')} limit for container ${container.name}`);
    if (newLimits.length + newRequests.length === 0) return container;
    return {
      ...container,
      resources: {
        ...own,
        ...(newLimits.length > 0 || own.limits ? { limits: { ...limits, ...own.limits } } : {}),
        ...(newRequests.length > 0 || own.requests ? { requests: { ...requests, ...own.requests } } : {}),
      },
    };
  });
  if (told.length === 0) return pod;
  const annotations = { ...pod.metadata.annotations, [ANNOTATION]: `LimitRanger plugin set: ${told.join('; ')}` };
  return { ...pod, metadata: { ...pod.metadata, annotations }, spec: { ...pod.spec, containers } };
}

function missing(wanted: ResourceList, own: ResourceList = {}): readonly string[] {
  return Object.keys(wanted)
    .filter((name) => own[name] === undefined)
    .sort();
}

function podErrors(item: LimitRangeItem, { spec }: Pod): readonly string[] {
  if (item.type === 'Container') {
    return spec.containers.flatMap(({ resources }) =>
      errorsOf(item, resources?.requests ?? {}, resources?.limits ?? {}),
    );
  }
  if (item.type !== 'Pod') return [];
  return errorsOf(item, sumOf(spec.containers, 'requests'), sumOf(spec.containers, 'limits'));
}

/** The sum over all containers of what each of them has. */
function sumOf(containers: readonly Container[], part: 'requests' | 'limits'): ResourceList {
  const lists = containers.map(({ resources }) => resources?.[part] ?? {});
  const sum = lists.reduce(addLists, {});
  const common = Object.keys(sum).filter((name) => lists.every((list) => list[name] !== undefined));
  return Object.fromEntries(common.map((name) => [name, sum[name] ?? '0']));
}

function claimErrors(item: LimitRangeItem, { spec }: KubeObject): readonly string[] {
  if (item.type !== 'PersistentVolumeClaim') return [];
  const { resources } = (spec ?? {}) as { readonly resources?: { readonly requests?: ResourceList } };
  const { min, max } = item;
  const requests = resources?.requests ?? {};
  return [
    ...each(min, (name, least) => minimum(item.type, name, least, requests[name], undefined)),
    ...each(max, (name, most) => maximum(item.type, name, most, requests[name], requests[name])),
  ];
}

function errorsOf(
  { type, min, max, maxLimitRequestRatio: ratio }: LimitRangeItem,
  requests: ResourceList,
  limits: ResourceList,
) {
  return [
    ...each(min, (name, least) => minimum(type, name, least, requests[name], limits[name])),
    ...each(max, (name, most) => maximum(type, name, most, requests[name], limits[name])),
    ...each(ratio, (name, most) => tooWide(type, name, most, requests[name], limits[name])),
  ];
}

function each(list: ResourceList | undefined, check: (name: string, bound: Quantity) => string): readonly string[] {
  return Object.keys(list ?? {})
    .sort()
    .map((name) => check(name, list?.[name] ?? '0'))
    .filter((text) => text !== '');
}

type Amount = Quantity | undefined;

function minimum(type: string, name: string, least: Quantity, request: Amount, limit: Amount): string {
  const head = `minimum ${name} usage per ${type} is ${least}`;
  if (request === undefined) return `${head}.  No request is specified`;
  if (compareQuantities(request, least) < 0) return `${head}, but request is ${request}`;
  return limit !== undefined && compareQuantities(limit, least) < 0 ? `${head}, but limit is ${limit}` : '';
}

function maximum(type: string, name: string, most: Quantity, request: Amount, limit: Amount): string {
  const head = `maximum ${name} usage per ${type} is ${most}`;
  if (limit === undefined) return `${head}.  No limit is specified`;
  if (compareQuantities(limit, most) > 0) {
    return type === 'PersistentVolumeClaim' ? `${head}, but request is ${limit}` : `${head}, but limit is ${limit}`;
  }
  return request !== undefined && compareQuantities(request, most) > 0 ? `${head}, but request is ${request}` : '';
}

function tooWide(type: string, name: string, most: Quantity, request: Amount, limit: Amount): string {
  const head = `${name} max limit to request ratio per ${type} is ${most}`;
  if (!milliValue(request)) return `${head}, but no request is specified or request is 0`;
  if (!milliValue(limit)) return `${head}, but no limit is specified or limit is 0`;
  const ratio = milliValue(limit) / milliValue(request);
  return ratio * 1000 > milliValue(most) ? `${head}, but provided ratio is ${ratio.toFixed(6)}` : '';
}
