import type { Pod } from '../../api/kinds/pod.ts';

/** A set of completion indexes as status writes it: `1,3-5`. Sorted, without gaps inside an interval. */
export type Intervals = readonly (readonly [first: number, last: number])[];

/** Where a pod says which index it has. */
export const COMPLETION_INDEX = 'batch.kubernetes.io/job-completion-index';
/** How often pods of the index have failed before, and how often that did not count. */
export const INDEX_FAILURES = 'batch.kubernetes.io/job-index-failure-count';
/** See above: failures that a podFailurePolicy ignores. */
export const INDEX_IGNORED = 'batch.kubernetes.io/job-index-ignored-failure-count';

/** The index of a pod; -1 when it has none. */
export function completionIndex({ metadata }: Pod): number {
  const text = metadata.annotations?.[COMPLETION_INDEX] ?? '';
  return /^\d+$/.test(text) ? Number(text) : -1;
}

/** Reads a text of a status; what is not below `completions` is left out. */
export function parseIndexes(text: string | undefined, completions: number): Intervals {
  const found: number[] = [];
  for (const part of (text ?? '').split(',')) {
    const match = /^(\d+)(?:-(\d+))?$/.exec(part);
    if (match === null) continue;
    const [first, last] = [Number(match[1]), Number(match[2] ?? match[1])];
    for (let index = first; index <= Math.min(last, completions - 1); index++) found.push(index);
  }
  return withIndexes([], found);
}

/** The intervals with more indexes in them. */
export function withIndexes(intervals: Intervals, more: Iterable<number>): Intervals {
  const all = [...intervals, ...[...more].map((index) => [index, index] as const)].sort(
    (a, b) => a[0] - b[0] || a[1] - b[1],
  );
  const merged: [number, number][] = [];
  for (const [first, last] of all) {
    const end = merged.at(-1);
    if (end === undefined || first > end[1] + 1) merged.push([first, last]);
    else end[1] = Math.max(end[1], last);
  }
  return merged;
}

/** The text of a status: neighbours are listed, three or more in a row make a range. */
export function formatIndexes(intervals: Intervals): string {
  return intervals
    .map(([first, last]) => (first === last ? `${first}` : `${first}${last === first + 1 ? ',' : '-'}${last}`))
    .join(',');
}

/** How many indexes there are. */
export function countOf(intervals: Intervals): number {
  return intervals.reduce((sum, [first, last]) => sum + last - first + 1, 0);
}

/** Whether an index is in. */
export function includesIndex(intervals: Intervals, index: number): boolean {
  return intervals.some(([first, last]) => first <= index && index <= last);
}

/** The first indexes below `completions` that are in none of the intervals. */
export function firstMissing(intervals: Intervals, count: number, completions: number): readonly number[] {
  const missing: number[] = [];
  for (let index = 0; index < completions && missing.length < count; index++) {
    const covering = intervals.find(([first, last]) => first <= index && index <= last);
    if (covering === undefined) missing.push(index);
    else index = covering[1];
  }
  return missing;
}

/** How often pods of this index have failed before this one, as its annotations say. */
export function indexFailures({ metadata }: Pod, annotation = INDEX_FAILURES): number {
  const text = metadata.annotations?.[annotation] ?? '';
  return /^\d{1,9}$/.test(text) ? Number(text) : 0;
}
