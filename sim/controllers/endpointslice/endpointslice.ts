/*
 * endpointslice-controller: lists the pods behind each Service, and whether they can take traffic.
 * Watches: Services, Pods, EndpointSlices, Nodes.
 * Writes: EndpointSlices.
 * Upstream: pkg/controller/endpointslice and staging/src/k8s.io/endpointslice.
 * Leaves out: IPv6, the annotation with the trigger time.
 */
import type { Endpoint, EndpointSlice } from '../../api/kinds/endpointslice.ts';
import type { Node } from '../../api/kinds/node.ts';
import type { Pod } from '../../api/kinds/pod.ts';
import type { Service } from '../../api/kinds/service.ts';
import { type KubeObject, objectKey } from '../../api/meta.ts';
import { fromLabels, matchesSelector } from '../../api/selector.ts';
import { part } from '../../kernel/state.ts';
import { type Context, type Controller, NOTHING, type Outcome, type Write } from '../controller.ts';
import { create, remove, update } from '../requests.ts';
import { belongsIn, endpointOf, portKey, portsOf } from './endpoints.ts';
import { CONTROLLER, type EndpointSliceState, observe, SLICE_DELAY_MS } from './observe.ts';
import { arrange, type Group, MANAGED_BY, SERVICE_NAME, type SlicePlan } from './slices.ts';
import { addHints, wantsZones, withoutHints } from './topology.ts';

/** The control loop of EndpointSlices. Its keys are Services. */
export const endpointslice: Controller<EndpointSliceState> = {
  name: 'endpointslice-controller',
  informers: ['services', 'pods', 'endpointslices', 'nodes'],
  workers: 5,
  backOffMs: 1000,
  init: () => part<EndpointSliceState>({ written: new Map(), zones: new Map() }),
  observe,
  reconcile: (key, context) => {
    const service = context.cache<Service>('services').get(key);
    if (service === undefined) context.state.zones.delete(key);
    if (service === undefined || service.spec.type === 'ExternalName') return NOTHING;
    if (service.spec.selector === undefined) return NOTHING;
    return isStale(key, context) ? { requeueAfterMs: SLICE_DELAY_MS } : sync(service, context);
  },
  answered: (key, write, { body }, isSuccess, { state }) => {
    const { kind, metadata } = (body ?? {}) as KubeObject;
    if (!isSuccess || kind !== 'EndpointSlice' || write.request.method === 'DELETE') return;
    state.written.set(objectKey({ metadata }), { service: key, revision: Number(metadata.resourceVersion) });
  },
};

/** Whether the cache has yet to show an own write: acting on it would make a second slice, or undo the first. */
function isStale(key: string, context: Context<EndpointSliceState>): boolean {
  const slices = context.cache<EndpointSlice>('endpointslices');
  for (const [name, { service, revision }] of context.state.written) {
    if (service !== key) continue;
    if (Number(slices.get(name)?.metadata.resourceVersion ?? 0) < revision) return true;
  }
  return false;
}

function sync(service: Service, context: Context<EndpointSliceState>): Outcome {
  const { name, namespace, uid } = service.metadata;
  const nodes = context.cache<Node>('nodes');
  const groups = new Map<string, Group>();
  const selector = fromLabels(service.spec.selector ?? {});
  let isMissingNode = false;
  for (const pod of context.cache<Pod>('pods').values()) {
    if (pod.metadata.namespace !== namespace || !matchesSelector(selector, pod.metadata.labels)) continue;
    if (!belongsIn(pod)) continue;
    const node = nodes.get(pod.spec.nodeName ?? '');
    if (node === undefined && service.spec.publishNotReadyAddresses !== true) {
      isMissingNode = true;
      continue;
    }
    const ports = portsOf(service, pod);
    const group = groups.get(portKey(ports)) ?? { ports, endpoints: new Map() };
    groups.set(portKey(ports), group);
    group.endpoints.set(pod.metadata.uid ?? '', endpointOf(pod, node, service));
  }
  const existing = [...context.cache<EndpointSlice>('endpointslices').values()].filter(({ metadata }) => {
    const { labels } = metadata;
    return metadata.namespace === namespace && labels?.[SERVICE_NAME] === name && labels[MANAGED_BY] === CONTROLLER;
  });
  const wanted = [...groups.values()].flatMap(({ endpoints }) => [...endpoints.values()]);
  const plan = withZones(service, groups, existing, context);
  if (plan.toCreate.length + plan.toUpdate.length > 0) {
    const ready = wanted.filter(({ conditions }) => conditions?.ready).length;
    context.note({ what: 'endpointslice/synced', about: `service/${name}`, endpoints: wanted.length, ready });
  }
  const isEnding = service.metadata.deletionTimestamp !== undefined || uid === undefined;
  const writes: Write[] = [
    ...(isEnding ? [] : plan.toCreate.map((slice) => ({ request: create('endpointslices', slice) }))),
    ...plan.toUpdate.map((slice) => ({ request: update('endpointslices', slice) })),
    ...plan.toDelete.map((slice) => ({ request: remove('endpointslices', slice), ignore: [404] })),
  ];
  return { writes: writes.length > 0 ? [writes] : [], requeueAfterMs: isMissingNode ? SLICE_DELAY_MS : undefined };
}

/** The slices as they should be, with hints for zones where the Service asks for them by its annotation. */
function withZones(
  service: Service,
  groups: ReadonlyMap<string, Group>,
  existing: readonly EndpointSlice[],
  context: Context<EndpointSliceState>,
): SlicePlan {
  const key = objectKey(service);
  const had = context.state.zones.has(key);
  const isWanted = wantsZones(service);
  if (!isWanted && !had) return arrange(service, groups, existing, CONTROLLER);
  if (isWanted) for (const { endpoints } of groups.values()) keepHints(endpoints, existing);
  const plan = arrange(service, groups, existing, CONTROLLER);
  const touched = new Set([...plan.toUpdate, ...plan.toDelete].map(({ metadata }) => metadata.name));
  const unchanged = existing.filter(({ metadata }) => !touched.has(metadata.name));
  const nodes = context.cache<Node>('nodes').values();
  const hinted = isWanted
    ? addHints(plan, unchanged, nodes, had)
    : withoutHints(plan, [], 'Topology Aware Hints has been disabled');
  if (hinted.zones === undefined) context.state.zones.delete(key);
  else context.state.zones.set(key, hinted.zones);
  if (hinted.event !== undefined) context.event(service, hinted.event);
  return hinted.plan;
}

/** A hint is no property of the pod: an endpoint that is otherwise as it was keeps the one it has. */
function keepHints(endpoints: Map<string, Endpoint>, existing: readonly EndpointSlice[]): void {
  for (const known of existing.flatMap((slice) => slice.endpoints ?? [])) {
    const uid = known.targetRef?.uid ?? '';
    const wanted = endpoints.get(uid);
    if (wanted?.conditions?.ready === true) endpoints.set(uid, { ...wanted, hints: known.hints });
  }
}
