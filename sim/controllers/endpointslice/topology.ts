import type { Endpoint, EndpointSlice } from '../../api/kinds/endpointslice.ts';
import type { Node } from '../../api/kinds/node.ts';
import type { Service } from '../../api/kinds/service.ts';
import { getCondition } from '../../api/meta.ts';
import { milliValue } from '../../api/quantity.ts';
import type { EventText } from '../../client/recorder.ts';
import { normal, warning } from '../requests.ts';
import type { SlicePlan } from './slices.ts';

/** How many endpoints of a Service have a hint for each zone. */
export type ZoneCounts = Readonly<Record<string, number>>;

/** What becomes of a plan: its slices with hints, the counts if there are hints, and what is said about it. */
export interface Hinted {
  readonly plan: SlicePlan;
  readonly zones: ZoneCounts | undefined;
  readonly event: EventText | undefined;
}

const MODES = ['service.kubernetes.io/topology-mode', 'service.kubernetes.io/topology-aware-hints'];
const ZONE = 'topology.kubernetes.io/zone';
const CONTROL_PLANE = ['node-role.kubernetes.io/control-plane', 'node-role.kubernetes.io/master'];
/** A zone is to have so much of its share at least: no endpoint is overloaded by more than a fifth. */
const LEAST = 1 / (1 + 0.2);

const NO_NODES = 'Insufficient Node information: allocatable CPU or zone not specified on one or more nodes';
const TOO_FEW = 'Insufficient number of endpoints';
const TOO_UNEVEN = 'Unable to allocate minimum required endpoints to each zone without exceeding overload threshold';

/** Whether a Service asks for hints by the annotation: the older way, by which zones get their share of endpoints. */
export function wantsZones({ metadata }: Service): boolean {
  const [mode, older] = MODES.map((name) => metadata.annotations?.[name]);
  const value = older ?? mode;
  return value === 'Auto' || value === 'auto';
}

/**
 * Gives each zone endpoints in proportion to the CPU of its nodes: its own first, then what zones with too many can
 * spare. `unchanged` are slices that the plan leaves alone; `had`: whether the Service has hints. Follows
 * endpointslice/topologycache (topologycache.go, utils.go); where Go takes zones in any order, this takes them by name.
 */
export function addHints(
  plan: SlicePlan,
  unchanged: readonly EndpointSlice[],
  nodes: Iterable<Node>,
  had: boolean,
): Hinted {
  const all = [...plan.toCreate, ...plan.toUpdate, ...unchanged];
  const total = all.flatMap(readyIn).length;
  const shares = sharesOf(nodes);
  const allocations = allocate(shares, total);
  if (typeof allocations === 'string') return withoutHints(plan, unchanged, allocations);
  const counts = new Map<string, number>();
  const stale = unchanged.filter((slice) => !isInOrder(slice, counts, allocations));
  const open = [...plan.toUpdate, ...stale];
  if ([...plan.toCreate, ...open].flatMap(readyIn).some(({ zone }) => !zone)) {
    return withoutHints(plan, unchanged, 'One or more endpoints do not have a zone specified');
  }
  const own = (slice: EndpointSlice) => eachReady(slice, (endpoint) => hintFor(endpoint, endpoint.zone, counts));
  const [toCreate, toUpdate] = [plan.toCreate.map(own), open.map(own)];
  const { giving, receiving } = exchange(allocations, counts);
  const share = (slice: EndpointSlice) => eachReady(slice, (endpoint) => handOver(endpoint, giving, receiving, counts));
  const event = had ? undefined : normal('TopologyAwareHintsEnabled', text('Topology Aware Hints has been enabled'));
  return {
    plan: { ...plan, toCreate: toCreate.map(share), toUpdate: toUpdate.map(share) },
    zones: Object.fromEntries(counts),
    event,
  };
}

/** The same plan without hints; slices that have some are written too. */
export function withoutHints(plan: SlicePlan, unchanged: readonly EndpointSlice[], why: string): Hinted {
  const bare = (slice: EndpointSlice): EndpointSlice => {
    return { ...slice, endpoints: (slice.endpoints ?? []).map(({ hints: _gone, ...endpoint }) => endpoint) };
  };
  const stale = unchanged.filter(({ endpoints }) => endpoints?.some(({ hints }) => hints !== undefined));
  const toUpdate = [...plan.toUpdate, ...stale].map(bare);
  const event = why === '' ? undefined : warning('TopologyAwareHintsDisabled', text(why));
  return { plan: { ...plan, toCreate: plan.toCreate.map(bare), toUpdate }, zones: undefined, event };
}

/** Whether some zone has too few endpoints now for its share of the nodes. Upstream `serviceOverloaded`. */
export function isOverloaded(zones: ZoneCounts, nodes: Iterable<Node>): boolean {
  const shares = sharesOf(nodes);
  if (shares === undefined) return true;
  const total = Object.values(zones).reduce((sum, count) => sum + count, 0);
  return [...shares].some(([zone, share]) => (zones[zone] ?? 0) < Math.ceil(total * share * LEAST));
}

function text(why: string): string {
  return `${why}, addressType: IPv4`;
}

