import type { Pod } from '../../api/kinds/pod.ts';
import type { ResourceQuota } from '../../api/kinds/resourcequota.ts';
import type { KubeObject } from '../../api/meta.ts';
import {
  addLists,
  containerUsage,
  countedBy,
  exceeded,
  isInScope,
  listText,
  pick,
  usageOf,
} from '../../api/quota/usage.ts';
import { sameJson } from '../../api/resource.ts';
import { findResource } from '../routes.ts';
import type { ApiServerState } from '../state.ts';
import { storageKey } from '../storage.ts';
import type { AdmissionPlugin, AdmissionRequest, Charge } from './plugin.ts';

/**
 * Nothing is created that a ResourceQuota of the namespace has no room for; what there is room for is written into the
 * quota's status first. Follows apiserver/pkg/admission/plugin/resourcequota (controller.go). Leaves out updates (a
 * Service that becomes a NodePort, a claim that grows), which the controller counts afterwards.
 */
export const resourceQuota: AdmissionPlugin = {
  name: 'ResourceQuota',
  kind: '',
  charge(object, request, state, nowMs, live) {
    if (request.subresource !== '' || !request.resource.namespaced) return [];
    const charges: Charge[] = [];
    for (const [key, quota] of quotasOf(state, request.namespace, live)) {
      const found = charge(quota, object, request, nowMs);
      if (typeof found === 'string') return found;
      if (found !== quota) charges.push({ key, object: found as KubeObject, existing: quota as KubeObject });
    }
    return charges;
  },
};

/** The quotas of a namespace by storage key; `live` knows better than the cache. */
function quotasOf(
  state: ApiServerState,
  namespace: string,
  live: ReadonlyMap<string, KubeObject>,
): readonly (readonly [string, ResourceQuota])[] {
  const resource = findResource('resourcequotas');
  const { objects } = state.caches.get('resourcequotas') ?? {};
  if (resource === undefined || objects === undefined) return [];
  const prefix = storageKey(resource, namespace, '');
  return [...objects].flatMap(([key, object]) =>
    key.startsWith(prefix) ? [[key, (live.get(key) ?? object) as ResourceQuota] as const] : [],
  );
}

/** The quota with the object counted in it, or why it cannot be. */
function charge(
  quota: ResourceQuota,
  object: KubeObject,
  request: AdmissionRequest,
  nowMs: number,
): ResourceQuota | string {
  const { hard = {}, used = {} } = quota.status ?? {};
  const names = countedBy(request.resource, hard);
  if (names.length === 0 || !isInScope(quota, request.resource, object)) return quota;
  const missing = request.resource.kind === 'Pod' ? unsaid(object as Pod, names) : '';
  if (missing !== '') return `failed quota: ${quota.metadata.name}: must specify ${missing}`;
  const unknown = names.filter((name) => used[name] === undefined).sort();
  if (unknown.length > 0) {
    return `status unknown for quota: ${quota.metadata.name}, resources: ${unknown.join(',')}`;
  }
  const requested = pick(usageOf(request.resource, object, nowMs), names);
  const next = addLists(used, requested);
  const over = exceeded(pick(next, Object.keys(requested)), hard);
  if (over.length > 0) {
    const [wanted, had, most] = [requested, used, hard].map((list) => listText(pick(list, over)));
    return `exceeded quota: ${quota.metadata.name}, requested: ${wanted}, used: ${had}, limited: ${most}`;
  }
  return sameJson(next, used) ? quota : { ...quota, status: { ...quota.status, used: next } };
}

const MUST_SAY = /^(?:requests\.|limits\.)?(?:cpu|memory)$/;

/** Where CPU or memory is limited, every container has to say what it needs. */
function unsaid({ spec }: Pod, names: readonly string[]): string {
  const wanted = names.filter((name) => MUST_SAY.test(name)).sort();
  const parts = wanted.flatMap((name) => {
    const silent = spec.containers.filter(
      ({ resources }) => containerUsage(resources?.requests, resources?.limits)[name] === undefined,
    );
    const list = silent.map((container) => container.name).sort();
    return list.length === 0 ? [] : [`${name} for: ${list.join(',')}`];
  });
  return parts.join('; ');
}
