/** The AGE column: a length of time in at most two units, as upstream `duration.HumanDuration`. */
export function humanDuration(durationMs: number): string {
  const seconds = Math.trunc(durationMs / 1000);
  if (seconds < -1) return '<invalid>';
  if (seconds < 0) return '0s';
  if (seconds < 120) return `${seconds}s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 10) return pair(minutes, 'm', seconds % 60, 's');
  if (minutes < 180) return `${minutes}m`;
  const hours = Math.floor(minutes / 60);
  if (hours < 8) return pair(hours, 'h', minutes % 60, 'm');
  if (hours < 48) return `${hours}h`;
  const days = Math.floor(hours / 24);
  if (hours < 192) return pair(days, 'd', hours % 24, 'h');
  if (days < 730) return `${days}d`;
  const years = Math.floor(days / 365);
  return days < 2920 ? pair(years, 'y', days % 365, 'd') : `${years}y`;
}

/** Age of something that began at `sinceMs` (virtual); `<unknown>` when that time is not set. */
export function ageSince(sinceMs: number | undefined, nowMs: number): string {
  return sinceMs === undefined ? '<unknown>' : humanDuration(nowMs - sinceMs);
}

/** Go's text of a duration of whole milliseconds: `0s`, `350ms`, `1.2s`, `5m0s`, `1h2m0.5s`. */
export function goDuration(durationMs: number): string {
  const sign = durationMs < 0 ? '-' : '';
  const ms = Math.abs(Math.trunc(durationMs));
  if (ms === 0) return '0s';
  if (ms < 1000) return `${sign}${ms}ms`;
  const hours = Math.floor(ms / 3_600_000);
  const minutes = Math.floor(ms / 60_000) % 60;
  const seconds = `${Math.floor(ms / 1000) % 60}${fraction(ms % 1000)}s`;
  if (hours > 0) return `${sign}${hours}h${minutes}m${seconds}`;
  return minutes > 0 ? `${sign}${minutes}m${seconds}` : `${sign}${seconds}`;
}

function pair(large: number, largeUnit: string, small: number, smallUnit: string): string {
  return small === 0 ? `${large}${largeUnit}` : `${large}${largeUnit}${small}${smallUnit}`;
}

function fraction(ms: number): string {
  return ms === 0 ? '' : `.${String(ms).padStart(3, '0').replace(/0+$/, '')}`;
}
