import type { Endpoint, EndpointPort, EndpointSlice } from '../../api/kinds/endpointslice.ts';
import type { Service } from '../../api/kinds/service.ts';
import { controllerRef, type Labels } from '../../api/meta.ts';
import { sameJson } from '../../api/resource.ts';
import { portKey } from './endpoints.ts';

/** The label that names a slice's Service. */
export const SERVICE_NAME = 'kubernetes.io/service-name';
/** The label that says who keeps a slice. */
export const MANAGED_BY = 'endpointslice.kubernetes.io/managed-by';
/** The label of what belongs to a headless Service. */
export const HEADLESS = 'service.kubernetes.io/headless';
const MAX_ENDPOINTS = 100;

/** Endpoints with the same ports, by the uid of their pod. */
export interface Group {
  readonly ports: readonly EndpointPort[];
  readonly endpoints: Map<string, Endpoint>;
}

/** What has to be written so that the slices list exactly the endpoints wanted. */
export interface SlicePlan {
  readonly toCreate: readonly EndpointSlice[];
  readonly toUpdate: readonly EndpointSlice[];
  readonly toDelete: readonly EndpointSlice[];
}

/**
 * Spreads endpoints over slices of at most 100 with as few writes as possible: what is in a slice stays there, and
 * gaps are filled before a new slice is made. Without endpoints one empty slice stands for the Service. Upstream
 * endpointslice/reconciler.go.
 */
export function arrange(
  service: Service,
  groups: ReadonlyMap<string, Group>,
  existing: readonly EndpointSlice[],
  controller: string,
): SlicePlan {
  const labels = labelsOf(service, controller);
  const own = existing.filter((slice) => isOwned(slice, service));
  const toCreate: EndpointSlice[] = [];
  const toUpdate: EndpointSlice[] = [];
  const toDelete = existing.filter((slice) => !isOwned(slice, service));
  for (const [key, group] of groups) {
    const slices = own.filter(({ ports }) => portKey(ports) === key);
    const { kept, gone } = keepWanted(slices, group, labels);
    const fresh = fill(kept, [...group.endpoints.values()], service, group.ports, labels);
    toUpdate.push(...kept.filter(({ isChanged }) => isChanged).map(({ slice }) => slice));
    toDelete.push(...gone);
    toCreate.push(...fresh);
  }
  toDelete.push(...own.filter(({ ports }) => !groups.has(portKey(ports))));
  if (toDelete.length === existing.length && toCreate.length === 0) {
    const empty = newSlice(service, [], labels);
    const [only] = toDelete;
    if (only !== undefined && toDelete.length === 1 && isPlaceholder(only, empty))
      return { toCreate, toUpdate, toDelete: [] };
    toCreate.push(empty);
  }
  return reuse(service, { toCreate, toUpdate, toDelete });
}

interface Kept {
  slice: EndpointSlice;
  isChanged: boolean;
}

/** Keeps in each slice what is still wanted, brought up to date, and takes it out of the group. */
function keepWanted(
  slices: readonly EndpointSlice[],
  group: Group,
  labels: Labels,
): { readonly kept: Kept[]; readonly gone: readonly EndpointSlice[] } {
  const kept: Kept[] = [];
  const gone: EndpointSlice[] = [];
  for (const slice of slices) {
    let isChanged = !sameJson(slice.metadata.labels, labels);
    const endpoints: Endpoint[] = [];
    for (const endpoint of slice.endpoints ?? []) {
      const uid = endpoint.targetRef?.uid ?? '';
      const wanted = group.endpoints.get(uid);
      if (wanted === undefined) continue;
      group.endpoints.delete(uid);
      endpoints.push(wanted);
      if (!sameJson(wanted, endpoint)) isChanged = true;
    }
    if (endpoints.length !== (slice.endpoints ?? []).length) isChanged = true;
    if (isChanged && endpoints.length === 0) gone.push(slice);
    else if (!isChanged) kept.push({ slice, isChanged });
    else kept.push({ slice: { ...slice, metadata: { ...slice.metadata, labels }, endpoints }, isChanged });
  }
  return { kept, gone };
}

