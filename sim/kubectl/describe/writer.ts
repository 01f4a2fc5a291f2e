import { ageSince } from '../../api/duration.ts';
import type { Event } from '../../api/kinds/event.ts';
import type { Labels, ObjectMeta, TemplateMeta } from '../../api/meta.ts';
import { parseTime } from '../../api/meta.ts';
import type { Lines } from '../../client/describing.ts';

/** How long ago something was, as in the AGE column. */
export function since(time: string | null | undefined, nowMs: number): string {
  return ageSince(parseTime(time), nowMs);
}

/** `<none>` for what is not there. */
export function orNone(text: string | undefined): string {
  return text === undefined || text === '' ? '<none>' : text;
}

/** Name, namespace: the head of most descriptions. */
export function head(metadata: ObjectMeta): Lines {
  return [`Name:\t${metadata.name}`, `Namespace:\t${metadata.namespace ?? ''}`];
}

/** `title:` with one `key=value` a line. */
export function labelLines(title: string, labels: Labels | undefined): Lines {
  const keys = Object.keys(labels ?? {}).sort();
  if (keys.length === 0) return [`${title}:\t<none>`];
  return keys.map((key, index) => `${index === 0 ? `${title}:` : ''}\t${key}=${labels?.[key]}`);
}

const LONGEST = 140;
const HIDDEN = 'kubectl.kubernetes.io/last-applied-configuration';

/** `title:` with one `key: value` a line; long values go below their key, and are cut. */
export function annotationLines(title: string, annotations: Labels | undefined): Lines {
  const keys = Object.keys(annotations ?? {})
    .filter((key) => key !== HIDDEN)
    .sort();
  if (keys.length === 0) return [`${title}:\t<none>`];
  return keys.flatMap((key, index) => {
    const value = (annotations?.[key] ?? '').replace(/\n$/, '');
    const start = `${index === 0 ? `${title}:` : ''}\t`;
    if (value.length + key.length + 2 <= LONGEST && !value.includes('\n')) return [`${start}${key}: ${value}`];
    return [`${start}${key}:`, ...value.split('\n').map((line) => `\t  ${shorten(line, LONGEST - 2)}`)];
  });
}

/** Labels and annotations together. */
export function metaLines(metadata: TemplateMeta): Lines {
  return [...labelLines('Labels', metadata.labels), ...annotationLines('Annotations', metadata.annotations)];
}

function shorten(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, length)}...` : text;
}

/** The section that ends most descriptions, oldest event first. */
export function eventLines(events: readonly Event[] | undefined, nowMs: number): Lines {
  if (events === undefined) return [];
  if (events.length === 0) return ['Events:\t<none>'];
  const rows = [...events.entries()]
    .sort(([i, a], [j, b]) => (parseTime(a.lastTimestamp) ?? 0) - (parseTime(b.lastTimestamp) ?? 0) || i - j)
    .map(([, event]) => {
      const source = event.source?.component || event.reportingComponent || '';
      const message = (event.message ?? '').trim();
      return `  ${event.type ?? ''}\t${event.reason ?? ''}\t${eventAge(event, nowMs)}\t${source}\t${message}`;
    });
  return ['Events:', '  Type\tReason\tAge\tFrom\tMessage', '  ----\t------\t----\t----\t-------', ...rows];
}

/** `5s`, or `5s (x3 over 1m)` for one that happened again. */
export function eventAge(event: Event, nowMs: number): string {
  const first = since(event.eventTime ?? event.firstTimestamp, nowMs);
  const { series, count = 0 } = event;
  if (series) return `${since(series.lastObservedTime, nowMs)} (x${series.count ?? 0} over ${first})`;
  return count > 1 ? `${since(event.lastTimestamp, nowMs)} (x${count} over ${first})` : first;
}
