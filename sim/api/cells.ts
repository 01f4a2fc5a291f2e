import { ageSince } from './duration.ts';
import type { KubeObject, Labels } from './meta.ts';
import { parseTime } from './meta.ts';
import type { Column } from './resource.ts';

/** The NAME column that every kind begins with. */
export function nameColumn<O extends KubeObject>(): Column<O> {
  return { name: 'Name', type: 'string', format: 'name', priority: 0, cell: (object) => object.metadata.name };
}

/** The AGE column: time since creation, `<unknown>` without one. */
export function ageColumn<O extends KubeObject>(): Column<O> {
  return {
    name: 'Age',
    type: 'string',
    priority: 0,
    cell: (object, nowMs) => since(object.metadata.creationTimestamp, nowMs),
  };
}

/** A column that is always shown. */
export function column<O extends KubeObject>(
  name: string,
  cell: (object: O, nowMs: number) => string | number,
  type: Column['type'] = 'string',
): Column<O> {
  return { name, type, priority: 0, cell };
}

/** A column that `-o wide` adds. */
export function wideColumn<O extends KubeObject>(
  name: string,
  cell: (object: O, nowMs: number) => string | number,
): Column<O> {
  return { name, type: 'string', priority: 1, cell };
}

/** Time since a timestamp in the AGE notation; `<unknown>` when it is not set. */
export function since(timestamp: string | null | undefined, nowMs: number): string {
  return ageSince(parseTime(timestamp), nowMs);
}

/** `a=1,b=2` sorted by key, `<none>` when there are none. */
export function formatLabels(labels: Labels | undefined): string {
  const pairs = Object.keys(labels ?? {})
    .sort()
    .map((key) => `${key}=${labels?.[key] ?? ''}`);
  return pairs.length === 0 ? '<none>' : pairs.join(',');
}

/** The first `limit` items joined by commas, then how many more: `a,b,c + 2 more...`. */
export function firstOf(items: readonly string[], limit: number): string {
  const shown = items.slice(0, limit).join(',');
  return items.length > limit ? `${shown} + ${items.length - limit} more...` : shown;
}

/** How many may mount a volume, in the order of printing, with what `kubectl get` calls it. */
export const ACCESS_MODES: ReadonlyMap<string, string> = new Map([
  ['ReadWriteOnce', 'RWO'],
  ['ReadOnlyMany', 'ROX'],
  ['ReadWriteMany', 'RWX'],
  ['ReadWriteOncePod', 'RWOP'],
]);

/** `RWO,ROX` */
export function modesText(modes: readonly string[] | undefined): string {
  return [...ACCESS_MODES].flatMap(([mode, short]) => (modes?.includes(mode) ? [short] : [])).join(',');
}