/** Each zone's part of the CPU of ready workers; undefined when one of them does not say, or there is but one zone. */
function sharesOf(nodes: Iterable<Node>): ReadonlyMap<string, number> | undefined {
  const cpus = new Map<string, number>();
  let total = 0;
  for (const { metadata, status } of nodes) {
    const { labels = {} } = metadata;
    if (CONTROL_PLANE.some((name) => labels[name] !== undefined)) continue;
    if (getCondition(status?.conditions ?? [], 'Ready')?.status !== 'True') continue;
    const zone = labels[ZONE];
    const cpu = milliValue(status?.allocatable?.['cpu'] ?? '0');
    if (!zone || cpu === 0) return undefined;
    total += cpu;
    cpus.set(zone, (cpus.get(zone) ?? 0) + cpu);
  }
  if (cpus.size < 2) return undefined;
  const byName = [...cpus].sort(([a], [b]) => (a < b ? -1 : 1));
  return new Map(byName.map(([zone, cpu]) => [zone, cpu / total]));
}

interface Allocation {
  readonly desired: number;
  readonly maximum: number;
}

/** How many endpoints each zone should have; a text is why that cannot be. */
function allocate(
  shares: ReadonlyMap<string, number> | undefined,
  total: number,
): ReadonlyMap<string, Allocation> | string {
  if (shares === undefined) return NO_NODES;
  const counted = `(${total} endpoints, ${shares.size} zones)`;
  if (shares.size > total) return `${TOO_FEW} ${counted}`;
  const least = [...shares].map(([zone, share]) => {
    const minimum = Math.ceil(share * total * LEAST);
    return { zone, minimum, desired: Math.max(share * total, minimum) };
  });
  const spare = total - least.reduce((sum, { minimum }) => sum + minimum, 0);
  if (spare < 0) return `${TOO_UNEVEN} ${counted}`;
  return new Map(least.map(({ zone, minimum, desired }) => [zone, { desired, maximum: minimum + spare }]));
}

/** Whether the hints of a slice may stay as they are; then they count. */
function isInOrder(
  slice: EndpointSlice,
  counts: Map<string, number>,
  allocations: ReadonlyMap<string, Allocation>,
): boolean {
  const own = new Map<string, number>();
  for (const { hints } of readyIn(slice)) {
    if (!hints?.forZones?.length) return false;
    for (const { name } of hints.forZones) own.set(name, (own.get(name) ?? 0) + 1);
  }
  for (const [zone, count] of own) {
    const allocation = allocations.get(zone);
    if (allocation === undefined || count + (counts.get(zone) ?? 0) > allocation.maximum) return false;
  }
  for (const [zone, count] of own) counts.set(zone, (counts.get(zone) ?? 0) + count);
  return true;
}

/** Which zones have endpoints to give, and which lack some: whole ones, the largest difference first. */
function exchange(allocations: ReadonlyMap<string, Allocation>, counts: ReadonlyMap<string, number>) {
  const [tooMany, tooFew] = [new Map<string, number>(), new Map<string, number>()];
  for (const [zone, { desired }] of allocations) {
    const difference = (counts.get(zone) ?? 0) - desired;
    if (difference > 0) tooMany.set(zone, difference);
    else if (difference < 0) tooFew.set(zone, -difference);
  }
  const [giving, receiving] = [new Map<string, number>(), new Map<string, number>()];
  for (;;) {
    const [from, spare] = most(tooMany);
    const [to, lack] = most(tooFew);
    if (from === '' || to === '' || (spare < 1 && lack < 1) || spare < 0.5 || lack < 0.5) return { giving, receiving };
    giving.set(from, (giving.get(from) ?? 0) + 1);
    receiving.set(to, (receiving.get(to) ?? 0) + 1);
    tooMany.set(from, spare - 1);
    tooFew.set(to, lack - 1);
  }
}

function most(zones: ReadonlyMap<string, number>): readonly [zone: string, number: number] {
  let found: readonly [string, number] = ['', 0];
  for (const entry of zones) if (entry[1] > found[1]) found = entry;
  return found;
}

function handOver(
  endpoint: Endpoint,
  giving: Map<string, number>,
  receiving: Map<string, number>,
  counts: Map<string, number>,
): Endpoint {
  const from = endpoint.zone ?? '';
  const [to] = [...receiving].find(([, lack]) => lack > 0) ?? [''];
  if ((giving.get(from) ?? 0) === 0 || to === '') return endpoint;
  giving.set(from, (giving.get(from) ?? 0) - 1);
  receiving.set(to, (receiving.get(to) ?? 0) - 1);
  counts.set(from, (counts.get(from) ?? 0) - 1);
  return hintFor(endpoint, to, counts);
}

function hintFor(endpoint: Endpoint, zone = '', counts: Map<string, number>): Endpoint {
  counts.set(zone, (counts.get(zone) ?? 0) + 1);
  return { ...endpoint, hints: { forZones: [{ name: zone }] } };
}

function readyIn({ endpoints }: EndpointSlice): readonly Endpoint[] {
  return (endpoints ?? []).filter(({ conditions }) => conditions?.ready === true);
}

function eachReady(slice: EndpointSlice, change: (endpoint: Endpoint) => Endpoint): EndpointSlice {
  const endpoints = (slice.endpoints ?? []).map((one) => (one.conditions?.ready === true ? change(one) : one));
  return { ...slice, endpoints };
}
