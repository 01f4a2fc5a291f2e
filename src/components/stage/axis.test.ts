import { describe, expect, it } from 'vitest';
import { axisOf, blocksOf, instantAt, shareOf } from './axis.ts';

describe('the ruler', () => {
  it('shows a tenth of a second when little has happened', () => {
    const axis = axisOf([20, 50]);
    expect(axis.stretches).toEqual([{ from: 0, to: 100, x0: 0, x1: 1, isCut: false }]);
    expect(axis.unitMs).toBe(10);
    expect(shareOf(axis, 50)).toBeCloseTo(0.5);
  });

  it('cuts out five minutes of quiet, and both sides keep their length', () => {
    const axis = axisOf([300, 301_000, 301_300]);
    expect(axis.stretches.map(({ isCut }) => isCut)).toEqual([false, true, false]);
    const [before, cut, after] = axis.stretches.map(({ x0, x1 }) => x1 - x0);
    expect(before).toBeCloseTo(after ?? 0);
    expect(cut).toBeLessThan(before ?? 0);
    expect(shareOf(axis, 301_300)).toBeCloseTo(1);
  });

  it('finds an instant again from its place, also within a cut', () => {
    const axis = axisOf([300, 301_000, 301_300]);
    for (const at of [0, 200, 300, 150_000, 301_000, 301_150, 301_300]) {
      expect(Math.abs(instantAt(axis, shareOf(axis, at)) - at)).toBeLessThanOrEqual(1);
    }
  });

  it('alternates black and white by whole units', () => {
    const stretch = { from: 150, to: 420, x0: 0, x1: 1, isCut: false };
    expect(blocksOf(stretch, 100)).toEqual([
      [150, 200, false],
      [200, 300, true],
      [300, 400, false],
      [400, 420, true],
    ]);
  });
});
