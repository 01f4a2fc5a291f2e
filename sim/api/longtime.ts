import { parseTime, weekday } from './meta.ts';

const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** `Thu, 01 Jan 2026 00:00:00 +0000` (Go's RFC1123Z); an absent time is Go's zero time. */
export function longTime(time: string | null | undefined): string {
  const ms = parseTime(time);
  const [, year = '', month = '1', day = '', clock = ''] = /^(\d+)-(\d+)-(\d+)T([\d:]{8})/.exec(time ?? '') ?? [];
  if (ms === undefined) return 'Mon, 01 Jan 0001 00:00:00 +0000';
  return `${DAYS[weekday(ms)]}, ${day} ${MONTHS[Number(month) - 1]} ${year} ${clock} +0000`;
}
