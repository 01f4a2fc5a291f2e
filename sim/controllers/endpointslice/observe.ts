import type { EndpointSlice } from '../../api/kinds/endpointslice.ts';
import type { Node } from '../../api/kinds/node.ts';
import type { Pod } from '../../api/kinds/pod.ts';
import type { Service } from '../../api/kinds/service.ts';
import { getCondition, objectKey } from '../../api/meta.ts';
import { fromLabels, matchesSelector } from '../../api/selector.ts';
import type { Change } from '../../client/cache.ts';
import type { Context } from '../controller.ts';
import { isPodReady } from '../pods.ts';
import { MANAGED_BY, SERVICE_NAME } from './slices.ts';
import { isOverloaded, type ZoneCounts } from './topology.ts';

/** An own write, as it was answered. */
interface Written {
  /** The Service's key. */
  readonly service: string;
  readonly revision: number;
}

/** What the control loop remembers. */
export interface EndpointSliceState {
  /** By the slice's key: the echo of an own write is no news, and a cache without it is out of date. */
  written: Map<string, Written>;
  /** By Service: how many endpoints have hints for each zone, where it asks for those by its annotation. */
  zones: Map<string, ZoneCounts>;
}

/** Its name on the slices that it keeps. */
export const CONTROLLER = 'endpointslice-controller.k8s.io';
/** So long a cache may be behind. */
export const SLICE_DELAY_MS = 1000;

/** The Services that a change concerns. Every cluster hears of pods: so this stands apart from what is done then. */
export function observe(change: Change, context: Context<EndpointSliceState>): readonly string[] {
  if (change.informer === 'services') return [objectKey(change.object)];
  if (change.informer === 'pods') return observePod(change as Change<Pod>, context);
  if (change.informer === 'nodes') return observeNode(change as Change<Node>, context);
  observeSlice(change as Change<EndpointSlice>, context);
  return [];
}

/** A slice that somebody else changed is put right a second later. */
function observeSlice({ type, object }: Change<EndpointSlice>, context: Context<EndpointSliceState>): void {
  const { labels, namespace, resourceVersion } = object.metadata;
  if (labels?.[MANAGED_BY] !== CONTROLLER) return;
  const key = objectKey(object);
  const written = context.state.written.get(key);
  if (type === 'deleted') context.state.written.delete(key);
  else if (written !== undefined && Number(resourceVersion) <= written.revision) return;
  if (type !== 'added') context.addAfter(`${namespace}/${labels[SERVICE_NAME]}`, SLICE_DELAY_MS);
}

/** Services whose hints no longer suit the nodes. Upstream `checkNodeTopologyDistribution`. */
function observeNode({ object, old }: Change<Node>, context: Context<EndpointSliceState>): readonly string[] {
  const { state } = context;
  if (state.zones.size === 0) return [];
  const isSame = old !== undefined && object !== old && zoneOf(object) === zoneOf(old);
  if (isSame) return [];
  const nodes = [...context.cache<Node>('nodes').values()];
  return [...state.zones].flatMap(([key, zones]) => (isOverloaded(zones, nodes) ? [key] : []));
}

/** What of a node counts for hints. */
function zoneOf({ metadata, status }: Node): string {
  const ready = getCondition(status?.conditions ?? [], 'Ready')?.status;
  return `${metadata.labels?.['topology.kubernetes.io/zone']} ${ready} ${status?.allocatable?.['cpu']}`;
}

/** The Services that select the pod, or did, if it changed in a way that matters to them. */
export function observePod({ type, object, old }: Change<Pod>, context: Context): readonly string[] {
  const services = context.cache<Service>('services');
  if (services.size === 0) return [];
  const isRelabelled = type === 'updated' && old?.metadata.labels !== object.metadata.labels;
  if (type === 'updated' && old !== undefined && !isRelabelled && !hasMoved(old, object)) return [];
  const keys: string[] = [];
  for (const [key, service] of services) {
    const isHit = selects(service, object) || (isRelabelled && old !== undefined && selects(service, old));
    if (isHit) keys.push(key);
  }
  return keys;
}

function hasMoved(old: Pod, pod: Pod): boolean {
  return (
    old.metadata.deletionTimestamp !== pod.metadata.deletionTimestamp ||
    old.status?.podIP !== pod.status?.podIP ||
    old.status?.phase !== pod.status?.phase ||
    isPodReady(old) !== isPodReady(pod)
  );
}

function selects({ metadata, spec }: Service, pod: Pod): boolean {
  if (spec.selector === undefined || metadata.namespace !== pod.metadata.namespace) return false;
  return matchesSelector(fromLabels(spec.selector), pod.metadata.labels);
}
