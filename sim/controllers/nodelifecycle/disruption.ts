import type { ConditionStatus } from '../../api/meta.ts';
import type { Millis } from '../../kernel/message.ts';
import { type EvictionRates, newZone, rateIn, withRate, type Zone, type ZoneState, zoneState } from './zones.ts';

/** What a look at all zones decides. */
export interface Disruption {
  readonly zones: ReadonlyMap<string, Zone>;
  /**
   * `entered`: every zone is down, so it is rather the control plane that is cut off: all NoExecute taints go, none
   * come.
   */
  readonly everything: 'entered' | 'left' | 'unchanged';
  /** Zones whose state changed, and to what. */
  readonly changed: readonly (readonly [zone: string, state: ZoneState])[];
}

/**
 * Judges every zone by its nodes' Ready status and sets how fast its nodes may be tainted. Upstream
 * `handleDisruption` in node_lifecycle_controller.go.
 */
export function judgeZones(
  old: ReadonlyMap<string, Zone>,
  statuses: ReadonlyMap<string, readonly (ConditionStatus | undefined)[]>,
  rates: EvictionRates,
  now: Millis,
): Disruption {
  const before = new Map([...statuses.keys()].map((name) => [name, old.get(name) ?? newZone(rates)] as const));
  const next = new Map([...statuses].map(([name, list]) => [name, zoneState(list, rates.threshold)] as const));
  const isAllDown = [...next.values()].every((state) => state === 'FullDisruption');
  const wasAllDown = [...before.values()].every(({ state }) => state === 'FullDisruption');
  if (next.size === 0 || (isAllDown && wasAllDown)) return { zones: before, everything: 'unchanged', changed: [] };
  const zones = new Map<string, Zone>();
  const changed: (readonly [string, ZoneState])[] = [];
  for (const [name, zone] of before) {
    const state = next.get(name) ?? 'Normal';
    const rate = isAllDown ? 0 : rateIn(state, statuses.get(name)?.length ?? 0, rates);
    const isSame = zone.state === state && !isAllDown && !wasAllDown;
    zones.set(name, isSame ? zone : { ...withRate(zone, rate, now), state });
    if (zone.state !== state && !(zone.state === 'Initial' && state === 'Normal')) changed.push([name, state]);
  }
  return { zones, everything: isAllDown ? 'entered' : wasAllDown ? 'left' : 'unchanged', changed };
}
