import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { type Pod, pods } from '../kinds/pod.ts';
import { rfc3339 } from '../meta.ts';

const CASES = new URL('../../../../shared/upstream/printpod-cases.json', import.meta.url);

interface Case {
  readonly name: string;
  readonly pod: Pod;
  readonly wide: boolean;
  readonly cells: readonly string[];
}

describe.skipIf(!existsSync(CASES))('kubectl get pods as upstream', () => {
  const cases = existsSync(CASES) ? (JSON.parse(readFileSync(CASES, 'utf8'), reviveAgo) as readonly Case[]) : [];
  test.each(cases.map((item) => [item.name, item] as const))('%s', (_, { pod, wide, cells }) => {
    const columns = pods.columns.filter((column) => wide || column.priority === 0);
    expect(columns.map((column) => column.cell(pod, 0))).toEqual(cells);
  });
});

/** `{ $ago: 10 }` stands for ten seconds before now, which is virtual 0 here. */
function reviveAgo(_key: string, value: unknown): unknown {
  const ago = (value as { readonly $ago?: number } | null)?.$ago;
  return ago === undefined ? value : rfc3339(-1000 * ago);
}
