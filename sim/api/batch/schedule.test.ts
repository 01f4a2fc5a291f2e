import { describe, expect, it } from 'vitest';
import { parseTime, rfc3339 } from '../meta.ts';
import { missedTimes, nextTime, parseSchedule, type Schedule } from './schedule.ts';

function next(text: string, after: string): string | undefined {
  const ms = nextTime(parseSchedule(text) as Schedule, parseTime(after) ?? 0);
  return ms === undefined ? undefined : rfc3339(ms);
}

describe('the next time', () => {
  it.each([
    ['* * * * *', '2026-01-01T00:00:00Z', '2026-01-01T00:01:00Z'],
    ['* * * * *', '2026-01-01T00:00:59Z', '2026-01-01T00:01:00Z'],
    ['*/15 * * * *', '2026-01-01T00:46:00Z', '2026-01-01T01:00:00Z'],
    ['5/20 * * * *', '2026-01-01T00:30:00Z', '2026-01-01T00:45:00Z'],
    ['20-35/15 * * * *', '2026-01-01T00:00:00Z', '2026-01-01T00:20:00Z'],
    ['0 3 * * *', '2026-01-01T03:00:00Z', '2026-01-02T03:00:00Z'],
    ['0 0 29 2 *', '2026-03-01T00:00:00Z', '2028-02-29T00:00:00Z'],
    ['0 0 31 * *', '2026-02-01T00:00:00Z', '2026-03-31T00:00:00Z'],
    ['0 12 * jul sun', '2026-01-01T00:00:00Z', '2026-07-05T12:00:00Z'],
    ['0 0 1,15 * mon', '2026-01-02T00:00:00Z', '2026-01-05T00:00:00Z'],
    ['0 0 */10 * mon', '2026-01-02T00:00:00Z', '2026-01-05T00:00:00Z'],
    ['0 0 * * 1-5', '2026-01-02T00:00:00Z', '2026-01-05T00:00:00Z'],
    ['0 0 ? * ?', '2026-01-01T00:00:00Z', '2026-01-02T00:00:00Z'],
    ['@hourly', '2026-01-01T00:00:00Z', '2026-01-01T01:00:00Z'],
    ['@weekly', '2026-01-01T00:00:00Z', '2026-01-04T00:00:00Z'],
    ['@monthly', '2026-01-01T00:00:00Z', '2026-02-01T00:00:00Z'],
    ['@yearly', '2026-01-01T00:00:00Z', '2027-01-01T00:00:00Z'],
    ['@every 1h30m', '2026-01-01T00:00:10Z', '2026-01-01T01:30:10Z'],
    ['59 23 31 2 *', '2026-01-01T00:00:00Z', undefined],
  ])('%s after %s is %s', (text, after, expected) => {
    expect(next(text, after)).toBe(expected);
  });
});

describe('a schedule that cannot be read', () => {
  it.each([
    ['', 'empty spec string'],
    ['* * * *', 'expected exactly 5 fields, found 4: [* * * *]'],
    ['60 * * * *', 'end of range (60) above maximum (59): 60'],
    ['* * 0 * *', 'beginning of range (0) below minimum (1): 0'],
    ['* * * * 7', 'end of range (7) above maximum (6): 7'],
    ['5-3 * * * *', 'beginning of range (5) beyond end of range (3): 5-3'],
    ['*/0 * * * *', 'step of range should be a positive number: */0'],
    ['1-2-3 * * * *', 'too many hyphens: 1-2-3'],
    ['1/2/3 * * * *', 'too many slashes: 1/2/3'],
    ['x * * * *', 'failed to parse int from x: strconv.Atoi: parsing "x": invalid syntax'],
    ['@often', 'unrecognized descriptor: @often'],
  ])('%j: %s', (text, error) => {
    expect(parseSchedule(text)).toBe(error);
  });
});

describe('missed times', () => {
  const every = parseSchedule('*/10 * * * *') as Schedule;
  const minutes = (count: number) => count * 60_000;
  it.each([
    [9, undefined, 0],
    [10, 10, 0],
    [19, 10, 0],
    [20, 20, 2],
    [65, 60, 6],
    [1009, 1000, 100],
    [1010, 1010, 101],
  ])('after %i minutes the latest is %s, of about %i', (now, latest, count) => {
    expect(missedTimes(every, 0, minutes(now))).toMatchObject({
      latest: latest === undefined ? undefined : minutes(latest),
      count,
    });
  });

  it('of a schedule that never comes are unknown', () => {
    expect(missedTimes(parseSchedule('59 23 31 2 *') as Schedule, 0, minutes(100))).toBeUndefined();
  });
});
