import { parseTime, rfc3339, weekday } from '../meta.ts';

/** When a CronJob is due, as github.com/robfig/cron reads it: in UTC, by the minute. */
export type Schedule =
  | { readonly everyMs: number }
  | {
      readonly minute: Field;
      readonly hour: Field;
      readonly day: Field;
      readonly month: Field;
      readonly weekday: Field;
    };

interface Field {
  readonly values: readonly number[];
  /** Written as `*` or `?`: then only the other one of day and weekday counts. */
  readonly isStar: boolean;
}

const MONTHS = 'jan feb mar apr may jun jul aug sep oct nov dec'.split(' ');
const DAYS = 'sun mon tue wed thu fri sat'.split(' ');

interface Bounds {
  readonly least: number;
  readonly most: number;
  readonly names: readonly string[];
}

const BOUNDS: readonly Bounds[] = [
  { least: 0, most: 59, names: [] },
  { least: 0, most: 23, names: [] },
  { least: 1, most: 31, names: [] },
  { least: 1, most: 12, names: MONTHS },
  { least: 0, most: 6, names: DAYS },
];

const WORDS: Readonly<Record<string, string>> = {
  '@yearly': '0 0 1 1 *',
  '@annually': '0 0 1 1 *',
  '@monthly': '0 0 1 * *',
  '@weekly': '0 0 * * 0',
  '@daily': '0 0 * * *',
  '@midnight': '0 0 * * *',
  '@hourly': '0 * * * *',
};

/** Reads a schedule, or says what is wrong with it in the library's words. */
export function parseSchedule(text: string): Schedule | string {
  if (text === '') return 'empty spec string';
  if (text.startsWith('@every ')) return parseEvery(text);
  const plain = WORDS[text] ?? text;
  if (plain.startsWith('@')) return `unrecognized descriptor: ${text}`;
  const words = plain.trim().split(/\s+/);
  if (words.length !== 5) return `expected exactly 5 fields, found ${words.length}: [${words.join(' ')}]`;
  const fields: Field[] = [];
  for (const [index, bounds] of BOUNDS.entries()) {
    const field = parseField(words[index] ?? '', bounds);
    if (typeof field === 'string') return field;
    fields.push(field);
  }
  const [minute, hour, day, month, dayOfWeek] = fields as [Field, Field, Field, Field, Field];
  return { minute, hour, day, month, weekday: dayOfWeek };
}

const UNITS: Readonly<Record<string, number>> = { h: 3_600_000, m: 60_000, s: 1000, ms: 1 };

function parseEvery(text: string): Schedule | string {
  const given = text.slice('@every '.length);
  if (!/^(?:\d+(?:\.\d+)?(?:h|ms|m|s))+$/.test(given)) {
    return `failed to parse duration ${text}: time: invalid duration ${JSON.stringify(given)}`;
  }
  let total = 0;
  for (const [, number, unit = ''] of given.matchAll(/(\d+(?:\.\d+)?)(h|ms|m|s)/g)) {
    total += Number(number) * (UNITS[unit] ?? 0);
  }
  return { everyMs: Math.max(1000, Math.floor(total / 1000) * 1000) };
}

function parseField(text: string, bounds: Bounds): Field | string {
  const values = new Set<number>();
  let isStar = false;
  for (const part of text.split(',').filter((item) => item !== '')) {
    const range = parseRange(part, bounds);
    if (typeof range === 'string') return range;
    for (let value = range.start; value <= range.end; value += range.step) values.add(value);
    isStar ||= range.isStar;
  }
  return { values: [...values].sort((a, b) => a - b), isStar };
}

interface Range {
  readonly start: number;
  readonly end: number;
  readonly step: number;
  readonly isStar: boolean;
}

