/*
 * resourcequota-controller: counts what the objects of a namespace use, and writes it into its ResourceQuotas.
 * Watches: ResourceQuotas and everything that they can count.
 * Writes: the status of ResourceQuotas.
 * Upstream: pkg/controller/resourcequota/resource_quota_controller.go.
 * Leaves out: the queue that quotas without a status go to first; kinds that no shared informer watches.
 */
import { resourceNamed, resources } from '../api/index.ts';
import type { ResourceQuota } from '../api/kinds/resourcequota.ts';
import type { KubeObject, ResourceList } from '../api/meta.ts';
import { addLists, countedBy, isInScope, pick, usageOf } from '../api/quota/usage.ts';
import { type Resource, sameJson } from '../api/resource.ts';
import type { Millis } from '../kernel/message.ts';
import { part } from '../kernel/state.ts';
import { type Context, type Controller, NOTHING } from './controller.ts';
import { informerNames, setting, update } from './requests.ts';

interface QuotaState {
  /** Everything is counted anew so often. */
  periodMs: Millis;
}

/** Kinds of which a change, not only a deletion, can free something. */
const REPLENISHED: readonly string[] = ['pods', 'services'];
const TICK = 'tick';

/** The control loop of quotas. Its keys are quotas, and `tick`. */
export const resourceQuotaController: Controller<QuotaState> = {
  name: 'resourcequota-controller',
  get informers() {
    return informerNames();
  },
  workers: 5,
  init: (config) => part<QuotaState>({ periodMs: setting(config, 'resourceQuotaSyncPeriodMs', 300_000) }),
  start: (context) => context.addAfter(TICK, context.state.periodMs),
  observe({ informer, type, object, old }, context) {
    const { namespace = '' } = object.metadata;
    if (informer === 'resourcequotas') {
      return type === 'deleted' ? [] : needsSync(object as ResourceQuota, old as ResourceQuota | undefined);
    }
    const isFreed = type === 'deleted' || (type === 'updated' && REPLENISHED.includes(informer) && isLess(object, old));
    return isFreed && namespace !== '' ? quotasIn(namespace, context) : [];
  },
  reconcile(key, context) {
    if (key === TICK) {
      context.addAfter(TICK, context.state.periodMs);
      for (const name of context.cache('resourcequotas').keys()) context.add(name);
      return NOTHING;
    }
    const quota = context.cache<ResourceQuota>('resourcequotas').get(key);
    if (quota === undefined) return NOTHING;
    const hard = quota.spec?.hard ?? {};
    const used = usedOf(quota, hard, context);
    const status = { hard, used };
    if (sameJson(quota.status?.hard ?? {}, hard) && sameJson(quota.status?.used ?? {}, used)) return NOTHING;
    context.note({ what: 'resourcequota/counted', about: `resourcequota/${quota.metadata.name}`, used });
    return { writes: [[{ request: update('resourcequotas', { ...quota, status }, '/status'), ignore: [404] }]] };
  },
};

/** A quota whose limits are new is counted; its own status says nothing new. */
function needsSync({ metadata, spec }: ResourceQuota, old: ResourceQuota | undefined): readonly string[] {
  return old !== undefined && sameJson(old.spec, spec) ? [] : [`${metadata.namespace}/${metadata.name}`];
}

function isLess(object: KubeObject, old: KubeObject | undefined): boolean {
  const before = old === undefined ? {} : partOf(old);
  return !sameJson(partOf(object), before);
}

/** What decides whether an object frees something: a pod that ends, a Service of another type. */
function partOf({ kind, spec, status }: KubeObject): Readonly<Record<string, string>> {
  const { type = '' } = (spec ?? {}) as { readonly type?: string };
  const { phase = '' } = (status ?? {}) as { readonly phase?: string };
  const isOver = phase === 'Succeeded' || phase === 'Failed';
  return kind === 'Pod' ? { phase: String(isOver) } : { type };
}

function quotasIn(namespace: string, context: Context): readonly string[] {
  return [...context.cache('resourcequotas').keys()].filter((key) => key.startsWith(`${namespace}/`));
}

/** What is used of each limit that somebody counts, zeros included. */
function usedOf(quota: ResourceQuota, hard: ResourceList, context: Context): ResourceList {
  const { namespace } = quota.metadata;
  let used: ResourceList = {};
  for (const resource of resources) {
    const names = resource.namespaced ? countedBy(resource, hard) : [];
    if (names.length === 0 || !informerNames().includes(resource.plural)) continue;
    used = { ...used, ...Object.fromEntries(names.map((name) => [name, '0'])) };
    for (const object of objectsOf(resource, context)) {
      if (object.metadata.namespace !== namespace || !isInScope(quota, resource, object)) continue;
      used = addLists(used, pick(usageOf(resource, object, context.now), names));
    }
  }
  return used;
}

function objectsOf(resource: Resource, context: Context): Iterable<KubeObject> {
  return resourceNamed(resource.plural) === resource || resource.group !== ''
    ? context.cache<KubeObject>(resource.plural).values()
    : [];
}