/** Puts the rest into slices that are written anyway, then into one with room for all of it, then into new ones. */
function fill(
  kept: readonly Kept[],
  rest: readonly Endpoint[],
  service: Service,
  ports: readonly EndpointPort[],
  labels: Labels,
): readonly EndpointSlice[] {
  let left = [...rest];
  const put = (one: Kept) => {
    const room = MAX_ENDPOINTS - (one.slice.endpoints?.length ?? 0);
    one.slice = { ...one.slice, endpoints: [...(one.slice.endpoints ?? []), ...left.slice(0, room)] };
    one.isChanged = true;
    left = left.slice(room);
  };
  const fullestFirst = kept.filter(({ isChanged }) => isChanged).sort((a, b) => sizeOf(b) - sizeOf(a) || byName(a, b));
  for (const one of fullestFirst) if (left.length > 0) put(one);
  const roomy = kept
    .filter((one) => !one.isChanged && sizeOf(one) + left.length <= MAX_ENDPOINTS)
    .sort((a, b) => sizeOf(b) - sizeOf(a) || byName(a, b));
  if (left.length > 0 && left.length < MAX_ENDPOINTS && roomy[0] !== undefined) put(roomy[0]);
  const fresh: EndpointSlice[] = [];
  for (; left.length > 0; left = left.slice(MAX_ENDPOINTS)) {
    fresh.push({ ...newSlice(service, ports, labels), endpoints: left.slice(0, MAX_ENDPOINTS) });
  }
  return fresh;
}

function sizeOf({ slice }: Kept): number {
  return slice.endpoints?.length ?? 0;
}

function byName(a: Kept, b: Kept): number {
  return a.slice.metadata.name < b.slice.metadata.name ? -1 : 1;
}

/** A slice to delete takes over the content of one to create. */
function reuse(service: Service, { toCreate, toUpdate, toDelete }: SlicePlan): SlicePlan {
  const creations = [...toCreate];
  const updates = [...toUpdate];
  const deletions = toDelete.filter((old) => {
    if (!isOwned(old, service)) return true;
    const next = creations.pop();
    if (next === undefined) return true;
    const { name, uid, resourceVersion, generation, creationTimestamp } = old.metadata;
    updates.push({
      ...next,
      metadata: { ...next.metadata, name, uid, resourceVersion, generation, creationTimestamp },
    });
    return false;
  });
  return { toCreate: creations, toUpdate: updates, toDelete: deletions };
}

function newSlice(service: Service, ports: readonly EndpointPort[], labels: Labels): EndpointSlice {
  const { name, namespace } = service.metadata;
  return {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { name: '', generateName: `${name}-`, namespace, labels, ownerReferences: [controllerRef(service)] },
    addressType: 'IPv4',
    endpoints: [],
    ports,
  };
}

function isOwned(slice: EndpointSlice, service: Service): boolean {
  return (slice.metadata.ownerReferences ?? []).some(({ uid }) => uid === service.metadata.uid);
}

function isPlaceholder(slice: EndpointSlice, empty: EndpointSlice): boolean {
  const isEmpty = (slice.endpoints ?? []).length === 0 && (slice.ports ?? []).length === 0;
  return isEmpty && sameJson(slice.metadata.labels, empty.metadata.labels);
}

/** The Service's own labels, and those that say whose slice it is. */
function labelsOf({ metadata, spec }: Service, controller: string): Labels {
  const labels: Record<string, string> = { ...metadata.labels };
  delete labels[HEADLESS];
  if (!spec.clusterIP || spec.clusterIP === 'None') labels[HEADLESS] = '';
  return { ...labels, [SERVICE_NAME]: metadata.name, [MANAGED_BY]: controller };
}
