import type { Node } from '../../api/kinds/node.ts';
import type { ConditionStatus } from '../../api/meta.ts';
import type { Millis } from '../../kernel/message.ts';

/** How much of a zone is down. `Initial` until it was judged once. */
export type ZoneState = 'Initial' | 'Normal' | 'PartialDisruption' | 'FullDisruption';

/** A zone and the nodes in it that wait for their NoExecute taint. Replaced, never mutated. */
export interface Zone {
  readonly state: ZoneState;
  /** Nodes tainted per second; 0 stops. */
  readonly rate: number;
  /** When the next node may be tainted: a token bucket that holds one. */
  readonly tokenAt: Millis;
  /** Names of nodes, in order. */
  readonly queue: readonly string[];
}

/** The rates of evictions, as kube-controller-manager's flags have them. */
export interface EvictionRates {
  /** Nodes per second. */
  readonly normal: number;
  readonly secondary: number;
  /** Zones of at most so many nodes stop instead of slowing down. */
  readonly largeZone: number;
  /** The part of a zone that makes it partially disrupted. */
  readonly threshold: number;
}

/** A zone nobody has judged yet. Its bucket has always been full: clusters boot before virtual 0. */
export function newZone(rates: EvictionRates): Zone {
  return { state: 'Initial', rate: rates.normal, tokenAt: Number.MIN_SAFE_INTEGER, queue: [] };
}

/** Region and zone of a node, from its labels; `:` for a node without. */
export function zoneOf({ metadata }: Node): string {
  const { labels = {} } = metadata;
  return `${labels['topology.kubernetes.io/region'] ?? ''}:${labels['topology.kubernetes.io/zone'] ?? ''}`;
}

/** Upstream `ComputeZoneState`. */
export function zoneState(statuses: readonly (ConditionStatus | undefined)[], threshold: number): ZoneState {
  const ready = statuses.filter((status) => status === 'True').length;
  const notReady = statuses.length - ready;
  if (ready === 0 && notReady > 0) return 'FullDisruption';
  return notReady > 2 && notReady / statuses.length >= threshold ? 'PartialDisruption' : 'Normal';
}

/** How many nodes a second may be tainted in a zone of this size and state. Upstream `setLimiterInZone`. */
export function rateIn(state: ZoneState, size: number, rates: EvictionRates): number {
  if (state !== 'PartialDisruption') return rates.normal;
  return size > rates.largeZone ? rates.secondary : 0;
}

/** Changes a zone's rate. A bucket that was empty stays empty. Upstream `SwapLimiter` in rate_limited_queue.go. */
export function withRate(zone: Zone, rate: number, now: Millis): Zone {
  if (zone.rate === rate) return zone;
  const hasToken = zone.rate > 0 && now >= zone.tokenAt;
  return { ...zone, rate, tokenAt: hasToken ? now : now + waitOf(rate) };
}

/** Whether a node may be tainted now. */
export function hasToken(zone: Zone, now: Millis): boolean {
  return zone.rate > 0 && now >= zone.tokenAt;
}

/** Takes the token. */
export function takeToken(zone: Zone, now: Millis): Zone {
  return { ...zone, tokenAt: now + waitOf(zone.rate) };
}

function waitOf(rate: number): Millis {
  return rate > 0 ? Math.round(1000 / rate) : 0;
}
