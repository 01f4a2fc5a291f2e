import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it, test } from 'vitest';
import { goDuration, humanDuration } from './duration.ts';
import { microTime, parseTime, rfc3339, weekday } from './meta.ts';

const CASES = new URL('../../../shared/upstream/humanduration-cases.json', import.meta.url);

describe.skipIf(!existsSync(CASES))('AGE as upstream', () => {
  const cases = existsSync(CASES)
    ? (JSON.parse(readFileSync(CASES, 'utf8')) as { test: string; seconds: number; want: string }[])
    : [];
  const long = cases.filter((item) => !item.test.startsWith('Short'));
  test.each(long.map(({ seconds, want }) => [seconds, want] as const))('%d s', (seconds, want) => {
    expect(humanDuration(seconds * 1000)).toBe(want);
  });
});

it('changes the units of AGE after eight days', () => {
  expect(humanDuration(8 * 86_400_000 - 1)).toBe('7d23h');
  expect(humanDuration(8 * 86_400_000 + 3_600_000)).toBe('8d');
});

test.each([
  [0, '0s'],
  [350, '350ms'],
  [1200, '1.2s'],
  [300_000, '5m0s'],
  [3_720_500, '1h2m0.5s'],
  [-1500, '-1.5s'],
])('Go duration of %d ms', (ms, want) => {
  expect(goDuration(ms)).toBe(want);
});

test.each([
  [0, '2026-01-01T00:00:00Z'],
  [59_999, '2026-01-01T00:00:59Z'],
  [-1, '2025-12-31T23:59:59Z'],
  [86_400_000 * 58, '2026-02-28T00:00:00Z'],
  [86_400_000 * 59, '2026-03-01T00:00:00Z'],
  [86_400_000 * 789, '2028-02-29T00:00:00Z'],
])('%d ms on the clock of a page', (ms, want) => {
  expect(rfc3339(ms)).toBe(want);
  expect(rfc3339(parseTime(want) ?? Number.NaN)).toBe(want);
});

it('agrees with the calendar of the platform for 300 years', () => {
  const start = new Date('2026-01-01T00:00:00Z').getTime();
  for (let day = -50_000; day < 60_000; day += 37) {
    const platform = new Date(start + day * 86_400_000);
    const text = platform.toISOString().replace('.000Z', 'Z');
    expect(rfc3339(day * 86_400_000)).toBe(text);
    expect(parseTime(text)).toBe(day * 86_400_000);
    expect(weekday(day * 86_400_000)).toBe(platform.getUTCDay());
  }
});

it('reads and writes parts of a second and offsets', () => {
  expect(microTime(1234)).toBe('2026-01-01T00:00:01.234000Z');
  expect(parseTime('2026-01-01T00:00:01.234000Z')).toBe(1234);
  expect(parseTime('2026-01-01T02:00:00+02:00')).toBe(0);
  expect(parseTime('2026-02-30T00:00:00Z')).toBeUndefined();
  expect(parseTime('yesterday')).toBeUndefined();
  expect(parseTime(undefined)).toBeUndefined();
});
