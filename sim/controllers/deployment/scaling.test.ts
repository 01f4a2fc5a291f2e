import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Deployment } from '../../api/kinds/deployment.ts';
import type { ReplicaSet } from '../../api/kinds/replicaset.ts';
import { fencepostsOf } from './fenceposts.ts';
import { cleanUpUnhealthy, scaleAll, shrinkOld, sizeOf, sizeOfNew, takeAway } from './scaling.ts';

const FILE = new URL('../../../../shared/upstream/deployment-rolling.json', import.meta.url);

function deployment(replicas: number, maxSurge: number | string, maxUnavailable: number | string): Deployment {
  const strategy = { type: 'RollingUpdate', rollingUpdate: { maxSurge, maxUnavailable } };
  return {
    metadata: { name: 'd' },
    spec: { replicas, strategy, selector: {}, template: { spec: { containers: [] } } },
  } as unknown as Deployment;
}

function set(
  name: string,
  replicas: number,
  available = 0,
  annotations = {},
  creationTimestamp = '2026-01-01T00:00:00Z',
): ReplicaSet {
  const status = { replicas, availableReplicas: available };
  return { metadata: { name, annotations, creationTimestamp }, spec: { replicas }, status } as unknown as ReplicaSet;
}

describe('fenceposts', () => {
  it.each([
    [1, '25%', '25%', 1, 0],
    [3, '25%', '25%', 1, 0],
    [4, '25%', '25%', 1, 1],
    [5, '25%', '25%', 2, 1],
    [10, '25%', '25%', 3, 2],
    [100, '25%', '25%', 25, 25],
    [3, 0, '25%', 0, 1],
    [2, 5, 5, 5, 2],
  ])('of %i with %s and %s', (replicas, surge, unavailable, maxSurge, maxUnavailable) => {
    expect(fencepostsOf(deployment(replicas, surge, unavailable))).toEqual({ maxSurge, maxUnavailable });
  });
});

describe.skipIf(!existsSync(FILE))('the arithmetic of rolling updates, as upstream tests it', () => {
  type Row = Readonly<Record<string, number>> & { readonly scale: boolean };
  const rows: Readonly<Record<string, readonly Row[]>> = existsSync(FILE) ? JSON.parse(readFileSync(FILE, 'utf8')) : {};
  const of = (row: Row, name: string) => row[name] ?? 0;

  it.each(rows['reconcileNewReplicaSet'] ?? [])('new ReplicaSet %o', (row) => {
    const wanted = deployment(of(row, 'replicas'), of(row, 'maxSurge'), 0);
    const fresh = set('new', of(row, 'new'));
    const size =
      sizeOf(fresh) > of(row, 'replicas')
        ? of(row, 'replicas')
        : sizeOfNew(wanted, [set('old', of(row, 'old')), fresh], fresh);
    expect(size).toBe(row.scale ? of(row, 'expectNew') : of(row, 'new'));
  });

  it.each(rows['reconcileOldReplicaSets'] ?? [])('old ReplicaSets %o', (row) => {
    const wanted = deployment(of(row, 'replicas'), 0, of(row, 'maxUnavailable'));
    const fresh = set('new', of(row, 'new'), of(row, 'readyNew'));
    const [resize] = shrinkOld(wanted, fresh, [set('old', of(row, 'old'), of(row, 'readyOld'))]);
    expect(resize?.replicas).toBe(row.scale ? of(row, 'expectOld') : undefined);
  });

  it.each(rows['cleanupUnhealthyReplicas'] ?? [])('unhealthy pods %o', (row) => {
    const [resize] = cleanUpUnhealthy([set('old', of(row, 'old'), of(row, 'ready'))], of(row, 'maxCleanup'));
    expect(of(row, 'old') - (resize?.replicas ?? of(row, 'old'))).toBe(of(row, 'expectCleanup'));
  });

  it.each(rows['scaleDownOldReplicaSetsForRollingUpdate'] ?? [])('healthy pods %o', (row) => {
    const { maxUnavailable } = fencepostsOf(deployment(of(row, 'replicas'), 0, of(row, 'maxUnavailable')));
    const spare = of(row, 'ready') - (of(row, 'replicas') - maxUnavailable);
    const [resize] = takeAway([set('old', of(row, 'old'), of(row, 'ready'))], spare);
    expect(resize?.replicas).toBe(row.scale ? of(row, 'expectOld') : undefined);
  });
});

describe('scaling in the middle of a rollout', () => {
  const sizes = { 'deployment.kubernetes.io/desired-replicas': '10', 'deployment.kubernetes.io/max-replicas': '13' };
  it('shares in proportion, the rest to the largest', () => {
    const old = set('old', 8, 8, sizes);
    const fresh = set('new', 5, 0, sizes, '2026-01-01T00:01:00Z');
    const resizes = scaleAll(deployment(20, '25%', '25%'), fresh, [old]);
    expect(resizes.map((one) => [one.set.metadata.name, one.replicas])).toEqual([
      ['old', 15],
      ['new', 10],
    ]);
  });

  it('gives everything to the only one that is active', () => {
    expect(scaleAll(deployment(4, 1, 1), set('new', 3), [set('old', 0)]).map(({ replicas }) => replicas)).toEqual([4]);
  });
});