function parseRange(text: string, { least, most, names }: Bounds): Range | string {
  const slashes = text.split('/');
  const hyphens = (slashes[0] ?? '').split('-');
  const isAll = hyphens[0] === '*' || hyphens[0] === '?';
  if (hyphens.length > 2) return `too many hyphens: ${text}`;
  const first = isAll ? least : parseNumber(hyphens[0] ?? '', names);
  const given = isAll ? most : hyphens[1] === undefined ? first : parseNumber(hyphens[1], names);
  if (typeof first === 'string') return first;
  if (typeof given === 'string') return given;
  if (slashes.length > 2) return `too many slashes: ${text}`;
  const step = slashes[1] === undefined ? 1 : parseNumber(slashes[1], []);
  if (typeof step === 'string') return step;
  const end = slashes[1] !== undefined && hyphens.length === 1 ? most : given;
  if (first < least) return `beginning of range (${first}) below minimum (${least}): ${text}`;
  if (end > most) return `end of range (${end}) above maximum (${most}): ${text}`;
  if (first > end) return `beginning of range (${first}) beyond end of range (${end}): ${text}`;
  if (step === 0) return `step of range should be a positive number: ${text}`;
  return { start: first, end, step, isStar: isAll && step === 1 };
}

function parseNumber(text: string, names: readonly string[]): number | string {
  const named = names.indexOf(text.toLowerCase());
  if (named >= 0) return named + (names === MONTHS ? 1 : 0);
  if (/^-\d+$/.test(text)) return `negative number (${text}) not allowed: ${text}`;
  if (/^\d{1,9}$/.test(text)) return Number(text);
  return `failed to parse int from ${text}: strconv.Atoi: parsing ${JSON.stringify(text)}: invalid syntax`;
}

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;
/** The library looks five years ahead. */
const MAX_DAYS = 5 * 366;

/** The first time after `afterMs` (virtual) at which it is due; undefined for one that never comes, as 31 February. */
export function nextTime(schedule: Schedule, afterMs: number): number | undefined {
  if ('everyMs' in schedule) return Math.floor(afterMs / 1000) * 1000 + schedule.everyMs;
  const from = Math.floor(afterMs / MINUTE_MS) * MINUTE_MS + MINUTE_MS;
  const firstDay = Math.floor(from / DAY_MS);
  for (let day = firstDay; day < firstDay + MAX_DAYS; day++) {
    if (!isDay(schedule, day * DAY_MS)) continue;
    const earliest = day === firstDay ? (from - day * DAY_MS) / MINUTE_MS : 0;
    for (const hour of schedule.hour.values) {
      const minute = schedule.minute.values.find((value) => hour * 60 + value >= earliest);
      if (minute !== undefined) return day * DAY_MS + (hour * 60 + minute) * MINUTE_MS;
    }
  }
  return undefined;
}

/** Day of the month and of the week: both must fit when one of them is a star, else one is enough. */
function isDay({ day, month, weekday: week }: Exclude<Schedule, { readonly everyMs: number }>, ms: number): boolean {
  const [, text = '', date = ''] = rfc3339(ms).slice(0, 10).split('-');
  if (!month.values.includes(Number(text))) return false;
  const isDate = day.values.includes(Number(date));
  const isWeekday = week.values.includes(weekday(ms));
  return day.isStar || week.isStar ? isDate && isWeekday : isDate || isWeekday;
}

/** What of a schedule has gone by since a CronJob's last run. */
export interface Missed {
  /** The latest of them; undefined when none is due. */
  readonly latest: number | undefined;
  readonly earliest: number;
  readonly count: number;
}

/** Upstream mostRecentScheduleTime: the count is an estimate from the first two; undefined for a schedule without sense. */
export function missedTimes(schedule: Schedule, earliest: number, now: number): Missed | undefined {
  const first = nextTime(schedule, earliest);
  const second = first === undefined ? undefined : nextTime(schedule, first);
  if (first === undefined || second === undefined) return undefined;
  if (now < first) return { latest: undefined, earliest, count: 0 };
  if (now < second) return { latest: first, earliest, count: 0 };
  const interval = second - first;
  const count = Math.floor((now - first) / interval) + 1;
  let latest: number | undefined;
  let next = nextTime(schedule, first + (count - 2) * interval);
  while (next !== undefined && next <= now) {
    latest = next;
    next = nextTime(schedule, next);
  }
  return { latest, earliest, count };
}

/** When a CronJob last began, or was made: schedules count from there. */
export function since(times: readonly (string | null | undefined)[]): number {
  return times.map((time) => parseTime(time)).find((time) => time !== undefined) ?? 0;
}
