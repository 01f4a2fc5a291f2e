import { expect, it } from 'vitest';
import { act, createCluster, defaultShape, type TraceRecord } from '../index.ts';
import type { HttpRequest } from '../protocol/http.ts';

it('asks once to go on, is told that its revision is too old, and lists once', () => {
  const timeline = createCluster(defaultShape(2, 1), { freeze: true });
  act(timeline, 'stop kube-apiserver', '', {});
  act(timeline, 'start kube-apiserver', '', {});
  timeline.advance(20_000);
  const asked = timeline.trace.flatMap((record) => requestOf(record));
  const watches = asked.filter((path) => path.includes('watch=true'));
  expect(watches.length).toBeGreaterThan(20);
  // Once with the old revision, and once with that of the list.
  const most = Math.max(...[...countOf(watches.map(withoutNumbers)).values()]);
  expect(most).toBe(2);
  const lists = asked.filter((path) => path.includes('resourceVersion=0'));
  expect(lists.length).toBeGreaterThan(10);
  expect([...countOf(lists).values()].every((count) => count === 1)).toBe(true);
});

/** Who asked for which address. */
function requestOf(record: TraceRecord): readonly string[] {
  if (record.type !== 'delivered' || record.message.kind !== 'request') return [];
  const { method, path, query } = record.message.body as HttpRequest;
  if (method !== 'GET') return [];
  return [`${record.message.from} ${path}?${new URLSearchParams(query)}`];
}

function withoutNumbers(path: string): string {
  return path.replace(/(resourceVersion|timeoutSeconds)=\d+/g, '$1');
}

function countOf(words: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return counts;
}
