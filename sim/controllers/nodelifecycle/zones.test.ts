import { describe, expect, it } from 'vitest';
import type { ConditionStatus } from '../../api/meta.ts';
import { judgeZones } from './disruption.ts';
import { type EvictionRates, hasToken, newZone, rateIn, type ZoneState, zoneState } from './zones.ts';

const RATES: EvictionRates = { normal: 0.1, secondary: 0.01, largeZone: 50, threshold: 0.55 };

function statuses(total: number, down: number): readonly ConditionStatus[] {
  return Array.from({ length: total }, (_, index) => (index < down ? 'Unknown' : 'True'));
}

describe('the state of a zone', () => {
  const cases: readonly (readonly [total: number, down: number, state: ZoneState])[] = [
    [3, 0, 'Normal'],
    [3, 2, 'Normal'],
    [3, 3, 'FullDisruption'],
    [5, 2, 'Normal'],
    [5, 3, 'PartialDisruption'],
    [5, 4, 'PartialDisruption'],
    [5, 5, 'FullDisruption'],
    [10, 5, 'Normal'],
    [10, 6, 'PartialDisruption'],
    [10, 9, 'PartialDisruption'],
    [10, 10, 'FullDisruption'],
    [100, 55, 'PartialDisruption'],
  ];
  it.each(cases)('of %i nodes, %i down: %s', (total, down, state) => {
    expect(zoneState(statuses(total, down), RATES.threshold)).toBe(state);
  });

  it.each([
    ['Normal', 10, 0.1],
    ['PartialDisruption', 50, 0],
    ['PartialDisruption', 51, 0.01],
    ['FullDisruption', 3, 0.1],
  ] as const)('%s with %i nodes: %d a second', (state, size, rate) => {
    expect(rateIn(state, size, RATES)).toBe(rate);
  });
});

describe('zones together', () => {
  it('one that is wholly down is evicted at the normal rate; all of them, not at all', () => {
    const fresh = new Map([
      ['a', newZone(RATES)],
      ['b', newZone(RATES)],
    ]);
    const one = judgeZones(
      fresh,
      new Map([
        ['a', statuses(3, 3)],
        ['b', statuses(3, 0)],
      ]),
      RATES,
      0,
    );
    expect(one.zones.get('a')).toMatchObject({ state: 'FullDisruption', rate: 0.1 });
    const all = judgeZones(
      one.zones,
      new Map([
        ['a', statuses(3, 3)],
        ['b', statuses(3, 3)],
      ]),
      RATES,
      0,
    );
    expect(all.everything).toBe('entered');
    expect([...all.zones.values()].map(({ rate }) => rate)).toEqual([0, 0]);
    const back = judgeZones(
      all.zones,
      new Map([
        ['a', statuses(3, 2)],
        ['b', statuses(3, 3)],
      ]),
      RATES,
      5000,
    );
    expect(back.everything).toBe('left');
    expect(back.zones.get('b')).toMatchObject({ rate: 0.1, tokenAt: 15_000 });
  });
});

it('a new zone has its token, also while a cluster boots before virtual 0', () => {
  expect(hasToken(newZone(RATES), -420_000)).toBe(true);
});
