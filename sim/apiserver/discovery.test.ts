import { expect, it } from 'vitest';
import { addResources } from '../api/index.ts';
import { horizontalPodAutoscaler } from '../api/kinds/horizontalpodautoscaler.ts';
import { discover } from './discovery.ts';

addResources([horizontalPodAutoscaler]);

interface Group {
  readonly name?: string;
  readonly metadata?: { readonly name?: string };
}

function groupIn(list: unknown): Group | undefined {
  return (list as readonly Group[]).find(({ name, metadata }) => (name ?? metadata?.name) === 'autoscaling');
}

it('lists each version of a group, the preferred one first', () => {
  const plain = discover({ method: 'GET', path: '/apis' });
  const versions = ['v2', 'v1'].map((version) => ({ groupVersion: `autoscaling/${version}`, version }));
  expect(groupIn(plain?.groups)).toEqual({ name: 'autoscaling', versions, preferredVersion: versions[0] });
  const own = discover({ method: 'GET', path: '/apis/autoscaling' });
  expect(own).toEqual({ kind: 'APIGroup', apiVersion: 'v1', ...groupIn(plain?.groups) });
  const headers = { accept: 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList' };
  const aggregated = discover({ method: 'GET', path: '/apis', headers });
  expect(groupIn(aggregated?.items)).toMatchObject({
    versions: ['v2', 'v1'].map((version) => {
      const responseKind = { group: 'autoscaling', version, kind: 'HorizontalPodAutoscaler' };
      return { version, resources: [{ resource: 'horizontalpodautoscalers', responseKind }] };
    }),
  });
  expect(discover({ method: 'GET', path: '/apis/autoscaling/v1' })).toMatchObject({
    groupVersion: 'autoscaling/v1',
    resources: [{ name: 'horizontalpodautoscalers' }, { name: 'horizontalpodautoscalers/status' }],
  });
});
